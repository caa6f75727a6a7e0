/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_DATA_H
#define SPINET_REPORT_RUN_DATA_H

#include "store/manifest.h"

/* What figures need of a run besides its tables. A study keeps those of the last run, so that the
 * figures of one read them once, and files of images as long as the next run reads the same. */
struct run_data {
    const char *folder; /* of the run whose images these are; NULL: nobody's */
    bool has_manifest;  /* of the run that was asked for last */
    struct manifest manifest;
    struct dataset dataset;
    bool has_files;
    struct parameters reader; /* of the files */
    struct dataset files;
};

/* Reads the manifest and images of the run in `folder`, which must outlive them, unless they are
 * here. USER for those that cannot be read; the images may be elsewhere, and the manifest here all
 * the same. */
int run_data_open(struct run_data *data, const char *folder, const char *data_folder);

/* Frees it and what it holds. Safe for NULL. */
void run_data_free(struct run_data *data);

#endif
