/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: images. */
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"

/* If channels (edges, on and off) are shown of the images, replaces their pixels by these. */
static int make(struct images *images)
{
    struct images made;
    TRY(images_make(images, &made));
    if (images->channels) {
        images_free(images);
        *images = made;
    }
    return STATUS_OK;
}

int handles_make_images(struct dataset *dataset)
{
    int status = make(&dataset->test); /* first: it may read pixels of training images */
    if (status == STATUS_OK)
        status = make(&dataset->train);
    if (status != STATUS_OK)
        dataset_free(dataset);
    return status;
}

int spinet_images_new(const struct spinet_parameters *parameters, uint64_t seed,
                      struct spinet_images **images)
{
    POINT_FOR_DECIMALS;
    OWN_NEW(struct spinet_images, new, 1, "the images");
    new->made_of = parameters->values;
    new->seed = seed;
    TRY(parameters_validate(&parameters->values));
    TRY(dataset_init(&new->dataset, &parameters->values, seed));
    TRY(handles_make_images(&new->dataset));
    *images = scope_take(new);
    return STATUS_OK;
}

static int copy_pixels(struct images *images, const struct spinet_pixels *given,
                       const struct parameters *p, const char *name)
{
    TRY(images_allocate(images, name, given->n, given->width, given->height));
    for (int32_t i = 0; i < given->n; i++) {
        if (given->labels[i] < 0 || given->labels[i] > IMAGES_LABEL_MAX)
            return status_fail(STATUS_USER, "%s: label %d of image %d: expected 0 to %d", name,
                               given->labels[i], i, IMAGES_LABEL_MAX);
        images->labels[i] = given->labels[i];
    }
    memcpy(images->pixels, given->pixels, (size_t)given->n * images_n_pixels(images));
    const struct image_form form = dataset_image_form(p);
    return images_show_channels(images, name, form.channels, form.channel_limit);
}

/* Makes the data set of the images; `new` owns the images of `files` afterwards, unless it
 * fails. */
static int choose(struct spinet_images *new, const struct parameters *p, uint64_t seed,
                  const struct dataset *files)
{
    static const char train[] = "the training images in memory",
                      test[] = "the test images in memory";
    struct parameters *made_of = &new->made_of;
    *made_of = *p;
    new->seed = seed;
    made_of->data.kind = DATA_FILES;
    memcpy(made_of->data.train_images, train, sizeof train);
    memcpy(made_of->data.test_images, test, sizeof test);
    *made_of->data.train_labels = *made_of->data.test_labels = '\0';
    *made_of->data.other_train_images = *made_of->data.other_test_images = '\0';
    *made_of->data.other_train_labels = *made_of->data.other_test_labels = '\0';
    made_of->data.width = made_of->data.height = 0;
    made_of->data.transpose = made_of->data.invert = false;
    const int status = dataset_init_from(&new->dataset, made_of, seed, files);
    new->dataset.shares_images = status != STATUS_OK;
    return status;
}

int spinet_images_from_memory(const struct spinet_parameters *parameters, uint64_t seed,
                              const struct spinet_pixels *train, const struct spinet_pixels *test,
                              struct spinet_images **images)
{
    POINT_FOR_DECIMALS;
    SCOPED(dataset_free) struct dataset files = {.name = "memory"};
    OWN_NEW(struct spinet_images, new, 1, "the images");
    TRY(copy_pixels(&files.train, train, &parameters->values, "the training images"));
    TRY(copy_pixels(&files.test, test, &parameters->values, "the test images"));
    if (train->width != test->width || train->height != test->height)
        return status_fail(STATUS_USER,
                           "the test images: %dx%d pixels: expected %dx%d, as the training images",
                           test->width, test->height, train->width, train->height);
    TRY(handles_make_images(&files));
    TRY(images_sha256(&files.train, files.file[0].sha256));
    TRY(images_sha256(&files.test, files.file[2].sha256));
    TRY(choose(new, &parameters->values, seed, &files));
    files.shares_images = true; /* `new` owns them now */
    *images = scope_take(new);
    return STATUS_OK;
}

void spinet_images_free(struct spinet_images *images)
{
    if (images)
        dataset_free(&images->dataset);
    free(images);
}

static struct spinet_view view_of_pixels(const struct images *images)
{
    return (struct spinet_view){.values = images->pixels,
                                .type = SPINET_UINT8,
                                .n_dimensions = 3,
                                .shape = {images->n_images, images->height, images->width},
                                .unit = "1"};
}

int spinet_images_view(const struct spinet_images *images, const char *name,
                       struct spinet_view *view)
{
    const struct dataset *d = &images->dataset;
    const struct named_view views[] = {
        {"train.pixels", view_of_pixels(&d->train)},
        {"test.pixels", view_of_pixels(&d->test)},
        {"train.labels", views_list(d->train.labels, SPINET_INT32, d->train.n_images, "1")},
        {"test.labels", views_list(d->test.labels, SPINET_INT32, d->test.n_images, "1")},
        {"classes", views_list(d->classes.label, SPINET_INT32, d->classes.n, "1")},
        {"tested", views_list(d->test_image, SPINET_INT32, d->n_test, "1")},
    };
    return views_find(views, sizeof views / sizeof *views, name,
                      "train.pixels, train.labels, test.pixels, test.labels, classes or tested",
                      view);
}
