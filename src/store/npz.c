/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zip is libzip's; the .npy format is that of NumPy's NEP 1. */
#include "store/npz.h"

#include <errno.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "core/field.h"
#include "core/file.h"
#include "core/status.h"

enum {
    MAGIC =
        10, /* a .npy begins with these bytes: its name, version, how many follow to the values */
    DIGEST_TEXT = SHA256_DIGEST_STRING_LENGTH,
    DIGEST = DIGEST_TEXT - 1,
    HEAD_MAX = 256,     /* of a .npy: what stands before its values */
    ALIGNMENT = 64,     /* of those, in the member */
    ZIP_END = 22,       /* bytes of a zip behind its members and their list, before its comment */
    YEAR_1980 = 0x21,   /* the first day that a zip knows */
    FILE_MODE = 0100644 /* a regular file that its owner may write */
};
static const char zip_start[] = "PK\3\4", comment_start[] = "SHA-256 of all bytes before this: ";
enum { COMMENT = sizeof comment_start - 1 + DIGEST };

static const struct archive_format npz_format;

struct npz {
    zip_source_t *image; /* the whole file in memory */
    zip_t *zip;
    char *path;
};

static int fault(const char *what)
{
    return status_fail(STATUS_SYSTEM, "an .npz file: %s (no memory? a fault in libzip?)", what);
}

/* ---- a .npy ---- */

static const char *descriptor_of(enum spinet_type type)
{
    static const char *const descriptors[] = {
        [SPINET_UINT8] = "|u1", [SPINET_INT32] = "<i4",  [SPINET_INT64] = "<i8",
        [SPINET_FLOAT] = "<f4", [SPINET_DOUBLE] = "<f8",
    };
    return descriptors[type];
}

