/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_BASELINES_H
#define SPINET_TRAIN_BASELINES_H

#include "train/schedule.h"

/* Plain classifiers that learn from the images that a network was shown and are tested with those
 * that it was tested with (docs/files.md, baselines.csv). */

enum baseline {
    BASELINE_CLASS_MEAN, /* the class with the nearest mean image */
    BASELINE_LOGISTIC,   /* multinomial logistic regression */
    BASELINE_NEAREST,    /* the class of the nearest image */
    BASELINE_TWO_UNITS,  /* a network with two hidden units */
    BASELINE_GRADIENT,   /* as logistic, but a step of the gradient after each image */
    N_BASELINES
};

/* "class_mean", …: columns of baselines.csv. */
extern const char *const baseline_names[N_BASELINES];

/* Finds the fraction of the test images that each classifier answers rightly after learning from
 * the first n_shown presentations of training; NaN without presentations or test images. `order`
 * has the phases of training and the number of presentations after which each ended; NULL: there
 * were no phases. `seed` is for the first weights of BASELINE_TWO_UNITS. SYSTEM without memory. */
struct baseline_order {
    struct schedule schedule;
    int32_t end[PHASES_MAX];
};
int baselines_find(const struct dataset *dataset, int32_t n_shown,
                   const struct baseline_order *order, uint64_t seed, double accuracy[N_BASELINES]);

#endif
