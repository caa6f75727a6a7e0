/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the finished runs in a sweep's folder are those of the sweep: of the parameters and the
 * seed that the folder's name says, of the same data all of them, and with a result.csv that is
 * whole and belongs to the manifest beside it. Others may have put them there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "store/checkpoint.h"
#include "store/json_file.h"
#include "store/manifest.h"
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

/* Checks the row against sweep and manifest, which say much of it, too: this shows whose row it is.
 */
static int compare_row(const struct parameters *p, const struct result_row *row,
                       const json_t *manifest, const char *folder)
{
    char synapses[32];
    snprintf(synapses, sizeof synapses, "%d", connect_n_plastic(p));
    const char *name = text_of(json_object_get(manifest, "data_sha256"), "name");
    const struct {
        int column;
        const char *right;
    } texts[] = {
        {RESULT_POLICY, parameters_choice(p, "turnover.policy")},
        {RESULT_SEED, text_of(manifest, "seed")},
        {RESULT_STOPPED_BY, text_of(manifest, "stopped_by")},
        {RESULT_DATA_SET, *name ? name : row->field[RESULT_DATA_SET]},
        {RESULT_SYNAPSES, synapses},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(row->field[texts[i].column], texts[i].right) != 0)
            return refuse_field(row, folder, texts[i].column, texts[i].right);
    static const struct {
        int column;
        double tolerance; /* tolerance for numbers rounded in both files */
    } numbers[] = {{RESULT_PRESENTATIONS, 0}, {RESULT_SIMILARITY, 2e-6}, {RESULT_SECONDS, 2e-3}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *key = result_column(numbers[i].column), *field = row->field[numbers[i].column];
        const json_t *number = json_object_get(manifest, key);
        const double value = json_number_value(number);
        char right[64];
        snprintf(right, sizeof right, "%.9g, as in manifest.json", value);
        if (json_is_number(number) &&
            (!*field || fabs(value - strtod(field, NULL)) > numbers[i].tolerance))
            return refuse_field(row, folder, numbers[i].column, right);
    }
    return STATUS_OK;
}

/* "0.5" */
static void print_value(const json_t *value, char text[128])
{
    OWNED char *dump = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) : NULL;
    snprintf(text, 128, "%s", dump ? dump : "missing");
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
            print_value(found, found_text);
            print_value(value, right_text);
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

/* Where the checksums of these files are first seen: now, or in a run before. NULL: too many. */
static struct checked_files *find_files(struct sweep_checker *checker,
                                        const struct sweep_condition *condition)
{
    const struct parameters *p = &condition->parameters;
    struct checked_files *files = checker->files;
    for (; files < checker->files + checker->n_files; files++)
        if (dataset_same_files(p, files->reader))
            return files;
    if (checker->n_files == FILE_SETS_MAX)
        return NULL;
    checker->n_files++;
    *files = (struct checked_files){.reader = p};
    if (condition->files) {
        strcpy(files->seen_in, "now");
        for (int i = 0; i < DATASET_N_FILES; i++)
            strcpy(files->sha256[i], condition->files->file[i].sha256);
    }
    return files;
}

static int check_data(struct sweep_checker *checker, const struct sweep_condition *condition,
                      const json_t *manifest, const char *folder)
{
    const struct parameters *p = &condition->parameters;
    const json_t *data = json_object_get(manifest, "data_sha256");
    struct checked_files *files =
        p->data.kind == DATA_FILES ? find_files(checker, condition) : NULL;
    const char *names[DATASET_N_FILES];
    dataset_paths(p, names);
    for (int i = 0; i < DATASET_N_FILES && files; i++) {
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
    if (files && !*files->seen_in) {
        const char *slash = strrchr(folder, '/');
        snprintf(files->seen_in, sizeof files->seen_in, "in run %s", slash ? slash + 1 : folder);
    }
    return STATUS_OK;
}

/* ---- a run ---- */

/* Checks the manifest of the run: it must have its seed and parameters, and the data of the other
 * runs. */
static int check_manifest(struct sweep_checker *checker, const struct sweep_run *run,
                          const char *folder, json_t **manifest)
{
    const struct sweep_condition *condition = &checker->sweep->condition[run->condition];
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
    OWN_PATH(path, folder, "manifest.json");
    TRY(json_file_read(path, manifest));
    if (strcmp(text_of(*manifest, "seed"), seed) != 0)
        return status_fail(STATUS_USER,
                           "%s/manifest.json: seed '%.40s': expected \"%s\"" RESULT_REMEDY, folder,
                           text_of(*manifest, "seed"), seed);
    TRY(compare_parameters(json_object_get(*manifest, "parameters"),
                           json_object_get(condition->json, "parameters"), folder));
    return check_data(checker, condition, *manifest, folder);
}

int sweep_check_manifest(struct sweep_checker *checker, const struct sweep_run *run,
                         const char *folder)
{
    json_auto_t *manifest = NULL;
    return check_manifest(checker, run, folder, &manifest);
}

int sweep_check_run(struct sweep_checker *checker, const struct sweep_run *run,
                    struct result_row *row)
{
    json_auto_t *manifest = NULL;
    OWNED char *folder = sweep_run_folder(checker->sweep, run);
    if (!folder)
        return status_no_memory("a file name", 0);
    TRY(check_manifest(checker, run, folder, &manifest));
    TRY(result_row_read(row, folder));
    return compare_row(&checker->sweep->condition[run->condition].parameters, row, manifest,
                       folder);
}

/* Refuses to replace an unfinished run that is not the sweep's. Runs of sweeps leave no
 * checkpoints; one with a checkpoint was begun by `spinet train`, and is another's unless its
 * manifest fits. */
static int check_unfinished(struct sweep_checker *checker, const struct sweep_run *run)
{
    int32_t presentation;
    OWNED char *folder = sweep_run_folder(checker->sweep, run);
    if (!folder)
        return status_no_memory("a file name", 0);
    return checkpoint_list(folder, &presentation, 1) > 0
               ? sweep_check_manifest(checker, run, folder)
               : STATUS_OK;
}

int sweep_check_found(const struct sweep *s)
{
    struct sweep_checker checker = {.sweep = s};
    for (int32_t i = 0; i < s->n_runs; i++) {
        const struct sweep_run *run = &s->run[i];
        SCOPED(result_row_free) struct result_row row = {0};
        if (!sweep_is_mine(s, run))
            continue;
        if (run->is_done)
            TRY(sweep_check_run(&checker, run, &row));
        else if (!s->is_fresh)
            TRY(check_unfinished(&checker, run));
    }
    return STATUS_OK;
}
