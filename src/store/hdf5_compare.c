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

/* A data set as it is in the file: its handle, type and space. */
struct stored {
    hid_t id, type, space;
};

static struct stored stored_open(const struct hdf5_file *file, const char *name)
{
    struct stored set = {.id = H5Dopen2(file->id, name, H5P_DEFAULT)};
    set.type = H5Dget_type(set.id);
    set.space = H5Dget_space(set.id);
    return set;
}

static void stored_close(struct stored *set)
{
    hdf5_library_release(&set->space);
    hdf5_library_release(&set->type);
    hdf5_library_release(&set->id);
}

/* Reads values first … first + n - 1 of a data set of one dimension, or all values of another. */
static bool stored_read(const struct stored *set, hsize_t first, hsize_t n, void *values)
{
    if (H5Sget_simple_extent_ndims(set->space) != 1)
        return H5Dread(set->id, set->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    HANDLE part = H5Screate_simple(1, &n, NULL);
    return H5Sselect_hyperslab(set->space, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
           H5Dread(set->id, set->type, part, set->space, H5P_DEFAULT, values) >= 0;
}

static void print_value(hid_t type, const char *value, char *text, size_t size)
{
    union {
        double real;
        int64_t integer;
        uint64_t natural;
        char bytes[8];
    } v = {.bytes = {0}};
    const size_t n = H5Tget_size(type);
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_STRING || n > sizeof v) {
        snprintf(text, size, "%.*s", (int)n, value);
        return;
    }
    memcpy(v.bytes, value, n);
    const bool is_signed = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
    H5Tconvert(type,
               kind == H5T_FLOAT ? H5T_NATIVE_DOUBLE
               : is_signed       ? H5T_NATIVE_INT64
                                 : H5T_NATIVE_UINT64,
               1, &v, NULL, H5P_DEFAULT);
    if (kind == H5T_FLOAT)
        snprintf(text, size, "%.9g", v.real);
    else if (is_signed)
        snprintf(text, size, "%lld", (long long)v.integer);
    else
        snprintf(text, size, "%llu", (unsigned long long)v.natural);
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
    SCOPED(stored_close) struct stored was = stored_open(was_file, name);
    SCOPED(stored_close) struct stored is = stored_open(is_file, name);
    const size_t was_size = H5Tget_size(was.type), is_size = H5Tget_size(is.type);
    const hsize_t n = (hsize_t)H5Sget_simple_extent_npoints(was.space),
                  is_n = (hsize_t)H5Sget_simple_extent_npoints(is.space);
    if (H5Tequal(was.type, is.type) <= 0 || H5Sextent_equal(was.space, is.space) <= 0) {
        snprintf(difference->where, sizeof difference->where, "%s", name);
        snprintf(difference->was, sizeof difference->was, "%llu values of %zu bytes",
                 (unsigned long long)n, was_size);
        snprintf(difference->is, sizeof difference->is, "%llu values of %zu bytes",
                 (unsigned long long)is_n, is_size);
        return STATUS_OK;
    }
    const bool is_row = H5Sget_simple_extent_ndims(was.space) == 1;
    const hsize_t most = is_row && n > AT_ONCE ? AT_ONCE : n;
    OWNED char *a = malloc((size_t)most * was_size + 1), *b = malloc((size_t)most * was_size + 1);
    if (!a || !b)
        return status_no_memory(name, (size_t)most * was_size);
    for (hsize_t i = 0, part; i < n && !*difference->where; i += part) {
        part = n - i < most ? n - i : most;
        if (!stored_read(&was, i, part, a) || !stored_read(&is, i, part, b))
            return status_fail(STATUS_USER, "%s: %s: is damaged, it cannot be read", was_file->path,
                               name);
        compare_part(name, was.type, a, b, i, part, difference);
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
