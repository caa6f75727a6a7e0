/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify, end to end: runs and sweeps that are as they were, and ones that were changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "support.h"

#define SMALL                                                                                      \
    "--set stopping.max_presentations=20 --set data.test_per_class=10 --set "                      \
    "data.train_per_class=30"

static void make_run(void **state, const char *out)
{
    char arguments[1024];
    snprintf(arguments, sizeof arguments,
             "train --quiet --no-pictures --threads 1 --seed 4 --log-synapses "
             "--record-spikes --set record.maps_period=5 " SMALL " --out %s",
             out);
    free(support_run_well(state, arguments));
}

/* Replaces the first `from` of a file by `to`, of the same length. */
static void change(void **state, const char *name, const char *from, const char *to)
{
    size_t n;
    const char *path = support_path(state, name);
    char *text = (char *)support_read(path, &n);
    text = realloc(text, n + 1);
    text[n] = '\0';
    char *at = strstr(text, from);
    assert_non_null(at);
    memcpy(at, to, strlen(to));
    support_write(state, name, text, n);
    free(text);
}

static void given_a_finished_run_when_verified_expect_all_files_identical(void **state)
{
    make_run(state, "run");
    char *out = support_run_well(state, "verify --threads 2 run");
    assert_string_equal(out, "run: verified: 14 files are identical\n");
    free(out);
}

static void given_a_changed_result_when_verified_expect_file_line_and_both_texts(void **state)
{
    struct support_run run;
    make_run(state, "run");
    change(state, "run/learning_curve.csv", "\n3,", "\n7,");
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "run: DIFFERS: learning_curve.csv, line 4\n  was  7,"));
    assert_non_null(strstr(run.out, "\n  is   3,"));
    assert_string_equal(run.err, "spinet: 1 of the runs gave other results than before\n");
    support_run_free(&run);
}

/* Of a long line what follows from the field on that differs. */
static void given_a_change_far_back_in_a_line_when_verified_expect_it_shown(void **state)
{
    struct support_run run;
    size_t n;
    make_run(state, "run");
    char *text = (char *)support_read(support_path(state, "run/maps.csv"), &n), shown[128];
    text[n - 1] = '\0'; /* the end of the last line */
    const char *last = strrchr(text, ',') + 1, right = text[n - 2],
               wrong = right == '7' ? '3' : '7';
    const int n_same = (int)strlen(last) - 1;
    snprintf(shown, sizeof shown, "maps.csv, line 3\n  was  …%.*s%c\n  is   …%.*s%c\n", n_same,
             last, wrong, n_same, last, right);
    text[n - 2] = wrong;
    text[n - 1] = '\n';
    support_write(state, "run/maps.csv", text, n);
    free(text);
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, shown));
    support_run_free(&run);
}

static void given_a_changed_test_in_the_rest_when_verified_expect_it_found(void **state)
{
    struct support_run run;
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --set "
                                 "stopping.max_presentations=2 --set data.test_per_class=5 --set "
                                 "rest.before_test_days=1 --set record.test_days=0,1 --out run"));
    char *out = support_run_well(state, "verify run");
    free(out);
    change(state, "run/retention.csv", "\n1,", "\n2,");
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "run: DIFFERS: retention.csv, line "));
    support_run_free(&run);
}

/* Damage is found by the checksum, another file by its values. */
static void given_another_spike_file_when_verified_expect_the_data_set(void **state)
{
    struct support_run run;
    size_t n;
    make_run(state, "run");
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --seed 4 --set "
                                 "input.rate_max_hz=29 --record-spikes " SMALL " --out other"));
    uint8_t *bytes = support_read(support_path(state, "other/spikes.h5"), &n);
    support_write(state, "run/spikes.h5", bytes, n);
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "run: DIFFERS: spikes.h5, presentations/first_spike\n  was  "));
    support_run_free(&run);
    bytes[n / 2] ^= 1;
    support_write(state, "run/spikes.h5", bytes, n);
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err, "spinet: run/spikes.h5: is damaged (its checksum is wrong)\n");
    support_run_free(&run);
    free(bytes);
}

static void given_another_seed_in_the_manifest_when_verified_expect_a_difference(void **state)
{
    struct support_run run;
    make_run(state, "run");
    change(state, "run/manifest.json", "\"seed\": \"4\"", "\"seed\": \"5\"");
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    support_run_free(&run);
}

