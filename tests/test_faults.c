/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can happen on a shared machine: a full disk, a read-only folder, limits, memory that cannot
 * be had, a clock that is set back. Each with the real binary: one clear line, what was there
 * before intact, and results that verify once the fault is gone. tests/long/faults.sh does more of
 * each, tests/test_signals.c what comes to a program at work. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"
#include "faults.h"
#include "store/hdf5_library.h"
#include "store/run.h"

/* ---- disks of our own ---- */

static bool has_mounts;

/* Mounts that nobody else sees, and that end with this process; as a user where that is allowed. */
static int make_private_mounts(void **state)
{
    (void)state;
    const uid_t user = geteuid();
    const gid_t group = getegid();
    has_mounts = unshare(CLONE_NEWNS) == 0;
    if (!has_mounts && unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
        char text[64];
        const char *const names[] = {"/proc/self/setgroups", "/proc/self/gid_map",
                                     "/proc/self/uid_map"};
        for (int i = 0; i < 3; i++) {
            snprintf(text, sizeof text, "0 %u 1", i == 1 ? group : user);
            FILE *file = fopen(names[i], "w");
            if (file) {
                fputs(i == 0 ? "deny" : text, file);
                fclose(file);
            }
        }
        has_mounts = true;
    }
    has_mounts = has_mounts && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    if (has_mounts) { /* a container may allow the one and not the other */
        has_mounts = mount("disk", "/mnt", "tmpfs", 0, "size=4k") == 0;
        umount("/mnt");
    }
    return 0;
}

/* A folder "disk" of so many KiB. */
static const char *make_disk(void **state, int kib)
{
    char options[32];
    const char *path = support_path(state, "disk");
    if (!has_mounts)
        skip();
    snprintf(options, sizeof options, "size=%dk", kib);
    mkdir(path, 0777);
    assert_int_equal(mount("disk", path, "tmpfs", 0, options), 0);
    return path;
}

static void change_disk(const char *path, int kib, unsigned long flags)
{
    char options[32];
    snprintf(options, sizeof options, "size=%dk", kib);
    assert_int_equal(mount("disk", path, "tmpfs", MS_REMOUNT | flags, options), 0);
}

static int remove_disk_and_folder(void **state)
{
    umount2(support_path(state, "disk"), MNT_DETACH);
    return support_remove_folder(state);
}
#define WITH_DISK(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, support_make_folder, remove_disk_and_folder)

/* Bytes that fill what is left of the disk, but for so many KiB. */
static void fill_disk(const char *path, int kib_left)
{
    static const char zeros[1024];
    char *name = file_join(path, "filler");
    const int file = open(name, O_WRONLY | O_CREAT, 0666);
    off_t n = 0;
    for (ssize_t written; (written = write(file, zeros, sizeof zeros)) > 0;)
        n += written;
    n -= 1024 * (off_t)kib_left;
    assert_int_equal(ftruncate(file, n > 0 ? n : 0), 0);
    close(file);
    free(name);
}

static void
given_a_disk_too_small_for_a_checkpoint_when_training_expect_the_one_before(void **state)
{
    const char *disk = make_disk(state, 520); /* holds two checkpoints, not a third beside them */
    struct support_run run;
    support_run(state, &run, TRAIN "--log-synapses --out disk/run");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.err, "spinet: disk/run/checkpoint-000000021.npz: not written (No space "
                                 "left on device)\n");
    assert_string_equal(names_in(support_path(state, "disk/run")),
                        "checkpoint-000000007.npz checkpoint-000000014.npz manifest.json");
    support_run_free(&run);
    change_disk(disk, 4000, 0);
    resume(state, "disk/run");
    expect_verified(state, "disk/run");
}

static void
given_a_disk_that_fills_up_when_training_expect_a_line_and_that_it_can_go_on(void **state)
{
    const int sizes_kib[] = {4, 8, 40, 160, 200, 400, 430};
    const char *disk = make_disk(state, 4000);
    for (size_t i = 0; i < sizeof sizes_kib / sizeof *sizes_kib; i++) {
        struct support_run run;
        change_disk(disk, sizes_kib[i], 0);
        support_run(state, &run, TRAIN "--out disk/run");
        assert_int_equal(run.exit_code, 1);
        if (strncmp(run.err, "spinet: disk/run", 16) != 0 ||
            !strstr(run.err, "(No space left on device)\n"))
            fail_msg("a disk of %d KiB: %s", sizes_kib[i], run.err);
        support_run_free(&run);
        assert_null(strstr(names_in(disk), "tmp"));
        change_disk(disk, 4000, 0);
        if (strstr(names_in(support_path(state, "disk/run")), "manifest.json"))
            resume(state, "disk/run");
        else
            free(support_run_well(state, TRAIN "--out disk/run"));
        expect_verified(state, "disk/run");
        support_remove_tree(support_path(state, "disk/run"));
    }
}

