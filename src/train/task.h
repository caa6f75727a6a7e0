/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TASK_H
#define SPINET_TRAIN_TASK_H

#include "data/dataset.h"
#include "train/test.h"

/* Which spines are related to the task (Hedrick et al. 2022; docs/spines.md): those whose calcium
 * is correlated with the class of their cell. */

enum { TASK_SHUFFLES = 1000, TASK_OUTSIDE = 25 }; /* above the 97.5th percentile */

/* A row of task_spines.csv.gz. */
struct task_spine {
    int32_t id, input, dendrite;
    float position_um, weight; /* position_um NaN where no lives are kept */
    int32_t label;             /* the class of its cell */
    float correlation;         /* Pearson's; NaN if its calcium, or the class, did not vary */
    int32_t n_reaching;        /* shuffles that reach the correlation */
    int32_t is_related;        /* fewer than TASK_OUTSIDE do */
};

struct task_spines {
    int32_t n;
    struct task_spine *spine; /* [n] in the order of the network's table */
};

/* Safe on a zeroed structure. */
void task_free(struct task_spines *task);

/* Shows the first n_images training images, in the order of training, without teachers, plasticity
 * and CREB, and relates the calcium of every plastic synapse. SYSTEM without memory. */
int task_relate(struct task_spines *task, struct presenter *presenter,
                const struct network *network, const struct dataset *dataset, int32_t n_images,
                uint64_t seed);

/* Relates calcium[n_images][stride], of which it looks at columns 0 … n - 1, with being of class k:
 * fills in correlation, n_reaching and is_related of spine[n]. With `classes` shuffled among the
 * images TASK_SHUFFLES times; the same shuffles for all. SYSTEM without memory. */
int task_relate_class(struct task_spine *spine, const float *calcium, int32_t n, size_t stride,
                      const int32_t *classes, int32_t n_images, int32_t k, uint64_t seed);

#endif
