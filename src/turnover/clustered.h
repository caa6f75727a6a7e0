/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_CLUSTERED_H
#define SPINET_TURNOVER_CLUSTERED_H

#include "core/table.h"
#include "network/neighbours.h"
#include "spinet.h"

/* Clustered growth (docs/spines.md; Hedrick et al. 2022): new synapses grow near synapses that were
 * potentiated lately, are on probation, and stay only if they are active together with potentiated
 * neighbours. */

/* A synapse at its birth, and what became of it. Neighbours are synapses within clustered.near_um
 * of its place or, for "shuffled", of a random place on the same dendrite. */
struct clustered_birth {
    int32_t id, presentation;
    int32_t is_new_partner;             /* its input had no synapse on that dendrite before */
    int32_t near, near_shuffled;        /* neighbours that were potentiated lately */
    int32_t other_near, other_shuffled; /* neighbours that were not */
    int32_t survived;                   /* whether it passed its probation: 1, 0; -1: not judged */
};

/* Kinds of pairs of synapses. For each kind the co-activity (-1 … 1) of pairs is recorded by
 * distance. */
enum clustered_kind {
    CLUSTERED_SURVIVOR,    /* a synapse that passed its probation, and a potentiated neighbour */
    CLUSTERED_TRANSIENT,   /* one that did not, and a potentiated neighbour */
    CLUSTERED_ESTABLISHED, /* two potentiated synapses, none on probation */
    CLUSTERED_N_KINDS
};
extern const char *const clustered_kinds[CLUSTERED_N_KINDS]; /* "survivor" … */
enum { CLUSTERED_BINS = 12, CLUSTERED_N_BINS = CLUSTERED_N_KINDS * CLUSTERED_BINS };
#define CLUSTERED_BIN_UM 2.5 /* distances up to 30 um */

/* A row of clustered_distance.csv: for pairs of a kind whose distance is in a bin, their number,
 * the sum of their co-activities, and the sum of the squares of these. */
struct clustered_bin {
    int32_t kind;
    double distance_um; /* the middle of the bin */
    double n_pairs, sum, squares;
};

/* clustered_births.csv, of struct clustered_birth; clustered_distance.csv. */
extern const struct table clustered_births_table, clustered_distance_table;

struct clustering {
    const struct parameters *parameters;
    int32_t window; /* presentations whose calcium is kept */
    int32_t since;  /* presentations before the first whose calcium is kept */
    /* float [ids][window]: the calcium of presentation n is at n % window */
    struct spinet_array calcium;
    struct neighbours neighbours;
    /* with record.synapses: struct clustered_birth by id, as an array of its int32 members */
    struct spinet_array births;
    int64_t calcium_capacity, births_capacity; /* numbers of values */
    /* [kind * CLUSTERED_BINS + bin] as in struct clustered_bin */
    double n_pairs[CLUSTERED_N_BINS], sum[CLUSTERED_N_BINS], squares[CLUSTERED_N_BINS];
};

static inline struct clustered_birth *clustering_births(const struct clustering *clustering,
                                                        int32_t *n)
{
    enum { VALUES = sizeof(struct clustered_birth) / sizeof(int32_t) };
    *n = (int32_t)(clustering->births.n / VALUES);
    return clustering->births.values;
}

/* Pearson's correlation of n values; 0 where one of them does not vary. */
double clustering_correlation(const double *a, const double *b, int32_t n);

#endif
