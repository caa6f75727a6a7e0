/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX, the format of MNIST: big-endian words, then unsigned bytes.
 *
 *     images: 0x00000803, images, rows, columns, pixels     labels: 0x00000801, labels, bytes
 *
 * Reads it plain or gzipped, and keeps the images of the classes that are asked for. Refuses other
 * element types, files shorter or longer than their header says, and images and labels that differ
 * in number. The header is not believed: a plain file's size must agree with it, and the memory
 * that it asks for is used only as bytes come. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/parameters.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/images.h"

enum { MAGIC_IMAGES = 0x803, MAGIC_LABELS = 0x801, BYTE_MAX = 255 };
enum { IMAGES_HEADER = 16, LABELS_HEADER = 8 }; /* bytes */

#define AT_ONCE ((size_t)1 << 18) /* bytes that are read at a time */

/* Explains a magic number that is not `right`, as the end of a message. */
static const char *explain_magic(uint32_t word, uint32_t right)
{
    const uint32_t type = word >> 8 & 0xff, n_dimensions = word & 0xff;
    if (word == MAGIC_LABELS)
        return ": these are labels, the images are another file";
    if (word == MAGIC_IMAGES)
        return ": these are images, the labels are another file";
    if (word == __builtin_bswap32(right))
        return ": its words are little-endian, write them big-endian, as numpy's '>u4'";
    if (word >> 16 != 0 || n_dimensions == 0)
        return ": if it is CSV, name it *.csv; datasets/README.md says how to convert other files";
    if (type >= 0x09 && type <= 0x0e)
        return ": its values are no unsigned bytes, convert them (datasets/README.md), images to "
               "0 … 255";
    if (type == 0x08 && n_dimensions == 4)
        return ": it has 4 dimensions (colours?), make it grey: images, rows, columns";
    return type == 0x08 ? ": another number of dimensions" : "";
}

/* Reads the header and writes the n_sizes words after its magic number into sizes[]. */
static int read_header(const struct gzip_reader *file, uint32_t magic, uint32_t *sizes, int n_sizes)
{
    uint8_t bytes[16];
    const int64_t n = 4 * (1 + n_sizes);
    uint32_t words[4] = {0};
    const int64_t n_read = gzip_read(file, bytes, (size_t)n, file->path);
    if (n_read < 0)
        return (int)n_read;
    for (int64_t i = 0; i < n_read; i++)
        words[i / 4] = words[i / 4] << 8 | bytes[i];
    const char *what = magic == MAGIC_IMAGES ? "images" : "labels";
    if (n_read >= 4 && words[0] != magic)
        return status_fail(STATUS_USER,
                           "%s: starts with 0x%08" PRIx32 ", IDX %s start with 0x%08" PRIx32 "%s",
                           file->path, words[0], what, magic, explain_magic(words[0], magic));
    if (n_read < n)
        return status_fail(STATUS_USER,
                           "%s: ends after %" PRId64 " bytes, the header of IDX %s has %" PRId64,
                           file->path, n_read, what, n);
    memcpy(sizes, words + 1, (size_t)n_sizes * sizeof *sizes);
    return STATUS_OK;
}

static int wrong_length(const struct gzip_reader *file, int64_t n_header, size_t n, bool longer,
                        int64_t n_found)
{
    return status_fail(STATUS_USER, "%s: %s %" PRId64 " bytes%s, its header promises %" PRId64,
                       file->path, longer ? "holds more than" : "holds", n_found,
                       file->n_plain < 0 ? " unpacked" : "", n_header + (int64_t)n);
}

/* USER if a plain file is not as long as its header says, or a gzipped one would have to be a bomb
 * to be. */
static int check_length(const struct gzip_reader *file, int64_t n_header, size_t n)
{
    struct stat info;
    if (file->n_plain >= 0)
        return file->n_plain == n_header + (int64_t)n
                   ? STATUS_OK
                   : wrong_length(file, n_header, n, false, file->n_plain);
    if (stat(file->path, &info) == 0 && gzip_is_bomb(info.st_size, n_header + (int64_t)n))
        return status_fail(STATUS_USER,
                           "%s: its header promises %zu bytes, over 200 times those of the file: "
                           "if it is right, unpack the file first",
                           file->path, (size_t)n_header + n);
    return STATUS_OK;
}

/* Reads the n items of `size` bytes after a header of n_header bytes, some at a time, and puts
 * those that have a place, or all if `place` is NULL, into *kept, in new memory. USER if anything
 * follows them. */
static int read_items(const struct gzip_reader *file, int64_t n_header, size_t n, size_t size,
                      const int32_t *place, uint8_t **kept)
{
    const size_t n_most = 1 + AT_ONCE / size, n_bytes = n * size;
    size_t n_kept = 0;
    uint8_t more;
    TRY(check_length(file, n_header, n_bytes));
    for (size_t i = 0; i < n; i++)
        n_kept += !place || place[i] >= 0;
    TRY_NEW(*kept, n_kept * size, "IDX data");
    OWN_NEW(uint8_t, part, n_most * size, "IDX data");
    uint8_t *to = *kept;
    for (size_t i = 0, n_now; i < n; i += n_now) {
        n_now = n - i < n_most ? n - i : n_most;
        const int64_t got = gzip_read(file, part, n_now * size, file->path);
        if (got < 0)
            return (int)got;
        if ((size_t)got < n_now * size)
            return wrong_length(file, n_header, n_bytes, false,
                                n_header + (int64_t)(i * size) + got);
        for (size_t k = 0; k < n_now; k++)
            if (!place || place[i + k] >= 0) {
                memcpy(to, part + k * size, size);
                to += size;
            }
    }
    const int64_t extra = gzip_read(file, &more, 1, file->path);
    return extra <= 0 ? (int)extra
                      : wrong_length(file, n_header, n_bytes, true, n_header + (int64_t)n_bytes);
}

