/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program as its users run it: replay against the golden data, train and its folder, the same
 * bytes on one and two threads, every form of data, maps, shapes, params. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/parameters.h"
#include "core/status.h"
#include "core/text.h"
#include "data/images.h"
#include "data/shapes.h"
#include "golden.h"
#include "store/parameters_json.h"
#include "store/snapshot.h"
#include "support.h"

/* Short runs: 20 presentations, two turnovers, 20 tests. */
#define SHORT                                                                                      \
    " --quiet --set stopping.max_presentations=20 --set data.test_per_class=10 "                   \
    "--set test.sample_period=10 --set turnover.period=8"

/* ---- reading what a run wrote ---- */

static char *read_text(void **state, const char *name)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n);
    text[n] = '\0';
    return text;
}

static int count_lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Takes ",last column" off each line. */
static void drop_last_column(char *text)
{
    char *to = text;
    for (char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        size_t kept = length;
        while (kept > 0 && line[kept - 1] != ',')
            kept--;
        char *next = line + length + (line[length] == '\n');
        memmove(to, line, kept);
        to += kept;
        *to++ = '\n';
        line = next;
    }
    *to = '\0';
}

/* The column of the one row of result.csv, in new memory. */
static char *result_column(void **state, const char *name, const char *column)
{
    char *text = read_text(state, name), *rest = text;
    char *names = strsep(&rest, "\n"), *values = strsep(&rest, "\n"), *found = NULL;
    assert_non_null(values);
    for (char *key; (key = strsep(&names, ","));) {
        const char *value = strsep(&values, ",");
        assert_non_null(value);
        if (strcmp(key, column) == 0)
            found = strdup(value);
    }
    assert_null(values); /* as many as names */
    free(text);
    assert_non_null(found);
    return found;
}

static json_t *read_manifest(void **state, const char *name)
{
    json_error_t error;
    json_t *root = json_load_file(support_path(state, name), 0, &error);
    if (!root)
        fail_msg("%s: line %d: %s", name, error.line, error.text);
    return root;
}

static void expect_png(void **state, const char *name)
{
    size_t n;
    uint8_t *bytes = support_read(support_path(state, name), &n);
    assert_true(n > 1000);
    assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(bytes + n - 8, "IEND", 4);
    free(bytes);
}

static bool is_in_path(const char *name)
{
    char *path = strdup(getenv("PATH") ? getenv("PATH") : ""), *rest = path;
    bool found = false;
    for (char *folder; !found && (folder = strsep(&rest, ":"));) {
        char *program = file_join(folder, name);
        found = program && access(program, X_OK) == 0;
        free(program);
    }
    free(path);
    return found;
}

static bool can_draw(void)
{
    return is_in_path("node") && is_in_path("rsvg-convert") &&
           file_exists("/usr/share/javascript/vega/vega-parser.min.js");
}

/* ---- replay ---- */

/* The rows of a phase of a golden spikes file, and its header, against what replay wrote. */
static void expect_golden_rows(void **state, const char *name, const char *golden,
                               const char *phase, int n_expected)
{
    struct text_reader written, expected;
    char path[256];
    snprintf(path, sizeof path, "tests/golden/%s", golden);
    assert_int_equal(text_open(&written, support_path(state, name)), STATUS_OK);
    assert_int_equal(text_open(&expected, path), STATUS_OK);
    int n = 0;
    while (text_next(&expected) > 0) {
        const size_t length = strlen(phase);
        const bool of_phase =
            strncmp(expected.text, phase, length) == 0 && expected.text[length] == ',';
        if (expected.line > 1 && !of_phase)
            continue;
        assert_int_equal(text_next(&written), 1);
        assert_string_equal(written.text, expected.text);
        n += expected.line > 1;
    }
    assert_int_equal(text_next(&written), 0);
    assert_int_equal(n, n_expected);
    text_close(&written);
    text_close(&expected);
}

/* The same rows in the same order, the weights within 1e-5. */
static void expect_network_near(const char *path, const char *expected_path)
{
    struct synapse_row *rows, *expected;
    int32_t n, n_expected;
    if (snapshot_read(path, &rows, &n) != STATUS_OK ||
        snapshot_read(expected_path, &expected, &n_expected) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(n, n_expected);
    for (int32_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].source, expected[i].source);
        assert_int_equal(rows[i].dendrite, expected[i].dendrite);
        assert_int_equal(rows[i].plastic, expected[i].plastic);
        const float off = rows[i].weight - expected[i].weight;
        if (!(fabsf(off) <= 1e-5F))
            fail_msg("%s: synapse %d: weight %.9g, expected %.9g", path, i, (double)rows[i].weight,
                     (double)expected[i].weight);
    }
    free(rows);
    free(expected);
}

