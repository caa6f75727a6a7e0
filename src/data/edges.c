/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first layer made by hand (docs/model.md §2). Edges: the slightly blurred image is compared with
 * itself two pixels further in each of four directions; where it gets brighter is one channel,
 * where it gets darker another. On and off: where it is brightest, and where darkest, beside what
 * is around. Both are made when an image is shown, since they take more memory than the image. */
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

static const uint8_t *show_edges(const struct images *images, const uint8_t *pixels, void *room)
{
    const int32_t width = images->width / TWO_SIGNS, height = images->height / N_DIRECTIONS;
    uint16_t *blurred = room;
    uint8_t *edges = (uint8_t *)(blurred + ((size_t)width + 2) * ((size_t)height + 2));
    blur(pixels, width, height, blurred);
    find(blurred, width, height, (float)images->channel_limit, edges);
    return edges;
}

/* ---- on and off ---- */

/* A cell of the retina compares the mean of a small square round its pixel with that of a large
 * one, black outside: so many pixels to each side. */
enum { CENTRE = 2, SURROUND = 6 };

/* Adds `gain` times the sum of the square round each pixel to sums[height][width]. column[width] is
 * for the sums of the columns of the squares. */
static void add_squares(const uint8_t *pixels, ptrdiff_t width, ptrdiff_t height, ptrdiff_t reach,
                        int32_t gain, int32_t *column, int32_t *sums)
{
    memset(column, 0, (size_t)width * sizeof *column);
    for (ptrdiff_t y = -reach; y < height; y++) {
        for (ptrdiff_t x = 0; x < width; x++) {
            column[x] += y + reach < height ? pixels[(y + reach) * width + x] : 0;
            column[x] -= y > reach ? pixels[(y - reach - 1) * width + x] : 0;
        }
        int32_t sum = 0;
        for (ptrdiff_t x = -reach; x < width && y >= 0; x++) {
            sum += x + reach < width ? column[x + reach] : 0;
            sum -= x > reach ? column[x - reach - 1] : 0;
            if (x >= 0)
                sums[y * width + x] += gain * sum;
        }
    }
}

static size_t count_above(const int32_t *differences, size_t n, int32_t sign, int32_t least)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += sign * differences[i] > least;
    return count;
}

/* All light to the n_shown pixels with the largest differences of this sign above 0; of equal ones
 * that would be too many, none. */
static void show_largest(const int32_t *differences, size_t n, int32_t sign, size_t n_shown,
                         uint8_t *shown)
{
    int32_t low = 0, high = INT32_MAX;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (count_above(differences, n, sign, middle) > n_shown)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < n; i++)
        shown[i] = sign * differences[i] > low ? 255 : 0;
}

static const uint8_t *show_on_off(const struct images *images, const uint8_t *pixels, void *room)
{
    static const int32_t in_centre = (2 * CENTRE + 1) * (2 * CENTRE + 1),
                         in_surround = (2 * SURROUND + 1) * (2 * SURROUND + 1);
    const int32_t width = images->width, height = images->height / IMAGES_ON_OFF;
    const size_t n = images_n_kept_pixels(images), n_shown = (size_t)images->channel_limit;
    int32_t *differences = room, *column = differences + n;
    uint8_t *shown = (uint8_t *)(column + width);
    memset(differences, 0, n * sizeof *differences);
    add_squares(pixels, width, height, CENTRE, in_surround, column, differences);
    add_squares(pixels, width, height, SURROUND, -in_centre, column, differences);
    show_largest(differences, n, 1, n_shown, shown);
    show_largest(differences, n, -1, n_shown, shown + n);
    return shown;
}

/* ---- any */

/* Channels of an image side by side, and below each other. */
static const int32_t n_across[] = {
    [CHANNELS_INTENSITY] = 1, [CHANNELS_EDGES] = TWO_SIGNS, [CHANNELS_ON_OFF] = 1};
static const int32_t n_down[] = {
    [CHANNELS_INTENSITY] = 1, [CHANNELS_EDGES] = N_DIRECTIONS, [CHANNELS_ON_OFF] = IMAGES_ON_OFF};

int images_show_channels(struct images *images, const char *path, enum input_channels channels,
                         int32_t limit)
{
    const int32_t across = n_across[channels], down = n_down[channels];
    TRY(images_check_size(path, 1, (int64_t)across * images->width,
                          (int64_t)down * images->height));
    images->width *= across;
    images->height *= down;
    images->channels = channels;
    images->channel_limit = limit;
    return STATUS_OK;
}

void images_find_kept_size(const struct images *images, int32_t *width, int32_t *height)
{
    *width = images->width / n_across[images->channels];
    *height = images->height / n_down[images->channels];
}

const uint8_t *images_show(const struct images *images, int32_t i, void *room)
{
    const uint8_t *pixels = images_pixels(images, i);
    if (!pixels || images->channels == CHANNELS_INTENSITY)
        return pixels;
    return images->channels == CHANNELS_EDGES ? show_edges(images, pixels, room)
                                              : show_on_off(images, pixels, room);
}

int images_make(const struct images *images, struct images *made)
{
    *made = *images;
    made->is_borrowed = true;
    if (images->channels == CHANNELS_INTENSITY)
        return STATUS_OK;
    const size_t n = images_n_pixels(images);
    OWN_NEW(uint8_t, room, images_room(n), "an image");
    TRY(images_allocate(made, "the channels", images->n_images, images->width, images->height));
    memcpy(made->labels, images->labels, (size_t)images->n_images * sizeof *made->labels);
    for (int32_t i = 0; i < images->n_images; i++)
        if (images_pixels(images, i))
            memcpy(made->pixels + (size_t)i * n, images_show(images, i, room), n);
    return STATUS_OK;
}