static void given_a_missing_file_when_verified_expect_it_named(void **state)
{
    struct support_run run;
    make_run(state, "run");
    assert_int_equal(unlink(support_path(state, "run/maps.csv")), 0);
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.out, "run: DIFFERS: maps.csv, is missing\n  was  (no file)\n"
                                 "  is   (a file)\n");
    support_run_free(&run);
}

#define SMALL_SWEEP                                                                                \
    "title = \"small\"; runs = 2; set = [\"stopping.max_presentations=20\", "                      \
    "\"data.test_per_class=10\", \"data.train_per_class=30\"];\n"                                  \
    "factors: ( { name = \"turnover\"; levels = ( { name = \"none\"; set = "                       \
    "[\"turnover.policy=none\"]; }, { name = \"random\"; set = "                                   \
    "[\"turnover.policy=random\"]; } ); } );\n"

static void given_a_stray_file_when_verified_expect_it_named(void **state)
{
    struct support_run run;
    make_run(state, "run");
    support_write_text(state, "run/retention.csv", "days\n");
    support_run(state, &run, "verify run");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.out, "run: DIFFERS: retention.csv, should not be there\n"
                                 "  was  (a file)\n  is   (no file)\n");
    support_run_free(&run);
}

/* The text is the same, the bytes are not. */
static void given_another_frame_of_a_line_when_verified_expect_it_found(void **state)
{
    static const struct {
        const char *before; /* what is put before the file */
        size_t n_cut;       /* and taken from its end */
        const char *after;
    } cases[] = {{"", 1, ""}, {"", 1, "\r"}, {"", 1, "\r\n"}, {"\xef\xbb\xbf", 0, ""}};
    make_run(state, "run");
    size_t n;
    char *text = (char *)support_read(support_path(state, "run/predictions.csv"), &n);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        char *other = malloc(n + 16);
        const int length = snprintf(other, n + 16, "%s%.*s%s", cases[i].before,
                                    (int)(n - cases[i].n_cut), text, cases[i].after);
        support_write(state, "run/predictions.csv", other, (size_t)length);
        free(other);
        support_run(state, &run, "verify run");
        assert_int_equal(run.exit_code, 1);
        assert_non_null(strstr(run.out, "run: DIFFERS: predictions.csv, the end, or a byte order "
                                        "mark, of line "));
        support_run_free(&run);
    }
    free(text);
}

static void given_a_sweep_when_verified_expect_every_run_counted(void **state)
{
    struct support_run run;
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    char *out = support_run_well(state, "verify sweep --threads 1");
    assert_string_equal(out, "sweep/runs: 4 of 4 runs verified, 0 differ\n");
    free(out);
    change(state, "sweep/runs/random-s1/network.csv", "0.", "1.");
    support_run(state, &run, "verify sweep --threads 1");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "sweep/runs: 3 of 4 runs verified, 1 differ\n"));
    support_run_free(&run);
    out = support_run_well(state, "verify sweep --sample 1 --threads 1");
    assert_string_equal(out, "sweep/runs: 1 of 1 runs verified, 0 differ\n");
    free(out);
}

/* The runs are as they were, but not the table of them. */
static void given_a_changed_table_of_a_sweep_when_verified_expect_line_and_both_texts(void **state)
{
    struct support_run run;
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    size_t n;
    uint8_t *bytes = support_read(support_path(state, "sweep/results.csv"), &n);
    change(state, "sweep/results.csv", "random,2,", "random,9,");
    support_run(state, &run, "verify sweep --threads 1");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "sweep/runs: 4 of 4 runs verified, 0 differ\n"));
    assert_non_null(strstr(run.out, "sweep: DIFFERS: results.csv, line 5\n  was  random,9,shapes"));
    assert_non_null(strstr(run.out, "\n  is   random,2,shapes"));
    assert_string_equal(run.err, "spinet: results.csv is not what the runs say: `spinet sweep … "
                                 "--gather` writes it anew\n");
    support_run_free(&run);
    bytes[n - 1] = '\0'; /* without the last row */
    support_write(state, "sweep/results.csv", bytes,
                  (size_t)(strrchr((char *)bytes, '\n') + 1 - (char *)bytes));
    free(bytes);
    support_run(state, &run, "verify sweep --threads 1 --sample 1");
    assert_int_equal(run.exit_code, 1);
    assert_non_null(strstr(run.out, "results.csv, line 5\n  was  (the file ends)\n"));
    support_run_free(&run);
    free(support_run_well(state, "sweep small.sweep --out sweep --gather"));
    free(support_run_well(state, "verify sweep --threads 1 --sample 1"));
}

