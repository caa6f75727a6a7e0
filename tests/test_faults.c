/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can happen to a program on a shared machine: a full disk, a read-only folder, limits, files
 * that change, memory that cannot be had, a clock that is set back, terminals and pipes that go
 * away, a second process. Each with the real binary: one clear line, what was there before intact,
 * and results that verify once the fault is gone. tests/long/faults.sh does more of each. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commands/run.h"
#include "core/file.h"
#include "core/status.h"
#include "support.h"

#define SMALL                                                                                      \
    " --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 "                            \
    "--set stopping.max_presentations=24 "
#define TRAIN "train --quiet --checkpoint-every 7" SMALL

/* ---- what is left ---- */

/* Names in the folder, sorted, with spaces between. */
static const char *names_in(const char *folder)
{
    static char names[4096];
    struct dirent **entries;
    const int n = scandir(folder, &entries, NULL, alphasort);
    *names = '\0';
    for (int i = 0; i < n; i++) {
        if (*entries[i]->d_name != '.') {
            strcat(names, *names ? " " : "");
            strcat(names, entries[i]->d_name);
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return names;
}

/* Exit code 1 or 2, nothing on stdout, and this one line (without "spinet: "). */
static void expect_line(void **state, const char *arguments, int (*prepare)(void), int code,
                        const char *line)
{
    struct support_run run;
    char expected[4096];
    support_run_with(state, &run, arguments, prepare);
    snprintf(expected, sizeof expected, "spinet: %s\n", line);
    assert_string_equal(run.err, expected);
    assert_int_equal(run.exit_code, code);
    assert_string_equal(run.out, "");
    support_run_free(&run);
}

/* The folder's run is finished, and is what an undisturbed one gives. */
static void expect_verified(void **state, const char *name)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments, "verify --threads 1 %s", name);
    char *said = support_run_well(state, arguments);
    assert_non_null(strstr(said, ": verified: "));
    free(said);
    assert_null(strstr(names_in(support_path(state, name)), "tmp"));
    assert_null(strstr(names_in(support_path(state, name)), "checkpoint"));
}

static void resume(void **state, const char *name)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments, "train --quiet --no-pictures --threads 1 --resume %s",
             name);
    free(support_run_well(state, arguments));
}

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
    assert_string_equal(run.err, "spinet: disk/run/checkpoint-000000021.h5: not written (No space "
                                 "left on device)\n");
    assert_string_equal(names_in(support_path(state, "disk/run")),
                        "checkpoint-000000007.h5 checkpoint-000000014.h5 manifest.json");
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
    size_t n, m;
    uint8_t *a = support_read(support_path(state, "disk/s/results.csv"), &n),
            *b = support_read(support_path(state, "whole/results.csv"), &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
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
        {"spines --stationary --spines 100 --out disk/s",
         "disk/s: the folder cannot be made (Read-only file system)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_line(state, cases[i].arguments, NULL, 2, cases[i].line);
    expect_verified(state, "disk/run");
}

/* Sanitizers take terabytes of addresses and have allocators of their own, as has gcov's runtime,
 * which is a part of the program. */
static void need_plain_program(void)
{
#if defined(SPINET_DEBUG) || defined(SPINET_COVERAGE)
    skip();
#endif
}

/* The thread sanitizer keeps what it knows of constants in a file, which a limit on files cuts off:
 * its own look there is then a bus error. And on a busy machine clang 14's lets one SIGINT in five
 * through to the system, past the handler that has been set. */
static void need_no_thread_sanitizer(void)
{
#ifdef __has_feature
#    if __has_feature(thread_sanitizer)
    skip();
#    endif
#endif
}

/* ---- limits ---- */

static int limit_files_to_100_kib(void)
{
    const struct rlimit limit = {100 << 10, 100 << 10};
    return setrlimit(RLIMIT_FSIZE, &limit);
}

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
    support_write_text(state, "shapes/a.host-7-1.spinet.tmp", "of one that was killed");
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
                "run/checkpoint-000000007.h5: not written (File too large)");
    assert_string_equal(names_in(support_path(state, "run")), "manifest.json");
    expect_line(state, "train --quiet --checkpoint-every 0" SMALL "--out late",
                limit_files_to_100_kib, 1,
                "late/checkpoint-000000024.h5: not written (File too large)");
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

