/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet train, interrupted, killed and resumed, end to end: every result is byte for byte that of
 * a run that was left alone (but for the seconds). */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/random.h"
#include "support.h"

enum { ARGUMENTS_MAX = 32 };

/* What all runs here are: hard shapes with everything on that has a state. */
static const char *const task[] = {"--seed",
                                   "5",
                                   "--threads",
                                   "1",
                                   "--no-pictures",
                                   "--checkpoint-every",
                                   "7",
                                   "--set",
                                   "data.test_per_class=10",
                                   "--set",
                                   "stopping.max_presentations=28",
                                   "--set",
                                   "record.maps_period=9",
                                   "--set",
                                   "record.weights_period=5",
                                   "--set",
                                   "intrinsic.form=kesten",
                                   "--set",
                                   "turnover.policy=clustered",
                                   "--set",
                                   "turnover.period=9",
                                   "--log-synapses",
                                   "--record-spikes",
                                   NULL};

/* Starts spinet train; what it says goes to the file `err`. */
static pid_t start(const char *option, const char *folder, const char *const *more, const char *err)
{
    const char *arguments[ARGUMENTS_MAX] = {"spinet", "train", option, folder};
    int n = 4;
    for (int i = 0; more && more[i]; i++)
        arguments[n++] = more[i];
    return support_start(arguments, err);
}

static void wait_ms(double ms)
{
    const struct timespec time = {(time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000};
    nanosleep(&time, NULL);
}

static const char *const results[] = {"learning_curve.csv",
                                      "network.csv",
                                      "predictions.csv",
                                      "maps.csv",
                                      "maps_training.csv",
                                      "synapse_log.csv.gz",
                                      "clustered_births.csv",
                                      "clustered_distance.csv",
                                      "synapse_weights.csv.gz",
                                      "network.h5",
                                      "node_types.csv",
                                      "edge_types.csv",
                                      "spikes.h5",
                                      "result.csv"};

static void expect_same(const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        size_t n, m;
        char *path_a = file_join(a, results[i]), *path_b = file_join(b, results[i]);
        char *x = (char *)support_read(path_a, &n), *y = (char *)support_read(path_b, &m);
        if (strcmp(results[i], "result.csv") == 0) { /* the last column is the time it took */
            x = realloc(x, n + 1);
            y = realloc(y, m + 1);
            x[n] = y[m] = '\0';
            *strrchr(x, ',') = *strrchr(y, ',') = '\0';
            n = strlen(x);
            m = strlen(y);
        }
        if (n != m || memcmp(x, y, n) != 0)
            fail_msg("%s differs between %s and %s", results[i], a, b);
        free(x);
        free(y);
        free(path_a);
        free(path_b);
    }
    int32_t n_left = 0;
    for (int32_t n = 0; n <= 28; n++) {
        char name[64];
        snprintf(name, sizeof name, "checkpoint-%09d.npz", n);
        char *path = file_join(b, name);
        n_left += file_exists(path);
        free(path);
    }
    char *part = file_join(b, "spikes.part");
    n_left += file_exists(part);
    free(part);
    assert_int_equal(n_left, 0);
}

