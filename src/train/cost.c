/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spikes and synaptic events of a presentation, from its counts and the synapses of each source. */
#include "train/cost.h"

/* Counts the plastic synapses at which spikes of inputs arrived; teachers have none. */
static int64_t count_plastic(const struct network *network, const struct stimulus *stimulus)
{
    const int32_t *start = network->plastic.start;
    int64_t n = 0;
    for (int32_t i = 0; i < stimulus->start[stimulus->n_steps]; i++) {
        const int32_t source = stimulus->source[i];
        if (source < network->layout.n_inputs)
            n += start[source + 1] - start[source];
    }
    return n;
}

static int64_t count_fixed(const struct network *network, const int32_t *spikes)
{
    int64_t n = 0;
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const struct population *source = &network->layout.population[projection->source];
        if (source->first >= network->layout.n_neurons) /* a teacher */
            continue;
        for (int32_t i = 0; i < source->n; i++)
            n += (int64_t)spikes[source->first + i] *
                 (projection->start[i + 1] - projection->start[i]);
    }
    return n;
}

static int64_t sum(const int32_t *counts, int32_t n)
{
    int64_t total = 0;
    for (int32_t i = 0; i < n; i++)
        total += counts[i];
    return total;
}

struct cost cost_of(const struct network *network, const struct stimulus *stimulus,
                    const struct presentation *presentation)
{
    const struct layout *layout = &network->layout;
    return (struct cost){
        .n_input_spikes = stimulus->start[stimulus->n_steps],
        .n_somatic_spikes = sum(presentation->spikes, layout->n_neurons),
        .n_dendritic_spikes = sum(presentation->dendritic_spikes, layout->n_dendrites),
        .n_synaptic_events =
            count_plastic(network, stimulus) + count_fixed(network, presentation->spikes),
    };
}

void cost_add(struct cost *so_far, struct cost more)
{
    so_far->n_input_spikes += more.n_input_spikes;
    so_far->n_somatic_spikes += more.n_somatic_spikes;
    so_far->n_dendritic_spikes += more.n_dendritic_spikes;
    so_far->n_synaptic_events += more.n_synaptic_events;
}
