/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zip is libzip's; the .npy format is that of NumPy's NEP 1. */
#include "store/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "core/field.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/image.h"

enum {
    MAGIC = 10,          /* bytes of a .npy: its name, its version, and how many follow */
    HEAD_MAX = 256,      /* with what follows, up to the values */
    ALIGNMENT = 64,      /* the values begin at a multiple of this */
    ZIP_END = 22,        /* bytes of a zip behind its members and their list, before its comment */
    YEAR_1980 = 0x21,    /* 1 January 1980, the first day that a zip file can express */
    FILE_MODE = 0100644, /* a regular file that its owner may write */
    FILE_NAME_MAX = ARCHIVE_NAME_MAX + sizeof ".npy"
};
static const char zip_start[] = "PK\3\4", comment_start[] = "SHA-256 of all bytes before this: ";
enum { COMMENT = sizeof comment_start - 1 + IMAGE_DIGEST };

static const struct archive_format npz_format;

struct npz {
    zip_source_t *image; /* the whole file in memory */
    zip_t *zip;
    char *path;  /* path of a file that is read */
    size_t size; /* size of that file in bytes */
};

static int fault(const char *what)
{
    return status_fail(STATUS_SYSTEM, "an .npz file: %s (no memory? a fault in libzip?)", what);
}

/* ---- a .npy ---- */

static const char *descriptor_of(enum spinet_type type)
{
    static const char *const descriptors[] = {
        [SPINET_UINT8] = "|u1",  [SPINET_INT32] = "<i4",  [SPINET_INT64] = "<i8",
        [SPINET_FLOAT] = "<f4",  [SPINET_DOUBLE] = "<f8", [SPINET_UINT32] = "<u4",
        [SPINET_UINT64] = "<u8",
    };
    return descriptors[type];
}

/* Every processor spinet runs on is little-endian, so memory holds what the file does. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are stored as they are");

/* Writes the head of a .npy, which stands before the values; returns its size in bytes. */
static size_t print_head(char head[HEAD_MAX], const char *descriptor, int rank,
                         const int64_t *shape)
{
    char dimensions[80] = "";
    for (int i = 0; i < rank; i++)
        text_append(dimensions, sizeof dimensions, i ? ", %lld" : "%lld", (long long)shape[i]);
    if (rank == 1) /* a tuple of one ends with a comma */
        text_append(dimensions, sizeof dimensions, ",");
    size_t n = MAGIC + (size_t)snprintf(head + MAGIC, HEAD_MAX - MAGIC,
                                        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                                        descriptor, dimensions);
    while ((n + 1) % ALIGNMENT != 0)
        head[n++] = ' ';
    head[n++] = '\n';
    memcpy(head, "\x93NUMPY\1\0", MAGIC - 2);
    head[MAGIC - 2] = (char)((n - MAGIC) & 0xff);
    head[MAGIC - 1] = (char)((n - MAGIC) >> 8);
    return n;
}

/* The contents of the head of a .npy, and where its values begin. */
struct head {
    char descriptor[32];
    int rank;
    int64_t shape[ARCHIVE_RANK_MAX];
    size_t size;
};

/* Reads a head; only those that print_head can write are accepted. */
static bool parse_head(const char *bytes, size_t n, struct head *head)
{
    char again[HEAD_MAX], dimensions[80] = "";
    long long shape[ARCHIVE_RANK_MAX] = {0};
    const size_t n_head = n < HEAD_MAX ? n : HEAD_MAX;
    const char *end = n > MAGIC ? memchr(bytes + MAGIC, '\n', n_head - MAGIC) : NULL;
    *head = (struct head){0};
    if (!end)
        return false;
    char text[HEAD_MAX] = "";
    memcpy(text, bytes + MAGIC, (size_t)(end - bytes) - MAGIC);
    if (sscanf(text, "{'descr': '%31[^']', 'fortran_order': False, 'shape': (%79[^)]",
               head->descriptor, dimensions) < 1)
        return false;
    head->rank = sscanf(dimensions, "%lld, %lld, %lld", &shape[0], &shape[1], &shape[2]);
    head->rank = head->rank > 0 ? head->rank : 0;
    for (int i = 0; i < ARCHIVE_RANK_MAX; i++)
        head->shape[i] = shape[i];
    head->size = print_head(again, head->descriptor, head->rank, head->shape);
    return head->size <= n && memcmp(again, bytes, head->size) == 0;
}

