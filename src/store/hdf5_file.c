/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 through its core driver (files in memory) and file images. The library is not built to be
 * called by several threads, so each function here holds a lock. */
#include "store/hdf5_file.h"

#include <errno.h>
#include <hdf5.h>
#include <pthread.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/status.h"

enum {
    RANK_MAX = 3,
    DIGEST_TEXT = SHA256_DIGEST_STRING_LENGTH,
    MEMORY_STEP = 1 << 16,
    USER_BLOCK = 512,
    OBJECT_BYTES = 4096,     /* a data set takes at most so much besides its values */
    LIBRARY_BYTES = 4 << 20, /* what the library takes for itself is less */
    COMPRESS_ABOVE = 1024,   /* bytes */
    CHUNK = 1 << 16,         /* values, in a chunk that is compressed */
    COMPRESSION = 4,
    GZIP_MOST = 1032 /* bytes from one: the bound of the format */
};

/* Behind the user block comes the superblock of the library's oldest format, which says where the
 * file ends ("HDF5 File Format Specification", II.A, version 0). */
enum { SUPERBLOCK_START = 8, END_ADDRESS = USER_BLOCK + 40, HEAD = END_ADDRESS + 8 };
static const uint8_t superblock[SUPERBLOCK_START + 1] = "\x89HDF\r\n\x1a\n"; /* and version 0 */

/* The user block, which HDF5 leaves to the program, begins with this and the SHA-256 of all bytes
 * behind it: a file that is not as it was written never reaches the library, which may crash on
 * one. */
static const char signature[] = "spinet HDF5, SHA-256 of what follows these 512 bytes: ";

/* The core driver wants a name, refuses that of a file that is there, and takes two open files of
 * one name for the same: so every file has another. To be called under the lock. */
static const char *next_name(void)
{
    static unsigned long n_files;
    static char name[64];
    snprintf(name, sizeof name, "/dev/null/in-memory-%lu.h5", ++n_files);
    return name;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void enter(void)
{
    pthread_mutex_lock(&lock);
    /* errors are told by status_message, not by HDF5 on stderr */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
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
    const size_t room = LIBRARY_BYTES + 3 * (file->size + more);
    void *volatile probe = malloc(room);
    if (!probe)
        return status_no_memory("an HDF5 file", room);
    free(probe);
    file->room = LIBRARY_BYTES;
    return STATUS_OK;
}

static int leave(int result)
{
    H5Eclear2(H5E_DEFAULT);
    pthread_mutex_unlock(&lock);
    return result;
}

static const struct {
    size_t size;
} types[] = {
    [HDF5_UINT8] = {1},  [HDF5_INT32] = {4}, [HDF5_UINT32] = {4}, [HDF5_INT64] = {8},
    [HDF5_UINT64] = {8}, [HDF5_FLOAT] = {4}, [HDF5_DOUBLE] = {8},
};

static hid_t stored_type(enum hdf5_type type)
{
    switch (type) {
    case HDF5_UINT8:
        return H5T_STD_U8LE;
    case HDF5_INT32:
        return H5T_STD_I32LE;
    case HDF5_UINT32:
        return H5T_STD_U32LE;
    case HDF5_INT64:
        return H5T_STD_I64LE;
    case HDF5_UINT64:
        return H5T_STD_U64LE;
    case HDF5_FLOAT:
        return H5T_IEEE_F32LE;
    case HDF5_DOUBLE:
        return H5T_IEEE_F64LE;
    }
    return H5I_INVALID_HID;
}

/* Every processor spinet runs on is little-endian, so memory holds what the file does. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are hashed as they are stored");

static size_t size_of(enum hdf5_type type, int rank, const int64_t *dimensions)
{
    size_t size = types[type].size;
    for (int i = 0; i < rank; i++)
        size *= (size_t)dimensions[i];
    return size;
}

static void digest_of(const void *values, size_t size, char text[DIGEST_TEXT])
{
    SHA256Data(values, size, text);
}

/* ---- writing ---- */

int hdf5_create(struct hdf5_file *file)
{
    *file = (struct hdf5_file){0};
    if (make_room(file, 0) != STATUS_OK)
        return STATUS_SYSTEM;
    enter();
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, MEMORY_STEP, false);
    /* The oldest format: any reader knows it. (Of the newer ones H5Fget_file_image returns an image
     * whose superblock has a wrong checksum, in HDF5 1.10.) */
    H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(creation, USER_BLOCK);
    const hid_t id = H5Fcreate(next_name(), H5F_ACC_TRUNC, creation, access);
    H5Pclose(creation);
    H5Pclose(access);
    if (id < 0)
        return leave(status_no_memory("an HDF5 file", MEMORY_STEP));
    file->id = id;
    return leave(STATUS_OK);
}

