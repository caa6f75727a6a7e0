/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_MANIFEST_H
#define SPINET_STORE_MANIFEST_H

#include <jansson.h>

#include "data/dataset.h"
#include "neuron/presentation.h"

/* The manifest.json of a run (docs/files.md), as far as it is needed to run it again. */
struct manifest {
    struct parameters parameters;
    uint64_t seed;
    int32_t n_presentations; /* presentations; 0 if the manifest does not say (an unfinished run) */
    /* the last kernel, and all of them (neuron/presentation.h); "" if the manifest does not say */
    char kernel[KERNELS_BYTES], kernels[KERNELS_BYTES];
    struct data_file file[DATASET_N_FILES]; /* as in struct dataset */
};

/* The keys of the checksums in the manifest. */
extern const char *const manifest_data_keys[DATASET_N_FILES];

/* data_sha256 of a manifest: the name of the data set, and the checksums of its files. */
json_t *manifest_data_json(const struct dataset *dataset);

/* Reads FOLDER/manifest.json. USER with what is wrong. */
int manifest_read(struct manifest *manifest, const char *folder);

/* Generates the data of the run in `folder` anew, or reads them, from the folder of --data or, if
 * that is NULL, from where the manifest says they may be. USER if they are not there or not the
 * same. */
int manifest_open_data(const struct manifest *manifest, const char *folder, const char *data_folder,
                       enum dataset_keep keep, struct dataset *dataset);

/* Writes ", with kernel avx2 in place of avx512, avx2 from 61", if another kernel or one of several
 * is used; else "". */
void manifest_print_kernel(const struct manifest *manifest, const char *kernel, char *text,
                           size_t size);

/* USER if data that were read already are not those of the run, by their checksums. */
int manifest_check_data(const struct manifest *manifest, const struct dataset *dataset,
                        const char *folder);

#endif
