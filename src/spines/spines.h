/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_SPINES_H
#define SPINET_SPINES_SPINES_H

#include "network/network.h"
#include "spines/intrinsic.h"
#include "spines/protocol.h"

/* The plastic synapses as living spines: between presentations and over days of rest they change by
 * themselves (spines/intrinsic.h), go and come (docs/spines.md), under the events of a protocol. */
struct spines {
    const struct parameters *parameters; /* must outlive it */
    uint64_t seed;
    const char *kernel;
    int32_t n_threads;
    bool is_on;          /* intrinsic.form is not none */
    double day;          /* simulated days since the network was made */
    uint32_t step;       /* steps made, which number the random numbers */
    int32_t n_reference; /* synapses when it was made: what rates a day refer to */
    double carried;      /* part of a spine still to be formed or lost: nothing is rounded away */
    struct protocol protocol;
    struct new_synapse *born; /* [capacity] */
    int32_t capacity;
};

/* What happened in a stretch of time. */
struct spines_report {
    int32_t n_lost, n_born;
};

/* Do these parameters ask for places and lives of the synapses? */
bool spines_need_lives(const struct parameters *p);

/* USER for a protocol that contradicts itself or has no spines to act on. */
int spines_check(const struct parameters *p);

/* For a network that keeps lives, if spines_need_lives. `kernel`: whose arithmetic. USER as
 * spines_check. */
int spines_init(struct spines *spines, const struct parameters *p, const struct network *network,
                uint64_t seed, const char *kernel, int32_t n_threads);

/* Takes up the state of earlier spines, those of the network: its day, steps made, what was carried
 * over, and the synapses that rates refer to. The events of the protocol count from this day. */
void spines_continue(struct spines *spines, struct network *network, double day, uint32_t step,
                     double carried, int32_t n_reference);

/* Safe on a zeroed structure. */
void spines_free(struct spines *spines);

/* `days` go by, as one step, or in steps of at most rest.step_days if they are a rest; a step ends
 * where an event of the protocol begins or ends. Adds to *report. SYSTEM without memory. */
int spines_live(struct spines *spines, struct network *network, double days, bool is_rest,
                struct spines_report *report);

/* A rest up to the day `end`, as spines_live. With may_stop it ends after a step when a signal asks
 * for it (core/interrupt.h): INTERRUPTED - signal; called again with the same end, it goes on to
 * the same result. */
int spines_rest(struct spines *spines, struct network *network, double end, bool may_stop,
                struct spines_report *report);

#endif