/* Every processor spinet runs on is little-endian, so memory holds what the file does. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are stored as they are");

/* What stands before the values; returns how many bytes. */
static size_t print_head(char head[HEAD_MAX], const char *descriptor, int rank,
                         const int64_t *shape)
{
    char dimensions[80] = "";
    size_t n = 0;
    for (int i = 0; i < rank; i++) /* a tuple of one ends with a comma */
        n += (size_t)snprintf(dimensions + n, sizeof dimensions - n, "%lld%s", (long long)shape[i],
                              i + 1 < rank ? ", "
                              : rank == 1  ? ","
                                           : "");
    n = MAGIC + (size_t)snprintf(head + MAGIC, HEAD_MAX - MAGIC,
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

/* What a .npy says of itself, and where its values begin. */
struct head {
    char descriptor[32];
    int rank;
    int64_t shape[ARCHIVE_RANK_MAX];
    size_t size;
};

/* Only heads that print_head writes are taken. */
static bool parse_head(const char *bytes, size_t n, struct head *head)
{
    char again[HEAD_MAX], dimensions[80] = "";
    long long shape[ARCHIVE_RANK_MAX] = {0};
    const char *end = n > MAGIC ? memchr(bytes, '\n', n < HEAD_MAX ? n : HEAD_MAX) : NULL;
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

/* Bytes of the values that the head promises; SIZE_MAX if no file can hold them. */
static size_t promised_size(const struct head *head)
{
    size_t size = strtoull(head->descriptor + 2, NULL, 10); /* "<f4", "|S12" */
    for (int i = 0; i < head->rank; i++)
        if (head->shape[i] < 0 || __builtin_mul_overflow(size, (size_t)head->shape[i], &size))
            return SIZE_MAX;
    return size;
}

/* ---- writing ---- */

/* Makes the structure and hands it to the archive. */
static struct npz *begin(struct archive *archive, const char *path)
{
    struct npz *npz = calloc(1, sizeof *npz);
    *archive = (struct archive){.format = &npz_format, .file = npz, .loads = path != NULL};
    if (npz && path)
        archive->path = npz->path = strdup(path);
    if (!npz || (path && !npz->path)) {
        archive->status = status_no_memory("an .npz file", sizeof *npz);
        return NULL;
    }
    return npz;
}

int npz_create(struct archive *archive)
{
    struct npz *npz = begin(archive, NULL);
    if (!npz)
        return npz_close(archive);
    npz->image = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (npz->image)
        zip_source_keep(npz->image); /* zip_close gives one away */
    npz->zip =
        npz->image ? zip_open_from_source(npz->image, ZIP_CREATE | ZIP_TRUNCATE, NULL) : NULL;
    if (!npz->zip)
        archive->status = fault("cannot be begun");
    return archive->status == STATUS_OK ? STATUS_OK : npz_close(archive);
}

int npz_close(struct archive *archive)
{
    struct npz *npz = archive->file;
    const int status = archive->status;
    if (npz && npz->zip)
        zip_discard(npz->zip);
    if (npz)
        zip_source_free(npz->image);
    if (npz)
        free(npz->path);
    free(npz);
    *archive = (struct archive){0};
    return status;
}

/* Takes over the bytes of a member, which are freed in any case. */
static int add_owned(struct npz *npz, const char *name, char *bytes, size_t n)
{
    char file_name[ARCHIVE_NAME_MAX + sizeof ".npy"], digest[DIGEST_TEXT];
    snprintf(file_name, sizeof file_name, "%s.npy", name);
    SHA256Data((const uint8_t *)bytes, n, digest);
    zip_source_t *source = zip_source_buffer(npz->zip, bytes, n, 1);
    if (!source) {
        free(bytes);
        return fault(zip_strerror(npz->zip));
    }
    const zip_int64_t i = zip_file_add(npz->zip, file_name, source, ZIP_FL_ENC_UTF_8);
    if (i < 0) {
        zip_source_free(source);
        return fault(zip_strerror(npz->zip));
    }
    const zip_uint64_t k = (zip_uint64_t)i;
    const bool is_set = zip_set_file_compression(npz->zip, k, ZIP_CM_STORE, 0) == 0 &&
                        zip_file_set_dostime(npz->zip, k, 0, YEAR_1980, 0) == 0 &&
                        zip_file_set_external_attributes(npz->zip, k, 0, ZIP_OPSYS_UNIX,
                                                         (zip_uint32_t)FILE_MODE << 16) == 0 &&
                        zip_file_set_comment(npz->zip, k, digest, DIGEST, 0) == 0;
    return is_set ? STATUS_OK : fault(zip_strerror(npz->zip));
}

int npz_add_member(struct archive *archive, const char *name, const void *bytes, size_t n)
{
    char *copy = malloc(n + 1);
    if (!copy)
        return status_no_memory("an .npz file", n);
    memcpy(copy, bytes, n);
    return add_owned(archive->file, name, copy, n);
}

static int write_member(struct npz *npz, const char *name, const char *descriptor, int rank,
                        const int64_t *shape, const void *values, size_t size)
{
    char *bytes = malloc(HEAD_MAX + size);
    if (!bytes)
        return status_no_memory("an .npz file", size);
    const size_t n = print_head(bytes, descriptor, rank, shape);
    if (size > 0)
        memcpy(bytes + n, values, size);
    return add_owned(npz, name, bytes, n + size);
}

static int write_values(void *file, const char *name, enum spinet_type type, int rank,
                        const int64_t *shape, const void *values, const char *unit)
{
    (void)unit;
    size_t size = field_value_size(type);
    for (int i = 0; i < rank; i++)
        size *= (size_t)shape[i];
    return write_member(file, name, descriptor_of(type), rank, shape, values, size);
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
    char comment[COMMENT + 1], digest[DIGEST_TEXT];
    *image = NULL;
    snprintf(comment, sizeof comment, "%s%0*d", comment_start, DIGEST, 0);
    if (zip_set_archive_comment(npz->zip, comment, COMMENT) != 0 || zip_close(npz->zip) != 0)
        return fault(zip_strerror(npz->zip));
    npz->zip = NULL;
    if (zip_source_stat(npz->image, &info) != 0 || zip_source_open(npz->image) != 0)
        return fault("cannot be ended");
    *size = (size_t)info.size;
    *image = malloc(*size);
    const bool is_read = *image && zip_source_read(npz->image, *image, *size) == (zip_int64_t)*size;
    zip_source_close(npz->image);
    if (!*image)
        return status_no_memory("an .npz file", *size);
    if (!is_read)
        return fault("cannot be ended");
    SHA256Data((const uint8_t *)*image, *size - DIGEST, digest);
    memcpy(*image + *size - DIGEST, digest, DIGEST);
    return STATUS_OK;
}

int npz_commit(struct archive *archive, const char *path)
{
    struct new_file out;
    char *image = NULL;
    size_t size = 0;
    if (archive->status == STATUS_OK)
        archive->status = take_image(archive->file, &image, &size);
    if (archive->status == STATUS_OK)
        archive->status = file_create(&out, path);
    if (archive->status == STATUS_OK) {
        fwrite(image, 1, size, out.stream); /* file_commit says if that failed */
        archive->status = file_commit(&out);
    }
    free(image);
    return npz_close(archive);
}

/* ---- reading ---- */

/* Whether the file ends as it was written; its size is that of the open stream. */
static int check_end(const char *path, FILE *stream, int64_t size)
{
    char start[sizeof zip_start] = "", end[sizeof comment_start] = "";
    const bool is_zip = fread(start, 1, sizeof zip_start - 1, stream) == sizeof zip_start - 1 &&
                        strcmp(start, zip_start) == 0;
    if (!is_zip)
        return status_fail(STATUS_USER, "%s: is no .npz file of spinet's", path);
    const bool has_end = size > ZIP_END + COMMENT &&
                         fseeko(stream, size - COMMENT, SEEK_SET) == 0 &&
                         fread(end, 1, sizeof end - 1, stream) == sizeof end - 1;
    rewind(stream);
    return has_end && strcmp(end, comment_start) == 0
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "%s: is damaged (it has %lld bytes, and does not end with its "
                             "checksum: cut off, or grown)",
                             path, (long long)size);
}

/* The whole file into new memory. */
static int read_checked(const char *path, FILE *stream, size_t size, char **image)
{
    char digest[DIGEST_TEXT];
    *image = malloc(size);
    if (!*image)
        return status_no_memory(path, size);
    const size_t n = fread(*image, 1, size, stream);
    if (ferror(stream))
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(errno));
    SHA256Data((const uint8_t *)*image, size - DIGEST, digest);
    return n == size && memcmp(*image + size - DIGEST, digest, DIGEST) == 0
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: is damaged (its checksum is wrong)", path);
}

static int read_whole(const char *path, char **image, size_t *size)
{
    *image = NULL;
    int status = file_check_regular(path, "a file");
    if (status != STATUS_OK)
        return status;
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return status_fail(status_of_errno(errno), "%s: %s", path, strerror(errno));
    const int64_t n = fseeko(stream, 0, SEEK_END) == 0 ? ftello(stream) : 0;
    rewind(stream);
    *size = n > 0 ? (size_t)n : 0;
    status = check_end(path, stream, n);
    if (status == STATUS_OK)
        status = read_checked(path, stream, *size, image);
    fclose(stream);
    if (status != STATUS_OK) {
        free(*image);
        *image = NULL;
    }
    return status;
}

int npz_open(struct archive *archive, const char *path)
{
    char *image = NULL;
    size_t size = 0;
    struct npz *npz = begin(archive, path);
    if (npz)
        archive->status = read_whole(path, &image, &size);
    if (archive->status != STATUS_OK)
        return npz_close(archive);
    npz->image = zip_source_buffer_create(image, size, 1, NULL);
    if (!npz->image)
        free(image);
    else
        zip_source_keep(npz->image);
    npz->zip =
        npz->image ? zip_open_from_source(npz->image, ZIP_RDONLY | ZIP_CHECKCONS, NULL) : NULL;
    if (!npz->zip)
        archive->status = status_fail(STATUS_USER, "%s: cannot be opened as a zip", path);
    return archive->status == STATUS_OK ? STATUS_OK : npz_close(archive);
}

/* Member k in new memory. */
static int read_member(struct npz *npz, zip_uint64_t k, const char *name, char **bytes, size_t *n)
{
    zip_stat_t info;
    char digest[DIGEST_TEXT];
    zip_uint32_t length = 0;
    *bytes = NULL;
    *n = 0;
    zip_file_t *member = zip_fopen_index(npz->zip, k, 0);
    const char *comment = zip_file_get_comment(npz->zip, k, &length, ZIP_FL_ENC_RAW);
    const bool is_open = member && zip_stat_index(npz->zip, k, 0, &info) == 0;
    if (is_open && (*bytes = malloc((size_t)info.size + 1))) {
        const zip_int64_t n_read = zip_fread(member, *bytes, info.size);
        *n = n_read > 0 ? (size_t)n_read : 0;
    }
    if (member)
        zip_fclose(member);
    if (is_open && !*bytes)
        return status_no_memory(npz->path, info.size);
    SHA256Data((const uint8_t *)(*bytes ? *bytes : ""), *n, digest);
    return is_open && *n == info.size && length == DIGEST && memcmp(comment, digest, DIGEST) == 0
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: %s: is damaged (its checksum is wrong)", npz->path,
                             name);
}

