/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Baselines: what each classifier can and cannot tell apart, by data whose answers are known, and
 * the table that `spinet baselines` makes of runs. */
#include "train/baselines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "support.h"

static struct parameters p;
static struct dataset dataset;

/* Images of 2x2 pixels, lines of "label,a,b,c,d". */
static void open_images(void **state, const char *train, const char *test)
{
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.data.kind = DATA_FILES;
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s",
             support_write_text(state, "train.csv", train));
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s",
             support_write_text(state, "test.csv", test));
    if (dataset_init(&dataset, &p, 1) != STATUS_OK)
        fail_msg("%s", status_message());
}

static double accuracy_of(int32_t n_shown, enum baseline which)
{
    double accuracy[N_BASELINES];
    assert_int_equal(baselines_find(&dataset, n_shown, NULL, 1, accuracy), STATUS_OK);
    return accuracy[which];
}

/* Class 1 is bright on the left, class 2 on the right. */
static void given_classes_apart_when_learned_expect_all_right(void **state)
{
    open_images(state, "1,200,10,210,0\n2,0,190,20,220\n1,180,0,190,30\n2,30,200,0,180\n",
                "1,190,20,200,10\n2,10,210,10,190\n");
    for (int b = 0; b < BASELINE_TWO_UNITS; b++)
        assert_true(accuracy_of(4, (enum baseline)b) == 1);
    assert_true(accuracy_of(4, BASELINE_GRADIENT) == 1);
    int n_right = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) { /* shown a hundred times each */
        double accuracy[N_BASELINES];
        assert_int_equal(baselines_find(&dataset, 400, NULL, seed, accuracy), STATUS_OK);
        n_right += accuracy[BASELINE_TWO_UNITS] == 1;
    }
    /* Both units may be silent from the start. numpy, with random numbers of its own and nothing
     * else in common, gave 0.835 of 400 seeds. */
    assert_true(n_right >= 150 && n_right <= 185);
    dataset_free(&dataset);
}

/* Classes that share a pixel: a class that is learned after the other takes it over. */
static void given_phases_when_learned_expect_the_gradient_to_forget_and_means_not(void **state)
{
    double accuracy[N_BASELINES];
    OWNED struct baseline_order *order = calloc(1, sizeof *order);
    assert_non_null(order);
    open_images(state, "1,255,200,0,0\n2,200,255,0,0\n", "1,255,200,0,0\n2,200,255,0,0\n");
    assert_true(accuracy_of(600, BASELINE_GRADIENT) == 1);
    support_set(&p, "schedule.phases=1: presentations 20; 2: presentations 300");
    assert_int_equal(schedule_init(&order->schedule, &p, &dataset.classes), STATUS_OK);
    order->end[0] = 20;
    order->end[1] = 320;
    assert_int_equal(baselines_find(&dataset, 320, order, 1, accuracy), STATUS_OK);
    assert_true(accuracy[BASELINE_GRADIENT] == 0.5);
    assert_true(accuracy[BASELINE_CLASS_MEAN] == 1);
    assert_int_equal(baselines_find(&dataset, 20, order, 1, accuracy), STATUS_OK);
    assert_true(accuracy[BASELINE_CLASS_MEAN] == 0.5); /* it knows one class */
    dataset_free(&dataset);
}

/* Both means are grey and in one place: no linear classifier is better than chance. */
static void given_exclusive_or_when_learned_expect_only_the_nearest_right(void **state)
{
    static const char images[] = "1,255,255,0,0\n2,255,0,0,0\n1,0,0,0,0\n2,0,255,0,0\n";
    open_images(state, images, images);
    assert_true(accuracy_of(4, BASELINE_NEAREST) == 1);
    assert_true(accuracy_of(4, BASELINE_CLASS_MEAN) <= 0.75);
    assert_true(accuracy_of(4, BASELINE_LOGISTIC) <= 0.75);
    dataset_free(&dataset);
}

/* The classes differ in the second pixel by little, and vary in the first by much: a mean goes by
 * the first. */
static void given_long_classes_when_learned_expect_means_wrong_and_the_nearest_right(void **state)
{
    static const char train[] = "1,0,120,0,0\n2,90,140,0,0\n1,10,120,0,0\n2,255,140,0,0\n"
                                "1,20,120,0,0\n2,240,140,0,0\n1,250,120,0,0\n2,10,140,0,0\n";
    open_images(state, train, "1,250,120,0,0\n2,10,140,0,0\n");
    assert_true(accuracy_of(8, BASELINE_CLASS_MEAN) == 0);
    assert_true(accuracy_of(8, BASELINE_NEAREST) == 1);
    dataset_free(&dataset);
}

