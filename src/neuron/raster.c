/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "neuron/raster.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"

enum { WORD_BITS = 16 };

int raster_init(struct raster *raster, const struct layout *layout, int32_t n_steps)
{
    *raster = (struct raster){
        .n_steps = n_steps,
        .n_neurons = layout->n_neurons,
        .n_words = ((size_t)layout->n_neurons + WORD_BITS - 1) / WORD_BITS,
    };
    TRY_NEW(raster->word, (size_t)n_steps * raster->n_words, "the spikes of a presentation");
    return STATUS_OK;
}

void raster_free(struct raster *raster)
{
    free(raster->word);
    *raster = (struct raster){0};
}

void raster_clear(struct raster *raster)
{
    memset(raster->word, 0, (size_t)raster->n_steps * raster->n_words * sizeof *raster->word);
}

int64_t raster_n_spikes(const struct raster *raster)
{
    const size_t n = (size_t)raster->n_steps * raster->n_words;
    int64_t n_spikes = 0;
    for (size_t i = 0; i < n; i++)
        n_spikes += __builtin_popcount(raster->word[i]);
    return n_spikes;
}

void raster_list(const struct raster *raster, struct spike *spikes)
{
    const uint16_t *word = raster->word;
    for (int32_t step = 0; step < raster->n_steps; step++)
        for (size_t w = 0; w < raster->n_words; w++, word++)
            for (uint32_t bits = *word; bits; bits &= bits - 1)
                *spikes++ = (struct spike){step, (int32_t)w * WORD_BITS + __builtin_ctz(bits)};
}
