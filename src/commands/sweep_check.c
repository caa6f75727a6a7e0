/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the finished runs in a sweep's folder are those of the sweep: of the parameters and the
 * seed that the folder's name says, of the same data all of them, and with a result.csv that is
 * whole and belongs to the manifest beside it. Others may have put them there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/manifest.h"
#include "commands/sweep.h"
#include "core/file.h"
#include "core/json_file.h"
#include "core/number.h"
#include "core/status.h"
#include "network/connect.h"
#include "train/checkpoint.h"

#define REMEDY ": remove the run's folder and run the sweep again"

/* ---- result.csv ---- */

enum column_kind { TEXT, LABELS, WHOLE, STOP, FRACTION, SIMILARITY, SECONDS };

static const struct {
    const char *name;
    enum column_kind kind;
} columns[RESULT_N_COLUMNS] = {
    [RESULT_DATA_SET] = {"data_set", TEXT},
    [RESULT_CLASSES] = {"classes", LABELS},
    [RESULT_SYNAPSES] = {"synapses", WHOLE},
    [RESULT_POLICY] = {"policy", TEXT},
    [RESULT_SEED] = {"seed", WHOLE},
    [RESULT_PRESENTATIONS] = {"presentations", WHOLE},
    [RESULT_STOPPED_BY] = {"stopped_by", STOP},
    [RESULT_TESTS] = {"tests", WHOLE},
    [RESULT_ACCURACY] = {"accuracy", FRACTION},
    [RESULT_TIES] = {"ties", WHOLE},
    [RESULT_UNDECIDED] = {"undecided", WHOLE},
    [RESULT_SIMILARITY] = {"similarity", SIMILARITY},
    [RESULT_SECONDS] = {"seconds", SECONDS},
};

static bool is_of(const char *text, const char *letters)
{
    return *text && strspn(text, letters) == strlen(text);
}

static bool is_number(const char *text, double least, double most)
{
    double number;
    return number_parse(text, &number) && number >= least && number <= most;
}

static const char *expected(enum column_kind kind)
{
    static const char *const right[] = {
        [TEXT] = "a text without quotes",    [LABELS] = "labels of classes, as 0-1",
        [WHOLE] = "a whole number",          [STOP] = "strong or limit",
        [FRACTION] = "a number from 0 to 1", [SIMILARITY] = "a number from -1 to 1, or nothing",
        [SECONDS] = "a number of seconds",
    };
    return right[kind];
}

static bool fits(const struct result_row *row, int column)
{
    const char *text = row->field[column];
    switch (columns[column].kind) {
    case TEXT:
        return !strchr(text, '"');
    case LABELS:
        return is_of(text, "0123456789-");
    case WHOLE:
        return is_of(text, "0123456789") && strlen(text) <= 20;
    case STOP:
        return strcmp(text, "strong") == 0 || strcmp(text, "limit") == 0;
    case FRACTION: /* of no tests it is not a number */
        return is_number(text, 0, 1) ||
               (strcmp(row->field[RESULT_TESTS], "0") == 0 && strstr(text, "nan"));
    case SIMILARITY: /* of rounded numbers */
        return !*text || is_number(text, -1.000001, 1.000001);
    default:
        return is_number(text, 0, 1e12);
    }
}

