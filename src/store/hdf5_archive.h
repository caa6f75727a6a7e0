/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_ARCHIVE_H
#define SPINET_STORE_HDF5_ARCHIVE_H

#include "store/archive.h"
#include "store/hdf5_file.h"

/* An HDF5 file that is open as an archive: its data sets are saved, or loaded. The file stays the
 * caller's. */
struct archive hdf5_archive(struct hdf5_file *file, bool loads);

#endif