/* The run left alone; how long it took, in ms. */
static double run_whole(void **state, const char *folder)
{
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_int_equal(support_finish(start("--out", folder, task, support_path(state, "err"))), 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    return (double)(after.tv_sec - before.tv_sec) * 1e3 +
           (double)(after.tv_nsec - before.tv_nsec) / 1e6;
}

/* Number of the k-th wait of a test, in ms, within a run of so many. */
static double moment(int k, double whole_ms)
{
    const struct random_words words = random_words(20261123, 99, (uint32_t)k, 0, 0);
    return whole_ms * random_unit(random_bits(&words, 0));
}

static void given_a_run_killed_at_any_moment_when_resumed_expect_the_same_bytes(void **state)
{
    const char *whole = support_path(state, "whole"), *killed = support_path(state, "killed"),
               *err = support_path(state, "err");
    const double ms = run_whole(state, whole);
    int n_killed = 0, code = -1;
    for (int k = 0; k < 12; k++) {
        char *manifest = file_join(killed, "manifest.json");
        const bool begun = file_exists(manifest);
        free(manifest);
        const pid_t pid =
            begun ? start("--resume", killed, NULL, err) : start("--out", killed, task, err);
        /* two so early that no run is over by then, however fast the machine is now */
        wait_ms(k < 2 ? 10 : moment(k, 0.6 * ms));
        kill(pid, SIGKILL);
        code = support_finish(pid);
        n_killed += code == 1000 + SIGKILL;
        if (code == 0)
            break;
    }
    assert_true(n_killed >= 2);
    if (code != 0)
        assert_int_equal(support_finish(start(
                             "--resume", killed,
                             (const char *const[]){"--threads", "2", "--no-pictures", NULL}, err)),
                         0);
    expect_same(whole, killed);
}

/* Starts a run and sends it a signal once the checkpoint of so many presentations is there: neither
 * too early nor too late, however busy the machine is. */
static void signal_after(const char *folder, int32_t presentations, int signal, const char *err)
{
    char name[64];
    int code = 0;
    snprintf(name, sizeof name, "checkpoint-%09d.npz", presentations);
    char *checkpoint = file_join(folder, name);
    for (int attempt = 0; attempt < 20 && code != 128 + signal; attempt++) {
        support_remove_tree(folder);
        const pid_t pid = start("--out", folder, task, err);
        for (int i = 0; i < 60000 && !file_exists(checkpoint); i++)
            wait_ms(1);
        kill(pid, signal);
        code = support_finish(pid); /* 0 if it was over by then */
    }
    assert_int_equal(code, 128 + signal);
    free(checkpoint);
}

static void given_a_signal_when_training_expect_a_checkpoint_and_how_to_go_on(void **state)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM};
    const char *whole = support_path(state, "whole"), *err = support_path(state, "err");
    run_whole(state, whole);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        char name[32], expected[4200];
        snprintf(name, sizeof name, "stopped-%d", (int)i);
        const char *folder = support_path(state, name);
        signal_after(folder, 7, signals[i], err);
        size_t n;
        char *said = (char *)support_read(err, &n);
        said = realloc(said, n + 1);
        said[n] = '\0';
        snprintf(expected, sizeof expected, ": spinet train --resume %s goes on", folder);
        if (!strstr(said, expected))
            fail_msg("does not say how to go on: %s", said);
        free(said);
        assert_int_equal(support_finish(start("--resume", folder, NULL, err)), 0);
        expect_same(whole, folder);
    }
}

/* One failing call: exit code 2 and this line. */
static void expect_line(void **state, const char *arguments, const char *line)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err, line);
    support_run_free(&run);
}

static void given_what_cannot_be_resumed_when_asked_expect_one_line(void **state)
{
    support_write_text(state, "file", "");
    file_make_folder(support_path(state, "empty"));
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --out done "
                                 "--set stopping.max_presentations=2 --set data.test_per_class=2"));
    expect_line(state, "train --resume none", "spinet: none: no such folder; did you mean done?\n");
    expect_line(state, "train --resume file", "spinet: file: no such folder\n");
    expect_line(state, "train --resume empty",
                "spinet: empty: holds no run, manifest.json is missing: expected a folder that "
                "`spinet train` made, or one in the runs/ of a sweep\n");
    expect_line(state, "train --resume done",
                "spinet: done: is finished, there is nothing to go on with\n");
    expect_line(state, "train --resume done --set turnover.period=3",
                "spinet: train --resume done: takes parameters and seed from that folder and goes "
                "on there: leave out --config, --set, --preset, --seed, --network, --connectome, "
                "--out and "
                "--overwrite\n");
    expect_line(state, "train --checkpoint-every -1 --out x",
                "spinet: --checkpoint-every -1: expected a whole number from 0 to 2147483647\n");
}

static void given_damaged_checkpoints_when_resumed_expect_the_one_before_or_a_refusal(void **state)
{
    const char *whole = support_path(state, "whole"), *folder = support_path(state, "damaged"),
               *err = support_path(state, "err");
    run_whole(state, whole);
    signal_after(folder, 14, SIGINT, err);
    char latest[4096] = "", before[4096] = "", part[64];
    for (int32_t n = 28; n > 0; n--) {
        snprintf(part, sizeof part, "checkpoint-%09d.npz", n);
        char *path = file_join(folder, part);
        if (file_exists(path))
            snprintf(*latest ? before : latest, sizeof latest, "%s", path);
        free(path);
    }
    assert_true(*latest && *before);
    assert_int_equal(truncate(latest, 1000), 0);
    struct support_run run;
    char *arguments = NULL;
    assert_true(
        asprintf(&arguments, "train --quiet --no-pictures --threads 1 --resume %s", "damaged") > 0);
    /* both damaged: refused, and nothing changed */
    size_t n;
    uint8_t *good = support_read(before, &n);
    assert_int_equal(truncate(before, 600), 0);
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(
        run.err, "is damaged (it has 600 bytes, and does not end with its checksum: cut off"));
    support_run_free(&run);
    FILE *file = fopen(before, "wb");
    assert_int_equal(fwrite(good, 1, n, file), n);
    fclose(file);
    free(good);
    /* the latest damaged: from the one before, and no memory is taken for one that has grown */
    assert_int_equal(truncate(latest, (off_t)60 << 30), 0);
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 0);
    assert_non_null(
        strstr(run.err, "is damaged (it has 64424509440 bytes, and does not end with its "));
    assert_non_null(strstr(run.err, "or grown); going on from the one before, of presentation "));