static void given_the_golden_chain_when_trained_expect_its_spikes_and_weights(void **state)
{
    free(support_run_well(state, "replay --network @/chain/network_start.csv.gz "
                                 "--images @/chain/train_images.csv.gz --out spikes.csv "
                                 "--train --network-out end.csv --quiet"));
    expect_golden_rows(state, "spikes.csv", "chain/spikes.csv.gz", "train", 160);
    expect_network_near(support_path(state, "end.csv"), "tests/golden/chain/network_end.csv.gz");
}

static void given_the_end_of_the_chain_when_tested_expect_its_spikes(void **state)
{
    free(support_run_well(state, "replay --network @/chain/network_end.csv.gz "
                                 "--images @/chain/test_images.csv.gz --out spikes.csv -q"));
    expect_golden_rows(state, "spikes.csv", "chain/spikes.csv.gz", "test", 60);
}

static void given_the_trained_network_when_tested_expect_its_spikes(void **state)
{
    free(support_run_well(state, "replay --network @/trained/network.csv.gz "
                                 "--images @/trained/test_images.csv.gz --out spikes.csv "
                                 "--network-out same.csv --quiet"));
    expect_golden_rows(state, "spikes.csv", "trained/spikes.csv.gz", "test", 60);
    expect_network_near(support_path(state, "same.csv"), "tests/golden/trained/network.csv.gz");
}

/* Without --classes one label would not do. */
static void given_images_of_one_class_when_classes_are_named_expect_a_replay(void **state)
{
    char line[2048] = "2";
    for (int i = 0; i < GOLDEN_INPUTS; i++)
        strcat(line, i % 20 < 8 ? ",200" : ",0");
    support_write_text(state, "two.csv", line);
    free(support_run_well(state, "replay --network @/trained/network.csv.gz --images two.csv "
                                 "--out spikes.csv --classes 1,2 --quiet"));
    char *text = read_text(state, "spikes.csv");
    assert_int_equal(count_lines(text), 2);
    assert_non_null(strstr(text, "\ntest,0,2,"));
    free(text);
}

static void given_progress_when_not_quiet_expect_it_on_stderr_only(void **state)
{
    struct support_run run;
    support_run(state, &run,
                "replay --network @/trained/network.csv.gz "
                "--images @/trained/test_images.csv.gz --out spikes.csv");
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.out, "");
    assert_non_null(strstr(run.err, "replay: 60 presentations in "));
    support_run_free(&run);
}

/* ---- train ---- */

static const char *const run_files[] = {"DONE",        "learning_curve.csv", "manifest.json",
                                        "maps.csv",    "network.csv",        "predictions.csv",
                                        "readout.csv", "confusion.csv",      "result.csv"};
enum { N_RUN_FILES = sizeof run_files / sizeof *run_files };

static int ask_for_a_million_threads(void)
{
    return setenv("OMP_NUM_THREADS", "1000000", 1);
}

/* As many as --threads takes. Not with sanitizers, which take memory of their own for each, nor
 * under valgrind, which has 500 at most. */
static void
given_a_million_threads_in_the_environment_when_trained_expect_1024_of_them(void **state)
{
#if defined(SPINET_DEBUG)
    skip();
#endif
    if (support_is_slow())
        skip();
    struct support_run run;
    size_t n;
    support_run_with(state, &run,
                     "train --quiet --no-pictures --set stopping.max_presentations=1 "
                     "--set data.test_per_class=2 --out run",
                     ask_for_a_million_threads);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    char *manifest = (char *)support_read(support_path(state, "run/manifest.json"), &n);
    assert_non_null(strstr(manifest, "\"threads\": 1024,"));
    free(manifest);
}

static void given_one_seed_when_trained_on_1_and_2_threads_expect_the_same_bytes(void **state)
{
    free(support_run_well(state, "train --seed 5 --no-pictures --threads 1 --out one" SHORT));
    free(support_run_well(state, "train --seed 5 --no-pictures --threads 2 --out two" SHORT));
    for (int i = 0; i < N_RUN_FILES; i++) {
        char one[64], two[64];
        snprintf(one, sizeof one, "one/%s", run_files[i]);
        snprintf(two, sizeof two, "two/%s", run_files[i]);
        if (strcmp(run_files[i], "result.csv") == 0) {
            char *text = read_text(state, one), *other = read_text(state, two);
            drop_last_column(text);
            drop_last_column(other);
            assert_string_equal(text, other);
            free(text);
            free(other);
        } else if (strcmp(run_files[i], "manifest.json") == 0) {
            json_t *root = read_manifest(state, one), *other = read_manifest(state, two);
            const char *may_differ[] = {"host", "threads", "started", "seconds"};
            for (int k = 0; k < 4; k++) {
                assert_int_equal(json_object_del(root, may_differ[k]), 0);
                assert_int_equal(json_object_del(other, may_differ[k]), 0);
            }
            assert_true(json_equal(root, other));
            json_decref(root);
            json_decref(other);
        } else {
            support_expect_same(support_path(state, one), support_path(state, two));
        }
    }
}

