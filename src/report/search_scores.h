/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SEARCH_SCORES_H
#define SPINET_REPORT_SEARCH_SCORES_H

#include <stdbool.h>

#include "sweep/search.h"

/* What the rounds of a search came to: which sets were best, and which parameters mattered. */
struct search_scores {
    const struct search *search; /* must outlive this */
    int n_done;                  /* rounds that have been read */
    int32_t n_sets;              /* of the first round */
    double *accuracy; /* [n_rounds][n_sets + 1] mean over seeds; NaN: not in that round. The last
                       * is of "given". */
};

/* A range, and how much of the accuracy in the first round hangs on it. */
struct search_weight {
    const char *name;
    int32_t rank;                /* 1: most hangs on it */
    int32_t rank_low, rank_high; /* 95 % of bootstrap samples of the sets rank it so */
    double share; /* of the variance of the sets' ranks in accuracy, between parts of the range */
};

int search_scores_init(struct search_scores *scores, const struct search *search);
void search_scores_free(struct search_scores *scores);

/* Reads the accuracies of the next round from FOLDER/results.csv. is_complete: all of its runs were
 * there, else nothing is taken. USER. */
int search_scores_read(struct search_scores *scores, const char *folder, bool *is_complete);

/* The n sets that were best in the round, by mean accuracy, the first of equals first. */
void search_scores_choose(const struct search_scores *scores, int round, int32_t *set, int32_t n);

/* weight[n_ranges], in the order of their ranks. SYSTEM without memory. */
int search_weigh(const struct search_scores *scores, struct search_weight *weight);

/* Writes sets.csv and parameters.csv into the folder, and prints the sets that reached the last
 * round that was read, and which parameters mattered. */
int search_scores_write(const struct search_scores *scores, const char *folder);

#endif
