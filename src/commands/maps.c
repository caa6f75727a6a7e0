/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet maps: representation maps and similarity of finished runs. */
#include "analysis/maps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/options.h"
#include "commands/run.h"
#include "core/file.h"
#include "core/status.h"
#include "network/snapshot.h"

static int read_network(const char *folder, const struct parameters *p,
                        const struct dataset *dataset, struct network *network)
{
    struct synapse_row *rows = NULL;
    int32_t n_rows;
    struct layout layout;
    char *path = file_join(folder, "network.csv");
    int status = path ? snapshot_read(path, &rows, &n_rows) : status_no_memory("a file name", 0);
    free(path);
    if (status != STATUS_OK)
        return status;
    status = layout_init(&layout, p, dataset->classes.n, (int32_t)images_n_pixels(&dataset->test));
    if (status == STATUS_OK)
        status = network_init(network, &layout, rows, n_rows, (float)p->plasticity.eta_max);
    if (status == STATUS_USER) {
        char what[512];
        snprintf(what, sizeof what, "%s", status_message());
        status = status_fail(STATUS_USER, "%s/network.csv: %s", folder, what);
    }
    free(rows);
    return status;
}

static int maps_of(const char *folder)
{
    static struct parameters p;
    uint64_t seed;
    struct dataset dataset;
    struct network network = {0};
    struct maps maps = {0};
    if (!*folder)
        return status_fail(STATUS_USER, "maps: the name of a folder is empty");
    int status = run_read_manifest(folder, &p, &seed);
    if (status == STATUS_OK && !run_is_finished(folder))
        status = status_fail(STATUS_USER, "%s: the run is not finished (no DONE in it)", folder);
    if (status == STATUS_OK)
        status = dataset_init(&dataset, &p, seed);
    if (status != STATUS_OK)
        return status;
    status = read_network(folder, &p, &dataset, &network);
    if (status == STATUS_OK)
        status = maps_init(&maps, &network, &dataset);
    if (status == STATUS_OK)
        status = maps_write(&maps, &dataset, folder);
    if (status == STATUS_OK)
        status = run_draw_maps(folder, &p, seed, &dataset, &maps);
    if (status == STATUS_OK && isnan(maps.similarity))
        printf("%s: similarity none (a map is empty), %s/maps.png\n", folder, folder);
    else if (status == STATUS_OK)
        printf("%s: similarity %.6f, %s/maps.png\n", folder, maps.similarity, folder);
    maps_free(&maps);
    network_free(&network);
    dataset_free(&dataset);
    return status;
}

int command_maps(int argc, const char **argv)
{
    const struct poptOption table[] = {POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table, "DIR...", NULL, NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && !(rest && *rest))
        status = status_fail(STATUS_USER, "maps: name the folders of finished runs");
    else
        for (; status == STATUS_OK && *rest; rest++)
            status = maps_of(*rest);
    poptFreeContext(context);
    return status;
}