/* A sparse file that holds what its header says: images of nothing. */
static const char *write_idx(void **state, const char *name, uint32_t n)
{
    const uint8_t bytes[] = {0,
                             0,
                             8,
                             3,
                             (uint8_t)(n >> 24),
                             (uint8_t)(n >> 16),
                             (uint8_t)(n >> 8),
                             (uint8_t)n,
                             0,
                             0,
                             4,
                             0,
                             0,
                             0,
                             4,
                             0};
    const char *path = support_write(state, name, bytes, sizeof bytes);
    assert_int_equal(truncate(path, 16 + ((off_t)n << 20)), 0);
    return path;
}

#define IDX                                                                                        \
    "train --quiet --no-pictures --threads 1 --out run --set data.kind=files "                     \
    "--set data.train_images=i --set data.train_labels=l --set data.test_images=i "                \
    "--set data.test_labels=l"

static void given_no_memory_for_the_data_when_training_expect_a_line_and_nothing_left(void **state)
{
    need_plain_program();
    write_idx(state, "i", 1000);
    support_write(state, "l", "\0\0\x08\1\0\0\3\xe8\1\2", 10);
    expect_line(state, IDX, limit_memory_to_400_mib, 1,
                "not enough memory for IDX data (1048576000 bytes)");
    assert_string_equal(names_in(support_path(state, "")), "i l");
}

/* ---- the shim ---- */

static char shim[PATH_MAX], fail_at[32];

static int load_shim(void)
{
    return setenv("LD_PRELOAD", shim, 1);
}

static int fail_allocations(void)
{
    return setenv("SHIM_FAIL", fail_at, 1) == 0 ? load_shim() : -1;
}

static int run_clock_backwards(void)
{
    return setenv("SHIM_CLOCK", "1", 1) == 0 ? load_shim() : -1;
}

static void find_shim(void)
{
    char *program = strdup(support_program()), path[PATH_MAX + 16];
    assert_non_null(program);
    snprintf(path, sizeof path, "%s/tests/shim.so", dirname(program));
    free(program);
    if (!realpath(path, shim))
        fail_msg("%s is not there", path);
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
                "run/checkpoint-000000007.h5: not written (File too large)");
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
    size_t n, m;
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
    uint8_t *a = support_read(support_path(state, "s/results.csv"), &n),
            *b = support_read(support_path(state, "whole/results.csv"), &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
}

/* ---- a program at work ---- */

static const char *program(void)
{
    static char path[PATH_MAX];
    const char *given = getenv("SPINET");
    return realpath(given && *given ? given : "build/spinet", path);
}

/* Starts `spinet arguments` in the folder; `prepare` as in support_run_with. */
static pid_t start(void **state, const char *arguments, int (*prepare)(void))
{
    char *copy = strdup(arguments), *words[64] = {(char *)(uintptr_t)program()};
    int n = 1;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[n++] = word;
    const char *folder = support_path(state, "");
    const pid_t child = fork();
    if (child == 0) {
        alarm(300);
        support_default_signals();
        dup2(open("/dev/null", O_RDONLY), 0);
        dup2(open("/dev/null", O_WRONLY), 1);
        if (chdir(folder) != 0 || dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2) < 0 ||
            (prepare && prepare() != 0))
            _exit(126);
        execv(words[0], words);
        _exit(127);
    }
    assert_true(child > 0);
    free(copy);
    return child;
}

static int finish(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void wait_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void wait_for(const char *path)
{
    for (int i = 0; i < 60000 && !file_exists(path); i++)
        wait_ms(1);
    assert_true(file_exists(path));
}

/* What it said on stderr, in memory to be freed. */
static char *said(void **state)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, "err"), &n);
    text[n] = '\0';
    return text;
}

/* Half of a run that takes a while: enough presentations for whatever is done to it. */
#define LONG                                                                                       \
    "train --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 "                       \
    "--set stopping.max_presentations=100 --set stopping.fraction=1 --checkpoint-every 5 "

static void given_a_run_at_work_when_another_would_overwrite_it_expect_it_unharmed(void **state)
{
    const pid_t first = start(state, LONG "--quiet --out run", NULL);
    wait_for(support_path(state, "run/checkpoint-000000010.h5"));
    assert_int_equal(kill(first, SIGSTOP), 0); /* it is at work for as long as this takes */
    expect_line(state, TRAIN "--overwrite --out run", NULL, 2,
                "run: another spinet is at work in it: wait for it, or end it");
    expect_line(state, "train --quiet --resume run", NULL, 2,
                "run: another spinet is at work in it: wait for it, or end it");
    assert_non_null(strstr(names_in(support_path(state, "run")), "checkpoint-"));
    kill(first, SIGCONT);
    assert_int_equal(finish(first), 0);
    expect_verified(state, "run");
}

