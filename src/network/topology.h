/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_TOPOLOGY_H
#define SPINET_NETWORK_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "network/population.h"

/* Which populations are connected, and how: the table of connections in docs/model.md §1, without
 * its first row, the plastic synapses from the inputs to the pyramidal cells. */

/* What a spike of the source population does to its targets. */
enum effect {
    EFFECT_EXCITE,       /* raises the drive of a dendrite */
    EFFECT_INHIBIT,      /* lowers the drive of a dendrite */
    EFFECT_INHIBIT_SOMA, /* inhibits the soma of the neuron that the dendrite belongs to */
};

/* Which populations of the source role connect to which of the target role. */
enum pairing {
    PAIR_ALL,          /* every source with every target */
    PAIR_SAME_CLASS,   /* those of one class, class by class */
    PAIR_OTHER_CLASSES /* each source with the targets of all classes but its own */
};

struct connection {
    const char *name; /* as in connections.NAME_per_cell */
    enum role source, target;
    enum pairing pairing;
    enum effect effect;
    bool is_balanced; /* targets take turns in random order; else each is drawn at random */
    uint32_t row;     /* number (plus that of the class, if it is made class by class) by which its
                         random numbers are drawn: never renumber */
    /* offsets, in struct parameters, of the number of synapses for each pyramidal cell (of a class,
     * if it is made class by class) and of their weight */
    size_t per_cell, weight;
};

enum { N_CONNECTIONS = 7, CONNECTION_ROW_PLASTIC = 0 };
extern const struct connection connections[N_CONNECTIONS];

/* The connection between two populations; NULL if the model has none. */
const struct connection *connection_between(const struct population *source,
                                            const struct population *target);

#endif
