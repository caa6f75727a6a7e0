/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checkpoint: a training that is written, freed, begun anew and restored goes on to the same bits
 * as one that never stopped, with every mechanism that has a state; and what does not belong is
 * refused. */
#include "store/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "core/text.h"
#include "store/map_history.h"
#include "store/npz.h"
#include "support.h"

enum { SEED = 17 };

static struct parameters p;
static struct dataset dataset;

static const char *const small[] = {
    "data.train_per_class=7",        "data.test_per_class=6", "input.duration_ms=600",
    "input.active_ms=450",           "connections.w_max=0.6", "input.rate_max_hz=60",
    "turnover.threshold=0.25",       "turnover.period=3",     "test.sample_period=4",
    "stopping.max_presentations=24", "stopping.fraction=1",   NULL};

static void set(const char *const *assignments)
{
    for (int i = 0; assignments[i]; i++)
        if (parameters_set(&p, assignments[i]) != STATUS_OK)
            fail_msg("%s", status_message());
}

static int make_task(void **state)
{
    if (support_make_folder(state) != 0 || parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    set(small);
    return dataset_init(&dataset, &p, SEED);
}

static int free_task(void **state)
{
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static void write_it(void **state, const struct training *training)
{
    if (checkpoint_write(training, SEED, support_path(state, "")) != STATUS_OK)
        fail_msg("%s", status_message());
}

static int read_it(void **state, struct training *training, int32_t presentation)
{
    return checkpoint_read(training, SEED, support_path(state, ""), presentation);
}

static void expect_equal_fields(const struct spinet_field *field, const char *a, const char *b)
{
    if (field->n > 0) {
        const size_t size = field->type == SPINET_DOUBLE ? sizeof(double) : sizeof(int32_t);
        assert_memory_equal(a + field->offset, b + field->offset, (size_t)field->n * size);
    } else {
        const struct spinet_array *x = (const void *)(a + field->offset),
                                  *y = (const void *)(b + field->offset);
        assert_int_equal(x->n, y->n);
        assert_memory_equal(x->values, y->values, (size_t)x->n * sizeof(int32_t));
    }
}

static void expect_same(const struct training *a, const struct training *b)
{
    const struct plastic_synapses *x = &a->network.plastic, *y = &b->network.plastic;
    const size_t size = (size_t)x->n * 4;
    assert_int_equal(x->n, y->n);
    assert_int_equal(x->next_id, y->next_id);
    assert_memory_equal(x->id, y->id, size);
    assert_memory_equal(x->dendrite, y->dendrite, size);
    assert_memory_equal(x->weight, y->weight, size);
    assert_memory_equal(x->learning_rate, y->learning_rate, size);
    assert_memory_equal(x->tag, y->tag, size);
    assert_memory_equal(a->network.creb, b->network.creb,
                        (size_t)a->network.layout.n_pyramidal * 4);
    assert_int_equal(a->n_presentations, b->n_presentations);
    assert_int_equal(a->stopped_by, b->stopped_by);
    assert_int_equal(a->turnover.is_over, b->turnover.is_over);
    assert_memory_equal(a->curve, b->curve, (size_t)a->n_presentations * sizeof *a->curve);
    assert_true(a->spines.day == b->spines.day && a->spines.step == b->spines.step);
    assert_int_equal(a->network.lives != NULL, b->network.lives != NULL);
    if (a->network.lives) {
        assert_int_equal(a->network.lives->n, b->network.lives->n);
        assert_memory_equal(a->network.lives->life, b->network.lives->life,
                            (size_t)a->network.lives->n * sizeof(struct life));
    }
    const struct map_history *maps = map_history_find(a), *others = map_history_find(b);
    assert_int_equal(maps != NULL, others != NULL);
    if (maps) {
        assert_int_equal(maps->n, others->n);
        for (int32_t i = 0; i < maps->n; i++)
            assert_true(maps->moment[i].similarity == others->moment[i].similarity);
    }
    assert_ptr_equal(a->turnover.policy, b->turnover.policy);
    for (int32_t i = 0; i < a->turnover.policy->n_fields; i++)
        expect_equal_fields(&a->turnover.policy->fields[i], a->turnover.state, b->turnover.state);
}

/* Begins with a history of maps, if the parameters ask for one. */
static void begin_observed(struct training *training, struct map_history *maps)
{
    if (p.record.maps_period == 0) {
        support_begin_training(training, &p, &dataset, SEED);
        return;
    }
    if ((!maps->label && map_history_init(maps, &dataset) != STATUS_OK) ||
        training_prepare(training, &p, &dataset, kernel_find("fast"), SEED, 1) != STATUS_OK)
        fail_msg("%s", status_message());
    training->observers = &maps->observer;
    assert_int_equal(training_begin(training), STATUS_OK);
}

/* Stops at each of these presentations, goes on from the file each time, and compares the end. */
static void expect_to_go_on(void **state, const int32_t *stops, int n_stops)
{
    struct training whole, parts;
    struct map_history maps[2] = {0};
    begin_observed(&whole, &maps[0]);
    support_train_to(&whole, INT32_MAX);
    begin_observed(&parts, &maps[1]);
    for (int i = 0; i < n_stops; i++) {
        support_train_to(&parts, stops[i]);
        write_it(state, &parts);
        training_free(&parts);
        begin_observed(&parts, &maps[1]);
        if (read_it(state, &parts, stops[i]) != STATUS_OK)
            fail_msg("%s", status_message());
        assert_int_equal(parts.n_presentations, stops[i]);
    }
    support_train_to(&parts, INT32_MAX);
    expect_same(&whole, &parts);
    training_free(&whole);
    training_free(&parts);
    map_history_free(&maps[0]);
    map_history_free(&maps[1]);
}

static void given_turnover_when_stopped_at_any_time_expect_the_same_end(void **state)
{
    for (int32_t stop = 1; stop < 24; stop += 4)
        expect_to_go_on(state, &stop, 1);
}

static void given_many_stops_when_resumed_each_time_expect_the_same_end(void **state)
{
    const int32_t stops[] = {0, 1, 2, 3, 9, 10, 12, 23};
    expect_to_go_on(state, stops, 8);
}

static void given_recorded_maps_when_resumed_expect_the_same_end(void **state)
{
    const int32_t stops[] = {3, 11};
    set((const char *const[]){"record.maps_period=5", NULL});
    expect_to_go_on(state, stops, 2);
}

static void given_living_spines_when_resumed_expect_the_same_end(void **state)
{
    const int32_t stops[] = {2, 7, 20};
    set((const char *const[]){
        "intrinsic.form=kesten", "intrinsic.noise_factor=2", "intrinsic.births=rate",
        "protocol.events=day 0.5 for 1: formation 3, elimination 2, survival 0.5, clustered; day "
        "1.6 for 9: drift 1.5",
        "rest.before_training_days=0.4", "rest.between_presentations_days=0.3",
        "plasticity.ltd_spread_fraction=0.5", "record.synapses=true", NULL});
    expect_to_go_on(state, stops, 3);
}

static void given_clustered_growth_when_resumed_expect_the_same_end(void **state)
{
    const int32_t stops[] = {4, 7, 13};
    set((const char *const[]){"turnover.policy=clustered", "clustered.probation=4",
                              "record.synapses=true", NULL});
    expect_to_go_on(state, stops, 3);
}

static void given_a_stopped_training_when_resumed_expect_it_stopped(void **state)
{
    struct training training;
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, INT32_MAX);
    write_it(state, &training);
    training_free(&training);
    support_begin_training(&training, &p, &dataset, SEED);
    assert_int_equal(read_it(state, &training, 24), STATUS_OK);
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    training_free(&training);
}

static void given_no_more_patience_when_resumed_expect_it_stopped(void **state)
{
    struct training training;
    set((const char *const[]){"stopping.by=patience", "stopping.patience=2", "test.sample_period=1",
                              NULL});
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, INT32_MAX);
    const int32_t n = training.n_presentations;
    assert_int_equal(training.stopped_by, STOP_PATIENCE);
    write_it(state, &training);
    training_free(&training);
    support_begin_training(&training, &p, &dataset, SEED);
    assert_int_equal(read_it(state, &training, n), STATUS_OK);
    assert_int_equal(training.stopped_by, STOP_PATIENCE);
    training_free(&training);
}

