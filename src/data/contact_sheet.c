/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of samples of a data set as a PNG: one strip a class, its mean on the left, its first
 * images in three rows beside it. Refuses images too large to be tiled on one page. */
#include "data/shapes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

enum {
    ROWS = 3, /* rows of samples beside a mean */
    COLUMNS = 8,
    SHEET_CLASSES = 8,
    SIDE_MAX = 64,  /* the largest side of an image, in pixels */
    TILE_SIDE = 60, /* about the side of a sample on the page */
    MARGIN = 36,    /* around the page */
    STRIP_GAP = 32, /* between classes */
    MEAN_GAP = 28,  /* between the mean and the samples */
    BAR_WIDTH = 6,  /* the class's colour beside its mean */
    BAR_GAP = 10,
};

struct colour {
    uint8_t red, green, blue;
};

static const struct colour paper = {246, 245, 241};

/* Okabe & Ito's colours, told apart by the colour blind too. */
static const struct colour class_colours[SHEET_CLASSES] = {
    {230, 159, 0}, {86, 180, 233}, {0, 158, 115},  {204, 121, 167},
    {213, 94, 0},  {0, 114, 178},  {240, 228, 66}, {150, 150, 150},
};

struct page {
    int32_t width, height;
    uint8_t *pixels; /* [height][width][3] */
};

static void fill(struct page *page, int32_t left, int32_t top, int32_t width, int32_t height,
                 struct colour colour)
{
    for (int32_t y = top; y < top + height; y++)
        for (int32_t x = left; x < left + width; x++) {
            uint8_t *pixel = page->pixels + 3 * ((size_t)y * (size_t)page->width + (size_t)x);
            pixel[0] = colour.red;
            pixel[1] = colour.green;
            pixel[2] = colour.blue;
        }
}

/* The colour for a pixel of 0 … 255: from black through the tint to white; grey if `tint` is NULL.
 */
static struct colour shade(const struct colour *tint, uint8_t value)
{
    if (!tint)
        return (struct colour){value, value, value};
    const uint8_t parts[3] = {tint->red, tint->green, tint->blue};
    uint8_t out[3];
    for (int k = 0; k < 3; k++) {
        const int shaded =
            value < 160 ? parts[k] * value / 160 : parts[k] + (255 - parts[k]) * (value - 160) / 95;
        out[k] = (uint8_t)shaded;
    }
    return (struct colour){out[0], out[1], out[2]};
}

static void draw_image(struct page *page, int32_t left, int32_t top, int32_t scale,
                       const uint8_t *pixels, const struct images *images,
                       const struct colour *tint)
{
    for (int32_t y = 0; y < images->height; y++)
        for (int32_t x = 0; x < images->width; x++)
            fill(page, left + x * scale, top + y * scale, scale, scale,
                 shade(tint, pixels[(size_t)y * (size_t)images->width + (size_t)x]));
}

/* Writes the mean image of a class into mean[n_pixels], scaled so that its brightest pixel is 255.
 */
static void mean_of_class(const struct images *images, int32_t label, uint64_t *sum, uint8_t *mean)
{
    const size_t n_pixels = images_n_pixels(images);
    memset(sum, 0, n_pixels * sizeof *sum);
    for (int32_t i = 0; i < images->n_images; i++)
        if (images->labels[i] == label)
            for (size_t k = 0; k < n_pixels; k++)
                sum[k] += images_pixels(images, i)[k];
    uint64_t maximum = 1;
    for (size_t k = 0; k < n_pixels; k++)
        maximum = sum[k] > maximum ? sum[k] : maximum;
    for (size_t k = 0; k < n_pixels; k++)
        mean[k] = (uint8_t)(255 * sum[k] / maximum);
}

/* Draws the strip of one class at `top`. */
static void draw_class(struct page *page, int32_t top, int32_t scale, const struct images *images,
                       int32_t label, struct colour colour, const uint8_t *mean)
{
    const int32_t mean_scale = ROWS * scale + 1;
    const int32_t gap = images->height / (ROWS - 1);
    int32_t left = MARGIN;
    fill(page, left, top, BAR_WIDTH, images->height * mean_scale, colour);
    left += BAR_WIDTH + BAR_GAP;
    draw_image(page, left, top, mean_scale, mean, images, &colour);
    left += images->width * mean_scale + MEAN_GAP;
    int32_t n_drawn = 0;
    for (int32_t i = 0; i < images->n_images && n_drawn < ROWS * COLUMNS; i++) {
        if (images->labels[i] != label)
            continue;
        const int32_t row = n_drawn / COLUMNS, column = n_drawn % COLUMNS;
        draw_image(page, left + column * (images->width * scale + gap),
                   top + row * (images->height * scale + gap), scale, images_pixels(images, i),
                   images, NULL);
        n_drawn++;
    }
}

int contact_sheet_write(const char *path, const struct images *images)
{
    if (images->width > SIDE_MAX || images->height > SIDE_MAX)
        return status_fail(STATUS_USER,
                           "%s: a contact sheet is for images of up to %dx%d pixels, not %dx%d",
                           path, SIDE_MAX, SIDE_MAX, images->width, images->height);
    struct label_list labels;
    images_find_labels(images, 0, images->n_images, &labels);
    const int32_t n_classes = labels.n < SHEET_CLASSES ? labels.n : SHEET_CLASSES;

    /* a strip is as high as its mean: three samples and the two gaps between them */
    const int32_t side = images->width > images->height ? images->width : images->height;
    const int32_t scale = TILE_SIDE / side > 0 ? TILE_SIDE / side : 1;
    const int32_t gap = images->height / (ROWS - 1);
    const int32_t strip = images->height * (ROWS * scale + 1);
    struct page page = {
        .width = 2 * MARGIN + BAR_WIDTH + BAR_GAP + images->width * (ROWS * scale + 1) + MEAN_GAP +
                 COLUMNS * images->width * scale + (COLUMNS - 1) * gap,
        .height = 2 * MARGIN + n_classes * strip + (n_classes - 1) * STRIP_GAP,
    };
    const size_t n_pixels = images_n_pixels(images);
    const size_t n_page = 3 * (size_t)page.width * (size_t)page.height;
    OWN_NEW(uint8_t, pixels, n_page, "a contact sheet");
    OWN_NEW(uint64_t, sum, n_pixels, "a contact sheet");
    OWN_NEW(uint8_t, mean, n_pixels, "a contact sheet");
    page.pixels = pixels;
    fill(&page, 0, 0, page.width, page.height, paper);
    for (int32_t k = 0; k < n_classes; k++) {
        mean_of_class(images, labels.label[k], sum, mean);
        draw_class(&page, MARGIN + k * (strip + STRIP_GAP), scale, images, labels.label[k],
                   class_colours[k], mean);
    }
    return png_write(path, pixels, page.width, page.height, 3);
}
