/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plasticity/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"

bool spread_is_on(const struct parameters *p)
{
    return p->plasticity.ltd_spread_fraction > 0 && p->plasticity.ltd_spread_um > 0;
}

int spread_init(struct spread *spread, const struct parameters *p, const struct network *network)
{
    const size_t n = (size_t)network->layout.n_pyramidal_dendrites + 1;
    *spread = (struct spread){.reach_um = (float)p->plasticity.ltd_spread_um,
                              .fraction = (float)p->plasticity.ltd_spread_fraction,
                              .start = malloc(n * sizeof *spread->start)};
    return spread->start ? STATUS_OK : status_no_memory("the dendrites", n * sizeof(int32_t));
}

void spread_free(struct spread *spread)
{
    free(spread->before);
    free(spread->added);
    free(spread->place);
    free(spread->start);
    *spread = (struct spread){0};
}

int spread_begin(struct spread *spread, const struct network *network)
{
    const int32_t n = network->plastic.n;
    if (n > spread->capacity) {
        free(spread->before);
        free(spread->added);
        free(spread->place);
        spread->before = malloc((size_t)n * sizeof *spread->before);
        spread->added = malloc((size_t)n * sizeof *spread->added);
        spread->place = malloc((size_t)n * sizeof *spread->place);
        spread->capacity = 0;
        if (!spread->before || !spread->added || !spread->place)
            return status_no_memory("the tags", (size_t)n * 12);
        spread->capacity = n;
    }
    memcpy(spread->before, network->plastic.tag, (size_t)n * sizeof *spread->before);
    return STATUS_OK;
}

static float position(const struct network *network, int32_t synapse)
{
    return network->lives->life[network->plastic.id[synapse]].position_um;
}

static bool is_before(const struct network *network, int32_t a, int32_t b)
{
    const float x = position(network, a), y = position(network, b);
    return x != y ? x < y : network->plastic.id[a] < network->plastic.id[b];
}

/* Counting sort by dendrite, insertion sort of the few synapses within each. */
static void sort_by_place(struct spread *spread, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    const int32_t n_dendrites = network->layout.n_pyramidal_dendrites;
    int32_t *start = spread->start;
    memset(start, 0, ((size_t)n_dendrites + 1) * sizeof *start);
    for (int32_t i = 0; i < s->n; i++)
        start[s->dendrite[i] + 1]++;
    for (int32_t d = 0; d < n_dendrites; d++)
        start[d + 1] += start[d];
    for (int32_t i = s->n; i-- > 0;) /* start[d + 1] goes down to the start of d */
        spread->place[--start[s->dendrite[i] + 1]] = i;
    for (int32_t d = 0; d < n_dendrites; d++)
        start[d] = start[d + 1];
    start[n_dendrites] = s->n;
    for (int32_t d = 0; d < n_dendrites; d++)
        for (int32_t i = start[d] + 1; i < start[d + 1]; i++) {
            const int32_t moved = spread->place[i];
            int32_t j = i;
            for (; j > start[d] && is_before(network, moved, spread->place[j - 1]); j--)
                spread->place[j] = spread->place[j - 1];
            spread->place[j] = moved;
        }
}

/* Adds what the source gives to the synapses from place `at` on, in direction `by`, within reach.
 */
static void spread_one_way(struct spread *spread, const struct network *network, int32_t at,
                           int32_t end, int32_t by)
{
    const int32_t source = spread->place[at];
    const float from = position(network, source), tag = network->plastic.tag[source];
    for (int32_t i = at + by; i != end; i += by) {
        const float distance = fabsf(position(network, spread->place[i]) - from);
        if (distance >= spread->reach_um)
            return;
        spread->added[spread->place[i]] +=
            spread->fraction * (1 - distance / spread->reach_um) * tag;
    }
}

void spread_tags(struct spread *spread, struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    sort_by_place(spread, network);
    memset(spread->added, 0, (size_t)s->n * sizeof *spread->added);
    for (int32_t d = 0; d < network->layout.n_pyramidal_dendrites; d++)
        for (int32_t i = spread->start[d]; i < spread->start[d + 1]; i++) {
            const int32_t source = spread->place[i];
            if (!(s->tag[source] < 0) || s->tag[source] == spread->before[source])
                continue;
            spread_one_way(spread, network, i, spread->start[d + 1], 1);
            spread_one_way(spread, network, i, spread->start[d] - 1, -1);
        }
    for (int32_t i = 0; i < s->n; i++)
        if (!(s->tag[i] > 0) && spread->added[i] < 0)
            s->tag[i] = fmaxf(s->tag[i] + spread->added[i], -1);
}
