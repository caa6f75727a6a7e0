/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_DOUBTS_H
#define SPINET_DATA_DOUBTS_H

#include "data/dataset.h"

/* Looks at the images of files before they are learned: calls `warn` (unless it is NULL) with a
 * line for everything that makes one doubt that they are what was meant. USER if nothing can be
 * learned from them. */
int doubts_find(const struct dataset *dataset, const struct parameters *p,
                void (*warn)(const char *line));

#endif
