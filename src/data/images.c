/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set in memory, and the choice of its reader. Refuses sizes beyond the limits of images.h
 * before any memory is taken, since a file's header may promise anything. */
#include "data/images.h"

#include <inttypes.h>
#include <sha2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/status.h"

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

int images_read(struct images *images, const char *path, const char *labels_path)
{
    *images = (struct images){0};
    struct stat info;
    const bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    const bool csv = !folder && (ends_with(path, ".csv") || ends_with(path, ".csv.gz"));
    const bool separate_labels = labels_path && *labels_path;
    if ((folder || csv) && separate_labels)
        return status_fail(STATUS_USER, "%s: %s, so the labels file '%s' is too much: leave it out",
                           path,
                           folder ? "the names of its sub-folders are its labels"
                                  : "its first column holds the labels",
                           labels_path);
    if (folder)
        return png_read_folder(images, path);
    if (csv)
        return csv_read(images, path);
    if (!separate_labels)
        return status_fail(STATUS_USER,
                           "%s: is read as IDX images, which need a labels file: name it (or give "
                           "a folder of PNG images, *.csv or *.csv.gz)",
                           path);
    return idx_read(images, path, labels_path);
}

int images_check_size(const char *path, int64_t n_images, int64_t width, int64_t height)
{
    if (n_images < 1 || n_images > IMAGES_MAX)
        return status_fail(STATUS_USER, "%s: %" PRId64 " images, 1 to %d are possible", path,
                           n_images, IMAGES_MAX);
    if (width < 1 || height < 1 || width > IMAGES_PIXELS_MAX || height > IMAGES_PIXELS_MAX ||
        width * height > IMAGES_PIXELS_MAX)
        return status_fail(STATUS_USER,
                           "%s: images of %" PRId64 "x%" PRId64
                           " pixels, 1 to %d pixels an image are possible",
                           path, width, height, IMAGES_PIXELS_MAX);
    const size_t bytes = (size_t)n_images * ((size_t)(width * height) + sizeof(int32_t));
    if (bytes > IMAGES_BYTES_MAX)
        return status_fail(STATUS_USER,
                           "%s: %" PRId64 " images of %" PRId64 "x%" PRId64
                           " pixels take %zu bytes, at most %zu are possible",
                           path, n_images, width, height, bytes, IMAGES_BYTES_MAX);
    return STATUS_OK;
}

int images_allocate(struct images *images, const char *path, int64_t n_images, int64_t width,
                    int64_t height)
{
    *images = (struct images){0};
    const int result = images_check_size(path, n_images, width, height);
    if (result != STATUS_OK)
        return result;
    images->n_images = (int32_t)n_images;
    images->width = (int32_t)width;
    images->height = (int32_t)height;
    images->pixels = calloc((size_t)n_images, images_n_pixels(images));
    images->labels = calloc((size_t)n_images, sizeof *images->labels);
    if (!images->pixels || !images->labels) {
        const size_t bytes = (size_t)n_images * (images_n_pixels(images) + sizeof(int32_t));
        images_free(images);
        return status_no_memory("images", bytes);
    }
    return STATUS_OK;
}

void images_free(struct images *images)
{
    free(images->pixels);
    free(images->labels);
    *images = (struct images){0};
}

void images_sha256(const struct images *images, char hex[65])
{
    SHA2_CTX context;
    const int32_t size[] = {images->n_images, images->width, images->height};
    const size_t n = (size_t)images->n_images;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)size, sizeof size);
    SHA256Update(&context, (const uint8_t *)images->labels, n * sizeof *images->labels);
    SHA256Update(&context, images->pixels, n * images_n_pixels(images));
    SHA256End(&context, hex);
}
