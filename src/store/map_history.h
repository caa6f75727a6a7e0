/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_MAP_HISTORY_H
#define SPINET_STORE_MAP_HISTORY_H

#include "train/train.h"

/* Representation maps over training (docs/files.md, maps_training.csv). */
struct map_moment {
    int32_t presentation; /* presentations before this moment */
    double similarity;    /* of maps and test images, -1 … 1; NaN if there is none */
};

struct map_history {
    struct observer observer; /* the first member: takes maps before training, every
                               * record.maps_period presentations and at the end */
    int32_t n_classes, width, height;
    int32_t *label; /* [n_classes] */
    int32_t n;
    struct map_moment *moment; /* [n] in order of presentations */
    float *weight;             /* [n][n_classes][height][width] summed weights */
};

/* Values in the maps of a moment, and the first of these of moment m. */
size_t map_history_n_values(const struct map_history *history);
const float *map_history_weights(const struct map_history *history, int32_t m);

/* An empty history of maps of this data set. SYSTEM without memory. */
int map_history_init(struct map_history *history, const struct dataset *dataset);
void map_history_free(struct map_history *history);

/* The history that observes a training; NULL if none does. */
const struct map_history *map_history_find(const struct training *training);

/* The similarity after this number of presentations; NaN if no maps were taken then. */
double map_history_similarity(const struct map_history *history, int32_t presentation);

/* Writes FOLDER/maps_training.csv: presentation, label, similarity, then the map row by row in
 * columns y0x0, y0x1 … */
int map_history_write(const struct map_history *history, const char *folder);

/* Reads such a file. USER with file and line. */
int map_history_read(struct map_history *history, const char *path);

#endif