/* Means by hand: class 1 at 100, class 2 at 200 where it was shown 150 and 250; so 149 is of class
 * 1 and 151 of class 2. With only the first presentation of each, class 2 is at 150. */
static void given_counts_when_learned_expect_only_what_was_shown(void **state)
{
    open_images(state, "1,100,0,0,0\n2,150,0,0,0\n1,100,0,0,0\n2,250,0,0,0\n",
                "1,149,0,0,0\n2,151,0,0,0\n1,124,0,0,0\n2,126,0,0,0\n");
    assert_true(accuracy_of(4, BASELINE_CLASS_MEAN) == 0.75); /* 126 is taken for class 1 */
    assert_true(accuracy_of(2, BASELINE_CLASS_MEAN) == 0.75); /* 149 is taken for class 2 */
    assert_true(accuracy_of(2, BASELINE_NEAREST) == 0.75);
    assert_true(accuracy_of(1, BASELINE_CLASS_MEAN) == 0.5); /* only class 1 is known */
    assert_true(accuracy_of(1, BASELINE_NEAREST) == 0.5);
    assert_true(isnan(accuracy_of(0, BASELINE_LOGISTIC)));
    dataset_free(&dataset);
}

/* The same images and counts give the same numbers; another seed only other two units. */
static void given_hard_shapes_when_learned_expect_the_order_of_classifiers(void **state)
{
    double one[N_BASELINES], again[N_BASELINES], other[N_BASELINES];
    (void)state;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.data.stability = 0;
    p.data.overlap = 4;
    assert_int_equal(dataset_init(&dataset, &p, 1), STATUS_OK);
    assert_int_equal(baselines_find(&dataset, 135, NULL, 1, one), STATUS_OK);
    assert_int_equal(baselines_find(&dataset, 135, NULL, 1, again), STATUS_OK);
    assert_int_equal(baselines_find(&dataset, 135, NULL, 2, other), STATUS_OK);
    assert_memory_equal(one, again, sizeof one);
    assert_memory_equal(one, other, BASELINE_TWO_UNITS * sizeof *one);
    assert_true(one[BASELINE_CLASS_MEAN] > 0.7 && one[BASELINE_CLASS_MEAN] < 0.93);
    assert_true(one[BASELINE_LOGISTIC] > 0.94 && one[BASELINE_NEAREST] > 0.98);
    assert_true(one[BASELINE_TWO_UNITS] > 0.6);
    dataset_free(&dataset);
}

/* ---- the command ---- */

static char *read_text(void **state, const char *name)
{
    size_t n;
    return (char *)support_read(support_path(state, name), &n);
}

static void sweep(void **state, const char *runs)
{
    char arguments[128];
    support_write_text(
        state, "one.sweep",
        "title = \"one\"; set = [\"stopping.max_presentations=20\", \"data.test_per_class=20\", "
        "\"data.overlap=4\", \"data.stability=0\"];\n"
        "factors = ( { name = \"turnover\"; levels = ( { name = \"none\"; set = "
        "[\"turnover.policy=none\"]; }, { name = \"random\"; set = []; } ); } );");
    snprintf(arguments, sizeof arguments, "sweep one.sweep -q --out out --runs %s", runs);
    free(support_run_well(state, arguments));
}

static void given_a_sweep_when_asked_for_baselines_expect_a_row_a_run_and_a_table(void **state)
{
    sweep(state, "2");
    char *out = support_run_well(state, "baselines out");
    assert_non_null(strstr(out, "turnover  runs  images"));
    assert_non_null(strstr(out, "nearest neighbour"));
    free(out);
    char *rows = read_text(state, "out/baselines.csv");
    assert_memory_equal(rows,
                        "turnover,seed,images,accuracy,accuracy_spikes,class_mean,logistic,"
                        "nearest_neighbour,two_units,linear_by_gradient\nnone,1,20,",
                        103);
    assert_non_null(strstr(rows, "\nrandom,2,20,"));
    setenv("OMP_NUM_THREADS", "1", 1);
    free(support_run_well(state, "baselines out"));
    unsetenv("OMP_NUM_THREADS");
    char *again = read_text(state, "out/baselines.csv");
    assert_string_equal(again, rows);
    free(rows);
    free(again);
    free(support_run_well(state, "stats out/baselines.csv --measure class_mean"));
    free(support_run_well(state, "report out"));
    char *page = read_text(state, "out/report.html");
    assert_non_null(strstr(page, "by all spikes"));
    assert_non_null(strstr(page, "<h3>Baselines</h3>"));
    free(page);
    /* with more runs, those in the file are no longer all */
    sweep(state, "3");
    free(support_run_well(state, "report out"));
    page = read_text(state, "out/report.html");
    assert_null(strstr(page, "<h3>Baselines</h3>"));
    assert_non_null(strstr(page, "<code>spinet baselines out</code> finds them"));
    free(page);
}

