/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet stats as its users run it: tables, JSON, edge cases without a NaN, messages. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "support.h"

static const char three_rules[] =
    "rule,seed,accuracy\na,1,0.5\na,2,0.6\na,3,0.55\na,4,0.52\nb,1,0.6\nb,2,0.65\nb,3,0.7\n"
    "b,4,0.69\nc,1,0.7\nc,2,0.9\nc,3,0.75\nc,4,0.61\n";
/* Student's sleep data as an experiment, x hours more of sleep as an accuracy of (x + 2) / 10:
 * policies none and random, and a task that varies not. */
static const char sleep_data[] =
    "task,turnover,seed,accuracy,similarity\n"
    "a,none,1,0.27,\na,none,2,0.04,\na,none,3,0.18,\na,none,4,0.08,\na,none,5,0.19,\n"
    "a,none,6,0.54,\na,none,7,0.57,\na,none,8,0.28,\na,none,9,0.20,\na,none,10,0.40,\n"
    "a,random,1,0.39,1\na,random,2,0.28,\na,random,3,0.31,\na,random,4,0.21,\na,random,5,0.19,\n"
    "a,random,6,0.64,\na,random,7,0.75,\na,random,8,0.36,\na,random,9,0.66,\na,random,10,0.54,\n";

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void expect_fails(void **state, const char *arguments, const char *part)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.out, "");
    assert_int_equal(strncmp(run.err, "spinet: ", 8), 0);
    assert_ptr_equal(strchr(run.err, '\n'), run.err + strlen(run.err) - 1);
    expect_in(run.err, part);
    support_run_free(&run);
}

static double number_at(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void given_sleep_when_run_expect_its_tables_and_json(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    char *out = support_run_well(state, "stats r.csv --json s.json");
    expect_in(out, "random - none");
    expect_in(out, "0.1580  -0.0204 … 0.3364  1.861  18  0.0792     0.0792  ns");
    expect_in(out, "-0.0205 … 0.3365  1.861  17.78  0.0794     0.0794  ns");
    expect_in(out, "independent: one-way, Type II sums of squares");
    /* R 4.2.2: t.test(extra ~ group, data = sleep, paired = TRUE); of the signs of the differences
     * 2 of 512 are as far from 0 */
    expect_in(out, "Analysis of variance by seed, one-way: 10 seeds");
    expect_in(out, "0.1580  0.0700 … 0.2460  4.062   9  0.0028     0.0028  **     10");
    expect_in(out, "The test that decides: paired.");
    assert_null(strstr(out, "nan"));
    free(out);
    json_error_t error;
    json_t *json = json_load_file(support_path(state, "s.json"), JSON_REJECT_DUPLICATES, &error);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "measure")), "accuracy");
    const json_t *test = json_array_get(json_object_get(json, "comparisons"), 0);
    const json_t *welch = json_object_get(test, "welch");
    assert_true(fabs(number_at(test, "difference") - 0.158) < 1e-12);
    assert_true(fabs(number_at(welch, "p") - 0.07939) < 1e-5);
    assert_true(json_is_null(json_object_get(welch, "reason")));
    const json_t *group = json_array_get(json_object_get(json, "groups"), 1);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(group, "levels"), "turnover")), "random");
    assert_int_equal(json_array_size(json_object_get(group, "values")), 10);
    assert_true(fabs(number_at(json_object_get(test, "paired"), "p") - 0.002833) < 1e-6);
    assert_true(fabs(number_at(json_object_get(test, "signed-rank"), "p") - 2 / 512.) < 1e-12);
    assert_int_equal(number_at(test, "pairs"), 10);
    json_decref(json);
}

static void given_a_sparse_measure_when_run_expect_dashes_with_reasons(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    char *out = support_run_well(state, "stats r.csv --measure similarity --json s.json");
    expect_in(out, "no runs; 10 without similarity left out");
    expect_in(out, "one run; 9 without similarity left out");
    expect_in(out, "Analysis of variance: - (a single group)");
    expect_in(out, "a group without runs");
    assert_null(strstr(out, "nan"));
    free(out);
    json_error_t error;
    json_t *json = json_load_file(support_path(state, "s.json"), 0, &error);
    assert_non_null(json);
    const json_t *test = json_array_get(json_object_get(json, "comparisons"), 0);
    assert_true(json_is_null(json_object_get(test, "difference")));
    assert_true(json_is_null(json_object_get(json_object_get(test, "pooled"), "p")));
    json_decref(json);
}

