/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_READOUT_FILES_H
#define SPINET_STORE_READOUT_FILES_H

#include "data/dataset.h"
#include "train/readout.h"

/* predictions.csv, readout.csv and confusion.csv (docs/files.md): how the images of the final test
 * were answered, readings[dataset->n_test], by a rule that counts this. SYSTEM if they cannot be
 * written. */
int readout_files_write(const char *folder, const struct dataset *dataset, enum test_readout counts,
                        const struct reading *readings, const struct score *score);

/* What result.csv says of the final test beside the accuracy; NaN where nothing was tested. */
struct readout_summary {
    double ties_half;     /* accuracy, a tie of m classes with the right one being worth 1/m */
    double by_spikes;     /* accuracy by all spikes */
    double by_thresholds; /* mean accuracy over all thresholds */
    double balanced;      /* mean recall of the classes */
    double recall_gap;    /* greatest less least recall */
    double overlap;       /* part of an image's votes for other classes than its own, and */
    double confidence;    /* part for the class that is answered; means over images with votes */
};
struct readout_summary readout_summary(const struct dataset *dataset,
                                       const struct reading *readings, const struct score *score);

#endif