static void given_two_seeds_when_trained_expect_different_networks(void **state)
{
    free(support_run_well(state, "train --seed 5 --no-pictures --out one" SHORT));
    free(support_run_well(state, "train --seed 6 --no-pictures --out two" SHORT));
    char *one = read_text(state, "one/network.csv"), *two = read_text(state, "two/network.csv");
    assert_string_not_equal(one, two);
    free(one);
    free(two);
}

static void expect_manifest(void **state, const char *name)
{
    json_t *root = read_manifest(state, name);
    const struct {
        const char *key;
        json_type type;
    } promised[] = {{"program", JSON_STRING},     {"version", JSON_STRING},
                    {"revision", JSON_STRING},    {"seed", JSON_STRING},
                    {"parameters", JSON_OBJECT},  {"data_sha256", JSON_OBJECT},
                    {"stopped_by", JSON_STRING},  {"presentations", JSON_INTEGER},
                    {"similarity", JSON_REAL},    {"host", JSON_STRING},
                    {"kernel", JSON_STRING},      {"threads", JSON_INTEGER},
                    {"started", JSON_STRING},     {"seconds", JSON_REAL},
                    {"seed_number", JSON_INTEGER}};
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        const json_t *item = json_object_get(root, promised[i].key);
        if (!item || json_typeof(item) != promised[i].type)
            fail_msg("%s: %s is missing or of another type", name, promised[i].key);
    }
    assert_string_equal(json_string_value(json_object_get(root, "program")), "spinet");
    assert_string_equal(json_string_value(json_object_get(root, "seed")), "5");
    assert_int_equal(json_integer_value(json_object_get(root, "seed_number")), 5);
    assert_string_equal(json_string_value(json_object_get(root, "stopped_by")), "limit");
    assert_int_equal(json_integer_value(json_object_get(root, "presentations")), 20);

    /* the parameters are all there, as set and by default */
    static struct parameters p, expected;
    parameters_preset(&p, "authors");
    expected = p;
    assert_int_equal(parameters_from_json(&p, json_object_get(root, "parameters"), ""), STATUS_OK);
    parameters_set(&expected, "stopping.max_presentations=20");
    parameters_set(&expected, "data.test_per_class=10");
    parameters_set(&expected, "test.sample_period=10");
    parameters_set(&expected, "turnover.period=8");
    json_t *all = parameters_to_json(&expected);
    assert_true(json_equal(all, json_object_get(root, "parameters")));
    json_decref(all);
    json_decref(root);
}

/* Rows image,label,prediction,tie,active_1,active_2 of predictions.csv. */
static void expect_scores_that_say_the_prediction(const char *text)
{
    int n_decided = 0;
    while ((text = strchr(text, '\n')) && *++text) {
        int image, label, prediction, tie, active[2];
        if (sscanf(text, "%d,%d,%d,%d,%d,%d", &image, &label, &prediction, &tie, &active[0],
                   &active[1]) < 6)
            continue; /* undecided: no prediction */
        assert_int_equal(prediction, active[1] > active[0] ? 2 : 1);
        assert_int_equal(tie, active[0] == active[1]);
        assert_true(active[0] + active[1] > 0 && active[0] <= 40 && active[1] <= 40);
        n_decided++;
    }
    assert_true(n_decided > 0);
}

static void given_seeds_beyond_doubles_when_trained_expect_no_number_that_rounds(void **state)
{
    static const struct {
        const char *seed;
        bool is_exact;
    } seeds[] = {{"9007199254740992", true}, {"9007199254740993", false}};
    for (int i = 0; i < 2; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments,
                 "train --seed %s --quiet --no-pictures --overwrite --out run --set "
                 "stopping.max_presentations=1 --set data.test_per_class=1",
                 seeds[i].seed);
        free(support_run_well(state, arguments));
        json_t *root = read_manifest(state, "run/manifest.json");
        const json_t *number = json_object_get(root, "seed_number");
        assert_string_equal(json_string_value(json_object_get(root, "seed")), seeds[i].seed);
        assert_true(seeds[i].is_exact ? json_integer_value(number) == INT64_C(1) << 53
                                      : json_is_null(number));
        json_decref(root);
    }
}

