/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 through its core driver (files in memory) and file images. */
#include "store/hdf5_file.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/machine.h"
#include "core/scope.h"
#include "core/sha256.h"
#include "core/status.h"
#include "store/hdf5_library.h"
#include "store/image.h"

enum {
    RANK_MAX = 3,
    MEMORY_STEP = 1 << 16,
    USER_BLOCK = 512,
    OBJECT_BYTES = 4096,     /* bytes that a data set takes at most besides its values */
    LIBRARY_BYTES = 4 << 20, /* bytes that are more than the library takes for itself */
    COMPRESS_ABOVE = 1024,   /* bytes */
    CHUNK = 1 << 16,         /* values, in a chunk that is compressed */
    COMPRESSION = 4,
    GZIP_MOST = 1032 /* bytes that one compressed byte can become at most */
};

/* Behind the user block comes the superblock of the library's oldest format, which says where the
 * file ends ("HDF5 File Format Specification", II.A, version 0). */
enum { SUPERBLOCK_START = 8, END_ADDRESS = USER_BLOCK + 40, HEAD = END_ADDRESS + 8 };
static const uint8_t superblock[SUPERBLOCK_START + 1] = "\x89HDF\r\n\x1a\n"; /* and version 0 */

/* The user block, which HDF5 leaves to the program, begins with this and the SHA-256 of all bytes
 * behind it: a file that is not as it was written never reaches the library, which may crash on
 * one. */
static const char signature[] = "spinet HDF5, SHA-256 of what follows these 512 bytes: ";

/* ---- the library ---- */

/* The library is not built to be called by several threads, so each function that others call holds
 * a lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int enter_library(void)
{
    pthread_mutex_lock(&lock);
    h5.Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it prints no errors: status_message has them */
    return 0;
}

static void leave_library(const int *entered)
{
    (void)entered;
    h5.Eclear2(H5E_DEFAULT);
    pthread_mutex_unlock(&lock);
}

/* Holds the lock until the end of the block. To be declared before any HANDLE, so that these are
 * released first. */
#define LOCKED __attribute__((cleanup(leave_library), unused)) const int entered = enter_library()

static void release(const hid_t *handle)
{
    if (*handle >= 0)
        h5.Idec_ref(*handle);
}

/* An id of the library, which is released at the end of the block; a negative one is none. */
#define HANDLE SCOPED(release) const hid_t

/* A name that no other file has. The core driver needs one, refuses that of an existing file, and
 * takes two open files of one name for the same. */
static const char *next_name(void)
{
    static unsigned long n_files;
    static char name[64];
    snprintf(name, sizeof name, "/dev/null/in-memory-%lu.h5", ++n_files);
    return name;
}

/* The library crashes where memory ends within it, so more than it will take is asked for before,
 * and given back: for a file so far of file->size bytes, and `more` to come. That lasts for a
 * while. */
static int make_room(struct hdf5_file *file, size_t more)
{
    if (file->room > 3 * more + LIBRARY_BYTES / 2) {
        file->room -= 3 * more;
        return STATUS_OK;
    }
    TRY(machine_ask_memory("an HDF5 file", LIBRARY_BYTES + 3 * (file->size + more)));
    file->room = LIBRARY_BYTES;
    return STATUS_OK;
}

static hid_t stored_type(enum spinet_type type)
{
    const hid_t types[] = {
        [SPINET_UINT8] = h5.T_STD_U8LE,    [SPINET_INT32] = h5.T_STD_I32LE,
        [SPINET_UINT32] = h5.T_STD_U32LE,  [SPINET_INT64] = h5.T_STD_I64LE,
        [SPINET_UINT64] = h5.T_STD_U64LE,  [SPINET_FLOAT] = h5.T_IEEE_F32LE,
        [SPINET_DOUBLE] = h5.T_IEEE_F64LE,
    };
    return types[type];
}

/* Every processor spinet runs on is little-endian, so memory holds what the file does. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are hashed as they are stored");

/* ---- writing ---- */

