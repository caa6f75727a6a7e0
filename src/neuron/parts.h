/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_PARTS_H
#define SPINET_NEURON_PARTS_H

#include "neuron/kernel_state.h"

/* What a part of the network (struct part), which one thread computes, gets from outside: the
 * spikes of the other parts, and its plastic synapses. */

enum sender { FROM_PYRAMIDAL, FROM_INTERNEURONS };

static inline struct spikes *parts_spiked(struct part *part, enum sender from)
{
    return from == FROM_PYRAMIDAL ? &part->pyramidal.spiked : &part->interneurons.spiked;
}

/* Sends the spikes of part i in step t to the others, if there are others. */
static inline void parts_post(const struct presentation *p, const struct division *division,
                              int32_t i, enum sender from, int32_t t)
{
    if (division->n > 1)
        team_post(&p->state->team, division->mail[from][i], parts_spiked(&division->part[i], from),
                  t);
}

/* Waits for the mail of all parts from step t and merges it into the list `seen` of part `reader`,
 * which the calling thread computes. */
const struct spikes *parts_merge(const struct presentation *p, const struct division *division,
                                 int32_t reader, enum sender from, int32_t t);

/* The spikes of all parts in step t, by ascending id; none in step -1. */
static inline const struct spikes *parts_gather(const struct presentation *p,
                                                const struct division *division, int32_t reader,
                                                enum sender from, int32_t t)
{
    return division->n == 1 ? parts_spiked(&division->part[0], from)
                            : parts_merge(p, division, reader, from, t);
}

/* Copies the network's plastic synapses onto the part's cells. `calcium` is the network's; NULL in
 * a test. */
void parts_copy_synapses(struct part *part, const struct layout *layout,
                         const struct plastic_synapses *plastic, const float *calcium);

#endif
