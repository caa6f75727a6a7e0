/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hdf5_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"

static void *column_of(int64_t n)
{
    void *values = malloc((size_t)n * HDF5_COLUMN_SIZE + 1);
    if (!values)
        status_no_memory("an HDF5 file", (size_t)n * HDF5_COLUMN_SIZE);
    return values;
}

int hdf5_table_write(struct hdf5_file *file, const struct hdf5_column *columns, int n_columns,
                     const void *rows, size_t row_size, int64_t n)
{
    char *values = column_of(n);
    int result = values ? STATUS_OK : STATUS_SYSTEM;
    for (int c = 0; c < n_columns && result == STATUS_OK; c++) {
        for (int64_t i = 0; i < n; i++)
            memcpy(values + i * HDF5_COLUMN_SIZE,
                   (const char *)rows + (size_t)i * row_size + columns[c].offset, HDF5_COLUMN_SIZE);
        result = hdf5_write(file, columns[c].name, columns[c].type, 1, &n, values, NULL);
    }
    free(values);
    return result;
}

int hdf5_table_read(struct hdf5_file *file, const struct hdf5_column *columns, int n_columns,
                    void *rows, size_t row_size, int64_t n)
{
    char *values = column_of(n);
    int result = values ? STATUS_OK : STATUS_SYSTEM;
    for (int c = 0; c < n_columns && result == STATUS_OK; c++) {
        result = hdf5_read(file, columns[c].name, columns[c].type, 1, &n, values);
        for (int64_t i = 0; i < n && result == STATUS_OK; i++)
            memcpy((char *)rows + (size_t)i * row_size + columns[c].offset,
                   values + i * HDF5_COLUMN_SIZE, HDF5_COLUMN_SIZE);
    }
    free(values);
    return result;
}

int hdf5_table_read_integer(struct hdf5_file *file, const char *name, int32_t least,
                            int32_t greatest, int32_t *value)
{
    const int result = hdf5_read(file, name, HDF5_INT32, 0, NULL, value);
    if (result == STATUS_OK && (*value < least || *value > greatest))
        return status_fail(STATUS_USER, "%s: %s: %d is not between %d and %d", file->path, name,
                           *value, least, greatest);
    return result;
}
