/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report: a small sweep's page and charts, made from runs of the real program, and what it
 * refuses. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/report.h"
#include "support.h"

/* Tests of what a page says: without node, which takes a second to draw the figures. */
static char *path_of_node;

static int make_folder_without_node(void **state)
{
    path_of_node = strdup(getenv("PATH"));
    return setenv("PATH", "/nowhere", 1) == 0 ? support_make_folder(state) : -1;
}

static int remove_folder_without_node(void **state)
{
    setenv("PATH", path_of_node, 1);
    free(path_of_node);
    return support_remove_folder(state);
}

#define WITHOUT_NODE(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, make_folder_without_node, remove_folder_without_node)

#define SHORT_SWEEP "--set stopping.max_presentations=3 --set data.test_per_class=2"

static const char *const tasks[] = {"easy", "ha<rd"};
static const char *const policies[] = {"none", "random"};

#define HEADER                                                                                     \
    "task,turnover,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,"          \
    "accuracy,ties,undecided,similarity\n"

/* The folder "sweep" of 2 x 2 conditions and two seeds, the runs of at most 20 presentations. */
static void make_sweep(void **state)
{
    char text[4096] = HEADER, arguments[1024], name[256];
    file_make_folder(support_path(state, "sweep/runs"));
    for (int t = 0; t < 2; t++)
        for (int p = 0; p < 2; p++)
            for (int seed = 1; seed <= 2; seed++) {
                snprintf(
                    arguments, sizeof arguments,
                    "train --quiet --no-pictures --threads 1 --seed %d --set record.network=false "
                    "--set data.overlap=%d --set turnover.policy=%s "
                    "--set stopping.max_presentations=20 --set data.test_per_class=10 "
                    "--set test.sample_period=5 --set turnover.period=5 --set record.maps_period=5 "
                    "--out sweep/runs/%s-%s-s%d",
                    seed, 4 * t, policies[p], tasks[t], policies[p], seed);
                free(support_run_well(state, arguments));
                snprintf(name, sizeof name, "%s,%s,%d,shapes,1-2,1000,%s,20,%s,20,0.%d,0,0,0.5\n",
                         tasks[t], policies[p], seed, policies[p], p ? "strong" : "limit",
                         50 + 10 * (t + seed) + p * (seed == 1 ? 10 : 2));
                strcat(text, name);
            }
    support_write_text(state, "sweep/results.csv", text);
    support_write_text(
        state, "sweep/experiment.json",
        "{\"name\": \"tiny\", \"title\": \"A <tiny> sweep & more\", \"factors\": ["
        "{\"name\": \"task\", \"levels\": [\"easy\", \"ha<rd\"]},"
        "{\"name\": \"turnover\", \"levels\": [\"none\", \"random\"]}], \"seeds\": [1, 2],"
        "\"command\": \"spinet sweep 'tiny'\", \"revision\": \"abc123\", \"host\": \"box\","
        "\"kernel\": \"portable\", \"threads\": 2, \"seconds\": 1.5, \"n_runs\": 8}");
}

static char *read_page(void **state, const char *name)
{
    size_t n;
    char *page = (char *)support_read(support_path(state, name), &n);
    page = realloc(page, n + 1);
    page[n] = '\0';
    return page;
}

/* What the library names is never fetched: of it, only that it stands inside is looked at. The one
 * link out, to the paper, is followed by hand alone. */
static void expect_self_contained(char *page)
{
    assert_non_null(strstr(page, "</html>"));
    char *library = strstr(page, "<script>\n");
    if (library)
        *library = '\0';
    for (const char *at = page; (at = strstr(at, "href=\"http")); at++)
        if (strncmp(at, "href=\"https://doi.org/", 22) != 0 || strncmp(at - 3, "<a ", 3) != 0)
            fail_msg("a link out: %.60s", at);
    assert_null(strstr(page, "<script src"));
    for (const char *at = page; (at = strstr(at, "src=")); at += 4)
        if (strncmp(at, "src=\"data:", 10) != 0)
            fail_msg("not inside the page: %.60s", at);
    if (library)
        *library = '<';
}

static void expect_pictures(void **state, const char *const *names, size_t n_names)
{
    char name[128];
    char *said = support_run_well(state, "report sweep --pictures svg");
    assert_string_equal(said, "pictures in sweep/charts\nsweep/report.html\n");
    free(said);
    for (size_t i = 0; i < n_names; i++) {
        snprintf(name, sizeof name, "sweep/charts/%s.svg", names[i]);
        char *svg = read_page(state, name);
        assert_non_null(strstr(svg, "</svg>"));
        free(svg);
    }
}