/* A run that keeps its state every so many presentations is stopped in its final test. */
static void expect_the_test_to_go_on(void **state, const char *checkpoint_every)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments,
             "train --quiet --no-pictures --threads 1 --seed 5 --out run --checkpoint-every %s "
             "--set data.test_per_class=500 --set stopping.max_presentations=3",
             checkpoint_every);
    const pid_t child = start(state, arguments, NULL);
    wait_for(support_path(state, "run/checkpoint-000000003.h5"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    char *text = said(state);
    assert_string_equal(text, "spinet: stopped in the test after presentation 3: spinet train "
                              "--resume run goes on\n");
    free(text);
    resume(state, "run");
    expect_verified(state, "run");
}

static void
given_a_signal_in_the_final_test_when_training_expect_it_to_go_on_with_the_test(void **state)
{
    expect_the_test_to_go_on(state, "50");
}

static void given_a_sweep_at_work_when_another_is_started_there_expect_a_line(void **state)
{
    struct support_run run;
    support_write_text(state, "a.sweep",
                       "runs = 3;\nset = [\"data.test_per_class=2\"];\nfactors: ( { name = "
                       "\"turnover\"; levels = ( { name = \"none\"; } ); } );\n");
    const pid_t first = start(state, "sweep a.sweep --quiet --threads 1 --out s", NULL);
    wait_for(support_path(state, "s/runs/none-s1/manifest.json"));
    kill(first, SIGSTOP);
    support_run(state, &run, "sweep a.sweep --quiet --threads 1 --out s");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "another sweep is at work already: process "));
    support_run_free(&run);
    kill(first, SIGCONT);
    assert_int_equal(finish(first), 0);
    expect_verified(state, "s/runs/none-s3");
}

/* ---- a program that was at work until now ---- */

static char other_command[PATH_MAX + 512];

static int let_another_come_between(void)
{
    return setenv("SHIM_LOCK", other_command, 1) == 0 ? load_shim() : -1;
}

/* As expect_line, with another spinet that works, from beginning to end, after this one has looked
 * at the folder and before it locks it. */
static void expect_line_after_another(void **state, const char *arguments, const char *others,
                                      const char *line)
{
    need_plain_program();
    find_shim();
    snprintf(other_command, sizeof other_command, "'%s' %s >/dev/null", program(), others);
    expect_line(state, arguments, let_another_come_between, 2, line);
}

static void given_a_run_that_ended_before_the_lock_when_training_expect_it_unharmed(void **state)
{
    expect_line_after_another(state, TRAIN "--out run", TRAIN "--out run",
                              "run: holds a run already: name another folder, or say --overwrite");
    expect_verified(state, "run");
}

static void given_a_run_that_was_ended_before_the_lock_when_resuming_expect_a_line(void **state)
{
    static const char resume_run[] = "train --quiet --no-pictures --threads 1 --resume run";
    need_plain_program();
    expect_line(state, TRAIN "--out run", limit_files_to_100_kib, 1,
                "run/checkpoint-000000007.h5: not written (File too large)");
    expect_line_after_another(state, resume_run, resume_run,
                              "run: is finished, there is nothing to go on with");
    expect_verified(state, "run");
}

/* ---- a file that shrinks ---- */

/* Where the program is in the file: its offset, or -1 if it has not opened it. */
static long long offset_in(pid_t child, const char *path)
{
    char folder[64], real[PATH_MAX];
    long long offset = -1;
    snprintf(folder, sizeof folder, "/proc/%d/fd", (int)child);
    if (!realpath(path, real))
        return -1;
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        char name[PATH_MAX], target[PATH_MAX];
        snprintf(name, sizeof name, "%s/%.20s", folder, entry->d_name);
        const ssize_t n = readlink(name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        if (strcmp(target, real) != 0)
            continue;
        snprintf(name, sizeof name, "/proc/%d/fdinfo/%.20s", (int)child, entry->d_name);
        FILE *info = fopen(name, "r");
        if (info && fscanf(info, "pos: %lld", &offset) != 1)
            offset = -1;
        if (info)
            fclose(info);
    }
    if (entries)
        closedir(entries);
    return offset;
}