static void given_two_factors_when_run_expect_tests_within_the_first(void **state)
{
    support_write_text(state, "r.csv",
                       "task,turnover,synapses,seed,accuracy\n"
                       "easy,none,500,1,1\neasy,none,500,2,1\neasy,random,500,1,1\n"
                       "easy,random,1000,2,1\nhard,none,500,1,0.5\nhard,none,500,2,0.6\n"
                       "hard,random,500,1,0.8\nhard,random,500,2,0.85\n");
    char *out = support_run_well(state, "stats r.csv");
    expect_in(out, "Analysis of variance by seed: - (no two seeds are in all groups)");
    expect_in(out, "three-way, Type II sums of squares");
    expect_in(out, "turnover × synapses");
    expect_in(out, "of synapses within task × turnover, p corrected for 0 tests (Bonferroni)");
    assert_null(strstr(out, "throw together"));
    free(out);
    out = support_run_well(state, "stats r.csv --by task,turnover");
    expect_in(out, "two-way, Type II sums of squares");
    expect_in(out, "task × turnover");
    expect_in(out, "t-tests of turnover within task, p corrected for 1 test (Bonferroni)");
    expect_in(out, "no variance in either group");
    expect_in(out, "throw together runs that differ in synapses");
    free(out);
    out = support_run_well(state, "stats r.csv --by turnover,task");
    expect_in(out, "differ in synapses");
    expect_in(out, "hard - easy");
    free(out);
    out = support_run_well(state, "stats r.csv --by synapses");
    expect_in(out, "1000 - 500");
    expect_in(out, "differ in task, turnover;");
    free(out);
}

static void given_a_single_run_when_run_expect_one_group(void **state)
{
    support_write_text(state, "r.csv",
                       "data_set,classes,synapses,policy,seed,accuracy\nshapes,1-2,500,none,5,1\n");
    char *out = support_run_well(state, "stats r.csv");
    expect_in(out, "one run");
    expect_in(out, "Analysis of variance: - (a single group)");
    free(out);
}

/* Whole JSON and nothing else, the bytes of the file. */
static void given_a_dash_for_the_json_when_run_expect_it_alone_on_standard_output(void **state)
{
    size_t n;
    support_write_text(state, "r.csv", sleep_data);
    free(support_run_well(state, "stats r.csv --json s.json"));
    char *out = support_run_well(state, "stats r.csv --json -");
    char *file = (char *)support_read(support_path(state, "s.json"), &n);
    assert_string_equal(out, file);
    assert_int_not_equal(access(support_path(state, "-"), F_OK), 0);
    free(out);
    free(file);
}

static void given_filters_when_run_expect_the_rows_that_are_left(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    char *out = support_run_well(state, "stats r.csv --filter turnover!=none --filter seed=1..4");
    expect_in(out, "accuracy of 4 runs in r.csv");
    expect_in(out, "Analysis of variance: - (a single group)");
    free(out);
    out = support_run_well(state, "stats r.csv --filter turnover=none|random --filter seed=2|9");
    expect_in(out, "accuracy of 4 runs in r.csv");
    expect_in(out, "by seed, one-way: 2 seeds");
    free(out);
}

static void given_a_table_or_words_when_asked_for_expect_them_alone(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    char *out = support_run_well(state, "stats r.csv --table accuracy,similarity");
    assert_string_equal(out,
                        "| none: accuracy | random: accuracy | difference (95 % CI), p | none: "
                        "similarity | random: similarity | difference (95 % CI), p |\n"
                        "|---|---|---|---|---|---|\n"
                        "| 0.275 ± 0.179 | 0.433 ± 0.200 | +0.158 (0.070 … 0.246), p = 0.0028 | "
                        "– | 1.000 | – |\n");
    free(out);
    out = support_run_well(state, "stats r.csv --words");
    assert_string_equal(out,
                        "accuracy: turnover makes a difference (seed by seed F(1, 9) = 16.5, p = "
                        "0.0028, partial η² 0.65). random minus none: +0.158.\n");
    free(out);
    expect_fails(state, "stats r.csv --table accuracy,speed", "--measure speed: no measure");
}