int hdf5_create(struct hdf5_file *file)
{
    *file = (struct hdf5_file){0};
    TRY(hdf5_load());
    TRY(make_room(file, 0));
    LOCKED;
    HANDLE access = h5.Pcreate(h5.P_FILE_ACCESS), creation = h5.Pcreate(h5.P_FILE_CREATE);
    h5.Pset_fapl_core(access, MEMORY_STEP, false);
    /* The oldest format: any reader knows it. (Of the newer ones H5Fget_file_image returns an image
     * whose superblock has a wrong checksum, in HDF5 1.10.) */
    h5.Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
    h5.Pset_userblock(creation, USER_BLOCK);
    const hid_t id = h5.Fcreate(next_name(), H5F_ACC_TRUNC, creation, access);
    if (id < 0)
        return status_no_memory("an HDF5 file", MEMORY_STEP);
    file->id = id;
    return STATUS_OK;
}

/* The bytes of the file, user block included, in new memory. */
static int take_image(struct hdf5_file *file, char **image, size_t *size)
{
    static const char fault[] = "an HDF5 file cannot be made (a fault in its library)";
    file->room = 0;
    TRY(make_room(file, 0));
    LOCKED;
    if (h5.Fflush(file->id, H5F_SCOPE_GLOBAL) < 0)
        return status_no_memory("an HDF5 file", 0);
    const ssize_t n = h5.Fget_file_image(file->id, NULL, 0); /* without the user block */
    if (n < 0)
        return status_fail(STATUS_SYSTEM, "%s", fault);
    *size = USER_BLOCK + (size_t)n;
    TRY_NEW(*image, *size, "an HDF5 file");
    if (h5.Fget_file_image(file->id, *image + USER_BLOCK, (size_t)n) != n)
        return status_fail(STATUS_SYSTEM, "%s", fault);
    char digest[IMAGE_DIGEST];
    image_put_digest(*image + USER_BLOCK, (size_t)n, digest);
    snprintf(*image, USER_BLOCK, "%s%.*s\n", signature, IMAGE_DIGEST, digest);
    return STATUS_OK;
}

static int write_file(struct hdf5_file *file, const char *path)
{
    OWNED char *image = NULL;
    size_t size = 0;
    TRY(take_image(file, &image, &size));
    return image_write(path, image, size);
}

int hdf5_commit(struct hdf5_file *file, const char *path)
{
    const int result = write_file(file, path);
    hdf5_close(file);
    return result;
}

void hdf5_close(struct hdf5_file *file)
{
    if (file->id > 0) {
        LOCKED;
        h5.Fclose(file->id);
    }
    free(file->path);
    *file = (struct hdf5_file){0};
}

static int cannot_write(const char *name)
{
    return status_fail(STATUS_SYSTEM, "HDF5: %s cannot be written (no memory?)", name);
}

