/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From images to a task: which classes, which images of them, in which order. */
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/phrase.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/utf8.h"
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
                               .channels = (enum input_channels)p->input.channels,
                               .channel_limit =
                                   p->input.channels == CHANNELS_EDGES    ? p->input.edge_threshold
                                   : p->input.channels == CHANNELS_ON_OFF ? p->input.on_off_pixels
                                                                          : 0};
}

/* Names the data set after the folder of its images. */
static void name_after_folder(char *name, size_t size, const char *path)
{
    const char *end = strrchr(path, '/');
    if (!end || end == path)
        end = path + strlen(path);
    const char *start = end;
    while (start > path && start[-1] != '/')
        start--;
    utf8_copy(name, size, start, (size_t)(end - start));
    for (char *c = name; *c; c++) /* the name is written into CSV files */
        if (*c == ',' || *c == '"' || (unsigned char)*c < ' ')
            *c = '_';
}

/* The paths that the parameters give, in the order of the files; "" for files that are not used. */
static void dataset_paths(const struct parameters *p, const char *paths[DATASET_N_FILES])
{
    const char *const all[DATASET_N_FILES] = {
        p->data.train_images,       p->data.train_labels,      p->data.test_images,
        p->data.test_labels,        p->data.network,           p->data.other_train_images,
        p->data.other_train_labels, p->data.other_test_images, p->data.other_test_labels};
    for (int i = 0; i < DATASET_N_FILES; i++)
        paths[i] = p->data.kind == DATA_FILES || i == DATASET_NETWORK ? all[i] : "";
}

const char *dataset_images_path(const struct parameters *p, int32_t label, bool are_tests)
{
    const char *paths[DATASET_N_FILES];
    const bool are_other = *p->data.other_train_images && label >= DATASET_OTHER_LABEL;
    dataset_paths(p, paths);
    return paths[(are_other ? DATASET_OTHER : 0) + (are_tests ? 2 : 0)];
}

/* Notes checksum and path of a file that has been read; `images` are those of a folder. */
static int note_file(struct data_file *file, const char *path, const struct images *images)
{
    if (!*path)
        return STATUS_OK;
    if (!realpath(path, file->path)) /* at most PATH_MAX */
        *file->path = '\0';
    return file_is_folder(path) ? images_sha256(images, file->sha256)
                                : file_sha256(path, file->sha256);
}

static int check_size(const struct images *images, const char *path, const struct images *right,
                      const char *right_path)
{
    int32_t width, height, right_width, right_height;
    images_find_kept_size(images, &width, &height);
    images_find_kept_size(right, &right_width, &right_height);
    return width == right_width && height == right_height
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: images of %dx%d pixels: expected %dx%d as in %s",
                             path, width, height, right_width, right_height, right_path);
}

/* Reads the four files from `first` on. */
static int read_four(struct dataset *d, struct images *train, struct images *test,
                     const char *const paths[DATASET_N_FILES], int first, struct image_form form)
{
    form.labels_key = first ? "data.other_train_labels" : "data.train_labels";
    TRY(images_read(train, paths[first], paths[first + 1], &form));
    form.labels_key = first ? "data.other_test_labels" : "data.test_labels";
    TRY(images_read(test, paths[first + 2], paths[first + 3], &form));
    TRY(check_size(test, paths[first + 2], train, paths[first]));
    for (int i = first; i < first + 4; i++)
        TRY(note_file(&d->file[i], paths[i], i < first + 2 ? train : test));
    return STATUS_OK;
}

/* The paths are those of the images and of their labels, "" if these are in the images' file. */
static int check_labels(const struct images *images, const char *const paths[2])
{
    for (int32_t i = 0; i < images->n_images; i++)
        if (images->labels[i] >= DATASET_OTHER_LABEL)
            return status_fail(STATUS_USER,
                               "%s: label %d of image %d: expected 0 to %d with other data "
                               "(data.other_train_images), whose labels begin at %d",
                               *paths[1] ? paths[1] : paths[0], images->labels[i], i + 1,
                               DATASET_OTHER_LABEL - 1, DATASET_OTHER_LABEL);
    return STATUS_OK;
}

/* Adds the other images: those of both take turns in proportion to their numbers, so that the first
 * so many, or the last, are of both. Paths as of check_labels. */
