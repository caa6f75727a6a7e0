/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs whose data were given by relative paths, and what has since happened to either: another
 * working folder, a move, a copy. Whatever reads the data again finds them, or says where it
 * looked; what a run is does not change with its place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/status.h"
#include "data/images.h"
#include "support.h"

#define TRAIN                                                                                      \
    "train --quiet --no-pictures --set data.kind=files --set stopping.max_presentations=4 "
#define CSV      "--set data.train_images=d/a.csv --set data.test_images=d/b.csv "
#define VERIFIED "verified: 11 files are identical\n"

static const char train_images[] = "1,0,255,0,255\n2,255,0,255,9\n1,0,250,0,255\n2,250,0,255,0\n";
static const char test_images[] = "1,0,255,9,255\n2,255,9,255,0\n";

/* w/d holds the data and w/run the run. */
static void make_run(void **state)
{
    assert_int_equal(mkdir(support_path(state, "w"), 0777), 0);
    assert_int_equal(mkdir(support_path(state, "w/d"), 0777), 0);
    support_write_text(state, "w/d/a.csv", train_images);
    support_write_text(state, "w/d/b.csv", test_images);
}

/* The program, run in a folder of the test's. */
static const char *where;

static int enter(void)
{
    return chdir(where);
}

static void run_in(void **state, const char *folder, struct support_run *run, const char *arguments)
{
    where = folder;
    support_run_with(state, run, arguments, enter);
}

static void run_well_in(void **state, const char *folder, const char *arguments, const char *out)
{
    struct support_run run;
    run_in(state, folder, &run, arguments);
    if (run.exit_code != 0)
        fail_msg("%s: %s", arguments, run.err);
    if (out)
        assert_non_null(strstr(run.out, out));
    support_run_free(&run);
}

static void train_in_w(void **state)
{
    make_run(state);
    run_well_in(state, "w", TRAIN CSV "--out run", NULL);
}

static void move(void **state, const char *from, const char *to)
{
    assert_int_equal(rename(support_path(state, from), support_path(state, to)), 0);
}

static void given_another_working_folder_when_read_again_expect_the_data_found(void **state)
{
    train_in_w(state);
    run_well_in(state, ".", "verify w/run", VERIFIED);
    run_well_in(state, ".", "maps w/run", "similarity");
    run_well_in(state, ".", "trace w/run --presentation 2 --no-pictures --out t", "presentation 2");
    run_well_in(state, "w/run", "verify .", VERIFIED);
}

static void given_all_moved_together_when_verified_expect_the_data_found(void **state)
{
    train_in_w(state);
    move(state, "w", "a folder, moved ü");
    char arguments[256];
    snprintf(arguments, sizeof arguments,
             "verify a" SUPPORT_SPACE "folder," SUPPORT_SPACE "moved" SUPPORT_SPACE "ü/run");
    run_well_in(state, ".", arguments, VERIFIED);
}

static void given_the_run_moved_or_linked_when_verified_expect_the_data_found(void **state)
{
    train_in_w(state);
    move(state, "w/run", "gone");
    run_well_in(state, ".", "verify gone", VERIFIED);
    assert_int_equal(symlink("gone", support_path(state, "link")), 0);
    run_well_in(state, ".", "verify link", VERIFIED);
}

static void given_the_data_moved_when_verified_expect_what_was_tried_and_the_way_on(void **state)
{
    struct support_run run;
    char message[2048];
    train_in_w(state);
    move(state, "w/d", "elsewhere");
    run_in(state, ".", &run, "verify w/run");
    assert_int_equal(run.exit_code, 2);
    char *folder = realpath(support_path(state, "w"), NULL);
    snprintf(message, sizeof message,
             "the data d/a.csv are not there: tried d/a.csv, "
             "then %s/d/a.csv, then %s/run/../d/a.csv: --data DIR names the "
             "folder that has them\n",
             folder, folder);
    assert_non_null(strstr(run.err, message));
    free(folder);
    support_run_free(&run);
    run_well_in(state, ".", "verify --data elsewhere w/run", VERIFIED);
    run_well_in(state, ".", "maps --data elsewhere w/run", "similarity");
    run_well_in(state, ".", "trace w/run --data elsewhere --no-pictures --out t", "presentation 1");
    move(state, "elsewhere", "d");
    run_well_in(state, "w", "verify --data .. run", VERIFIED);
}

