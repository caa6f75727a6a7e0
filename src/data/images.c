/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set in memory, and the choice of its reader. Refuses sizes beyond the limits of images.h
 * before any memory is taken, since a file's header may promise anything. */
#include "data/images.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/sha256.h"
#include "core/status.h"

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcasecmp(text + n - n_end, end) == 0;
}

bool images_is_csv(const char *path)
{
    return ends_with(path, ".csv") || ends_with(path, ".csv.gz");
}

/* Scales pixels of 0 … intensity_max to 0 … 255, and inverts them if the form says so. */
static int scale(struct images *images, const char *path, const struct image_form *form)
{
    uint8_t scaled[256];
    for (int value = 0; value < 256; value++) {
        scaled[value] = value <= form->intensity_max ? images_scale(value, form->intensity_max) : 0;
        scaled[value] = form->invert ? (uint8_t)(255 - scaled[value]) : scaled[value];
    }
    for (int32_t i = 0; i < images->n_images; i++) {
        uint8_t *pixels = (uint8_t *)images_pixels(images, i);
        for (size_t k = 0; pixels && k < images_n_pixels(images); k++) {
            if (pixels[k] > form->intensity_max)
                return status_fail(STATUS_USER,
                                   "%s: image %d has a pixel of %d: expected at most "
                                   "input.intensity_max = %g",
                                   path, i + 1, pixels[k], form->intensity_max);
            pixels[k] = scaled[pixels[k]];
        }
    }
    return STATUS_OK;
}

static int transpose(struct images *images)
{
    const size_t width = (size_t)images->width, height = (size_t)images->height;
    OWN_NEW(uint8_t, image, width * height, "an image");
    for (int32_t i = 0; i < images->n_images; i++) {
        uint8_t *pixels = (uint8_t *)images_pixels(images, i);
        if (!pixels)
            continue;
        memcpy(image, pixels, width * height);
        for (size_t y = 0; y < height; y++)
            for (size_t x = 0; x < width; x++)
                pixels[x * height + y] = image[y * width + x];
    }
    images->width = (int32_t)height;
    images->height = (int32_t)width;
    return STATUS_OK;
}

/* Brings images that have been read into the form that is meant. Pixels of CSV files are scaled
 * already. */
static int arrange(struct images *images, const char *path, struct image_form form, bool is_csv)
{
    if (is_csv)
        form.intensity_max = 255;
    else if ((form.width && form.width != images->width) ||
             (form.height && form.height != images->height))
        return status_fail(STATUS_USER,
                           "%s: images of %dx%d pixels, but data.width and data.height say "
                           "%dx%d: leave them 0, they are for CSV",
                           path, images->width, images->height, form.width, form.height);
    if (form.invert || form.intensity_max != 255)
        TRY(scale(images, path, &form));
    if (form.transpose)
        TRY(transpose(images));
    return images_show_channels(images, path, form.channels, form.channel_limit);
}

int images_read(struct images *images, const char *path, const char *labels_path,
                const struct image_form *form)
{
    *images = (struct images){0};
    const bool is_folder = file_is_folder(path);
    const bool is_csv = !is_folder && images_is_csv(path);
    const bool separate_labels = labels_path && *labels_path;
    if (is_folder && separate_labels)
        return status_fail(STATUS_USER,
                           "%s: the names of its sub-folders are its labels, so the labels file "
                           "'%s' is too much: leave it out",
                           path, labels_path);
    if (!is_folder)
        TRY(images_refuse_foreign(path));
    if (!is_folder && !is_csv && !separate_labels)
        return status_fail(STATUS_USER,
                           "%s: is read as IDX images, which need a labels file: name it%s%s (or "
                           "give a folder of PNG images, *.csv or *.csv.gz; datasets/README.md "
                           "says how to convert other files)",
                           path, form->labels_key ? " by " : "",
                           form->labels_key ? form->labels_key : "");
    TRY(is_folder ? png_read_folder(images, path)
        : is_csv  ? csv_read(images, path, separate_labels ? labels_path : NULL, form)
                  : idx_read(images, path, labels_path, form->classes));
    RETURN_OR_FREE(arrange(images, path, *form, is_csv), images_free, images);
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

static int make_arrays(struct images *images)
{
    TRY_NEW(images->pixels, (size_t)images->n_images * images_n_pixels(images), "images");
    TRY_NEW(images->labels, images->n_images, "images");
    return STATUS_OK;
}

int images_allocate(struct images *images, const char *path, int64_t n_images, int64_t width,
                    int64_t height)
{
    *images = (struct images){0};
    TRY(images_check_size(path, n_images, width, height));
    images->n_images = (int32_t)n_images;
    images->width = (int32_t)width;
    images->height = (int32_t)height;
    RETURN_OR_FREE(make_arrays(images), images_free, images);
}

void images_free(struct images *images)
{
    if (!images->is_borrowed) {
        free(images->pixels);
        free(images->labels);
        free(images->place);
    }
    *images = (struct images){0};
}

bool images_find_labels(const struct images *images, int32_t first, int32_t end,
                        struct label_list *labels)
{
    bool is_present[IMAGES_LABEL_MAX + 1] = {false};
    *labels = (struct label_list){0};
    for (int32_t i = first; i < end; i++)
        is_present[images->labels[i]] = true;
    for (int32_t label = 0; label <= IMAGES_LABEL_MAX; label++) {
        if (is_present[label] && labels->n == CLASSES_MAX)
            return false;
        if (is_present[label])
            labels->label[labels->n++] = label;
    }
    return true;
}

int images_sha256(const struct images *images, char hex[65])
{
    struct sha256 context;
    const int32_t size[] = {images->n_images, images->width, images->height};
    const size_t n_pixels = images_n_pixels(images);
    OWN_NEW(uint8_t, room, images_room(n_pixels), "an image");
    sha256_start(&context);
    sha256_add(&context, size, sizeof size);
    sha256_add(&context, images->labels, (size_t)images->n_images * sizeof *images->labels);
    for (int32_t i = 0; i < images->n_images; i++)
        sha256_add(&context, images_show(images, i, room), n_pixels);
    sha256_end(&context, hex);
    return STATUS_OK;
}
