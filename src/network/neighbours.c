/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/neighbours.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"

int neighbours_init(struct neighbours *neighbours, const struct network *network)
{
    *neighbours = (struct neighbours){.n_dendrites = network->layout.n_pyramidal_dendrites};
    TRY_NEW(neighbours->start, neighbours->n_dendrites + 1, "the dendrites");
    return STATUS_OK;
}

void neighbours_free(struct neighbours *neighbours)
{
    free(neighbours->place);
    free(neighbours->start);
    *neighbours = (struct neighbours){0};
}

static bool is_before(const struct network *network, int32_t a, int32_t b)
{
    const float x = neighbours_position(network, a), y = neighbours_position(network, b);
    return x != y ? x < y : network->plastic.id[a] < network->plastic.id[b];
}

/* Counting sort by dendrite, insertion sort of the few synapses within each. */
int neighbours_sort(struct neighbours *neighbours, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    int32_t *start = neighbours->start;
    TRY_ROOM(neighbours->place, neighbours->capacity, s->n, "the dendrites");
    memset(start, 0, ((size_t)neighbours->n_dendrites + 1) * sizeof *start);
    for (int32_t i = 0; i < s->n; i++)
        if (s->dendrite[i] >= 0)
            start[s->dendrite[i] + 1]++;
    for (int32_t d = 0; d < neighbours->n_dendrites; d++)
        start[d + 1] += start[d];
    const int32_t n_living = start[neighbours->n_dendrites];
    /* counts start[d + 1] down from the end of dendrite d to its start */
    for (int32_t i = s->n; i-- > 0;)
        if (s->dendrite[i] >= 0)
            neighbours->place[--start[s->dendrite[i] + 1]] = i;
    memmove(start, start + 1, (size_t)neighbours->n_dendrites * sizeof *start);
    start[neighbours->n_dendrites] = n_living;
    for (int32_t d = 0; d < neighbours->n_dendrites; d++)
        for (int32_t i = start[d] + 1; i < start[d + 1]; i++) {
            const int32_t moved = neighbours->place[i];
            int32_t j = i;
            for (; j > start[d] && is_before(network, moved, neighbours->place[j - 1]); j--)
                neighbours->place[j] = neighbours->place[j - 1];
            neighbours->place[j] = moved;
        }
    return STATUS_OK;
}
