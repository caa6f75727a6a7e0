/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_IMAGES_H
#define SPINET_DATA_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/file.h"
#include "core/parameters.h"

/* Labelled 8-bit grey images of one size, whatever file they came from. */
struct images {
    int32_t n_images;
    int32_t width, height;        /* pixels, as shown; a row of pixels is `width` long */
    uint8_t *pixels;              /* 0 … 255, of one image that is kept after the other */
    int32_t *labels;              /* [n_images], 0 … 999 */
    int32_t *place;               /* [n_images] among those kept, -1: not kept; NULL: all are */
    bool is_borrowed;             /* pixels, labels and places belong to other images */
    enum input_channels channels; /* what is shown of those kept (images_show_channels) */
    int32_t channel_limit;        /* threshold of edges, or number of on-off pixels; else 0 */
};

enum {
    IMAGES_EDGES = 8,            /* channels of a pixel that show edges: two in four directions */
    IMAGES_ON_OFF = 2,           /* channels: brighter than what is around it, and darker */
    IMAGES_MAX = 10000000,       /* images in a data set */
    IMAGES_PIXELS_MAX = 1 << 20, /* pixels of an image */
    IMAGES_LABEL_MAX = 999,
};
/* No data set takes more memory than this. */
#define IMAGES_BYTES_MAX ((size_t)4 << 30)

struct label_list;

/* What a file of images does not say of itself. */
struct image_form {
    double intensity_max;             /* the value in the file that is white, above 0 */
    int32_t width, height;            /* of CSV images; 0: what follows from the other, or square */
    bool transpose;                   /* rows in the file are columns of the image */
    bool invert;                      /* black in the file is white */
    enum input_channels channels;     /* what is shown (images_show_channels) */
    int32_t channel_limit;            /* as in struct images */
    const struct label_list *classes; /* of IDX files only images of these are kept; NULL: all */
    const char *labels_key;           /* the parameter that names the labels file; NULL: none */
};
#define IMAGE_FORM_USUAL ((struct image_form){.intensity_max = 255})

/* Reads a data set. What `path` is decides how:
 *   a folder           one sub-folder a class, named by its label (a number), of PNG images
 *   *.csv, *.csv.gz    one image a line: label, then the pixels; `labels_path`: pixels alone
 *   anything else      IDX images, plain or gzipped; `labels_path` names the IDX or CSV labels
 * `labels_path` is NULL or "" where the labels are in `path` itself.
 * USER with file (and line) and what would be right; `images` is then empty. */
int images_read(struct images *images, const char *path, const char *labels_path,
                const struct image_form *form);

/* The pixel, 0 … 255, for a value of 0 … intensity_max. */
static inline uint8_t images_scale(double value, double intensity_max)
{
    return (uint8_t)(value * 255 / intensity_max + 0.5);
}

/* USER if the file is of a kind that other programs read, with its name and how to convert it. */
int images_refuse_foreign(const char *path);

/* Whether a path's ending says that it is a CSV file. */
bool images_is_csv(const char *path);

/* USER if there are no images, or more or larger ones than the limits above. */
int images_check_size(const char *path, int64_t n_images, int64_t width, int64_t height);

/* Allocates for a checked size, zeroed. USER if the size is out of range. `path` names the culprit.
 */
int images_allocate(struct images *images, const char *path, int64_t n_images, int64_t width,
                    int64_t height);

/* SHA-256 of size, labels and pixels as shown, as 64 hex digits: names a data set that is no single
 * file. All images must be kept. SYSTEM without memory. */
int images_sha256(const struct images *images, char hex[65]);

/* From now on each image is shown as these channels of it (docs/model.md §2): eight edges, two side
 * by side, four below each other, where a difference is above the limit; or on and, below it, off,
 * each of so many pixels. USER as images_check_size. */
int images_show_channels(struct images *images, const char *path, enum input_channels channels,
                         int32_t limit);

/* Image i as it is shown, [height][width]; NULL if it is not kept. `room` has images_room bytes,
 * and may be where the image is. */
const uint8_t *images_show(const struct images *images, int32_t i, void *room);

/* All images as they are shown, in memory of their own; borrowed, if they are kept like that.
 * SYSTEM without memory. */
int images_make(const struct images *images, struct images *made);

/* Safe on a zeroed structure; leaves it zeroed. What is borrowed stays. */
void images_free(struct images *images);

/* Width and height of the images as they are kept. */
void images_find_kept_size(const struct images *images, int32_t *width, int32_t *height);

static inline size_t images_n_pixels(const struct images *images)
{
    return (size_t)images->width * (size_t)images->height;
}

/* Bytes of an image that is kept. */
static inline size_t images_n_kept_pixels(const struct images *images)
{
    static const size_t n_channels[] = {[CHANNELS_INTENSITY] = 1,
                                        [CHANNELS_EDGES] = IMAGES_EDGES,
                                        [CHANNELS_ON_OFF] = IMAGES_ON_OFF};
    return images_n_pixels(images) / n_channels[images->channels];
}

/* Bytes that images_show needs for n pixels as shown: n edges of n / 8 blurred pixels, which take
 * two bytes each and with their margin are at most 3 n / 8 + 6; or on and off, and four bytes for
 * each of n / 2 pixels and of a row. */
static inline size_t images_room(size_t n_pixels)
{
    return 5 * n_pixels + 12;
}

/* Image i as it is kept; NULL if it is not. */
static inline const uint8_t *images_pixels(const struct images *images, int32_t i)
{
    const int32_t place = images->place ? images->place[i] : i;
    return place >= 0 ? images->pixels + (size_t)place * images_n_kept_pixels(images) : NULL;
}

/* The labels of the images first … end - 1 in ascending order. False if there are more than fit
 * into the list, which then has the first of them. */
bool images_find_labels(const struct images *images, int32_t first, int32_t end,
                        struct label_list *labels);

/* Readers and writers of the formats, one file each. */
int idx_read(struct images *images, const char *images_path, const char *labels_path,
             const struct label_list *classes);

/* Writes images and labels, and leaves it to file_commit_all to put both files in place. USER for
 * labels that IDX cannot hold, and as file_create. */
int idx_create(struct new_file files[2], const struct images *images, const char *images_path,
               const char *labels_path);

/* If labels_path is NULL, the labels are a column of the file. */
int csv_read(struct images *images, const char *path, const char *labels_path,
             const struct image_form *form);
/* Reads labels, one in a line or between commas, for images that have been read; images->labels
 * must have room. */
int csv_read_labels(struct images *images, const char *images_path, const char *path);

int png_read_folder(struct images *images, const char *folder);

/* Writes 8-bit PNG, `channels` 1 (grey) or 3 (RGB); pixels [height][width][channels]. */
int png_write(const char *path, const uint8_t *pixels, int32_t width, int32_t height, int channels);

#endif