static void given_a_sweep_without_a_file_of_its_own_when_verified_expect_it_named(void **state)
{
    static const struct {
        const char *file;
        int exit_code;
        const char *out, *err;
    } cases[] = {
        {"conditions.json", 2, "",
         "sweep: its runs are not known, conditions.json is missing or lists none: `spinet sweep` "
         "writes it\n"},
        {"experiment.json", 2, "",
         "sweep: its runs are not known, experiment.json is missing or lists none: `spinet sweep` "
         "writes it\n"},
        {"results.csv", 1,
         "sweep/runs: 1 of 1 runs verified, 0 differ\nsweep: DIFFERS: results.csv, is missing\n",
         "results.csv is not what the runs say"},
    };
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        char *path = file_join("sweep", cases[i].file);
        size_t n;
        uint8_t *bytes = support_read(support_path(state, path), &n);
        assert_int_equal(unlink(support_path(state, path)), 0);
        support_run(state, &run, "verify sweep --threads 1 --sample 1");
        assert_int_equal(run.exit_code, cases[i].exit_code);
        assert_non_null(strstr(run.out, cases[i].out));
        assert_non_null(strstr(run.err, cases[i].err));
        support_run_free(&run);
        support_write(state, path, bytes, n);
        free(bytes);
        free(path);
    }
    free(support_run_well(state, "verify sweep --threads 1 --sample 1"));
}

/* What stands in a folder is a run as good as any, but not the one that its name says. */
static void given_runs_that_are_not_what_their_names_say_when_verified_expect_refusal(void **state)
{
    struct support_run run;
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    const char *none = support_path(state, "sweep/runs/none-s2"),
               *first = support_path(state, "sweep/runs/random-s1"),
               *random = support_path(state, "sweep/runs/random-s2"),
               *aside = support_path(state, "aside");
    /* of two conditions, changed about: in the table, too, where it shows */
    assert_int_equal(rename(none, aside) | rename(random, none) | rename(aside, random), 0);
    support_run(state, &run, "verify sweep --threads 1");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err,
                        "spinet: sweep/runs/none-s2/manifest.json: turnover.policy is \"random\": "
                        "expected \"none\": remove the run's folder and run the sweep again\n");
    support_run_free(&run);
    assert_int_equal(rename(none, aside) | rename(random, none) | rename(aside, random), 0);
    /* of two seeds */
    assert_int_equal(rename(first, aside) | rename(random, first) | rename(aside, random), 0);
    support_run(state, &run, "verify sweep --threads 1");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err,
                        "spinet: sweep/runs/random-s1/manifest.json: seed '2': expected \"1\": "
                        "remove the run's folder and run the sweep again\n");
    support_run_free(&run);
    assert_int_equal(rename(first, aside) | rename(random, first) | rename(aside, random), 0);
    /* and gone, with its row: it is the last */
    assert_int_equal(rename(random, aside), 0);
    size_t n;
    char *table = (char *)support_read(support_path(state, "sweep/results.csv"), &n);
    table[n - 1] = '\0';
    support_write(state, "sweep/results.csv", table, (size_t)(strrchr(table, '\n') + 1 - table));
    free(table);
    support_run(state, &run, "verify sweep --threads 1");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.out, "sweep/runs: 3 of 3 runs verified, 0 differ\n"
                                 "sweep: 1 of 4 runs are missing: random-s2: run them, then gather "
                                 "again\n");
    assert_string_equal(run.err, "spinet: runs are missing: `spinet sweep` makes them\n");
    support_run_free(&run);
}

/* As after --fresh with other levels: what was there before no longer counts. */
static void
given_what_an_earlier_sweep_left_unfinished_when_verified_expect_it_left_out(void **state)
{
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    free(support_run_well(
        state, "sweep small.sweep --out sweep --threads 1 --fresh --only turnover=none"));
    char *out = support_run_well(state, "verify sweep --threads 1");
    assert_string_equal(out, "sweep/runs: 2 of 2 runs verified, 0 differ\n");
    free(out);
}

/* Its table is that of the seeds before: runs are missing, none differs. */
static void given_a_sweep_killed_among_further_seeds_when_verified_expect_runs_missed(void **state)
{
    struct support_run run;
    size_t n;
    support_write_text(state, "small.sweep", SMALL_SWEEP);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1"));
    uint8_t *table = support_read(support_path(state, "sweep/results.csv"), &n);
    free(support_run_well(state, "sweep small.sweep --out sweep --threads 1 --runs 3"));
    support_write(state, "sweep/results.csv", table, n);
    free(table);
    assert_int_equal(unlink(support_path(state, "sweep/runs/random-s3/DONE")), 0);
    support_run(state, &run, "verify sweep --threads 1 --sample 1");
    assert_int_equal(run.exit_code, 1);
    assert_string_equal(run.out, "sweep/runs: 1 of 1 runs verified, 0 differ\n"
                                 "sweep: 1 of 6 runs are missing: random-s3: run them, then gather "
                                 "again\n");
    support_run_free(&run);
}

