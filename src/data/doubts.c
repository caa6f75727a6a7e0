/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns of data that can be read but are hardly what somebody meant: dim, inverted or empty images,
 * test images that were learned, classes left out. For a data set in good order it says nothing. */
#include "data/dataset.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

enum {
    WHITE = 255,
    DIM_BELOW = 128,         /* images are dim if their brightest pixel is below */
    PAPER_ABOVE = 200,       /* images are on white paper if the mean of their border is above */
    REPEATED_MANY_TIMES = 10 /* many presentations of one image in training */
};

struct examination {
    const struct dataset *dataset;
    const struct parameters *p;
    void (*warn)(const char *line);
};

static void __attribute__((format(printf, 2, 3)))
say(const struct examination *e, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    status_fail(STATUS_OK, "%s", line); /* replaces control characters, which paths may have */
    if (e->warn)
        e->warn(status_message());
}

/* ---- grey values ---- */

/* The labels of one data set. */
struct labels {
    int32_t first, last;
};

static bool is_of(const struct images *images, int32_t i, struct labels labels)
{
    return images->labels[i] >= labels.first && images->labels[i] <= labels.last;
}

/* Finds the brightest pixel of all images that are kept, as it was before data.invert, unless one
 * is not dim. */
static int find_brightest(const struct images *images, struct labels labels, bool is_inverted,
                          int *most)
{
    const size_t n = images_n_pixels(images);
    OWN_NEW(uint8_t, room, images_room(n), "an image");
    for (int32_t i = 0; i < images->n_images && *most < DIM_BELOW; i++) {
        const uint8_t *pixels = is_of(images, i, labels) ? images_show(images, i, room) : NULL;
        for (size_t k = 0; pixels && k < n; k++) {
            const int value = is_inverted ? WHITE - pixels[k] : pixels[k];
            *most = value > *most ? value : *most;
        }
    }
    return STATUS_OK;
}

/* The number that stands in the file for a pixel of this intensity. */
static double value_in_file(const struct parameters *p, int intensity)
{
    return intensity * p->input.intensity_max / WHITE;
}

static int check_brightness(const struct examination *e, const struct images *images,
                            struct labels labels, const char *path)
{
    int most = -1;
    TRY(find_brightest(images, labels, e->p->data.invert, &most));
    if (most < 0) /* none is kept: data.classes has none of these */
        return STATUS_OK;
    const double value = value_in_file(e->p, most);
    if (most == 0)
        return status_fail(STATUS_USER,
                           "%s: all its images are black, none has a pixel that brings a spike: "
                           "expected 0 (black) to %g (white, input.intensity_max)",
                           path, e->p->input.intensity_max);
    if (most < DIM_BELOW)
        say(e,
            "%s: the brightest pixel of all is %.3g of %g, so that no input spikes often: if that "
            "is white, say --set input.intensity_max=%.3g",
            path, value, e->p->input.intensity_max, value);
    return STATUS_OK;
}

static uint64_t sum_bytes(const uint8_t *bytes, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    return sum;
}

/* The sum over the outermost pixels of an image. */
static uint64_t sum_border(const struct images *images, const uint8_t *pixels)
{
    const size_t width = (size_t)images->width, height = (size_t)images->height;
    uint64_t sum = sum_bytes(pixels, width);
    if (height > 1)
        sum += sum_bytes(pixels + (height - 1) * width, width);
    for (size_t y = 1; y + 1 < height; y++) {
        sum += pixels[y * width];
        if (width > 1)
            sum += pixels[(y + 1) * width - 1];
    }
    return sum;
}

/* The mean of the outermost pixels of all images, and that of all other pixels. */
static void mean_parts(const struct images *images, struct labels labels, double *border,
                       double *inside)
{
    const size_t width = (size_t)images->width, height = (size_t)images->height;
    const size_t n_inside = width > 2 && height > 2 ? (width - 2) * (height - 2) : 0;
    uint64_t sum = 0, sum_inside = 0;
    size_t n_images = 0;
    for (int32_t i = 0; i < images->n_images; i++) {
        const uint8_t *pixels = images_pixels(images, i);
        if (!pixels || !is_of(images, i, labels))
            continue;
        const uint64_t at_border = sum_border(images, pixels);
        sum += at_border;
        sum_inside += sum_bytes(pixels, width * height) - at_border;
        n_images++;
    }
    *border = (double)sum / (double)(n_images * (width * height - n_inside));
    *inside = n_inside > 0 ? (double)sum_inside / (double)(n_images * n_inside) : *border;
}

static void check_paper(const struct examination *e, const struct images *images,
                        struct labels labels, const char *path)
{
    double border, inside;
    if (images->channels)
        return;
    mean_parts(images, labels, &border, &inside);
    if (border > PAPER_ABOVE && inside < border - 1)
        say(e,
            "%s: bright at the border (mean %.0f of 255) and darker inside (%.0f): if this is ink "
            "on paper, say --set data.invert=%s, or the paper is learned",
            path, border, inside, e->p->data.invert ? "false" : "true");
}

static int check_grey(const struct examination *e, struct labels labels)
{
    const char *train = dataset_images_path(e->p, labels.first, false),
               *test = dataset_images_path(e->p, labels.first, true);
    TRY(check_brightness(e, &e->dataset->train, labels, train));
    if (strcmp(train, test) != 0)
        TRY(check_brightness(e, &e->dataset->test, labels, test));
    check_paper(e, &e->dataset->train, labels, train);
    return STATUS_OK;
}

