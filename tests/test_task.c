/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which spines are related to the task: by hand, of noise, and in a run. */
#include "train/task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "store/run_tables.h"
#include "support.h"
#include "train/train.h"

enum { IMAGES = 40, SPINES = 4000 };

/* Images of two classes in turn. */
static void make_classes(int32_t *classes)
{
    for (int32_t i = 0; i < IMAGES; i++)
        classes[i] = i % 2;
}

/* Three spines: active in the images of class 1 alone, in those of class 0 alone, always the same.
 */
static void given_spines_of_one_class_when_related_expect_correlations_of_1_and_less(void **state)
{
    enum { N = 3 };
    struct task_spine spine[N] = {0};
    int32_t classes[IMAGES];
    float calcium[IMAGES][N];
    (void)state;
    make_classes(classes);
    for (int32_t i = 0; i < IMAGES; i++) {
        calcium[i][0] = classes[i] == 1 ? 3 : 0.5F;
        calcium[i][1] = 3.5F - calcium[i][0];
        calcium[i][2] = 0.7F;
    }
    assert_int_equal(task_relate_class(spine, calcium[0], N, N, classes, IMAGES, 1, 5), STATUS_OK);
    support_expect_near((double)spine[0].correlation, 1, 1e-6);
    support_expect_near((double)spine[1].correlation, -1, 1e-6);
    assert_true(isnan(spine[2].correlation));
    assert_true(spine[0].is_related && spine[0].n_reaching == 0);
    assert_true(!spine[1].is_related && spine[1].n_reaching == TASK_SHUFFLES);
    assert_true(!spine[2].is_related && spine[2].n_reaching == TASK_SHUFFLES);
}

static void given_four_images_when_related_expect_pearson_by_hand(void **state)
{
    static const int32_t classes[] = {0, 1, 0, 1};
    static const float calcium[] = {1, 2, 3, 5};
    struct task_spine spine = {0};
    (void)state;
    /* x - 2.75: -1.75, -0.75, 0.25, 2.25; class - 0.5: -0.5, 0.5, -0.5, 0.5
     * sum of products 1.5; squares 8.75 and 1 */
    assert_int_equal(task_relate_class(&spine, calcium, 1, 1, classes, 4, 1, 5), STATUS_OK);
    support_expect_near((double)spine.correlation, 1.5 / sqrt(8.75), 1e-6);
    /* of the 6 pairs of images that may be of class 1, those that reach 7: 2 + 5 and 3 + 5 */
    support_expect_near(spine.n_reaching, TASK_SHUFFLES / 3., 60);
}

/* Of spines that have nothing to do with the class 2.5 % are above the 97.5th percentile. */
static void given_noise_when_related_expect_one_in_forty(void **state)
{
    struct task_spine *spine = calloc(SPINES, sizeof *spine);
    float *calcium = malloc((size_t)IMAGES * SPINES * sizeof *calcium);
    int32_t classes[IMAGES], n = 0;
    (void)state;
    make_classes(classes);
    for (int32_t k = 0; k < IMAGES * SPINES; k++)
        calcium[k] = random_unit_float(random_words(3, RANDOM_OWN, (uint32_t)k, 0, 0).word[0]);
    assert_int_equal(task_relate_class(spine, calcium, SPINES, SPINES, classes, IMAGES, 1, 5),
                     STATUS_OK);
    for (int32_t j = 0; j < SPINES; j++)
        n += spine[j].is_related;
    support_expect_near(n, SPINES / 40., 4 * sqrt(SPINES / 40.));
    free(calcium);
    free(spine);
}

/* Images whose channels are made as they are shown, and the same made before. */
static void given_edges_or_on_and_off_when_related_expect_that_of_the_images_shown(void **state)
{
    static const char *const channels[] = {"input.channels=edges", "input.channels=on-off"};
    enum { SHOWN = 4 };
    (void)state;
    for (int c = 0; c < 2; c++) {
        static struct parameters p;
        struct dataset dataset, with_made;
        struct training training;
        struct task_spines task = {0}, of_made = {0};
        parameters_preset(&p, "authors");
        support_set(&p, channels[c]);
        assert_int_equal(dataset_init(&dataset, &p, 1), STATUS_OK);
        with_made = dataset;
        assert_int_equal(images_make(&dataset.train, &with_made.train), STATUS_OK);
        support_begin_training(&training, &p, &dataset, 1);
        struct presenter *presenter = &training.presenter;
        assert_int_equal(task_relate(&task, presenter, &training.network, &dataset, SHOWN, 1),
                         STATUS_OK);
        assert_int_equal(task_relate(&of_made, presenter, &training.network, &with_made, SHOWN, 1),
                         STATUS_OK);
        assert_int_equal(task.n, of_made.n);
        assert_memory_equal(task.spine, of_made.spine, (size_t)task.n * sizeof *task.spine);
        task_free(&task);
        task_free(&of_made);
        training_free(&training);
        images_free(&with_made.train);
        dataset_free(&dataset);
    }
}

