/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paper's policies (docs/model.md §5). */
#include "turnover/turnover.h"

/* Weak synapses of the whole network are replaced anywhere. */
static int32_t choose_random(struct turnover *turnover, struct network *network)
{
    const int32_t n_cells = network->layout.n_pyramidal;
    const int32_t n = turnover_prune(turnover, network, 0, n_cells);
    turnover_grow(turnover, network, n, 0, n_cells, BIRTH_RANDOM);
    return n;
}

/* Those of a class's cells are replaced on the cells of that class, so that every class keeps its
 * number of synapses. Over as soon as one class is done. */
static int32_t choose_constrained(struct turnover *turnover, struct network *network)
{
    const int32_t n_cells = layout_cells_per_class(&network->layout);
    int32_t least = INT32_MAX;
    for (int32_t k = 0; k < network->layout.n_classes; k++) {
        const int32_t n = turnover_prune(turnover, network, k * n_cells, n_cells);
        turnover_grow(turnover, network, n, k * n_cells, n_cells, BIRTH_CONSTRAINED);
        least = n < least ? n : least;
    }
    return least;
}

const struct turnover_policy turnover_none = {"none", NULL};
const struct turnover_policy turnover_random = {"random", choose_random};
const struct turnover_policy turnover_constrained = {"constrained", choose_constrained};
