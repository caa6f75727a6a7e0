/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_CROWDING_H
#define SPINET_TURNOVER_CROWDING_H

#include "network/network.h"

/* Limits the number of plastic synapses on a dendrite (spines.most_per_um, docs/model.md §5). What
 * a turnover policy proposes for a full dendrite grows on another one. */

struct crowding {
    int32_t most;  /* on a dendrite; 0: there is no limit, and n_on is not used */
    int32_t *n_on; /* [n_pyramidal_dendrites] synapses that stay or are going to grow */
};

/* USER if a class has more synapses than its dendrites have room for; SYSTEM. */
int crowding_init(struct crowding *crowding, const struct parameters *p,
                  const struct network *network);
void crowding_free(struct crowding *crowding);

/* Counts the synapses that are not marked for removal. */
void crowding_count(struct crowding *crowding, const struct network *network);

/* Takes a place on a dendrite; false if it is full. */
bool crowding_take(struct crowding *crowding, int32_t dendrite);

/* Takes a place for synapse `id`: on grown->dendrite or, if that is full, at a random place of
 * another dendrite of the same class, drawn by seed and id. False if all are full. */
bool crowding_place(struct crowding *crowding, const struct layout *layout, uint64_t seed,
                    int32_t id, struct new_synapse *grown);

/* Does crowding_count, then takes a place for each of the proposed synapses grown[*n]. Removes
 * those for which there is none. */
void crowding_settle(struct crowding *crowding, const struct network *network, uint64_t seed,
                     struct new_synapse *grown, int32_t *n);

#endif
