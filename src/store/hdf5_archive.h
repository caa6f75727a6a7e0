/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_ARCHIVE_H
#define SPINET_STORE_HDF5_ARCHIVE_H

#include "store/archive.h"
#include "store/hdf5_file.h"

/* Makes an archive of an open HDF5 file, whose data sets are saved or loaded. The caller still has
 * to close the file. */
struct archive hdf5_archive(struct hdf5_file *file, bool loads);

#endif
