/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results depend on parameters and seed alone, end to end: the same bytes from any number of
 * threads, the same spikes from any kernel, and recording changes nothing. On small runs; the same
 * on whole ones and between compilers is tests/long/determinism.sh. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "hdf5_values.h"
#include "neuron/presentation.h"
#include "support.h"

/* Turnover, sample tests, living spines, all that can be recorded. A run in which no voltage meets
 * its threshold to within rounding: there the naive kernel may differ from the others
 * (docs/reliability.md). */
#define SMALL                                                                                      \
    "train --quiet --no-pictures --seed 7 --log-synapses --set input.duration_ms=2000 "            \
    "--set input.active_ms=1800 --set stopping.max_presentations=9 --set data.test_per_class=6 "   \
    "--set data.train_per_class=10 --set turnover.period=3 --set test.sample_period=4 "            \
    "--set test.sample_images=5 --set record.maps_period=3 --set intrinsic.form=kesten "           \
    "--set rest.before_test_days=1 "

/* One presentation is shared by all threads above 80,000 dendrites. There are few connections from
 * control dendrites, since most of the time would go into making and writing those. */
#define LARGE                                                                                      \
    "train --quiet --no-pictures --seed 7 --set pyramidal.neurons=8160 "                           \
    "--set input.duration_ms=150 --set input.active_ms=140 --set input.onset_ms=5 "                \
    "--set input.rate_max_hz=100 --set connections.w_min=0.3 --set connections.w_max=0.9 "         \
    "--set stopping.max_presentations=2 --set stopping.fraction=1 --set data.test_per_class=1 "    \
    "--set data.train_per_class=4 --set turnover.period=1 --set record.network=false "             \
    "--set connections.control_dendrite_to_pyramidal_per_cell=6 "

static const int threads[] = {1, 2, 3, 7};
enum { N_THREADS = sizeof threads / sizeof *threads };

static void train(void **state, const char *task, const char *kernel, int n_threads,
                  const char *more, const char *folder)
{
    char arguments[2048];
    snprintf(arguments, sizeof arguments, "%s--kernel %s --threads %d%s --out %s", task, kernel,
             n_threads, more, folder);
    free(support_run_well(state, arguments));
}

/* A file without what may differ: the time in the last column of result.csv. */
static uint8_t *read_result(const char *folder, const char *name, size_t *n)
{
    char *path = file_join(folder, name);
    uint8_t *bytes = support_read(path, n);
    if (strcmp(name, "result.csv") == 0)
        while (*n > 0 && bytes[*n - 1] != ',')
            --*n;
    free(path);
    return bytes;
}

/* Every file of folder `a` but the manifest and `but` has the same bytes in `b`; how many. */
static int expect_same(const char *a, const char *b, const char *but)
{
    int n_files = 0;
    DIR *entries = opendir(a);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        size_t n, m;
        if (*entry->d_name == '.' || strcmp(entry->d_name, "manifest.json") == 0 ||
            strcmp(entry->d_name, but) == 0)
            continue;
        uint8_t *x = read_result(a, entry->d_name, &n), *y = read_result(b, entry->d_name, &m);
        if (n != m || memcmp(x, y, n) != 0)
            fail_msg("%s differs between %s and %s", entry->d_name, a, b);
        free(x);
        free(y);
        n_files++;
    }
    closedir(entries);
    return n_files;
}

static void expect_same_spikes(void **state, const char *a, const char *b)
{
    struct file_difference difference;
    char *x = file_join(support_path(state, a), "spikes.h5"),
         *y = file_join(support_path(state, b), "spikes.h5");
    if (hdf5_compare(x, y, &difference) != STATUS_OK)
        fail_msg("%s", status_message());
    if (*difference.where)
        fail_msg("%s and %s: %s: %s, %s", a, b, difference.where, difference.was, difference.is);
    free(x);
    free(y);
}

static int64_t n_spikes_of(const char *folder)
{
    struct hdf5_file file;
    int64_t n = 0;
    char *path = file_join(folder, "spikes.h5");
    assert_int_equal(hdf5_open(&file, path), STATUS_OK);
    assert_int_equal(hdf5_dimensions(&file, "spikes/neurons/timestamps", SPINET_DOUBLE, 1, &n),
                     STATUS_OK);
    hdf5_close(&file);
    free(path);
    return n;
}

static void
given_kernels_threads_and_records_when_trained_expect_bytes_and_spikes_the_same(void **state)
{
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        char one[64], other[64];
        if (!(*kernel)->is_supported())
            continue;
        for (int i = 0; i < N_THREADS; i++) {
            snprintf(other, sizeof other, "%s-%d", (*kernel)->name, threads[i]);
            train(state, SMALL, (*kernel)->name, threads[i], " --record-spikes", other);
            if (i == 0)
                snprintf(one, sizeof one, "%s", other);
            else
                assert_int_equal(
                    expect_same(support_path(state, one), support_path(state, other), ""), 15);
        }
        expect_same_spikes(state, "naive-1", one);
        snprintf(other, sizeof other, "%s-unrecorded", (*kernel)->name);
        train(state, SMALL, (*kernel)->name, 2, "", other);
        const char *with = support_path(state, one), *without = support_path(state, other);
        assert_int_equal(expect_same(with, without, "spikes.h5"), 14);
        assert_int_equal(expect_same(without, with, ""), 14);
    }
    assert_true(n_spikes_of(support_path(state, "naive-1")) > 1000);
}

static void given_a_large_network_when_threads_share_it_expect_the_same_bytes(void **state)
{
    for (const struct kernel *const *kernel = kernels + 1; *kernel; kernel++) {
        char one[64], other[64];
        if (!(*kernel)->is_supported())
            continue;
        for (int i = 0; i < N_THREADS; i++) {
            snprintf(other, sizeof other, "%s-%d", (*kernel)->name, threads[i]);
            train(state, LARGE, (*kernel)->name, threads[i], " --record-spikes", other);
            if (i == 0)
                snprintf(one, sizeof one, "%s", other);
            else
                assert_int_equal(
                    expect_same(support_path(state, one), support_path(state, other), ""), 10);
            if (i > 0)
                support_remove_tree(support_path(state, other));
        }
        expect_same_spikes(state, "portable-1", one);
    }
    assert_true(n_spikes_of(support_path(state, "portable-1")) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(
            given_kernels_threads_and_records_when_trained_expect_bytes_and_spikes_the_same),
        WITH_FOLDER(given_a_large_network_when_threads_share_it_expect_the_same_bytes),
    };
    return cmocka_run_group_tests_name("determinism", tests, NULL, NULL);
}
