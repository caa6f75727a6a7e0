/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_CARRIERS_H
#define SPINET_TRAIN_CARRIERS_H

#include "network/network.h"

/* Which cells, dendrites and synapses carry a class (docs/continual.md). Here a class is all images
 * of one label, even if several labels share their cells. */

/* For each class in a test: the spikes of each pyramidal cell and dendrite, summed over the images,
 * and the number of images in which the cell was active, or the dendrite had a dendritic spike. */
struct activity {
    const struct label_list *labels; /* one for each class; the caller's */
    int32_t n_classes, n_cells, n_dendrites;
    int32_t active_spikes; /* a cell is active if it spikes more often than this */
    int32_t n_images[CLASSES_MAX];
    int64_t *spikes;           /* [n_classes][n_cells] */
    int64_t *dendritic_spikes; /* [n_classes][n_dendrites] */
    int32_t *n_active;         /* [n_classes][n_cells] numbers of images */
    int32_t *n_spiking;        /* [n_classes][n_dendrites] */
};

/* Begins with sums of 0. SYSTEM without memory. */
int activity_init(struct activity *activity, const struct layout *layout,
                  const struct label_list *labels, int32_t active_spikes);
void activity_free(struct activity *activity);

/* Adds an image with this label: spikes[n_cells or more], dendritic_spikes[n_dendrites or more]. */
void activity_add(struct activity *activity, int32_t label, const int32_t *spikes,
                  const int32_t *dendritic_spikes);

/* A plastic synapse above this weight is effective; a dendrite with CLUSTER_SYNAPSES effective
 * synapses or more is clustered. */
#define EFFECTIVE_WEIGHT 0.3F
enum { CLUSTER_SYNAPSES = 3 };

/* How much of a network a test has used; NaN if it has none of it. */
struct used {
    double effective;                                 /* fraction of the plastic synapses */
    int32_t n_clustered_dendrites, n_clustered_cells; /* cells with a clustered dendrite */
    /* fraction of a class's dendrites with a dendritic spike in any image of this class, and in any
     * image of another class; means over the classes */
    double dendrites_own, dendrites_other;
};

/* Images of label number l belong to the cells of class class_of[l]. SYSTEM without memory. */
int activity_find_used(struct used *used, const struct activity *activity,
                       const struct network *network, const int32_t *class_of);

/* How much each cell, dendrite and synapse carries of each class. A cell: its mean spikes in an
 * image. A dendrite: its mean dendritic spikes. A synapse: its weight, times the mean intensity (0
 * … 1) of its input, times the mean spikes of its cell. */
struct carriers {
    int32_t n_classes, n_cells, n_dendrites, n_synapses;
    float *cell, *dendrite, *synapse; /* [n_classes][n of each] */
    /* mean age of the synapses at the test, in presentations, weighted by what each carries; NaN if
     * nothing carries the class or the network keeps no lives */
    float age[CLASSES_MAX];
};

/* intensity[n_classes][n_inputs] are pixels (0 … 255) summed over the images that `activity` has;
 * `now` is the number of presentations so far, as in struct life. SYSTEM without memory. */
int carriers_init(struct carriers *carriers, const struct network *network,
                  const struct activity *activity, const int64_t *intensity, int32_t now);
void carriers_free(struct carriers *carriers);

/* How far classes a and b are carried by the same cells (or dendrites, or synapses), 0 … 1: for
 * each of n take the lesser and the greater of its carried[class][n]; the sum of the lesser divided
 * by the sum of the greater. NaN if nothing carries either class. */
float carriers_overlap(const float *carried, int32_t n, int32_t a, int32_t b);

#endif
