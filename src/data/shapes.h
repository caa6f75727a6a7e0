/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_SHAPES_H
#define SPINET_DATA_SHAPES_H

#include <stdbool.h>
#include <stdint.h>

#include "data/images.h"

enum {
    SHAPES_SIDE = 20, /* pixels on each side of an image */
    SHAPES_BOX = 1,   /* label of the boxes */
    SHAPES_DISK = 2,  /* label of the disks */
};

/* The two sets of a data set, which share no random number. */
enum shapes_set { SHAPES_TRAIN = 0, SHAPES_TEST = 1 };

/* How far the shapes move and how much their ranges meet; easy 2, 0; medium 1, 2; hard 0, 4. Any
 * other pair will do for which each range of positions holds one and stays in the image. */
struct shapes_recipe {
    int stability;
    int overlap;
    int32_t n_per_class;
};

/* 2 * n_per_class images, box, disk, box, disk …, or in a random order if `shuffled`. The same
 * seed, recipe and set give the same images; more images a class begin with the same ones.
 * USER if the recipe leaves no place for a shape; `images` is then empty. */
int shapes_generate(struct images *images, const struct shapes_recipe *recipe, uint64_t seed,
                    uint32_t set, bool shuffled);

/* A PNG to look at generated shapes: the mean images of box and disk side by side, each brightened
 * to its own maximum. */
int contact_sheet_write(const char *path, const struct images *images);

/* USER unless the folder is new or empty, or holds generated shapes only, so that nothing of the
 * user's is lost or mixed with them. */
int shapes_check_folder(const char *folder);

/* Generates a training set (alternating) and a test set of `n_test_per_class` (shuffled) and
 * writes them into `folder`, made if it isn't there and locked, as IDX files named like MNIST's,
 * with contact_sheet.png of the training set. USER as shapes_check_folder, and if another process
 * is at work in the folder. */
int shapes_write(const char *folder, const struct shapes_recipe *recipe, int32_t n_test_per_class,
                 uint64_t seed);

#endif
