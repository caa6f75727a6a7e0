/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_TABLE_H
#define SPINET_STORE_HDF5_TABLE_H

#include "store/hdf5_file.h"

/* Arrays of structures as data sets, one a member: members of HDF5_COLUMN_SIZE bytes only. */
enum { HDF5_COLUMN_SIZE = 4 };
struct hdf5_column {
    const char *name; /* of the data set, with its groups */
    enum hdf5_type type;
    size_t offset; /* of the member */
};

/* Writes columns of n structures of row_size bytes each. SYSTEM. */
int hdf5_table_write(struct hdf5_file *file, const struct hdf5_column *columns, int n_columns,
                     const void *rows, size_t row_size, int64_t n);

/* Reads them back, where each has n values. USER as hdf5_read. */
int hdf5_table_read(struct hdf5_file *file, const struct hdf5_column *columns, int n_columns,
                    void *rows, size_t row_size, int64_t n);

/* A single whole number. USER if it is not within these bounds. */
int hdf5_table_read_integer(struct hdf5_file *file, const char *name, int32_t least,
                            int32_t greatest, int32_t *value);

#endif
