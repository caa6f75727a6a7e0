/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_TURNOVER_H
#define SPINET_TURNOVER_TURNOVER_H

#include "network/network.h"
#include "spinet.h"

/* Synapses that come and go (docs/model.md §5). A policy marks synapses as pruned and proposes new
 * ones; turnover.c decides when, and does both to the table at once. */

struct turnover {
    const struct parameters *parameters; /* must outlive it */
    uint64_t seed;
    bool is_over; /* for good */
    int32_t capacity;
    struct new_synapse *grown; /* [capacity] proposed */
    int32_t n_grown;
    const struct turnover_policy *policy;
    void *state; /* the policy's memory of state_bytes; NULL: it has none */
};

/* What one turnover did. */
struct turnover_report {
    int32_t n_pruned, n_grown;
};

struct table; /* core/table.h */

struct turnover_policy {
    const char *name; /* of a policy that a program brings along; NULL: that of policies.def */
    /* What the policy remembers from one turnover to the next: zeroed before begin, and those parts
     * of it that the fields name are in a run's checkpoints. 0, NULL, 0 for no memory. */
    size_t state_bytes;
    const struct spinet_field *fields;
    int32_t n_fields;
    void *user; /* of a policy that a program brings along */
    /* After `now` presentations: marks the synapses to go (turnover_prune), proposes those to come
     * (turnover_grow), and sets the number by which to judge whether turnover is over. SYSTEM
     * without memory. NULL: nothing ever happens. */
    int (*choose)(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by);
    /* The rest may be NULL. */
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

/* The names of all policies' files: the i-th, from 0; NULL after the last. */
const char *turnover_file_name(int i);

/* By `policy`, which must outlive it; NULL: the one that the parameters name. SYSTEM without
 * memory.
 */
int turnover_init(struct turnover *turnover, const struct parameters *p,
                  const struct network *network, uint64_t seed,
                  const struct turnover_policy *policy);
void turnover_free(struct turnover *turnover);

/* Is one due after this many training presentations? */
bool turnover_is_due(const struct turnover *turnover, int32_t n_presentations);

/* Tells the policy what it wants to know of presentation n: its calcium, before consolidation
 * clears it; the weights after it. SYSTEM without memory. */
int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n);
void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n);

/* Prunes and grows after n presentations. What the policy fails with, or SYSTEM without memory:
 * then nothing is pruned or grown. */
int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report);

/* For policies. Marks the synapses of the cells first_cell … first_cell + n_cells - 1 whose weight
 * is at or below turnover.threshold; returns how many. */
int32_t turnover_prune(const struct turnover *turnover, struct network *network, int32_t first_cell,
                       int32_t n_cells);

/* Where a new synapse of this id comes to be on the cells first_cell … first_cell + n_cells - 1, if
 * nothing else decides it: input, cell and dendrite uniform, functions of seed and id; `weight`
 * uniform in 0 … 1, to be scaled. */
struct new_synapse turnover_place(const struct layout *layout, uint64_t seed, int32_t id,
                                  int32_t first_cell, int32_t n_cells);

/* Number i of the new synapses that policy `random` would grow at once onto these cells, the first
 * of which gets the id first_id: place and weight. */
struct new_synapse turnover_draw(const struct turnover *turnover, const struct layout *layout,
                                 int32_t first_id, int32_t i, int32_t first_cell, int32_t n_cells);

/* For policies. Proposes one synapse. SYSTEM without memory. */
int turnover_add(struct turnover *turnover, const struct new_synapse *grown);

/* For policies. Proposes turnover.fraction of n_pruned new synapses onto these cells: input, cell,
 * dendrite and weight uniform. The synapse log names the policy as their origin. */
void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells);

#endif
