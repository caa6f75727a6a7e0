/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_OBSERVER_H
#define SPINET_TRAIN_OBSERVER_H

#include "neuron/raster.h"

struct activity;
struct archive;
struct reading;
struct test_set;
struct training;

enum phase { PHASE_TRAIN, PHASE_TEST };

/* An image that was shown, in training or in the final test. */
struct showing {
    enum phase phase;
    int32_t image, label;
    const struct raster *raster; /* its spikes; NULL if no observer has rasters */
};

/* A test in the midst of training in phases. */
struct midway_test {
    bool is_end; /* before training or at the end of a phase, of all test images; else of samples */
    const struct test_set *tests;
    int32_t n;                       /* its first n images were shown */
    const struct reading *readings;  /* [n] */
    const struct activity *activity; /* at the end of a phase, else NULL */
};

/* Someone who is told what happens in a training and changes nothing of it: logs, maps, spikes,
 * checkpoints, a progress bar. Training knows a list of them and none by name. Every function may
 * be NULL; what one fails with ends the call of training that told it. */
struct observer {
    struct observer *next; /* in training->observers */
    /* spikes of as many presentations at a time are kept for it */
    int32_t n_rasters;
    struct raster *raster; /* [n_rasters] of its own */
    /* before the first presentation, after the rest that goes before it */
    int (*begun)(struct observer *observer, const struct training *training);
    int (*shown)(struct observer *observer, const struct showing *showing);
    /* a test in the midst of training in phases is done */
    int (*tested)(struct observer *observer, const struct training *training,
                  const struct midway_test *test);
    /* a training image was shown, presentation n_presentations + 1, whose calcium is not yet
     * consolidated */
    int (*presented)(struct observer *observer, const struct training *training);
    /* a presentation with everything that follows it is done */
    int (*stepped)(struct observer *observer, const struct training *training);
    /* The state may be kept now: after a step, and in the midst of a rest that a signal asks to
     * end. */
    int (*paused)(struct observer *observer, const struct training *training);
    /* saves or loads what it remembers between two steps, as a part of a checkpoint */
    void (*move)(struct observer *observer, struct training *training, struct archive *archive);
    /* the final test is over: writes its own files of a finished run */
    int (*finished)(struct observer *observer, const struct training *training, const char *folder);
};

#endif
