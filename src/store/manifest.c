/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the manifest of a run. Parameters that it does not name are those of preset `authors`, as a
 * spinet that did not know them yet had no others; refuses values of another type than spinet
 * writes, keys that are there twice, and a manifest without any parameters. */
#include "store/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/parameters_json.h"

const char *const manifest_data_keys[DATASET_N_FILES] = {
    "train_images",       "train_labels",       "test_images",       "test_labels",      "network",
    "other_train_images", "other_train_labels", "other_test_images", "other_test_labels"};

json_t *manifest_data_json(const struct dataset *dataset)
{
    json_t *data = json_pack("{s:o*}", "name", json_string(dataset->name));
    for (int i = 0; i < DATASET_N_FILES; i++)
        if (*dataset->file[i].sha256)
            json_object_set_new(data, manifest_data_keys[i], json_string(dataset->file[i].sha256));
    return data;
}

static bool parse_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

static int load(const char *folder, const char *path, json_t **root)
{
    *root = NULL;
    if (file_is_absent(path))
        return status_fail(STATUS_USER,
                           "%s: holds no run, manifest.json is missing: expected a folder that "
                           "`spinet train` made, "
                           "or one in the runs/ of a sweep",
                           folder);
    return json_file_read(path, root);
}

/* Copies a text of the object that is shorter than `size`; "" if it has none. */
static int take_text(const json_t *object, const char *key, const char *path, char *to, size_t size)
{
    const json_t *item = json_object_get(object, key);
    const char *text = item ? json_string_value(item) : "";
    if (!text || strlen(text) >= size)
        return status_fail(STATUS_USER, "%s: %s: expected a text of less than %zu bytes", path, key,
                           size);
    strcpy(to, text);
    return STATUS_OK;
}

static int take_parameters(struct parameters *p, const json_t *root, const char *path)
{
    char where[1200];
    const json_t *parameters = json_object_get(root, "parameters");
    if (!json_is_object(parameters) || json_object_size(parameters) == 0)
        return status_fail(STATUS_USER, "%s: has no parameters", path);
    snprintf(where, sizeof where, "%.1000s: ", path);
    TRY(parameters_preset(p, "authors"));
    TRY(parameters_from_json(p, parameters, where));
    const int status = parameters_validate(p);
    return status == STATUS_OK ? STATUS_OK : status_fail(status, "%s%s", where, status_message());
}

/* The number of presentations, which an unfinished run does not know yet. */
static int take_presentations(struct manifest *manifest, const json_t *root, const char *path)
{
    const json_t *item = json_object_get(root, "presentations");
    const json_int_t n = json_integer_value(item);
    if (item && (!json_is_integer(item) || n < 0 || n > INT32_MAX))
        return status_fail(STATUS_USER, "%s: presentations: expected a whole number from 0 to %d",
                           path, INT32_MAX);
    manifest->n_presentations = (int32_t)n;
    return STATUS_OK;
}

/* Takes what is said of each data file, of which older manifests lack some or all. */
static int take_data(struct manifest *manifest, const json_t *root, const char *path)
{
#define PART(member) offsetof(struct data_file, member), sizeof manifest->file->member
    static const struct {
        const char *key;
        size_t at, size;
    } parts[] = {{"data_sha256", PART(sha256)},
                 {"data_paths", PART(path)},
                 {"data_paths_from_run", PART(from_run)}};
#undef PART
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        const json_t *data = json_object_get(root, parts[k].key);
        if (data && !json_is_object(data))
            return status_fail(STATUS_USER, "%s: %s: expected an object of texts", path,
                               parts[k].key);
        for (int i = 0; i < DATASET_N_FILES; i++)
            TRY(take_text(data, manifest_data_keys[i], path,
                          (char *)&manifest->file[i] + parts[k].at, parts[k].size));
    }
    return STATUS_OK;
}

/* Takes the last kernel, and all of them where there have been several. */
static int take_kernels(struct manifest *manifest, const json_t *root, const char *path)
{
    const char *key = json_object_get(root, "kernels") ? "kernels" : "kernel";
    TRY(take_text(root, "kernel", path, manifest->kernel, sizeof manifest->kernel));
    return take_text(root, key, path, manifest->kernels, sizeof manifest->kernels);
}

static int take(struct manifest *manifest, const json_t *root, const char *path)
{
    const char *seed = json_string_value(json_object_get(root, "seed"));
    if (!seed || !parse_seed(seed, &manifest->seed))
        return status_fail(STATUS_USER, "%s: seed: expected a whole number as a text, as \"1\"",
                           path);
    TRY(take_parameters(&manifest->parameters, root, path));
    TRY(take_presentations(manifest, root, path));
    TRY(take_data(manifest, root, path));
    return take_kernels(manifest, root, path);
}

int manifest_read(struct manifest *manifest, const char *folder)
{
    OWN_PATH(path, folder, "manifest.json");
    json_auto_t *root = NULL;
    TRY(load(folder, path, &root));
    return take(manifest, root, path);
}

void manifest_print_kernel(const struct manifest *manifest, const char *kernel, char *text,
                           size_t size)
{
    const char *own = manifest->kernels;
    *text = '\0';
    if (*own && strcmp(own, kernel) != 0)
        snprintf(text, size, ", with kernel %s in place of %.100s", kernel, own);
}

int manifest_check_data(const struct manifest *manifest, const struct dataset *dataset,
                        const char *folder)
{
    for (int i = 0; i < DATASET_N_FILES; i++)
        if (strcmp(manifest->file[i].sha256, dataset->file[i].sha256) != 0)
            return status_fail(STATUS_USER,
                               "%s: its data.%s are not those of the run any more: SHA-256 %.12s… "
                               "now, %.12s… in manifest.json",
                               folder, manifest_data_keys[i], dataset->file[i].sha256,
                               manifest->file[i].sha256);
    return STATUS_OK;
}

int manifest_open_data(const struct manifest *manifest, const char *folder, const char *data_folder,
                       enum dataset_keep keep, struct dataset *dataset)
{
    const struct data_places places = {data_folder, folder, manifest->file};
    TRY(dataset_init_in(dataset, &manifest->parameters, manifest->seed, &places, keep));
    RETURN_OR_FREE(manifest_check_data(manifest, dataset, folder), dataset_free, dataset);
}
