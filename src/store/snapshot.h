/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_SNAPSHOT_H
#define SPINET_STORE_SNAPSHOT_H

#include "network/network.h"

/* network.csv (docs/files.md): source_id,dendrite_id,weight,plastic, and columns that only say what
 * these ids are. */

/* Reads the first four columns, plain or gzipped; new memory in *rows (free it). Others may follow,
 * as a table program writes them: each row has as many as the header. USER with file and line. */
int snapshot_read(const char *path, struct synapse_row **rows, int32_t *n_rows);

/* Reads the rows up to the first fixed synapse: all the plastic ones of a network that train wrote,
 * in a third of the time. */
int snapshot_read_plastic(const char *path, struct synapse_row **rows, int32_t *n_rows);

/* What the ids of the rows stand for. */
struct snapshot_key {
    const struct layout *layout;
    const int32_t *labels; /* [n_classes] */
    int32_t width;         /* of an image, in pixels */
};

/* Writes the rows, whose ids must be of the layout; weights with 9 digits, which read back as the
 * same float. */
int snapshot_write(const char *path, const struct synapse_row *rows, int32_t n_rows,
                   const struct snapshot_key *key);

#endif
