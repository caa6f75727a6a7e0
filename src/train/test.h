/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TEST_H
#define SPINET_TRAIN_TEST_H

#include "data/dataset.h"
#include "data/encode.h"
#include "neuron/presentation.h"
#include "train/cost.h"

/* What counts for a class: its cells with more than active_spikes spikes, or all their spikes. */
struct readout {
    enum test_readout counts;
    int32_t active_spikes;
};

struct readout readout_from(const struct parameters *p);

/* Presenting images, in training and in tests: for each thread a presentation and a stimulus. The
 * threads share the network, which they only read. */
struct presenter {
    struct encoder encoder;
    struct readout readout;
    int32_t n_threads;
    bool counts_cost;
    bool may_stop; /* a test ends at once when a signal asks for it; what it returns is nothing */
    struct presentation *presentation; /* [n_threads] */
    struct stimulus *stimulus;         /* [n_threads] */
};

/* For networks with the fixed synapses of `network`. A large network's presentation is shared by
 * the threads; with a small one each thread has its own image. SYSTEM without memory. */
int presenter_init(struct presenter *presenter, const struct parameters *p,
                   const struct network *network, const struct kernel *kernel, int32_t n_threads);
void presenter_free(struct presenter *presenter);

/* What the network says to an image (docs/model.md §6). */
struct answer {
    int32_t predicted;          /* class; the lowest of a tie; -1 if nothing counts for any */
    bool is_tie;                /* of two or more classes for which most counts */
    int32_t votes[CLASSES_MAX]; /* for each class: active cells, or spikes */
};

/* From spike counts [n_neurons]. */
struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout);

struct score {
    int32_t n, n_correct, n_ties, n_undecided;
    struct cost cost; /* of all images together, where the presenter counts it */
};

/* Of all that were tested, 0 … 1; NaN of none. */
double score_accuracy(const struct score *score);

/* Tests the first `n` of the data set's test images: plasticity off, teachers silent, CREB as it
 * is. `answers` [n] or NULL. The same for any number of threads. */
struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct answer *answers);

/* The same for the images first … end - 1; answers[i] and, if not NULL, raster[i - first] take what
 * image i came to. */
struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct answer *answers, struct raster *raster);

#endif
