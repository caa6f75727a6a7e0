/* SPDX-License-Identifier: GPL-3.0-or-later */
/* map_history: maps taken over training, written, read back, and what the reader refuses. */
#include "store/map_history.h"

#include <math.h>

#include "core/status.h"
#include "support.h"
#include "train/maps.h"
#include "train/train.h"

enum { SEED = 5 };

static struct parameters p;
static struct dataset dataset;
static struct training training;
static struct map_history maps_taken;

static int train_a_little(void **state)
{
    const char *const set[] = {"data.train_per_class=7", "data.test_per_class=6",
                               "input.duration_ms=600",  "input.active_ms=450",
                               "record.maps_period=4",   "stopping.max_presentations=10",
                               "test.sample_period=0",   NULL};
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    for (int i = 0; set[i]; i++)
        if (parameters_set(&p, set[i]) != STATUS_OK)
            return -1;
    if (dataset_init(&dataset, &p, SEED) != STATUS_OK ||
        map_history_init(&maps_taken, &dataset) != STATUS_OK ||
        training_prepare(&training, &p, &dataset, kernel_find("fast"), SEED, 1) != STATUS_OK)
        return -1;
    training.observers = &maps_taken.observer;
    if (training_begin(&training) != STATUS_OK)
        return -1;
    while (training.stopped_by == STOP_NOT_YET)
        if (training_step(&training) != STATUS_OK)
            return -1;
    return support_make_folder(state);
}

static int end_training(void **state)
{
    training_free(&training);
    map_history_free(&maps_taken);
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static void given_a_period_when_trained_expect_maps_at_start_each_period_and_end(void **state)
{
    (void)state;
    const int32_t expected[] = {0, 4, 8, 10};
    assert_int_equal(maps_taken.n, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(maps_taken.moment[i].presentation, expected[i]);
    for (int32_t t = 0; t < training.n_presentations; t++)
        assert_int_equal(isnan(map_history_similarity(&maps_taken, t + 1)),
                         !(t == 3 || t == 7 || t == 9));
}

static void given_the_last_moment_when_compared_expect_the_maps_of_the_network(void **state)
{
    (void)state;
    struct maps maps;
    assert_int_equal(maps_init(&maps, &training.network, &dataset), STATUS_OK);
    const struct map_moment *last = &maps_taken.moment[maps_taken.n - 1];
    for (int i = 0; i < maps.n_classes * maps.width * maps.height; i++)
        assert_true(map_history_weights(&maps_taken, maps_taken.n - 1)[i] == (float)maps.weight[i]);
    assert_true(last->similarity == maps.similarity);
    assert_true(maps.similarity ==
                map_history_similarity(map_history_find(&training), training.n_presentations));
    maps_free(&maps);
}

static void given_no_observer_when_trained_expect_the_same_network(void **state)
{
    (void)state;
    struct training plain;
    struct parameters q = p;
    q.record.maps_period = 0;
    assert_int_equal(training_init(&plain, &q, &dataset, kernel_find("fast"), SEED, 1), STATUS_OK);
    while (plain.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&plain), STATUS_OK);
    assert_null(map_history_find(&plain));
    assert_int_equal(plain.network.plastic.n, training.network.plastic.n);
    assert_memory_equal(plain.network.plastic.weight, training.network.plastic.weight,
                        (size_t)plain.network.plastic.n * sizeof(float));
    training_free(&plain);
}

static void given_a_history_when_written_and_read_expect_it_again(void **state)
{
    struct map_history read;
    const struct map_history *written = &maps_taken;
    assert_int_equal(map_history_write(written, support_path(state, "")), STATUS_OK);
    const int result = map_history_read(&read, support_path(state, "maps_training.csv"));
    if (result != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(read.n, written->n);
    assert_int_equal(read.n_classes, written->n_classes);
    assert_int_equal(read.width, written->width);
    assert_int_equal(read.height, written->height);
    assert_memory_equal(read.label, written->label, (size_t)read.n_classes * sizeof *read.label);
    for (int32_t m = 0; m < read.n; m++) {
        assert_int_equal(read.moment[m].presentation, written->moment[m].presentation);
        assert_float_equal(read.moment[m].similarity, written->moment[m].similarity, 1e-6);
        for (int i = 0; i < read.n_classes * read.width * read.height; i++) /* four digits */
            assert_float_equal(map_history_weights(&read, m)[i], map_history_weights(written, m)[i],
                               2e-3);
    }
    map_history_free(&read);
}

#define HEADER "presentation,label,similarity,y0x0,y0x1\n"

static void given_a_damaged_file_when_read_expect_its_line_named(void **state)
{
    const struct {
        const char *text, *what;
    } cases[] = {
        {"", ": is empty: expected a header"},
        {"a,b\n", "line 1: 'a,b': has no column presentation: expected presentation,label,"},
        {"presentation,label,similarity,y0x0,y0x2\n", "line 1: expected pixels"},
        {"presentation,label,similarity,y0x0,1\n", "line 1: expected pixels"},
        {HEADER "0,1,0.5,1\n", "line 2: '0,1,0.5,1': 4 columns: expected 5, as in line 1"},
        {HEADER "0,1,0.5,1,x\n", "line 2: y0x1 'x': expected a number"},
        {HEADER "0,1,0.5,1,\n", "line 2: y0x1 '': expected a number"},
        {HEADER "0,1,nan,1,2\n", "line 2: similarity 'nan': expected a number"},
        {HEADER "-1,1,0,1,2\n", "line 2: presentation '-1': expected a whole number"},
        {HEADER "0,1,0,1,2\n0,2,0,1,2\n9,1,0,1,2\n9,3,0,1,2\n",
         "line 5: the maps of a presentation are not those of all classes in order"},
        {HEADER "0,1,0,1,2\n0,2,0,1,2\n9,1,0,1,2\n8,2,0,1,2\n",
         "line 5: the maps of a presentation are not those of all classes in order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct map_history history;
        const char *path = support_write_text(state, "damaged.csv", cases[i].text);
        assert_int_equal(map_history_read(&history, path), STATUS_USER);
        support_assert_message("damaged.csv", cases[i].what, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_period_when_trained_expect_maps_at_start_each_period_and_end),
        cmocka_unit_test(given_the_last_moment_when_compared_expect_the_maps_of_the_network),
        cmocka_unit_test(given_no_observer_when_trained_expect_the_same_network),
        cmocka_unit_test(given_a_history_when_written_and_read_expect_it_again),
        cmocka_unit_test(given_a_damaged_file_when_read_expect_its_line_named),
    };
    return cmocka_run_group_tests_name("map_history", tests, train_a_little, end_training);
}
