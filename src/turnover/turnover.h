/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_TURNOVER_H
#define SPINET_TURNOVER_TURNOVER_H

#include "network/network.h"

/* Synapses that come and go (docs/model.md §5). A policy marks synapses as pruned and proposes new
 * ones; turnover.c decides when, and does both to the table at once. */

struct turnover {
    const struct parameters *parameters; /* must outlive it */
    uint64_t seed;
    bool is_over; /* for good */
    int32_t capacity;
    struct new_synapse *grown; /* [capacity] proposed */
    int32_t n_grown;
    struct clustering *clustering; /* of the policy clustered, else NULL */
};

/* What one turnover did. */
struct turnover_report {
    int32_t n_pruned, n_grown;
};

struct turnover_policy {
    /* After `now` presentations: marks the synapses to go (turnover_prune), proposes those to come
     * (turnover_grow), and sets the number by which to judge whether turnover is over. SYSTEM
     * without memory. NULL: nothing ever happens. */
    int (*choose)(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by);
    /* The rest may be NULL, for policies without a memory. */
    int (*begin)(struct turnover *turnover, const struct network *network);
    void (*end)(struct turnover *turnover);
    /* after presentation n, with its calcium; and after the consolidation that follows */
    int (*observe_calcium)(struct turnover *turnover, const struct network *network, int32_t n);
    void (*observe_weights)(struct turnover *turnover, struct network *network, int32_t n);
};

/* turnover_none, turnover_random …: those of core/policies.def. */
#define POLICY(capitals, name) extern const struct turnover_policy turnover_##name;
#include "core/policies.def"
#undef POLICY

/* SYSTEM without memory. */
int turnover_init(struct turnover *turnover, const struct parameters *p,
                  const struct network *network, uint64_t seed);
void turnover_free(struct turnover *turnover);

/* Is one due after this many training presentations? */
bool turnover_is_due(const struct turnover *turnover, int32_t n_presentations);

/* Tells the policy what it wants to know of presentation n: its calcium, before consolidation
 * clears it; the weights after it. SYSTEM without memory. */
int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n);
void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n);

/* Prunes and grows after n presentations. SYSTEM without memory. */
int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report);

/* For policies. Marks the synapses of the cells first … first + n - 1 whose weight is at or below
 * turnover.threshold; returns how many. */
int32_t turnover_prune(const struct turnover *turnover, struct network *network, int32_t first_cell,
                       int32_t n_cells);

/* Where a new synapse of this id comes to be on the cells first … first + n - 1, if nothing else
 * decides it: input, cell and dendrite uniform, functions of seed and id; `weight` uniform in 0 …
 * 1, to be scaled. */
struct new_synapse turnover_place(const struct layout *layout, uint64_t seed, int32_t id,
                                  int32_t first_cell, int32_t n_cells);

/* For policies. Proposes turnover.fraction of n_pruned new synapses onto these cells: input, cell,
 * dendrite and weight uniform. The synapse log names the policy as their origin. */
void turnover_grow(struct turnover *turnover, const struct network *network, int32_t n_pruned,
                   int32_t first_cell, int32_t n_cells);

#endif