static void given_a_full_disk_when_files_are_replaced_expect_the_old_ones(void **state)
{
    const char *disk = make_disk(state, 4000);
    free(support_run_well(state, TRAIN "--out run"));
    support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,4\n");
    support_write_text(state, "n.csv", "source_id,dendrite_id,weight,plastic\n120,5,0.2,1\n");
    support_write_text(state, "disk/spikes.csv", "years of work\n");
    support_write_text(state, "disk/stats.json", "years of work\n");
    free(support_run_well(state, "shapes --difficulty hard --count 1 --out disk/shapes"));
    size_t n, m;
    const char *images = support_path(state, "disk/shapes/train-images-idx3-ubyte");
    uint8_t *before = support_read(images, &n);
    fill_disk(disk, 0);
    expect_line(state, "replay --quiet --network n.csv --images a.csv --out disk/spikes.csv", NULL,
                1, "disk/spikes.csv: not written (No space left on device)");
    struct support_run run;
    support_run(state, &run, "stats run/result.csv --json disk/stats.json");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.err,
                        "spinet: disk/stats.json: not written (No space left on device)\n");
    support_run_free(&run);
    expect_line(state, "shapes --difficulty hard --count 9 --out disk/shapes", NULL, 1,
                "disk/shapes/train-images-idx3-ubyte: not written (No space left on device)");
    uint8_t *after = support_read(images, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    before = support_read(support_path(state, "disk/spikes.csv"), &n);
    assert_memory_equal(before, "years of work\n", 14);
    free(before);
    assert_string_equal(names_in(disk), "filler shapes spikes.csv stats.json");
}

static void given_a_full_disk_when_pictures_are_drawn_expect_whole_ones_or_none(void **state)
{
    const char *disk = make_disk(state, 4000);
    free(support_run_well(state, TRAIN "--out disk/run"));
    fill_disk(disk, 12); /* for maps.csv, and a piece of a picture */
    struct support_run run;
    support_run(state, &run, "maps disk/run");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.err, "maps.png: not "));
    assert_null(strstr(names_in(support_path(state, "disk/run")), "png"));
    support_run_free(&run);
    expect_verified(state, "disk/run");
}

/* The results fit on the disk, the pictures do not: with room again they are drawn, too. */
static void
given_a_disk_full_before_the_pictures_when_training_expect_a_line_and_resume(void **state)
{
    static const char run_with_pictures[] =
        "train --quiet --threads 1 --seed 5 --set data.test_per_class=20 --checkpoint-every 0 "
        "--set stopping.max_presentations=4 --out disk/run";
    const char *disk = make_disk(state, 4000);
    bool is_found = false;
    for (int kib = 400; kib < 700 && !is_found; kib += 12) {
        struct support_run run;
        change_disk(disk, kib, 0);
        support_run(state, &run, run_with_pictures);
        is_found = strstr(run.err, ".png: not written (No space left on device)\n") != NULL;
        assert_int_equal(run.exit_code, 1);
        support_run_free(&run);
        if (!is_found)
            support_remove_tree(support_path(state, "disk/run"));
    }
    assert_true(is_found);
    assert_null(strstr(names_in(support_path(state, "disk/run")), "DONE"));
    change_disk(disk, 4000, 0);
    free(support_run_well(state, "train --quiet --threads 1 --resume disk/run"));
    assert_non_null(strstr(names_in(support_path(state, "disk/run")), "learning_curve.png"));
    assert_non_null(strstr(names_in(support_path(state, "disk/run")), "maps.png"));
    expect_verified(state, "disk/run");
}