/* R 4.2.2: t.test(a, c, paired = TRUE) and so on, p times the two comparisons with c; of the other
 * runs one, as they have no a. */
static void given_a_level_and_other_runs_when_a_table_is_asked_for_expect_differences(void **state)
{
    support_write_text(state, "r.csv", three_rules);
    support_write_text(state, "again.csv",
                       "rule,seed,accuracy\nb,7,0.5\nb,8,0.6\nc,7,0.6\nc,8,0.8\n");
    char *out =
        support_run_well(state, "stats r.csv --against c --again again.csv --table accuracy");
    assert_string_equal(
        out,
        "| rule | accuracy | difference from c (95 % CI), p | seeds 7 … 8 |\n|---|---|---|---|\n"
        "| a | 0.542 ± 0.043 | -0.198 (-0.334 … -0.061), p = 0.039 | – |\n"
        "| b | 0.660 ± 0.045 | -0.080 (-0.297 … 0.137), p = 0.65 | "
        "-0.150 (-0.785 … 0.485), p = 0.2 |\n"
        "| c | 0.740 ± 0.121 | | |\n");
    free(out);
    expect_fails(state, "stats r.csv --against d", "--against d: no level of rule");
    expect_fails(state, "stats r.csv --against d --table accuracy", "--against d: no level of");
    expect_fails(state, "stats r.csv --again again.csv", "--again again.csv: needs --table");
    support_write_text(state, "one.csv", "task,seed,accuracy\na,1,0.5\na,2,0.6\n");
    expect_fails(state, "stats r.csv --again one.csv --table accuracy",
                 "--by rule: no factor of one.csv");
}

/* Sample accuracies after 10, 20 and, if there is one, 30 presentations. */
static void write_curve(void **state, const char *run, double at_10, double at_20, double at_30)
{
    char name[200], text[400];
    snprintf(name, sizeof name, "sweep/runs/%s", run);
    file_make_folder(support_path(state, name));
    snprintf(name, sizeof name, "sweep/runs/%s/learning_curve.csv", run);
    int n = snprintf(text, sizeof text,
                     "presentation,sample_accuracy,strong_fraction,pruned,grown,similarity,lost,"
                     "born\n5,,0,0,0,,0,0\n10,%f,0,0,0,,0,0\n20,%f,0,0,0,,0,0\n",
                     at_10, at_20);
    if (!isnan(at_30))
        snprintf(text + n, sizeof text - (size_t)n, "30,%f,0,0,0,,0,0\n", at_30);
    support_write_text(state, name, text);
}

static void given_a_sweep_when_run_expect_times_to_the_criterion_and_areas(void **state)
{
    write_curve(state, "slow-s1", 0.1, 0.5, 0.7);
    write_curve(state, "slow-s2", 0, 0.5, 0.5); /* censored at 30 */
    write_curve(state, "fast-s1", 0.6, 0.8, NAN);
    write_curve(state, "fast-s2", 0.5, 0.9, NAN);
    support_write_text(state, "sweep/results.csv",
                       "rule,seed,presentations,accuracy,similarity\nslow,1,30,0.7,\n"
                       "slow,2,30,0.5,\nfast,1,20,0.8,\nfast,2,20,0.9,\n");
    char *out = support_run_well(state, "stats sweep --measure to_criterion");
    /* R 4.2.2: survfit(Surv(c(30, 30), c(1, 0)) ~ 1), survfit(Surv(c(10, 20), c(1, 1)) ~ 1) */
    expect_in(out, "slow  2        1  30\n");
    expect_in(out, "fast  2        2  15\n");
    /* R 4.2.2: survdiff(Surv(c(30, 30, 10, 20), c(1, 0, 1, 1)) ~ c(1, 1, 2, 2)) */
    expect_in(out, "fast - slow  2.882  0.0896  0.0896");
    free(out);
    /* by hand: (0.1 * 10 + 0.5 * 10) / 30; 0.8 goes on from 20 to 30 */
    out = support_run_well(state, "stats sweep --measure curve_area --filter seed=1");
    expect_in(out, "0.2000");
    expect_in(out, "0.4667");
    free(out);
    out = support_run_well(state, "stats sweep --measure to_criterion --criterion 0.9");
    expect_in(out, "slow  2        0  -\n");
    free(out);
    /* the page of some of them has no other conditions, and misses none of the others */
    free(support_run_well(state, "report sweep --filter rule=fast --out fast.html"));
    size_t n;
    char *page = (char *)support_read(support_path(state, "fast.html"), &n);
    expect_in(page, ": rule=fast");
    expect_in(page, ">fast<");
    assert_null(strstr(page, ">slow<"));
    free(page);
    expect_fails(state, "report sweep --filter rule=fast", "--out FILE.html is missing");
    expect_fails(state, "report sweep --filter rule=fats --out f.html", "did you mean fast?");
    expect_fails(state, "stats sweep --criterion 2", "--criterion 2: expected a number above 0");
}

