/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_NETWORK_H
#define SPINET_NETWORK_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/lives.h"
#include "network/topology.h"

/* Far beyond any run; leaves room for the ids to come. */
enum { SYNAPSE_IDS_MAX = 2000000000 };

/* The plastic synapses, input to pyramidal, as a struct of arrays of 24 bytes a synapse. Sorted by
 * input, then by dendrite, then by id: a spike finds its synapses at start[input] … */
struct plastic_synapses {
    int32_t n, capacity;
    int32_t *start;       /* [n_inputs + 1] */
    int32_t *id;          /* [n] ascending in order of creation, never used twice */
    int32_t *dendrite;    /* [n] 0 … n_pyramidal_dendrites - 1; -death marks one that is to go */
    float *weight;        /* [n] 0 … 1 */
    float *learning_rate; /* [n] eta */
    float *tag;           /* [n] < 0 depression, > 0 potentiation */
    float *calcium;       /* [n] of the present presentation */
    int32_t next_id;
    /* For whoever looks at the arrays from outside: those that were outgrown stay until the network
     * is freed. */
    bool keeps_outgrown;
    int32_t n_outgrown;
    void **outgrown;
};

/* A connection (network/topology.h) of two populations: the fixed synapses from one to the other, 8
 * bytes a synapse, sorted by source, then by dendrite. */
struct projection {
    int32_t source, target; /* populations, by index in the layout */
    enum effect effect;
    int32_t n;
    int32_t *start;    /* [n_source + 1], by source id - its population's first */
    int32_t *dendrite; /* [n] */
    float *weight;     /* [n] */
};

/* A network: everything that persists between presentations. */
struct network {
    struct layout layout;
    struct plastic_synapses plastic;
    int32_t n_projections;
    struct projection *projection; /* [n_projections] */
    float *creb;                   /* [n_pyramidal] 0 … 1 */
    struct lives *lives;           /* of the plastic synapses; NULL where nothing asks for them */
};

/* A row of the table a network is made from and written to: docs/files.md, network.csv. */
struct synapse_row {
    int32_t source, dendrite;
    float weight;
    bool plastic;
};

/* Builds a network from rows in any order; a plastic synapse's id is its place among the plastic
 * rows, its learning rate starts at `eta`. USER (naming the row, from 1) for ids outside the layout
 * or a connection the model does not have. */
int network_init(struct network *network, const struct layout *layout,
                 const struct synapse_row *rows, int32_t n_rows, float eta);

/* Safe on a zeroed structure. */
void network_free(struct network *network);

/* The rows of the network, the plastic ones first in order of id, then the projections. New memory
 * in *rows (free it). */
int network_rows(const struct network *network, struct synapse_row **rows, int32_t *n_rows);

/* The projection between two populations, NULL if the model has none. */
const struct projection *network_projection(const struct network *network, int32_t source,
                                            int32_t target);

/* A synapse to be grown. */
struct new_synapse {
    int32_t input, dendrite;
    float weight;
    /* what follows matters only where lives are kept */
    enum birth birth;
    bool is_placed; /* at position_um; else anywhere along the dendrite */
    float position_um;
    int32_t judged_at; /* on probation until so many presentations are done; 0: not */
};

/* Begins to keep lives, of the synapses there are now on, which are numbered anew from 0 in their
 * order if some before them are gone. SYSTEM without memory. */
int network_keep_lives(struct network *network, uint64_t seed, double dendrite_um);

/* Brings weights and greatest weights of the living up to date in network->lives, if they are kept.
 */
void network_note_weights(struct network *network);

/* Removes the plastic synapses whose dendrite is below 0, adds `n_new`, and sorts: the one place
 * where the table changes its shape. New synapses get the next ids in the order given, learning
 * rate `eta`, no tag. */
int network_rebuild_plastic(struct network *network, const struct new_synapse *new_synapses,
                            int32_t n_new, float eta);

/* A plastic synapse with all that persists of it between presentations. */
struct plastic_synapse {
    int32_t input, dendrite, id;
    float weight, learning_rate, tag;
};

/* The living plastic synapses in order of id, in new memory (free it). SYSTEM without memory. */
int network_plastic(const struct network *network, struct plastic_synapse **synapses, int32_t *n);

/* Replaces the plastic synapses by these, ordered by id, of which the next will be next_id: what
 * network_plastic gave. USER, naming the synapse (from 1), for one that cannot be here. */
int network_restore_plastic(struct network *network, const struct plastic_synapse *synapses,
                            int32_t n, int32_t next_id);

/* Everything that must hold between the parts; STATUS_SYSTEM names what does not. */
int network_validate(const struct network *network);

#endif
