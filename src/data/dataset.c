/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From images to a task: which classes, which images of them, in which order. */
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/number.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/utf8.h"
#include "data/locate.h"
#include "data/shapes.h"

int32_t dataset_class(const struct dataset *dataset, int32_t label)
{
    const int32_t l = label_index(&dataset->labels, label);
    return l < 0 ? -1 : dataset->class_of[l];
}

/* Gives a part of the pixels of each image any intensity. */
static void add_noise(struct images *images, double part, uint64_t seed)
{
    const size_t n = images_n_pixels(images);
    for (int32_t i = 0; i < images->n_images; i++)
        for (size_t k = 0; k < n; k++) {
            const struct random_words words =
                random_words(seed, RANDOM_TEST_NOISE, (uint32_t)i, (uint32_t)k, 0);
            if ((double)random_unit_float(words.word[0]) < part)
                images->pixels[(size_t)i * n + k] = (uint8_t)(words.word[1] >> 24);
        }
}

static int read_shapes(struct dataset *d, const struct parameters *p, uint64_t seed)
{
    struct shapes_recipe recipe = {.stability = p->data.stability, .overlap = p->data.overlap};
    recipe.n_per_class = p->data.train_per_class;
    snprintf(d->name, sizeof d->name, "shapes-s%d-o%d", recipe.stability, recipe.overlap);
    TRY(shapes_generate(&d->train, &recipe, seed, SHAPES_TRAIN, false));
    recipe.n_per_class = p->data.test_per_class;
    TRY(shapes_generate(&d->test, &recipe, seed, SHAPES_TEST, true));
    if (p->data.test_noise > 0)
        add_noise(&d->test, p->data.test_noise, seed);
    const struct image_form form = dataset_image_form(p);
    TRY(images_show_channels(&d->train, d->name, form.channels, form.channel_limit));
    return images_show_channels(&d->test, d->name, form.channels, form.channel_limit);
}

struct image_form dataset_image_form(const struct parameters *p)
{
    return (struct image_form){.intensity_max = p->input.intensity_max,
                               .width = p->data.width,
                               .height = p->data.height,
                               .transpose = p->data.transpose,
                               .invert = p->data.invert,
                               .channels = p->input.channels,
                               .channel_limit =
                                   p->input.channels == CHANNELS_EDGES    ? p->input.edge_threshold
                                   : p->input.channels == CHANNELS_ON_OFF ? p->input.on_off_pixels
                                                                          : 0};
}

/* Names the data set after the folder of its images. */
static void name_after_folder(struct dataset *d, const char *path)
{
    const char *end = strrchr(path, '/');
    if (!end || end == path)
        end = path + strlen(path);
    const char *start = end;
    while (start > path && start[-1] != '/')
        start--;
    utf8_copy(d->name, sizeof d->name, start, (size_t)(end - start));
    for (char *c = d->name; *c; c++) /* the name is written into CSV files */
        if (*c == ',' || *c == '"' || (unsigned char)*c < ' ')
            *c = '_';
}

void dataset_paths(const struct parameters *p, const char *paths[DATASET_N_FILES])
{
    const bool are_files = p->data.kind == DATA_FILES;
    paths[0] = are_files ? p->data.train_images : "";
    paths[1] = are_files ? p->data.train_labels : "";
    paths[2] = are_files ? p->data.test_images : "";
    paths[3] = are_files ? p->data.test_labels : "";
    paths[DATASET_NETWORK] = p->data.network;
}

/* Notes checksums and paths of the files that have been read. */
static int note_files(struct dataset *d, const char *const paths[DATASET_N_FILES])
{
    for (int i = 0; i < DATASET_N_FILES; i++) {
        if (!*paths[i])
            continue;
        if (!realpath(paths[i], d->path[i])) /* at most PATH_MAX */
            *d->path[i] = '\0';
        if (file_is_folder(paths[i])) {
            TRY(images_sha256(i < 2 ? &d->train : &d->test, d->sha256[i]));
            continue;
        }
        TRY(file_sha256(paths[i], d->sha256[i]));
        TRY(gzip_sha256(paths[i], d->unpacked_sha256[i]));
    }
    return STATUS_OK;
}