/* fast-s1 is the first run to have its number, and slow-s2 has none. */
static void given_times_and_costs_of_runs_when_asked_for_expect_them_as_measures(void **state)
{
    static const char *const runs[] = {"slow-s1", "slow-s2", "fast-s1", "fast-s2"};
    char name[200], text[400];
    for (int r = 0; r < 4; r++) {
        write_curve(state, runs[r], 0.1, 0.5, 0.7);
        snprintf(name, sizeof name, "sweep/runs/%s/cost.csv", runs[r]);
        snprintf(text, sizeof text,
                 "images,input_spikes,somatic_spikes,dendritic_spikes,synaptic_events,"
                 "plastic_synapses,fixed_synapses\n6,%d,20,30,1000,2000,90\n",
                 10 * r);
        if (r != 1)
            support_write_text(state, name, text);
    }
    support_write_text(state, "sweep/results.csv",
                       "rule,seed,presentations,accuracy,similarity\nslow,1,30,0.7,\n"
                       "slow,2,30,0.5,\nfast,1,20,0.8,\nfast,2,20,0.9,\n");
    support_write_text(state, "sweep/times.csv",
                       "run,seconds\nslow-s1,1.5\nslow-s2,2.5\nfast-s1,4\nfast-s2,8\n");
    char *out = support_run_well(state, "stats sweep --table seconds,input_spikes --by rule");
    expect_in(out, "| 2.0 ± 0.7 | 6.0 ± 2.8 | +4.0");
    expect_in(out, "| 0.0 | 25.0 ± 7.1 |");
    free(out);
    out = support_run_well(state, "stats sweep --measure seconds --filter seed=2");
    expect_in(out, "slow  1  2.5000");
    expect_in(out, "fast  1  8.0000");
    free(out);
    support_write_text(state, "sweep/times.csv", "run,seconds\nslow-s1,long\n");
    expect_fails(state, "stats sweep --measure seconds",
                 "sweep/times.csv: line 2: seconds 'long': expected a number");
}

/* Three levels of which the experiment's file compares two with the first. */
static void given_declared_families_when_run_expect_their_correction_and_test(void **state)
{
    support_write_text(state, "r.csv",
                       "rule,seed,accuracy\na,1,0.5\na,2,0.6\na,3,0.55\nb,1,0.6\nb,2,0.65\n"
                       "b,3,0.7\nc,1,0.7\nc,2,0.9\nc,3,0.75\n");
    support_write_text(state, "experiment.json",
                       "{\"primary_test\": \"permutation\", \"families\": [{\"name\": \"to a\", "
                       "\"compare\": [\"a:*\"]}]}");
    char *out = support_run_well(state, "stats r.csv --json s.json");
    expect_in(out, "p corrected within the families that are declared");
    expect_in(out, "in no declared family");
    expect_in(out, "The test that decides: permutation, as the experiment's file says.");
    free(out);
    json_error_t error;
    json_t *json = json_load_file(support_path(state, "s.json"), 0, &error);
    assert_non_null(json);
    const json_t *comparisons = json_object_get(json, "comparisons");
    const json_t *to_a = json_object_get(json_array_get(comparisons, 0), "paired");
    assert_true(fabs(number_at(to_a, "p_corrected") - 2 * number_at(to_a, "p")) < 1e-12);
    const json_t *other = json_object_get(json_array_get(comparisons, 2), "paired");
    assert_true(json_is_null(json_object_get(other, "p_corrected")));
    json_decref(json);
    out = support_run_well(state, "stats r.csv --test paired");
    expect_in(out, "The test that decides: paired. ");
    free(out);
}

