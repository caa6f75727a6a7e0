/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the finished runs in a sweep's folder are those of the sweep: of the parameters and the
 * seed that the folder's name says, of the same data all of them, and with a result.csv that is
 * whole and belongs to the manifest beside it. Others may have put them there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "network/connect.h"
#include "store/checkpoint.h"
#include "store/json_file.h"
#include "store/manifest.h"
#include "store/parameters_json.h"
#include "store/result_row.h"
#include "sweep/sweep.h"

/* ---- the row and the manifest ---- */

static int refuse_field(const struct result_row *row, const char *folder, int column,
                        const char *right)
{
    return status_fail(STATUS_USER,
                       "%s/result.csv: line 2: %s %.100s: expected %.100s" RESULT_REMEDY, folder,
                       result_column(column), row->field[column], right);
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
        const char *key = result_column(numbers[i].column);
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
            return status_fail(STATUS_USER,
                               "%s/manifest.json: %s.%s is %s: expected %s" RESULT_REMEDY, folder,
                               group, key, found_text, right_text);
        }
    }
    return status_fail(
        STATUS_USER,
        "%s/manifest.json: has parameters that this spinet does not know" RESULT_REMEDY, folder);
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
    const char *const names[DATASET_N_FILES] = {p->data.train_images, p->data.train_labels,
                                                p->data.test_images, p->data.test_labels,
                                                p->data.network};
    if (!files)
        return STATUS_OK;
    for (int i = 0; i < DATASET_N_FILES; i++) {
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

/* Reads a run's manifest, which must have this seed and these parameters. */
static int read_manifest(const char *folder, uint64_t seed, const json_t *parameters,
                         json_t **manifest)
{
    char right[32];
    snprintf(right, sizeof right, "%llu", (unsigned long long)seed);
    char *path = file_join(folder, "manifest.json");
    int status = path ? json_file_read(path, manifest) : status_no_memory("a file name", 0);
    free(path);
    if (status != STATUS_OK)
        return status;
    if (strcmp(text_of(*manifest, "seed"), right) != 0)
        return status_fail(STATUS_USER,
                           "%s/manifest.json: seed '%.40s': expected \"%s\"" RESULT_REMEDY, folder,
                           text_of(*manifest, "seed"), right);
    return compare_parameters(json_object_get(*manifest, "parameters"), parameters, folder);
}

static int check_manifest(struct sweep_checker *checker, const struct sweep_run *run,
                          const char *folder, json_t **manifest)
{
    if (checker->condition != run->condition) { /* runs come condition by condition */
        json_decref(checker->parameters);
        checker->parameters = parameters_to_json(&checker->sweep->parameters[run->condition]);
        checker->condition = run->condition;
    }
    int status = checker->parameters
                     ? read_manifest(folder, run->seed, checker->parameters, manifest)
                     : status_no_memory("the parameters", 0);
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

int sweep_check_folder(const char *folder, uint64_t seed, const json_t *parameters,
                       struct result_row *row)
{
    static struct manifest run;
    json_t *manifest = NULL;
    int status = read_manifest(folder, seed, parameters, &manifest);
    if (status == STATUS_OK && row)
        status = manifest_read(&run, folder);
    if (status == STATUS_OK && row)
        status = result_row_read(row, folder);
    if (status == STATUS_OK && row)
        status = compare_row(&run.parameters, row, manifest, folder);
    json_decref(manifest);
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