static int read_files(struct dataset *d, const struct parameters *p,
                      const char *const paths[DATASET_N_FILES], enum dataset_keep keep)
{
    struct image_form form = dataset_image_form(p);
    form.classes = keep == DATASET_CLASSES ? &p->data.classes : NULL;
    name_after_folder(d, p->data.train_images);
    TRY(images_read(&d->train, paths[0], paths[1], &form));
    TRY(images_read(&d->test, paths[2], paths[3], &form));
    if (d->train.width != d->test.width || d->train.height != d->test.height)
        return status_fail(STATUS_USER, "%s: images of %dx%d pixels: expected %dx%d as in %s",
                           p->data.test_images, d->test.width, d->test.height, d->train.width,
                           d->train.height, p->data.train_images);
    return STATUS_OK;
}

/* Finds the labels to learn: all that the training images have (at most IMAGES_LABEL_MAX), unless
 * the parameters name them. */
static int find_labels(struct dataset *d, const struct parameters *p)
{
    if (p->data.classes.n > 0) {
        d->labels = p->data.classes;
        return STATUS_OK;
    }
    bool present[IMAGES_LABEL_MAX + 1] = {false};
    for (int32_t i = 0; i < d->train.n_images; i++)
        present[d->train.labels[i]] = true;
    for (int32_t label = 0; label <= IMAGES_LABEL_MAX; label++) {
        if (!present[label])
            continue;
        if (d->labels.n == CLASSES_MAX)
            return status_fail(STATUS_USER, "%s: more than %d classes; choose with data.classes",
                               d->name, CLASSES_MAX);
        d->labels.label[d->labels.n++] = label;
    }
    if (d->labels.n < 2)
        return status_fail(STATUS_USER, "%s: the training images have %d class: expected 2 or more",
                           d->name, d->labels.n);
    return STATUS_OK;
}

/* Reads data.share: groups[l] is the group, from 1, of the label labels.label[l]; 0: none. */
static int read_groups(const struct label_list *labels, const char *text, int32_t *groups)
{
    static const char between[] = " \t\r\n";
    int32_t group = 1;
    for (text += strspn(text, between); *text; text += strspn(text, between)) {
        const char *at = text;
        double label;
        if (*text == ';') {
            group++;
            text++;
            continue;
        }
        const int32_t l =
            number_take(&text, &label) && fabs(label) <= IMAGES_LABEL_MAX && label == floor(label)
                ? label_index(labels, (int32_t)label)
                : -1;
        if (l < 0 || groups[l] > 0)
            return status_fail(STATUS_USER,
                               "data.share: expected classes that are learned, each once, at "
                               "'%.40s', as in \"0 2 4; 1 3 5\"",
                               at);
        groups[l] = group;
    }
    return STATUS_OK;
}

/* Makes a class of each label or, with data.share, of each group of labels. */
static int make_classes(struct dataset *d, const struct parameters *p)
{
    int32_t groups[CLASSES_MAX] = {0};
    TRY(read_groups(&d->labels, p->data.share, groups));
    for (int32_t l = 0; l < d->labels.n; l++) {
        int32_t first = 0;
        while (first < l && (groups[l] == 0 || groups[first] != groups[l]))
            first++;
        if (first == l)
            d->classes.label[d->classes.n++] = d->labels.label[l];
        d->class_of[l] = first < l ? d->class_of[first] : d->classes.n - 1;
    }
    return d->classes.n > 1 ? STATUS_OK
                            : status_fail(STATUS_USER,
                                          "data.share = %.40s: all classes share their cells: "
                                          "expected two groups or more, as in \"0 2 4; 1 3 5\"",
                                          p->data.share);
}

/* The name of the images for messages: their file or, if they are generated, the data set's name.
 */
