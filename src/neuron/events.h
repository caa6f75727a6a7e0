/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_EVENTS_H
#define SPINET_NEURON_EVENTS_H

#include "neuron/kernel_state.h"

/* Part of kernel.c, which is compiled for each instruction set. Lists the plastic synapses whose
 * inputs spiked in a step, in portions that fit into struct events. */

/* The cell of dendrite d: d / per_cell, computed by a multiplication (Granlund & Montgomery 1994),
 * which in large networks is faster than looking it up in a table. */
static inline int32_t cell_of(const struct cells *cells, int32_t d)
{
    return (int32_t)((uint64_t)(uint32_t)d * cells->divide_by >> cells->divide_shift);
}

/* Fills events with the next portion. In a small network a source has few synapses; so whole
 * vectors of KERNEL_LANES consecutive synapses are stored, and those beyond the source's last are
 * overwritten by the next: that costs less than a loop whose length the processor mispredicts.
 * Teachers, which come last in a step, are left to the caller. */
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

/* Lists the first portion of step t; if an earlier pass over the same step listed all in one
 * portion, that is used again. */
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

/* Lists the next portion; false if there is none. */
static inline bool next_events(const struct presentation *p, const struct stimulus *stimulus,
                               struct part *part)
{
    if (part->events.is_last)
        return false;
    fill_events(p, stimulus, part);
    return true;
}

#endif
