/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oriented edges (docs/model.md §2), a first layer made by hand: the slightly blurred image is
 * compared with itself two pixels further in each of four directions. Where it gets brighter is one
 * channel, where it gets darker another. They are made when an image is shown, since they take
 * eight times the memory of the image. */
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "data/images.h"

enum { N_DIRECTIONS = 4, TWO_SIGNS = IMAGES_EDGES / N_DIRECTIONS };

/* The blurred image is whole numbers, this many to a grey value: all its values are exact. */
#define BLUR_SCALE 16

static const struct {
    int32_t dx, dy;
    float gain; /* the two pixels of a diagonal are farther apart */
} directions[N_DIRECTIONS] = {{1, 0, 1}, {1, 1, 0.8f}, {0, 1, 1}, {-1, 1, 0.8f}};

/* One, two and one of three pixels in a row, then in a column: blurred[height + 2][width + 2], with
 * a margin of nothing. */
static void blur(const uint8_t *pixels, int32_t width, int32_t height, uint16_t *blurred)
{
    const size_t stride = (size_t)width + 2;
    memset(blurred, 0, stride * ((size_t)height + 2) * sizeof *blurred);
    for (int32_t y = 0; y < height; y++, pixels += width)
        for (int32_t x = 0; x < width; x++) {
            const int left = x > 0 ? pixels[x - 1] : 0, right = x < width - 1 ? pixels[x + 1] : 0;
            blurred[(size_t)(y + 1) * stride + (size_t)(x + 1)] =
                (uint16_t)(left + 2 * pixels[x] + right);
        }
    for (int32_t x = 0; x < width; x++) {
        uint16_t *place = blurred + stride + (size_t)(x + 1), above = 0;
        for (int32_t y = 0; y < height; y++, place += stride) {
            const uint16_t here = *place;
            *place = (uint16_t)(above + 2 * here + place[stride]);
            above = here;
        }
    }
}

static uint8_t intensity(float difference, float threshold)
{
    return difference <= threshold ? 0 : difference > 255 ? 255 : (uint8_t)difference;
}

/* edges[N_DIRECTIONS * height][TWO_SIGNS * width] */
static void find(const uint16_t *blurred, int32_t width, int32_t height, float threshold,
                 uint8_t *edges)
{
    const ptrdiff_t stride = width + 2;
    for (int32_t k = 0; k < N_DIRECTIONS; k++) {
        const ptrdiff_t step = directions[k].dy * stride + directions[k].dx;
        const float gain = directions[k].gain / BLUR_SCALE;
        for (int32_t y = 0; y < height; y++, edges += TWO_SIGNS * width) {
            const uint16_t *place = blurred + (y + 1) * stride + 1;
            for (int32_t x = 0; x < width; x++) {
                const float difference = (float)(place[x + step] - place[x - step]) * gain;
                edges[x] = intensity(difference, threshold);
                edges[width + x] = intensity(-difference, threshold);
            }
        }
    }
}

int images_show_edges(struct images *images, const char *path, int32_t threshold)
{
    const int64_t width = TWO_SIGNS * (int64_t)images->width;
    const int64_t height = N_DIRECTIONS * (int64_t)images->height;
    TRY(images_check_size(path, 1, width, height));
    images->width = (int32_t)width;
    images->height = (int32_t)height;
    images->are_edges = true;
    images->edge_threshold = threshold;
    return STATUS_OK;
}

const uint8_t *images_show(const struct images *images, int32_t i, void *room)
{
    const int32_t width = images->width / TWO_SIGNS, height = images->height / N_DIRECTIONS;
    const uint8_t *pixels = images_pixels(images, i);
    if (!images->are_edges || !pixels)
        return pixels;
    uint16_t *blurred = room;
    uint8_t *edges = (uint8_t *)(blurred + ((size_t)width + 2) * ((size_t)height + 2));
    blur(pixels, width, height, blurred);
    find(blurred, width, height, (float)images->edge_threshold, edges);
    return edges;
}

int images_make(const struct images *images, struct images *made)
{
    *made = *images;
    made->is_borrowed = true;
    if (!images->are_edges)
        return STATUS_OK;
    const size_t n = images_n_pixels(images);
    OWN_NEW(uint8_t, room, images_room(n), "an image");
    TRY(images_allocate(made, "the edges", images->n_images, images->width, images->height));
    memcpy(made->labels, images->labels, (size_t)images->n_images * sizeof *made->labels);
    for (int32_t i = 0; i < images->n_images; i++)
        if (images_pixels(images, i))
            memcpy(made->pixels + (size_t)i * n, images_show(images, i, room), n);
    return STATUS_OK;
}