static void given_several_checkpoints_when_listed_expect_the_last_two(void **state)
{
    struct training training;
    int32_t found[8];
    support_begin_training(&training, &p, &dataset, SEED);
    for (int32_t n = 2; n <= 10; n += 2) {
        support_train_to(&training, n);
        write_it(state, &training);
    }
    assert_int_equal(checkpoint_list(support_path(state, ""), found, 8), 2);
    assert_int_equal(found[0], 10);
    assert_int_equal(found[1], 8);
    checkpoint_remove_all(support_path(state, ""));
    assert_int_equal(checkpoint_list(support_path(state, ""), found, 8), 0);
    assert_true(file_folder_is_empty(support_path(state, "")));
    training_free(&training);
}

static void given_more_checkpoints_than_asked_for_when_listed_expect_the_newest(void **state)
{
    int32_t found[8];
    const char *folder = support_path(state, "");
    for (int k = 200; k > 0; k--) { /* in whatever order the folder has them */
        char name[64];
        snprintf(name, sizeof name, "checkpoint-%09d.npz", k * 77 % 201);
        char *path = file_join(folder, name);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
        free(path);
    }
    assert_int_equal(checkpoint_list(folder, found, 8), 8);
    for (int i = 0; i < 8; i++)
        assert_int_equal(found[i], 200 - i);
}