/* R 4.2.2: p.adjust(c(t.test(b, a, paired = TRUE)$p.value, …), "bonferroni"). Of 4 pairs the
 * signs have at least p = 2 / 16, three times that of three comparisons. */
static void given_few_seeds_when_tests_are_corrected_expect_r_s_p_and_their_limit(void **state)
{
    static const double p[] = {0.0664897459536, 0.0577756414587, 0.9761863776857};
    support_write_text(state, "r.csv", three_rules);
    char *out = support_run_well(state, "stats r.csv --json s.json --test permutation");
    expect_in(out, "p corrected for 3 tests (Bonferroni), by seed");
    expect_in(out, "0.3750");
    expect_in(out,
              "With 4 seeds the permutation test, which decides between two levels, cannot fall "
              "below p = 0.375 after the correction; 7 seeds are needed.");
    free(out);
    json_error_t error;
    json_t *json = json_load_file(support_path(state, "s.json"), 0, &error);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "correction")), "Bonferroni");
    for (size_t i = 0; i < 3; i++) {
        const json_t *c = json_array_get(json_object_get(json, "comparisons"), i);
        const json_t *paired = json_object_get(c, "paired");
        assert_true(fabs(number_at(paired, "p_corrected") - p[i]) < 1e-12);
        assert_string_equal(json_string_value(json_object_get(paired, "stars")), "ns");
    }
    json_decref(json);
}

static void given_no_seed_in_common_when_tested_by_pairs_expect_that_it_cannot_be(void **state)
{
    support_write_text(state, "r.csv",
                       "turnover,seed,accuracy\na,1,0.5\na,2,0.6\nb,3,0.7\nb,4,0.8\n");
    char *out = support_run_well(state, "stats r.csv --test permutation");
    expect_in(
        out,
        "\nThe permutation test cannot be made (no seed in common): --test chooses another.\n");
    free(out);
    out = support_run_well(state, "stats r.csv");
    assert_null(strstr(out, "cannot be made"));
    free(out);
}

/* R 4.2.2, of sleep's two groups a and b: t.test(b, a, mu = m, alternative = …) for m of both
 * margins; the larger p. */
static void given_a_reference_when_run_expect_two_one_sided_tests(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    support_write_text(state, "ref.csv",
                       "turnover,seed,accuracy\nnone,1,0.39\nnone,2,0.28\nnone,3,0.31\n"
                       "none,4,0.21\nnone,5,0.19\nnone,6,0.64\nnone,7,0.75\nnone,8,0.36\n"
                       "none,9,0.66\nnone,10,0.54\n");
    char *out = support_run_well(state, "stats r.csv --reference ref.csv --margin 0.3");
    expect_in(out, "-0.1580  -0.3053 … -0.0107  0.0560   not shown");
    free(out);
    out = support_run_well(state, "stats r.csv --reference ref.csv --margin 0.4");
    expect_in(out, "-0.1580  -0.3053 … -0.0107  0.0054         yes");
    free(out);
}

static void given_log_odds_when_run_expect_finite_ones_at_0_and_1(void **state)
{
    support_write_text(state, "r.csv",
                       "rule,seed,tests,accuracy\na,1,10,0\na,2,10,0.5\nb,1,10,1\n"
                       "b,2,10,0.5\n");
    char *out = support_run_well(state, "stats r.csv --scale logit");
    expect_in(out, "log-odds of accuracy of 4 runs");
    expect_in(out, "-3.0445"); /* ln(0.5 / 10.5) */
    assert_null(strstr(out, "inf"));
    free(out);
    expect_fails(state, "stats r.csv --scale logit --measure tests",
                 "--scale logit: tests is no part of the tests, 0 … 1");
}