static void given_a_full_disk_when_charts_are_drawn_expect_exit_1_and_one_line(void **state)
{
    static const struct {
        const char *before, *arguments; /* before the disk is full, and when it is */
        int kib_left;                   /* for the numbers, and for some of the charts */
    } cases[] = {
        {"spines disk/run --out disk/spines", "spines disk/run --out disk/spines", 40},
        {"params", "trace disk/run --quiet --threads 1 --presentation 2 --cell 1 --out disk/trace",
         1000},
        {"report disk", "report disk", 8},
    };
    const char *disk = make_disk(state, 6000);
    free(support_run_well(state, TRAIN "--log-synapses --out disk/run"));
    support_write_text(state, "disk/results.csv",
                       "turnover,seed,presentations,accuracy,similarity\nnone,1,90,0.5,0.1\n"
                       "none,2,80,0.6,0.2\nrandom,1,70,0.7,0.3\nrandom,2,60,0.9,0.4\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        free(support_run_well(state, cases[i].before));
        fill_disk(disk, cases[i].kib_left);
        support_run(state, &run, cases[i].arguments);
        if (run.exit_code != 1 || strchr(run.err, '\n') != run.err + strlen(run.err) - 1 ||
            (!strstr(run.err, ".svg: not written (No space left on device)") &&
             !strstr(run.err, ".html: not written (No space left on device)") &&
             !strstr(run.err, ".png: not written (No space left on device)")))
            fail_msg("%s: exit code %d, %s", cases[i].arguments, run.exit_code, run.err);
        support_run_free(&run);
        file_remove(disk, "filler");
    }
}

static void given_a_sweep_on_a_full_disk_when_there_is_room_again_expect_all_runs(void **state)
{
    const char *disk = make_disk(state, 330);
    struct support_run run;
    support_write_text(state, "a.sweep",
                       "runs = 2;\nset = [\"stopping.max_presentations=4\", "
                       "\"data.test_per_class=2\"];\nfactors: ( { name = \"turnover\"; levels = ( "
                       "{ name = \"none\"; }, { name = \"random\"; } ); } );\n");
    support_run(state, &run, "sweep a.sweep --quiet --threads 1 --out disk/s");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.err, "failed: disk/s/runs/"));
    assert_non_null(strstr(run.err, "(No space left on device)\n"));
    assert_string_equal(names_in(support_path(state, "disk/s/locks")), "");
    support_run_free(&run);
    change_disk(disk, 4000, 0);
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --out disk/s"));
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --out whole"));
    support_expect_same(support_path(state, "disk/s/results.csv"),
                        support_path(state, "whole/results.csv"));
}

