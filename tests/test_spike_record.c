/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train/spike_record: what is added stands in spikes.h5; what comes after a checkpoint is cut off;
 * a file that is not what it was is refused. */
#include "hdf5_values.h"
#include "store/spike_record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/random.h"
#include "core/status.h"
#include "store/npz.h"
#include "support.h"

enum { STEPS = 200, PRESENTATIONS = 7 };

static const struct layout layout = {.n_pyramidal = 20, .n_neurons = 33};

/* Spikes of presentation k: of the third none. */
static void draw(struct raster *raster, int32_t k)
{
    raster_clear(raster);
    for (int32_t step = 0; step < STEPS && k != 3; step++)
        for (int32_t n = 0; n < layout.n_neurons; n++)
            if (random_words(9, RANDOM_GROW, (uint32_t)k, (uint32_t)step, (uint32_t)n).word[0] %
                    9 ==
                0)
                raster_mark(raster, step, n);
}

static void open_record(struct spike_record *record, const char *folder, bool resume)
{
    if (spike_record_open(record, folder, &layout, STEPS, 2, resume) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void add(struct spike_record *record, int32_t k)
{
    draw(&record->observer.raster[k % 2], k);
    const struct showing showing = {k < 5 ? PHASE_TRAIN : PHASE_TEST, 10 * k, k % 2 + 1,
                                    &record->observer.raster[k % 2]};
    assert_int_equal(record->observer.shown(&record->observer, &showing), STATUS_OK);
}

static const char *folder_of(void **state, const char *name)
{
    const char *path = support_path(state, name);
    assert_int_equal(file_make_folder(path), STATUS_OK);
    return path;
}

/* FOLDER/spikes.h5 of all presentations, added at once. */
static const char *write_whole(void **state, const char *name)
{
    struct spike_record record;
    const char *folder = folder_of(state, name);
    open_record(&record, folder, false);
    for (int32_t k = 0; k < PRESENTATIONS; k++)
        add(&record, k);
    assert_int_equal(record.observer.finished(&record.observer, NULL, folder), STATUS_OK);
    spike_record_free(&record);
    return folder;
}

static void read_all(struct hdf5_file *file, const char *name, enum spinet_type type, int64_t n,
                     void *values)
{
    if (hdf5_read(file, name, type, 1, &n, values) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void given_spikes_when_written_expect_them_on_one_axis_of_time(void **state)
{
    struct hdf5_file file;
    struct raster raster;
    char *path = file_join(write_whole(state, "run"), "spikes.h5");
    int64_t n, first[PRESENTATIONS + 1];
    double start[PRESENTATIONS];
    int32_t image[PRESENTATIONS], label[PRESENTATIONS];
    uint8_t phase[PRESENTATIONS];
    assert_int_equal(hdf5_open(&file, path), STATUS_OK);
    assert_int_equal(hdf5_dimensions(&file, "spikes/neurons/timestamps", SPINET_DOUBLE, 1, &n),
                     STATUS_OK);
    double *time = malloc((size_t)n * sizeof *time);
    uint64_t *node = malloc((size_t)n * sizeof *node);
    struct spike *expected = malloc((size_t)n * sizeof *expected);
    read_all(&file, "spikes/neurons/timestamps", SPINET_DOUBLE, n, time);
    read_all(&file, "spikes/neurons/node_ids", SPINET_UINT64, n, node);
    read_all(&file, "presentations/first_spike", SPINET_INT64, PRESENTATIONS + 1, first);
    read_all(&file, "presentations/start", SPINET_DOUBLE, PRESENTATIONS, start);
    read_all(&file, "presentations/phase", SPINET_UINT8, PRESENTATIONS, phase);
    read_all(&file, "presentations/image", SPINET_INT32, PRESENTATIONS, image);
    read_all(&file, "presentations/label", SPINET_INT32, PRESENTATIONS, label);
    hdf5_close(&file);
    assert_int_equal(raster_init(&raster, &layout, STEPS), STATUS_OK);
    assert_int_equal(first[0], 0);
    assert_int_equal(first[PRESENTATIONS], n);
    for (int32_t k = 0; k < PRESENTATIONS; k++) {
        draw(&raster, k);
        assert_int_equal(first[k + 1] - first[k], raster_n_spikes(&raster));
        raster_list(&raster, expected);
        for (int64_t i = first[k]; i < first[k + 1]; i++) {
            assert_true(time[i] == k * STEPS + expected[i - first[k]].step);
            assert_int_equal(node[i], expected[i - first[k]].neuron);
        }
        assert_true(start[k] == k * STEPS && phase[k] == (k >= 5) && image[k] == 10 * k &&
                    label[k] == k % 2 + 1);
    }
    raster_free(&raster);
    free(time);
    free(node);
    free(expected);
    free(path);
}

static void expect_same_file(const char *a, const char *b)
{
    size_t n, m;
    char *path_a = file_join(a, "spikes.h5"), *path_b = file_join(b, "spikes.h5");
    uint8_t *x = support_read(path_a, &n), *y = support_read(path_b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    free(x);
    free(y);
    free(path_a);
    free(path_b);
}

/* Where the record is, in a checkpoint. */
static int save_position(struct spike_record *record, const char *path)
{
    struct archive archive;
    assert_int_equal(npz_create(&archive), STATUS_OK);
    record->observer.move(&record->observer, NULL, &archive);
    return npz_commit(&archive, path);
}

static int load_position(struct spike_record *record, const char *path)
{
    struct archive archive;
    assert_int_equal(npz_open(&archive, path), STATUS_OK);
    record->observer.move(&record->observer, NULL, &archive);
    return npz_close(&archive);
}

/* A checkpoint after `kept` presentations, more of them, and then the end of the process: some of
 * what it wrote is on the disk. */
static void given_a_record_cut_when_gone_on_with_expect_the_same_bytes(void **state)
{
    const char *position = support_path(state, "position.npz");
    const char *whole = write_whole(state, "whole"), *folder = folder_of(state, "cut");
    for (int32_t kept = 0; kept <= PRESENTATIONS; kept++) {
        struct spike_record record;
        open_record(&record, folder, false);
        for (int32_t k = 0; k < kept; k++)
            add(&record, k);
        assert_int_equal(save_position(&record, position), STATUS_OK);
        for (int32_t k = 0; k < 2; k++)
            add(&record, k + kept);
        spike_record_free(&record);
        open_record(&record, folder, true);
        if (load_position(&record, position) != STATUS_OK)
            fail_msg("%s", status_message());
        for (int32_t k = kept; k < PRESENTATIONS; k++)
            add(&record, k);
        assert_int_equal(record.observer.finished(&record.observer, NULL, folder), STATUS_OK);
        spike_record_free(&record);
        expect_same_file(whole, folder);
    }
    spike_record_remove(folder);
    assert_false(file_exists(support_path(state, "cut/spikes.part")));
}

static void put(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, n, stream), n);
    assert_int_equal(fclose(stream), 0);
}

static void given_a_changed_file_when_cut_expect_a_refusal_and_the_file_left(void **state)
{
    const char *position = support_path(state, "position.npz");
    const char *folder = folder_of(state, "run"), *part = support_path(state, "run/spikes.part");
    struct spike_record record;
    size_t n;
    open_record(&record, folder, false);
    for (int32_t k = 0; k < PRESENTATIONS; k++)
        add(&record, k);
    assert_int_equal(save_position(&record, position), STATUS_OK);
    uint8_t *bytes = support_read(part, &n);
    assert_int_equal(n, record.n_bytes);
    spike_record_free(&record);
    for (size_t i = 0; i < n; i += i < 24 ? 1 : 997) { /* every byte of the first header */
        bytes[i] ^= 0x80;
        put(part, bytes, n);
        bytes[i] ^= 0x80;
        open_record(&record, folder, true);
        assert_int_equal(load_position(&record, position), STATUS_USER);
        support_assert_message("run/spikes.part: is damaged", NULL);
        spike_record_free(&record);
    }
    for (size_t length = 0; length < n; length += 1499) {
        put(part, bytes, length);
        open_record(&record, folder, true);
        assert_int_equal(load_position(&record, position), STATUS_USER);
        spike_record_free(&record);
        size_t left;
        free(support_read(part, &left));
        assert_int_equal(left, length);
    }
    free(bytes);
}

static void given_a_folder_that_is_missing_when_opened_expect_a_refusal(void **state)
{
    struct spike_record record;
    assert_int_equal(
        spike_record_open(&record, support_path(state, "none"), &layout, STEPS, 1, false),
        STATUS_USER);
    support_assert_message("none/spikes.part: cannot be written", NULL);
}

static void given_a_full_disk_when_synced_expect_an_error(void **state)
{
    const char *position = support_path(state, "position.npz");
    struct spike_record record;
    if (access("/dev/full", W_OK) != 0)
        skip();
    open_record(&record, folder_of(state, "run"), false);
    fclose(record.stream);
    record.stream = fopen("/dev/full", "wb");
    assert_non_null(record.stream);
    draw(&record.observer.raster[0], 0);
    const struct showing showing = {PHASE_TRAIN, 0, 1, &record.observer.raster[0]};
    int result = record.observer.shown(&record.observer, &showing);
    if (result == STATUS_OK)
        result = save_position(&record, position);
    assert_int_equal(result, STATUS_SYSTEM);
    support_assert_message("run/spikes.part: cannot be written (No space left on device)", NULL);
    spike_record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_spikes_when_written_expect_them_on_one_axis_of_time),
        WITH_FOLDER(given_a_record_cut_when_gone_on_with_expect_the_same_bytes),
        WITH_FOLDER(given_a_changed_file_when_cut_expect_a_refusal_and_the_file_left),
        WITH_FOLDER(given_a_folder_that_is_missing_when_opened_expect_a_refusal),
        WITH_FOLDER(given_a_full_disk_when_synced_expect_an_error),
    };
    return cmocka_run_group_tests_name("spike_record", tests, NULL, NULL);
}