/* The user block and what the library made of the file. */
static int take_image(struct hdf5_file *file, char **image, size_t *size)
{
    *image = NULL;
    file->room = 0;
    if (make_room(file, 0) != STATUS_OK)
        return STATUS_SYSTEM;
    if (H5Fflush(file->id, H5F_SCOPE_GLOBAL) < 0)
        return status_no_memory("an HDF5 file", 0);
    const ssize_t n = H5Fget_file_image(file->id, NULL, 0); /* without the user block */
    if (n < 0)
        return status_fail(STATUS_SYSTEM, "an HDF5 file cannot be made (a fault in its library)");
    *size = USER_BLOCK + (size_t)n;
    *image = calloc(1, *size);
    if (!*image)
        return status_no_memory("an HDF5 file", *size);
    if (H5Fget_file_image(file->id, *image + USER_BLOCK, (size_t)n) != n)
        return status_fail(STATUS_SYSTEM, "an HDF5 file cannot be made (a fault in its library)");
    char digest[DIGEST_TEXT];
    digest_of(*image + USER_BLOCK, (size_t)n, digest);
    snprintf(*image, USER_BLOCK, "%s%s\n", signature, digest);
    return STATUS_OK;
}

int hdf5_commit(struct hdf5_file *file, const char *path)
{
    struct new_file out;
    char *image;
    size_t size = 0;
    enter();
    int result = leave(take_image(file, &image, &size));
    if (result == STATUS_OK)
        result = file_create(&out, path);
    if (result == STATUS_OK) {
        fwrite(image, 1, size, out.stream); /* file_commit says if that failed */
        result = file_commit(&out);
    }
    free(image);
    hdf5_close(file);
    return result;
}

void hdf5_close(struct hdf5_file *file)
{
    if (file->id > 0) {
        enter();
        H5Fclose(file->id);
        leave(STATUS_OK);
    }
    free(file->path);
    *file = (struct hdf5_file){0};
}

static int cannot_write(const char *name)
{
    return status_fail(STATUS_SYSTEM, "HDF5: %s cannot be written (no memory?)", name);
}

/* A text for people is of variable length, which h5py gives as str; of a fixed one it gives bytes.
 */
static int write_text_attribute(hid_t object, const char *attribute, const char *text,
                                bool is_for_people)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, is_for_people ? H5T_VARIABLE : strlen(text));
    if (!is_for_people)
        H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const void *value = is_for_people ? (const void *)&text : text;
    const bool written = id >= 0 && H5Awrite(id, type, value) >= 0;
    H5Aclose(id);
    H5Sclose(space);
    H5Tclose(type);
    return written ? STATUS_OK : cannot_write(attribute);
}

/* Gzip of the shuffled bytes, which any HDF5 reads. Only for values along one dimension. */
static void compress(hid_t creation, hsize_t n)
{
    const hsize_t chunk = n < CHUNK ? n : CHUNK;
    H5Pset_chunk(creation, 1, &chunk);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, COMPRESSION);
}