/* Reads the size of the images, before memory for their pixels is taken. */
static int read_size(struct images *images, const struct gzip_reader *file)
{
    uint32_t sizes[3];
    TRY(read_header(file, MAGIC_IMAGES, sizes, 3));
    TRY(images_check_size(file->path, sizes[0], sizes[2], sizes[1]));
    images->n_images = (int32_t)sizes[0];
    images->height = (int32_t)sizes[1];
    images->width = (int32_t)sizes[2];
    return STATUS_OK;
}

static int read_labels(struct images *images, const char *images_path, const char *path)
{
    SCOPED(gzip_close) struct gzip_reader file = {0};
    OWNED uint8_t *bytes = NULL;
    uint32_t n_labels;
    if (images_is_csv(path)) {
        TRY_NEW(images->labels, images->n_images, "labels");
        return csv_read_labels(images, images_path, path);
    }
    TRY(gzip_open(&file, path, "an IDX file"));
    TRY(images_refuse_foreign(path));
    TRY(read_header(&file, MAGIC_LABELS, &n_labels, 1));
    if (n_labels != (uint32_t)images->n_images)
        return status_fail(STATUS_USER, "%s: %" PRIu32 " labels for the %d images of %s", path,
                           n_labels, images->n_images, images_path);
    TRY(read_items(&file, LABELS_HEADER, n_labels, 1, NULL, &bytes));
    TRY_NEW(images->labels, n_labels, "labels");
    for (uint32_t i = 0; i < n_labels; i++)
        images->labels[i] = bytes[i];
    return STATUS_OK;
}

/* Gives the images of the classes their places. */
static int choose_places(struct images *images, const struct label_list *classes)
{
    bool is_kept[IMAGES_LABEL_MAX + 1] = {false};
    int32_t n = 0;
    for (int32_t k = 0; k < classes->n; k++)
        is_kept[classes->label[k]] = true;
    TRY_NEW(images->place, images->n_images, "the places of the images");
    for (int32_t i = 0; i < images->n_images; i++)
        images->place[i] = is_kept[images->labels[i]] ? n++ : -1;
    return STATUS_OK;
}

/* Reads the labels first, since the pixels may take gigabytes. */
static int read_both(struct images *images, const char *images_path, const char *labels_path,
                     const struct label_list *classes)
{
    SCOPED(gzip_close) struct gzip_reader file = {0};
    TRY(gzip_open(&file, images_path, "an IDX file"));
    TRY(read_size(images, &file));
    const size_t n_images = (size_t)images->n_images, n_pixels = images_n_pixels(images);
    TRY(check_length(&file, IMAGES_HEADER, n_images * n_pixels));
    TRY(read_labels(images, images_path, labels_path));
    if (classes && classes->n > 0)
        TRY(choose_places(images, classes));
    return read_items(&file, IMAGES_HEADER, n_images, n_pixels, images->place, &images->pixels);
}

int idx_read(struct images *images, const char *images_path, const char *labels_path,
             const struct label_list *classes)
{
    *images = (struct images){0};
    RETURN_OR_FREE(read_both(images, images_path, labels_path, classes), images_free, images);
}

/* (Failures to write are found out by file_commit.) */
static void write_words(FILE *stream, const uint32_t *words, int n)
{
    for (int i = 0; i < n; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            putc((int)(words[i] >> shift & 0xff), stream);
}

static int create_pixels(struct new_file *file, const struct images *images, const char *path)
{
    TRY(file_create(file, path));
    write_words(file->stream,
                (const uint32_t[]){MAGIC_IMAGES, (uint32_t)images->n_images,
                                   (uint32_t)images->height, (uint32_t)images->width},
                4);
    fwrite(images->pixels, images_n_pixels(images), (size_t)images->n_images, file->stream);
    return STATUS_OK;
}

static int create_labels(struct new_file *file, const struct images *images, const char *path)
{
    TRY(file_create(file, path));
    write_words(file->stream, (const uint32_t[]){MAGIC_LABELS, (uint32_t)images->n_images}, 2);
    for (int32_t i = 0; i < images->n_images; i++)
        putc(images->labels[i], file->stream);
    return STATUS_OK;
}

int idx_create(struct new_file files[2], const struct images *images, const char *images_path,
               const char *labels_path)
{
    files[0] = files[1] = (struct new_file){0};
    for (int32_t i = 0; i < images->n_images; i++)
        if (images->labels[i] < 0 || images->labels[i] > BYTE_MAX)
            return status_fail(STATUS_USER,
                               "%s: label %d of image %d does not fit, IDX labels are 0 to %d",
                               labels_path, images->labels[i], i, BYTE_MAX);
    TRY(create_pixels(&files[0], images, images_path));
    const int status = create_labels(&files[1], images, labels_path);
    if (status != STATUS_OK)
        file_abandon(&files[0]);
    return status;
}
