/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paper's policies (docs/model.md §5); and `own`, which stands for a policy that a program
 * brings along. */
#include "core/status.h"
#include "turnover/turnover.h"

/* Replaces the weak synapses of the whole network by synapses anywhere in it. */
static int choose_random(struct turnover *turnover, struct network *network, int32_t now,
                         int32_t *judged_by)
{
    (void)now;
    const int32_t n_cells = network->layout.n_pyramidal;
    const int32_t n = turnover_prune(turnover, network, 0, n_cells);
    turnover_grow(turnover, network, n, 0, n_cells);
    *judged_by = n;
    return STATUS_OK;
}

/* Replaces the weak synapses of each class's cells by synapses on cells of the same class, so that
 * every class keeps its number. Turnover ends as soon as one class has few enough weak ones. */
static int choose_constrained(struct turnover *turnover, struct network *network, int32_t now,
                              int32_t *judged_by)
{
    (void)now;
    const int32_t n_cells = layout_cells_per_class(&network->layout);
    int32_t least = INT32_MAX;
    for (int32_t k = 0; k < network->layout.n_classes; k++) {
        const int32_t n = turnover_prune(turnover, network, k * n_cells, n_cells);
        turnover_grow(turnover, network, n, k * n_cells, n_cells);
        least = n < least && !network->layout.is_absent[k] ? n : least;
    }
    *judged_by = least;
    return STATUS_OK;
}

static int refuse(struct turnover *turnover, const struct network *network)
{
    (void)turnover;
    (void)network;
    return status_fail(STATUS_USER,
                       "turnover.policy = own: is for programs that bring a policy along "
                       "(docs/library.md): expected another");
}

const struct turnover_policy turnover_none = {.choose = NULL};
const struct turnover_policy turnover_random = {.choose = choose_random};
const struct turnover_policy turnover_constrained = {.choose = choose_constrained};
const struct turnover_policy turnover_own = {.begin = refuse};
