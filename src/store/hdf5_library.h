/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_LIBRARY_H
#define SPINET_STORE_HDF5_LIBRARY_H

#include <hdf5.h>

#include "core/scope.h"

/* What calls HDF5 (hdf5_file.c, hdf5_compare.c). The library is not built to be called by several
 * threads, so each function that others call holds a lock. */

int hdf5_library_enter(void);
void hdf5_library_leave(const int *entered);

/* Holds the lock until the end of the block. To be declared before any HANDLE, so that these are
 * released first. */
#define LOCKED                                                                                     \
    __attribute__((cleanup(hdf5_library_leave), unused)) const int entered = hdf5_library_enter()

static inline void hdf5_library_release(const hid_t *handle)
{
    if (*handle >= 0)
        H5Idec_ref(*handle);
}

/* An id of the library, which is released at the end of the block; a negative one is none. */
#define HANDLE SCOPED(hdf5_library_release) const hid_t

#endif
