/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns of data that can be read but are hardly what somebody meant: dim or inverted images,
 * classes left out. For a data set in good order it says nothing. */
#include "data/dataset.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

enum {
    WHITE = 255,
    DIM_BELOW = 128,   /* images are dim if their brightest pixel is below */
    PAPER_ABOVE = 200, /* images are on white paper if the mean at their edges is above */
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

static int check_brightness(const struct examination *e, const struct images *images,
                            struct labels labels, const char *path)
{
    int most = -1;
    TRY(find_brightest(images, labels, e->p->data.invert, &most));
    if (most < 0) /* none is kept: data.classes has none of these */
        return STATUS_OK;
    const double value = most * e->p->input.intensity_max / WHITE; /* as it is in the file */
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

/* Proposes to invert images whose first and last rows are bright and whose pixels on average are
 * darker. */
static void check_paper(const struct examination *e, const struct images *images,
                        struct labels labels, const char *path)
{
    const size_t width = (size_t)images->width, n_pixels = images_n_pixels(images);
    uint64_t sum = 0, sum_edge = 0;
    double n_images = 0;
    for (int32_t i = 0; i < images->n_images && !images->channels; i++) {
        const uint8_t *pixels = is_of(images, i, labels) ? images_pixels(images, i) : NULL;
        if (!pixels)
            continue;
        sum += sum_bytes(pixels, n_pixels);
        sum_edge += sum_bytes(pixels, width) + sum_bytes(pixels + n_pixels - width, width);
        n_images++;
    }
    const double edge = (double)sum_edge / (n_images * 2 * (double)width),
                 mean = (double)sum / (n_images * (double)n_pixels);
    if (edge > PAPER_ABOVE && mean < edge - 1)
        say(e,
            "%s: bright at the top and bottom (mean %.0f of 255) and darker as a whole (%.0f): if "
            "this is ink on paper, say --set data.invert=%s, or the paper is learned",
            path, edge, mean, e->p->data.invert ? "false" : "true");
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

/* ---- classes ---- */

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
    check_left_out(&e);
    return STATUS_OK;
}