/* Runs that were shown the same share what is found; each by itself has to come to it, too. */
static void
given_runs_shown_the_same_and_not_when_asked_for_baselines_expect_each_its_own(void **state)
{
    static const char *const levels[] = {"a", "b", "c", "d"};
    char *row[4];
    support_write_text(
        state, "shown.sweep",
        "runs = 1;\nset = [\"stopping.max_presentations=20\", \"data.test_per_class=100\", "
        "\"data.stability=0\"];\nfactors = ({name = \"x\"; levels = ("
        "{name = \"a\"; set = [\"data.overlap=4\"];}, "
        "{name = \"b\"; set = [\"data.overlap=4\", \"turnover.policy=none\"];}, "
        "{name = \"c\"; set = [\"data.overlap=2\"];}, "
        "{name = \"d\"; set = [\"data.overlap=4\", \"stopping.max_presentations=9\"];});});\n");
    free(support_run_well(state, "sweep shown.sweep --quiet --out shown"));
    free(support_run_well(state, "baselines shown"));
    char *rows = read_text(state, "shown/baselines.csv");
    for (int i = 0; i < 4; i++) {
        char command[64], name[64];
        snprintf(name, sizeof name, "\n%s,1,", levels[i]);
        row[i] = strndup(strstr(rows, name) + 3, strcspn(strstr(rows, name) + 3, "\n"));
        snprintf(command, sizeof command, "baselines shown/runs/%s-s1", levels[i]);
        free(support_run_well(state, command));
        snprintf(name, sizeof name, "shown/runs/%s-s1/baselines.csv", levels[i]);
        char *alone = read_text(state, name);
        assert_non_null(strstr(alone, row[i]));
        free(alone);
    }
    const char *const means[] = {strrchr(row[0], ','), strrchr(row[1], ','), strrchr(row[2], ','),
                                 strrchr(row[3], ',')};
    assert_string_equal(means[0], means[1]);
    assert_string_not_equal(means[0], means[2]);
    assert_string_not_equal(means[0], means[3]);
    for (int i = 0; i < 4; i++)
        free(row[i]);
    free(rows);
}

static void given_a_run_when_asked_for_baselines_expect_one_row(void **state)
{
    free(support_run_well(state, "train -q --no-pictures --out run --seed 3 --set "
                                 "stopping.max_presentations=4 --set data.test_per_class=5"));
    free(support_run_well(state, "baselines run"));
    char *rows = read_text(state, "run/baselines.csv");
    assert_non_null(strstr(rows, "seed,images,"));
    assert_non_null(strstr(rows, "\n3,4,"));
    free(rows);
}

static void given_folders_that_are_none_when_asked_for_baselines_expect_exit_2(void **state)
{
    static const char *const calls[] = {"baselines", "baselines ''", "baselines nowhere",
                                        "baselines a b"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct support_run run;
        support_run(state, &run, calls[i]);
        if (run.exit_code != 2 || !*run.err || strchr(run.err, '\n')[1])
            fail_msg("%s: exit code %d: %s", calls[i], run.exit_code, run.err);
        support_run_free(&run);
    }
    sweep(state, "1");
    file_remove(support_path(state, "out/runs/none-s1"), "manifest.json");
    struct support_run run;
    support_run(state, &run, "baselines out");
    assert_int_equal(run.exit_code, 2);
    if (!strstr(run.err, "none-s1"))
        fail_msg("%s", run.err);
    support_run_free(&run);
    assert_false(file_exists(support_path(state, "out/baselines.csv")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_classes_apart_when_learned_expect_all_right),
        WITH_FOLDER(given_phases_when_learned_expect_the_gradient_to_forget_and_means_not),
        WITH_FOLDER(given_exclusive_or_when_learned_expect_only_the_nearest_right),
        WITH_FOLDER(given_long_classes_when_learned_expect_means_wrong_and_the_nearest_right),
        WITH_FOLDER(given_counts_when_learned_expect_only_what_was_shown),
        cmocka_unit_test(given_hard_shapes_when_learned_expect_the_order_of_classifiers),
        WITH_FOLDER(given_a_sweep_when_asked_for_baselines_expect_a_row_a_run_and_a_table),
        WITH_FOLDER(given_runs_shown_the_same_and_not_when_asked_for_baselines_expect_each_its_own),
        WITH_FOLDER(given_a_run_when_asked_for_baselines_expect_one_row),
        WITH_FOLDER(given_folders_that_are_none_when_asked_for_baselines_expect_exit_2),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests_name("baselines", tests, NULL, NULL);
}
