/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_TURNOVER_H
#define SPINET_TURNOVER_TURNOVER_H

#include "network/network.h"
#include "spinet.h"
#include "turnover/crowding.h"

/* Synapses that come and go (docs/model.md §5). A policy marks synapses as pruned and proposes new
 * ones; turnover.c decides when, and does both to the table at once. */

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
    /* What the policy remembers from one turnover to the next: zeroed before begin, and those parts
     * of it that the fields name are in a run's checkpoints. 0, NULL, 0 for no memory. */
    size_t state_bytes;
    const struct spinet_field *fields;
    int32_t n_fields;
    void *user;       /* for a policy that a program registers */
    bool needs_lives; /* network->lives: ages, places and histories of synapses. Without it, that is
                       * NULL unless something else keeps it. */
    /* Called if turnover is due, when the network has seen `now` presentations. Marks the synapses
     * to be pruned (turnover_prune, by weight; or dendrite[i] = -the cause, an enum death),
     * proposes new ones (turnover_grow), and sets *judged_by: turnover ends for good at the first
     * call that sets it to turnover.over_at or less. Returns STATUS_SYSTEM without memory. NULL:
     * nothing ever happens. */
    int (*choose)(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by);
    /* All other members may be NULL. */
    int (*begin)(struct turnover *turnover, const struct network *network);
    void (*end)(struct turnover *turnover);
    /* after presentation n, with its calcium; and after the consolidation that follows */
    int (*observe_calcium)(struct turnover *turnover, const struct network *network, int32_t n);
    void (*observe_weights)(struct turnover *turnover, struct network *network, int32_t n);
    /* USER, with what is wrong, for a restored memory that cannot be of this network */
    int (*check)(const struct turnover *turnover, const struct network *network);
    /* its own tables, of a finished run (record.synapses), into a folder: USER, SYSTEM; and these
     * tables, NULL after the last, whose files no other part of a run writes */
    int (*write)(const struct turnover *turnover, const char *folder);
    const struct table *const *tables;
};

/* turnover_none, turnover_random …: those of core/policies.def. */
#define POLICY(capitals, name) extern const struct turnover_policy turnover_##name;
#include "core/policies.def"
#undef POLICY

/* The name of the i-th file, from 0, of those that all policies write; NULL after the last. */
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

/* Show the policy the calcium of presentation n, before consolidation clears it, and the weights
 * after the consolidation. SYSTEM without memory. */
int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n);
void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n);

/* Prunes and grows after n presentations; where a dendrite is full, elsewhere (crowding.h). What
 * the policy fails with, or SYSTEM without memory: then nothing is pruned or grown. */
int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report);

/* Prunes all synapses of this weight or less, whatever the policy, and grows as many anywhere; adds
 * to *report. SYSTEM without memory. */
int turnover_purge(struct turnover *turnover, struct network *network, double weight,
                   struct turnover_report *report);

/* Lets turnover begin anew, also if it was over, or ends it. */
void turnover_set(struct turnover *turnover, bool is_on);

/* For policies. Marks the synapses of the cells first_cell … first_cell + n_cells - 1 whose weight
 * is at or below turnover.threshold; returns how many. */
int32_t turnover_prune(const struct turnover *turnover, struct network *network, int32_t first_cell,
                       int32_t n_cells);

/* Gives each of the cells first_cell … first_cell + n_cells - 1 its part of n new synapses, in
 * turn; adds to *report. SYSTEM without memory. */
int turnover_bring(struct turnover *turnover, struct network *network, int32_t first_cell,
                   int32_t n_cells, int32_t n, struct turnover_report *report);

/* Where a new synapse of this id is placed on the cells first_cell … first_cell + n_cells - 1, if
 * nothing else decides it: input, cell (of all those that are there, if the cells are all) and
 * dendrite are uniform, functions of seed and id. `weight` is uniform in 0 … 1, to be scaled. */
struct new_synapse turnover_place(const struct layout *layout, uint64_t seed, int32_t id,
                                  int32_t first_cell, int32_t n_cells);

/* Place and weight of the i-th of the synapses that the policy `random` would grow together onto
 * these cells, if the first of them gets the id first_id. */
struct new_synapse turnover_draw(const struct turnover *turnover, const struct layout *layout,
                                 int32_t first_id, int32_t i, int32_t first_cell, int32_t n_cells);

/* For policies. Proposes one synapse. SYSTEM without memory. */
int turnover_add(struct turnover *turnover, const struct new_synapse *grown);

/* For policies. Proposes turnover.fraction of n_pruned new synapses onto these cells: input, cell,
 * dendrite and weight uniform. The synapse log names the policy as their origin. */
void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells);

#endif
