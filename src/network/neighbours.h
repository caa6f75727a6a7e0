/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_NEIGHBOURS_H
#define SPINET_NETWORK_NEIGHBOURS_H

#include "network/network.h"

/* The plastic synapses along each dendrite: who is next to whom. For networks that keep lives. */
struct neighbours {
    int32_t n_dendrites, capacity;
    int32_t *place; /* [n synapses] indices into the plastic table: by dendrite, position, id */
    int32_t *start; /* [n_pyramidal_dendrites + 1] into place */
};

/* SYSTEM without memory. */
int neighbours_init(struct neighbours *neighbours, const struct network *network);

/* Safe on a zeroed structure. */
void neighbours_free(struct neighbours *neighbours);

/* Sorts the synapses as they are; those marked to go are left out. SYSTEM without memory. */
int neighbours_sort(struct neighbours *neighbours, const struct network *network);

/* Position of a synapse, by its index in the plastic table, in um. */
static inline float neighbours_position(const struct network *network, int32_t synapse)
{
    return network->lives->life[network->plastic.id[synapse]].position_um;
}

/* Of two places on a dendrite, both uniform: the chance that they are within distance_um. */
static inline double neighbours_chance(double distance_um, double dendrite_um)
{
    const double part = distance_um < dendrite_um ? distance_um / dendrite_um : 1;
    return part * (2 - part);
}

#endif