/* Cuts the row at its commas; how many fields that gives, counted on to the end. */
static int cut(struct result_row *row)
{
    int n = 0;
    for (char *at = row->text; at; n++) {
        if (n < RESULT_N_COLUMNS)
            row->field[n] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return n;
}

static int check_row(struct result_row *row, const char *path)
{
    const int n = cut(row);
    if (n != RESULT_N_COLUMNS)
        return status_fail(STATUS_USER, "%s: line 2: %d fields: expected %d" REMEDY, path, n,
                           RESULT_N_COLUMNS);
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        if (!fits(row, i))
            return status_fail(STATUS_USER, "%s: line 2: %s '%.100s': expected %s" REMEDY, path,
                               columns[i].name, row->field[i], expected(columns[i].kind));
    return STATUS_OK;
}

static bool is_header(const char *text)
{
    for (int i = 0; i < RESULT_N_COLUMNS; i++) {
        const size_t length = strlen(columns[i].name);
        if (strncmp(text, columns[i].name, length) != 0 ||
            text[length] != (i + 1 < RESULT_N_COLUMNS ? ',' : '\0'))
            return false;
        text += length + 1;
    }
    return true;
}

/* The lines of an open result.csv, of which there must be two. */
static int read_lines(struct text_reader *reader, struct result_row *row)
{
    int more = text_next(reader);
    if (more == 1 && !is_header(reader->text))
        return status_fail(STATUS_USER, "%s: line 1: '%.100s': expected data_set,classes,…" REMEDY,
                           reader->path, reader->text);
    more = more == 1 ? text_next(reader) : more;
    if (more == 0)
        return status_fail(STATUS_USER, "%s: has no row: expected one" REMEDY, reader->path);
    if (more == 1 && !(row->text = strdup(reader->text)))
        return status_no_memory(reader->path, strlen(reader->text));
    more = more == 1 ? text_next(reader) : more;
    if (more == 1)
        return status_fail(STATUS_USER, "%s: line 3: expected one row only" REMEDY, reader->path);
    return more == 0 ? check_row(row, reader->path) : more;
}

int result_row_read(struct result_row *row, const char *folder)
{
    struct text_reader reader;
    *row = (struct result_row){0};
    char *path = file_join(folder, "result.csv");
    if (!path)
        return status_no_memory("a file name", strlen(folder));
    int status = text_open(&reader, path);
    if (status == STATUS_OK) {
        status = read_lines(&reader, row);
        text_close(&reader);
    }
    free(path);
    if (status != STATUS_OK)
        result_row_free(row);
    return status;
}

void result_row_free(struct result_row *row)
{
    free(row->text);
    *row = (struct result_row){0};
}

/* ---- against the sweep and the manifest ---- */

static int refuse_field(const struct result_row *row, const char *folder, int column,
                        const char *right)
{
    return status_fail(STATUS_USER, "%s/result.csv: line 2: %s %.100s: expected %.100s" REMEDY,
                       folder, columns[column].name, row->field[column], right);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Of a number in the manifest; older ones may not have it. */
static bool is_near(const json_t *manifest, const char *key, const char *field, double tolerance)
{
    const json_t *number = json_object_get(manifest, key);
    return !json_is_number(number) ||
           (*field && fabs(json_number_value(number) - strtod(field, NULL)) <= tolerance);
}

/* The row says again much of what the sweep and the manifest say: whose it is shows there. */
static int compare_row(const struct parameters *p, const struct result_row *row,
                       const json_t *manifest, const char *folder)
{
    const char *name = text_of(json_object_get(manifest, "data_sha256"), "name");
    const struct {
        int column;
        const char *right;
    } texts[] = {
        {RESULT_POLICY, parameters_choice(p, "turnover.policy")},
        {RESULT_SEED, text_of(manifest, "seed")},
        {RESULT_STOPPED_BY, text_of(manifest, "stopped_by")},
        {RESULT_DATA_SET, *name ? name : row->field[RESULT_DATA_SET]},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(row->field[texts[i].column], texts[i].right) != 0)
            return refuse_field(row, folder, texts[i].column, texts[i].right);
    static const struct {
        int column;
        double tolerance; /* of how they are rounded */
    } numbers[] = {{RESULT_PRESENTATIONS, 0}, {RESULT_SIMILARITY, 2e-6}, {RESULT_SECONDS, 2e-3}};
    char right[64];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *key = columns[numbers[i].column].name;
        if (!is_near(manifest, key, row->field[numbers[i].column], numbers[i].tolerance)) {
            snprintf(right, sizeof right, "%.9g, as in manifest.json",
                     json_number_value(json_object_get(manifest, key)));
            return refuse_field(row, folder, numbers[i].column, right);
        }
    }
    snprintf(right, sizeof right, "%d", connect_n_plastic(p));
    return strcmp(row->field[RESULT_SYNAPSES], right) == 0
               ? STATUS_OK
               : refuse_field(row, folder, RESULT_SYNAPSES, right);
}

/* "0.5" */
static void print_value(const json_t *value, char *text, size_t size)
{
    char *dump = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) : NULL;
    snprintf(text, size, "%s", dump ? dump : "missing");
    free(dump);
}

/* USER with the first parameter of `right` that `is` has not, or has otherwise. */
static int compare_parameters(const json_t *is, const json_t *right, const char *folder)
{
    const char *group, *key;
    json_t *members, *value;
    if (json_equal(is, right))
        return STATUS_OK;
    json_object_foreach((json_t *)right, group, members)
    {
        json_object_foreach(members, key, value)
        {
            const json_t *found = json_object_get(json_object_get(is, group), key);
            char found_text[128], right_text[128];
            if (json_equal(found, value))
                continue;
            print_value(found, found_text, sizeof found_text);
            print_value(value, right_text, sizeof right_text);
            return status_fail(STATUS_USER, "%s/manifest.json: %s.%s is %s: expected %s" REMEDY,
                               folder, group, key, found_text, right_text);
        }
    }
    return status_fail(STATUS_USER,
                       "%s/manifest.json: has parameters that this spinet does not know" REMEDY,
                       folder);
}

/* ---- data ---- */

/* Where the checksums of these files are first seen: now, or in a run before. */
static struct checked_files *find_files(struct sweep_checker *checker, int32_t condition)
{
    const struct sweep *s = checker->sweep;
    const struct parameters *p = &s->parameters[condition];
    int i = 0;
    while (i < checker->n_files && !dataset_same_files(p, checker->files[i].reader))
        i++;
    if (i == checker->n_files && i < FILE_SETS_MAX) {
        checker->files[i] = (struct checked_files){.reader = p};
        if (s->files[condition]) {
            strcpy(checker->files[i].seen_in, "now");
            memcpy(checker->files[i].sha256, s->files[condition]->sha256,
                   sizeof checker->files[i].sha256);
        }
        checker->n_files++;
    }
    return i < FILE_SETS_MAX ? &checker->files[i] : NULL;
}

