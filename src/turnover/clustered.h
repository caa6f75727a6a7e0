/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TURNOVER_CLUSTERED_H
#define SPINET_TURNOVER_CLUSTERED_H

#include "network/neighbours.h"

/* Clustered growth (docs/spines.md; Hedrick et al. 2022): new synapses grow near synapses that were
 * potentiated lately, are on probation, and stay only if they are active together with potentiated
 * neighbours. */

/* A synapse as it was born. */
struct clustered_birth {
    int32_t id, presentation;
    int32_t is_new_partner; /* its input had no synapse on that dendrite */
    int32_t near;           /* potentiated neighbours within clustered.near_um */
    int32_t near_shuffled;  /* the same around a place of the dendrite drawn at random */
};

/* A potentiated neighbour of a synapse that was judged. */
struct clustered_pair {
    int32_t id, presentation, neighbour;
    float distance_um;
    float co_activity; /* -1 … 1: correlation of their calcium over the probation */
    int32_t survived;
};

struct clustering {
    const struct parameters *parameters;
    int32_t window; /* presentations whose calcium is kept */
    int32_t n_ids;  /* with a row of it */
    int32_t capacity;
    float *calcium; /* [capacity ids][window] summed over a presentation; that of n at n % window */
    struct neighbours neighbours;
    int32_t n_births, births_capacity;
    struct clustered_birth *birth; /* recorded with record.synapses */
    int32_t n_pairs, pairs_capacity;
    struct clustered_pair *pair;
};

/* Room for one more record at the end of each list. SYSTEM without memory. */
int clustering_reserve(struct clustering *clustering, int32_t n_ids, int32_t n_births,
                       int32_t n_pairs);

/* Pearson's correlation of n values; 0 where one of them does not vary. */
double clustering_correlation(const double *a, const double *b, int32_t n);

/* Writes FOLDER/clustered_births.csv and clustered_pairs.csv (docs/files.md). USER, SYSTEM. */
int clustering_write(const struct clustering *clustering, const char *folder);

#endif
