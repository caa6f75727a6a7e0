/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_HDF5_VALUES_H
#define SPINET_TESTS_HDF5_VALUES_H

#include "store/hdf5_file.h"

/* Single data sets of an open file, by the functions of its archive; `file` is a struct
 * hdf5_file. */

static inline int hdf5_write(void *file, const char *name, enum spinet_type type, int rank,
                             const int64_t *dimensions, const void *values, const char *unit)
{
    return hdf5_archive(file, false)
        .format->write(file, name, type, rank, dimensions, values, unit);
}

static inline int hdf5_write_text(void *file, const char *name, const char *text)
{
    return hdf5_archive(file, false).format->write_text(file, name, text);
}

static inline int hdf5_dimensions(void *file, const char *name, enum spinet_type type, int rank,
                                  int64_t *dimensions)
{
    return hdf5_archive(file, true).format->get_shape(file, name, type, rank, dimensions);
}

static inline int hdf5_read(void *file, const char *name, enum spinet_type type, int rank,
                            const int64_t *dimensions, void *values)
{
    return hdf5_archive(file, true).format->read(file, name, type, rank, dimensions, values);
}

static inline int hdf5_read_text(void *file, const char *name, char **text)
{
    return hdf5_archive(file, true).format->read_text(file, name, text);
}

#endif