static void given_a_run_when_done_expect_every_promised_file(void **state)
{
    char *out = support_run_well(state, "train --seed 5 --no-pictures --out a/b/run" SHORT);
    assert_non_null(strstr(out, "results in a/b/run\n"));
    free(out);
    expect_manifest(state, "a/b/run/manifest.json");

    char *text = read_text(state, "a/b/run/result.csv");
    const char header[] = "data_set,classes,synapses,policy,seed,presentations,stopped_by,tests,"
                          "accuracy,ties,undecided,similarity,wrong,accuracy_ties_half,"
                          "accuracy_spikes,ties_spikes,accuracy_thresholds,balanced_accuracy,"
                          "recall_gap,active_overlap,active_confidence,effective_weights,"
                          "clustered_dendrites,clustered_cells,dendrites_own,dendrites_other,"
                          "map_within,map_across,seconds\n"
                          "shapes-s1-o2,1-2,1000,random,5,20,limit,20,";
    assert_memory_equal(text, header, sizeof header - 1);
    assert_int_equal(count_lines(text), 2);
    free(text);

    text = read_text(state, "a/b/run/learning_curve.csv");
    const char curve[] =
        "presentation,sample_accuracy,strong_fraction,pruned,grown,similarity,lost,born\n1,,";
    assert_memory_equal(text, curve, sizeof curve - 1);
    assert_int_equal(count_lines(text), 21);
    assert_non_null(strstr(text, "\n10,0.") ? strstr(text, "\n10,0.") : strstr(text, "\n10,1."));
    free(text);

    text = read_text(state, "a/b/run/predictions.csv");
    const char predictions[] = "image,label,prediction,tie,active_1,active_2,margin,"
                               "prediction_spikes,margin_spikes,spikes_1,spikes_2\n0,";
    assert_memory_equal(text, predictions, sizeof predictions - 1);
    assert_int_equal(count_lines(text), 21);
    expect_scores_that_say_the_prediction(text);
    free(text);

    struct synapse_row *rows;
    int32_t n_rows, n_plastic = 0;
    assert_int_equal(snapshot_read(support_path(state, "a/b/run/network.csv"), &rows, &n_rows),
                     STATUS_OK);
    for (int32_t i = 0; i < n_rows; i++)
        n_plastic += rows[i].plastic;
    assert_int_equal(n_plastic, 1000);
    assert_int_equal(n_rows, 1000 + 160 + 500 + 5000 + 100 + 200 + 320 + 320);
    free(rows);

    text = read_text(state, "a/b/run/maps.csv");
    assert_int_equal(count_lines(text), 3);
    assert_memory_equal(text, "label,y0x0,y0x1,", 16);
    assert_non_null(strstr(text, ",y0x19,y1x0,"));
    assert_non_null(strstr(text, ",y19x19\n1,"));
    free(text);
    text = read_text(state, "a/b/run/DONE");
    assert_string_equal(text, "");
    free(text);
    assert_false(file_exists(support_path(state, "a/b/run/maps.png")));
}

static void given_temporary_files_of_others_when_overwritten_expect_them_kept(void **state)
{
    const char *own = support_path(state, "run/.host-7-1.spinet.tmp");
    const char *others = support_path(state, "run/draft.tmp");
    const char train[] = "train --quiet --no-pictures --threads 1 --set "
                         "stopping.max_presentations=1 --set data.test_per_class=1 --overwrite "
                         "--out run";
    free(support_run_well(state, train));
    support_write_text(state, "run/.host-7-1.spinet.tmp", "half of a");
    support_write_text(state, "run/draft.tmp", "precious\n");
    free(support_run_well(state, train));
    assert_false(file_exists(own));
    size_t n;
    char *text = (char *)support_read(others, &n);
    assert_string_equal(text, "precious\n");
    free(text);
}

static void given_what_draws_when_trained_expect_pictures(void **state)
{
    if (!can_draw())
        skip();
    struct support_run run;
    support_run(state, &run, "train --seed 5 --out run" SHORT);
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.err, "");
    expect_png(state, "run/maps.png");
    expect_png(state, "run/learning_curve.png");
    support_run_free(&run);

    /* a run without pictures leaves none of the one before */
    free(support_run_well(state, "train --seed 6 --overwrite --no-pictures --out run" SHORT));
    assert_true(file_exists(support_path(state, "run/DONE")));
    assert_false(file_exists(support_path(state, "run/maps.png")));
    assert_false(file_exists(support_path(state, "run/learning_curve.png")));
}