static void given_a_sweep_when_reported_expect_a_page_and_pictures(void **state)
{
    static const char *const figures[] = {
        "accuracy",        "presentations",   "similarity", "learning-curves",
        "strong-synapses", "pruned-synapses", "weights",    "similarity-training"};
    static const char *const texts[] = {
        "A &lt;tiny&gt; sweep &amp; more", ">easy<",  "ha&lt;rd", ">none<",       ">random<",
        "spinet sweep &#39;tiny&#39;",     "abc123",  "1.5 s",    "data.overlap", "box",
        "stopping.max_presentations",      "portable"};
    make_sweep(state);
    char *out = support_run_well(state, "report sweep");
    assert_string_equal(out, "sweep/report.html\n");
    free(out);
    char *page = read_page(state, "sweep/report.html"), name[128];
    expect_self_contained(page);
    assert_null(strstr(page, "ha<rd"));
    assert_non_null(
        strstr(page, "<li>accuracy: turnover makes no difference that could be told from chance "
                     "(seed by seed F(1, 1) = 2.25, p = 0.37, "));
    assert_non_null(strstr(page, "<p class=\"answer\">Against turnover none, accuracy is told from "
                                 "chance in none of 2 comparisons (p &lt; 0.05, corrected"));
    assert_non_null(strstr(page, "<td class=\"t\">task × turnover</td>"));
    assert_non_null(
        strstr(page, "<dt>Turnover</dt><dd>with policy none the wiring stays as it "
                     "began; with others, plastic synapses of weight 0.2 or less are pruned every "
                     "5 presentations, and new ones grown"));
    assert_null(strstr(page, "<dt>Reward</dt>"));
    assert_non_null(strstr(page, "Training stops when at least 0.5 of the plastic synapses have a "
                                 "weight above 0.5, or at 20 presentations."));
    assert_non_null(strstr(page, ">In short</h2>"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strstr(page, texts[i]))
            fail_msg("report.html does not say %s", texts[i]);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        snprintf(name, sizeof name, "<figure id=\"figure-%s\" data-figure>", figures[i]);
        if (!strstr(page, name))
            fail_msg("report.html has no %s", figures[i]);
    }
    expect_pictures(state, figures, sizeof figures / sizeof *figures);
    free(page);
}

static json_t *value_of(const json_t *figure, const char *word)
{
    return json_object_get(json_object_get(figure, "values"), word);
}

static void given_a_sweep_when_reported_expect_axes_and_words_that_do_not_mislead(void **state)
{
    make_sweep(state);
    free(support_run_well(state, "report sweep"));
    char *page = read_page(state, "sweep/report.html");
    json_t *accuracy = support_figure(state, "sweep/report.html", "accuracy");
    json_t *weights = support_figure(state, "sweep/report.html", "weights");
    const json_t *steps = json_object_get(json_object_get(weights, "tables"), "lines");
    assert_false(json_is_true(value_of(accuracy, "y_zero")));
    assert_float_equal(json_number_value(value_of(accuracy, "y_span")), 0.1, 1e-9);
    /* a step from the start of each of 50 bins, none of them raised, and where the last ends */
    assert_float_equal(json_number_value(json_object_get(json_array_get(steps, 0), "x")), 0, 1e-9);
    assert_float_equal(json_number_value(json_object_get(json_array_get(steps, 0), "y")), 0, 1e-9);
    assert_float_equal(json_number_value(json_object_get(json_array_get(steps, 50), "x")), 1, 1e-9);
    const char *second = strstr(page, "id=\"figure-presentations\"");
    assert_true(second && strstr(page, "Boxes from the lower") < second);
    assert_null(strstr(second, "Boxes from the lower")); /* said once */
    assert_non_null(strstr(page, "strong: of a weight above 0.5 (stopping.strong_weight)."));
    assert_non_null(strstr(page, "Of test images (test.sample_from): settings are to be chosen by "
                                 "validation"));
    assert_non_null(strstr(page, "dot is at the mean presentation at which training stopped."));
    json_decref(accuracy);
    json_decref(weights);
    free(page);
}

