/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/carriers.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"

int activity_init(struct activity *activity, const struct layout *layout,
                  const struct label_list *labels, int32_t active_spikes)
{
    const size_t n_labels = (size_t)labels->n;
    *activity = (struct activity){.labels = labels,
                                  .n_classes = labels->n,
                                  .active_spikes = active_spikes,
                                  .n_cells = layout->n_pyramidal,
                                  .n_dendrites = layout->n_pyramidal_dendrites};
    TRY_NEW(activity->spikes, n_labels * (size_t)activity->n_cells, "the activity");
    TRY_NEW(activity->n_active, n_labels * (size_t)activity->n_cells, "the activity");
    TRY_NEW(activity->dendritic_spikes, n_labels * (size_t)activity->n_dendrites, "the activity");
    TRY_NEW(activity->n_spiking, n_labels * (size_t)activity->n_dendrites, "the activity");
    return STATUS_OK;
}

void activity_free(struct activity *activity)
{
    free(activity->spikes);
    free(activity->dendritic_spikes);
    free(activity->n_active);
    free(activity->n_spiking);
    *activity = (struct activity){0};
}

void activity_add(struct activity *activity, int32_t label, const int32_t *spikes,
                  const int32_t *dendritic_spikes)
{
    const size_t k = (size_t)label_index(activity->labels, label);
    const size_t cells = k * (size_t)activity->n_cells;
    const size_t dendrites = k * (size_t)activity->n_dendrites;
    activity->n_images[k]++;
    for (int32_t i = 0; i < activity->n_cells; i++) {
        activity->spikes[cells + (size_t)i] += spikes[i];
        activity->n_active[cells + (size_t)i] += spikes[i] > activity->active_spikes;
    }
    for (int32_t i = 0; i < activity->n_dendrites; i++) {
        activity->dendritic_spikes[dendrites + (size_t)i] += dendritic_spikes[i];
        activity->n_spiking[dendrites + (size_t)i] += dendritic_spikes[i] > 0;
    }
}

/* ---- what is used ---- */

/* Counts effective synapses and clusters of them; `n_on` [n_dendrites] is zeroed memory. */
static void count_clusters(struct used *used, const struct network *network, int32_t *n_on)
{
    const struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    int32_t n_effective = 0, last_cell = -1;
    for (int32_t i = 0; i < s->n; i++)
        if (s->weight[i] > EFFECTIVE_WEIGHT) {
            n_on[s->dendrite[i]]++;
            n_effective++;
        }
    for (int32_t d = 0; d < layout->n_pyramidal_dendrites; d++)
        if (n_on[d] >= CLUSTER_SYNAPSES) {
            used->n_clustered_dendrites++;
            used->n_clustered_cells += layout_neuron(layout, d) != last_cell;
            last_cell = layout_neuron(layout, d);
        }
    used->effective = s->n > 0 ? (double)n_effective / s->n : (double)NAN;
}

/* The fraction of class k's n dendrites with a dendritic spike in any image of the class or, if not
 * is_own, of another class. */
static double part_spiking(const struct activity *activity, const int32_t *class_of, int32_t k,
                           int32_t n, bool is_own)
{
    int32_t n_spiking = 0;
    for (int32_t d = k * n; d < (k + 1) * n; d++) {
        bool has_spiked = false;
        for (int32_t l = 0; l < activity->n_classes; l++)
            has_spiked |= (class_of[l] == k) == is_own &&
                          activity->n_spiking[l * activity->n_dendrites + d] > 0;
        n_spiking += has_spiked;
    }
    return (double)n_spiking / n;
}

int activity_find_used(struct used *used, const struct activity *activity,
                       const struct network *network, const int32_t *class_of)
{
    OWN_NEW(int32_t, n_on, network->layout.n_pyramidal_dendrites, "the dendrites");
    const int32_t n_classes = network->layout.n_classes, n = activity->n_dendrites / n_classes;
    int64_t n_images = 0;
    *used = (struct used){0};
    count_clusters(used, network, n_on);
    for (int32_t l = 0; l < activity->n_classes; l++)
        n_images += activity->n_images[l];
    for (int32_t k = 0; k < n_classes; k++) {
        used->dendrites_own += part_spiking(activity, class_of, k, n, true) / n_classes;
        used->dendrites_other += part_spiking(activity, class_of, k, n, false) / n_classes;
    }
    if (n_images == 0)
        used->dendrites_own = used->dendrites_other = NAN;
    return STATUS_OK;
}

/* ---- what carries a class ---- */

/* Divides the sums [n_classes][n] by the images of each class. */
static void take_means(const struct activity *activity, const int64_t *sum, int32_t n, float *mean)
{
    for (int32_t k = 0; k < activity->n_classes; k++)
        for (size_t i = (size_t)k * (size_t)n; i < (size_t)(k + 1) * (size_t)n; i++)
            mean[i] = activity->n_images[k] > 0 ? (float)sum[i] / (float)activity->n_images[k] : 0;
}

/* Sets what the synapses carry of class k, and their mean age. */
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
