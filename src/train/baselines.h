/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_BASELINES_H
#define SPINET_TRAIN_BASELINES_H

#include "train/schedule.h"

/* What plain classifiers make of the images that a network was shown, and of the images it was
 * tested with (docs/files.md). */

enum baseline {
    BASELINE_CLASS_MEAN, /* the class with the nearest mean image */
    BASELINE_LOGISTIC,   /* multinomial logistic regression */
    BASELINE_NEAREST,    /* the class of the nearest image */
    BASELINE_TWO_UNITS,  /* a network with two hidden units */
    BASELINE_GRADIENT,   /* the same linear network, a step of gradient an image, once */
    N_BASELINES
};

/* "class_mean", …: columns of baselines.csv. */
extern const char *const baseline_names[N_BASELINES];

/* The part of the test images that each classifier answers rightly, having learned from the first
 * n_shown presentations of training; NaN without presentations or test images. With phases these
 * are in order[0].schedule, at their beginning, and end after order[0].end[phase] presentations;
 * NULL: all classes took turns. `seed` draws the weights that the two units begin with. SYSTEM
 * without memory. */
struct baseline_order {
    struct schedule schedule;
    int32_t end[PHASES_MAX];
};
int baselines_find(const struct dataset *dataset, int32_t n_shown,
                   const struct baseline_order *order, uint64_t seed, double accuracy[N_BASELINES]);

#endif