static void given_reports_when_put_on_one_page_expect_findings_pictures_and_links(void **state)
{
    make_sweep(state);
    free(support_run_well(state, "report sweep"));
    OWNED char *all = strdup(support_path(state, "all.html"));
    OWNED char *sweep = strdup(support_path(state, "sweep"));
    assert_int_equal(report_write_overview(all, (const char *[]){sweep, sweep, NULL}), STATUS_OK);
    char *page = read_page(state, "all.html");
    assert_non_null(strstr(page, "<li><a href=\"#experiment-2\">A &lt;tiny&gt; sweep"));
    expect_self_contained(page);
    assert_non_null(strstr(page, "A &lt;tiny&gt; sweep &amp; more"));
    assert_non_null(strstr(page, "href=\"sweep/report.html\""));
    assert_non_null(strstr(page, "8 runs of 4 conditions, 0:01 min"));
    assert_non_null(strstr(page, "accuracy: turnover makes no difference"));
    free(page);
}

static void given_ties_when_reported_expect_how_many_of_the_wrong_they_are(void **state)
{
    support_write_text(
        state, "results.csv",
        "turnover,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,accuracy,"
        "ties,undecided,similarity,wrong\n"
        "none,1,shapes,1-2,1000,none,20,limit,20,0.5,4,1,,6\n"
        "random,1,shapes,1-2,1000,random,30,limit,20,0.5,4,1,,9\n");
    free(support_run_well(state, "report ."));
    char *page = read_page(state, "report.html");
    assert_non_null(
        strstr(page, "none</td><td>1</td><td>0.500</td><td>1</td><td>4</td><td>6</td><td>20</td>"));
    assert_non_null(strstr(page, "Training was stopped at the limit of presentations. "));
    free(page);
}

static void given_only_results_when_reported_expect_a_page_without_training(void **state)
{
    support_write_text(state, "results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n"
                              "easy,random,1,shapes,1-2,1000,random,30,limit,20,0.75,0,0,0.1\n");
    free(support_run_well(state, "report ."));
    char *page = read_page(state, "report.html");
    expect_self_contained(page);
    assert_non_null(strstr(page, "0.750"));
    assert_non_null(strstr(page, "folders are not here"));
    assert_non_null(strstr(page, "<td>30</td>"));
    json_t *accuracy = support_figure(state, "report.html", "accuracy");
    assert_true(json_is_true(value_of(accuracy, "y_zero"))); /* of one run a condition */
    json_decref(accuracy);
    free(page);
}

static int count_texts(const char *page, const char *text)
{
    int n = 0;
    for (const char *at = page; (at = strstr(at, text)); at++)
        n++;
    return n;
}

static void write_two_policies(void **state)
{
    support_write_text(state, "two.sweep",
                       "title = \"Two\"; factors = ({name = \"turnover\"; levels = ("
                       "{name = \"none\"; set = [\"turnover.policy=none\"];}, "
                       "{name = \"random\";});});\n");
}

static void
given_a_part_of_a_sweep_when_reported_expect_what_it_is_and_what_is_missing(void **state)
{
    static const char part[] = "sweep two.sweep --seeds 1..2 --quiet --out part " SHORT_SWEEP;
    char arguments[512];
    struct support_run run;
    write_two_policies(state);
    snprintf(arguments, sizeof arguments, "%s --only turnover=none --shard 1/2", part);
    free(support_run_well(state, arguments));
    snprintf(arguments, sizeof arguments, "%s --only turnover=none --gather", part);
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 1);
    support_run_free(&run);
    support_run(state, &run, "report part");
    assert_int_equal(run.exit_code, 0);
    static const char note[] =
        "1 of 2 runs are here; missing: none-s2. `spinet sweep two.sweep --seeds 1..2 --only "
        "'turnover=none' --set 'stopping.max_presentations=3' --set 'data.test_per_class=2' --out "
        "part` goes on";
    assert_non_null(strstr(run.err, note));
    support_run_free(&run);
    char *page = read_page(state, "part/report.html");
    assert_non_null(strstr(page, "<h1>two: turnover none</h1>"));
    assert_non_null(strstr(page, "1 of 2 runs are here; missing: none-s2. "));
    free(page);
}

