/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_CONNECT_H
#define SPINET_NETWORK_CONNECT_H

#include "network/network.h"

/* Makes a new network of this layout (docs/model.md §1), with as many synapses and of such weights
 * as `p` asks for, drawn at random; with layout->input_use some inputs get more synapses than
 * others. If `contacts` is not NULL, contacts[n_contacts] are the plastic synapses and only the
 * fixed ones are drawn. The network depends on the arguments alone. USER if there would be too many
 * synapses, or, naming it (from 1), for a contact that the network cannot have. */
int connect_layout(struct network *network, const struct parameters *p, const struct layout *layout,
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