/* Runs the program, and cuts the file off while it is being read; what was said, or NULL if the
 * program was too fast. */
static char *shrink_while_read(void **state, const char *arguments, const char *path, off_t size,
                               int *code)
{
    const pid_t child = start(state, arguments, NULL);
    int status = 0;
    bool is_caught = false;
    while (!is_caught && waitpid(child, &status, WNOHANG) == 0) {
        const long long offset = offset_in(child, path);
        is_caught = offset > 0 && offset < size / 2;
    }
    if (!is_caught)
        return NULL;
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    const long long offset = offset_in(child, path);
    const bool in_time = WIFSTOPPED(status) && offset > 0 && offset < size / 2;
    if (in_time)
        assert_int_equal(truncate(path, (off_t)offset + 1002), 0); /* within a row of the table */
    kill(child, SIGCONT);
    *code = finish(child);
    return in_time ? said(state) : NULL;
}

static void given_idx_images_that_shrink_while_they_are_read_expect_a_line(void **state)
{
    char *text = NULL;
    int code = 0;
    for (int attempt = 0; attempt < 20 && !text; attempt++) {
        const char *path = write_idx(state, "i", 300);
        text = shrink_while_read(state, IDX, path, 300 << 20, &code);
    }
    assert_non_null(text);
    assert_int_equal(code, 2);
    assert_non_null(strstr(text, "spinet: i: holds "));
    assert_non_null(strstr(text, " bytes, its header promises 314572816\n"));
    assert_string_equal(names_in(support_path(state, "")), "err i");
    free(text);
}

static void given_a_table_that_shrinks_while_it_is_read_expect_a_line(void **state)
{
    enum { N = 4000000 };
    static const char row[] = "120,5,0.2,1\n";
    char *table = malloc(64 + N * (sizeof row - 1)), *text = NULL;
    size_t n = (size_t)sprintf(table, "source_id,dendrite_id,weight,plastic\n");
    int code = 0;
    support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,4\n");
    for (int i = 0; i < N; i++, n += sizeof row - 1)
        memcpy(table + n, row, sizeof row - 1);
    for (int attempt = 0; attempt < 20 && !text; attempt++) {
        const char *path = support_write(state, "n.csv", table, n);
        text = shrink_while_read(state,
                                 "replay --quiet --network n.csv --images a.csv --out spikes.csv",
                                 path, (off_t)n, &code);
    }
    free(table);
    assert_non_null(text);
    assert_int_equal(code, 2);
    assert_non_null(strstr(text, "spinet: n.csv: ends after "));
    assert_non_null(strstr(text, " bytes, it had 48000037 when it was opened\n"));
    assert_string_equal(names_in(support_path(state, "")), "a.csv err n.csv");
    free(text);
}

/* ---- terminals and pipes ---- */

static int terminal; /* the side that a terminal program has */

/* Stdout and stderr become the terminal that the program is started from. */
static int take_terminal(void)
{
    char name[128];
    if (ptsname_r(terminal, name, sizeof name) != 0 || setsid() < 0)
        return -1;
    const int file = open(name, O_RDWR);
    close(terminal);
    return file >= 0 && ioctl(file, TIOCSCTTY, 0) == 0 && dup2(file, 1) == 1 && dup2(file, 2) == 2
               ? 0
               : -1;
}

static int take_terminal_without_hangup(void)
{
    signal(SIGHUP, SIG_IGN); /* nohup */
    return take_terminal();
}

static void open_terminal(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
}

/* Reads what is drawn until the checkpoint is there, so that the program never waits for us. */
static void watch_until(const char *path)
{
    char text[4096];
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 60000 && !file_exists(path); i++) {
        (void)!read(terminal, text, sizeof text);
        wait_ms(1);
    }
}

static void given_a_terminal_that_goes_away_when_training_expect_a_checkpoint(void **state)
{
    open_terminal();
    const pid_t child = start(state, LONG "--out run", take_terminal);
    watch_until(support_path(state, "run/checkpoint-000000010.h5"));
    close(terminal);
    assert_int_equal(finish(child), 128 + SIGHUP);
    assert_non_null(strstr(names_in(support_path(state, "run")), "checkpoint-"));
    resume(state, "run");
    expect_verified(state, "run");
}

