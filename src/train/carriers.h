/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_CARRIERS_H
#define SPINET_TRAIN_CARRIERS_H

#include "network/network.h"

/* Which cells, dendrites and synapses carry a class (docs/continual.md), by which the images of one
 * label are meant here, also where several labels share their cells. */

/* Spikes of the pyramidal cells and of their dendrites, summed over the images of each class in a
 * test, and the images in which a cell was active, or a dendrite had a dendritic spike. */
struct activity {
    const struct label_list *labels; /* of the classes; the caller's */
    int32_t n_classes, n_cells, n_dendrites;
    int32_t active_spikes; /* a cell is active that spikes more often */
    int32_t n_images[CLASSES_MAX];
    int64_t *spikes;           /* [n_classes][n_cells] */
    int64_t *dendritic_spikes; /* [n_classes][n_dendrites] */
    int32_t *n_active;         /* [n_classes][n_cells] images */
    int32_t *n_spiking;        /* [n_classes][n_dendrites] */
};

/* Begins with sums of 0. SYSTEM without memory. */
int activity_init(struct activity *activity, const struct layout *layout,
                  const struct label_list *labels, int32_t active_spikes);

/* Safe on a zeroed structure. */
void activity_free(struct activity *activity);

/* Adds the spikes of an image with this label [n_cells or more] and dendritic spikes [n_dendrites
 * or more]. */
void activity_add(struct activity *activity, int32_t label, const int32_t *spikes,
                  const int32_t *dendritic_spikes);

/* A plastic synapse above this weight is effective; dendrites with so many of them are clustered.
 */
#define EFFECTIVE_WEIGHT 0.3F
enum { CLUSTER_SYNAPSES = 3 };

/* What of a network a test has used; NaN where there is none. */
struct used {
    double effective;                                 /* part of the plastic synapses */
    int32_t n_clustered_dendrites, n_clustered_cells; /* cells that have one or more of these */
    /* of a class's dendrites, the part with a dendritic spike in any of its own images, and in any
     * of the others; means of the classes */
    double dendrites_own, dendrites_other;
};

/* Label l has the cells of class class_of[l]. SYSTEM without memory. */
int activity_find_used(struct used *used, const struct activity *activity,
                       const struct network *network, const int32_t *class_of);

/* How much each cell, dendrite and synapse carries of each class: mean spikes of an image,
 * dendritic spikes, and of a synapse its weight times the mean intensity of its input (0 … 1) times
 * the mean spikes of its cell. */
struct carriers {
    int32_t n_classes, n_cells, n_dendrites, n_synapses;
    float *cell, *dendrite, *synapse; /* [n_classes][n of each] */
    /* mean of the presentations that the synapses had lived at the test, each counted as much as it
     * carries; NaN if nothing carries the class or the network keeps no lives */
    float age[CLASSES_MAX];
};

/* Intensities [n_classes][n_inputs] are sums over the images of the activity, of 0 … 255 each;
 * `now` is the time in presentations as lives have it. SYSTEM without memory. */
int carriers_init(struct carriers *carriers, const struct network *network,
                  const struct activity *activity, const int64_t *intensity, int32_t now);

/* Safe on a zeroed structure. */
void carriers_free(struct carriers *carriers);

/* How far classes a and b are carried by the same, 0 … 1: sum of the lesser of the two over sum of
 * the greater, of what carries, [n_classes][n]; NaN if nothing carries either. */
float carriers_overlap(const float *carried, int32_t n, int32_t a, int32_t b);

#endif