/* The size in bytes of the values that the head promises; SIZE_MAX if no file can be that large. */
static size_t promised_size(const struct head *head)
{
    size_t size = strtoull(head->descriptor + 2, NULL, 10); /* "<f4", "|S12" */
    for (int i = 0; i < head->rank; i++)
        if (head->shape[i] < 0 || __builtin_mul_overflow(size, (size_t)head->shape[i], &size))
            return SIZE_MAX;
    return size;
}

/* ---- writing ---- */

int npz_close(struct archive *archive)
{
    struct npz *npz = archive->file;
    const int status = archive->status;
    if (npz) {
        if (npz->zip)
            zip_discard(npz->zip);
        zip_source_free(npz->image);
        free(npz->path);
    }
    free(npz);
    *archive = (struct archive){0};
    return status;
}

/* A zip of these bytes, which are taken over in any case; NULL and 0: a new one. */
static int begin(struct npz *npz, char *image, size_t size, int flags)
{
    npz->image = zip_source_buffer_create(image, size, 1, NULL);
    if (!npz->image) {
        free(image);
        return fault("cannot be begun");
    }
    npz->zip = zip_open_from_source(npz->image, flags, NULL);
    if (!npz->zip)
        return fault("cannot be begun");
    zip_source_keep(npz->image); /* closing the zip gives one away */
    return STATUS_OK;
}

int npz_create(struct archive *archive)
{
    struct npz *npz = calloc(1, sizeof *npz);
    *archive = (struct archive){.format = &npz_format, .file = npz};
    archive->status = npz ? begin(npz, NULL, 0, ZIP_CREATE | ZIP_TRUNCATE)
                          : status_no_memory("an .npz file", sizeof *npz);
    return archive->status == STATUS_OK ? STATUS_OK : npz_close(archive);
}

/* Adds a member of these bytes, which are freed in any case. */
static int add_owned(struct npz *npz, const char *name, char *bytes, size_t n)
{
    char file_name[FILE_NAME_MAX], digest[IMAGE_DIGEST];
    snprintf(file_name, sizeof file_name, "%s.npy", name);
    image_put_digest(bytes, n, digest);
    zip_source_t *source = zip_source_buffer(npz->zip, bytes, n, 1);
    if (!source)
        free(bytes);
    const zip_int64_t i = source ? zip_file_add(npz->zip, file_name, source, ZIP_FL_ENC_UTF_8) : -1;
    const zip_uint64_t k = (zip_uint64_t)i;
    if (source && i < 0)
        zip_source_free(source);
    return i >= 0 && zip_set_file_compression(npz->zip, k, ZIP_CM_STORE, 0) == 0 &&
                   zip_file_set_dostime(npz->zip, k, 0, YEAR_1980, 0) == 0 &&
                   zip_file_set_external_attributes(npz->zip, k, 0, ZIP_OPSYS_UNIX,
                                                    (zip_uint32_t)FILE_MODE << 16) == 0 &&
                   zip_file_set_comment(npz->zip, k, digest, IMAGE_DIGEST, 0) == 0
               ? STATUS_OK
               : fault(zip_strerror(npz->zip));
}

static int write_member(struct npz *npz, const char *name, const char *descriptor, int rank,
                        const int64_t *shape, const void *values, size_t size)
{
    char *bytes = NULL;
    TRY_NEW(bytes, HEAD_MAX + size, "an .npz file");
    const size_t n = print_head(bytes, descriptor, rank, shape);
    if (size > 0)
        memcpy(bytes + n, values, size);
    return add_owned(npz, name, bytes, n + size);
}

static int write_values(void *file, const char *name, enum spinet_type type, int rank,
                        const int64_t *shape, const void *values, const char *unit)
{
    (void)unit;
    return write_member(file, name, descriptor_of(type), rank, shape, values,
                        field_array_size(type, rank, shape));
}

