/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_NETWORK_H
#define SPINET_NETWORK_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/lives.h"
#include "network/topology.h"

/* The largest number of ids: far more than any run needs, and so far below 2^31 that adding new
 * ones cannot overflow. */
enum { SYNAPSE_IDS_MAX = 2000000000 };

/* Unused elements at the end of each array of plastic synapses, so that kernels can always read
 * whole vectors. */
enum { PLASTIC_SURPLUS = 16 };

/* The plastic synapses, from inputs to pyramidal cells: a struct of arrays, 24 bytes a synapse,
 * sorted by input, then by dendrite, then by id. Those of an input are
 * start[input] … start[input + 1] - 1. */
struct plastic_synapses {
    int32_t n, capacity;
    int32_t *start;       /* [n_inputs + 1] */
    int32_t *id;          /* [n] ascending in order of creation, never used twice */
    int32_t *dendrite;    /* [n] 0 … n_pyramidal_dendrites - 1; -death: to be removed */
    float *weight;        /* [n] 0 … 1 */
    float *learning_rate; /* [n] eta */
    float *tag;           /* [n] < 0 depression, > 0 potentiation */
    float *calcium;       /* [n] of the present presentation */
    int32_t next_id;
    /* If keeps_outgrown is set, arrays that became too small are freed only with the network:
     * programs that use the library may still read them. */
    bool keeps_outgrown;
    int32_t n_outgrown;
    void **outgrown;
};

/* The fixed synapses from one population to another (network/topology.h), sorted by source, then by
 * dendrite; 4 bytes a synapse, 8 where weights differ. */
struct projection {
    int32_t source, target; /* populations, by index in the layout */
    enum effect effect;
    int32_t n;
    int32_t *start;    /* [n_source + 1] first synapse of each source neuron */
    int32_t *dendrite; /* [n] */
    float *weight;     /* [n] 0 … PROJECTION_WEIGHT_MAX; NULL: all are common_weight */
    float common_weight;
};
enum { PROJECTION_WEIGHT_MAX = 100 };

/* The weight of synapse i. */
static inline float projection_weight(const struct projection *projection, int32_t i)
{
    return projection->weight ? projection->weight[i] : projection->common_weight;
}

/* A network: all of it that lasts from one presentation to the next. */
struct network {
    struct layout layout;
    struct plastic_synapses plastic;
    int32_t n_projections;
    struct projection *projection; /* [n_projections] */
    float *creb;                   /* [n_pyramidal] 0 … 1; NULL: all 0 */
    struct lives *lives; /* lives of the plastic synapses; NULL where nothing asks for them */
};

/* A synapse as a row of network.csv, from which a network is made and to which it is written
 * (docs/files.md). */
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

/* Gives each fixed synapse onto a pyramidal cell a weight of its own, to be changed. SYSTEM without
 * memory. */
int network_weigh_each(struct network *network);
void network_free(struct network *network);

/* Makes or updates a copy of everything in the network that a presentation reads. The copy owns the
 * dendrites and weights of its plastic synapses and its CREB, and shares the network's fixed
 * synapses. A zeroed structure is an empty copy. SYSTEM without memory. */
int network_copy_seen(struct network *copy, const struct network *network);
void network_free_copy(struct network *copy);

/* Whether everything that a presentation reads is the same in both, to the bit. */
bool network_is_seen_same(const struct network *copy, const struct network *network);

/* The network without CREB, for tests. It shares all memory with the network and must not be
 * freed. */
static inline struct network network_without_creb(const struct network *network)
{
    struct network without = *network;
    without.creb = NULL;
    return without;
}

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
    /* the following members are used only where lives are kept */
    enum birth birth;
    bool is_placed; /* it sits at position_um; else anywhere along the dendrite */
    float position_um;
    int32_t judged_at; /* its probation ends after this presentation; 0: it has none */
};

/* Begins to keep the lives of the synapses, as if all were born now. If earlier synapses are gone,
 * the living get new ids from 0 in their order. SYSTEM without memory. */
int network_keep_lives(struct network *network, uint64_t seed, double dendrite_um);

/* Writes the present weights of the living synapses, and their greatest so far, into
 * network->lives, if lives are kept. */
void network_note_weights(struct network *network);

/* If lives are kept: notes presentation `now` as the last one that potentiated each synapse whose
 * weight has risen by `by` or more since network_note_weights. */
void network_note_potentiation(struct network *network, double by, int32_t now);

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

/* Replaces all plastic synapses by these n, ordered by id, as network_plastic gave them; the next
 * new synapse gets next_id. USER, naming the synapse (from 0), for one that this network cannot
 * have. */
int network_restore_plastic(struct network *network, const struct plastic_synapse *synapses,
                            int32_t n, int32_t next_id);

/* Checks everything that must hold between the parts of a network. SYSTEM, naming what does not
 * hold. */
int network_validate(const struct network *network);

#endif
