/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_NETWORK_FILE_H
#define SPINET_STORE_NETWORK_FILE_H

#include "train/maps.h"
#include "train/train.h"

/* network.h5 (docs/files.md): the network that training came to, in the layout of SONATA, with all
 * that another training needs to go on from it. */

/* Writes FOLDER/network.h5, node_types.csv and edge_types.csv. USER, SYSTEM. */
int network_file_write(const struct training *training, const char *folder);

/* The maps of a finished run, from FOLDER/network.csv. USER if that cannot be read; SYSTEM. */
int network_file_read_maps(struct maps *maps, const char *folder, const struct parameters *p,
                           const struct dataset *dataset);

#endif
