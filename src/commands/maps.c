/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet maps: representation maps and similarity of finished runs. */
#include <math.h>
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/run_pictures.h"
#include "store/manifest.h"
#include "store/network_file.h"
#include "store/run.h"

static int write_maps(const char *folder, const char *data_folder)
{
    static struct manifest manifest;
    const struct parameters *p = &manifest.parameters;
    SCOPED(dataset_free) struct dataset dataset = {0};
    SCOPED(maps_free) struct maps maps = {0};
    if (!*folder)
        return status_fail(STATUS_USER, "maps: the name of a folder is empty");
    TRY(manifest_read(&manifest, folder));
    TRY(run_check_finished(folder));
    TRY(manifest_open_data(&manifest, folder, data_folder, DATASET_CLASSES, &dataset));
    TRY(network_file_read_maps(&maps, folder, p, &dataset));
    file_remove_temporary(folder);
    TRY(maps_write(&maps, &dataset, folder));
    TRY(run_draw_maps(folder, p, manifest.seed, &dataset, &maps));
    if (isnan(maps.similarity))
        printf("%s: similarity none (a map is empty), %s/maps.png\n", folder, folder);
    else
        printf("%s: similarity %.6f, %s/maps.png\n", folder, maps.similarity, folder);
    return STATUS_OK;
}

static int maps(void *values)
{
    const struct command_values *v = values;
    if (v->n_arguments == 0)
        return status_fail(STATUS_USER, "maps: name the folders of finished runs");
    for (int i = 0; i < v->n_arguments; i++)
        TRY(write_maps(v->arguments[i], v->data));
    return STATUS_OK;
}

static const struct option options[] = {DATA_OPTION, {0}};

const struct command command_maps = {
    .name = "maps",
    .summary = "representation maps and similarity of finished runs",
    .description = "Draws maps.png and writes maps.csv again from a run's network, and prints how "
                   "similar maps and images are.",
    .usage = "DIR...",
    .options = options,
    .takes_arguments = true,
    .run = maps,
};
