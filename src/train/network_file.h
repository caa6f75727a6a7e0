/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_NETWORK_FILE_H
#define SPINET_TRAIN_NETWORK_FILE_H

#include "core/hdf5_file.h"
#include "train/train.h"

/* network.h5 (docs/files.md): the network that training came to, in the layout of SONATA, with all
 * that another training needs to go on from it. */

/* Writes FOLDER/network.h5, node_types.csv and edge_types.csv. USER, SYSTEM. */
int network_file_write(const struct training *training, const char *folder);

/* Opens the file that data.network names, and makes its network training->network, whose age that
 * of the training is; with lives, if the training keeps them and the file has them. USER for one
 * that does not fit data and parameters. The caller closes the file, also after an error. */
int network_file_open(struct hdf5_file *file, struct training *training, uint64_t seed);

/* Gives spines and turnover, which have been made for that network, the state they had. USER. */
int network_file_restore(struct hdf5_file *file, struct training *training);

#endif