/* Nothing that needs several runs stands on the page; what each came to is said in words. */
static void given_one_run_a_condition_when_reported_expect_words_points_and_maps_first(void **state)
{
    static const char *const undefined[] = {
        "Boxes",  "standard deviation", "Analysis of variance", "t-tests, p", "quartile",
        "(mean)", "<td>–</td>"};
    write_two_policies(state);
    free(support_run_well(state, "sweep two.sweep --runs 1 --threads 2 --quiet --out two "
                                 "--set stopping.max_presentations=20 --set data.test_per_class=10 "
                                 "--set test.sample_period=5"));
    free(support_run_well(state, "report two --pictures svg"));
    char *page = read_page(state, "two/report.html");
    *strstr(page, "<script>\n") = '\0'; /* the specifications know all of these words */
    for (size_t i = 0; i < sizeof undefined / sizeof *undefined; i++)
        if (strstr(page, undefined[i]))
            fail_msg("report.html says %s", undefined[i]);
    assert_non_null(strstr(page, "none</td><td>1</td><td>0.000</td><td>20</td><td>0</td>"));
    assert_non_null(strstr(page, "One seed a condition allows no test: "));
    assert_non_null(strstr(page, "None: with one run a condition"));
    assert_true(strstr(page, "id=\"figure-maps-first\"") < strstr(page, "id=\"figure-accuracy\""));
    assert_true(strstr(page, "id=\"figure-accuracy\"") < strstr(page, "<h2 id=\"training\""));
    const char *accuracy = strstr(page, "{\"name\":\"accuracy\",\"spec\":\"boxes\"");
    assert_non_null(accuracy);
    assert_non_null(strstr(accuracy, "\"points\":[{"));
    assert_null(strstr(accuracy, "\"boxes\":[{"));
    assert_non_null(strstr(page, "<dt>Network</dt><dd>80 pyramidal cells of 10 dendrites, as many "
                                 "for each class, learn by plastic synapses"));
    assert_non_null(strstr(page, "those that spike more than 20 times while the image is shown"));
    assert_non_null(strstr(page, "a click leads to its folder"));
    free(page);
    char *maps = read_page(state, "two/charts/maps.svg");
    assert_int_equal(count_texts(maps, ">similarity 0."), 2);
    assert_int_equal(count_texts(maps, ">summed weight<"), 1); /* one scale */
    free(maps);
}

/* Where pictures of each run were drawn, of a small sweep. */
static void given_pictures_of_runs_when_reported_expect_a_page_of_each(void **state)
{
    write_two_policies(state);
    free(support_run_well(state, "sweep two.sweep --runs 1 --threads 2 --quiet --out two "
                                 "--set stopping.max_presentations=2 --set data.test_per_class=2"));
    support_write_text(state, "two/runs/random-s1/maps.png", "");
    free(support_run_well(state, "report two --out elsewhere.html"));
    assert_false(file_exists(support_path(state, "two/runs/random-s1/report.html")));
    free(support_run_well(state, "report two"));
    char *page = read_page(state, "two/report.html");
    assert_non_null(strstr(page, "\"href\":\"runs/random-s1/report.html\""));
    assert_non_null(strstr(page, "\"href\":\"runs/none-s1\""));
    free(page);
    free(read_page(state, "two/runs/random-s1/report.html"));
}

static void given_one_condition_when_reported_expect_means_and_why_there_is_no_test(void **state)
{
    support_write_text(state, "results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n"
                              "easy,none,2,shapes,1-2,1000,none,30,limit,20,0.75,0,0,\n");
    free(support_run_well(state, "report ."));
    char *page = read_page(state, "report.html");
    assert_non_null(strstr(page, "<td>2</td><td>0.625 ± 0.177</td><td>0.0 ± 0.0</td>"));
    assert_non_null(strstr(page, "No test: a single condition.</p>"));
    assert_null(strstr(page, ">In short</h2>")); /* it would say the same */
    free(page);
    support_write_text(state, "results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,350,limit,20,0.5,0,0,\n"
                              "easy,none,2,shapes,1-2,1000,none,350,limit,20,0.75,0,0,\n");
    free(support_run_well(state, "report ."));
    page = read_page(state, "report.html");
    assert_non_null(strstr(page, "<p>Training was stopped at the limit of presentations. No"));
    free(page);
}

