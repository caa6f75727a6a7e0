/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_EVENTS_H
#define SPINET_NEURON_EVENTS_H

#include "neuron/kernel_state.h"

/* For kernel.c, which is compiled for each instruction set: which plastic synapses' inputs spiked
 * in a step, as many at a time as struct events holds. */

/* d / per_cell by a multiplication (Granlund & Montgomery 1994), which is nearer than a table once
 * the network is large. */
static inline int32_t cell_of(const struct cells *cells, int32_t d)
{
    return (int32_t)((uint64_t)(uint32_t)d * cells->divide_by >> cells->divide_shift);
}

/* Fills events from where the last call left off. A source has few synapses on a small
 * network, so whole vectors of consecutive numbers are stored, which needs no loop that the
 * processor could mispredict. Teachers, which come last in a step, are left to the caller. */
static inline void fill_events(const struct presentation *p, const struct stimulus *stimulus,
                               struct part *part)
{
    const struct cells *cells = &part->pyramidal;
    const struct reach *reach = &part->reach;
    struct events *events = &part->events;
    const float gain = cells->constants.excitation * p->constants.contact_share;
    int32_t n = 0;
    events->is_last = false;
    while (n < KERNEL_EVENTS) {
        if (events->next == events->stop) {
            if (events->at == events->end || stimulus->source[events->at] >= p->layout.n_inputs) {
                events->is_last = true;
                break;
            }
            const int32_t source = stimulus->source[events->at++];
            events->next = reach->start[source];
            events->stop = reach->start[source + 1];
        }
#pragma omp simd
        for (int32_t i = 0; i < KERNEL_LANES; i++) {
            const int32_t synapse = events->next + i, d = reach->dendrite[synapse];
            events->synapse[n + i] = synapse;
            events->dendrite[n + i] = d;
            events->cell[n + i] = cell_of(cells, d);
            events->mv[n + i] = gain * reach->weight[synapse];
        }
        const int32_t left = events->stop - events->next;
        const int32_t taken = left < KERNEL_LANES ? left : KERNEL_LANES;
        events->next += taken;
        n += taken;
    }
    events->n = n;
}

/* Gathers the first plastic synapses whose inputs spiked in step t; if an earlier pass over the
 * same step gathered all of them, these are used again. */
static inline void first_events(const struct presentation *p, const struct stimulus *stimulus,
                                struct part *part, int32_t t)
{
    struct events *events = &part->events;
    if (events->step == t && events->is_whole)
        return;
    events->step = t;
    events->at = stimulus->start[t];
    events->end = stimulus->start[t + 1];
    events->next = events->stop = 0;
    fill_events(p, stimulus, part);
    events->is_whole = events->is_last;
}

/* Gathers the next ones; false if there are no more. */
static inline bool next_events(const struct presentation *p, const struct stimulus *stimulus,
                               struct part *part)
{
    if (part->events.is_last)
        return false;
    fill_events(p, stimulus, part);
    return true;
}

#endif