static bool is_plain(const struct images *images, int32_t i)
{
    const uint8_t *pixels = images_pixels(images, i);
    return memcmp(pixels, pixels + 1, images_n_kept_pixels(images) - 1) == 0;
}

/* ---- images of the classes ---- */

static void check_plain(const struct examination *e)
{
    const struct dataset *d = e->dataset;
    for (int32_t l = 0; l < d->labels.n && images_n_kept_pixels(&d->train) > 1; l++) {
        int32_t n = 0;
        for (int32_t i = 0; i < d->n_train[l]; i++)
            n += is_plain(&d->train, d->train_image[l][i]);
        if (2 * n > d->n_train[l])
            say(e, "%s: %d of the %d images of class %d are all of one grey: nothing is in them",
                dataset_images_path(e->p, d->labels.label[l], false), n, d->n_train[l],
                d->labels.label[l]);
    }
}

static void check_number(const struct examination *e)
{
    const struct dataset *d = e->dataset;
    const int32_t n_shown = e->p->stopping.max_presentations / d->labels.n;
    for (int32_t l = 0; l < d->labels.n; l++)
        if (n_shown / d->n_train[l] >= REPEATED_MANY_TIMES)
            say(e,
                "%s: %d training images of class %d for up to %d presentations of it: each would "
                "be shown %d times (stopping.max_presentations)",
                dataset_images_path(e->p, d->labels.label[l], false), d->n_train[l],
                d->labels.label[l], n_shown, n_shown / d->n_train[l]);
}

/* Warns of test images whose labels no training image has, unless the user has chosen the classes.
 */
static void check_left_out(const struct examination *e)
{
    const struct dataset *d = e->dataset;
    const int32_t *label = d->test.labels;
    int32_t n = 0, first = 0;
    for (int32_t i = 0; i < d->test.n_images && e->p->data.classes.n == 0; i++)
        if (dataset_class(d, label[i]) < 0 && n++ == 0)
            first = label[i];
    if (n > 0)
        say(e,
            "%s: %d of its %d images are of classes without training images, as %d: they are left "
            "out of the test",
            dataset_images_path(e->p, first, true), n, d->test.n_images, first);
}

/* ---- the same image twice ---- */

struct print {
    uint64_t hash; /* of the pixels */
    int32_t class_index;
    bool is_test;
};

/* FNV-1a, on words of 8 bytes as far as they go. */
static uint64_t hash_pixels(const uint8_t *pixels, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325, word;
    for (; n >= sizeof word; n -= sizeof word, pixels += sizeof word) {
        memcpy(&word, pixels, sizeof word);
        hash = (hash ^ word) * 0x100000001b3;
        hash ^= hash >> 29;
    }
    while (n-- > 0)
        hash = (hash ^ *pixels++) * 0x100000001b3;
    return hash;
}

static int compare_prints(const void *a, const void *b)
{
    const struct print *x = a, *y = b;
    return NUMBER_ORDER(x->hash, y->hash) ?: x->is_test - y->is_test;
}

static size_t take_prints(const struct dataset *d, struct print *prints)
{
    const size_t n_pixels = images_n_kept_pixels(&d->train);
    size_t n = 0;
    for (int32_t l = 0; l < d->labels.n; l++)
        for (int32_t i = 0; i < d->n_train[l]; i++)
            prints[n++] = (struct print){
                hash_pixels(images_pixels(&d->train, d->train_image[l][i]), n_pixels),
                d->class_of[l], false};
    for (int32_t i = 0; i < d->n_test; i++)
        prints[n++] =
            (struct print){hash_pixels(images_pixels(&d->test, d->test_image[i]), n_pixels),
                           d->test_class[i], true};
    qsort(prints, n, sizeof *prints, compare_prints);
    return n;
}

/* Warns if many test images are training images, too (they test no learning), or many images are in
 * two classes (no network can tell them). Every large data set has a few. */
static int check_twins(const struct examination *e)
{
    const struct dataset *d = e->dataset;
    const size_t n_most = (size_t)d->train.n_images + (size_t)d->test.n_images;
    OWN_NEW(struct print, prints, n_most, "the images' checksums");
    const size_t n = take_prints(d, prints);
    int32_t n_learned = 0, n_of_two = 0;
    for (size_t i = 0, first = 0; i < n; i++) {
        first = prints[i].hash == prints[first].hash ? first : i;
        n_learned += prints[i].is_test && !prints[first].is_test;
        n_of_two += prints[i].class_index != prints[first].class_index;
    }
    if (n_learned > d->n_test / 20)
        say(e, "%s: %d of the %d test images are training images as well: this tests no learning",
            e->p->data.test_images, n_learned, d->n_test);
    if ((size_t)n_of_two > n / 100)
        say(e, "%s: %d images stand in another class as well, which no network can tell",
            e->p->data.train_images, n_of_two);
    return STATUS_OK;
}

int doubts_find(const struct dataset *dataset, const struct parameters *p,
                void (*warn)(const char *line))
{
    const struct examination e = {dataset, p, warn};
    if (p->data.kind != DATA_FILES)
        return STATUS_OK;
    const bool has_other = *p->data.other_train_images != '\0';
    TRY(check_grey(&e, (struct labels){0, has_other ? DATASET_OTHER_LABEL - 1 : IMAGES_LABEL_MAX}));
    if (has_other)
        TRY(check_grey(&e, (struct labels){DATASET_OTHER_LABEL, IMAGES_LABEL_MAX}));
    check_plain(&e);
    check_number(&e);
    check_left_out(&e);
    return check_twins(&e);
}
