/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_DATASET_H
#define SPINET_DATA_DATASET_H

#include <stdbool.h>

#include "core/parameters.h"
#include "data/images.h"
#include "data/locate.h"

/* The files of a data set, in this order: training images, their labels, test images, their labels,
 * the network to begin with, and of other data the same four as at first. */
enum { DATASET_N_FILES = 9, DATASET_NETWORK = 4, DATASET_OTHER = 5 };

/* What is added to the labels of other data, and so the first label that is none of the first. */
enum { DATASET_OTHER_LABEL = 100 };

/* Whether the images of other classes than those of the parameters are kept, too, as those need who
 * share the images of several runs, or show all. */
enum dataset_keep { DATASET_CLASSES, DATASET_ALL };

/* A set of images to test with: some of `images`, and their classes. */
struct test_set {
    const struct images *images;
    int32_t n;
    int32_t *image;       /* [n] into images */
    int32_t *class_index; /* [n] */
};

/* The task of a run: training images label by label in the order they will be shown, and the test
 * images of these labels in file order (docs/model.md §6). A class is what has cells of its own:
 * the images of a label or, with data.share, of several. With other data, the images of both take
 * turns in proportion to their numbers. */
struct dataset {
    struct images train, test; /* test.final_from = validation: test is the end of train */
    bool shares_images;        /* the images belong to another data set */
    struct label_list labels;
    int32_t class_of[CLASSES_MAX]; /* [labels.n] */
    struct label_list classes;     /* class k has label classes.label[k], its first */
    int32_t *n_train;              /* [labels.n] */
    int32_t **train_image;         /* [labels.n][n_train[l]] into train */
    int32_t n_test;
    int32_t *test_image;        /* [n_test] into test */
    int32_t *test_class;        /* [n_test] */
    struct test_set validation; /* training images that are set aside (its `images` is NULL) */
    /* [pixels + 1] for layout.input_use; NULL with connections.sampling = uniform */
    double *input_use;
    char name[64]; /* "shapes-s1-o2", or the name of the file's folder */
    struct data_file file[DATASET_N_FILES];
};

/* The form of the images in files that the parameters describe. */
struct image_form dataset_image_form(const struct parameters *p);

/* Generates or reads all images p->data asks for; of the network it names only the SHA-256.
 * Everything that depends on chance is a function of `seed`. USER for classes the data lack and
 * everything images_read refuses. */
int dataset_init(struct dataset *dataset, const struct parameters *p, uint64_t seed);

/* dataset_init with files that are looked for in those places (known: [DATASET_N_FILES]). The paths
 * themselves change nothing of the data set. */
int dataset_init_in(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const struct data_places *places, enum dataset_keep keep);

/* The parameter's path of the images of a label. */
const char *dataset_images_path(const struct parameters *p, int32_t label, bool are_tests);

/* dataset_init with the images of `files`, a data set that was read from the same files, which is
 * not read again and must outlive this one. */
int dataset_init_from(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                      const struct dataset *files);

/* Whether both parameters read the same files into the same images. */
bool dataset_same_files(const struct parameters *a, const struct parameters *b);

/* The training image that is shown as the i-th (from 0), and its class. Classes A, B, … take turns,
 * and so do the labels of a class, each with its own images in order; when they run out, they begin
 * again. */
int32_t dataset_training_image(const struct dataset *dataset, int32_t i, int32_t *class_index);

/* The i-th training image (from 0) of the label labels.label[l], likewise. */
int32_t dataset_label_image(const struct dataset *dataset, int32_t l, int32_t i);

/* The test images, and those of the sample tests, which are the same unless some training images
 * are set aside. They belong to the data set. */
struct test_set dataset_tests(const struct dataset *dataset);
struct test_set dataset_samples(const struct dataset *dataset);

void dataset_free(struct dataset *dataset);

/* Looks at the images of files before they are learned (doubts.c): calls `warn` (unless it is NULL)
 * with a line for everything that makes one doubt that they are what was meant. USER if nothing can
 * be learned from them. */
int doubts_find(const struct dataset *dataset, const struct parameters *p,
                void (*warn)(const char *line));

/* The class of a label, -1 if it has none. */
int32_t dataset_class(const struct dataset *dataset, int32_t label);

#endif