static void given_mistakes_when_run_expect_one_line_and_exit_2(void **state)
{
    support_write_text(state, "r.csv", sleep_data);
    support_write_text(state, "bad.csv", "task,seed,accuracy\na,1,1\na,2,x\n");
    expect_fails(state, "stats", "stats: expected a results file");
    expect_fails(state, "stats r.csv r.csv", "stats r.csv: expected one results file");
    expect_fails(state, "stats missing.csv", "missing.csv: cannot be opened");
    expect_fails(state, "stats bad.csv", "bad.csv: line 3: accuracy 'x': expected a number");
    expect_fails(state, "stats r.csv --measure speed",
                 "--measure speed: no measure of r.csv; it has: accuracy, similarity");
    expect_fails(state, "stats r.csv --by colour", "--by colour: no factor of r.csv");
    expect_fails(state, "stats r.csv --by ''", "--by : no factor of r.csv");
    expect_fails(state, "stats r.csv --by task,task", "expected different factors");
    expect_fails(state, "stats r.csv --by task,turnover,seed", "--by seed: no factor of r.csv");
    expect_fails(state, "stats r.csv --json no/s.json", "no/s.json");
    expect_fails(state, "stats r.csv --json r.csv",
                 "--json r.csv: would replace r.csv, which is read: name another file");
    expect_fails(state, "stats r.csv --nothing", "--nothing");
    expect_fails(state, "stats r.csv --filter turnover",
                 "--filter turnover: expected COLUMN=VALUE");
    expect_fails(state, "stats r.csv --filter turnvoer=none",
                 "--filter turnvoer=none: no such column of r.csv; did you mean turnover?");
    expect_fails(state, "stats r.csv --filter turnover=nome",
                 "no run of r.csv has turnover nome; did you mean none?");
    expect_fails(state, "stats r.csv --filter seed=a", "expected numbers, as 5 or 1..20");
    expect_fails(state, "stats r.csv --filter seed=99",
                 "--filter seed=99: no run of r.csv is left");
    expect_fails(state, "stats r.csv --scale log", "--scale log: expected plain or logit");
    expect_fails(state, "stats r.csv --scale logit", "--scale logit needs tests: no measure");
    expect_fails(state, "stats r.csv --test t", "--test t: expected paired, signed-rank, permu");
    expect_fails(state, "stats r.csv --margin 1", "--margin 1: needs --reference");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_sleep_when_run_expect_its_tables_and_json),
        WITH_FOLDER(given_a_sparse_measure_when_run_expect_dashes_with_reasons),
        WITH_FOLDER(given_two_factors_when_run_expect_tests_within_the_first),
        WITH_FOLDER(given_a_single_run_when_run_expect_one_group),
        WITH_FOLDER(given_a_dash_for_the_json_when_run_expect_it_alone_on_standard_output),
        WITH_FOLDER(given_filters_when_run_expect_the_rows_that_are_left),
        WITH_FOLDER(given_a_table_or_words_when_asked_for_expect_them_alone),
        WITH_FOLDER(given_a_level_and_other_runs_when_a_table_is_asked_for_expect_differences),
        WITH_FOLDER(given_a_sweep_when_run_expect_times_to_the_criterion_and_areas),
        WITH_FOLDER(given_times_and_costs_of_runs_when_asked_for_expect_them_as_measures),
        WITH_FOLDER(given_declared_families_when_run_expect_their_correction_and_test),
        WITH_FOLDER(given_few_seeds_when_tests_are_corrected_expect_r_s_p_and_their_limit),
        WITH_FOLDER(given_no_seed_in_common_when_tested_by_pairs_expect_that_it_cannot_be),
        WITH_FOLDER(given_a_reference_when_run_expect_two_one_sided_tests),
        WITH_FOLDER(given_log_odds_when_run_expect_finite_ones_at_0_and_1),
        WITH_FOLDER(given_mistakes_when_run_expect_one_line_and_exit_2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
