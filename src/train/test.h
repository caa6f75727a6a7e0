/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TEST_H
#define SPINET_TRAIN_TEST_H

#include "data/dataset.h"
#include "data/encode.h"
#include "neuron/presentation.h"
#include "train/readout.h"

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

/* Tests the first n test images of the data set, without plasticity and teachers, with CREB as it
 * is. readings[n] takes the answers, unless it is NULL. The result is the same for any number of
 * threads. */
struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct reading *readings);

/* Tests the images first … end - 1. Unless they are NULL, readings[i] takes the answers to image i,
 * and raster[i - first] its spikes. */
struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct reading *readings, struct raster *raster);

#endif
