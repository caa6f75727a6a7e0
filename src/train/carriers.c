/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/carriers.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"

int activity_init(struct activity *activity, const struct layout *layout,
                  const struct label_list *labels)
{
    *activity = (struct activity){.labels = labels,
                                  .n_classes = labels->n,
                                  .n_cells = layout->n_pyramidal,
                                  .n_dendrites = layout->n_pyramidal_dendrites};
    TRY_NEW(activity->spikes, (size_t)labels->n * (size_t)activity->n_cells, "the activity");
    TRY_NEW(activity->dendritic_spikes, (size_t)labels->n * (size_t)activity->n_dendrites,
            "the activity");
    return STATUS_OK;
}

void activity_free(struct activity *activity)
{
    free(activity->spikes);
    free(activity->dendritic_spikes);
    *activity = (struct activity){0};
}

void activity_add(struct activity *activity, int32_t label, const int32_t *spikes,
                  const int32_t *dendritic_spikes)
{
    const size_t k = (size_t)label_index(activity->labels, label);
    int64_t *sum = activity->spikes + k * (size_t)activity->n_cells;
    int64_t *dendritic_sum = activity->dendritic_spikes + k * (size_t)activity->n_dendrites;
    activity->n_images[k]++;
    for (int32_t i = 0; i < activity->n_cells; i++)
        sum[i] += spikes[i];
    for (int32_t i = 0; i < activity->n_dendrites; i++)
        dendritic_sum[i] += dendritic_spikes[i];
}

/* Divides the sums [n_classes][n] by the images of each class. */
static void take_means(const struct activity *activity, const int64_t *sum, int32_t n, float *mean)
{
    for (int32_t k = 0; k < activity->n_classes; k++)
        for (size_t i = (size_t)k * (size_t)n; i < (size_t)(k + 1) * (size_t)n; i++)
            mean[i] = activity->n_images[k] > 0 ? (float)sum[i] / (float)activity->n_images[k] : 0;
}

/* Takes what the synapses carry of class k, and how old they are. */
static void weigh_synapses(struct carriers *carriers, const struct network *network, int32_t k,
                           const int64_t *intensity, int32_t n_images, int32_t now)
{
    const struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    const float *spikes = carriers->cell + (size_t)k * (size_t)carriers->n_cells;
    float *carried = carriers->synapse + (size_t)k * (size_t)carriers->n_synapses;
    double sum = 0, aged = 0;
    for (int32_t input = 0; input < layout->n_inputs && n_images > 0; input++) {
        const float mean = (float)intensity[(size_t)k * (size_t)layout->n_inputs + (size_t)input] /
                           (255 * (float)n_images);
        for (int32_t i = s->start[input]; i < s->start[input + 1]; i++) {
            carried[i] = s->weight[i] * mean * spikes[layout_neuron(layout, s->dendrite[i])];
            sum += (double)carried[i];
            if (network->lives)
                aged += (double)carried[i] * (now - network->lives->life[s->id[i]].born);
        }
    }
    carriers->age[k] = network->lives && sum > 0 ? (float)(aged / sum) : NAN;
}

int carriers_init(struct carriers *carriers, const struct network *network,
                  const struct activity *activity, const int64_t *intensity, int32_t now)
{
    const size_t n_classes = (size_t)activity->n_classes;
    *carriers = (struct carriers){.n_classes = activity->n_classes,
                                  .n_cells = activity->n_cells,
                                  .n_dendrites = activity->n_dendrites,
                                  .n_synapses = network->plastic.n};
    TRY_NEW(carriers->cell, n_classes * (size_t)carriers->n_cells, "what carries a class");
    TRY_NEW(carriers->dendrite, n_classes * (size_t)carriers->n_dendrites, "what carries a class");
    TRY_NEW(carriers->synapse, n_classes * (size_t)carriers->n_synapses, "what carries a class");
    take_means(activity, activity->spikes, activity->n_cells, carriers->cell);
    take_means(activity, activity->dendritic_spikes, activity->n_dendrites, carriers->dendrite);
    for (int32_t k = 0; k < carriers->n_classes; k++)
        weigh_synapses(carriers, network, k, intensity, activity->n_images[k], now);
    return STATUS_OK;
}

void carriers_free(struct carriers *carriers)
{
    free(carriers->cell);
    free(carriers->dendrite);
    free(carriers->synapse);
    *carriers = (struct carriers){0};
}

float carriers_overlap(const float *carried, int32_t n, int32_t a, int32_t b)
{
    const float *x = carried + (size_t)a * (size_t)n, *y = carried + (size_t)b * (size_t)n;
    double least = 0, most = 0;
    for (int32_t i = 0; i < n; i++) {
        least += (double)fminf(x[i], y[i]);
        most += (double)fmaxf(x[i], y[i]);
    }
    return most > 0 ? (float)(least / most) : NAN;
}
