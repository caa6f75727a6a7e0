/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_TURNOVER_H
#define SPINET_TURNOVER_TURNOVER_H

#include "network/network.h"
#include "spinet.h"
#include "turnover/crowding.h"

/* Turnover of synapses (docs/model.md §5). A policy marks synapses to be pruned and proposes new
 * ones; turnover.c decides when, and then removes and adds all of them at once. */

struct turnover {
    const struct parameters *parameters; /* must outlive it */
    uint64_t seed;
    bool is_over; /* turnover has ended for good */
    int32_t capacity;
    struct new_synapse *grown; /* [capacity] proposed by the policy */
    int32_t n_grown;
    struct crowding crowding; /* room on the dendrites */
    const struct turnover_policy *policy;
    void *state; /* [state_bytes] memory of the policy; NULL: it has none */
};

/* What one turnover did. */
struct turnover_report {
    int32_t n_pruned, n_grown;
};

struct table; /* core/table.h */

struct turnover_policy {
    const char *name; /* name of a policy that a program registers; NULL: the one in policies.def */
    /* The size of the policy's memory, which is zeroed before `begin` and then kept; and its fields
     * that are saved in checkpoints. 0, NULL, 0: no memory. */
    size_t state_bytes;
    const struct spinet_field *fields;
    int32_t n_fields;
    void *user;       /* for a policy that a program registers */
    bool needs_lives; /* the policy reads network->lives; if false, that may be NULL */
    /* Called if turnover is due, when the network has seen `now` presentations. Marks the synapses
     * to be pruned (by turnover_prune, or dendrite[i] = -(an enum death)), proposes new ones
     * (turnover_grow, turnover_add), and sets *judged_by: turnover ends for good when this is
     * turnover.over_at or less. SYSTEM without memory. NULL: there is no turnover. */
    int (*choose)(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by);
    /* All other members may be NULL. */
    int (*begin)(struct turnover *turnover, const struct network *network);
    void (*end)(struct turnover *turnover);
    /* called after presentation n, while the synapses have its calcium; and after its
     * consolidation */
    int (*observe_calcium)(struct turnover *turnover, const struct network *network, int32_t n);
    void (*observe_weights)(struct turnover *turnover, struct network *network, int32_t n);
    /* checks memory restored from a checkpoint: USER if it cannot belong to this network */
    int (*check)(const struct turnover *turnover, const struct network *network);
    /* with record.synapses: writes the policy's own tables of a finished run into a folder (USER,
     * SYSTEM); and the list of these tables, which ends with NULL */
    int (*write)(const struct turnover *turnover, const char *folder);
    const struct table *const *tables;
};

/* The policies of core/policies.def: turnover_none, turnover_random … */
#define POLICY(capitals, name) extern const struct turnover_policy turnover_##name;
#include "core/policies.def"
#undef POLICY

/* The name of file i, from 0, of all files that policies write; NULL after the last. */
const char *turnover_file_name(int i);

/* Whether the policy that the parameters name looks at network->lives. */
bool turnover_needs_lives(const struct parameters *p);

/* Begins turnover by `policy`, which must outlive it, or, if that is NULL, by the policy that the
 * parameters name. SYSTEM without memory. */
int turnover_init(struct turnover *turnover, const struct parameters *p,
                  const struct network *network, uint64_t seed,
                  const struct turnover_policy *policy);
void turnover_free(struct turnover *turnover);

/* Whether turnover is due after this many training presentations. */
bool turnover_is_due(const struct turnover *turnover, int32_t n_presentations);

/* To be called after presentation n, before the consolidation clears the calcium, and after the
 * consolidation: let the policy see calcium and weights. SYSTEM without memory. */
int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n);
void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n);

/* Prunes and grows after n presentations. Returns the status with which the policy fails, or SYSTEM
 * without memory: then nothing is pruned or grown. */
int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report);

/* Whatever the policy: prunes all synapses of this weight or less and grows as many at random
 * places; adds to *report. SYSTEM without memory. */
int turnover_purge(struct turnover *turnover, struct network *network, double weight,
                   struct turnover_report *report);

/* Begins turnover again, even if it was over, or ends it. */
void turnover_set(struct turnover *turnover, bool is_on);

/* For policies: marks for removal the synapses on cells first_cell … first_cell + n_cells - 1 whose
 * weight is turnover.threshold or less, except silent ones; returns how many. */
int32_t turnover_prune(const struct turnover *turnover, struct network *network, int32_t first_cell,
                       int32_t n_cells);

/* Gives each of the cells first_cell … first_cell + n_cells - 1 its part of n new synapses, in
 * turn; adds to *report. SYSTEM without memory. */
int turnover_bring(struct turnover *turnover, struct network *network, int32_t first_cell,
                   int32_t n_cells, int32_t n, struct turnover_report *report);

/* A new synapse with this id at a random place: input, cell and dendrite are uniform and drawn by
 * seed and id. Its cell is one of first_cell … first_cell + n_cells - 1 or, if these are all
 * pyramidal cells, one of those that are not absent. Its weight is uniform in 0 … 1; callers scale
 * it. */
struct new_synapse turnover_place(const struct layout *layout, uint64_t seed, int32_t id,
                                  int32_t first_cell, int32_t n_cells);

/* The i-th of the synapses that the policy `random` would grow at once on these cells, if the first
 * one gets the id first_id. */
struct new_synapse turnover_draw(const struct turnover *turnover, const struct layout *layout,
                                 int32_t first_id, int32_t i, int32_t first_cell, int32_t n_cells);

/* For policies: proposes one new synapse. SYSTEM without memory. */
int turnover_add(struct turnover *turnover, const struct new_synapse *grown);

/* For policies: proposes turnover.fraction * n_pruned new synapses on these cells, as turnover_draw
 * draws them. The synapse log names the policy as their origin. */
void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells);

#endif
