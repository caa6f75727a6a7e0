/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_data.h"

#include <stdlib.h>

#include "core/status.h"

static int open_images(struct run_data *data, const char *folder, const char *data_folder)
{
    const struct manifest *manifest = &data->manifest;
    const struct parameters *p = &manifest->parameters;
    if (p->data.kind != DATA_FILES)
        return manifest_open_data(manifest, folder, data_folder, DATASET_CLASSES, &data->dataset);
    if (!data->has_files || !dataset_same_files(p, &data->reader)) {
        dataset_free(&data->files);
        data->has_files = false;
        TRY(manifest_open_data(manifest, folder, data_folder, DATASET_ALL, &data->files));
        data->has_files = true;
        data->reader = *p;
    }
    TRY(manifest_check_data(manifest, &data->files, folder));
    return dataset_init_from(&data->dataset, p, manifest->seed, &data->files);
}

int run_data_open(struct run_data *data, const char *folder, const char *data_folder)
{
    if (data->folder == folder)
        return STATUS_OK;
    dataset_free(&data->dataset);
    data->folder = NULL;
    data->has_manifest = false;
    TRY(manifest_read(&data->manifest, folder));
    data->has_manifest = true;
    TRY(open_images(data, folder, data_folder));
    data->folder = folder;
    return STATUS_OK;
}

void run_data_free(struct run_data *data)
{
    if (!data)
        return;
    dataset_free(&data->dataset);
    dataset_free(&data->files);
    free(data);
}