static int add_images(struct images *images, const char *const paths[2], const struct images *other,
                      const char *const other_paths[2])
{
    SCOPED(images_free) struct images both = {0};
    const int64_t n_images = images->n_images, n_other = other->n_images;
    const size_t n_pixels = images_n_kept_pixels(images);
    size_t n_kept = 0;
    TRY(check_size(other, other_paths[0], images, paths[0]));
    TRY(check_labels(images, paths));
    TRY(check_labels(other, other_paths));
    TRY(images_check_size(other_paths[0], n_images + n_other, images->width, images->height));
    both = (struct images){.n_images = (int32_t)(n_images + n_other),
                           .width = images->width,
                           .height = images->height,
                           .channels = images->channels,
                           .channel_limit = images->channel_limit};
    TRY_NEW(both.pixels, (size_t)both.n_images * n_pixels, "the images");
    TRY_NEW(both.labels, both.n_images, "the images");
    TRY_NEW(both.place, both.n_images, "the images");
    for (int32_t i = 0, j = 0; i + j < both.n_images;) {
        const bool is_other = (j + 1) * n_images <= i * n_other || i == n_images;
        const uint8_t *pixels = is_other ? images_pixels(other, j) : images_pixels(images, i);
        both.labels[i + j] = is_other ? DATASET_OTHER_LABEL + other->labels[j] : images->labels[i];
        both.place[i + j] = pixels ? (int32_t)n_kept : -1;
        if (pixels)
            memcpy(both.pixels + n_kept++ * n_pixels, pixels, n_pixels);
        *(is_other ? &j : &i) += 1;
    }
    if (n_kept == (size_t)both.n_images) { /* all are kept, as they come */
        free(both.place);
        both.place = NULL;
    }
    images_free(images);
    *images = both;
    both = (struct images){0};
    return STATUS_OK;
}

/* Those of the labels that are labels of other data, as these name them. */
static struct label_list labels_of_other(const struct label_list *labels)
{
    struct label_list other = {0};
    for (int32_t l = 0; l < labels->n; l++)
        if (labels->label[l] >= DATASET_OTHER_LABEL)
            other.label[other.n++] = labels->label[l] - DATASET_OTHER_LABEL;
    return other;
}

static int read_other(struct dataset *d, const struct parameters *p,
                      const char *const paths[DATASET_N_FILES], struct image_form form)
{
    SCOPED(images_free) struct images train = {0}, test = {0};
    const struct label_list classes = labels_of_other(&p->data.classes);
    const char *const *other = paths + DATASET_OTHER;
    form.classes = form.classes ? &classes : NULL;
    TRY(read_four(d, &train, &test, paths, DATASET_OTHER, form));
    TRY(add_images(&d->train, paths, &train, other));
    TRY(add_images(&d->test, paths + 2, &test, other + 2));
    const size_t n = strlen(d->name);
    if (n + 2 < sizeof d->name) {
        d->name[n] = '+';
        name_after_folder(d->name + n + 1, sizeof d->name - n - 1, p->data.other_train_images);
    }
    return STATUS_OK;
}

static int read_files(struct dataset *d, const struct parameters *p,
                      const char *const paths[DATASET_N_FILES], enum dataset_keep keep)
{
    struct image_form form = dataset_image_form(p);
    form.classes = keep == DATASET_CLASSES && p->data.classes.n > 0 ? &p->data.classes : NULL;
    name_after_folder(d->name, sizeof d->name, p->data.train_images);
    TRY(read_four(d, &d->train, &d->test, paths, 0, form));
    return *p->data.other_train_images ? read_other(d, p, paths, form) : STATUS_OK;
}

/* Finds the labels to learn: all that the training images have (at most IMAGES_LABEL_MAX), unless
 * the parameters name them. */
static int find_labels(struct dataset *d, const struct parameters *p)
{
    if (p->data.classes.n > 0) {
        d->labels = p->data.classes;
        return STATUS_OK;
    }
    if (!images_find_labels(&d->train, 0, d->train.n_images, &d->labels))
        return status_fail(STATUS_USER, "%s: more than %d classes; choose with data.classes",
                           d->name, CLASSES_MAX);
    if (d->labels.n < 2)
        return status_fail(STATUS_USER, "%s: the training images have %d class: expected 2 or more",
                           d->name, d->labels.n);
    return STATUS_OK;
}

