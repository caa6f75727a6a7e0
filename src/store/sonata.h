/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_SONATA_H
#define SPINET_STORE_SONATA_H

#include "network/network.h"
#include "store/hdf5_file.h"

/* A network in the layout of SONATA (Dai et al. 2020, PLoS Comput Biol 16:e1007696; the format's
 * developer guide, version 0.1), which other programs read: docs/files.md, network.h5. */

/* The population that neurons are nodes of; a node's id is the neuron's (docs/model.md §1). */
#define SONATA_NEURONS "neurons"

/* The id that the next plastic synapse will have. */
#define SONATA_NEXT_ID "state/next_id"

/* A new file in memory that says it is of SONATA, compressed. The caller closes it, after a
 * failure, too. USER without the library, SYSTEM. */
int sonata_create(struct hdf5_file *file);

/* Writes the nodes and edges of a network with all that persists of them, but lives. `labels`
 * [n_classes] of the classes; `width` of an image in pixels. SYSTEM. */
int sonata_write_network(struct hdf5_file *file, const struct network *network,
                         const int32_t *labels, int32_t width);

/* Writes FOLDER/node_types.csv and edge_types.csv, which a network of SONATA needs beside it. USER,
 * SYSTEM. */
int sonata_write_types(const struct network *network, const int32_t *labels, const char *folder);

/* Makes the network that was written, to the bit, where its sizes are those of the layout and of
 * images of this width. USER, naming the field, what it is and what it should be, for another, and
 * for a file of a spinet that kept less. */
int sonata_read_network(struct hdf5_file *file, const struct layout *layout, int32_t width,
                        struct network *network);

#endif