static void given_early_sample_tests_when_reported_expect_accuracies_after_100_and_300(void **state)
{
    double accuracy[2];
    size_t n;
    char expected[128];
    free(support_run_well(state, "train --no-pictures -q --out run --set test.sample_early=true "
                                 "--set test.sample_period=0 --set stopping.max_presentations=310 "
                                 "--set stopping.by=presentations --set input.duration_ms=2000 "
                                 "--set input.active_ms=1900 --set test.active_spikes=5 "
                                 "--set data.test_per_class=5 --set turnover.policy=none"));
    char *curve = (char *)support_read(support_path(state, "run/learning_curve.csv"), &n);
    for (int k = 0; k < 2; k++) {
        const char *line = strstr(curve, k ? "\n300," : "\n100,");
        assert_int_equal(sscanf(line, "\n%*d,%lf", &accuracy[k]), 1);
    }
    assert_non_null(strstr(curve, "\n99,,"));
    assert_non_null(strstr(curve, "\n200,,"));
    free(curve);
    free(support_run_well(state, "report run"));
    char *page = read_page(state, "run/report.html");
    snprintf(expected, sizeof expected, "<td>%.3f</td><td>%.3f</td>", accuracy[0], accuracy[1]);
    assert_true(accuracy[1] > 0);
    assert_non_null(strstr(page, "<th>100</th><th>300</th>"));
    assert_non_null(strstr(page, expected));
    free(page);
}

/* Reports with an environment variable set; the page is there all the same. */
static char *report_with(void **state, const char *variable, const char *value,
                         const char *arguments, int exit_code, struct support_run *run)
{
    char *before = getenv(variable) ? strdup(getenv(variable)) : NULL;
    support_write_text(state, "results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n"
                              "easy,none,2,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n");
    setenv(variable, value, 1);
    support_run(state, run, arguments);
    if (before)
        setenv(variable, before, 1);
    else
        unsetenv(variable);
    free(before);
    assert_int_equal(run->exit_code, exit_code);
    return read_page(state, "report.html");
}

static void given_no_vega_when_reported_expect_data_and_what_to_install(void **state)
{
    struct support_run run;
    char *page = report_with(state, "SPINET_VEGA", "/nowhere", "report .", 0, &run);
    assert_string_equal(run.err, "spinet: figures are not drawn: Vega is not in /nowhere; install "
                                 "libjs-vega\n");
    assert_non_null(strstr(page, "The figures are missing, their numbers are below each"));
    assert_non_null(strstr(page, "\"points\":[{"));
    assert_null(strstr(page, "<svg"));
    free(page);
    support_run_free(&run);
}

static void given_no_node_when_reported_expect_a_page_and_no_pictures(void **state)
{
    struct support_run run;
    char *page = report_with(state, "PATH", "/nowhere", "report .", 0, &run);
    assert_string_equal(run.err, "");
    assert_null(strstr(page, "<svg"));
    free(page);
    support_run_free(&run);
    page = report_with(state, "PATH", "/nowhere", "report . --pictures svg", 1, &run);
    assert_string_equal(run.err, "spinet: pictures are not drawn: node cannot be run (No such file "
                                 "or directory); install nodejs\n");
    free(page);
    support_run_free(&run);
}

/* Text of others that would end the data, or turn it round, is data. */
static void given_markup_in_levels_when_reported_expect_it_as_text(void **state)
{
    support_write_text(state, "results.csv",
                       HEADER
                       "</script><b>,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n"
                       "\xe2\x80\xae&quot,none,1,shapes,1-2,1000,none,20,limit,20,0.25,0,0,\n");
    free(support_run_well(state, "report ."));
    char *page = read_page(state, "report.html");
    assert_null(strstr(page, "</script><b>"));
    assert_non_null(strstr(page, "\"x\":\"\\u003c/script>\\u003c"));
    free(page);
}

/* Of a sweep whose second run is done while it is watched, and whose results.csv is not yet there.
 */
static void given_a_running_sweep_when_watched_expect_pages_until_it_ends(void **state)
{
    struct support_run run;
    write_two_policies(state);
    free(support_run_well(state, "sweep two.sweep --runs 1 --quiet --out two " SHORT_SWEEP));
    OWNED char *done = strdup(support_path(state, "two/runs/random-s1/DONE"));
    OWNED char *kept = strdup(support_path(state, "two/runs/random-s1/kept"));
    OWNED char *first = strdup(support_path(state, "two/first.html"));
    OWNED char *shown = strdup(support_path(state, "two/report.html"));
    assert_int_equal(rename(done, kept) | unlink(support_path(state, "two/results.csv")), 0);
    const pid_t child = fork();
    if (child == 0) {
        while (link(shown, first) != 0)
            usleep(10000);
        _exit(rename(kept, done) != 0);
    }
    support_run(state, &run, "report --watch two");
    kill(child, SIGKILL); /* which has done its work, if the watch has */
    waitpid(child, NULL, 0);
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.out, "two/report.html: 1 of 2 runs is done\n"
                                 "two/report.html: 2 of 2 runs are done\n");
    assert_string_equal(run.err, "");
    support_run_free(&run);
    char *page = read_page(state, "two/first.html");
    assert_non_null(
        strstr(page, "<p class=\"note\">1 of 2 runs are done; to come: random-s1.</p>"));
    assert_non_null(strstr(page, "http-equiv"));
    free(page);
    page = read_page(state, "two/report.html");
    assert_non_null(strstr(page, "2 runs of 2 conditions: turnover"));
    assert_null(strstr(page, "http-equiv"));
    free(page);
    assert_false(file_exists(support_path(state, "two/results.csv")));
}