/* A user whom permission bits do not bind, root, gets a file system that cannot be written. */
static void given_a_read_only_folder_when_written_to_expect_a_line(void **state)
{
    const char *disk = make_disk(state, 4000);
    free(support_run_well(state, TRAIN "--out disk/run"));
    free(support_run_well(state, TRAIN "--out disk/part"));
    file_remove(support_path(state, "disk/part"), "DONE");
    free(support_run_well(state, "shapes --difficulty hard --count 1 --out disk/shapes"));
    support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,4\n");
    support_write_text(state, "n.csv", "source_id,dendrite_id,weight,plastic\n120,5,0.2,1\n");
    support_write_text(
        state, "a.sweep",
        "factors: ( { name = \"turnover\"; levels = ( { name = \"none\"; } ); } );\n");
    change_disk(disk, 4000, MS_RDONLY);
    static const struct {
        const char *arguments, *line;
    } cases[] = {
        {TRAIN "--out disk/new", "disk/new: the folder cannot be made (Read-only file system)"},
        {TRAIN "--overwrite --out disk/run",
         "disk/run/manifest.json: cannot be written (Read-only file system)"},
        {"train --quiet --resume disk/part",
         "disk/part: cannot be written (Read-only file system)"},
        {"sweep a.sweep --quiet --out disk/s",
         "disk/s: the folder cannot be made (Read-only file system)"},
        {"replay --quiet --network n.csv --images a.csv --out disk/spikes.csv",
         "disk/spikes.csv: cannot be written (Read-only file system)"},
        {"replay --quiet --network n.csv --images a.csv --out s.csv --network-out disk/n.csv",
         "disk/n.csv: cannot be written (Read-only file system)"},
        {"shapes --difficulty hard --count 1 --out disk/shapes",
         "disk/shapes/train-images-idx3-ubyte: cannot be written (Read-only file system)"},
        {"maps disk/run", "disk/run/maps.csv: cannot be written (Read-only file system)"},
        {"bench --json disk/bench.json",
         "disk/bench.json: cannot be written (Read-only file system)"},
        {"spines --protocol ketamine --spines 100 --days 1 --out disk/s",
         "disk/s: the folder cannot be made (Read-only file system)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_line(state, cases[i].arguments, NULL, 2, cases[i].line);
    expect_verified(state, "disk/run");
}

/* ---- limits ---- */

static int limit_files_to_30_kib(void)
{
    const struct rlimit limit = {30 << 10, 30 << 10};
    return setrlimit(RLIMIT_FSIZE, &limit);
}

/* The training images fit below the limit, the test images do not. */
static void
given_a_disk_that_fills_up_when_shapes_are_replaced_expect_the_old_set_whole(void **state)
{
    static const char *const names[] = {
        "shapes/train-images-idx3-ubyte", "shapes/train-labels-idx1-ubyte",
        "shapes/t10k-images-idx3-ubyte", "shapes/t10k-labels-idx1-ubyte",
        "shapes/contact_sheet.png"};
    enum { N_NAMES = sizeof names / sizeof *names };
    uint8_t *before[N_NAMES];
    size_t n[N_NAMES], m;
    need_no_thread_sanitizer();
    free(support_run_well(state, "shapes --difficulty easy --count 5 --test-count 5 --out shapes"));
    support_write_text(state, "shapes/.host-7-1.spinet.tmp", "of one that was killed");
    for (int i = 0; i < N_NAMES; i++)
        before[i] = support_read(support_path(state, names[i]), &n[i]);
    expect_line(state, "shapes --difficulty hard --count 20 --test-count 40 --out shapes",
                limit_files_to_30_kib, 1,
                "shapes/t10k-images-idx3-ubyte: not written (File too large)");
    for (int i = 0; i < N_NAMES; i++) {
        uint8_t *after = support_read(support_path(state, names[i]), &m);
        assert_int_equal(m, n[i]);
        assert_memory_equal(after, before[i], m);
        free(after);
        free(before[i]);
    }
    assert_string_equal(names_in(support_path(state, "shapes")),
                        "contact_sheet.png t10k-images-idx3-ubyte t10k-labels-idx1-ubyte "
                        "train-images-idx3-ubyte train-labels-idx1-ubyte");
}

/* The network fits below the limit, the spikes do not. */
static void given_a_disk_that_fills_up_when_replaying_expect_the_old_network_too(void **state)
{
    char images[20 * 200 + 1] = "";
    size_t n;
    need_no_thread_sanitizer();
    for (int i = 0; i < 200; i++)
        strcat(images, i % 2 ? "1,0,10,20,255\n" : "2,1,2,3,4\n");
    support_write_text(state, "a.csv", images);
    support_write_text(state, "n.csv", "source_id,dendrite_id,weight,plastic\n120,5,0.2,1\n");
    support_write_text(state, "end.csv", "years of work\n");
    expect_line(state,
                "replay --quiet --network n.csv --images a.csv --out s.csv --network-out end.csv",
                limit_files_to_30_kib, 1, "s.csv: not written (File too large)");
    char *network = (char *)support_read(support_path(state, "end.csv"), &n);
    assert_string_equal(network, "years of work\n");
    free(network);
    assert_string_equal(names_in(support_path(state, "")), "a.csv end.csv n.csv");
}

static void
given_a_limit_on_file_sizes_when_training_expect_a_line_and_that_it_can_go_on(void **state)
{
    need_no_thread_sanitizer();
    expect_line(state, TRAIN "--out run", limit_files_to_100_kib, 1,
                "run/checkpoint-000000007.npz: not written (File too large)");
    assert_string_equal(names_in(support_path(state, "run")), "manifest.json");
    expect_line(state, "train --quiet --checkpoint-every 0" SMALL "--out late",
                limit_files_to_100_kib, 1,
                "late/checkpoint-000000024.npz: not written (File too large)");
    assert_string_equal(names_in(support_path(state, "late")), "manifest.json");
    resume(state, "run");
    resume(state, "late");
    expect_verified(state, "run");
    expect_verified(state, "late");
}

static int limit_memory_to_400_mib(void)
{
    const struct rlimit limit = {400 << 20, 400 << 20};
    return setrlimit(RLIMIT_AS, &limit);
}

static void given_no_memory_for_the_data_when_training_expect_a_line_and_nothing_left(void **state)
{
    need_plain_program();
    write_idx(state, 1000);
    expect_line(state, TRAIN_IDX, limit_memory_to_400_mib, 1,
                "not enough memory for IDX data (1048576000 bytes)");
    assert_string_equal(names_in(support_path(state, "")), "i l");
}

static int limit_stack_to_128_kib(void)
{
    const struct rlimit limit = {128 << 10, 128 << 10};
    return setrlimit(RLIMIT_STACK, &limit);
}

static void given_a_small_stack_when_training_expect_a_line_and_nothing_left(void **state)
{
    need_plain_program();
    expect_line(state, TRAIN "--out run", limit_stack_to_128_kib, 2,
                "the stack may take 128 KiB: spinet needs 960 (ulimit -s)");
    assert_string_equal(names_in(support_path(state, "")), "");
}

/* ---- memory and clocks ---- */

static char fail_at[32];

static int fail_allocations(void)
{
    return setenv("SHIM_FAIL", fail_at, 1) == 0 ? load_shim() : -1;
}

static int run_clock_backwards(void)
{
    return setenv("SHIM_CLOCK", "1", 1) == 0 ? load_shim() : -1;
}

static void
given_an_allocation_that_fails_when_training_expect_a_line_and_nothing_half(void **state)
{
    need_plain_program();
    find_shim();
    int n_failed = 0;
    const char *folder = support_path(state, "run");
    for (int k = 1;;
         k += 1 + k / (support_is_slow() ? 2 : 12)) { /* tests/long/faults.sh: every one */
        struct support_run run;
        snprintf(fail_at, sizeof fail_at, "%d", k);
        support_run_with(state, &run,
                         "train --quiet --no-pictures --threads 1 --checkpoint-every 2 --out run "
                         "--log-synapses --set intrinsic.form=kesten --set record.maps_period=2 "
                         "--set turnover.policy=clustered --set turnover.period=2 "
                         "--set data.test_per_class=3 --set data.train_per_class=5 "
                         "--set stopping.max_presentations=5",
                         fail_allocations);
        assert_null(strstr(names_in(folder), "tmp"));
        const int code = run.exit_code;
        if (code != 0 && (code != 1 || strncmp(run.err, "spinet: ", 8) != 0 ||
                          strchr(run.err, '\n') != run.err + strlen(run.err) - 1))
            fail_msg("allocation %d: exit code %d: %s", k, code, run.err);
        support_run_free(&run);
        support_remove_tree(folder);
        n_failed += code == 1;
        if (code == 0)
            break;
    }
    assert_true(n_failed > 10);
}

static void set_dates_to_2099(const char *folder)
{
    const struct timespec dates[2] = {{4070908800, 0}, {4070908800, 0}};
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while ((entry = readdir(entries)))
        if (strcmp(entry->d_name, "..") != 0) {
            char *path = file_join(folder, entry->d_name);
            assert_int_equal(utimensat(AT_FDCWD, path, dates, 0), 0);
            free(path);
        }
    closedir(entries);
}

static void given_a_clock_that_is_set_back_when_resumed_expect_the_same_results(void **state)
{
    struct support_run run;
    need_plain_program();
    find_shim();
    expect_line(state, TRAIN "--out run", limit_files_to_100_kib, 1,
                "run/checkpoint-000000007.npz: not written (File too large)");
    support_run_with(state, &run, TRAIN "--overwrite --out run", run_clock_backwards);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    expect_verified(state, "run");
    /* and with a past that lies in the future */
    assert_int_equal(unlink(support_path(state, "run/DONE")), 0);
    set_dates_to_2099(support_path(state, "run"));
    support_run_with(state, &run, "train --quiet --no-pictures --threads 1 --resume run",
                     run_clock_backwards);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    expect_verified(state, "run");
}

static void given_a_clock_that_is_set_back_when_sweeping_expect_the_same_results(void **state)
{
    struct support_run run;
    need_plain_program();
    find_shim();
    support_write_text(state, "a.sweep",
                       "runs = 2;\nset = [\"stopping.max_presentations=4\", "
                       "\"data.test_per_class=2\"];\nfactors: ( { name = \"turnover\"; levels = ( "
                       "{ name = \"none\"; } ); } );\n");
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --runs 1 --out s"));
    set_dates_to_2099(support_path(state, "s"));
    set_dates_to_2099(support_path(state, "s/runs"));
    set_dates_to_2099(support_path(state, "s/runs/none-s1"));
    support_run_with(state, &run, "sweep a.sweep --quiet --threads 1 --out s", run_clock_backwards);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --out whole"));
    support_expect_same(support_path(state, "s/results.csv"),
                        support_path(state, "whole/results.csv"));
}

/* ---- a server that is asked twice, since its first answer was lost ---- */

static int lose_answers_to_renames(void)
{
    return setenv("SHIM_RENAME", "1", 1) == 0 ? load_shim() : -1;
}

static void given_renames_said_to_fail_when_training_and_sweeping_expect_runs(void **state)
{
    static const char *const commands[] = {TRAIN "--out run", "sweep a.sweep --quiet --out s",
                                           "sweep a.sweep --quiet --out s --fresh"};
    need_plain_program();
    find_shim();
    support_write_text(state, "a.sweep",
                       "runs = 2;\nset = [\"stopping.max_presentations=4\", "
                       "\"data.test_per_class=2\"];\n"
                       "factors = ({name = \"x\"; levels = ({name = \"a\";});});\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct support_run run;
        support_run_with(state, &run, commands[i], lose_answers_to_renames);
        assert_string_equal(run.err, "");
        assert_int_equal(run.exit_code, 0);
        support_run_free(&run);
    }
    expect_verified(state, "run");
    free(support_run_well(state, "verify s"));
}

/* ---- a program for pictures that never ends ---- */

static int hurry(void)
{
    char folders[1024];
    snprintf(folders, sizeof folders, "bin:%s", getenv("PATH"));
    return setenv("PATH", folders, 1) == 0 && setenv("SHIM_HURRY", "1", 1) == 0 ? load_shim() : -1;
}

static void given_a_node_that_hangs_when_trained_expect_a_run_without_pictures(void **state)
{
    struct support_run run;
    need_plain_program();
    find_shim();
    file_make_folder(support_path(state, "bin"));
    assert_int_equal(
        chmod(support_write_text(state, "bin/node", "#!/bin/sh\nexec sleep 1000\n"), 0755), 0);
    support_run_with(state, &run, "train --quiet --set stopping.max_presentations=3 --out run",
                     hurry);
    assert_string_equal(run.err, "spinet: pictures are not drawn: node failed\n");
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    assert_false(file_exists(support_path(state, "run/maps.png")));
    expect_verified(state, "run");
}

/* ---- a file system that cannot sync, for each of its reasons, and a disk that failed to ---- */

static const char *sync_reason;

static int fail_to_sync(void)
{
    return setenv("SHIM_SYNC", sync_reason, 1) == 0 ? load_shim() : -1;
}

static void given_no_syncs_when_training_expect_a_run_unless_the_disk_failed(void **state)
{
    static const char *const reasons[] = {"22" /* EINVAL */, "38" /* ENOSYS */, "95"};
    need_plain_program();
    find_shim();
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct support_run run;
        sync_reason = reasons[i];
        support_run_with(state, &run, TRAIN "--overwrite --out run", fail_to_sync);
        assert_string_equal(run.err, "");
        assert_int_equal(run.exit_code, 0);
        support_run_free(&run);
    }
    expect_verified(state, "run");
    sync_reason = "5";
    expect_line(state, TRAIN "--out other", fail_to_sync, 1,
                "other/manifest.json: not written (Input/output error)");
}

/* ---- libraries ---- */

static int hide_hdf5(void)
{
    return setenv("SHIM_HDF5", "1", 1) == 0 ? load_shim() : -1;
}

static void given_no_hdf5_when_training_expect_a_refusal_where_it_is_needed(void **state)
{
    struct support_run run;
    need_plain_program();
    find_shim();
    support_run_with(state, &run, TRAIN "--out run", hide_hdf5);
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "spinet: HDF5 cannot be loaded (libhdf5"));
    assert_non_null(strstr(run.err, "record.network = false"));
    assert_false(file_exists(support_path(state, "run")));
    support_run_free(&run);
    support_run_with(state, &run, TRAIN "--set record.network=false --out run", hide_hdf5);
    assert_string_equal(run.err, "");
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
}

