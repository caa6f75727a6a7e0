/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_SNAPSHOT_H
#define SPINET_NETWORK_SNAPSHOT_H

#include "network/network.h"

/* network.csv (docs/files.md): source_id,dendrite_id,weight,plastic. */

/* Reads the rows, plain or gzipped; new memory in *rows (free it). USER with file and line. */
int snapshot_read(const char *path, struct synapse_row **rows, int32_t *n_rows);

/* Reads the rows up to the first fixed synapse: all the plastic ones of a network that train wrote,
 * in a third of the time. */
int snapshot_read_plastic(const char *path, struct synapse_row **rows, int32_t *n_rows);

/* Writes the rows; weights with 9 digits, which read back as the same float. */
int snapshot_write(const char *path, const struct synapse_row *rows, int32_t n_rows);

#endif
