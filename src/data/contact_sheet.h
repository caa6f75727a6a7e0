/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_CONTACT_SHEET_H
#define SPINET_DATA_CONTACT_SHEET_H

#include "data/images.h"

/* A PNG to look at a data set: for each class, by label, its mean image (large, brightened to its
 * own maximum) and its first images. Shows the first eight classes; USER if the images are larger
 * than 64x64 pixels. */
int contact_sheet_write(const char *path, const struct images *images);

#endif
