/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_RETENTION_H
#define SPINET_TRAIN_RETENTION_H

#include "train/test.h"

/* How long learning is retained in days of rest after training: tests on some of these days, and
 * the fate of the spines that were small, middle and large when training ended. */

enum size_class {
    SIZE_ALL,
    SIZE_SMALL,  /* at or below turnover.threshold when training ended */
    SIZE_MIDDLE, /* between */
    SIZE_LARGE,  /* above stopping.strong_weight */
    SIZE_NEW,    /* born after training ended */
    N_SIZE_CLASSES
};

extern const char *const size_class_names[N_SIZE_CLASSES]; /* "all", "small" … */

/* A row of retention.csv. */
struct retention_row {
    double days; /* days since training ended */
    int32_t size_class;
    int32_t n_spines;   /* living spines of the class */
    double mean_weight; /* of these spines; NaN if there are none */
    /* of a test with the weights of these spines at 0 (SIZE_ALL: of the unchanged network) */
    int32_t n_tests; /* 0: not tested; all that follows is -1 or NaN */
    int32_t n_ties, n_undecided;
    double accuracy, accuracy_spikes;
    double decoded, correlation; /* by population vectors; NaN except for SIZE_ALL */
};

/* A synapse on one of the days, for record.sizes. */
struct retention_size {
    double days;
    int32_t id, input, dendrite;
    float weight;
};

/* A population vector has the spikes of all pyramidal cells in an image. `mean` has the mean vector
 * of each class over the test images 0, 2, 4 … on the first day. On each day the images 1, 3, 5 …
 * are decoded: as the class with whose mean vector theirs correlates best (Pearson). */
struct vectors {
    int32_t n_classes, n_cells;
    double *mean; /* [n_classes][n_cells] NULL: not computed yet */
};

enum { RETENTION_DAYS_MAX = 64 };

struct retention {
    int32_t n_days;
    double *day;               /* [n_days] ascending */
    struct retention_row *row; /* [n_days * N_SIZE_CLASSES] */
    int32_t n_rows;            /* rows filled so far */
    struct vectors vectors;
    struct retention_size *size; /* [n_sizes] with record.sizes: all synapses of each day */
    int64_t n_sizes;
    int32_t n_ids;    /* ids given before training ended are below this */
    int8_t *class_of; /* [n_ids] size class by id; SIZE_ALL: dead when training ended */
};

/* Reads the days of record.test_days: ascending, from 0 to rest.before_test_days, at most
 * RETENTION_DAYS_MAX. USER for others. */
int retention_init(struct retention *retention, const struct parameters *p);
void retention_free(struct retention *retention);

/* To be called when training has ended: assigns the present spines to size classes. SYSTEM without
 * memory. */
int retention_begin(struct retention *retention, const struct parameters *p,
                    const struct network *network);

/* To be called after `days` of rest: counts the spines of each class and tests the network, with
 * record.silence_classes also with all weights of each class set to 0. Sets CREB to 0 before.
 * SYSTEM without memory. */
int retention_take(struct retention *retention, const struct parameters *p,
                   struct presenter *presenter, struct network *network,
                   const struct dataset *dataset, double days);

#endif