/* Writes an attribute of an open object. */
static int put_attribute(hid_t object, const char *attribute, hid_t stored, hid_t given, int32_t n,
                         const void *values)
{
    const hsize_t shape = (hsize_t)n;
    HANDLE space = n == 1 ? h5.Screate(H5S_SCALAR) : h5.Screate_simple(1, &shape, NULL);
    HANDLE id = h5.Acreate2(object, attribute, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    return id >= 0 && h5.Awrite(id, given, values) >= 0 ? STATUS_OK : cannot_write(attribute);
}

/* A type of texts in UTF-8, of `size` bytes. */
static hid_t text_type(size_t size, H5T_str_t padding)
{
    const hid_t type = h5.Tcopy(h5.T_C_S1);
    h5.Tset_size(type, size);
    h5.Tset_strpad(type, padding);
    h5.Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

/* Writes a text attribute for people, of variable length: h5py reads it as str, but one of fixed
 * length as bytes. */
static int put_text(hid_t object, const char *attribute, const char *text)
{
    HANDLE type = text_type(H5T_VARIABLE, H5T_STR_NULLTERM);
    return put_attribute(object, attribute, type, type, 1, &text);
}

static int put_digest(hid_t object, const char digest[IMAGE_DIGEST])
{
    HANDLE type = text_type(IMAGE_DIGEST, H5T_STR_NULLPAD);
    return put_attribute(object, "sha256", type, type, 1, digest);
}

/* Has a one-dimensional data set compressed by gzip after shuffling its bytes, which any HDF5
 * reads. */
static void compress(hid_t creation, hsize_t n)
{
    const hsize_t chunk = n < CHUNK ? n : CHUNK;
    h5.Pset_chunk(creation, 1, &chunk);
    h5.Pset_shuffle(creation);
    h5.Pset_deflate(creation, COMPRESSION);
}

static hid_t create_data_set(const struct hdf5_file *file, const char *name, hid_t type, int rank,
                             const hsize_t *shape)
{
    HANDLE links = h5.Pcreate(h5.P_LINK_CREATE), creation = h5.Pcreate(h5.P_DATASET_CREATE);
    HANDLE space = rank == 0 ? h5.Screate(H5S_SCALAR) : h5.Screate_simple(rank, shape, NULL);
    h5.Pset_create_intermediate_group(links, 1);
    h5.Pset_obj_track_times(creation, false);
    if (file->compress && rank == 1 && *shape * h5.Tget_size(type) > COMPRESS_ABOVE)
        compress(creation, *shape);
    return h5.Dcreate2(file->id, name, type, space, links, creation, H5P_DEFAULT);
}

/* Writes a data set with its checksum and unit. */
static int write_typed(struct hdf5_file *file, const char *name, hid_t type, int rank,
                       const hsize_t *shape, const void *values, size_t size, const char *unit)
{
    char digest[IMAGE_DIGEST];
    TRY(make_room(file, size + OBJECT_BYTES));
    file->size += size + OBJECT_BYTES;
    HANDLE id = create_data_set(file, name, type, rank, shape);
    if (id < 0 || (size > 0 && h5.Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0))
        return cannot_write(name);
    image_put_digest(values, size, digest);
    if (put_digest(id, digest) != STATUS_OK || (unit && put_text(id, "unit", unit) != STATUS_OK))
        return cannot_write(name);
    return STATUS_OK;
}

static int write_values(void *file, const char *name, enum spinet_type type, int rank,
                        const int64_t *dimensions, const void *values, const char *unit)
{
    LOCKED;
    hsize_t shape[RANK_MAX];
    for (int i = 0; i < rank; i++)
        shape[i] = (hsize_t)dimensions[i];
    return write_typed(file, name, stored_type(type), rank, shape, values,
                       field_array_size(type, rank, dimensions), unit);
}

static int write_text(void *file, const char *name, const char *text)
{
    LOCKED;
    HANDLE type = text_type(strlen(text) + 1, H5T_STR_NULLTERM);
    return write_typed(file, name, type, 0, NULL, text, strlen(text) + 1, NULL);
}

int hdf5_begin(struct hdf5_file *file, const char *name, enum spinet_type type, int64_t n,
               struct hdf5_series *series)
{
    const hsize_t shape = (hsize_t)n;
    *series = (struct hdf5_series){.file = file, .type = type, .n = n};
    sha256_start(&series->digest);
    TRY(make_room(file, OBJECT_BYTES));
    file->size += OBJECT_BYTES;
    LOCKED;
    const hid_t id = create_data_set(file, name, stored_type(type), 1, &shape);
    if (id < 0)
        return cannot_write(name);
    series->id = id;
    return STATUS_OK;
}

int hdf5_add(struct hdf5_series *series, const void *values, int64_t n)
{
    const hsize_t first = (hsize_t)series->n_written, count = (hsize_t)n;
    const size_t size = (size_t)n * field_value_size(series->type);
    if (n == 0)
        return STATUS_OK;
    TRY(make_room(series->file, size + OBJECT_BYTES));
    sha256_add(&series->digest, values, size);
    LOCKED;
    const hsize_t stored = h5.Dget_storage_size(series->id);
    HANDLE part = h5.Screate_simple(1, &count, NULL), space = h5.Dget_space(series->id);
    const bool written =
        h5.Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL) >= 0 &&
        h5.Dwrite(series->id, stored_type(series->type), part, space, H5P_DEFAULT, values) >= 0;
    series->file->size += (size_t)(h5.Dget_storage_size(series->id) - stored);
    series->n_written += n;
    return written ? STATUS_OK : cannot_write("a part of a data set");
}

int hdf5_end(struct hdf5_series *series)
{
    char digest[SHA256_TEXT];
    int result = STATUS_OK;
    if (series->id > 0) {
        LOCKED;
        sha256_end(&series->digest, digest);
        if (series->n_written == series->n)
            result = put_digest(series->id, digest);
        h5.Dclose(series->id);
    }
    *series = (struct hdf5_series){0};
    return result;
}

int hdf5_write_text_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                              const char *text)
{
    LOCKED;
    HANDLE object = h5.Oopen(file->id, name, H5P_DEFAULT);
    return put_text(object, attribute, text);
}