static void given_a_folder_without_the_data_when_verified_expect_what_was_tried(void **state)
{
    struct support_run run;
    train_in_w(state);
    assert_int_equal(mkdir(support_path(state, "empty"), 0777), 0);
    run_in(state, ".", &run, "verify --data empty w/run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "tried empty/d/a.csv, then empty/a.csv: --data DIR names"));
    support_run_free(&run);
    run_in(state, ".", &run, "verify --data nowhere w/run");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: --data nowhere: is no folder\n");
    support_run_free(&run);
}

/* At the path from here lies another file of the same name: the one with the checksum is taken. */
static void given_another_file_at_the_path_when_verified_expect_the_right_one(void **state)
{
    struct support_run run;
    train_in_w(state);
    assert_int_equal(mkdir(support_path(state, "d"), 0777), 0);
    support_write_text(state, "d/a.csv", test_images);
    support_write_text(state, "d/b.csv", test_images);
    run_well_in(state, ".", "verify w/run", VERIFIED);
    support_write_text(state, "w/d/a.csv", test_images);
    run_in(state, ".", &run, "verify w/run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "its data.train_images are not those of the run any more"));
    support_run_free(&run);
}

static void given_a_folder_of_png_when_moved_expect_it_found(void **state)
{
    static const char *const names[] = {"w/d/1", "w/d/2"};
    make_run(state);
    for (int i = 0; i < 2; i++) {
        char path[64];
        const uint8_t pixels[] = {0, (uint8_t)(200 + i), (uint8_t)(255 * i), 255};
        assert_int_equal(mkdir(support_path(state, names[i]), 0777), 0);
        snprintf(path, sizeof path, "%s/x.png", names[i]);
        assert_int_equal(png_write(support_path(state, path), pixels, 2, 2, 1), STATUS_OK);
    }
    assert_int_equal(unlink(support_path(state, "w/d/a.csv")), 0);
    assert_int_equal(unlink(support_path(state, "w/d/b.csv")), 0);
    run_well_in(state, "w", TRAIN "--set data.train_images=d --set data.test_images=d --out run",
                NULL);
    run_well_in(state, ".", "verify w/run", VERIFIED);
    assert_int_equal(mkdir(support_path(state, "x"), 0777), 0);
    move(state, "w/d", "x/d");
    run_well_in(state, ".", "verify --data x w/run", VERIFIED);
}

/* The manifest of a spinet that did not note the places. */
static void given_a_manifest_without_places_when_verified_elsewhere_expect_data_needed(void **state)
{
    struct support_run run;
    size_t n;
    train_in_w(state);
    char *text = (char *)support_read(support_path(state, "w/run/manifest.json"), &n);
    for (char *key = text; (key = strstr(key, "\"data_paths"));)
        memcpy(key, "\"date_paths", 11);
    support_write(state, "w/run/manifest.json", text, n);
    free(text);
    run_in(state, ".", &run, "verify w/run");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "tried d/a.csv: --data DIR"));
    support_run_free(&run);
    run_well_in(state, ".", "verify --data w w/run", VERIFIED);
    run_well_in(state, "w", "verify run", VERIFIED);
}

static int enter_and_set_alarm(void)
{
    return chdir("w") == 0 ? support_set_alarm() : -1;
}

#define LONG "--set stopping.max_presentations=150 --set stopping.fraction=1 "

/* w/run, stopped after some presentation. */
static void stop_run_in_w(void **state)
{
    support_run_till_stopped(state, TRAIN CSV LONG "--overwrite --out run", enter_and_set_alarm,
                             "train --resume run goes on");
}

static void assert_same(void **state, const char *a, const char *b)
{
    size_t n[2];
    uint8_t *was = support_read(support_path(state, a), &n[0]);
    uint8_t *is = support_read(support_path(state, b), &n[1]);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(was, is, n[0]);
    free(was);
    free(is);
}

static void given_a_stopped_run_when_resumed_elsewhere_expect_the_same_results(void **state)
{
    make_run(state);
    run_well_in(state, "w", TRAIN CSV LONG "--out whole", NULL);
    stop_run_in_w(state);
    move(state, "w/d", "data");
    run_well_in(state, ".", "train --quiet --no-pictures --resume w/run --data data", "accuracy");
    assert_same(state, "w/whole/network.csv", "w/run/network.csv");
    assert_same(state, "w/whole/predictions.csv", "w/run/predictions.csv");
    run_well_in(state, "w", "verify run", VERIFIED);
}

static void given_a_sweep_when_moved_expect_its_runs_verified_and_more_of_them(void **state)
{
    make_run(state);
    support_write_text(state, "w/x.sweep",
                       "title = \"x\";\nruns = 1;\nset = [\"data.kind=files\", "
                       "\"data.train_images=d/a.csv\", \"data.test_images=d/b.csv\", "
                       "\"stopping.max_presentations=2\"];\nfactors: ({ name = \"turnover\"; "
                       "levels = ({ name = \"none\"; set = [\"turnover.policy=none\"]; }, "
                       "{ name = \"random\"; set = [\"turnover.policy=random\"]; }); });\n");
    run_well_in(state, "w", "sweep x.sweep --out s --quiet", NULL);
    move(state, "w/s", "s");
    run_well_in(state, ".", "verify s", "2 of 2 runs verified, 0 differ");
    run_well_in(state, ".", "sweep w/x.sweep --out s --quiet --data w --runs 2", "4 of 4 runs");
    run_well_in(state, ".", "sweep w/x.sweep --out s --quiet --gather --runs 2", "4 of 4 runs");
    move(state, "w/d", "moved");
    run_well_in(state, ".", "verify --data moved s", "4 of 4 runs verified, 0 differ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_another_working_folder_when_read_again_expect_the_data_found),
        WITH_FOLDER(given_all_moved_together_when_verified_expect_the_data_found),
        WITH_FOLDER(given_the_run_moved_or_linked_when_verified_expect_the_data_found),
        WITH_FOLDER(given_the_data_moved_when_verified_expect_what_was_tried_and_the_way_on),
        WITH_FOLDER(given_a_folder_without_the_data_when_verified_expect_what_was_tried),
        WITH_FOLDER(given_another_file_at_the_path_when_verified_expect_the_right_one),
        WITH_FOLDER(given_a_folder_of_png_when_moved_expect_it_found),
        WITH_FOLDER(given_a_manifest_without_places_when_verified_elsewhere_expect_data_needed),
        WITH_FOLDER(given_a_stopped_run_when_resumed_elsewhere_expect_the_same_results),
        WITH_FOLDER(given_a_sweep_when_moved_expect_its_runs_verified_and_more_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