static hid_t create_data_set(const struct hdf5_file *file, const char *name, hid_t type, int rank,
                             const hsize_t *shape)
{
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, false);
    const hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, shape, NULL);
    if (file->compress && rank == 1 && *shape * H5Tget_size(type) > COMPRESS_ABOVE)
        compress(creation, *shape);
    const hid_t id = H5Dcreate2(file->id, name, type, space, links, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    H5Pclose(links);
    return id;
}

/* A data set with its checksum and unit. */
static int write_typed(struct hdf5_file *file, const char *name, hid_t type, int rank,
                       const hsize_t *shape, const void *values, size_t size, const char *unit)
{
    if (make_room(file, size + OBJECT_BYTES) != STATUS_OK)
        return STATUS_SYSTEM;
    file->size += size + OBJECT_BYTES;
    const hid_t id = create_data_set(file, name, type, rank, shape);
    bool written =
        id >= 0 && (size == 0 || H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (written) {
        char digest[DIGEST_TEXT];
        digest_of(values, size, digest);
        written = write_text_attribute(id, "sha256", digest, false) == STATUS_OK &&
                  (!unit || write_text_attribute(id, "unit", unit, true) == STATUS_OK);
    }
    H5Dclose(id);
    return written ? STATUS_OK : cannot_write(name);
}

int hdf5_write(struct hdf5_file *file, const char *name, enum hdf5_type type, int rank,
               const int64_t *dimensions, const void *values, const char *unit)
{
    hsize_t shape[RANK_MAX];
    for (int i = 0; i < rank; i++)
        shape[i] = (hsize_t)dimensions[i];
    enter();
    return leave(write_typed(file, name, stored_type(type), rank, shape, values,
                             size_of(type, rank, dimensions), unit));
}

int hdf5_write_text(struct hdf5_file *file, const char *name, const char *text)
{
    enter();
    const size_t size = strlen(text) + 1;
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const int result = write_typed(file, name, type, 0, NULL, text, size, NULL);
    H5Tclose(type);
    return leave(result);
}

int hdf5_begin(struct hdf5_file *file, const char *name, enum hdf5_type type, int64_t n,
               struct hdf5_series *series)
{
    const hsize_t shape = (hsize_t)n;
    SHA2_CTX *digest = malloc(sizeof *digest);
    *series = (struct hdf5_series){.file = file, .type = type, .n = n, .digest = digest};
    if (!digest)
        return status_no_memory("a checksum", sizeof *digest);
    SHA256Init(digest);
    if (make_room(file, OBJECT_BYTES) != STATUS_OK)
        return STATUS_SYSTEM;
    file->size += OBJECT_BYTES;
    enter();
    const hid_t id = create_data_set(file, name, stored_type(type), 1, &shape);
    if (id < 0)
        return leave(cannot_write(name));
    series->id = id;
    return leave(STATUS_OK);
}

int hdf5_add(struct hdf5_series *series, const void *values, int64_t n)
{
    const hsize_t first = (hsize_t)series->n_written, count = (hsize_t)n;
    const size_t size = (size_t)n * types[series->type].size;
    if (n == 0)
        return STATUS_OK;
    if (make_room(series->file, size + OBJECT_BYTES) != STATUS_OK)
        return STATUS_SYSTEM;
    SHA256Update(series->digest, values, size);
    enter();
    const hsize_t stored = H5Dget_storage_size(series->id);
    const hid_t part = H5Screate_simple(1, &count, NULL);
    const hid_t space = H5Dget_space(series->id);
    const bool written =
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &count, NULL) >= 0 &&
        H5Dwrite(series->id, stored_type(series->type), part, space, H5P_DEFAULT, values) >= 0;
    H5Sclose(part);
    H5Sclose(space);
    series->file->size += (size_t)(H5Dget_storage_size(series->id) - stored);
    series->n_written += n;
    return leave(written ? STATUS_OK : cannot_write("a part of a data set"));
}

int hdf5_end(struct hdf5_series *series)
{
    char digest[DIGEST_TEXT];
    int result = STATUS_OK;
    if (series->id > 0) {
        enter();
        SHA256End(series->digest, digest);
        if (series->n_written == series->n)
            result = write_text_attribute(series->id, "sha256", digest, false);
        H5Dclose(series->id);
        leave(STATUS_OK);
    }
    free(series->digest);
    *series = (struct hdf5_series){0};
    return result;
}

