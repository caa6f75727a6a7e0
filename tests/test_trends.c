/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends and retention: a small sweep over numbers, with marks and tests within a rest, and
 * what its report shows. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "report/trends.h"
#include "support.h"

#define BEGINNING                                                                                  \
    "runs = 2;\n"                                                                                  \
    "set = [\"data.test_per_class=5\", \"stopping.max_presentations=20\", "                        \
    "\"test.sample_period=0\", \"record.synapses=true\", \"intrinsic.form=kesten\", "              \
    "\"rest.before_test_days=4\", \"record.test_days=0, 4\"];\n"
#define FACTORS                                                                                    \
    "factors: (\n"                                                                                 \
    "  { name = \"noise\"; title = \"times the noise\"; levels = ( { name = \"0.5\"; set = "       \
    "[\"intrinsic.noise_factor=0.5\"]; "                                                           \
    "}, "                                                                                          \
    "{ name = \"1\"; }, { name = \"3\"; set = [\"intrinsic.noise_factor=3\"]; } ); },\n"           \
    "  { name = \"turnover\"; levels = ( { name = \"none\"; set = [\"turnover.policy=none\"]; }, " \
    "{ name = \"random\"; } ); } );\n"

static char *read_text(void **state, const char *name)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n);
    text = realloc(text, n + 1);
    assert_non_null(text);
    text[n] = '\0';
    return text;
}

/* The row of a figure's lines; fails the test if there is not one. */
static const json_t *row_of(const json_t *figure, const char *panel, const char *series, double x)
{
    const json_t *row, *found = NULL;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(figure, "tables"), "lines"), i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "panel")), panel) != 0 ||
            strcmp(json_string_value(json_object_get(row, "series")), series) != 0 ||
            json_number_value(json_object_get(row, "x")) != x)
            continue;
        assert_null(found);
        found = row;
    }
    if (!found)
        fail_msg("no row %s, %s, %g", panel, series, x);
    return found;
}

static double part_alive(const json_t *figure, const char *panel, double day)
{
    return json_number_value(json_object_get(row_of(figure, panel, "small", day), "y"));
}