static void given_nothing_that_draws_when_trained_expect_a_note_and_success(void **state)
{
    struct support_run run;
    char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
    setenv("PATH", "/nonexistent", 1);
    support_run(state, &run, "train --seed 5 --out run" SHORT);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(run.exit_code, 0);
    const char note[] = "spinet: pictures are not drawn: node cannot be run (";
    assert_memory_equal(run.err, note, sizeof note - 1);
    assert_int_equal(count_lines(run.err), 1);
    assert_true(file_exists(support_path(state, "run/DONE")));
    assert_false(file_exists(support_path(state, "run/maps.png")));
    support_run_free(&run);
}

static void given_experiment_files_when_read_expect_their_values(void **state)
{
    char line[4096], *root = realpath("experiments", NULL);
    assert_non_null(root);
    snprintf(line, sizeof line, "params --config %s/mnist.cfg --set turnover.period=7", root);
    char *out = support_run_well(state, line);
    assert_non_null(strstr(out, "\n  input.rate_max_hz = 25 Hz\n"));
    assert_non_null(strstr(out, "\n  data.classes = 3,8\n"));
    assert_non_null(strstr(out, "\n  turnover.period = 7 presentations\n"));
    free(out);
    snprintf(line, sizeof line, "train --config %s/shapes.cfg --no-pictures --out run" SHORT, root);
    free(support_run_well(state, line));
    free(root);
}

/* ---- forms of data ---- */

/* Shapes as CSV text. */
static char *csv_of(const struct images *images)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    for (int32_t i = 0; i < images->n_images; i++) {
        fprintf(stream, "%d", images->labels[i]);
        for (size_t k = 0; k < images_n_pixels(images); k++)
            fprintf(stream, ",%d", images_pixels(images, i)[k]);
        fprintf(stream, "\n");
    }
    fclose(stream);
    return text;
}

/* Shapes as NAME.csv, NAME.csv.gz, NAME-images with NAME-labels, and the folder NAME. */
static void write_every_form(void **state, const char *name, const struct images *images)
{
    char file[64], other[64];
    char *text = csv_of(images);
    snprintf(file, sizeof file, "%s.csv", name);
    support_write_text(state, file, text);
    snprintf(file, sizeof file, "%s.csv.gz", name);
    support_write_gzip(state, file, text, strlen(text));
    free(text);
    snprintf(file, sizeof file, "%s-images", name);
    snprintf(other, sizeof other, "%s-labels", name);
    assert_int_equal(
        support_write_idx(images, support_path(state, file), support_path(state, other)),
        STATUS_OK);
    for (int label = SHAPES_BOX; label <= SHAPES_DISK; label++) {
        snprintf(file, sizeof file, "%s/%d", name, label);
        assert_int_equal(file_make_folder(support_path(state, file)), STATUS_OK);
    }
    const char *base = support_path(state, name);
    for (int32_t i = 0; i < images->n_images; i++) {
        snprintf(file, sizeof file, "%d/%03d.png", images->labels[i], i);
        char *path = file_join(base, file); /* too many for support_path */
        assert_non_null(path);
        assert_int_equal(
            png_write(path, images_pixels(images, i), images->width, images->height, 1), STATUS_OK);
        free(path);
    }
}

static void given_one_data_set_in_every_form_when_trained_expect_one_network(void **state)
{
    const struct shapes_recipe recipe = {1, 2, 8};
    struct images train, test;
    assert_int_equal(shapes_generate(&train, &recipe, 3, SHAPES_TRAIN, false), STATUS_OK);
    assert_int_equal(shapes_generate(&test, &recipe, 3, SHAPES_TEST, false), STATUS_OK);
    write_every_form(state, "train", &train);
    write_every_form(state, "test", &test);
    images_free(&train);
    images_free(&test);
#define FILES "train --no-pictures --set data.kind=files" SHORT
    free(support_run_well(state, FILES " --set data.train_images=train.csv "
                                       "--set data.test_images=test.csv --out csv"));
    free(support_run_well(state, FILES " --set data.train_images=train.csv.gz "
                                       "--set data.test_images=test.csv.gz --out gzip"));
    free(support_run_well(state, FILES " --set data.train_images=train "
                                       "--set data.test_images=test --out png"));
    free(support_run_well(state, FILES " --set data.train_images=train-images "
                                       "--set data.train_labels=train-labels "
                                       "--set data.test_images=test-images "
                                       "--set data.test_labels=test-labels --out idx"));
    const char *forms[] = {"gzip", "png", "idx"};
    for (int i = 0; i < 3; i++) {
        char other[64];
        snprintf(other, sizeof other, "%s/network.csv", forms[i]);
        support_expect_same(support_path(state, "csv/network.csv"), support_path(state, other));
        snprintf(other, sizeof other, "%s/maps.csv", forms[i]);
        support_expect_same(support_path(state, "csv/maps.csv"), support_path(state, other));
    }
    /* the checksum of what was read */
    char hex[65];
    json_t *root = read_manifest(state, "csv/manifest.json");
    assert_int_equal(file_sha256(support_path(state, "train.csv"), hex), STATUS_OK);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(root, "data_sha256"), "train_images")),
        hex);
    json_decref(root);
}

