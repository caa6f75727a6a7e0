/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_LIVES_STATE_H
#define SPINET_STORE_LIVES_STATE_H

#include "network/network.h"
#include "store/hdf5_file.h"

/* Lives to the bit, in checkpoints and network.h5: a data set a member of struct life, lives/…;
 * what synapse_log.csv.gz rounds. */

/* SYSTEM. */
int lives_state_write(struct hdf5_file *file, const struct lives *lives);

/* Reads the lives of all ids that `network` has given, into network->lives, whose clock (day,
 * presentation) and dendrite_um are set. USER for one that cannot be of this network by now. */
int lives_state_read(struct hdf5_file *file, struct network *network);

#endif