static void given_what_is_no_sweep_when_reported_expect_a_refusal(void **state)
{
    static const struct {
        const char *arguments, *message;
    } cases[] = {
        {"report", "spinet: report: name the folder of a sweep, or of one or more runs\n"},
        {"report nothing", "spinet: nothing: no such folder\n"},
        {"report empty", "spinet: empty: holds neither a sweep, results.csv is missing, nor a run, "
                         "manifest.json is missing\n"},
        {"report begun", "spinet: begun: its sweep has not ended, results.csv is missing: the same "
                         "`spinet sweep` command goes on, or, with --gather, makes it of the runs "
                         "that are done\n"},
        {"report a b", "spinet: report: of 2 runs: --out FILE.html is missing\n"},
        {"report a b --out x.html", "spinet: a: no such folder\n"},
        {"report other --pictures gif", "spinet: --pictures gif: expected svg or png\n"},
        {"report empty other --out x.html",
         "spinet: empty: holds no run, manifest.json is missing: expected a folder that `spinet "
         "train` made, or one in the runs/ of a sweep\n"},
        {"report empty --out empty/x.html",
         "spinet: --out empty/x.html: is in empty, which is read: name a file elsewhere\n"},
        {"report other", "spinet: other/results.csv: task 'easy' is not in experiment.json\n"},
        {"report --watch empty",
         "spinet: --watch empty: holds no sweep: expected a folder that `spinet sweep` or `spinet "
         "experiment` works in\n"},
        {"report --watch a b", "spinet: report: --watch: expected the folder of one sweep alone\n"},
        {"report broken", "spinet: broken/experiment.json: expected an object\n"},
    };
    file_make_folder(support_path(state, "empty"));
    file_make_folder(support_path(state, "begun"));
    support_write_text(state, "begun/conditions.json", "[]");
    file_make_folder(support_path(state, "other"));
    file_make_folder(support_path(state, "broken"));
    support_write_text(state, "other/results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,\n");
    support_write_text(state, "other/experiment.json",
                       "{\"factors\": [{\"name\": \"task\", \"levels\": [\"hard\"]},"
                       "{\"name\": \"turnover\", \"levels\": [\"none\"]}]}");
    support_write_text(state, "broken/results.csv", HEADER);
    support_write_text(state, "broken/experiment.json", "[]");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        support_run(state, &run, cases[i].arguments);
        assert_int_equal(run.exit_code, 2);
        assert_string_equal(run.err, cases[i].message);
        assert_string_equal(run.out, "");
        support_run_free(&run);
    }
    assert_false(file_exists(support_path(state, "other/report.html")));
    assert_false(file_exists(support_path(state, "other/charts")));
}

static void train_run(void **state, const char *policy, int seed)
{
    char arguments[512];
    snprintf(
        arguments, sizeof arguments,
        "train --quiet --no-pictures --threads 1 --seed %d --set turnover.policy=%s --out %s%d "
        "--set turnover.period=2 " SHORT_SWEEP,
        seed, policy, policy, seed);
    free(support_run_well(state, arguments));
}

