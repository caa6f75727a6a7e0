/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_CONNECT_H
#define SPINET_NETWORK_CONNECT_H

#include "network/network.h"

/* Makes a new network whose synapses are drawn at random (docs/model.md §1), as many and as strong
 * as `p` asks for. It depends on the parameters and `seed` alone. USER if there would be too many
 * synapses. */
int connect_network(struct network *network, const struct parameters *p, int32_t n_classes,
                    int32_t n_inputs, uint64_t seed);

/* As connect_network, for a layout that the caller has made; with layout->input_use some inputs get
 * more synapses than others. */
int connect_layout(struct network *network, const struct parameters *p, const struct layout *layout,
                   uint64_t seed);

/* As connect_layout, but draws only the fixed synapses; the plastic ones are contacts[n_contacts].
 * USER, naming the synapse (from 1), for one that the network cannot have. */
int connect_around(struct network *network, const struct parameters *p, const struct layout *layout,
                   uint64_t seed, const struct synapse_row *contacts, int32_t n_contacts);

/* How many plastic synapses the parameters ask for: in a whole network, and on the cells of one
 * class that join a network later (schedule.new_cells). */
int32_t connect_n_plastic(const struct parameters *p);
int32_t connect_n_of_class(const struct parameters *p, int32_t n_classes);

/* The factor by which the weight of a plastic synapse acts on its dendrite. Of the
 * connections.contacts synapses that form one connection each has an equal share. */
static inline float connect_share(const struct parameters *p)
{
    return (float)p->connections.effect / (float)p->connections.contacts;
}

#endif