static int check_data(struct sweep_checker *checker, const struct sweep_run *run,
                      const json_t *manifest, const char *folder)
{
    const struct parameters *p = &checker->sweep->parameters[run->condition];
    const json_t *data = json_object_get(manifest, "data_sha256");
    struct checked_files *files =
        p->data.kind == DATA_FILES ? find_files(checker, run->condition) : NULL;
    const char *const names[4] = {p->data.train_images, p->data.train_labels, p->data.test_images,
                                  p->data.test_labels};
    if (!files)
        return STATUS_OK;
    for (int i = 0; i < 4; i++) {
        const char *sha256 = text_of(data, manifest_data_keys[i]);
        if (!*files->seen_in)
            snprintf(files->sha256[i], sizeof files->sha256[i], "%s", sha256);
        else if (strcmp(files->sha256[i], sha256) != 0)
            return status_fail(
                STATUS_USER,
                "%.250s/manifest.json: of other data: %.200s had SHA-256 %.12s…, and %.12s… %s: "
                "bring the file back, or run all again (--fresh)",
                folder, names[i], sha256, files->sha256[i], files->seen_in);
    }
    if (!*files->seen_in) {
        snprintf(files->seen_in, sizeof files->seen_in, "in run ");
        const char *slash = strrchr(folder, '/');
        snprintf(files->seen_in + 7, sizeof files->seen_in - 7, "%s", slash ? slash + 1 : folder);
    }
    return STATUS_OK;
}

/* ---- a run ---- */

void sweep_checker_init(struct sweep_checker *checker, const struct sweep *s)
{
    *checker = (struct sweep_checker){.sweep = s, .condition = -1};
}

void sweep_checker_free(struct sweep_checker *checker)
{
    json_decref(checker->parameters);
    checker->parameters = NULL;
}

static int check_manifest(struct sweep_checker *checker, const struct sweep_run *run,
                          const char *folder, json_t **manifest)
{
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
    if (checker->condition != run->condition) { /* runs come condition by condition */
        json_decref(checker->parameters);
        checker->parameters = parameters_to_json(&checker->sweep->parameters[run->condition]);
        checker->condition = run->condition;
    }
    char *path = file_join(folder, "manifest.json");
    int status = path && checker->parameters ? json_file_read(path, manifest)
                                             : status_no_memory("a manifest", 0);
    free(path);
    if (status != STATUS_OK)
        return status;
    if (strcmp(text_of(*manifest, "seed"), seed) != 0)
        return status_fail(STATUS_USER, "%s/manifest.json: seed '%.40s': expected \"%s\"" REMEDY,
                           folder, text_of(*manifest, "seed"), seed);
    status =
        compare_parameters(json_object_get(*manifest, "parameters"), checker->parameters, folder);
    return status == STATUS_OK ? check_data(checker, run, *manifest, folder) : status;
}

int sweep_check_run(struct sweep_checker *checker, const struct sweep_run *run,
                    struct result_row *row)
{
    json_t *manifest = NULL;
    *row = (struct result_row){0};
    char *folder = sweep_run_folder(checker->sweep, run);
    int status = folder ? check_manifest(checker, run, folder, &manifest)
                        : status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = result_row_read(row, folder);
    if (status == STATUS_OK)
        status = compare_row(&checker->sweep->parameters[run->condition], row, manifest, folder);
    json_decref(manifest);
    free(folder);
    return status;
}

/* An unfinished run would be replaced. Those of a sweep have no checkpoints: one that has was begun
 * by `spinet train`, and is another's unless its manifest fits. */
static int check_unfinished(struct sweep_checker *checker, const struct sweep_run *run)
{
    int32_t presentation;
    json_t *manifest = NULL;
    char *folder = sweep_run_folder(checker->sweep, run);
    int status = folder ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK && checkpoint_list(folder, &presentation, 1) > 0)
        status = check_manifest(checker, run, folder, &manifest);
    json_decref(manifest);
    free(folder);
    return status;
}

int sweep_check_found(const struct sweep *s)
{
    struct sweep_checker checker;
    int status = STATUS_OK;
    sweep_checker_init(&checker, s);
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK; i++) {
        const struct sweep_run *run = &s->run[i];
        struct result_row row = {0};
        if (!sweep_is_mine(s, run))
            continue;
        if (run->is_done)
            status = sweep_check_run(&checker, run, &row);
        else if (!s->is_fresh)
            status = check_unfinished(&checker, run);
        result_row_free(&row);
    }
    sweep_checker_free(&checker);
    return status;
}