static void
given_levels_that_are_numbers_when_reported_expect_lines_marks_titles_and_retention(void **state)
{
    support_write_text(
        state, "a.sweep",
        BEGINNING "marks: ( { label = \"the usual\"; levels = [\"1\", \"none\"]; } );\n" FACTORS);
    free(support_run_well(state, "sweep a.sweep --out s --threads 2 --quiet"));
    free(support_run_well(state, "report s"));
    struct study study;
    assert_int_equal(study_read(&study, support_path(state, "s")), STATUS_OK);
    assert_true(trends_any(&study));

    /* each condition's retention is that of its runs */
    json_t *accuracy = support_figure(state, "s/report.html", "retention"),
           *alive = support_figure(state, "s/report.html", "retention-alive");
    for (int32_t g = 0; g < 6; g++) {
        double last = 0;
        for (int32_t r = 0; r < study.n_runs; r++)
            if (study.run[r].condition == g)
                last += study.run[r].value[STUDY_ACCURACY] / 2;
        const char *noise = study.factor[0]->levels[g / 2],
                   *turnover = study.factor[1]->levels[g % 2];
        char panel[40], name[40];
        snprintf(panel, sizeof panel, "noise %s", noise);
        snprintf(name, sizeof name, "%s, %s", noise, turnover);
        const json_t *row = row_of(accuracy, panel, turnover, 4);
        assert_int_equal(json_integer_value(json_object_get(row, "runs")), 2);
        support_expect_near(json_number_value(json_object_get(row, "y")), last, 1e-5);
        assert_true(part_alive(alive, name, 0) == 1);
    }
    json_t *trend = support_figure(state, "s/report.html", "accuracy-trend"),
           *values = json_object_get(trend, "values");
    assert_string_equal(json_string_value(json_object_get(trend, "title")),
                        "accuracy over times the noise");
    assert_string_equal(json_string_value(json_object_get(values, "x_label")), "times the noise");
    assert_string_equal(json_string_value(json_object_get(values, "series_label")), "turnover");
    json_decref(trend);
    /* more noise, fewer of the small ones */
    assert_true(part_alive(alive, "3, none", 4) < part_alive(alive, "1, none", 4));
    json_decref(accuracy);
    json_decref(alive);
    study_free(&study);

    char *html = read_text(state, "s/report.html");
    static const char *const parts[] = {"id=\"figure-accuracy-trend\"",
                                        "id=\"figure-spines-size-trend\"",
                                        "id=\"figure-spines-lost-trend\"",
                                        "<h2 id=\"retention\">",
                                        ": times the noise (noise) <bdi>0.5",
                                        "id=\"figure-retention\"",
                                        "id=\"figure-retention-alive\"",
                                        "<li><a href=\"#retention\">",
                                        "\"mark\":\"the usual\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(html, parts[i]))
            fail_msg("%s", parts[i]);
    assert_null(strstr(html, "id=\"figure-retention-without\""));
    free(html);
}

static void given_levels_that_grow_tenfold_when_reported_expect_a_logarithmic_axis(void **state)
{
    static const char *const axes[] = {"linear", "log"};
    for (int is_log = 0; is_log < 2; is_log++) {
        char text[400];
        snprintf(text, sizeof text,
                 "budget,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,"
                 "accuracy,ties,undecided,similarity\n"
                 "10,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n"
                 "20,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n"
                 "%d,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n",
                 is_log ? 100 : 99);
        support_write_text(state, "results.csv", text);
        free(support_run_well(state, "report ."));
        json_t *trend = support_figure(state, "report.html", "accuracy-trend");
        const json_t *values = json_object_get(trend, "values"),
                     *type = json_object_get(values, "x_type");
        assert_string_equal(type ? json_string_value(type) : "linear", axes[is_log]);
        assert_int_equal(json_array_size(json_object_get(values, "x_values")), is_log ? 3 : 0);
        json_decref(trend);
    }
}

static void given_more_conditions_than_have_panels_when_reported_expect_how_many_have(void **state)
{
    char text[4096] = "runs = 1;\nset = [\"data.test_per_class=2\", "
                      "\"stopping.max_presentations=1\", \"test.sample_period=0\", "
                      "\"rest.before_test_days=1\", \"record.test_days=0, 1\"];\n"
                      "factors: ( { name = \"a\"; levels = (";
    for (int i = 1; i <= 10; i++)
        sprintf(text + strlen(text), "%s { name = \"n%d\"; set = [\"turnover.period=%d\"]; }",
                i > 1 ? "," : "", i, i);
    strcat(text, " ); }, { name = \"b\"; levels = ( { name = \"c\"; }, { name = \"d\"; }, "
                 "{ name = \"e\"; }, { name = \"f\"; } ); } );\n");
    support_write_text(state, "a.sweep", text);
    free(support_run_well(state, "sweep a.sweep --out s --threads 2 --quiet"));
    free(support_run_well(state, "report s"));
    char *html = read_text(state, "s/report.html");
    assert_non_null(strstr(html, "Mean weight of those still alive. The first 36 of 40 panels, "));
    free(html);
}

static void given_levels_that_are_words_when_asked_expect_no_lines(void **state)
{
    struct study study;
    support_write_text(state, "results.csv",
                       "task,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,"
                       "accuracy,ties,undecided,similarity\n"
                       "1,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n"
                       "2,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n"
                       "3x,1,d,1-2,9,none,3,limit,4,0.5,0,0,0.1\n");
    assert_int_equal(study_read(&study, support_path(state, "")), STATUS_OK);
    assert_false(trends_any(&study));
    study_free(&study);
}

static void given_a_mark_or_title_that_cannot_be_when_read_expect_the_line(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"marks: ( { label = \"x\"; levels = [\"7\"]; } );\n",
         "marks: 7: expected a level of a factor"},
        {"marks: ( { label = \"x\"; } );\n", "a.sweep:3: this: expected groups { label"},
        {"marks: ( \"x\" );\n", "a.sweep:3: this: expected groups { label"},
        {"marks = 3;\n", "a.sweep:3: marks: expected a list of at most 16 groups"},
        {"full = { factors: ( { name = \"a\"; title = 3; } ); };\n",
         "a.sweep:3: title: expected a text of less than 64 bytes"},
        {"marks: ( { label = \"\"; levels = [\"1\"]; } );\n", "a.sweep:3: this: expected groups"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        struct support_run run;
        snprintf(text, sizeof text, "%s%s%s", BEGINNING, cases[i].text, FACTORS);
        support_write_text(state, "a.sweep", text);
        support_run(state, &run, "sweep a.sweep --out s --quiet");
        assert_int_equal(run.exit_code, 2);
        if (!strstr(run.err, cases[i].message))
            fail_msg("%s", run.err);
        support_run_free(&run);
    }
}

static void given_a_damaged_retention_file_when_reported_expect_the_line(void **state)
{
    struct support_run run;
    free(support_run_well(state,
                          "train --quiet --no-pictures --threads 1 --set data.test_per_class=2 "
                          "--set stopping.max_presentations=2 --out run"));
    support_write_text(state, "run/retention.csv",
                       "days,spines,n,mean_weight,tests,accuracy,ties,undecided,accuracy_spikes,"
                       "decoded,vector_correlation\n"
                       "0,all,10,0.1,4,0.5,0,0,,,\n0,huge,10,0.1,4,0.5,0,0,,,\n");
    support_run(state, &run, "report run");
    assert_int_equal(run.exit_code, 2);
    if (!strstr(run.err,
                "retention.csv: line 3: spines 'huge': expected one of all, small, middle, "
                "large, new"))
        fail_msg("%s", run.err);
    support_run_free(&run);
    assert_false(file_exists(support_path(state, "run/report.html")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(
            given_levels_that_are_numbers_when_reported_expect_lines_marks_titles_and_retention),
        WITH_FOLDER(given_levels_that_grow_tenfold_when_reported_expect_a_logarithmic_axis),
        WITH_FOLDER(given_more_conditions_than_have_panels_when_reported_expect_how_many_have),
        WITH_FOLDER(given_levels_that_are_words_when_asked_expect_no_lines),
        WITH_FOLDER(given_a_mark_or_title_that_cannot_be_when_read_expect_the_line),
        WITH_FOLDER(given_a_damaged_retention_file_when_reported_expect_the_line),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests_name("trends", tests, NULL, NULL);
}