static void given_what_is_no_finished_run_when_verified_expect_one_line(void **state)
{
    static const struct {
        const char *arguments, *err;
    } cases[] = {
        {"verify", "spinet: verify: name the folders of finished runs or sweeps\n"},
        {"verify ''", "spinet: verify: the name of a folder is empty\n"},
        {"verify none", "spinet: none: holds no run, manifest.json is missing: expected a folder "
                        "that `spinet train` made, or one in the runs/ of a sweep\n"},
        {"verify run", "spinet: run: the run is not finished (no DONE in it): `spinet train "
                       "--resume` goes on with it\n"},
        {"verify empty",
         "spinet: empty: its runs are not known, conditions.json is missing or lists none: `spinet "
         "sweep` writes it\n"},
        {"verify --sample 0 run",
         "spinet: --sample 0: expected a whole number from 1 to 2147483647\n"},
    };
    make_run(state, "run");
    file_make_folder(support_path(state, "empty/runs"));
    assert_int_equal(unlink(support_path(state, "run/DONE")), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct support_run run;
        support_run(state, &run, cases[i].arguments);
        assert_int_equal(run.exit_code, 2);
        assert_string_equal(run.err, cases[i].err);
        support_run_free(&run);
    }
}

static void given_other_data_when_maps_or_verify_read_them_expect_a_refusal(void **state)
{
    struct support_run run;
    free(support_run_well(
        state, "shapes --difficulty medium --seed 1 --count 30 --test-count 10 --out images"));
    free(support_run_well(state,
                          "train --quiet --no-pictures --threads 1 --seed 4 --set data.kind=files "
                          "--set data.train_images=images/train-images-idx3-ubyte "
                          "--set data.train_labels=images/train-labels-idx1-ubyte "
                          "--set data.test_images=images/t10k-images-idx3-ubyte "
                          "--set data.test_labels=images/t10k-labels-idx1-ubyte "
                          "--set stopping.max_presentations=4 --out run"));
    char *out = support_run_well(state, "verify run");
    assert_string_equal(out, "run: verified: 11 files are identical\n");
    free(out);
    free(support_run_well(
        state, "shapes --difficulty medium --seed 2 --count 30 --test-count 10 --out images"));
    for (int i = 0; i < 2; i++) {
        support_run(state, &run, i ? "maps run" : "verify run");
        assert_int_equal(run.exit_code, 2);
        assert_non_null(strstr(run.err, "spinet: run: its data.train_images are not those of the "
                                        "run any more: SHA-256 "));
        support_run_free(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_finished_run_when_verified_expect_all_files_identical),
        WITH_FOLDER(given_a_changed_result_when_verified_expect_file_line_and_both_texts),
        WITH_FOLDER(given_a_change_far_back_in_a_line_when_verified_expect_it_shown),
        WITH_FOLDER(given_a_changed_test_in_the_rest_when_verified_expect_it_found),
        WITH_FOLDER(given_another_spike_file_when_verified_expect_the_data_set),
        WITH_FOLDER(given_another_seed_in_the_manifest_when_verified_expect_a_difference),
        WITH_FOLDER(given_a_missing_file_when_verified_expect_it_named),
        WITH_FOLDER(given_a_stray_file_when_verified_expect_it_named),
        WITH_FOLDER(given_another_frame_of_a_line_when_verified_expect_it_found),
        WITH_FOLDER(given_a_sweep_when_verified_expect_every_run_counted),
        WITH_FOLDER(given_a_changed_table_of_a_sweep_when_verified_expect_line_and_both_texts),
        WITH_FOLDER(given_a_sweep_without_a_file_of_its_own_when_verified_expect_it_named),
        WITH_FOLDER(given_runs_that_are_not_what_their_names_say_when_verified_expect_refusal),
        WITH_FOLDER(given_what_an_earlier_sweep_left_unfinished_when_verified_expect_it_left_out),
        WITH_FOLDER(given_a_sweep_killed_among_further_seeds_when_verified_expect_runs_missed),
        WITH_FOLDER(given_what_is_no_finished_run_when_verified_expect_one_line),
        WITH_FOLDER(given_other_data_when_maps_or_verify_read_them_expect_a_refusal),
    };
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
