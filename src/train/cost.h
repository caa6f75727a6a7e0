/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_COST_H
#define SPINET_TRAIN_COST_H

#include "neuron/presentation.h"

/* What presenting costs, as neuromorphic hardware counts it (docs/files.md, cost.csv). */
struct cost {
    int64_t n_input_spikes;
    int64_t n_somatic_spikes; /* of all cells, interneurons too */
    int64_t n_dendritic_spikes;
    int64_t n_synaptic_events; /* arrivals of a spike at a synapse */
};

/* The cost of the last presentation, which was of this stimulus. */
struct cost cost_of(const struct network *network, const struct stimulus *stimulus,
                    const struct presentation *presentation);

void cost_add(struct cost *so_far, struct cost more);

#endif