bool npz_get_member(struct archive *archive, int64_t i, char name[ARCHIVE_NAME_MAX], char **bytes,
                    size_t *n)
{
    struct npz *npz = archive->file;
    const char *file_name = zip_get_name(npz->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
    if (!file_name)
        return false;
    snprintf(name, ARCHIVE_NAME_MAX, "%.*s", (int)(strlen(file_name) - strlen(".npy")), file_name);
    archive->status = read_member(npz, (zip_uint64_t)i, name, bytes, n);
    return archive->status == STATUS_OK;
}

/* The array of that name: its bytes in new memory, and its head, which fits them. */
static int read_array(struct npz *npz, const char *name, char **bytes, struct head *head)
{
    char file_name[ARCHIVE_NAME_MAX + sizeof ".npy"];
    size_t n;
    snprintf(file_name, sizeof file_name, "%s.npy", name);
    const zip_int64_t k = zip_name_locate(npz->zip, file_name, ZIP_FL_ENC_RAW);
    *bytes = NULL;
    if (k < 0)
        return status_fail(STATUS_USER, "%s: %s: there is no such array", npz->path, name);
    int status = read_member(npz, (zip_uint64_t)k, name, bytes, &n);
    if (status == STATUS_OK && !parse_head(*bytes, n, head))
        status = status_fail(STATUS_USER, "%s: %s: does not begin as an array of spinet's",
                             npz->path, name);
    if (status == STATUS_OK && promised_size(head) != n - head->size)
        status = status_fail(STATUS_USER, "%s: %s: promises other values than the file holds",
                             npz->path, name);
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

/* An array of this type and rank. */
static int read_typed(struct npz *npz, const char *name, enum spinet_type type, int rank,
                      char **bytes, struct head *head)
{
    int status = read_array(npz, name, bytes, head);
    if (status != STATUS_OK)
        return status;
    if (strcmp(head->descriptor, descriptor_of(type)) != 0)
        status = status_fail(STATUS_USER, "%s: %s: is of type %s, %s was expected", npz->path, name,
                             head->descriptor, descriptor_of(type));
    else if (head->rank != rank)
        status = status_fail(STATUS_USER, "%s: %s: has %d dimensions, %d were expected", npz->path,
                             name, head->rank, rank);
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

static int get_shape(void *file, const char *name, enum spinet_type type, int rank, int64_t *shape)
{
    struct head head;
    char *bytes;
    const int status = read_typed(file, name, type, rank, &bytes, &head);
    for (int i = 0; i < rank && status == STATUS_OK; i++)
        shape[i] = head.shape[i];
    free(bytes);
    return status;
}

static int read_values(void *file, const char *name, enum spinet_type type, int rank,
                       const int64_t *shape, void *values)
{
    const struct npz *npz = file;
    struct head head;
    char *bytes;
    int status = read_typed(file, name, type, rank, &bytes, &head);
    for (int i = 0; i < rank && status == STATUS_OK; i++)
        if (head.shape[i] != shape[i])
            status = status_fail(
                STATUS_USER, "%s: %s: has %lld values along dimension %d, %lld were expected",
                npz->path, name, (long long)head.shape[i], i + 1, (long long)shape[i]);
    if (status == STATUS_OK && promised_size(&head) > 0)
        memcpy(values, bytes + head.size, promised_size(&head));
    free(bytes);
    return status;
}

static int read_text(void *file, const char *name, char **text)
{
    const struct npz *npz = file;
    struct head head;
    int status = read_array(file, name, text, &head);
    if (status == STATUS_OK && (strncmp(head.descriptor, "|S", 2) != 0 || head.rank != 0))
        status = status_fail(STATUS_USER, "%s: %s: is not a text", npz->path, name);
    if (status == STATUS_OK) {
        const size_t n = promised_size(&head);
        memmove(*text, *text + head.size, n);
        (*text)[n] = '\0';
        return STATUS_OK;
    }
    free(*text);
    *text = NULL;
    return status;
}

static const struct archive_format npz_format = {write_values, write_text, get_shape, read_values,
                                                 read_text};
