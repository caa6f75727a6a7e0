/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run_maps.h"

#include <stdlib.h>

#include "core/file.h"
#include "core/status.h"
#include "store/snapshot.h"

int run_maps_init(struct maps *maps, const char *folder, const struct parameters *p,
                  const struct dataset *dataset)
{
    struct synapse_row *rows = NULL;
    struct network network = {0};
    struct layout layout;
    int32_t n_rows;
    char *path = file_join(folder, "network.csv");
    int result = path ? snapshot_read(path, &rows, &n_rows) : status_no_memory("a file name", 0);
    free(path);
    if (result != STATUS_OK)
        return result;
    result = layout_init(&layout, p, dataset->classes.n, (int32_t)images_n_pixels(&dataset->test));
    if (result == STATUS_OK)
        result = network_init(&network, &layout, rows, n_rows, (float)p->plasticity.eta_max);
    if (result == STATUS_OK)
        result = maps_init(maps, &network, dataset);
    if (result == STATUS_USER) {
        char what[512];
        snprintf(what, sizeof what, "%s", status_message());
        result = status_fail(STATUS_USER, "%s/network.csv: %s", folder, what);
    }
    free(rows);
    network_free(&network);
    return result;
}
