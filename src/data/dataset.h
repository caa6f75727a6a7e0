/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_DATASET_H
#define SPINET_DATA_DATASET_H

#include <stdbool.h>

#include "core/parameters.h"
#include "core/shared_file.h"
#include "data/images.h"

/* Training images, their labels, test images, their labels, and the network to begin with. */
enum { DATASET_N_FILES = 5, DATASET_NETWORK = 4 };

/* Images to be tested: some of `images`, and their classes. */
struct test_set {
    const struct images *images;
    int32_t n;
    int32_t *image;       /* [n] into images */
    int32_t *class_index; /* [n] */
};

/* The task of a run: training images class by class in the order they will be shown, and the test
 * images of these classes in file order (docs/model.md §6). */
struct dataset {
    struct images train, test;
    bool shares_images;        /* they belong to another data set */
    struct label_list classes; /* class k has label classes.label[k] */
    int32_t *n_train;          /* [classes.n] */
    int32_t **train_image;     /* [classes.n][n_train[k]] into train */
    int32_t n_test;
    int32_t *test_image;        /* [n_test] into test */
    int32_t *test_class;        /* [n_test] */
    struct test_set validation; /* of training images set aside (its images: NULL) */
    double *
        input_use; /* [pixels + 1] for layout.input_use; NULL with connections.sampling = uniform */
    char name[64]; /* "shapes-s1-o2", or the name of the file's folder */
    char sha256[DATASET_N_FILES][65];            /* of its files, of a folder's images, or "" */
    char unpacked_sha256[DATASET_N_FILES][65];   /* of what is in those that are gzipped, else "" */
    char path[DATASET_N_FILES][SHARED_PATH_MAX]; /* where they were read, from the root; or "" */
};

/* How the parameters say that files hold images. */
struct image_form dataset_image_form(const struct parameters *p);

/* Generates or reads the images p->data asks for; of the network it names only the SHA-256.
 * Everything that depends on chance is a function of `seed`. USER for classes the data lack and
 * everything images_read refuses. */
int dataset_init(struct dataset *dataset, const struct parameters *p, uint64_t seed);

/* The same with files that are elsewhere than the parameters say: places[DATASET_N_FILES], with
 * NULL for those there are not. Their names alone do not change what it is. */
int dataset_init_at(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const char *const places[DATASET_N_FILES]);

/* The same with files that are to be found in the folder (locate.h); NULL: where the parameters
 * say.
 */
int dataset_init_in(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                    const char *folder);

/* The parameters' paths, in the order of sha256; "" for those they do not use. */
void dataset_paths(const struct parameters *p, const char *paths[DATASET_N_FILES]);

/* The same, with the images of `files`, a data set read from the same files: nothing is read again.
 * `files` must outlive it. */
int dataset_init_from(struct dataset *dataset, const struct parameters *p, uint64_t seed,
                      const struct dataset *files);

/* Would these parameters read the same files as the same images? */
bool dataset_same_files(const struct parameters *a, const struct parameters *b);

/* The test images, and those of the sample tests, which are the same unless some training images
 * are set aside. They belong to the data set. */
struct test_set dataset_tests(const struct dataset *dataset);
struct test_set dataset_samples(const struct dataset *dataset);

void dataset_free(struct dataset *dataset);

/* The class of a label, -1 if it is none. */
int32_t dataset_class(const struct dataset *dataset, int32_t label);

#endif
