/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth: new synapses at random places, which depend on the seed and the synapse's id only. */
#include <math.h>

#include "core/random.h"
#include "turnover/turnover.h"

static int32_t draw(const struct random_words *words, int half, int32_t n)
{
    return (int32_t)random_index(random_bits(words, half), (uint32_t)n);
}

struct new_synapse turnover_place(const struct layout *layout, uint64_t seed, int32_t id,
                                  int32_t first_cell, int32_t n_cells)
{
    const struct random_words place = random_words(seed, RANDOM_GROW, (uint32_t)id, 0, 0);
    const struct random_words more = random_words(seed, RANDOM_GROW, (uint32_t)id, 0, 1);
    const int32_t per_class = layout_cells_per_class(layout);
    const int32_t cell =
        n_cells == layout->n_pyramidal
            ? layout_there(layout, per_class, draw(&place, 1, layout_n_there(layout, per_class)))
            : first_cell + draw(&place, 1, n_cells);
    const int32_t branch = draw(&more, 0, layout->dendrites_per_pyramidal);
    return (struct new_synapse){
        .input = layout_draw_input(layout, random_bits(&place, 0)),
        .dendrite = cell * layout->dendrites_per_pyramidal + branch,
        .weight = random_unit_float(more.word[2]),
    };
}

struct new_synapse turnover_draw(const struct turnover *turnover, const struct layout *layout,
                                 int32_t first_id, int32_t i, int32_t first_cell, int32_t n_cells)
{
    const struct parameters *p = turnover->parameters;
    const float w_min = (float)p->connections.w_min, w_max = (float)p->connections.w_max;
    /* all contacts of a connection are drawn by the id of its first one, so that they share a
     * place */
    const int32_t id = first_id + i - i % p->connections.contacts;
    struct new_synapse drawn = turnover_place(layout, turnover->seed, id, first_cell, n_cells);
    drawn.weight = w_min + (w_max - w_min) * drawn.weight;
    drawn.birth = BIRTH_RANDOM;
    return drawn;
}

void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells)
{
    const struct parameters *p = turnover->parameters;
    const int32_t n = (int32_t)round(p->turnover.fraction * n_pruned);
    const int32_t first_id = network->plastic.next_id + turnover->n_grown;
    for (int32_t i = 0; i < n && turnover->n_grown < turnover->capacity; i++) {
        struct new_synapse *grown = &turnover->grown[turnover->n_grown++];
        *grown = turnover_draw(turnover, &network->layout, first_id, i, first_cell, n_cells);
        grown->birth = (enum birth)(BIRTH_POLICIES + p->turnover.policy);
    }
}