static void given_nohup_and_a_terminal_that_goes_away_when_training_expect_the_end(void **state)
{
    open_terminal();
    const pid_t child = start(state, LONG "--out run", take_terminal_without_hangup);
    watch_until(support_path(state, "run/checkpoint-000000010.h5"));
    close(terminal);
    assert_int_equal(finish(child), 1); /* its last words could not be printed */
    expect_verified(state, "run");
}

static void given_a_terminal_that_goes_away_when_sweeping_expect_runs_in_hand_finished(void **state)
{
    support_write_text(state, "a.sweep",
                       "runs = 9;\nset = [\"data.test_per_class=2\"];\nfactors: ( { name = "
                       "\"turnover\"; levels = ( { name = \"none\"; } ); } );\n");
    open_terminal();
    const pid_t child = start(state, "sweep a.sweep --threads 1 --out s", take_terminal);
    watch_until(support_path(state, "s/runs/none-s1/DONE"));
    close(terminal);
    assert_int_equal(finish(child), 128 + SIGHUP);
    assert_string_equal(names_in(support_path(state, "s/locks")), "");
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --out s"));
    expect_verified(state, "s/runs/none-s2");
}

/* A pipe whose reader has gone. */
static int close_pipe_on(int first, int last)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    close(ends[0]);
    for (int file = first; file <= last; file++)
        if (dup2(ends[1], file) != file)
            return -1;
    close(ends[1]);
    signal(SIGPIPE, SIG_DFL);
    return 0;
}

static int close_pipe_on_stdout(void)
{
    return close_pipe_on(1, 1);
}

static int close_pipe_on_both(void)
{
    return close_pipe_on(1, 2);
}

static int close_pipe_on_stderr(void)
{
    return close_pipe_on(2, 2);
}

static int close_both(void)
{
    close(0);
    close(1);
    close(2);
    return 0;
}

static int fill_stdout(void)
{
    return dup2(open("/dev/full", O_WRONLY), 1) == 1 ? 0 : -1;
}

static void given_output_into_a_closed_pipe_when_training_expect_the_results(void **state)
{
    const int codes[] = {1, 0, 1, 1};
    int (*const closings[])(void) = {close_pipe_on_stdout, close_pipe_on_stderr, close_pipe_on_both,
                                     close_both};
    for (int i = 0; i < 4; i++) {
        struct support_run run;
        support_run_with(state, &run, "train --checkpoint-every 7" SMALL "--overwrite --out run",
                         closings[i]);
        assert_int_equal(run.exit_code, codes[i]);
        if (i == 0)
            assert_non_null(strstr(run.err, "\nspinet: standard output cannot be written\n"));
        support_run_free(&run);
        expect_verified(state, "run");
    }
}

static void
given_output_into_a_closed_pipe_when_listing_expect_it_to_end_like_any_filter(void **state)
{
    struct support_run run;
    support_run_with(state, &run, "params", close_pipe_on_stdout);
    assert_int_equal(run.exit_code, 128 + SIGPIPE);
    assert_string_equal(run.err, "");
    support_run_free(&run);
    expect_line(state, "params", fill_stdout, 1, "standard output cannot be written");
}

/* Without any checkpoint of training the test has its own. */
static void given_no_checkpoints_and_a_signal_in_the_test_when_training_expect_it_kept(void **state)
{
    expect_the_test_to_go_on(state, "0");
}

#define LIVING                                                                                     \
    "train --quiet --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 --out run "     \
    "--set intrinsic.form=kesten "