/* ---- containers ---- */

/* For this program only; its working directory, which may lie within, stays writable. */
static int make_tmp_read_only(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("/tmp", "/tmp", NULL, MS_BIND | MS_REC, NULL) != 0)
        return -1;
    return mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static int make_tmp_read_only_and_name_another(void)
{
    return setenv("TMPDIR", "other", 1) == 0 ? make_tmp_read_only() : -1;
}

static int make_tmp_read_only_and_name_none(void)
{
    return setenv("TMPDIR", "/no/such/folder", 1) == 0 ? make_tmp_read_only() : -1;
}

static void given_no_temporary_folder_when_training_and_verifying_expect_all_of_it(void **state)
{
    int (*const settings[])(void) = {make_tmp_read_only, make_tmp_read_only_and_name_another,
                                     make_tmp_read_only_and_name_none};
    static const char *const commands[] = {
        "train --quiet --threads 1 --set data.test_per_class=2 --set stopping.max_presentations=2 "
        "--overwrite --out run",
        "verify --threads 1 run",
    };
    if (!has_mounts)
        skip();
    mkdir(support_path(state, "other"), 0777);
    for (size_t i = 0; i < 2 * sizeof settings / sizeof *settings; i++) {
        struct support_run run;
        support_run_with(state, &run, commands[i % 2], settings[i / 2]);
        assert_string_equal(run.err, "");
        assert_int_equal(run.exit_code, 0);
        support_run_free(&run);
        assert_true(file_exists(support_path(state, "run/maps.png")));
    }
    assert_string_equal(names_in(support_path(state, "other")), "");
}

