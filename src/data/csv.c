/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images as text, plain or gzipped: one image a line, `label,pixel,pixel,…` row by row, no header.
 * The first line's number of pixels is the data set's and must be a square. Refuses anything in a
 * field but digits, values out of range, and lines of another length or none. */
#include <stdbool.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/status.h"
#include "data/images.h"

enum { PIXEL_MAX = 255, FIRST_CAPACITY = 16 };

/* One whole number, digits alone, from *text to the next comma or the end, where *text then is. */
static int parse_field(const struct text_reader *reader, const char **text, int64_t column,
                       int maximum, int *value)
{
    const char *field = *text, *c = field;
    int number = 0;
    for (; *c >= '0' && *c <= '9' && number <= maximum; c++)
        number = 10 * number + (*c - '0');
    const bool digits = c > field && (*c == ',' || *c == '\0');
    if (!digits || number > maximum) {
        const char *end = field;
        while (*end && *end != ',')
            end++;
        const int n = end - field > 40 ? 40 : (int)(end - field);
        return status_fail(STATUS_USER,
                           "%s: line %zu, column %lld: '%.*s' is not a %s, a whole number from 0 "
                           "to %d",
                           reader->path, reader->line, (long long)column, n, field,
                           column == 1 ? "label" : "pixel", maximum);
    }
    *text = c;
    *value = number;
    return STATUS_OK;
}

static int64_t count_commas(const char *text)
{
    int64_t n = 0;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

/* The side of the square that the first line holds, into `images`. */
static int find_size(struct images *images, const struct text_reader *reader)
{
    const int64_t n_pixels = count_commas(reader->text);
    int64_t side = 0;
    while (side * side < n_pixels)
        side++;
    if (n_pixels == 0 || side * side != n_pixels)
        return status_fail(STATUS_USER,
                           "%s: line %zu: %lld pixels after the label, a square number is needed "
                           "(images are as wide as high)",
                           reader->path, reader->line, (long long)n_pixels);
    images->width = images->height = (int32_t)side;
    return images_check_size(reader->path, 1, side, side);
}

/* Room for one more image; doubles. */
static int make_room(struct images *images, const char *path, int32_t *capacity)
{
    if (images->n_images < *capacity)
        return STATUS_OK;
    const int result =
        images_check_size(path, (int64_t)images->n_images + 1, images->width, images->height);
    if (result != STATUS_OK)
        return result;
    const size_t n_pixels = images_n_pixels(images);
    const size_t most = IMAGES_BYTES_MAX / (n_pixels + sizeof(int32_t));
    int32_t larger = *capacity ? 2 * *capacity : FIRST_CAPACITY;
    larger = (size_t)larger > most ? (int32_t)most : larger;
    uint8_t *pixels = realloc(images->pixels, (size_t)larger * n_pixels);
    if (pixels)
        images->pixels = pixels;
    int32_t *labels = pixels ? realloc(images->labels, (size_t)larger * sizeof *labels) : NULL;
    if (!labels)
        return status_no_memory("images", (size_t)larger * (n_pixels + sizeof *labels));
    images->labels = labels;
    *capacity = larger;
    return STATUS_OK;
}

/* The reader's line becomes the next image. */
static int parse_line(struct images *images, const struct text_reader *reader)
{
    const int64_t n_pixels = (int64_t)images_n_pixels(images);
    const int64_t n_found = count_commas(reader->text);
    if (n_found != n_pixels)
        return status_fail(STATUS_USER, "%s: line %zu: %lld pixels, the lines before have %lld",
                           reader->path, reader->line, (long long)n_found, (long long)n_pixels);
    const char *text = reader->text;
    int value;
    int result = parse_field(reader, &text, 1, IMAGES_LABEL_MAX, &value);
    if (result != STATUS_OK)
        return result;
    images->labels[images->n_images] = value;
    uint8_t *pixels = images->pixels + (size_t)images->n_images * (size_t)n_pixels;
    for (int64_t k = 0; k < n_pixels; k++) {
        text++; /* past the comma */
        result = parse_field(reader, &text, k + 2, PIXEL_MAX, &value);
        if (result != STATUS_OK)
            return result;
        pixels[k] = (uint8_t)value;
    }
    images->n_images++;
    return STATUS_OK;
}

static int read_lines(struct images *images, struct text_reader *reader)
{
    int32_t capacity = 0;
    int more;
    while ((more = text_next(reader)) > 0) {
        int result = STATUS_OK;
        if (*reader->text == '\0')
            return status_fail(STATUS_USER, "%s: line %zu: is empty, an image is needed",
                               reader->path, reader->line);
        if (images->n_images == 0)
            result = find_size(images, reader);
        if (result == STATUS_OK)
            result = make_room(images, reader->path, &capacity);
        if (result == STATUS_OK)
            result = parse_line(images, reader);
        if (result != STATUS_OK)
            return result;
    }
    if (more < 0)
        return more;
    if (images->n_images == 0)
        return status_fail(STATUS_USER, "%s: is empty, an image a line is needed", reader->path);
    return STATUS_OK;
}

/* Gives back the spare capacity; failing to is no harm. */
static void trim(struct images *images)
{
    uint8_t *pixels = realloc(images->pixels, (size_t)images->n_images * images_n_pixels(images));
    if (pixels)
        images->pixels = pixels;
    int32_t *labels = realloc(images->labels, (size_t)images->n_images * sizeof *labels);
    if (labels)
        images->labels = labels;
}

int csv_read(struct images *images, const char *path)
{
    *images = (struct images){0};
    struct text_reader reader;
    int result = text_open(&reader, path);
    if (result != STATUS_OK)
        return result;
    result = read_lines(images, &reader);
    text_close(&reader);
    if (result == STATUS_OK)
        trim(images);
    else
        images_free(images);
    return result;
}