/* Three bright bars at the top, in the middle, below. */
static void given_three_classes_when_trained_expect_three_predictions(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "bars", 30, 20, 20), STATUS_OK);
    for (int32_t i = 0; i < images.n_images; i++) {
        images.labels[i] = i % 3;
        for (int k = 0; k < 5 * 20; k++)
            images.pixels[i * 400 + (i % 3) * 140 + k] = (uint8_t)(k % 20 == i % 20 ? 100 : 255);
    }
    char *text = csv_of(&images);
    support_write_text(state, "bars.csv", text);
    free(text);
    images_free(&images);
    free(support_run_well(state, "train --no-pictures --quiet --set data.kind=files --out run "
                                 "--set data.train_images=bars.csv --set data.test_images=bars.csv "
                                 "--set pyramidal.neurons=60 --set stopping.max_presentations=90"));
    char *classes = result_column(state, "run/result.csv", "classes");
    char *tests = result_column(state, "run/result.csv", "tests");
    char *accuracy = result_column(state, "run/result.csv", "accuracy");
    assert_string_equal(classes, "0-1-2");
    assert_string_equal(tests, "30");
    assert_true(strtod(accuracy, NULL) >= 0.6); /* chance is a third */
    free(classes);
    free(tests);
    free(accuracy);
    text = read_text(state, "run/maps.csv");
    assert_int_equal(count_lines(text), 4);
    free(text);
    /* and two of the three, by name */
    free(support_run_well(state, "train --no-pictures --set data.kind=files --out pair "
                                 "--set data.train_images=bars.csv "
                                 "--set data.test_images=bars.csv "
                                 "--set data.classes=0,2" SHORT));
    classes = result_column(state, "pair/result.csv", "classes");
    tests = result_column(state, "pair/result.csv", "tests");
    assert_string_equal(classes, "0-2");
    assert_string_equal(tests, "20");
    free(classes);
    free(tests);
}

/* ---- maps, shapes, params ---- */

static void given_a_finished_run_when_mapped_expect_its_similarity_again(void **state)
{
    if (!can_draw())
        skip();
    free(support_run_well(state, "train --seed 5 --no-pictures --out a" SHORT));
    free(support_run_well(state, "train --seed 6 --no-pictures --out b" SHORT));
    size_t n;
    uint8_t *before = support_read(support_path(state, "a/maps.csv"), &n);
    char *out = support_run_well(state, "maps a b"), expected[256];
    char *of_a = result_column(state, "a/result.csv", "similarity");
    char *of_b = result_column(state, "b/result.csv", "similarity");
    snprintf(expected, sizeof expected,
             "a: similarity %s, a/maps.png\nb: similarity %s, b/maps.png\n", of_a, of_b);
    assert_string_equal(out, expected);
    assert_string_not_equal(of_a, of_b);
    expect_png(state, "a/maps.png");
    expect_png(state, "b/maps.png");
    size_t n_after;
    uint8_t *after = support_read(support_path(state, "a/maps.csv"), &n_after);
    assert_int_equal(n, n_after);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    free(out);
    free(of_a);
    free(of_b);
}

