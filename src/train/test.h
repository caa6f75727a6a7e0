/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TEST_H
#define SPINET_TRAIN_TEST_H

#include <pthread.h>
#include <stdatomic.h>

#include "data/dataset.h"
#include "data/encode.h"
#include "neuron/presentation.h"
#include "train/carriers.h"
#include "train/readout.h"

struct presenter;

/* A test at work: each of its threads takes the next image until none is left. */
struct test {
    struct presenter *presenter;
    const struct network *network;
    struct test_set tests;
    int32_t first, end;       /* images */
    struct reading *readings; /* of all images of `tests`; or NULL */
    struct raster *raster;    /* [end - first]; or NULL */
    atomic_int next, n_started, n_ended;
    int32_t n_helpers; /* threads 1 … of the presenter at work */
    pthread_mutex_t lock;
    struct score score;  /* so far; guarded by the lock, as the presenter's activity */
    struct network copy; /* the network of a test beside other work */
};

/* What is needed to present images, in training and in tests: a presentation and a stimulus for
 * each thread. The threads share the network, which they only read. */
struct presenter {
    struct encoder encoder;
    struct readout readout;
    int32_t n_threads;
    bool counts_cost;
    bool may_stop;             /* a signal ends a test at once, whose score is then meaningless */
    struct activity *activity; /* to which tests add their spikes; NULL: nobody asks */
    /* the caller's [n tests][n_pyramidal]: takes the spikes of each image; NULL: they are not asked
     * for */
    int32_t *pyramidal_spikes;
    struct presentation *presentation; /* [n_threads] */
    struct stimulus *stimulus;         /* [n_threads] */
    pthread_t *helper;                 /* [n_threads] */
};

/* Allocates for networks that have the fixed synapses of `network`. The threads may share a
 * presentation of training, and in large networks each of a test; in small ones each thread has a
 * test image of its own. SYSTEM without memory. */
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

/* Begins a test of the first n images of the network as it is now, in all threads but the first of
 * a presenter that has several: its presentation and stimulus 0 may be used meanwhile, and the
 * network may change. A zeroed structure is a test that has not begun. SYSTEM without memory. */
int test_begin(struct test *test, struct presenter *presenter, const struct network *network,
               const struct test_set *tests, int32_t n);

/* Whether nothing is left to do for test_finish. */
bool test_is_over(struct test *test);

/* Takes part in the test that was begun, and returns its score when it is over. */
struct score test_finish(struct test *test);

/* Frees a test that is not at work. */
void test_clear(struct test *test);

#endif
