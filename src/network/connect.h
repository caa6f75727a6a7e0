/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_CONNECT_H
#define SPINET_NETWORK_CONNECT_H

#include "network/network.h"

/* Connects a new network at random (docs/model.md §1): the counts and weights of `p`, sources
 * uniform, targets uniform or balanced, dendrites uniform. A function of the parameters and `seed`
 * alone. USER for counts that are too large. */
int connect_network(struct network *network, const struct parameters *p, int32_t n_classes,
                    int32_t n_inputs, uint64_t seed);

/* Connects a network of this layout, whose inputs may be drawn unevenly (layout->input_use). */
int connect_layout(struct network *network, const struct parameters *p, const struct layout *layout,
                   uint64_t seed);

/* The same around n_contacts given plastic synapses, in place of random ones. USER, naming the
 * synapse (from 1), for one that the network cannot have. */
int connect_around(struct network *network, const struct parameters *p, const struct layout *layout,
                   uint64_t seed, const struct synapse_row *contacts, int32_t n_contacts);

/* The number of plastic synapses the parameters ask for, and that of them that the cells of a class
 * bring along if they come later than others. */
int32_t connect_n_plastic(const struct parameters *p);
int32_t connect_n_of_class(const struct parameters *p, int32_t n_classes);

/* What one plastic synapse counts: its part of a connection, times connections.effect. */
static inline float connect_share(const struct parameters *p)
{
    return (float)p->connections.effect / (float)p->connections.contacts;
}

#endif
