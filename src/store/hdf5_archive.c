/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hdf5_archive.h"

static enum hdf5_type stored_as(enum spinet_type type)
{
    static const enum hdf5_type types[] = {
        [SPINET_UINT8] = HDF5_UINT8, [SPINET_INT32] = HDF5_INT32,   [SPINET_INT64] = HDF5_INT64,
        [SPINET_FLOAT] = HDF5_FLOAT, [SPINET_DOUBLE] = HDF5_DOUBLE,
    };
    return types[type];
}

static int write_values(void *file, const char *name, enum spinet_type type, int rank,
                        const int64_t *shape, const void *values, const char *unit)
{
    return hdf5_write(file, name, stored_as(type), rank, shape, values, unit);
}

static int write_text(void *file, const char *name, const char *text)
{
    return hdf5_write_text(file, name, text);
}

static int get_shape(void *file, const char *name, enum spinet_type type, int rank, int64_t *shape)
{
    return hdf5_dimensions(file, name, stored_as(type), rank, shape);
}

static int read_values(void *file, const char *name, enum spinet_type type, int rank,
                       const int64_t *shape, void *values)
{
    return hdf5_read(file, name, stored_as(type), rank, shape, values);
}

static int read_text(void *file, const char *name, char **text)
{
    return hdf5_read_text(file, name, text);
}

struct archive hdf5_archive(struct hdf5_file *file, bool loads)
{
    static const struct archive_format format = {write_values, write_text, get_shape, read_values,
                                                 read_text};
    return (struct archive){.format = &format, .file = file, .path = file->path, .loads = loads};
}