static void given_runs_when_reported_expect_each_by_its_folder_and_what_differs(void **state)
{
    struct support_run run;
    for (int p = 0; p < 2; p++)
        train_run(state, policies[p], 1);
    train_run(state, "none", 2);
    free(support_run_well(state, "report none1"));
    char *page = read_page(state, "none1/report.html");
    assert_non_null(strstr(page, "<h1>shapes-s1-o2, classes 1-2, turnover none, seed 1</h1>"));
    assert_non_null(strstr(page, "One run: what another seed would"));
    assert_null(strstr(page, "id=\"figure-accuracy\"")); /* none of one point */
    assert_non_null(strstr(page, "id=\"figure-maps\""));
    free(page);
    char *out = support_run_well(state, "report ./none1 ./random1 --out two.html --pictures png");
    assert_string_equal(out, "pictures in two-charts\ntwo.html\n");
    free(out);
    page = read_page(state, "two.html");
    expect_self_contained(page);
    assert_non_null(strstr(page, "<h1>2 runs: shapes-s1-o2, classes 1-2</h1>"));
    assert_non_null(
        strstr(page, "2 runs of 2 conditions: run <bdi>none1</bdi>, <bdi>random1</bdi>."));
    assert_non_null(strstr(page, "<h3>Differ between the conditions</h3>\n"));
    assert_non_null(strstr(page, "turnover.policy</td><td class=\"t\">none, random</td>"));
    assert_non_null(strstr(page, "<code>./random1</code>"));
    free(page);
    size_t n;
    uint8_t *picture = support_read(support_path(state, "two-charts/accuracy.png"), &n);
    assert_true(n > 1000 && memcmp(picture, "\x89PNG", 4) == 0);
    free(picture);
    support_run(state, &run, "report none1 random1 none1 --out twice.html");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: none1: is named twice\n");
    support_run_free(&run);
    unlink(support_path(state, "none2/DONE"));
    support_run(state, &run, "report none1 none2 --out cut.html");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: none2: is not finished: `spinet train --resume none2` "
                                 "goes on\n");
    support_run_free(&run);
    assert_false(file_exists(support_path(state, "cut.html")));
}

/* As where no run without turnover stops before the limit: a map of one value. */
static void given_runs_that_are_all_alike_when_reported_expect_all_charts(void **state)
{
    char text[8192] = HEADER;
    file_make_folder(support_path(state, "sweep"));
    for (int t = 0; t < 14; t++) /* more than fit as boxes */
        for (int p = 0; p < 2; p++) {
            char row[256];
            snprintf(row, sizeof row, "t%d,%s,1,shapes,1-2,1000,%s,350,%s,20,0.5,0,0,0.5\n", t,
                     policies[p], policies[p], p ? "strong" : "limit");
            strcat(text, row);
        }
    support_write_text(state, "sweep/results.csv", text);
    struct support_run run;
    support_run(state, &run, "report sweep --pictures svg");
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.err, "");
    support_run_free(&run);
    assert_true(file_exists(support_path(state, "sweep/charts/presentations-heat-map.svg")));
}

static void given_runs_all_at_their_limit_when_reported_expect_no_times_to_a_stop(void **state)
{
    support_write_text(state, "results.csv",
                       HEADER "easy,none,1,shapes,1-2,1000,none,20,limit,20,0.5,0,0,0.2\n"
                              "easy,none,2,shapes,1-2,1000,none,20,limit,20,0.4,0,0,0.3\n"
                              "easy,random,1,shapes,1-2,1000,random,30,limit,20,0.6,0,0,0.2\n"
                              "easy,random,2,shapes,1-2,1000,random,30,limit,20,0.7,0,0,0.1\n");
    free(support_run_well(state, "report ."));
    char *page = read_page(state, "report.html");
    assert_null(strstr(page, "Presentations until the stop"));
    assert_null(strstr(page, "id=\"figure-presentations\""));
    assert_null(strstr(page, "<li>presentations: "));
    assert_non_null(strstr(page, "<h3>presentations</h3>\n<p>None: all runs were stopped at "
                                 "stopping.max_presentations</p>"));
    free(page);
}

/* Where a number stands in its panel of a picture; fails the test unless it is there just once. */
static void find_number(const char *svg, const char *number, double *x, double *y)
{
    char text[64];
    snprintf(text, sizeof text, ">%s</text>", number);
    const char *at = strstr(svg, text);
    assert_non_null(at);
    assert_null(strstr(at + 1, text));
    while (at > svg && strncmp(at, "translate(", 10) != 0)
        at--;
    assert_int_equal(sscanf(at, "translate(%lf,%lf)", x, y), 2);
}

/* Every pair of ten digits has a mean of its own: 0.501 of 0-1 to 0.589 of 8-9 without turnover,
 * 0.25 more with it. */
