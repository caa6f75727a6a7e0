/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TASK_H
#define SPINET_TRAIN_TASK_H

#include "data/dataset.h"
#include "train/test.h"

/* Which spines are related to the task (Hedrick et al. 2022; docs/spines.md): those whose calcium
 * is correlated with whether the image is of their cell's class. */

enum {
    TASK_SHUFFLES = 1000,
    TASK_OUTSIDE = 25
}; /* a related spine is above the 97.5th percentile of the shuffles */

/* A row of task_spines.csv.gz. */
struct task_spine {
    int32_t id, input, dendrite;
    float position_um, weight; /* position_um is NaN if no lives are kept */
    int32_t label;             /* the class of its cell */
    float correlation;         /* Pearson's; NaN if its calcium, or the class, did not vary */
    int32_t n_reaching;        /* shuffles with this correlation or a greater one */
    int32_t is_related;        /* n_reaching is below TASK_OUTSIDE */
};

struct task_spines {
    int32_t n;
    struct task_spine *spine; /* [n] in the order of the network's table */
};
void task_free(struct task_spines *task);

/* Presents the first n_images training images, in the order of training, without teachers,
 * plasticity and CREB, and fills in a task_spine for every plastic synapse. SYSTEM without
 * memory. */
int task_relate(struct task_spines *task, struct presenter *presenter,
                const struct network *network, const struct dataset *dataset, int32_t n_images,
                uint64_t seed);

/* Correlates n columns of calcium[n_images][stride] with whether classes[n_images] is k, and again
 * with `classes` shuffled, TASK_SHUFFLES times (the same shuffles for all columns). Sets
 * correlation, n_reaching and is_related of spine[n]. SYSTEM without memory. */
int task_relate_class(struct task_spine *spine, const float *calcium, int32_t n, size_t stride,
                      const int32_t *classes, int32_t n_images, int32_t k, uint64_t seed);

#endif
