/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy "per_cell": weak synapses are replaced on the cell that loses them, so that every cell
 * keeps its number of synapses. The worked example of docs/tutorial.md. */
#include "core/status.h"
#include "turnover/turnover.h"

static int choose(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by)
{
    (void)now;
    *judged_by = 0;
    for (int32_t cell = 0; cell < network->layout.n_pyramidal; cell++) {
        const int32_t n_pruned = turnover_prune(turnover, network, cell, 1);
        turnover_grow(turnover, network, n_pruned, cell, 1);
        *judged_by += n_pruned;
    }
    return STATUS_OK;
}

const struct turnover_policy turnover_per_cell = {.choose = choose};
