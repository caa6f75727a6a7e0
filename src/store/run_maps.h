/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_MAPS_H
#define SPINET_STORE_RUN_MAPS_H

#include "train/maps.h"

/* The maps of a finished run, from FOLDER/network.csv. USER if that cannot be read; SYSTEM. */
int run_maps_init(struct maps *maps, const char *folder, const struct parameters *p,
                  const struct dataset *dataset);

#endif