/* numpy knows no text of no bytes: an empty one is stored as a NUL. */
static int write_text(void *file, const char *name, const char *text)
{
    const size_t n = *text ? strlen(text) : 1;
    char descriptor[32];
    snprintf(descriptor, sizeof descriptor, "|S%zu", n);
    return write_member(file, name, descriptor, 0, NULL, text, n);
}

/* The bytes of the finished zip, in new memory, with their checksum at the end. */
static int take_image(struct npz *npz, char **image, size_t *size)
{
    zip_stat_t info;
    char comment[COMMENT + 1];
    snprintf(comment, sizeof comment, "%s%0*d", comment_start, IMAGE_DIGEST, 0);
    if (zip_set_archive_comment(npz->zip, comment, COMMENT) != 0 || zip_close(npz->zip) != 0)
        return fault(zip_strerror(npz->zip));
    npz->zip = NULL;
    if (zip_source_stat(npz->image, &info) != 0 || zip_source_open(npz->image) != 0)
        return fault("cannot be ended");
    *size = (size_t)info.size;
    TRY_NEW(*image, *size, "an .npz file");
    if (zip_source_read(npz->image, *image, *size) != (zip_int64_t)*size)
        return fault("cannot be ended");
    image_put_digest(*image, *size - IMAGE_DIGEST, *image + *size - IMAGE_DIGEST);
    return STATUS_OK;
}

/* Puts the file into place. */
static int write_file(struct npz *npz, const char *path)
{
    OWNED char *image = NULL;
    size_t size = 0;
    TRY(take_image(npz, &image, &size));
    return image_write(path, image, size);
}

int npz_commit(struct archive *archive, const char *path)
{
    if (archive->status == STATUS_OK)
        archive->status = write_file(archive->file, path);
    return npz_close(archive);
}

/* ---- reading ---- */

/* Checks that the file ends as it was written. */
static int check_end(const char *path, FILE *stream, int64_t size)
{
    char start[sizeof zip_start] = "", end[sizeof comment_start] = "";
    if (fread(start, 1, sizeof start - 1, stream) != sizeof start - 1 ||
        strcmp(start, zip_start) != 0)
        return status_fail(STATUS_USER, "%s: is no .npz file of spinet's", path);
    return size > ZIP_END + COMMENT && fseeko(stream, size - COMMENT, SEEK_SET) == 0 &&
                   fread(end, 1, sizeof end - 1, stream) == sizeof end - 1 &&
                   strcmp(end, comment_start) == 0
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "%s: is damaged (it has %lld bytes, and does not end with its "
                             "checksum: cut off, or grown)",
                             path, (long long)size);
}

static int open_file(struct npz *npz)
{
    char *image = NULL;
    TRY(image_read(npz->path, check_end, &image, &npz->size));
    const size_t n = npz->size - IMAGE_DIGEST;
    const int status = image_check_digest(npz->path, image, n, image + n);
    if (status != STATUS_OK) {
        free(image);
        return status;
    }
    return begin(npz, image, npz->size, ZIP_RDONLY | ZIP_CHECKCONS) == STATUS_OK
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: cannot be opened as a zip", npz->path);
}

int npz_open(struct archive *archive, const char *path)
{
    struct npz *npz = calloc(1, sizeof *npz);
    *archive = (struct archive){.format = &npz_format, .file = npz, .loads = true};
    if (npz)
        archive->path = npz->path = strdup(path);
    archive->status =
        npz && npz->path ? open_file(npz) : status_no_memory("an .npz file", sizeof *npz);
    return archive->status == STATUS_OK ? STATUS_OK : npz_close(archive);
}

static void close_member(zip_file_t **member)
{
    if (*member)
        zip_fclose(*member);
}