static void given_a_difficulty_when_shapes_are_made_expect_readable_idx_and_png(void **state)
{
    char *out = support_run_well(
        state, "shapes --difficulty hard --seed 4 --count 6 --test-count 3 --out s");
    assert_string_equal(out,
                        "6 training and 3 test images a class in s; see s/contact_sheet.png\n");
    free(out);
    const struct shapes_recipe recipe = {0, 4, 6};
    struct images read, made;
    assert_int_equal(idx_read(&read, support_path(state, "s/train-images-idx3-ubyte"),
                              support_path(state, "s/train-labels-idx1-ubyte"), NULL),
                     STATUS_OK);
    assert_int_equal(shapes_generate(&made, &recipe, 4, SHAPES_TRAIN, false), STATUS_OK);
    assert_int_equal(read.n_images, 12);
    assert_int_equal(read.width, SHAPES_SIDE);
    assert_int_equal(read.height, SHAPES_SIDE);
    assert_memory_equal(read.pixels, made.pixels, 12 * images_n_pixels(&made));
    assert_memory_equal(read.labels, made.labels, 12 * sizeof *made.labels);
    images_free(&read);
    images_free(&made);
    assert_int_equal(idx_read(&read, support_path(state, "s/t10k-images-idx3-ubyte"),
                              support_path(state, "s/t10k-labels-idx1-ubyte"), NULL),
                     STATUS_OK);
    assert_int_equal(read.n_images, 6);
    images_free(&read);
    expect_png(state, "s/contact_sheet.png");

    /* again into the same folder, by numbers */
    free(support_run_well(state, "shapes --stability 0 --overlap 4 --seed 4 --count 6 "
                                 "--test-count 3 --out s"));
    free(support_run_well(state, "shapes --difficulty hard --seed 4 --count 6 --test-count 3 "
                                 "--out t"));
    support_expect_same(support_path(state, "s/train-images-idx3-ubyte"),
                        support_path(state, "t/train-images-idx3-ubyte"));
    support_expect_same(support_path(state, "s/contact_sheet.png"),
                        support_path(state, "t/contact_sheet.png"));
}

static void expect_every_key(const char *out)
{
    static struct parameters p;
    parameters_preset(&p, "authors");
    json_t *all = parameters_to_json(&p), *members, *item;
    const char *group, *name;
    int n = 0;
    json_object_foreach(all, group, members)
    {
        json_object_foreach(members, name, item)
        {
            char line[256];
            snprintf(line, sizeof line, "\n  %s.%s = ", group, name);
            if (!strstr(out, line))
                fail_msg("%s.%s is not listed", group, name);
            n++;
        }
    }
    assert_true(n > 100);
    json_decref(all);
}

static void given_protocols_when_simulated_on_1_and_2_threads_expect_the_same_bytes(void **state)
{
#define PROTOCOLS "spines --protocol all --spines 500 --days 4 "
    char *out = support_run_well(state, PROTOCOLS "--threads 1 --out one");
    assert_non_null(strstr(out, "\none/protocols.html\n"));
    free(out);
    free(support_run_well(state, PROTOCOLS "--threads 2 --out two"));
    support_expect_same(support_path(state, "one/protocols.csv"),
                        support_path(state, "two/protocols.csv"));
    support_expect_same(support_path(state, "one/published.csv"),
                        support_path(state, "two/published.csv"));
}

/* Noise so strong that the spines under vehicle die out: there is nothing to compare with. */
static void
given_no_spines_under_vehicle_when_a_protocol_is_simulated_expect_no_number(void **state)
{
    size_t n;
    free(support_run_well(state,
                          "spines --protocol cocaine --days 3 --spines 100 --threads 1 --set "
                          "rest.step_days=10 --set intrinsic.noise_factor=10 --out p"));
    char *table = (char *)support_read(support_path(state, "p/protocols.csv"), &n);
    assert_non_null(strstr(table, "\nvehicle,2,0,")); /* as it is meant */
    assert_non_null(strstr(table, "\ncocaine,2,4,,"));
    assert_null(strstr(table, "inf"));
    assert_null(strstr(table, "nan"));
    free(table);
    char *published = (char *)support_read(support_path(state, "p/published.csv"), &n);
    assert_null(strstr(published, "inf"));
    free(published);
}

static void given_each_preset_when_listed_expect_every_key_and_its_values(void **state)
{
    char *out = support_run_well(state, "params --preset authors"),
         *plain = support_run_well(state, "params");
    assert_string_equal(out, plain);
    expect_every_key(out);
    assert_non_null(strstr(out, "\n  plasticity.tag_ltp_gain = 2\n"));
    assert_non_null(strstr(out, "\n  prp.trigger = cell\n"));
    free(out);
    free(plain);
    out = support_run_well(state, "params --preset supplement");
    expect_every_key(out);
    assert_non_null(strstr(out, "\n  plasticity.tag_ltp_gain = 1\n"));
    assert_non_null(strstr(out, "\n  prp.trigger = branch\n"));
    free(out);
}

