/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run_maps.h"

#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "store/snapshot.h"

static int read_network(struct network *network, const char *folder, const struct parameters *p,
                        const struct dataset *dataset)
{
    OWN_PATH(path, folder, "network.csv");
    OWNED struct synapse_row *rows = NULL;
    struct layout layout;
    int32_t n_rows;
    TRY(snapshot_read(path, &rows, &n_rows));
    int status =
        layout_init(&layout, p, dataset->classes.n, (int32_t)images_n_pixels(&dataset->test));
    if (status == STATUS_OK)
        status = network_init(network, &layout, rows, n_rows, (float)p->plasticity.eta_max);
    return status == STATUS_USER ? status_fail(STATUS_USER, "%s: %s", path, status_message())
                                 : status;
}

int run_maps_init(struct maps *maps, const char *folder, const struct parameters *p,
                  const struct dataset *dataset)
{
    SCOPED(network_free) struct network network = {0};
    TRY(read_network(&network, folder, p, dataset));
    return maps_init(maps, &network, dataset);
}
