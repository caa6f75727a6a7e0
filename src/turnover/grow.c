/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth: new synapses at random places. What a synapse becomes depends on the seed and its id. */
#include <math.h>

#include "core/random.h"
#include "turnover/turnover.h"

static int32_t draw(const struct random_words *words, int half, int32_t n)
{
    return (int32_t)random_index(random_bits(words, half), (uint32_t)n);
}

void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells, enum birth birth)
{
    const struct parameters *p = turnover->parameters;
    const struct layout *layout = &network->layout;
    const float w_min = (float)p->connections.w_min, w_max = (float)p->connections.w_max;
    const int32_t n = (int32_t)round(p->turnover.fraction * n_pruned);
    for (int32_t i = 0; i < n && turnover->n_grown < turnover->capacity; i++) {
        const uint32_t id = (uint32_t)(network->plastic.next_id + turnover->n_grown);
        const struct random_words place = random_words(turnover->seed, RANDOM_GROW, id, 0, 0);
        const struct random_words more = random_words(turnover->seed, RANDOM_GROW, id, 0, 1);
        const int32_t cell = first_cell + draw(&place, 1, n_cells);
        const int32_t branch = draw(&more, 0, layout->dendrites_per_pyramidal);
        turnover->grown[turnover->n_grown++] = (struct new_synapse){
            .input = draw(&place, 0, layout->n_inputs),
            .dendrite = cell * layout->dendrites_per_pyramidal + branch,
            .weight = w_min + (w_max - w_min) * random_unit_float(more.word[2]),
            .birth = birth,
        };
    }
}
