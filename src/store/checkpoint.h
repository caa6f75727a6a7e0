/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_CHECKPOINT_H
#define SPINET_STORE_CHECKPOINT_H

#include "train/train.h"

/* Checkpoints: all that training needs to go on as if it had never stopped (docs/files.md). They
 * stand in a run's folder as checkpoint-NNNNNNNNN.npz, named by the presentations done. */

enum { CHECKPOINT_VERSION = 5 };

/* Writes a checkpoint, and removes all but the last two. USER, SYSTEM. */
int checkpoint_write(const struct training *training, uint64_t seed, const char *folder);

/* Lists the checkpoints in a folder by their presentations, the latest first, at most n_max;
 * returns how many these are. If there are only checkpoints of an earlier version (.h5), which
 * checkpoint_read refuses: the latest of these. */
int32_t checkpoint_list(const char *folder, int32_t *presentations, int32_t n_max);

/* Brings a training that has just begun (training_init), and its record of spikes, to the state of
 * the checkpoint. USER for a file that is damaged, of another version, or of another run; then
 * `training` can only be freed. */
int checkpoint_read(struct training *training, uint64_t seed, const char *folder,
                    int32_t presentation);

/* Removes all checkpoints: the run is finished. */
void checkpoint_remove_all(const char *folder);

#endif
