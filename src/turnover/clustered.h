/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_CLUSTERED_H
#define SPINET_TURNOVER_CLUSTERED_H

#include "network/neighbours.h"

/* Clustered growth (docs/spines.md; Hedrick et al. 2022): new synapses grow near synapses that were
 * potentiated lately, are on probation, and stay only if they are active together with potentiated
 * neighbours. */

/* A synapse as it was born, and what became of it. Neighbours are those within clustered.near_um of
 * it, and of a place of the same dendrite drawn at random ("shuffled"). */
struct clustered_birth {
    int32_t id, presentation;
    int32_t is_new_partner;             /* its input had no synapse on that dendrite */
    int32_t near, near_shuffled;        /* potentiated lately */
    int32_t other_near, other_shuffled; /* not potentiated lately */
    int32_t survived;                   /* the probation: 1, 0; -1: not judged */
};

/* Co-activity (-1 … 1) of pairs by their distance. */
enum clustered_kind {
    CLUSTERED_SURVIVOR,    /* a synapse that passed its probation, and a potentiated neighbour */
    CLUSTERED_TRANSIENT,   /* one that did not, and a potentiated neighbour */
    CLUSTERED_ESTABLISHED, /* two potentiated synapses, none on probation */
    CLUSTERED_N_KINDS
};
enum { CLUSTERED_BINS = 12, CLUSTERED_N_BINS = CLUSTERED_N_KINDS * CLUSTERED_BINS };
#define CLUSTERED_BIN_UM 2.5 /* distances up to 30 um */

struct clustering {
    const struct parameters *parameters;
    int32_t window; /* presentations whose calcium is kept */
    int32_t n_ids;  /* with a row of it */
    int32_t capacity;
    float *calcium; /* [capacity ids][window] summed over a presentation; that of n at n % window */
    struct neighbours neighbours;
    /* recorded with record.synapses */
    int32_t n_births, births_capacity;
    struct clustered_birth *birth; /* [n_births] by id */
    /* [kind * CLUSTERED_BINS + bin] pairs, and of their co-activity the sum and that of squares */
    double n_pairs[CLUSTERED_N_BINS], sum[CLUSTERED_N_BINS], squares[CLUSTERED_N_BINS];
};

/* Room for rows of calcium and for births. SYSTEM without memory. */
int clustering_reserve(struct clustering *clustering, int32_t n_ids, int32_t n_births);

/* Pearson's correlation of n values; 0 where one of them does not vary. */
double clustering_correlation(const double *a, const double *b, int32_t n);

/* Writes FOLDER/clustered_births.csv and clustered_distance.csv (docs/files.md). USER, SYSTEM. */
int clustering_write(const struct clustering *clustering, const char *folder);

#endif
