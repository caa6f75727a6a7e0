/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TEST_H
#define SPINET_TRAIN_TEST_H

#include "data/dataset.h"
#include "data/encode.h"
#include "neuron/presentation.h"
#include "train/cost.h"

/* What votes for a class in a test: each of its cells that fires more than active_spikes spikes, or
 * each spike of its cells. */
struct readout {
    enum test_readout counts;
    int32_t active_spikes;
};

struct readout readout_from(const struct parameters *p);

/* What is needed to present images, in training and in tests: a presentation and a stimulus for
 * each thread. The threads share the network, which they only read. */
struct presenter {
    struct encoder encoder;
    struct readout readout;
    int32_t n_threads;
    bool counts_cost;
    bool may_stop; /* a signal ends a test at once, whose score is then meaningless */
    struct presentation *presentation; /* [n_threads] */
    struct stimulus *stimulus;         /* [n_threads] */
};

/* Allocates for networks that have the fixed synapses of `network`. All threads share the
 * presentation of a large network; for a small one each thread presents an image of its own. SYSTEM
 * without memory. */
int presenter_init(struct presenter *presenter, const struct parameters *p,
                   const struct network *network, const struct kernel *kernel, int32_t n_threads);
void presenter_free(struct presenter *presenter);

/* How the network answers an image (docs/model.md §6). */
struct answer {
    int32_t
        predicted; /* the class with most votes (of a tie the lowest); -1 if there are no votes */
    bool is_tie;   /* two or more classes have most votes */
    int32_t votes[CLASSES_MAX]; /* for each class: its active cells, or their spikes */
};

/* The answer that spike counts [n_neurons] give. */
struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout);

struct score {
    int32_t n, n_correct, n_ties, n_undecided;
    struct cost cost; /* of all images together, if the presenter counts it */
};

/* Correct answers among all, 0 … 1; NaN if nothing was tested. */
double score_accuracy(const struct score *score);

/* Tests the first n test images of the data set, without plasticity and teachers, with CREB as it
 * is. answers[n] takes the answers, unless it is NULL. The result is the same for any number of
 * threads. */
struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct answer *answers);

/* Tests the images first … end - 1. Unless they are NULL, answers[i] takes the answer to image i,
 * and raster[i - first] its spikes. */
struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct answer *answers, struct raster *raster);

#endif
