/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_OBSERVER_H
#define SPINET_TRAIN_OBSERVER_H

#include "neuron/raster.h"

struct activity;
struct archive;
struct reading;
struct table;
struct test_set;
struct training;

enum phase { PHASE_TRAIN, PHASE_TEST };

/* An image that was presented, in training or in the final test. */
struct showing {
    enum phase phase;
    int32_t image, label;
    const struct raster *raster; /* its spikes; NULL if no observer asks for spikes */
};

/* A test during a training in phases. */
struct midway_test {
    bool is_end; /* all test images, before training or at the end of a phase; else sample images */
    const struct test_set *tests;
    int32_t n;                       /* the first n of them were presented */
    const struct reading *readings;  /* [n] */
    const struct activity *activity; /* NULL unless is_end */
};

enum { OBSERVED_MAX = 2 };

/* Rows that an observer takes. A training begins without any; checkpoints have those so far; in the
 * folder of a finished run they are the file of their table. */
struct observed {
    const struct table *table; /* NULL: there are none */
    const char *name;          /* in a checkpoint a column is the array NAME/COLUMN */
    void *rows;                /* the address of the observer's pointer to its rows */
    int64_t *n;                /* number of rows */
    int64_t *capacity; /* number of rows that there is room for; NULL: as many as there are */
};

/* Functions that are called during a training and do not change it: they write logs, maps, spikes
 * and checkpoints, or show progress. A training has a list of observers and knows none by name.
 * Each function may be NULL; if one fails, its status ends the call of training that called it. */
struct observer {
    struct observer *next; /* in training->observers */
    /* number of presentations whose spikes are kept for it at a time; 0: it needs no spikes */
    int32_t n_rasters;
    struct raster *raster; /* [n_rasters], the observer's */
    struct observed observed[OBSERVED_MAX];
    /* training begins: the rest before the first presentation is over */
    int (*begun)(struct observer *observer, const struct training *training);
    int (*shown)(struct observer *observer, const struct showing *showing);
    /* a test during a training in phases is done */
    int (*tested)(struct observer *observer, const struct training *training,
                  const struct midway_test *test);
    /* presentation n_presentations + 1 was made; its calcium is not yet consolidated */
    int (*presented)(struct observer *observer, const struct training *training);
    /* a step, which is a presentation with everything that follows it, is done */
    int (*stepped)(struct observer *observer, const struct training *training);
    /* the state may be saved now: after a step, and when a signal has interrupted a rest */
    int (*paused)(struct observer *observer, const struct training *training);
    /* saves to, or loads from, a checkpoint what else the observer remembers between two steps */
    void (*move)(struct observer *observer, struct training *training, struct archive *archive);
    /* the final test is over: the observer writes its other files of a finished run */
    int (*finished)(struct observer *observer, const struct training *training, const char *folder);
};

#endif