int hdf5_write_integer_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                 enum spinet_type type, const int64_t *values, int32_t n)
{
    LOCKED;
    HANDLE object = h5.Oopen(file->id, name, H5P_DEFAULT);
    return put_attribute(object, attribute, stored_type(type), h5.T_NATIVE_INT64, n, values);
}

int hdf5_write_choice_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                const char *const *choices, uint8_t chosen)
{
    LOCKED;
    HANDLE object = h5.Oopen(file->id, name, H5P_DEFAULT), type = h5.Tenum_create(h5.T_STD_U8LE);
    for (uint8_t i = 0; choices[i]; i++)
        h5.Tenum_insert(type, choices[i], &i);
    return put_attribute(object, attribute, type, type, 1, &chosen);
}

/* ---- reading ---- */

/* Checks that a file is one of spinet's, and of the size it had when it was written. */
static int check_head(const char *path, FILE *stream, int64_t size)
{
    char head[HEAD];
    uint64_t end;
    if (fread(head, 1, HEAD, stream) != HEAD || memcmp(head, signature, sizeof signature - 1) != 0)
        return status_fail(STATUS_USER, "%s: is no HDF5 file of spinet's", path);
    memcpy(&end, head + END_ADDRESS, sizeof end);
    if (memcmp(head + USER_BLOCK, superblock, sizeof superblock) != 0)
        return status_fail(STATUS_USER, "%s: is damaged (its checksum is wrong)", path);
    if (end != (uint64_t)size)
        return status_fail(STATUS_USER, "%s: is damaged (it has %lld bytes: expected %llu)", path,
                           (long long)size, (unsigned long long)end);
    return STATUS_OK;
}

static int open_image(struct hdf5_file *file)
{
    OWNED char *image = NULL;
    TRY(hdf5_load());
    TRY(image_read(file->path, check_head, &image, &file->size));
    TRY(image_check_digest(file->path, image + USER_BLOCK, file->size - USER_BLOCK,
                           image + sizeof signature - 1));
    TRY(make_room(file, 0));
    LOCKED;
    HANDLE access = h5.Pcreate(h5.P_FILE_ACCESS);
    h5.Pset_fapl_core(access, MEMORY_STEP, false);
    h5.Pset_file_image(access, image, file->size);
    const hid_t id = h5.Fopen(next_name(), H5F_ACC_RDONLY, access);
    if (id < 0)
        return status_fail(STATUS_USER, "%s: cannot be opened as HDF5", file->path);
    file->id = id;
    return STATUS_OK;
}

int hdf5_open(struct hdf5_file *file, const char *path)
{
    *file = (struct hdf5_file){.path = strdup(path)};
    RETURN_OR_FREE(file->path ? open_image(file) : status_no_memory("a file name", 0), hdf5_close,
                   file);
}

bool hdf5_has(struct hdf5_file *file, const char *name)
{
    LOCKED;
    HANDLE object = h5.Oopen(file->id, name, H5P_DEFAULT);
    return object >= 0;
}

