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
    int32_t first, end;       /* images first … end - 1 of `tests` */
    struct reading *readings; /* of all images of `tests`; or NULL */
    struct raster *raster;    /* [end - first] spikes of each image; or NULL */
    atomic_int next, n_started, n_ended;
    int32_t n_helpers; /* threads besides the caller's */
    pthread_mutex_t lock;
    struct score score;  /* so far; `lock` guards it and presenter->activity */
    struct network copy; /* the network, if it may change during the test */
};

/* What training and tests need to present images: a presentation and a stimulus for each thread.
 * The threads share the network, which they only read. */
struct presenter {
    struct encoder encoder;
    struct readout readout;
    int32_t n_threads;
    bool counts_cost;
    bool may_stop;             /* a signal ends a test at once; its score is then meaningless */
    struct activity *activity; /* tests add their spikes to it; NULL: they do not */
    /* the caller's [n tests][n_pyramidal]: tests write the spikes of each image to it; NULL: they
     * do not */
    int32_t *pyramidal_spikes;
    struct presentation *presentation; /* [n_threads] */
    struct stimulus *stimulus;         /* [n_threads] */
    pthread_t *helper;                 /* [n_threads] */
};

/* Prepares for networks with the fixed synapses of `network`. In training all threads may share a
 * presentation; so they do in tests of large networks; in small ones each thread presents test
 * images of its own. SYSTEM without memory. */
int presenter_init(struct presenter *presenter, const struct parameters *p,
                   const struct network *network, const struct kernel *kernel, int32_t n_threads);
void presenter_free(struct presenter *presenter);

/* Tests the first n test images of the data set without plasticity and teachers; CREB acts. Unless
 * it is NULL, readings[n] is set to the answers. The result does not depend on the number of
 * threads. */
struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct reading *readings);

/* Tests images first … end - 1 of `tests`. Unless they are NULL, readings[i] is set to the answers
 * to image i, and raster[i - first] to its spikes. */
struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct reading *readings, struct raster *raster);

/* Begins a test of the first n images by all threads of the presenter but the caller's. It tests a
 * copy of the network, which may change meanwhile; the presenter's presentation and stimulus 0 may
 * be used for other work. A zeroed structure is a test that has not begun. SYSTEM without
 * memory. */
int test_begin(struct test *test, struct presenter *presenter, const struct network *network,
               const struct test_set *tests, int32_t n);

/* Whether test_finish would return at once. */
bool test_is_over(struct test *test);

/* Helps with the test that was begun, and returns its score when it is over. */
struct score test_finish(struct test *test);

/* Frees a test that is not at work. */
void test_clear(struct test *test);

#endif