/* An attribute of an object that is there. */
static int write_attribute(const struct hdf5_file *file, const char *name, const char *attribute,
                           hid_t stored, hid_t given, int32_t n, const void *values)
{
    const hsize_t shape = (hsize_t)n;
    const hid_t object = H5Oopen(file->id, name, H5P_DEFAULT);
    const hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &shape, NULL);
    const hid_t id = H5Acreate2(object, attribute, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool written = id >= 0 && H5Awrite(id, given, values) >= 0;
    H5Aclose(id);
    H5Sclose(space);
    H5Oclose(object);
    return written ? STATUS_OK : cannot_write(attribute);
}

int hdf5_write_text_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                              const char *text)
{
    enter();
    const hid_t object = H5Oopen(file->id, name, H5P_DEFAULT);
    const int result = write_text_attribute(object, attribute, text, true);
    H5Oclose(object);
    return leave(result);
}

int hdf5_write_integer_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                 enum hdf5_type type, const int64_t *values, int32_t n)
{
    enter();
    return leave(
        write_attribute(file, name, attribute, stored_type(type), H5T_NATIVE_INT64, n, values));
}

int hdf5_write_choice_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                const char *const *choices, uint8_t chosen)
{
    enter();
    const hid_t type = H5Tenum_create(H5T_STD_U8LE);
    for (uint8_t i = 0; choices[i]; i++)
        H5Tenum_insert(type, choices[i], &i);
    const int result = write_attribute(file, name, attribute, type, type, 1, &chosen);
    H5Tclose(type);
    return leave(result);
}

/* ---- reading ---- */

static int not_ours(const char *path)
{
    return status_fail(STATUS_USER, "%s: is no HDF5 file of spinet's", path);
}

static int damaged(const char *path)
{
    return status_fail(STATUS_USER, "%s: is damaged (its checksum is wrong)", path);
}

/* What follows the head, into image[size] behind that. A file that shrinks meanwhile has another
 * checksum. */
static int read_checked(const char *path, FILE *stream, const char *head, char *image, size_t size)
{
    char digest[DIGEST_TEXT];
    const size_t n = HEAD + fread(image + HEAD, 1, size - HEAD, stream);
    if (ferror(stream))
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(errno));
    memcpy(image, head, HEAD);
    digest_of(image + USER_BLOCK, n - USER_BLOCK, digest);
    const bool is_whole =
        n == size && memcmp(head + sizeof signature - 1, digest, DIGEST_TEXT - 1) == 0;
    return is_whole ? STATUS_OK : damaged(path);
}

/* Of a file that begins so: whether it is one of spinet's, and of the size that it had. */
static int check_head(const char *path, const char *head, int64_t size)
{
    uint64_t end;
    if (memcmp(head, signature, sizeof signature - 1) != 0)
        return not_ours(path);
    memcpy(&end, head + END_ADDRESS, sizeof end);
    if (memcmp(head + USER_BLOCK, superblock, sizeof superblock) != 0)
        return damaged(path);
    if (end != (uint64_t)size)
        return status_fail(STATUS_USER, "%s: is damaged (it has %lld bytes: expected %llu)", path,
                           (long long)size, (unsigned long long)end);
    return STATUS_OK;
}

