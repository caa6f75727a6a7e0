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
    double *class_mean; /* [n_classes][height][width], mean test image, 0 … 255, NaN where there
                         * is none; NULL: not averaged */
    /* mean distance of a map and the test images of its own class, and of the others; and the
     * similarity of maps and images, -1 … 1, by these; NaN if a map is all zero */
    double within, across, similarity;
};

/* SYSTEM without memory. */
int maps_init(struct maps *maps, const struct network *network, const struct dataset *dataset);
void maps_free(struct maps *maps);

/* Weights of 0, to which those of a file are added; within, across and similarity mean nothing.
 * Free them either way. SYSTEM without memory. */
int maps_begin(struct maps *maps, const struct dataset *dataset);

/* Finds class_mean. SYSTEM without memory. */
int maps_average_images(struct maps *maps, const struct dataset *dataset);

/* Writes FOLDER/maps.csv: a header, then a row for each class: its label, then the pixels of its
 * map row by row. */
int maps_write(const struct maps *maps, const struct dataset *dataset, const char *folder);

/* Writes the end of a header, with a column for each pixel: ",y0x0,y0x1…". */
void maps_write_pixel_names(FILE *stream, int32_t width, int32_t height);

#endif