/* Reads the checkpoint of presentation 3 into a training of other parameters or another seed. */
static void expect_refusal(void **state, uint64_t seed, const char *what)
{
    struct training training;
    if (training_init(&training, &p, &dataset, kernel_find("fast"), seed, 1) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(checkpoint_read(&training, seed, support_path(state, ""), 3), STATUS_USER);
    support_assert_message("checkpoint-000000003.npz: ", what, NULL);
    training_free(&training);
}

static void given_a_checkpoint_of_another_run_when_read_expect_what_differs(void **state)
{
    struct training training;
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 3);
    write_it(state, &training);
    training_free(&training);
    expect_refusal(state, SEED + 1, "is of another run: its seeds differ");
    snprintf(dataset.file[0].sha256, sizeof dataset.file[0].sha256, "abc");
    expect_refusal(state, SEED, "is of another run: its data differ");
    *dataset.file[0].sha256 = '\0';
    set((const char *const[]){"turnover.period=4", NULL});
    expect_refusal(state, SEED, "is of another run: its parameters differ");
    set((const char *const[]){"turnover.period=3", NULL});
    if (strcmp(kernel_find("fast")->name, "portable") != 0) {
        assert_int_equal(training_init(&training, &p, &dataset, kernel_find("portable"), SEED, 1),
                         STATUS_OK);
        assert_int_equal(read_it(state, &training, 3), STATUS_USER);
        support_assert_message("was computed with kernel", "or another says with which to go on",
                               NULL);
        training_free(&training);
    }
}

static void given_another_version_when_read_expect_both_named(void **state)
{
    struct archive archive;
    int32_t version = CHECKPOINT_VERSION + 1;
    assert_int_equal(npz_create(&archive), STATUS_OK);
    archive_number(&archive, "version", SPINET_INT32, &version, NULL);
    assert_int_equal(npz_commit(&archive, support_path(state, "checkpoint-000000003.npz")),
                     STATUS_OK);
    expect_refusal(state, SEED, "is a checkpoint of format version 6, this spinet reads version 5");
}

