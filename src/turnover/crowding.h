/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_CROWDING_H
#define SPINET_TURNOVER_CROWDING_H

#include "network/network.h"

/* How many plastic synapses have room on a dendrite (spines.most_per_um, docs/model.md §5).
 * Whatever a turnover policy proposes for a dendrite that is full grows elsewhere. */

struct crowding {
    int32_t most;  /* on a dendrite; 0: any number, and the rest is not used */
    int32_t *n_on; /* [n_pyramidal_dendrites] synapses that stay or are going to grow */
};

/* USER if the network's synapses have no room on the dendrites of their class; SYSTEM. */
int crowding_init(struct crowding *crowding, const struct parameters *p,
                  const struct network *network);
void crowding_free(struct crowding *crowding);

/* Counts the synapses that are not marked for removal. */
void crowding_count(struct crowding *crowding, const struct network *network);

/* Takes a place on a dendrite; false if it is full. */
bool crowding_take(struct crowding *crowding, int32_t dendrite);

/* Takes a place for a synapse of this id: on its own dendrite or, if that is full, anywhere on
 * another one of the cells of its class, drawn by seed and id. False if all of them are full. */
bool crowding_place(struct crowding *crowding, const struct layout *layout, uint64_t seed,
                    int32_t id, struct new_synapse *grown);

/* Counts, and takes a place for each of the proposed synapses, grown[*n]; those that find none are
 * taken out. */
void crowding_settle(struct crowding *crowding, const struct network *network, uint64_t seed,
                     struct new_synapse *grown, int32_t *n);

#endif