#if !defined(SPINET_DEBUG) /* sanitizers take some of their own */
    assert_true(run.memory_kib < 256 << 10 || support_is_slow());
#endif
    support_run_free(&run);
    expect_same(whole, folder);
    free(arguments);
}

/* Spikes that are not there any more cannot be made up for. */
static void given_a_damaged_record_of_spikes_when_resumed_expect_a_refusal(void **state)
{
    const char *folder = support_path(state, "stopped"), *err = support_path(state, "err");
    signal_after(folder, 7, SIGINT, err);
    const char *part = support_path(state, "stopped/spikes.part");
    assert_int_equal(truncate(part, 100), 0);
    struct support_run run;
    for (int i = 0; i < 2; i++) {
        support_run(state, &run, "train --quiet --no-pictures --threads 1 --resume stopped");
        assert_int_equal(run.exit_code, 2);
        assert_non_null(strstr(
            run.err, i == 0 ? "spinet: stopped/spikes.part: is damaged (it is shorter than it was, "
                              "or was changed): without an earlier checkpoint that fits it, begin "
                              "the run anew (train --overwrite)\n"
                            : "spinet: stopped/spikes.part: is missing: without the spikes so far "
                              "the run cannot go on, begin it anew (train --overwrite)\n"));
        assert_int_equal(file_exists(part), i == 0);
        support_run_free(&run);
        unlink(part); /* and gone */
    }
}

static void given_an_unfinished_folder_when_trained_into_expect_how_to_resume(void **state)
{
    const char *folder = support_path(state, "stopped");
    const pid_t pid = start("--out", folder, task, support_path(state, "err"));
    char *manifest = file_join(folder, "manifest.json");
    for (int i = 0; i < 2000 && !file_exists(manifest); i++)
        wait_ms(2);
    /* while it runs, another may neither begin nor go on there */
    struct support_run run;
    support_run(state, &run, "train --resume stopped");
    const bool was_running = kill(pid, 0) == 0;
    kill(pid, SIGKILL);
    support_finish(pid);
    assert_true(was_running);
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(
        run.err, "spinet: stopped: another spinet is at work in it: wait for it, or end it\n");
    support_run_free(&run);
    expect_line(state, "train --out stopped",
                "spinet: stopped: holds an unfinished run: go on with it by --resume stopped, name "
                "another folder, or say --overwrite\n");
    free(manifest);
}

/* Killed before its first checkpoint, a run has its manifest alone to say what it was of. */
static void given_other_data_and_no_checkpoint_when_resumed_expect_a_refusal(void **state)
{
    const char *err = support_path(state, "err");
    const char *csv = support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,4\n");
    char train_images[4200], test_images[4200];
    snprintf(train_images, sizeof train_images, "data.train_images=%s", csv);
    snprintf(test_images, sizeof test_images, "data.test_images=%s", csv);
    const char *folder = support_path(state, "killed");
    const pid_t pid =
        start("--out", folder,
              (const char *const[]){"--checkpoint-every", "0", "--set", "data.kind=files", "--set",
                                    train_images, "--set", test_images, "--set",
                                    "stopping.max_presentations=1000000", "--set",
                                    "stopping.strong_weight=1", NULL},
              err);
    char *manifest = file_join(folder, "manifest.json");
    for (int i = 0; i < 60000 && !file_exists(manifest); i++)
        wait_ms(1);
    kill(pid, SIGKILL);
    assert_int_equal(support_finish(pid), 1000 + SIGKILL);
    size_t n, m;
    char *before = (char *)support_read(manifest, &n);
    support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,5\n");
    struct support_run run;
    support_run(state, &run, "train --quiet --no-pictures --threads 1 --resume killed");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "spinet: killed: its data.train_images are not those of the "
                                    "run any more: SHA-256 "));
    support_run_free(&run);
    char *after = (char *)support_read(manifest, &m);
    assert_string_equal(after, before);
    free(before);
    free(after);
    free(manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_run_killed_at_any_moment_when_resumed_expect_the_same_bytes),
        WITH_FOLDER(given_a_signal_when_training_expect_a_checkpoint_and_how_to_go_on),
        WITH_FOLDER(given_what_cannot_be_resumed_when_asked_expect_one_line),
        WITH_FOLDER(given_damaged_checkpoints_when_resumed_expect_the_one_before_or_a_refusal),
        WITH_FOLDER(given_a_damaged_record_of_spikes_when_resumed_expect_a_refusal),
        WITH_FOLDER(given_other_data_and_no_checkpoint_when_resumed_expect_a_refusal),
        WITH_FOLDER(given_an_unfinished_folder_when_trained_into_expect_how_to_resume),
    };
    return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
