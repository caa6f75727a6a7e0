/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CLUSTERING_H
#define SPINET_REPORT_CLUSTERING_H

#include "report/page.h"
#include "report/study.h"
#include "turnover/clustered.h"

/* Clustered growth of a sweep (docs/spines.md; Hedrick et al. 2022), a condition at a time, from
 * clustered_births.csv and clustered_distance.csv of its runs. */

/* Mean and standard deviation over runs. */
struct clustering_value {
    double mean, sd; /* mean is NaN for no runs; sd is 0 for one */
};

/* Measures of new synapses; `near` is within clustered.near_um. */
enum clustering_measure {
    CLUSTERING_BORN,          /* new synapses for each presentation */
    CLUSTERING_NEW_PARTNERS,  /* fraction whose input had no synapse on the dendrite, 0 … 1 */
    CLUSTERING_SURVIVED,      /* fraction of those judged that stayed, 0 … 1 */
    CLUSTERING_NEAR,          /* potentiated neighbours near */
    CLUSTERING_NEAR_SHUFFLED, /* the same at a place of the dendrite drawn at random */
    CLUSTERING_OTHER_NEAR,    /* other neighbours near */
    CLUSTERING_OTHER_SHUFFLED,
    CLUSTERING_N_MEASURES
};

struct clustering_condition {
    int32_t n_runs; /* runs that have both files */
    const char *name;
    struct clustering_value value[CLUSTERING_N_MEASURES];
    struct clustering_value co_activity[2][2]; /* of those that stay, transients; to 5 um, to 10 */
    /* of all runs together, as in struct clustering */
    double n_pairs[CLUSTERED_N_BINS], sum[CLUSTERED_N_BINS], squares[CLUSTERED_N_BINS];
};

struct clustering_study {
    const struct study *study;
    struct clustering_condition *condition; /* [study->n_conditions] */
};

/* Whether any run has these files. */
bool clustering_study_any(const struct study *study);

/* `study` must outlive it. USER for a damaged file; SYSTEM without memory. */
int clustering_study_read(struct clustering_study *clustering, const struct study *study);
void clustering_study_free(struct clustering_study *clustering); /* safe on a zeroed structure */

/* Mean co-activity of pairs of a kind in the bins from to before `to`, and its standard error; NaN
 * of none. */
struct clustering_value clustering_co_activity(const struct clustering_condition *condition,
                                               enum clustered_kind kind, int from, int to);

/* A table of the conditions that have runs. SYSTEM without memory. */
int clustering_put_table(const struct clustering_study *clustering, FILE *html);

/* Figures: neighbours of new synapses against chance; co-activity by distance, a panel a condition.
 * SYSTEM without memory. */
int clustering_put_near(struct page *page, const struct clustering_study *clustering);
int clustering_put_distance(struct page *page, const struct clustering_study *clustering);

#endif
