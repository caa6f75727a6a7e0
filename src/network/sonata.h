/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_SONATA_H
#define SPINET_NETWORK_SONATA_H

#include "core/hdf5_file.h"
#include "network/network.h"

/* A network in the layout of SONATA (Dai et al. 2020, PLoS Comput Biol 16:e1007696; the format's
 * developer guide, version 0.1), which other programs read: docs/files.md, network.h5. */

/* The population that neurons are nodes of; a node's id is the neuron's (docs/model.md §1). */
#define SONATA_NEURONS "neurons"

/* A new file in memory that says it is of SONATA, compressed. SYSTEM. */
int sonata_create(struct hdf5_file *file);

/* Writes FOLDER/network.h5, node_types.csv and edge_types.csv. `labels` [n_classes] of the classes;
 * `width` of an image in pixels. USER, SYSTEM. */
int sonata_write_network(const struct network *network, const int32_t *labels, int32_t width,
                         const char *folder);

#endif