static const char *source(const struct dataset *d, const struct parameters *p, const char *file)
{
    return p->data.kind == DATA_FILES ? file : d->name;
}

/* USER: of the images from `first` to before `end` none is of the class; the message says which
 * classes they are of. */
static int refuse_class(const char *name, const struct images *images, int32_t first, int32_t end,
                        const char *kind, int32_t label)
{
    enum { NAMED_MAX = 12 };
    char names[NAMED_MAX * 5 + 16] = "";
    size_t length = 0;
    int n = 0;
    bool present[IMAGES_LABEL_MAX + 1] = {false};
    for (int32_t i = first; i < end; i++)
        present[images->labels[i]] = true;
    for (int32_t other = 0; other <= IMAGES_LABEL_MAX && n <= NAMED_MAX; other++) {
        if (!present[other])
            continue;
        length += (size_t)(n < NAMED_MAX ? snprintf(names + length, sizeof names - length, "%s%d",
                                                    n ? ", " : "", other)
                                         : snprintf(names + length, sizeof names - length, ", …"));
        n++;
    }
    return status_fail(STATUS_USER, "data.classes: %s has no %s of class %d, but of %s", name, kind,
                       label, names);
}

/* The index of the first training image that is set aside for validation; the number of training
 * images if none is. */
static int32_t first_validation(const struct dataset *d, const struct parameters *p)
{
    return p->test.sample_from == FROM_VALIDATION || p->test.final_from == FROM_VALIDATION
               ? d->train.n_images - p->data.validation_images
               : d->train.n_images;
}

static int sort_training(struct dataset *d, const struct parameters *p, uint64_t seed)
{
    const int32_t end = first_validation(d, p);
    TRY_NEW(d->n_train, d->labels.n, "the classes");
    TRY_NEW(d->train_image, d->labels.n, "the classes");
    for (int32_t l = 0; l < d->labels.n; l++)
        TRY_NEW(d->train_image[l], d->train.n_images, "the order of the images");
    if (end <= 0)
        return status_fail(
            STATUS_USER,
            "data.validation_images = %d: expected fewer than the %d training images "
            "of %s",
            p->data.validation_images, d->train.n_images, source(d, p, p->data.train_images));
    for (int32_t i = 0; i < end; i++) {
        const int32_t l = label_index(&d->labels, d->train.labels[i]);
        if (l >= 0)
            d->train_image[l][d->n_train[l]++] = i;
    }
    for (int32_t l = 0; l < d->labels.n; l++) {
        if (d->n_train[l] == 0)
            return refuse_class(source(d, p, p->data.train_images), &d->train, 0, end,
                                end < d->train.n_images
                                    ? "training image outside data.validation_images"
                                    : "training image",
                                d->labels.label[l]);
        if (p->data.order == ORDER_SHUFFLED)
            random_shuffle(d->train_image[l], d->n_train[l], seed, RANDOM_DATA_ORDER,
                           (uint32_t)d->labels.label[l], 0);
    }
    return STATUS_OK;
}

/* Chooses the images from `first` on that are of the classes, at most `most` of them (0: all). USER
 * if a class has none; the message then names the file and the `kind`, "test image". */
static int choose_from(struct dataset *d, struct test_set *set, const struct images *images,
                       int32_t first, int32_t most, const char *file, const char *kind)
{
    TRY_NEW(set->image, images->n_images - first, "the test images");
    TRY_NEW(set->class_index, images->n_images - first, "the test images");
    bool present[CLASSES_MAX] = {false};
    for (int32_t i = first; i < images->n_images; i++) {
        const int32_t l = label_index(&d->labels, images->labels[i]);
        if (l < 0)
            continue;
        present[l] = true;
        if (most > 0 && set->n == most)
            continue;
        set->image[set->n] = i;
        set->class_index[set->n++] = d->class_of[l];
    }
    for (int32_t l = 0; l < d->labels.n; l++)
        if (!present[l])
            return refuse_class(file, images, first, images->n_images, kind, d->labels.label[l]);
    return STATUS_OK;
}