/* Reads data.share: groups[l] is the group, from 1, of the label labels.label[l]; 0: none. */
static int read_groups(const struct label_list *labels, const char *text, int32_t *groups)
{
    struct phrase phrase = {.at = text};
    for (int32_t group = 1; phrase_next(&phrase);) {
        const char *at = phrase.at;
        double label;
        if (phrase_take(&phrase, ';')) {
            group++;
            continue;
        }
        const int32_t l = phrase_take_number(&phrase, &label) && fabs(label) <= IMAGES_LABEL_MAX &&
                                  label == floor(label)
                              ? label_index(labels, (int32_t)label)
                              : -1;
        if (l < 0 || groups[l] > 0)
            return status_fail(STATUS_USER,
                               "data.share: %s at '%.40s': expected classes that are learned, "
                               "each once, as in \"0 2 4; 1 3 5\"",
                               l < 0 ? "no class that is learned" : "a class once more", at);
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

/* The name of a label's images for messages: their file or, if they are generated, the data set's
 * name. */
static const char *source(const struct dataset *d, const struct parameters *p, int32_t label,
                          bool are_tests)
{
    return p->data.kind == DATA_FILES ? dataset_images_path(p, label, are_tests) : d->name;
}

/* USER: of the images from `first` to before `end` none is of the class; the message says which
 * classes they are of. */
static int refuse_class(const char *name, const struct images *images, int32_t first, int32_t end,
                        const char *kind, int32_t label)
{
    enum { NAMED_MAX = 12 };
    char names[NAMED_MAX * 5];
    struct label_list labels;
    images_find_labels(images, first, end, &labels);
    const bool has_more = labels.n > NAMED_MAX;
    labels.n = has_more ? NAMED_MAX : labels.n;
    return status_fail(STATUS_USER, "data.classes: %s has no %s of class %d, but of %s%s", name,
                       kind, label, label_list_text(&labels, ", ", names, sizeof names),
                       has_more ? ", …" : "");
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
            p->data.validation_images, d->train.n_images, source(d, p, 0, false));
    for (int32_t i = 0; i < end; i++) {
        const int32_t l = label_index(&d->labels, d->train.labels[i]);
        if (l >= 0)
            d->train_image[l][d->n_train[l]++] = i;
    }
    for (int32_t l = 0; l < d->labels.n; l++) {
        if (d->n_train[l] == 0)
            return refuse_class(source(d, p, d->labels.label[l], false), &d->train, 0, end,
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
 * if a class has none. */
static int choose_from(struct dataset *d, const struct parameters *p, struct test_set *set,
                       const struct images *images, int32_t first, int32_t most, bool are_tests)
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
            return refuse_class(source(d, p, d->labels.label[l], are_tests), images, first,
                                images->n_images, are_tests ? "test image" : "validation image",
                                d->labels.label[l]);
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
    const int status = choose_from(d, p, &tests, &d->test, 0, p->test.max_images, !are_set_aside);
    d->n_test = tests.n;
    d->test_image = tests.image;
    d->test_class = tests.class_index;
    return status;
}

static int choose_validation(struct dataset *d, const struct parameters *p)
{
    const int32_t first = first_validation(d, p);
    return first < d->train.n_images ? choose_from(d, p, &d->validation, &d->train, first, 0, false)
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
    TRY(note_file(&dataset->file[DATASET_NETWORK], paths[DATASET_NETWORK], NULL));
    return choose_images(dataset, p, seed);
}

int dataset_init_in(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const struct data_places *places, enum dataset_keep keep)
{
    char found[DATASET_N_FILES][SHARED_PATH_MAX];
    const char *paths[DATASET_N_FILES];
    *dataset = (struct dataset){0};
    dataset_paths(p, paths);
    for (int i = 0; i < DATASET_N_FILES; i++) {
        if (!*paths[i])
            continue;
        const struct data_file *known = places->known ? &places->known[i] : NULL;
        TRY(locate_file(paths[i], places, known, found[i]));
        paths[i] = found[i];
    }
    RETURN_OR_FREE(read_and_choose(dataset, p, seed, paths, keep), dataset_free, dataset);
}

int dataset_init(struct dataset *dataset, const struct parameters *p, uint64_t seed)
{
    return dataset_init_in(dataset, p, seed, &(struct data_places){0}, DATASET_ALL);
}

int dataset_init_from(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                      const struct dataset *files)
{
    *dataset = (struct dataset){.train = files->train, .test = files->test, .shares_images = true};
    memcpy(dataset->name, files->name, sizeof dataset->name);
    memcpy(dataset->file, files->file, sizeof dataset->file);
    RETURN_OR_FREE(choose_images(dataset, p, seed), dataset_free, dataset);
}

bool dataset_same_files(const struct parameters *a, const struct parameters *b)
{
    const struct image_form as = dataset_image_form(a), bs = dataset_image_form(b);
    const char *a_paths[DATASET_N_FILES], *b_paths[DATASET_N_FILES];
    int n_same = 0;
    dataset_paths(a, a_paths);
    dataset_paths(b, b_paths);
    for (int i = 0; i < DATASET_N_FILES; i++)
        n_same += strcmp(a_paths[i], b_paths[i]) == 0;
    return a->data.kind == DATA_FILES && b->data.kind == DATA_FILES &&
           as.intensity_max == bs.intensity_max && as.width == bs.width && as.height == bs.height &&
           as.transpose == bs.transpose && as.invert == bs.invert && as.channels == bs.channels &&
           as.channel_limit == bs.channel_limit && a->test.final_from == b->test.final_from &&
           n_same == DATASET_N_FILES;
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
