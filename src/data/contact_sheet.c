/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mean images of generated shapes as a PNG: box on the left, disk on the right, enlarged. */
#include "data/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"

enum {
    SCALE = 12, /* pixels of the sheet, in each direction, for a pixel of an image */
    GAP = 36,   /* white pixels between the two */
    WIDTH = 2 * SHAPES_SIDE * SCALE + GAP,
    HEIGHT = SHAPES_SIDE * SCALE,
    N_PIXELS = SHAPES_SIDE * SHAPES_SIDE,
};

/* The mean image of a class, scaled so that its brightest pixel is 255. */
static void mean_of_class(const struct images *images, int32_t label, uint8_t mean[N_PIXELS])
{
    uint64_t sum[N_PIXELS] = {0}, maximum = 1;
    for (int32_t i = 0; i < images->n_images; i++)
        if (images->labels[i] == label)
            for (size_t k = 0; k < N_PIXELS; k++)
                sum[k] += images_pixels(images, i)[k];
    for (size_t k = 0; k < N_PIXELS; k++)
        maximum = sum[k] > maximum ? sum[k] : maximum;
    for (size_t k = 0; k < N_PIXELS; k++)
        mean[k] = (uint8_t)(255 * sum[k] / maximum);
}

static void draw_mean(uint8_t *sheet, int32_t left, const uint8_t mean[N_PIXELS])
{
    for (int32_t y = 0; y < HEIGHT; y++)
        for (int32_t x = 0; x < HEIGHT; x++)
            sheet[y * WIDTH + left + x] = mean[y / SCALE * SHAPES_SIDE + x / SCALE];
}

int contact_sheet_write(const char *path, const struct images *images)
{
    uint8_t mean[N_PIXELS];
    OWN_NEW(uint8_t, sheet, WIDTH * HEIGHT, "a contact sheet");
    memset(sheet, 255, WIDTH * HEIGHT);
    mean_of_class(images, SHAPES_BOX, mean);
    draw_mean(sheet, 0, mean);
    mean_of_class(images, SHAPES_DISK, mean);
    draw_mean(sheet, HEIGHT + GAP, mean);
    return png_write(path, sheet, WIDTH, HEIGHT, 1);
}