/* Puts the training images that are set aside in the place of the test images. */
static void test_those_set_aside(struct dataset *d, const struct parameters *p)
{
    const int32_t first = first_validation(d, p);
    if (!d->shares_images)
        images_free(&d->test);
    d->test = d->train;
    d->test.n_images -= first;
    if (d->test.place)
        d->test.place += first;
    else
        d->test.pixels += (size_t)first * images_n_kept_pixels(&d->train);
    d->test.labels += first;
    d->test.is_borrowed = true;
}

static int choose_tests(struct dataset *d, const struct parameters *p)
{
    const bool are_set_aside = p->test.final_from == FROM_VALIDATION;
    struct test_set tests = {0};
    if (are_set_aside)
        test_those_set_aside(d, p);
    const int status =
        choose_from(d, &tests, &d->test, 0, p->test.max_images,
                    source(d, p, are_set_aside ? p->data.train_images : p->data.test_images),
                    are_set_aside ? "validation image" : "test image");
    d->n_test = tests.n;
    d->test_image = tests.image;
    d->test_class = tests.class_index;
    return status;
}

static int choose_validation(struct dataset *d, const struct parameters *p)
{
    const int32_t first = first_validation(d, p);
    return first < d->train.n_images
               ? choose_from(d, &d->validation, &d->train, first, 0,
                             source(d, p, p->data.train_images), "validation image")
               : STATUS_OK;
}

/* Sums up how much the training images use each input: the square root of its mean intensity, or
 * nothing if that is 1 of 255 or less. */
static int sum_use(struct dataset *d)
{
    const size_t n = images_n_pixels(&d->train);
    OWN_NEW(uint8_t, room, images_room(n), "an image");
    TRY_NEW(d->input_use, n + 1, "the use of the inputs");
    double *use = d->input_use;
    int32_t n_images = 0;
    for (int32_t l = 0; l < d->labels.n; n_images += d->n_train[l++])
        for (int32_t place = 0; place < d->n_train[l]; place++) {
            const uint8_t *pixels = images_show(&d->train, d->train_image[l][place], room);
            for (size_t i = 0; i < n; i++)
                use[i + 1] += pixels[i];
        }
    for (size_t i = 0; i < n; i++) {
        const double mean = use[i + 1] / n_images;
        use[i + 1] = use[i] + (mean > 1 ? sqrt(mean) : 0);
    }
    return use[n] > 0 ? STATUS_OK
                      : status_fail(STATUS_USER,
                                    "connections.sampling = active: the training images of %s are "
                                    "black: expected some with light pixels",
                                    d->name);
}

static int choose_images(struct dataset *dataset, const struct parameters *p, uint64_t seed)
{
    TRY(find_labels(dataset, p));
    TRY(make_classes(dataset, p));
    TRY(sort_training(dataset, p, seed));
    TRY(choose_tests(dataset, p));
    TRY(choose_validation(dataset, p));
    return p->connections.sampling == SAMPLING_ACTIVE ? sum_use(dataset) : STATUS_OK;
}

static int read_and_choose(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                           const char *const paths[DATASET_N_FILES], enum dataset_keep keep)
{
    TRY(p->data.kind == DATA_SHAPES ? read_shapes(dataset, p, seed)
                                    : read_files(dataset, p, paths, keep));
    TRY(note_files(dataset, paths));
    return choose_images(dataset, p, seed);
}

int dataset_init_at(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const char *const places[DATASET_N_FILES], enum dataset_keep keep)
{
    char found[DATASET_N_FILES][SHARED_PATH_MAX];
    const char *paths[DATASET_N_FILES];
    *dataset = (struct dataset){0};
    dataset_paths(p, paths);
    for (int i = 0; i < DATASET_N_FILES; i++)
        paths[i] = places && places[i] ? places[i] : shared_file_find(paths[i], found[i]);
    RETURN_OR_FREE(read_and_choose(dataset, p, seed, paths, keep), dataset_free, dataset);
}

