/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_RASTER_H
#define SPINET_NEURON_RASTER_H

#include <stddef.h>
#include <stdint.h>

#include "network/population.h"

/* Which neurons spiked in which step of a presentation: a bit for each neuron and step. This holds
 * any number of spikes, so a kernel that marks one cannot fail. Only one thread may mark. */
struct raster {
    int32_t n_steps, n_neurons;
    size_t n_words; /* words for each step */
    uint16_t *word; /* [n_steps][n_words] */
};

struct spike {
    int32_t step, neuron;
};

/* Allocates for presentations of n_steps steps; no spikes yet. SYSTEM without memory. */
int raster_init(struct raster *raster, const struct layout *layout, int32_t n_steps);
void raster_free(struct raster *raster);

void raster_clear(struct raster *raster);

/* Notes a spike: step 0 … n_steps - 1, neuron 0 … n_neurons - 1. */
static inline void raster_mark(struct raster *raster, int32_t step, int32_t neuron)
{
    raster->word[(size_t)step * raster->n_words + (size_t)neuron / 16] |=
        (uint16_t)(1u << neuron % 16);
}

int64_t raster_n_spikes(const struct raster *raster);

/* All spikes [raster_n_spikes] by step, then by neuron. */
void raster_list(const struct raster *raster, struct spike *spikes);

#endif