static void given_a_signal_in_the_rest_before_the_test_when_training_expect_it_at_once(void **state)
{
    const pid_t child = start(
        state, LIVING "--set stopping.max_presentations=3 --set rest.before_test_days=2000", NULL);
    wait_for(support_path(state, "run/checkpoint-000000003.h5"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    char *text = said(state);
    assert_string_equal(text, "spinet: stopped in the rest after presentation 3: spinet train "
                              "--resume run goes on\n");
    free(text);
    resume(state, "run");
    expect_verified(state, "run");
}

/* Each rest takes long against its presentation, and is stopped again and again. */
static void given_signals_in_rests_between_presentations_when_resumed_expect_the_same(void **state)
{
    int n_in_rest = 0, code = 128 + SIGTERM;
    for (int k = 0; k < 6 && code == 128 + SIGTERM; k++) {
        const pid_t child =
            start(state,
                  k == 0 ? LIVING "--set stopping.max_presentations=3 --log-synapses --set "
                                  "rest.between_presentations_days=700 --checkpoint-every 0"
                         : "train --quiet --no-pictures --threads 1 --resume run",
                  NULL);
        wait_for(support_path(state, "run/manifest.json"));
        wait_ms(150);
        kill(child, SIGTERM);
        code = finish(child);
        char *text = said(state);
        n_in_rest += strstr(text, "spinet: stopped in the rest after presentation ") != NULL;
        free(text);
    }
    assert_true(n_in_rest > 0);
    if (code != 0)
        resume(state, "run");
    expect_verified(state, "run");
}

static int use_own_temporary_folder(void)
{
    return setenv("TMPDIR", "tmp", 1);
}

static void given_a_signal_when_verifying_expect_a_stop_and_nothing_left(void **state)
{
    const char *place = support_path(state, "tmp");
    need_no_thread_sanitizer();
    free(support_run_well(state, LONG "--quiet --out a"));
    file_make_folder(place);
    const pid_t child = start(state, "verify --threads 1 a a a a a a", use_own_temporary_folder);
    for (int i = 0; i < 60000 && !*names_in(place); i++)
        wait_ms(1);
    kill(child, SIGINT);
    assert_int_equal(finish(child), 128 + SIGINT);
    char *text = said(state);
    assert_string_equal(text, "spinet: a: stopped before it was verified\n");
    free(text);
    assert_string_equal(names_in(place), "");
}

/* Here and not in a program of its own, whose start needs files, too. */
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
        WITH_DISK(given_a_sweep_on_a_full_disk_when_there_is_room_again_expect_all_runs),
        WITH_DISK(given_a_read_only_folder_when_written_to_expect_a_line),
        WITH_FOLDER(given_a_disk_that_fills_up_when_shapes_are_replaced_expect_the_old_set_whole),
        WITH_FOLDER(given_a_disk_that_fills_up_when_replaying_expect_the_old_network_too),
        WITH_FOLDER(given_a_limit_on_file_sizes_when_training_expect_a_line_and_that_it_can_go_on),
        WITH_FOLDER(given_no_memory_for_the_data_when_training_expect_a_line_and_nothing_left),
        WITH_FOLDER(given_an_allocation_that_fails_when_training_expect_a_line_and_nothing_half),
        WITH_FOLDER(given_a_clock_that_is_set_back_when_resumed_expect_the_same_results),
        WITH_FOLDER(given_a_clock_that_is_set_back_when_sweeping_expect_the_same_results),
        WITH_FOLDER(given_a_run_at_work_when_another_would_overwrite_it_expect_it_unharmed),
        WITH_FOLDER(
            given_a_signal_in_the_final_test_when_training_expect_it_to_go_on_with_the_test),
        WITH_FOLDER(given_no_checkpoints_and_a_signal_in_the_test_when_training_expect_it_kept),
        WITH_FOLDER(given_a_signal_in_the_rest_before_the_test_when_training_expect_it_at_once),
        WITH_FOLDER(given_signals_in_rests_between_presentations_when_resumed_expect_the_same),
        WITH_FOLDER(given_no_more_open_files_when_a_run_begins_expect_a_refusal_and_no_folder),
        WITH_FOLDER(given_a_signal_when_verifying_expect_a_stop_and_nothing_left),
        WITH_FOLDER(given_a_sweep_at_work_when_another_is_started_there_expect_a_line),
        WITH_FOLDER(given_a_run_that_ended_before_the_lock_when_training_expect_it_unharmed),
        WITH_FOLDER(given_a_run_that_was_ended_before_the_lock_when_resuming_expect_a_line),
        WITH_FOLDER(given_idx_images_that_shrink_while_they_are_read_expect_a_line),
        WITH_FOLDER(given_a_table_that_shrinks_while_it_is_read_expect_a_line),
        WITH_FOLDER(given_a_terminal_that_goes_away_when_training_expect_a_checkpoint),
        WITH_FOLDER(given_nohup_and_a_terminal_that_goes_away_when_training_expect_the_end),
        WITH_FOLDER(given_a_terminal_that_goes_away_when_sweeping_expect_runs_in_hand_finished),
        WITH_FOLDER(given_output_into_a_closed_pipe_when_training_expect_the_results),
        WITH_FOLDER(given_output_into_a_closed_pipe_when_listing_expect_it_to_end_like_any_filter),
    };
    return cmocka_run_group_tests_name("faults", tests, make_private_mounts, NULL);
}
