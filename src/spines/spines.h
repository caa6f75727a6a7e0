/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_SPINES_H
#define SPINET_SPINES_SPINES_H

#include "network/network.h"
#include "spines/homeostasis.h"
#include "spines/intrinsic.h"
#include "spines/protocol.h"

/* The plastic synapses as living spines (docs/spines.md). Between presentations and over days of
 * rest their sizes change by themselves (spines/intrinsic.h), some are lost and others born, events
 * of a protocol modify this (spines/protocol.h), and cells scale weights (spines/homeostasis.h). */
struct spines {
    const struct parameters *parameters; /* must outlive it */
    uint64_t seed;
    const char *kernel;
    int32_t n_threads;
    bool is_on;          /* intrinsic.form is not none */
    double day;          /* simulated days since the network was made */
    uint32_t step;       /* steps made so far; random numbers depend on it */
    int32_t n_reference; /* number of synapses at the beginning: rates are per synapse of these */
    double carried;      /* fraction of a birth that rounding has left for the next step */
    struct protocol protocol;
    struct homeostasis homeostasis;
    struct new_synapse *born; /* [capacity] */
    int32_t capacity;
};

/* How many spines were lost and born by themselves. */
struct spines_report {
    int32_t n_lost, n_born;
};

/* Whether these parameters need network->lives. */
bool spines_need_lives(const struct parameters *p);

/* Checks the protocol. USER if it contradicts itself, or if intrinsic.form is none. */
int spines_check(const struct parameters *p);

/* Begins for a network, which must keep lives if spines_need_lives. `kernel` names the arithmetic
 * to use. USER as spines_check. */
int spines_init(struct spines *spines, const struct parameters *p, struct network *network,
                uint64_t seed, const char *kernel, int32_t n_threads);

/* Continues with the state of an earlier training of this network (the members of the same names).
 * The events of the protocol count from this day. */
void spines_continue(struct spines *spines, struct network *network, double day, uint32_t step,
                     double carried, int32_t n_reference);
void spines_free(struct spines *spines);

/* Lets time go by until day `end`: in one step or, in a rest, in steps of at most rest.step_days;
 * steps also end where an event of the protocol begins or ends. Adds to *report. SYSTEM without
 * memory. With may_stop, a signal (core/interrupt.h) stops it after a step: INTERRUPTED - signal;
 * called again with the same `end` it continues, with the same result. */
int spines_live(struct spines *spines, struct network *network, double end, bool is_rest,
                bool may_stop, struct spines_report *report);

#endif
