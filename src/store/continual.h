/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_CONTINUAL_H
#define SPINET_STORE_CONTINUAL_H

#include "train/train.h"

/* What a network knows of each class while it learns in phases (docs/continual.md): an observer
 * that keeps the tests in the midst of training and writes them as continual.csv and
 * continual_overlap.csv. */
struct continual {
    struct observer observer;
    int64_t n_rows, n_overlaps;
    struct continual_row *row;         /* [n_rows] */
    struct continual_overlap *overlap; /* [n_overlaps] */
};

/* Begins to observe. Nothing is kept of a training without phases. */
void continual_init(struct continual *continual);
void continual_free(struct continual *continual);

/* Accuracy a[i][j] is of the test images of phase j's classes at the end of phase i, from 1, of T;
 * a[0][j] before training. NaN where training ended before its last phase, or has one phase only.
 *   learned     the mean over all j of a[j][j]
 *   forgetting  the mean over j < T of max_{0 < i < T} a[i][j] - a[T][j] (Chaudhry et al. 2018)
 *   backward    transfer, the mean over j < T of a[T][j] - a[j][j] (Lopez-Paz & Ranzato 2017)
 *   forward     transfer, the mean over j > 1 of a[j - 1][j] - a[0][j] (the same) */
struct continual_measures {
    double learned, forgetting, backward, forward;
};
struct continual_measures continual_measure(const struct training *training);

#endif
