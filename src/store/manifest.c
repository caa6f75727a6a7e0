/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the manifest of a run. Parameters that it does not name are those of preset `authors`, as a
 * spinet that did not know them yet had no others; refuses values of another type than spinet
 * writes, keys that are there twice, and a manifest without any parameters. */
#include "store/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/locate.h"
#include "store/json_file.h"
#include "store/parameters_json.h"

const char *const manifest_data_keys[DATASET_N_FILES] = {
    "train_images",       "train_labels",       "test_images",       "test_labels",      "network",
    "other_train_images", "other_train_labels", "other_test_images", "other_test_labels"};

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
    p->record.network = false; /* runs of versions that did not know it had none */
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

/* Copies a text for each data file from the object of that name, which older manifests lack. */
static int take_of_files(const json_t *root, const char *name, const char *path, char *to,
                         size_t size)
{
    const json_t *data = json_object_get(root, name);
    if (data && !json_is_object(data))
        return status_fail(STATUS_USER, "%s: %s: expected an object of texts", path, name);
    for (int i = 0; i < DATASET_N_FILES; i++)
        TRY(take_text(data, manifest_data_keys[i], path, to + (size_t)i * size, size));
    return STATUS_OK;
}

static int take_data(struct manifest *manifest, const json_t *root, const char *path)
{
    TRY(take_of_files(root, "data_sha256", path, *manifest->sha256, sizeof *manifest->sha256));
    TRY(take_of_files(root, "data_unpacked_sha256", path, *manifest->unpacked_sha256,
                      sizeof *manifest->unpacked_sha256));
    TRY(take_of_files(root, "data_paths", path, *manifest->place, sizeof *manifest->place));
    return take_of_files(root, "data_paths_from_run", path, *manifest->place_from_run,
                         sizeof *manifest->place_from_run);
}

/* Reads the kernels: from `kernels`, if there have been several, else from `kernel`. */
static int take_kernels(struct manifest *manifest, const json_t *root, const char *path)
{
    const json_t *parts = json_object_get(root, "kernels"), *part;
    size_t i;
    TRY(take_text(root, "kernel", path, manifest->kernel, sizeof manifest->kernel));
    manifest->kernels.n = 0;
    if (!parts && *manifest->kernel)
        TRY(kernel_history_add(&manifest->kernels, manifest->kernel, 1));
    if (parts && json_array_size(parts) == 0)
        return status_fail(STATUS_USER, "%s: kernels: expected a list of one or more", path);
    json_array_foreach(parts, i, part)
    {
        const char *name = json_string_value(json_object_get(part, "kernel"));
        const json_int_t from = json_integer_value(json_object_get(part, "from_presentation"));
        if (!name || strlen(name) >= KERNEL_NAME_MAX || from < 1 || from > INT32_MAX ||
            (i == 0 && from != 1))
            return status_fail(STATUS_USER,
                               "%s: kernels: expected a list of {kernel, from_presentation}, from "
                               "presentation 1 on",
                               path);
        TRY(kernel_history_add(&manifest->kernels, name, (int32_t)from));
    }
    return STATUS_OK;
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

int manifest_check_data(const struct manifest *manifest, const struct dataset *dataset,
                        const char *folder)
{
    for (int i = 0; i < DATASET_N_FILES; i++)
        if (strcmp(manifest->sha256[i], dataset->sha256[i]) != 0)
            return status_fail(STATUS_USER,
                               "%s: its data.%s are not those of the run any more: SHA-256 %.12s… "
                               "now, %.12s… in manifest.json",
                               folder, manifest_data_keys[i], dataset->sha256[i],
                               manifest->sha256[i]);
    return STATUS_OK;
}

/* Whether every file that was read is the one of the manifest, or that packed or unpacked. If so,
 * the data set takes the checksums of the manifest, by which checkpoints know the files. */
static bool accept_packing(const struct manifest *manifest, struct dataset *dataset)
{
    for (int i = 0; i < DATASET_N_FILES; i++)
        if (strcmp(manifest->sha256[i], dataset->sha256[i]) != 0 &&
            (!*manifest->sha256[i] || !*dataset->path[i] || file_is_folder(dataset->path[i]) ||
             !locate_is_same(dataset->path[i], manifest->sha256[i], manifest->unpacked_sha256[i])))
            return false;
    memcpy(dataset->sha256, manifest->sha256, sizeof dataset->sha256);
    memcpy(dataset->unpacked_sha256, manifest->unpacked_sha256, sizeof dataset->unpacked_sha256);
    return true;
}

static int find_data(const struct manifest *manifest, const char *folder, const char *data_folder,
                     char found[DATASET_N_FILES][SHARED_PATH_MAX])
{
    const char *paths[DATASET_N_FILES];
    char real[SHARED_PATH_MAX]; /* resolved first, since ".." after a symbolic link leads out of its
                                   target */
    dataset_paths(&manifest->parameters, paths);
    for (int i = 0; i < DATASET_N_FILES; i++) {
        const char *from_run = manifest->place_from_run[i];
        OWNED char *beside =
            *from_run ? file_join(realpath(folder, real) ? real : folder, from_run) : NULL;
        const struct file_search search = {
            .path = paths[i],
            .folder = data_folder,
            .places = {manifest->place[i], beside},
            .sha256 = manifest->sha256[i],
            .unpacked_sha256 = manifest->unpacked_sha256[i],
        };
        *found[i] = '\0';
        if (*paths[i])
            TRY(locate_file(&search, folder, found[i]));
    }
    return STATUS_OK;
}

static int open_at(const struct manifest *manifest, const char *folder,
                   const char *const places[DATASET_N_FILES], enum dataset_keep keep,
                   struct dataset *dataset)
{
    TRY(dataset_init_at(dataset, &manifest->parameters, manifest->seed, places, keep));
    if (accept_packing(manifest, dataset))
        return STATUS_OK;
    const int result = manifest_check_data(manifest, dataset, folder);
    dataset_free(dataset);
    return result;
}

/* Tries to read the data as the run itself would, without a search, then searches for them. */
int manifest_open_data(const struct manifest *manifest, const char *folder, const char *data_folder,
                       enum dataset_keep keep, struct dataset *dataset)
{
    const bool are_files =
        manifest->parameters.data.kind == DATA_FILES || *manifest->parameters.data.network;
    char found[DATASET_N_FILES][SHARED_PATH_MAX];
    const char *places[DATASET_N_FILES];
    int result = STATUS_USER;
    if (!are_files || !data_folder)
        result = open_at(manifest, folder, NULL, keep, dataset);
    if (!are_files || result != STATUS_USER)
        return result;
    TRY(find_data(manifest, folder, data_folder, found));
    for (int i = 0; i < DATASET_N_FILES; i++)
        places[i] = found[i];
    return open_at(manifest, folder, places, keep, dataset);
}