static void given_only_one_of_an_earlier_spinet_when_read_expect_it_named(void **state)
{
    int32_t found[8];
    struct training training;
    support_write_text(state, "checkpoint-000000002.h5", "");
    support_write_text(state, "checkpoint-000000003.h5", "");
    assert_int_equal(checkpoint_list(support_path(state, ""), found, 8), 1);
    assert_int_equal(found[0], 3);
    support_begin_training(&training, &p, &dataset, SEED);
    assert_int_equal(read_it(state, &training, 3), STATUS_USER);
    support_assert_message("checkpoint-000000003.h5: is a checkpoint of an earlier spinet", NULL);
    support_train_to(&training, 3);
    write_it(state, &training);
    training_free(&training);
    support_write_text(state, "checkpoint-000000004.h5", "");
    assert_int_equal(checkpoint_list(support_path(state, ""), found, 8), 1);
    assert_int_equal(found[0], 3);
    checkpoint_remove_all(support_path(state, ""));
    assert_true(file_folder_is_empty(support_path(state, "")));
}

static void given_a_damaged_or_missing_checkpoint_when_read_expect_a_refusal(void **state)
{
    struct training training;
    size_t n;
    const char *path = support_path(state, "checkpoint-000000003.npz");
    expect_refusal(state, SEED, "No such file");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 3);
    write_it(state, &training);
    training_free(&training);
    uint8_t *bytes = support_read(path, &n);
    bytes[n / 2] ^= 1;
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    free(bytes);
    expect_refusal(state, SEED, "is damaged (its checksum is wrong)");
}

#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make_task, free_task)

/* One more change than there is room for is refused, so that none is left out. */
static void given_changes_of_kernels_when_restored_expect_all_on_record(void **state)
{
    struct training training;
    char all[KERNELS_BYTES] = "";
    int status = STATUS_OK, n_changes = 0;
    for (int i = 0; status == STATUS_OK; i++) {
        const char *name = i % 2 ? "naive" : "portable";
        assert_int_equal(training_init(&training, &p, &dataset, kernel_find(name), SEED, 1),
                         STATUS_OK);
        training.may_change_kernel = true;
        if (i == 0)
            support_train_to(&training, 3);
        else
            status = read_it(state, &training, 3);
        if (status == STATUS_OK) {
            text_append(all, sizeof all, i ? ", %s from 4" : "%s", name);
            assert_string_equal(training.kernels, all);
            write_it(state, &training);
            n_changes = i;
        }
        training_free(&training);
    }
    assert_int_equal(status, STATUS_USER);
    assert_true(n_changes >= 10);
    support_assert_message("kernel 'portable, naive from 4", "': no room for one change more",
                           NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TASK(given_turnover_when_stopped_at_any_time_expect_the_same_end),
        ON_TASK(given_many_stops_when_resumed_each_time_expect_the_same_end),
        ON_TASK(given_recorded_maps_when_resumed_expect_the_same_end),
        ON_TASK(given_living_spines_when_resumed_expect_the_same_end),
        ON_TASK(given_clustered_growth_when_resumed_expect_the_same_end),
        ON_TASK(given_a_stopped_training_when_resumed_expect_it_stopped),
        ON_TASK(given_no_more_patience_when_resumed_expect_it_stopped),
        ON_TASK(given_several_checkpoints_when_listed_expect_the_last_two),
        ON_TASK(given_more_checkpoints_than_asked_for_when_listed_expect_the_newest),
        ON_TASK(given_a_checkpoint_of_another_run_when_read_expect_what_differs),
        ON_TASK(given_another_version_when_read_expect_both_named),
        ON_TASK(given_only_one_of_an_earlier_spinet_when_read_expect_it_named),
        ON_TASK(given_a_damaged_or_missing_checkpoint_when_read_expect_a_refusal),
        ON_TASK(given_changes_of_kernels_when_restored_expect_all_on_record),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
