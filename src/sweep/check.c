/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the finished runs in a sweep's folder are those of the sweep, by their manifests: of the
 * parameters and the seed that the folder's name says, and of the sweep's data. Others may have put
 * them there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/result_row.h"
#include "sweep/sweep.h"

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

int sweep_compare_data(const json_t *was, const json_t *is, const char *path)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)is, key, value)
    {
        const char *had = json_string_value(json_object_get(was, key)),
                   *has = json_string_value(value);
        if (was && !(had && has && strcmp(had, has) == 0))
            return status_fail(STATUS_USER,
                               "%s: of other data: data.%s had SHA-256 %.12s…: expected %.12s…: "
                               "bring the file back, or run all again (--fresh)",
                               path, key, had ? had : "none", has ? has : "none");
    }
    return STATUS_OK;
}

/* USER unless the manifest has the run's seed and parameters, and the sweep's data. */
static int check_manifest(const struct sweep *s, const struct sweep_run *run, const char *folder)
{
    const json_t *right = s->condition[run->condition].json;
    json_auto_t *manifest = NULL;
    char right_seed[32];
    OWN_PATH(path, folder, "manifest.json");
    TRY(json_file_read(path, &manifest));
    const char *seed = json_string_value(json_object_get(manifest, "seed"));
    snprintf(right_seed, sizeof right_seed, "%llu", (unsigned long long)run->seed);
    if (!seed || strcmp(seed, right_seed) != 0)
        return status_fail(STATUS_USER, "%s: seed '%.40s': expected \"%s\"" RESULT_REMEDY, path,
                           seed ? seed : "", right_seed);
    TRY(compare_parameters(json_object_get(manifest, "parameters"),
                           json_object_get(right, "parameters"), folder));
    return sweep_compare_data(json_object_get(manifest, "data_sha256"),
                              json_object_get(right, "data_sha256"), path);
}

int sweep_check_run(const struct sweep *s, const struct sweep_run *run, struct result_row *row)
{
    OWNED char *folder = sweep_run_folder(s, run);
    if (!folder)
        return status_no_memory("a file name", 0);
    TRY(check_manifest(s, run, folder));
    return result_row_read(row, folder);
}

int sweep_check_found(const struct sweep *s)
{
    for (int32_t i = 0; i < s->n_runs; i++) {
        SCOPED(result_row_free) struct result_row row = {0};
        if (s->run[i].is_done && sweep_is_mine(s, &s->run[i]))
            TRY(sweep_check_run(s, &s->run[i], &row));
    }
    return STATUS_OK;
}