/* The whole file in new memory, once it says that it is one of spinet's. */
static int read_whole(const char *path, void **image, size_t *size)
{
    char head[HEAD];
    struct stat info;
    *image = NULL;
    *size = 0;
    if (stat(path, &info) != 0)
        return status_fail(STATUS_USER, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return status_fail(STATUS_USER, "%s: is %s, a file is needed", path,
                           S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return status_fail(status_of_errno(errno), "%s: %s", path, strerror(errno));
    int result = info.st_size >= HEAD && fread(head, 1, HEAD, stream) == HEAD
                     ? check_head(path, head, info.st_size)
                     : not_ours(path);
    if (result == STATUS_OK && !(*image = malloc((size_t)info.st_size)))
        result = status_no_memory(path, (unsigned long long)info.st_size);
    if (result == STATUS_OK) {
        *size = (size_t)info.st_size;
        result = read_checked(path, stream, head, *image, *size);
    }
    fclose(stream);
    return result;
}

int hdf5_open(struct hdf5_file *file, const char *path)
{
    void *image = NULL;
    size_t size = 0;
    *file = (struct hdf5_file){.path = strdup(path)};
    int result = file->path ? read_whole(path, &image, &size) : status_no_memory("a file name", 0);
    if (!file->path)
        return result;
    file->size = size;
    if (result == STATUS_OK)
        result = make_room(file, 0);
    if (result == STATUS_OK) {
        enter();
        const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
        H5Pset_fapl_core(access, MEMORY_STEP, false);
        H5Pset_file_image(access, image, size);
        const hid_t id = H5Fopen(next_name(), H5F_ACC_RDONLY, access);
        H5Pclose(access);
        if (id < 0)
            result = status_fail(STATUS_USER, "%s: cannot be opened as HDF5", path);
        else
            file->id = id;
        leave(STATUS_OK);
    }
    free(image);
    if (result != STATUS_OK)
        hdf5_close(file);
    return result;
}

/* Whether each part of the name is there: H5Lexists wants them one by one. */
static bool has(hid_t file, const char *name)
{
    char part[256];
    if (strlen(name) >= sizeof part)
        return false;
    for (const char *end = name;; end++) {
        if (*end && *end != '/')
            continue;
        memcpy(part, name, (size_t)(end - name));
        part[end - name] = '\0';
        if (*part && H5Lexists(file, part, H5P_DEFAULT) <= 0)
            return false;
        if (!*end)
            return H5Oexists_by_name(file, name, H5P_DEFAULT) > 0;
    }
}

bool hdf5_has(struct hdf5_file *file, const char *name)
{
    enter();
    return leave(has(file->id, name));
}

static int open_data_set(const struct hdf5_file *file, const char *name, hid_t *id)
{
    *id = has(file->id, name) ? H5Dopen2(file->id, name, H5P_DEFAULT) : H5I_INVALID_HID;
    return *id >= 0
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: %s: there is no such data set", file->path, name);
}

static int check_type(const struct hdf5_file *file, const char *name, hid_t id, hid_t expected)
{
    const hid_t type = H5Dget_type(id);
    const bool same = type >= 0 && H5Tequal(type, expected) > 0;
    H5Tclose(type);
    return same ? STATUS_OK
                : status_fail(STATUS_USER, "%s: %s: is not of the expected type", file->path, name);
}

static bool is_compressed(hid_t id)
{
    const hid_t creation = H5Dget_create_plist(id);
    const bool filtered = H5Pget_nfilters(creation) > 0;
    H5Pclose(creation);
    return filtered;
}

/* Of a data set that is open. */
static int get_shape(const struct hdf5_file *file, const char *name, hid_t id, int rank,
                     int64_t *dimensions)
{
    hsize_t shape[RANK_MAX] = {0};
    const hid_t space = H5Dget_space(id);
    const int found = H5Sget_simple_extent_ndims(space);
    int result = STATUS_OK;
    if (found != rank || (rank > 0 && H5Sget_simple_extent_dims(space, shape, NULL) != rank))
        result = status_fail(STATUS_USER, "%s: %s: has %d dimensions, %d were expected", file->path,
                             name, found, rank);
    /* stored as it is no data set can be larger than its file; nor can gzip make it so much smaller
     */
    size_t n_left = file->size * (is_compressed(id) ? GZIP_MOST : 1);
    for (int i = 0; i < rank && result == STATUS_OK; i++) {
        if (shape[i] > INT32_MAX || shape[i] > n_left)
            result = status_fail(STATUS_USER,
                                 "%s: %s: promises %llu values along dimension %d, more than the "
                                 "file holds",
                                 file->path, name, (unsigned long long)shape[i], i + 1);
        n_left = shape[i] > 0 ? n_left / shape[i] : n_left;
        dimensions[i] = (int64_t)shape[i];
    }
    H5Sclose(space);
    return result;
}

int hdf5_dimensions(struct hdf5_file *file, const char *name, enum hdf5_type type, int rank,
                    int64_t *dimensions)
{
    hid_t id;
    enter();
    int result = open_data_set(file, name, &id);
    if (result == STATUS_OK) {
        result = check_type(file, name, id, stored_type(type));
        if (result == STATUS_OK)
            result = get_shape(file, name, id, rank, dimensions);
        H5Dclose(id);
    }
    return leave(result);
}

static int check_digest(const struct hdf5_file *file, const char *name, hid_t id,
                        const void *values, size_t size)
{
    char stored[DIGEST_TEXT] = "", computed[DIGEST_TEXT];
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, DIGEST_TEXT);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hid_t attribute =
        H5Aexists(id, "sha256") > 0 ? H5Aopen(id, "sha256", H5P_DEFAULT) : H5I_INVALID_HID;
    const hid_t is = attribute >= 0 ? H5Aget_type(attribute) : H5I_INVALID_HID;
    const bool found = is >= 0 && H5Tget_class(is) == H5T_STRING && H5Tis_variable_str(is) == 0 &&
                       H5Tget_size(is) == DIGEST_TEXT - 1 && H5Aread(attribute, type, stored) >= 0;
    H5Tclose(is);
    H5Aclose(attribute);
    H5Tclose(type);
    digest_of(values, size, computed);
    stored[DIGEST_TEXT - 1] = '\0';
    if (!found)
        return status_fail(STATUS_USER, "%s: %s: has no checksum", file->path, name);
    if (strcmp(stored, computed) != 0)
        return status_fail(STATUS_USER, "%s: %s: is damaged (its checksum is wrong)", file->path,
                           name);
    return STATUS_OK;
}

int hdf5_read(struct hdf5_file *file, const char *name, enum hdf5_type type, int rank,
              const int64_t *dimensions, void *values)
{
    hid_t id;
    int64_t found[RANK_MAX] = {0};
    const size_t size = size_of(type, rank, dimensions);
    enter();
    int result = open_data_set(file, name, &id);
    if (result != STATUS_OK)
        return leave(result);
    result = check_type(file, name, id, stored_type(type));
    if (result == STATUS_OK)
        result = get_shape(file, name, id, rank, found);
    for (int i = 0; i < rank && result == STATUS_OK; i++)
        if (found[i] != dimensions[i])
            result = status_fail(
                STATUS_USER, "%s: %s: has %lld values along dimension %d, %lld were expected",
                file->path, name, (long long)found[i], i + 1, (long long)dimensions[i]);
    if (result == STATUS_OK && size > 0 &&
        H5Dread(id, stored_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        result =
            status_fail(STATUS_USER, "%s: %s: is damaged, it cannot be read", file->path, name);
    if (result == STATUS_OK)
        result = check_digest(file, name, id, values, size);
    H5Dclose(id);
    return leave(result);
}

static int read_text(const struct hdf5_file *file, const char *name, hid_t id, char **text)
{
    const hid_t type = H5Dget_type(id);
    const hid_t space = H5Dget_space(id);
    const size_t size = H5Tget_size(type);
    int result = STATUS_OK;
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 || size == 0 ||
        size > file->size || H5Sget_simple_extent_type(space) != H5S_SCALAR)
        result = status_fail(STATUS_USER, "%s: %s: is not a text", file->path, name);
    if (result == STATUS_OK && !(*text = malloc(size + 1)))
        result = status_no_memory(name, size);
    if (result == STATUS_OK && H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *text) < 0)
        result =
            status_fail(STATUS_USER, "%s: %s: is damaged, it cannot be read", file->path, name);
    if (result == STATUS_OK) {
        (*text)[size] = '\0';
        result = check_digest(file, name, id, *text, size);
    }
    H5Sclose(space);
    H5Tclose(type);
    return result;
}

int hdf5_read_text(struct hdf5_file *file, const char *name, char **text)
{
    hid_t id;
    *text = NULL;
    enter();
    int result = open_data_set(file, name, &id);
    if (result == STATUS_OK) {
        result = read_text(file, name, id, text);
        H5Dclose(id);
    }
    if (result != STATUS_OK) {
        free(*text);
        *text = NULL;
    }
    return leave(result);
}

/* ---- comparing ---- */

/* The names of all data sets of a file, in order. */
struct names {
    char **name; /* [n] */
    int32_t n;
    bool failed;
};

static herr_t take_name(hid_t root, const char *name, const H5O_info_t *info, void *data)
{
    struct names *names = data;
    (void)root;
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    char **more = realloc(names->name, ((size_t)names->n + 1) * sizeof *more);
    if (more)
        names->name = more;
    char *copy = more ? strdup(name) : NULL;
    if (copy)
        names->name[names->n++] = copy;
    names->failed = !copy;
    return copy ? 0 : -1;
}

static int list_data_sets(const struct hdf5_file *file, struct names *names)
{
    *names = (struct names){0};
    if (H5Ovisit2(file->id, H5_INDEX_NAME, H5_ITER_INC, take_name, names, H5O_INFO_BASIC) >= 0)
        return STATUS_OK;
    return names->failed
               ? status_no_memory("the names in a file", 0)
               : status_fail(STATUS_USER, "%s: is damaged, it cannot be read", file->path);
}

static void names_free(struct names *names)
{
    for (int32_t i = 0; i < names->n; i++)
        free(names->name[i]);
    free(names->name);
}

/* A data set as it is in the file. */
struct stored {
    hid_t id, type, space;
    hsize_t n; /* values in all */
    size_t size;
};

static struct stored stored_open(const struct hdf5_file *file, const char *name)
{
    struct stored set = {.id = H5Dopen2(file->id, name, H5P_DEFAULT)};
    set.type = H5Dget_type(set.id);
    set.space = H5Dget_space(set.id);
    set.n = (hsize_t)H5Sget_simple_extent_npoints(set.space);
    set.size = H5Tget_size(set.type);
    return set;
}

static void stored_close(struct stored *set)
{
    H5Sclose(set->space);
    H5Tclose(set->type);
    H5Dclose(set->id);
}

/* Values first … first + n - 1 of a data set of one dimension; else all of them. */
static bool stored_read(const struct stored *set, hsize_t first, hsize_t n, void *values)
{
    if (H5Sget_simple_extent_ndims(set->space) != 1)
        return H5Dread(set->id, set->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    const hid_t part = H5Screate_simple(1, &n, NULL);
    const bool read =
        H5Sselect_hyperslab(set->space, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
        H5Dread(set->id, set->type, part, set->space, H5P_DEFAULT, values) >= 0;
    H5Sclose(part);
    return read;
}

static void value_text(const struct stored *set, const char *value, char *text, size_t size)
{
    union {
        double real;
        int64_t integer;
        uint64_t natural;
        char bytes[8];
    } v = {.bytes = {0}};
    const H5T_class_t kind = H5Tget_class(set->type);
    if (kind == H5T_STRING || set->size > sizeof v) {
        snprintf(text, size, "%.*s", (int)set->size, value);
        return;
    }
    memcpy(v.bytes, value, set->size);
    const bool is_signed = kind == H5T_INTEGER && H5Tget_sign(set->type) == H5T_SGN_2;
    H5Tconvert(set->type,
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

/* Two parts of a data set, n values each from the first on. */
static bool compare_part(const char *name, const struct stored *was, const char *was_values,
                         const struct stored *is, const char *is_values, hsize_t first, hsize_t n,
                         struct file_difference *difference)
{
    const size_t size = was->size;
    if (memcmp(was_values, is_values, (size_t)n * size) == 0)
        return true;
    size_t i = 0;
    while (memcmp(was_values + i * size, is_values + i * size, size) == 0)
        i++;
    snprintf(difference->where, sizeof difference->where, "%s, value %llu", name,
             (unsigned long long)first + i);
    value_text(was, was_values + i * size, difference->was, sizeof difference->was);
    value_text(is, is_values + i * size, difference->is, sizeof difference->is);
    return false;
}

static int compare_values(const struct hdf5_file *file, const char *name, const struct stored *was,
                          const struct stored *is, struct file_difference *difference)
{
    const bool is_row = H5Sget_simple_extent_ndims(was->space) == 1;
    const hsize_t at_once = is_row && was->n > CHUNK ? CHUNK : was->n;
    char *a = malloc((size_t)at_once * was->size + 1), *b = malloc((size_t)at_once * was->size + 1);
    int result = a && b ? STATUS_OK : status_no_memory(name, (size_t)at_once * was->size);
    bool same = true;
    for (hsize_t i = 0; i < was->n && same && result == STATUS_OK; i += at_once) {
        const hsize_t n = was->n - i < at_once ? was->n - i : at_once;
        if (stored_read(was, i, n, a) && stored_read(is, i, n, b))
            same = compare_part(name, was, a, is, b, i, n, difference);
        else
            result =
                status_fail(STATUS_USER, "%s: %s: is damaged, it cannot be read", file->path, name);
    }
    free(a);
    free(b);
    return result;
}

static int compare_data_set(const struct hdf5_file *was_file, const struct hdf5_file *is_file,
                            const char *name, struct file_difference *difference)
{
    struct stored was = stored_open(was_file, name), is = stored_open(is_file, name);
    int result = STATUS_OK;
    if (H5Tequal(was.type, is.type) <= 0 || H5Sextent_equal(was.space, is.space) <= 0) {
        snprintf(difference->where, sizeof difference->where, "%s", name);
        snprintf(difference->was, sizeof difference->was, "%llu values of %zu bytes",
                 (unsigned long long)was.n, was.size);
        snprintf(difference->is, sizeof difference->is, "%llu values of %zu bytes",
                 (unsigned long long)is.n, is.size);
    } else {
        result = compare_values(was_file, name, &was, &is, difference);
    }
    stored_close(&was);
    stored_close(&is);
    return result;
}

static int compare_files(const struct hdf5_file *was, const struct hdf5_file *is,
                         struct file_difference *difference)
{
    struct names was_names, is_names = {0};
    int result = list_data_sets(was, &was_names);
    if (result == STATUS_OK)
        result = list_data_sets(is, &is_names);
    const int32_t n = was_names.n > is_names.n ? was_names.n : is_names.n;
    for (int32_t i = 0; i < n && result == STATUS_OK && !*difference->where; i++) {
        const char *was_name = i < was_names.n ? was_names.name[i] : "(the file ends)";
        const char *is_name = i < is_names.n ? is_names.name[i] : "(the file ends)";
        if (strcmp(was_name, is_name) == 0) {
            result = compare_data_set(was, is, was_name, difference);
        } else {
            snprintf(difference->where, sizeof difference->where, "data set %d", i + 1);
            snprintf(difference->was, sizeof difference->was, "%s", was_name);
            snprintf(difference->is, sizeof difference->is, "%s", is_name);
        }
    }
    names_free(&was_names);
    names_free(&is_names);
    return result;
}

int hdf5_compare(const char *was_path, const char *is_path, struct file_difference *difference)
{
    struct hdf5_file was = {0}, is = {0};
    *difference = (struct file_difference){0};
    int result = hdf5_open(&was, was_path);
    if (result == STATUS_OK)
        result = hdf5_open(&is, is_path);
    if (result == STATUS_OK) {
        enter();
        result = leave(compare_files(&was, &is, difference));
    }
    hdf5_close(&was);
    hdf5_close(&is);
    return result;
}
