/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet maps: representation maps and similarity of finished runs. */
#include "report/run_pictures.h"
#include "store/run_maps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/status.h"
#include "store/manifest.h"
#include "store/run.h"

static int maps_of(const char *folder, const char *data_folder)
{
    static struct manifest manifest;
    const struct parameters *p = &manifest.parameters;
    struct dataset dataset;
    struct maps maps = {0};
    if (!*folder)
        return status_fail(STATUS_USER, "maps: the name of a folder is empty");
    int status = manifest_read(&manifest, folder);
    if (status == STATUS_OK)
        status = run_check_finished(folder);
    if (status == STATUS_OK)
        status = manifest_open_data(&manifest, folder, data_folder, &dataset);
    if (status != STATUS_OK)
        return status;
    status = run_maps_init(&maps, folder, p, &dataset);
    if (status == STATUS_OK) {
        file_remove_temporary(folder);
        status = maps_write(&maps, &dataset, folder);
    }
    if (status == STATUS_OK)
        status = run_draw_maps(folder, p, manifest.seed, &dataset, &maps);
    if (status == STATUS_OK && isnan(maps.similarity))
        printf("%s: similarity none (a map is empty), %s/maps.png\n", folder, folder);
    else if (status == STATUS_OK)
        printf("%s: similarity %.6f, %s/maps.png\n", folder, maps.similarity, folder);
    maps_free(&maps);
    dataset_free(&dataset);
    return status;
}

int command_maps(int argc, const char **argv)
{
    char *data = NULL;
    const struct poptOption table[] = {DATA_OPTION(&data), POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table, "DIR...", NULL, NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && !(rest && *rest))
        status = status_fail(STATUS_USER, "maps: name the folders of finished runs");
    else
        for (; status == STATUS_OK && *rest; rest++)
            status = maps_of(*rest, data);
    free(data);
    poptFreeContext(context);
    return status;
}