/* The table has the network's synapses and does not change what else a run comes to. */
static void given_a_run_when_asked_expect_a_row_a_synapse_and_the_same_answers(void **state)
{
    static const char *const run =
        "train -q --no-pictures --set data.train_per_class=20 --set data.test_per_class=5 "
        "--set stopping.max_presentations=20 --set test.sample_period=0 --set record.synapses=true";
    char text[512];
    snprintf(text, sizeof text, "%s --set record.task_images=40 --out with", run);
    free(support_run_well(state, text));
    snprintf(text, sizeof text, "%s --out without", run);
    free(support_run_well(state, text));
    support_expect_same(support_path(state, "with/predictions.csv"),
                        support_path(state, "without/predictions.csv"));
    support_expect_same(support_path(state, "with/network.csv"),
                        support_path(state, "without/network.csv"));
    struct task_spine *spine = NULL;
    int32_t n, n_related = 0;
    if (table_read_in(&task_table, support_path(state, "with"), &spine, &n) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(n, 1000);
    for (int32_t i = 0; i < n; i++) {
        assert_true(spine[i].position_um >= 0 && spine[i].position_um <= 100);
        assert_int_equal(spine[i].label, spine[i].dendrite < 400 ? 1 : 2);
        assert_int_equal(spine[i].is_related, spine[i].n_reaching < TASK_OUTSIDE);
        n_related += spine[i].is_related;
    }
    assert_true(n_related > 100); /* pixels tell the shapes apart */
    free(spine);
}

/* Four spines on a dendrite of 100 um: at 10 and 12 um, related; at 50; and a new one, silent,
 * at 13. Of 3 pairs within 5 um one is of related ones, 3 * 2 / 12 would be by chance. The new one
 * has both related ones near; anywhere else it would have 2 * 10 / 100. */
static void given_four_spines_when_studied_expect_pairs_by_hand(void **state)
{
    static const char *const expected[] = {
        "all,silent part,1,0.250", "all,related part of new,1,0.000",
        "all,related pairs over chance,1,2.000", "all,new near related over chance,1,10.000",
        "all,new near others over chance,1,0.000"};
    free(support_run_well(state, "train -q --no-pictures --set data.train_per_class=20 "
                                 "--set data.test_per_class=5 --set stopping.max_presentations=20 "
                                 "--set test.sample_period=0 --set record.synapses=true "
                                 "--set record.task_images=4 --out run"));
    support_write_text(
        state, "run/synapse_log.csv.gz",
        "id,input,dendrite,position_um,birth,born_presentation,born_day,weight_at_birth,weight_max,"
        "death,died_presentation,died_day,weight_at_end\n"
        "0,0,3,10,initial,0,0,0.1,0.2,,,,0.2\n1,1,3,12,initial,0,0,0.1,0.2,,,,0.2\n"
        "2,2,3,50,initial,0,0,0.1,0.2,,,,0.2\n3,3,3,13,random,10,0.958,0.1,0,,,,0\n");
    support_write_text(state, "run/task_spines.csv.gz",
                       "id,input,dendrite,position_um,weight,class,correlation,shuffles_reaching,"
                       "related\n0,0,3,10,0.2,1,0.9,0,1\n1,1,3,12,0.2,1,0.9,0,1\n"
                       "2,2,3,50,0.2,1,0.1,400,0\n3,3,3,13,0,1,0.1,400,0\n");
    free(support_run_well(state, "spines run --out out"));
    size_t n;
    char *table = (char *)support_read(support_path(state, "out/task.csv"), &n);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!strstr(table, expected[i]))
            fail_msg("%s is not in\n%s", expected[i], table);
    free(table);
    struct support_run run;
    support_write_text(state, "run/task_spines.csv.gz",
                       "id,input,dendrite,position_um,weight,class,correlation,shuffles_reaching,"
                       "related\n7,0,3,10,0.2,1,0.9,0,1\n");
    support_run(state, &run, "spines run --out out");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(
        strstr(run.err, "run/task_spines.csv.gz: synapse 7 is not in synapse_log.csv.gz"));
    support_run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_spines_of_one_class_when_related_expect_correlations_of_1_and_less),
        cmocka_unit_test(given_four_images_when_related_expect_pearson_by_hand),
        cmocka_unit_test(given_noise_when_related_expect_one_in_forty),
        cmocka_unit_test(given_edges_or_on_and_off_when_related_expect_that_of_the_images_shown),
        WITH_FOLDER(given_four_spines_when_studied_expect_pairs_by_hand),
        WITH_FOLDER(given_a_run_when_asked_expect_a_row_a_synapse_and_the_same_answers),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
