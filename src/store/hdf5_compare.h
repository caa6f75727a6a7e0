/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_COMPARE_H
#define SPINET_STORE_HDF5_COMPARE_H

#include "core/file.h"
#include "store/hdf5_file.h"

/* Compares all data sets of two files: their names, types, shapes and values. `where` is the data
 * set and the place of the value in it. USER as hdf5_open. */
int hdf5_compare(const char *was_path, const char *is_path, struct file_difference *difference);

#endif
