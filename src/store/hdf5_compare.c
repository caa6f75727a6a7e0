/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/hdf5_compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "store/hdf5_library.h"

enum { AT_ONCE = 1 << 16 /* values that are compared at a time */ };

static herr_t take_name(hid_t root, const char *name, const H5O_info_t *info, void *names)
{
    (void)root;
    if (info->type == H5O_TYPE_DATASET)
        fprintf(names, "%s\n", name);
    return 0;
}

/* The names of all data sets, in order, each with a line's end, in new memory. */
static int list_data_sets(const struct hdf5_file *file, char **names)
{
    size_t size;
    FILE *out = open_memstream(names, &size);
    const bool is_visited =
        out && H5Ovisit2(file->id, H5_INDEX_NAME, H5_ITER_INC, take_name, out, H5O_INFO_BASIC) >= 0;
    const bool is_listed = out && !ferror(out);
    if (!out || fclose(out) != 0 || !is_listed)
        return status_no_memory("the names in a file", 0);
    return is_visited ? STATUS_OK
                      : status_fail(STATUS_USER, "%s: is damaged, it cannot be read", file->path);
}

/* Reads values first … first + n - 1 of a data set of one dimension, or all values of another. */
static bool read_part(hid_t id, hid_t type, hid_t space, hsize_t first, hsize_t n, void *values)
{
    if (H5Sget_simple_extent_ndims(space) != 1)
        return H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    HANDLE part = H5Screate_simple(1, &n, NULL);
    return H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
           H5Dread(id, type, part, space, H5P_DEFAULT, values) >= 0;
}

static void print_value(hid_t type, const char *value, char *text, size_t size)
{
    char bytes[sizeof(double)] = {0};
    double real;
    long long whole;
    const size_t n = H5Tget_size(type);
    const bool is_real = H5Tget_class(type) == H5T_FLOAT;
    if (H5Tget_class(type) == H5T_STRING) {
        snprintf(text, size, "%.*s", (int)n, value);
        return;
    }
    memcpy(bytes, value, n);
    H5Tconvert(type, is_real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_LLONG, 1, bytes, NULL, H5P_DEFAULT);
    memcpy(is_real ? (void *)&real : &whole, bytes, sizeof bytes);
    if (is_real)
        snprintf(text, size, "%.9g", real);
    else
        snprintf(text, size, "%lld", whole);
}

static void print_shape(hid_t type, hid_t space, char *text, size_t size)
{
    snprintf(text, size, "%lld values of %zu bytes", (long long)H5Sget_simple_extent_npoints(space),
             H5Tget_size(type));
}

/* Compares n values of a data set, of which the first is number `first`. */
static void compare_part(const char *name, hid_t type, const char *was, const char *is,
                         hsize_t first, hsize_t n, struct file_difference *difference)
{
    const size_t size = H5Tget_size(type);
    hsize_t i = 0;
    while (i < n && memcmp(was + i * size, is + i * size, size) == 0)
        i++;
    if (i == n)
        return;
    snprintf(difference->where, sizeof difference->where, "%s, value %llu", name,
             (unsigned long long)(first + i));
    print_value(type, was + i * size, difference->was, sizeof difference->was);
    print_value(type, is + i * size, difference->is, sizeof difference->is);
}

static int compare_data_set(const struct hdf5_file *was_file, const struct hdf5_file *is_file,
                            const char *name, struct file_difference *difference)
{
    HANDLE was = H5Dopen2(was_file->id, name, H5P_DEFAULT), was_type = H5Dget_type(was),
           was_space = H5Dget_space(was);
    HANDLE is = H5Dopen2(is_file->id, name, H5P_DEFAULT), is_type = H5Dget_type(is),
           is_space = H5Dget_space(is);
    if (H5Tequal(was_type, is_type) <= 0 || H5Sextent_equal(was_space, is_space) <= 0) {
        snprintf(difference->where, sizeof difference->where, "%s", name);
        print_shape(was_type, was_space, difference->was, sizeof difference->was);
        print_shape(is_type, is_space, difference->is, sizeof difference->is);
        return STATUS_OK;
    }
    const hsize_t n = (hsize_t)H5Sget_simple_extent_npoints(was_space);
    const bool is_row = H5Sget_simple_extent_ndims(was_space) == 1;
    const hsize_t most = is_row && n > AT_ONCE ? AT_ONCE : n;
    const size_t size = (size_t)most * H5Tget_size(was_type);
    OWNED char *a = NULL, *b = NULL;
    TRY_NEW(a, size, name);
    TRY_NEW(b, size, name);
    for (hsize_t i = 0, part; i < n && !*difference->where; i += part) {
        part = n - i < most ? n - i : most;
        if (!read_part(was, was_type, was_space, i, part, a) ||
            !read_part(is, is_type, is_space, i, part, b))
            return status_fail(STATUS_USER, "%s: %s: is damaged, it cannot be read", was_file->path,
                               name);
        compare_part(name, was_type, a, b, i, part, difference);
    }
    return STATUS_OK;
}

static int compare_files(const struct hdf5_file *was, const struct hdf5_file *is,
                         struct file_difference *difference)
{
    LOCKED;
    OWNED char *was_names = NULL, *is_names = NULL;
    TRY(list_data_sets(was, &was_names));
    TRY(list_data_sets(is, &is_names));
    char *was_rest = was_names, *is_rest = is_names;
    for (int n = 1; (*was_rest || *is_rest) && !*difference->where; n++) {
        const char *was_name = *was_rest ? strsep(&was_rest, "\n") : "(the file ends)";
        const char *is_name = *is_rest ? strsep(&is_rest, "\n") : "(the file ends)";
        if (strcmp(was_name, is_name) == 0) {
            TRY(compare_data_set(was, is, was_name, difference));
            continue;
        }
        snprintf(difference->where, sizeof difference->where, "data set %d", n);
        snprintf(difference->was, sizeof difference->was, "%s", was_name);
        snprintf(difference->is, sizeof difference->is, "%s", is_name);
    }
    return STATUS_OK;
}

int hdf5_compare(const char *was_path, const char *is_path, struct file_difference *difference)
{
    SCOPED(hdf5_close) struct hdf5_file was = {0};
    SCOPED(hdf5_close) struct hdf5_file is = {0};
    *difference = (struct file_difference){0};
    TRY(hdf5_open(&was, was_path));
    TRY(hdf5_open(&is, is_path));
    return compare_files(&was, &is, difference);
}