int dataset_init(struct dataset *dataset, const struct parameters *p, uint64_t seed)
{
    return dataset_init_at(dataset, p, seed, NULL, DATASET_ALL);
}

int dataset_init_in(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const char *folder, enum dataset_keep keep)
{
    char found[DATASET_N_FILES][SHARED_PATH_MAX];
    const char *paths[DATASET_N_FILES], *places[DATASET_N_FILES] = {NULL};
    dataset_paths(p, paths);
    for (int i = 0; i < DATASET_N_FILES && folder; i++)
        if (*paths[i]) {
            const struct file_search search = {.path = paths[i], .folder = folder};
            TRY(locate_file(&search, "--data", found[i]));
            places[i] = found[i];
        }
    return dataset_init_at(dataset, p, seed, places, keep);
}

int dataset_init_from(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                      const struct dataset *files)
{
    *dataset = (struct dataset){.train = files->train, .test = files->test, .shares_images = true};
    memcpy(dataset->name, files->name, sizeof dataset->name);
    memcpy(dataset->sha256, files->sha256, sizeof dataset->sha256);
    memcpy(dataset->unpacked_sha256, files->unpacked_sha256, sizeof dataset->unpacked_sha256);
    memcpy(dataset->path, files->path, sizeof dataset->path);
    RETURN_OR_FREE(choose_images(dataset, p, seed), dataset_free, dataset);
}

bool dataset_same_files(const struct parameters *a, const struct parameters *b)
{
    const struct image_form as = dataset_image_form(a), bs = dataset_image_form(b);
    return a->data.kind == DATA_FILES && b->data.kind == DATA_FILES &&
           as.intensity_max == bs.intensity_max && as.width == bs.width && as.height == bs.height &&
           as.transpose == bs.transpose && as.invert == bs.invert && as.channels == bs.channels &&
           as.channel_limit == bs.channel_limit && a->test.final_from == b->test.final_from &&
           strcmp(a->data.train_images, b->data.train_images) == 0 &&
           strcmp(a->data.train_labels, b->data.train_labels) == 0 &&
           strcmp(a->data.test_images, b->data.test_images) == 0 &&
           strcmp(a->data.test_labels, b->data.test_labels) == 0 &&
           strcmp(a->data.network, b->data.network) == 0;
}

int32_t dataset_training_image(const struct dataset *d, int32_t i, int32_t *class_index)
{
    const int32_t k = i % d->classes.n, of_class = i / d->classes.n;
    int32_t own[CLASSES_MAX], n = 0; /* the labels of the class */
    for (int32_t l = 0; l < d->labels.n; l++)
        if (d->class_of[l] == k)
            own[n++] = l;
    *class_index = k;
    return dataset_label_image(d, own[of_class % n], of_class / n);
}

int32_t dataset_label_image(const struct dataset *d, int32_t l, int32_t i)
{
    return d->train_image[l][i % d->n_train[l]];
}

struct test_set dataset_tests(const struct dataset *d)
{
    return (struct test_set){&d->test, d->n_test, d->test_image, d->test_class};
}

struct test_set dataset_samples(const struct dataset *d)
{
    struct test_set samples = d->validation;
    samples.images = &d->train;
    return samples.n > 0 ? samples : dataset_tests(d);
}

void dataset_free(struct dataset *dataset)
{
    for (int32_t l = 0; dataset->train_image && l < dataset->labels.n; l++)
        free(dataset->train_image[l]);
    free(dataset->train_image);
    free(dataset->n_train);
    free(dataset->test_image);
    free(dataset->test_class);
    free(dataset->validation.image);
    free(dataset->validation.class_index);
    free(dataset->input_use);
    if (!dataset->shares_images) {
        images_free(&dataset->train);
        images_free(&dataset->test);
    }
    *dataset = (struct dataset){0};
}