static void
given_all_pairs_of_digits_when_reported_expect_a_table_with_each_in_its_cell(void **state)
{
    enum { N_PAIRS = 45, ROW_MAX = 128 };
    char *text = malloc(sizeof HEADER + 4 * N_PAIRS * ROW_MAX);
    size_t n = (size_t)sprintf(text, HEADER), n_svg;
    for (int a = 0; a < 10; a++)
        for (int b = a + 1; b < 10; b++)
            for (int p = 0; p < 2; p++)
                for (int seed = 1; seed <= 2; seed++)
                    n += (size_t)snprintf(text + n, ROW_MAX,
                                          "%d-%d,%s,%d,mnist,%d-%d,1000,%s,99,limit,20,%.3f,0,0,\n",
                                          a, b, policies[p], seed, a, b, policies[p],
                                          0.5 + 0.01 * a + 0.001 * b + 0.25 * p +
                                              (seed == 1 ? 0.001 : -0.001));
    file_make_folder(support_path(state, "sweep"));
    support_write_text(state, "sweep/results.csv", text);
    free(text);
    free(support_run_well(state, "report sweep --pictures svg"));
    char *svg =
        (char *)support_read(support_path(state, "sweep/charts/accuracy-heat-map.svg"), &n_svg);
    double corner_x, corner_y, last_x, last_y, first_x, first_y;
    find_number(svg, "0.509", &corner_x, &corner_y);
    find_number(svg, "0.589", &last_x, &last_y);
    find_number(svg, "0.501", &first_x, &first_y);
    for (int a = 0; a < 9; a++)
        for (int b = a + 1; b < 10; b++) {
            double x, y, x_with, y_with;
            char number[2][16];
            for (int p = 0; p < 2; p++)
                snprintf(number[p], sizeof number[p], "%.3f",
                         0.5 + 0.01 * a + 0.001 * b + 0.25 * p);
            find_number(svg, number[0], &x, &y);
            find_number(svg, number[1], &x_with, &y_with);
            /* rows go down by the first digit, columns across by the second */
            assert_true(fabs(x - (first_x + (corner_x - first_x) * (b - 1) / 8)) < 0.1);
            assert_true(fabs(y - (corner_y + (last_y - corner_y) * a / 8)) < 0.1);
            assert_true(fabs(x_with - x) < 0.1 && fabs(y_with - y) < 0.1);
        }
    n = 0;
    for (const char *at = svg; (at = strstr(at, ">+0.250</text>")); at++)
        n++;
    assert_int_equal(n, N_PAIRS);
    free(svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_sweep_when_reported_expect_a_page_and_pictures),
        WITHOUT_NODE(given_a_sweep_when_reported_expect_axes_and_words_that_do_not_mislead),
        WITHOUT_NODE(given_reports_when_put_on_one_page_expect_findings_pictures_and_links),
        WITHOUT_NODE(given_ties_when_reported_expect_how_many_of_the_wrong_they_are),
        WITHOUT_NODE(given_only_results_when_reported_expect_a_page_without_training),
        WITH_FOLDER(given_one_run_a_condition_when_reported_expect_words_points_and_maps_first),
        WITHOUT_NODE(given_a_part_of_a_sweep_when_reported_expect_what_it_is_and_what_is_missing),
        WITHOUT_NODE(given_pictures_of_runs_when_reported_expect_a_page_of_each),
        WITHOUT_NODE(given_one_condition_when_reported_expect_means_and_why_there_is_no_test),
        WITHOUT_NODE(given_early_sample_tests_when_reported_expect_accuracies_after_100_and_300),
        WITH_FOLDER(given_no_vega_when_reported_expect_data_and_what_to_install),
        WITH_FOLDER(given_no_node_when_reported_expect_a_page_and_no_pictures),
        WITH_FOLDER(given_markup_in_levels_when_reported_expect_it_as_text),
        WITHOUT_NODE(given_a_running_sweep_when_watched_expect_pages_until_it_ends),
        WITHOUT_NODE(given_what_is_no_sweep_when_reported_expect_a_refusal),
        WITH_FOLDER(given_runs_when_reported_expect_each_by_its_folder_and_what_differs),
        WITH_FOLDER(given_runs_that_are_all_alike_when_reported_expect_all_charts),
        WITHOUT_NODE(given_runs_all_at_their_limit_when_reported_expect_no_times_to_a_stop),
        WITH_FOLDER(given_all_pairs_of_digits_when_reported_expect_a_table_with_each_in_its_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
