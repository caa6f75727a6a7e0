/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_LIBRARY_H
#define SPINET_STORE_HDF5_LIBRARY_H

#include <hdf5.h>

/* The HDF5 library, which is loaded when it is needed: it draws in some thirty others, and most
 * runs write no HDF5. h5.Fopen is H5Fopen, h5.T_STD_U8LE is H5T_STD_U8LE; all NULL and 0 before
 * hdf5_load. */
extern struct hdf5_library {
#define FUNCTION(name)   __typeof__(H5##name) *name;
#define ID(name, symbol) hid_t name;
#include "store/hdf5_library.def"
#undef FUNCTION
#undef ID
} h5;

/* The library's constants would call it by name. */
#undef H5OPEN
#undef H5CHECK
#define H5OPEN
#define H5CHECK

/* Loads the library, as hdf5_create and hdf5_open do, too. USER if it is not there. Any thread may
 * call this. */
int hdf5_load(void);

#endif
