/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plasticity/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"

/* A synapse whose tag is above this is potentiated, and protected from depression. (The tag of a
 * silent synapse is not 0 but 1e-15, by eq. 8.) */
static const float potentiated = 1e-6f;

bool spread_is_on(const struct parameters *p)
{
    return p->plasticity.ltd_spread_fraction > 0 && p->plasticity.ltd_spread_um > 0;
}

int spread_init(struct spread *spread, const struct parameters *p, const struct network *network)
{
    *spread = (struct spread){.reach_um = (float)p->plasticity.ltd_spread_um,
                              .fraction = (float)p->plasticity.ltd_spread_fraction};
    return neighbours_init(&spread->neighbours, network);
}

void spread_free(struct spread *spread)
{
    free(spread->before);
    free(spread->added);
    neighbours_free(&spread->neighbours);
    *spread = (struct spread){0};
}

int spread_begin(struct spread *spread, const struct network *network)
{
    const int32_t n = network->plastic.n;
    if (n > spread->capacity) {
        TRY_RESIZE(spread->before, n, "the tags");
        TRY_RESIZE(spread->added, n, "the tags");
        spread->capacity = n;
    }
    memcpy(spread->before, network->plastic.tag, (size_t)n * sizeof *spread->before);
    return neighbours_sort(&spread->neighbours, network);
}

/* Adds, to spread->added, what the tag of the synapse at place `at` gives to the synapses within
 * reach in one direction along the dendrite (`by` 1 or -1). */
static void spread_one_way(struct spread *spread, const struct network *network, int32_t at,
                           int32_t end, int32_t by)
{
    const int32_t *place = spread->neighbours.place;
    const int32_t source = place[at];
    const float from = neighbours_position(network, source), tag = network->plastic.tag[source];
    for (int32_t i = at + by; i != end; i += by) {
        const float distance = fabsf(neighbours_position(network, place[i]) - from);
        if (distance >= spread->reach_um)
            return;
        spread->added[place[i]] += spread->fraction * (1 - distance / spread->reach_um) * tag;
    }
}

void spread_tags(struct spread *spread, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    const int32_t *place = spread->neighbours.place, *start = spread->neighbours.start;
    memset(spread->added, 0, (size_t)s->n * sizeof *spread->added);
    for (int32_t d = 0; d < network->layout.n_pyramidal_dendrites; d++)
        for (int32_t i = start[d]; i < start[d + 1]; i++) {
            const int32_t source = place[i];
            if (!(s->tag[source] < 0) || s->tag[source] == spread->before[source])
                continue;
            spread_one_way(spread, network, i, start[d + 1], 1);
            spread_one_way(spread, network, i, start[d] - 1, -1);
        }
    for (int32_t i = 0; i < s->n; i++)
        if (!(s->tag[i] > potentiated) && spread->added[i] < 0)
            s->tag[i] = fmaxf(s->tag[i] + spread->added[i], -1);
}