/* USER, with the file and the data set before what is wrong with it. */
static int refuse(const struct hdf5_file *file, const char *name, const char *what)
{
    return status_fail(STATUS_USER, "%s: %s: %s", file->path, name, what);
}

static bool is_compressed(hid_t id)
{
    HANDLE creation = h5.Dget_create_plist(id);
    return h5.Pget_nfilters(creation) > 0;
}

/* The shape of a data set that is open, if it is of this type and rank. */
static int get_shape(const struct hdf5_file *file, const char *name, hid_t id, hid_t expected,
                     int rank, int64_t *dimensions)
{
    if (id < 0)
        return refuse(file, name, "there is no such data set");
    hsize_t shape[RANK_MAX] = {0};
    HANDLE type = h5.Dget_type(id), space = h5.Dget_space(id);
    const int found = h5.Sget_simple_extent_ndims(space);
    if (type < 0 || h5.Tequal(type, expected) <= 0)
        return refuse(file, name, "is not of the expected type");
    if (found != rank || (rank > 0 && h5.Sget_simple_extent_dims(space, shape, NULL) != rank))
        return status_fail(STATUS_USER, "%s: %s: has %d dimensions, %d were expected", file->path,
                           name, found, rank);
    /* stored as it is no data set can be larger than its file; nor can gzip make it so much smaller
     */
    size_t n_left = file->size * (is_compressed(id) ? GZIP_MOST : 1);
    for (int i = 0; i < rank; i++) {
        if (shape[i] > INT32_MAX || shape[i] > n_left)
            return status_fail(STATUS_USER,
                               "%s: %s: promises %llu values along dimension %d, more than the "
                               "file holds",
                               file->path, name, (unsigned long long)shape[i], i + 1);
        n_left = shape[i] > 0 ? n_left / shape[i] : n_left;
        dimensions[i] = (int64_t)shape[i];
    }
    return STATUS_OK;
}

static int read_shape(void *of, const char *name, enum spinet_type type, int rank,
                      int64_t *dimensions)
{
    LOCKED;
    const struct hdf5_file *file = of;
    HANDLE id = h5.Dopen2(file->id, name, H5P_DEFAULT);
    return get_shape(file, name, id, stored_type(type), rank, dimensions);
}

