/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_BASELINES_H
#define SPINET_TRAIN_BASELINES_H

#include "data/dataset.h"

/* What plain classifiers make of the images that a network was shown, and of the images it was
 * tested with (docs/files.md). */

enum baseline {
    BASELINE_CLASS_MEAN, /* the class with the nearest mean image */
    BASELINE_LOGISTIC,   /* multinomial logistic regression */
    BASELINE_NEAREST,    /* the class of the nearest image */
    BASELINE_TWO_UNITS,  /* a network with two hidden units */
    N_BASELINES
};

/* "class_mean", …: columns of baselines.csv. */
extern const char *const baseline_names[N_BASELINES];

/* The part of the test images that each classifier answers rightly, having learned from the first
 * n_shown presentations of training; NaN without presentations or test images. `seed` draws the
 * weights that the two units begin with. SYSTEM without memory. */
int baselines_find(const struct dataset *dataset, int32_t n_shown, uint64_t seed,
                   double accuracy[N_BASELINES]);

#endif
