/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_NEIGHBOURS_H
#define SPINET_NETWORK_NEIGHBOURS_H

#include "network/network.h"

/* The plastic synapses of each dendrite in the order of their places along it. The network must
 * keep lives. */
struct neighbours {
    int32_t n_dendrites, capacity;
    int32_t *place; /* [number of synapses] indices into the plastic table, ordered by dendrite,
                       position, id */
    int32_t *start; /* [n_pyramidal_dendrites + 1] into place */
};

/* Allocates for a network. SYSTEM without memory. */
int neighbours_init(struct neighbours *neighbours, const struct network *network);
void neighbours_free(struct neighbours *neighbours);

/* Sorts the synapses there are now; those that are marked for removal are left out. SYSTEM without
 * memory. */
int neighbours_sort(struct neighbours *neighbours, const struct network *network);

/* Position of a synapse, by its index in the plastic table, in um. */
static inline float neighbours_position(const struct network *network, int32_t synapse)
{
    return network->lives->life[network->plastic.id[synapse]].position_um;
}

/* The chance that two uniform places on a dendrite are within distance_um of each other. */
static inline double neighbours_chance(double distance_um, double dendrite_um)
{
    const double part = distance_um < dendrite_um ? distance_um / dendrite_um : 1;
    return part * (2 - part);
}

#endif