static int read_values(void *of, const char *name, enum spinet_type type, int rank,
                       const int64_t *dimensions, void *values)
{
    LOCKED;
    const struct hdf5_file *file = of;
    int64_t found[RANK_MAX] = {0};
    const hid_t stored = stored_type(type);
    const size_t size = field_array_size(type, rank, dimensions);
    HANDLE id = h5.Dopen2(file->id, name, H5P_DEFAULT);
    TRY(get_shape(file, name, id, stored, rank, found));
    TRY(archive_check_shape(file->path, name, rank, found, dimensions));
    if (size > 0 && h5.Dread(id, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        return refuse(file, name, "is damaged, it cannot be read");
    return STATUS_OK;
}

static int read_text(void *of, const char *name, char **text)
{
    LOCKED;
    const struct hdf5_file *file = of;
    HANDLE id = h5.Dopen2(file->id, name, H5P_DEFAULT);
    *text = NULL;
    if (id < 0)
        return refuse(file, name, "there is no such data set");
    HANDLE type = h5.Dget_type(id), space = h5.Dget_space(id);
    const size_t size = h5.Tget_size(type);
    if (h5.Tget_class(type) != H5T_STRING || h5.Tis_variable_str(type) != 0 || size == 0 ||
        size > file->size || h5.Sget_simple_extent_type(space) != H5S_SCALAR)
        return refuse(file, name, "is not a text");
    OWN_NEW(char, read, size + 1, name);
    if (h5.Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) < 0)
        return refuse(file, name, "is damaged, it cannot be read");
    *text = scope_take(read);
    return STATUS_OK;
}

struct archive hdf5_archive(struct hdf5_file *file, bool loads)
{
    static const struct archive_format format = {write_values, write_text, read_shape, read_values,
                                                 read_text};
    return (struct archive){.format = &format, .file = file, .path = file->path, .loads = loads};
}

/* ---- comparing ---- */

/* What a visitor of one file's data sets needs: the other file, and where to write which data set
 * differs, and what it is here and there. */
struct comparison {
    hid_t other;
    char *where, *here, *there; /* [TEXT_BYTES] of a struct file_difference */
};
enum { TEXT_BYTES = sizeof((struct file_difference *)0)->is };

enum { AT_ONCE = 1 << 16 }; /* values that are read at a time, for a file may have billions */

/* Reads values first … first + n - 1 of a data set of one dimension, or all values of another. */
static bool read_part(hid_t id, hid_t type, hid_t space, hsize_t first, hsize_t n, void *values)
{
    if (h5.Sget_simple_extent_ndims(space) != 1)
        return h5.Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    HANDLE part = h5.Screate_simple(1, &n, NULL);
    return h5.Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
           h5.Dread(id, type, part, space, H5P_DEFAULT, values) >= 0;
}

/* "200 values of 4 bytes, SHA-256 …" of a data set; false if it cannot be read. */
static bool describe(hid_t id, hid_t type, hid_t space, char text[TEXT_BYTES])
{
    const hsize_t n = (hsize_t)h5.Sget_simple_extent_npoints(space);
    const hsize_t most = h5.Sget_simple_extent_ndims(space) == 1 && n > AT_ONCE ? AT_ONCE : n;
    const size_t each = h5.Tget_size(type), size = most * each;
    OWNED char *values = size <= h5.Dget_storage_size(id) * GZIP_MOST ? malloc(size + 1) : NULL;
    struct sha256 sum;
    char hex[SHA256_TEXT];
    sha256_start(&sum);
    for (hsize_t i = 0, part; i < n; i += part) {
        part = n - i < most ? n - i : most;
        if (!values || !read_part(id, type, space, i, part, values))
            return false;
        sha256_add(&sum, values, part * each);
    }
    sha256_end(&sum, hex);
    snprintf(text, TEXT_BYTES, "%llu values of %zu bytes, SHA-256 %s", (unsigned long long)n, each,
             hex);
    return true;
}

/* Stops, with 1, at the first data set that the other file lacks, or has with other values. */
static herr_t compare_data_set(hid_t root, const char *name, const H5O_info_t *info, void *data)
{
    const struct comparison *c = data;
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    HANDLE here = h5.Dopen2(root, name, H5P_DEFAULT), type = h5.Dget_type(here),
           space = h5.Dget_space(here);
    HANDLE there = h5.Dopen2(c->other, name, H5P_DEFAULT), other_type = h5.Dget_type(there),
           other_space = h5.Dget_space(there);
    snprintf(c->there, TEXT_BYTES, "(no data set)");
    if (!describe(here, type, space, c->here) ||
        (there >= 0 && !describe(there, other_type, other_space, c->there)))
        return -1;
    if (h5.Tequal(type, other_type) > 0 && h5.Sextent_equal(space, other_space) > 0 &&
        strcmp(c->here, c->there) == 0)
        return 0;
    snprintf(c->where, TEXT_BYTES, "%s", name);
    return 1;
}

static int compare_files(const struct hdf5_file *was, const struct hdf5_file *is,
                         struct file_difference *difference)
{
    LOCKED;
    struct comparison before = {is->id, difference->where, difference->was, difference->is},
                      after = {was->id, difference->where, difference->is, difference->was};
    herr_t found =
        h5.Ovisit2(was->id, H5_INDEX_NAME, H5_ITER_INC, compare_data_set, &before, H5O_INFO_BASIC);
    if (found == 0)
        found = h5.Ovisit2(is->id, H5_INDEX_NAME, H5_ITER_INC, compare_data_set, &after,
                           H5O_INFO_BASIC);
    if (found == 0)
        *difference = (struct file_difference){0};
    return found >= 0 ? STATUS_OK
                      : status_fail(STATUS_USER, "%s: is damaged, it cannot be read", was->path);
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
