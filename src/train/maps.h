/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_MAPS_H
#define SPINET_TRAIN_MAPS_H

#include <stdio.h>

#include "data/dataset.h"
#include "network/network.h"

/* Representation maps (docs/model.md §8): for each class and input, the summed plastic weights onto
 * the class's pyramidal cells. */
struct maps {
    int32_t n_classes, width, height;
    double *weight;     /* [n_classes][height][width] */
    double *class_mean; /* [n_classes][height][width] mean test image of a class, 0 … 255, NaN if it
                           has none; NULL: not computed */
    /* mean distance between a map and the test images of its own class, and of the other classes;
     * and the similarity, -1 … 1, that follows from these; NaN if a map is all zero */
    double within, across, similarity;
};

/* SYSTEM without memory. */
int maps_init(struct maps *maps, const struct network *network, const struct dataset *dataset);
void maps_free(struct maps *maps);

/* Makes maps with weights of 0, to which the caller adds; within, across and similarity are not
 * computed. Even if it fails, maps_free must be called. SYSTEM without memory. */
int maps_begin(struct maps *maps, const struct dataset *dataset);

/* Computes class_mean. SYSTEM without memory. */
int maps_average_images(struct maps *maps, const struct dataset *dataset);

/* Writes FOLDER/maps.csv: a header, then a row for each class: its label, then the pixels of its
 * map row by row. */
int maps_write(const struct maps *maps, const struct dataset *dataset, const char *folder);

/* Writes the end of a header, with a column for each pixel: ",y0x0,y0x1…". */
void maps_write_pixel_names(FILE *stream, int32_t width, int32_t height);

#endif