/* As in a container started from an image that a killed sweep is part of: what is in its lower
 * layer cannot be renamed when it is a folder (EXDEV). */
static void given_a_sweep_in_the_lower_layer_of_an_overlay_expect_it_to_go_on(void **state)
{
    static const char file[] =
        "runs = 4;\nset = [\"stopping.max_presentations=4\", \"data.test_per_class=2\"];\nfactors: "
        "( { name = \"turnover\"; levels = ( { name = \"none\"; } ); } );\n";
    char options[PATH_MAX * 3];
    const char *disk = make_disk(state, 20000);
    static const char *const folders[] = {"disk/lower/s", "disk/upper", "disk/work", "disk/all"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(file_make_folder(support_path(state, folders[i])), STATUS_OK);
    support_write_text(state, "a.sweep", file);
    free(support_run_well(state, "sweep a.sweep -q --threads 1 --out disk/lower/s --runs 3"));
    unlink(support_path(state, "disk/lower/s/runs/none-s2/DONE")); /* not finished */
    support_remove_tree(support_path(state, "disk/lower/s/runs/none-s3"));
    assert_int_equal(mkdir(support_path(state, "disk/lower/s/runs/none-s3"), 0777), 0);
    char host[65] = "", left[128];
    gethostname(host, sizeof host - 1);
    snprintf(left, sizeof left, "disk/lower/s/runs/.%s-%ld-1.spinet.tmp", host, (long)getpid());
    assert_int_equal(mkdir(support_path(state, left), 0777), 0);
    snprintf(options, sizeof options, "lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", disk,
             disk, disk);
    const char *all = support_path(state, "disk/all");
    if (mount("overlay", all, "overlay", 0, options) != 0)
        skip(); /* not for this user */
    char *said = support_run_well(state, "sweep a.sweep -q --threads 1 --out disk/all/s --runs 4");
    assert_non_null(strstr(said, "4 of 4 runs"));
    free(said);
    assert_string_equal(names_in(support_path(state, "disk/all/s/runs")),
                        "none-s1 none-s2 none-s3 none-s4");
    free(support_run_well(state, "verify disk/all/s"));
    free(support_run_well(state, "sweep a.sweep -q --threads 1 --out disk/all/s --fresh"));
    free(support_run_well(state, "verify disk/all/s"));
    umount2(all, MNT_DETACH);
}

/* ---- a file system without locks, of which each has a reason of its own ---- */

static const char *lock_reason;

static int remove_locks(void)
{
    return setenv("SHIM_FLOCK", lock_reason, 1) == 0 ? load_shim() : -1;
}

static void given_no_locks_when_training_expect_a_run_as_any_other(void **state)
{
    static const char *const reasons[] = {"524" /* ENOTSUPP */, "37" /* ENOLCK */, "95", "22"};
    need_plain_program();
    find_shim();
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct support_run run;
        lock_reason = reasons[i];
        support_run_with(state, &run, TRAIN "--overwrite --out run", remove_locks);
        assert_string_equal(run.err, "");
        assert_int_equal(run.exit_code, 0);
        support_run_free(&run);
    }
    expect_verified(state, "run");
}

