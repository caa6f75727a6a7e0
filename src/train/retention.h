/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_RETENTION_H
#define SPINET_TRAIN_RETENTION_H

#include "train/test.h"

/* How learning is retained over days of rest: tests on some of these days, and what becomes of the
 * spines that were small, middling and large when training ended. */

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
    /* of the network without the spines of the class (SIZE_ALL: with all of them) */
    int32_t n_tests; /* 0: not tested, and what follows is -1 or NaN */
    int32_t n_ties, n_undecided;
    double accuracy, accuracy_spikes;
    double decoded, correlation; /* by the population vectors of the first day (struct vectors); NaN
                                    where they were not taken */
};

/* A synapse on one of the days. */
struct retention_size {
    double days;
    int32_t id, input, dendrite;
    float weight;
};

/* Population vectors, the spikes of the pyramidal cells in an image: the mean of each class over
 * every other test image on the first day. A later answer is decoded, from the images between, as
 * the class with whose vector it correlates best (Pearson). */
struct vectors {
    int32_t n_classes, n_cells;
    double *mean; /* [n_classes][n_cells] on the first day; NULL: there was none yet */
};

enum { RETENTION_DAYS_MAX = 64 };

struct retention {
    int32_t n_days;
    double *day;               /* [n_days] ascending */
    struct retention_row *row; /* [n_days * N_SIZE_CLASSES] */
    int32_t n_rows;            /* rows filled so far */
    struct vectors vectors;
    struct retention_size *size; /* [n_sizes] with record.sizes: all synapses, day by day */
    int64_t n_sizes;
    int32_t n_ids;    /* how many ids had been given when training ended */
    int8_t *class_of; /* [n_ids] size class by id; SIZE_ALL: gone when training ended */
};

/* Reads the days of record.test_days: ascending, from 0 to rest.before_test_days, at most
 * RETENTION_DAYS_MAX. USER for others. */
int retention_init(struct retention *retention, const struct parameters *p);

/* Safe on a zeroed structure. */
void retention_free(struct retention *retention);

/* To be called when training has ended: sorts the spines there are into size classes. SYSTEM
 * without memory. */
int retention_begin(struct retention *retention, const struct parameters *p,
                    const struct network *network);

/* Counts the classes and tests the network after `days` of rest; with record.silence_classes also
 * without each class, whose weights are 0 for that test. CREB is zeroed, as for the final test.
 * SYSTEM without memory. */
int retention_take(struct retention *retention, const struct parameters *p,
                   struct presenter *presenter, struct network *network,
                   const struct dataset *dataset, double days);

#endif
