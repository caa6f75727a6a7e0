/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oriented edges (docs/model.md §2), a first layer made by hand: the slightly blurred image is
 * compared with itself two pixels further in each of four directions. Where it gets brighter is one
 * channel, where it gets darker another. */
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "data/images.h"

enum { N_DIRECTIONS = 4, TWO_SIGNS = 2 };

static const struct {
    int32_t dx, dy;
    float gain; /* the two pixels of a diagonal are farther apart */
} directions[N_DIRECTIONS] = {{1, 0, 1}, {1, 1, 0.8f}, {0, 1, 1}, {-1, 1, 0.8f}};

/* Pixel x, y of an image that is black outside. */
static float at(const float *pixels, int32_t width, int32_t height, int32_t x, int32_t y)
{
    const bool is_inside = x >= 0 && x < width && y >= 0 && y < height;
    return is_inside ? pixels[(size_t)y * (size_t)width + (size_t)x] : 0;
}

/* A quarter, a half and a quarter of three pixels in a row, then in a column. */
static void blur(const uint8_t *pixels, int32_t width, int32_t height, float *row, float *blurred)
{
    const size_t n = (size_t)width * (size_t)height;
    for (size_t i = 0; i < n; i++)
        blurred[i] = pixels[i];
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++)
            row[(size_t)y * (size_t)width + (size_t)x] =
                (at(blurred, width, height, x - 1, y) + 2 * at(blurred, width, height, x, y) +
                 at(blurred, width, height, x + 1, y)) /
                4;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++)
            blurred[(size_t)y * (size_t)width + (size_t)x] =
                (at(row, width, height, x, y - 1) + 2 * at(row, width, height, x, y) +
                 at(row, width, height, x, y + 1)) /
                4;
}

static uint8_t intensity(float difference, float threshold)
{
    return difference <= threshold ? 0 : difference > 255 ? 255 : (uint8_t)difference;
}

/* edges[N_DIRECTIONS * height][TWO_SIGNS * width] */
static void find(const float *blurred, int32_t width, int32_t height, float threshold,
                 uint8_t *edges)
{
    for (int32_t k = 0; k < N_DIRECTIONS; k++)
        for (int32_t y = 0; y < height; y++)
            for (int32_t x = 0; x < width; x++) {
                const int32_t dx = directions[k].dx, dy = directions[k].dy;
                const float difference = (at(blurred, width, height, x + dx, y + dy) -
                                          at(blurred, width, height, x - dx, y - dy)) *
                                         directions[k].gain;
                uint8_t *row = edges + (size_t)(k * height + y) * TWO_SIGNS * (size_t)width;
                row[x] = intensity(difference, threshold);
                row[width + x] = intensity(-difference, threshold);
            }
}

int images_find_edges(struct images *images, const char *path, int32_t threshold)
{
    const int32_t width = images->width, height = images->height;
    const size_t n = images_n_pixels(images);
    SCOPED(images_free) struct images edges = {0};
    TRY(images_allocate(&edges, path, images->n_images, TWO_SIGNS * (int64_t)width,
                        N_DIRECTIONS * (int64_t)height));
    OWN_NEW(float, memory, 2 * n, "the edges");
    for (int32_t i = 0; i < images->n_images; i++) {
        blur(images_pixels(images, i), width, height, memory, memory + n);
        find(memory + n, width, height, (float)threshold,
             edges.pixels + (size_t)i * images_n_pixels(&edges));
    }
    memcpy(edges.labels, images->labels, (size_t)images->n_images * sizeof *edges.labels);
    images_free(images);
    *images = edges;
    edges = (struct images){0};
    return STATUS_OK;
}