/* Each does all runs, and does not hear of the others. */
static void given_no_locks_and_sweeps_at_once_in_a_folder_expect_all_to_succeed(void **state)
{
    pid_t child[3];
    need_plain_program();
    find_shim();
    lock_reason = "524";
    support_write_text(state, "a.sweep",
                       "runs = 6;\nset = [\"stopping.max_presentations=4\", "
                       "\"data.test_per_class=2\"];\nfactors: ( { name = \"turnover\"; levels = ( "
                       "{ name = \"none\"; } ); } );\n");
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --runs 2 --out s"));
    unlink(support_path(state, "s/runs/none-s1/DONE"));
    for (int i = 0; i < 3; i++)
        child[i] = start(state, "sweep a.sweep --quiet --threads 1 --out s", remove_locks);
    for (int i = 0; i < 3; i++)
        assert_int_equal(finish(child[i]), 0);
    assert_string_equal(names_in(support_path(state, "s/runs")),
                        "none-s1 none-s2 none-s3 none-s4 none-s5 none-s6");
    free(support_run_well(state, "verify s"));
}

/* Within this program: the start of another needs files, too. */
static void given_no_more_open_files_when_a_run_begins_expect_a_refusal_and_no_folder(void **state)
{
    static struct parameters parameters;
    struct run_result result;
    struct rlimit before;
    const char *folder = support_path(state, "run");
    assert_int_equal(parameters_preset(&parameters, "authors"), STATUS_OK);
    assert_int_equal(parameters_set(&parameters, "stopping.max_presentations=1"), STATUS_OK);
    const struct run_request request = {.parameters = &parameters,
                                        .seed = 1,
                                        .folder = folder,
                                        .kernel = kernel_find("portable"),
                                        .n_threads = 1,
                                        .is_quiet = true};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(hdf5_load(), STATUS_OK);
    const struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    const int status = run_execute(&request, &result);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, STATUS_SYSTEM);
    support_assert_message("run: cannot be locked (Too many open files)", NULL);
    assert_false(file_exists(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DISK(given_a_disk_too_small_for_a_checkpoint_when_training_expect_the_one_before),
        WITH_DISK(given_a_disk_that_fills_up_when_training_expect_a_line_and_that_it_can_go_on),
        WITH_DISK(given_a_full_disk_when_files_are_replaced_expect_the_old_ones),
        WITH_DISK(given_a_full_disk_when_pictures_are_drawn_expect_whole_ones_or_none),
        WITH_DISK(given_a_disk_full_before_the_pictures_when_training_expect_a_line_and_resume),
        WITH_DISK(given_a_full_disk_when_charts_are_drawn_expect_exit_1_and_one_line),
        WITH_DISK(given_a_sweep_on_a_full_disk_when_there_is_room_again_expect_all_runs),
        WITH_DISK(given_a_read_only_folder_when_written_to_expect_a_line),
        WITH_FOLDER(given_a_disk_that_fills_up_when_shapes_are_replaced_expect_the_old_set_whole),
        WITH_FOLDER(given_a_disk_that_fills_up_when_replaying_expect_the_old_network_too),
        WITH_FOLDER(given_a_limit_on_file_sizes_when_training_expect_a_line_and_that_it_can_go_on),
        WITH_FOLDER(given_no_memory_for_the_data_when_training_expect_a_line_and_nothing_left),
        WITH_FOLDER(given_a_small_stack_when_training_expect_a_line_and_nothing_left),
        WITH_FOLDER(given_an_allocation_that_fails_when_training_expect_a_line_and_nothing_half),
        WITH_FOLDER(given_a_clock_that_is_set_back_when_resumed_expect_the_same_results),
        WITH_FOLDER(given_a_clock_that_is_set_back_when_sweeping_expect_the_same_results),
        WITH_FOLDER(given_renames_said_to_fail_when_training_and_sweeping_expect_runs),
        WITH_FOLDER(given_a_node_that_hangs_when_trained_expect_a_run_without_pictures),
        WITH_FOLDER(given_no_syncs_when_training_expect_a_run_unless_the_disk_failed),
        WITH_FOLDER(given_no_hdf5_when_training_expect_a_refusal_where_it_is_needed),
        WITH_FOLDER(given_no_temporary_folder_when_training_and_verifying_expect_all_of_it),
        WITH_DISK(given_a_sweep_in_the_lower_layer_of_an_overlay_expect_it_to_go_on),
        WITH_FOLDER(given_no_locks_when_training_expect_a_run_as_any_other),
        WITH_FOLDER(given_no_locks_and_sweeps_at_once_in_a_folder_expect_all_to_succeed),
        WITH_FOLDER(given_no_more_open_files_when_a_run_begins_expect_a_refusal_and_no_folder),
    };
    return cmocka_run_group_tests_name("faults", tests, make_private_mounts, NULL);
}
