/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning only marks synapses. They are removed when new ones are added
 * (network_rebuild_plastic). */
#include "turnover/turnover.h"

int32_t turnover_prune(const struct turnover *turnover, struct network *network, int32_t first_cell,
                       int32_t n_cells)
{
    struct plastic_synapses *s = &network->plastic;
    const float threshold = (float)turnover->parameters->turnover.threshold;
    const int32_t per_cell = network->layout.dendrites_per_pyramidal;
    const int32_t first = first_cell * per_cell, end = (first_cell + n_cells) * per_cell;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++)
        if (s->dendrite[i] >= first && s->dendrite[i] < end && s->weight[i] <= threshold &&
            !lives_is_silent(network->lives, s->id[i])) {
            s->dendrite[i] = -DEATH_PRUNED;
            n++;
        }
    return n;
}