static void given_json_when_parameters_are_listed_expect_each_with_its_value_and_words(void **state)
{
    char *out = support_run_well(state, "params --json --set turnover.period=7");
    json_t *root = json_loads(out, 0, NULL);
    const json_t *period = json_object_get(root, "turnover.period");
    assert_int_equal(json_integer_value(json_object_get(period, "value")), 7);
    assert_string_equal(json_string_value(json_object_get(period, "unit")), "presentations");
    assert_string_equal(json_string_value(json_object_get(period, "range")), "1 … 1e+06");
    const json_t *policy = json_object_get(root, "turnover.policy");
    assert_string_equal(json_string_value(json_object_get(policy, "value")), "random");
    assert_true(json_is_false(json_object_get(json_object_get(root, "record.spikes"), "value")));
    assert_true(json_object_size(root) > 100);
    json_decref(root);
    free(out);
}

static void given_a_path_of_1500_bytes_when_it_is_missing_expect_that_it_is_said(void **state)
{
    static const char reason[] = "/r.csv: cannot be opened (No such file or directory)\n";
    char arguments[2000] = "stats ";
    struct support_run run;
    for (int i = 0; i < 500; i++)
        strcat(arguments, "ab/");
    strcat(arguments, "/r.csv");
    support_run(state, &run, arguments);
    assert_int_equal(run.exit_code, 2);
    assert_memory_equal(run.err, "spinet: ab/ab/ab/", 17);
    assert_non_null(strstr(run.err, "…"));
    assert_true(strlen(run.err) > sizeof reason);
    assert_string_equal(run.err + strlen(run.err) - strlen(reason), reason);
    support_run_free(&run);
}

static void given_no_command_when_run_expect_usage_on_stderr(void **state)
{
    struct support_run run;
    support_run(state, &run, "");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.out, "");
    assert_non_null(strstr(run.err, "Usage: spinet COMMAND"));
    support_run_free(&run);
}

/* Large enough for two threads to share a presentation, where each has a part. */
static void given_no_plastic_synapse_when_trained_on_two_threads_expect_a_run(void **state)
{
    free(support_run_well(state, "train -q --no-pictures --threads 2 --out none "
                                 "--set pyramidal.neurons=666 --set connections.plastic=0 "
                                 "--set input.duration_ms=400 --set input.active_ms=300 "
                                 "--set stopping.max_presentations=6 --set data.test_per_class=2"));
    assert_true(file_exists(support_path(state, "none/DONE")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_no_plastic_synapse_when_trained_on_two_threads_expect_a_run),
        WITH_FOLDER(given_the_golden_chain_when_trained_expect_its_spikes_and_weights),
        WITH_FOLDER(given_the_end_of_the_chain_when_tested_expect_its_spikes),
        WITH_FOLDER(given_the_trained_network_when_tested_expect_its_spikes),
        WITH_FOLDER(given_images_of_one_class_when_classes_are_named_expect_a_replay),
        WITH_FOLDER(given_progress_when_not_quiet_expect_it_on_stderr_only),
        WITH_FOLDER(given_a_million_threads_in_the_environment_when_trained_expect_1024_of_them),
        WITH_FOLDER(given_one_seed_when_trained_on_1_and_2_threads_expect_the_same_bytes),
        WITH_FOLDER(given_two_seeds_when_trained_expect_different_networks),
        WITH_FOLDER(given_a_run_when_done_expect_every_promised_file),
        WITH_FOLDER(given_seeds_beyond_doubles_when_trained_expect_no_number_that_rounds),
        WITH_FOLDER(given_temporary_files_of_others_when_overwritten_expect_them_kept),
        WITH_FOLDER(given_what_draws_when_trained_expect_pictures),
        WITH_FOLDER(given_nothing_that_draws_when_trained_expect_a_note_and_success),
        WITH_FOLDER(given_experiment_files_when_read_expect_their_values),
        WITH_FOLDER(given_one_data_set_in_every_form_when_trained_expect_one_network),
        WITH_FOLDER(given_three_classes_when_trained_expect_three_predictions),
        WITH_FOLDER(given_a_finished_run_when_mapped_expect_its_similarity_again),
        WITH_FOLDER(given_a_difficulty_when_shapes_are_made_expect_readable_idx_and_png),
        WITH_FOLDER(given_protocols_when_simulated_on_1_and_2_threads_expect_the_same_bytes),
        WITH_FOLDER(given_no_spines_under_vehicle_when_a_protocol_is_simulated_expect_no_number),
        WITH_FOLDER(given_each_preset_when_listed_expect_every_key_and_its_values),
        WITH_FOLDER(given_json_when_parameters_are_listed_expect_each_with_its_value_and_words),
        WITH_FOLDER(given_a_path_of_1500_bytes_when_it_is_missing_expect_that_it_is_said),
        WITH_FOLDER(given_no_command_when_run_expect_usage_on_stderr),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
