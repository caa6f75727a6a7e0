/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hdf5_archive.h"

static int write_values(void *file, const char *name, enum spinet_type type, int rank,
                        const int64_t *shape, const void *values, const char *unit)
{
    return hdf5_write(file, name, type, rank, shape, values, unit);
}

static int write_text(void *file, const char *name, const char *text)
{
    return hdf5_write_text(file, name, text);
}

static int get_shape(void *file, const char *name, enum spinet_type type, int rank, int64_t *shape)
{
    return hdf5_dimensions(file, name, type, rank, shape);
}

static int read_values(void *file, const char *name, enum spinet_type type, int rank,
                       const int64_t *shape, void *values)
{
    return hdf5_read(file, name, type, rank, shape, values);
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
