/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json_file.h"
#include "core/status.h"

const char *const manifest_data_keys[4] = {"train_images", "train_labels", "test_images",
                                           "test_labels"};

static bool parse_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

/* A text of the object, "" if it has none. */
static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int load(const char *folder, const char *path, json_t **root)
{
    *root = NULL;
    if (!file_exists(path))
        return status_fail(STATUS_USER,
                           "%s: holds no run, manifest.json is missing: expected a folder that "
                           "`spinet train` made, "
                           "or one in the runs/ of a sweep",
                           folder);
    return json_file_read(path, root);
}

static int take(struct manifest *manifest, const json_t *root, const char *path)
{
    char where[1200];
    const json_t *parameters = json_object_get(root, "parameters");
    if (!parse_seed(text_of(root, "seed"), &manifest->seed))
        return status_fail(STATUS_USER, "%s: seed: expected a whole number as a text, as \"1\"",
                           path);
    if (!json_is_object(parameters))
        return status_fail(STATUS_USER, "%s: has no parameters", path);
    snprintf(where, sizeof where, "%.1000s: ", path);
    int result = parameters_preset(&manifest->parameters, "authors");
    manifest->parameters.record.network = false; /* in runs of a spinet that did not know it */
    if (result == STATUS_OK)
        result = parameters_from_json(&manifest->parameters, parameters, where);
    if (result == STATUS_OK)
        result = parameters_validate(&manifest->parameters);
    const json_int_t n = json_integer_value(json_object_get(root, "presentations"));
    manifest->n_presentations = n > 0 && n <= INT32_MAX ? (int32_t)n : 0;
    const json_t *data = json_object_get(root, "data_sha256");
    for (int i = 0; i < 4; i++)
        snprintf(manifest->sha256[i], sizeof manifest->sha256[i], "%s",
                 text_of(data, manifest_data_keys[i]));
    snprintf(manifest->kernel, sizeof manifest->kernel, "%s", text_of(root, "kernel"));
    return result;
}

int manifest_read(struct manifest *manifest, const char *folder)
{
    char *path = file_join(folder, "manifest.json");
    if (!path)
        return status_no_memory("a file name", strlen(folder));
    json_t *root;
    int result = load(folder, path, &root);
    if (result == STATUS_OK)
        result = take(manifest, root, path);
    json_decref(root);
    free(path);
    return result;
}

int manifest_check_data(const struct manifest *manifest, const struct dataset *dataset,
                        const char *folder)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(manifest->sha256[i], dataset->sha256[i]) != 0)
            return status_fail(STATUS_USER,
                               "%s: its data.%s are not those of the run any more: SHA-256 %.12s… "
                               "now, %.12s… in manifest.json",
                               folder, manifest_data_keys[i], dataset->sha256[i],
                               manifest->sha256[i]);
    return STATUS_OK;
}