/* Member k in new memory. None is compressed, so that none has more bytes than the file. */
static int read_member(const struct npz *npz, zip_uint64_t k, const char *name, char **bytes,
                       size_t *n)
{
    zip_stat_t info;
    zip_uint32_t length = 0;
    const char *digest = zip_file_get_comment(npz->zip, k, &length, ZIP_FL_ENC_RAW);
    SCOPED(close_member) zip_file_t *member = zip_fopen_index(npz->zip, k, 0);
    const bool is_open =
        member && zip_stat_index(npz->zip, k, 0, &info) == 0 && info.size <= npz->size;
    OWNED char *read = is_open ? malloc((size_t)info.size + 1) : NULL;
    if (is_open && !read)
        return status_no_memory(npz->path, info.size);
    char where[FILE_NAME_MAX + 2 + 4096];
    snprintf(where, sizeof where, "%s: %s", npz->path, name);
    if (!is_open || zip_fread(member, read, info.size) != (zip_int64_t)info.size ||
        length != IMAGE_DIGEST)
        return status_fail(STATUS_USER, "%s: is damaged, it cannot be read", where);
    TRY(image_check_digest(where, read, (size_t)info.size, digest));
    *bytes = scope_take(read);
    *n = (size_t)info.size;
    return STATUS_OK;
}

/* The array of that name, type ("|S": a text of any length) and rank: its bytes in new memory, and
 * its head, which fits them. */
static int read_array(const struct npz *npz, const char *name, const char *descriptor, int rank,
                      char **bytes, struct head *head)
{
    char file_name[FILE_NAME_MAX];
    OWNED char *read = NULL;
    size_t n;
    snprintf(file_name, sizeof file_name, "%s.npy", name);
    const zip_int64_t k = zip_name_locate(npz->zip, file_name, ZIP_FL_ENC_RAW);
    if (k < 0)
        return status_fail(STATUS_USER, "%s: %s: there is no such array", npz->path, name);
    TRY(read_member(npz, (zip_uint64_t)k, name, &read, &n));
    if (!parse_head(read, n, head))
        return status_fail(STATUS_USER, "%s: %s: does not begin as an array of spinet's", npz->path,
                           name);
    if (promised_size(head) != n - head->size)
        return status_fail(STATUS_USER, "%s: %s: promises other values than the file holds",
                           npz->path, name);
    const bool is_typed = strncmp(head->descriptor, descriptor, strlen(descriptor)) == 0;
    if (strcmp(descriptor, "|S") == 0 && !(is_typed && head->rank == rank))
        return status_fail(STATUS_USER, "%s: %s: is not a text", npz->path, name);
    if (!is_typed)
        return status_fail(STATUS_USER, "%s: %s: is of type %s, %s was expected", npz->path, name,
                           head->descriptor, descriptor);
    if (head->rank != rank)
        return status_fail(STATUS_USER, "%s: %s: has %d dimensions, %d were expected", npz->path,
                           name, head->rank, rank);
    *bytes = scope_take(read);
    return STATUS_OK;
}

static int get_shape(void *file, const char *name, enum spinet_type type, int rank, int64_t *shape)
{
    struct head head;
    OWNED char *bytes = NULL;
    TRY(read_array(file, name, descriptor_of(type), rank, &bytes, &head));
    memcpy(shape, head.shape, (size_t)rank * sizeof *shape);
    return STATUS_OK;
}

static int read_values(void *file, const char *name, enum spinet_type type, int rank,
                       const int64_t *shape, void *values)
{
    const struct npz *npz = file;
    struct head head;
    OWNED char *bytes = NULL;
    TRY(read_array(npz, name, descriptor_of(type), rank, &bytes, &head));
    TRY(archive_check_shape(npz->path, name, rank, head.shape, shape));
    if (promised_size(&head) > 0)
        memcpy(values, bytes + head.size, promised_size(&head));
    return STATUS_OK;
}

static int read_text(void *file, const char *name, char **text)
{
    const struct npz *npz = file;
    struct head head;
    OWNED char *bytes = NULL;
    TRY(read_array(npz, name, "|S", 0, &bytes, &head));
    *text = strndup(bytes + head.size, promised_size(&head));
    return *text ? STATUS_OK : status_no_memory(npz->path, promised_size(&head));
}

static const struct archive_format npz_format = {write_values, write_text, get_shape, read_values,
                                                 read_text};
