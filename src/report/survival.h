/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SURVIVAL_H
#define SPINET_REPORT_SURVIVAL_H

#include <stdbool.h>
#include <stdint.h>

/* How long lives last where some are still going on when one stops looking: the estimate of Kaplan
 * & Meier (1958, J Am Stat Assoc 53:457), its variance between networks (Williams 1995, Biometrics
 * 51:1456) or, of one network, Greenwood's (1926). Times in any one unit.
 */

struct survival_life {
    double time;     /* from birth to death, or to the last look; >= 0 */
    bool is_ended;   /* it ended by death; else it was still going on (right-censored) */
    int32_t network; /* whose life it is, from 0: those of one network are not independent */
};

/* A step of the curve, which holds from this time on. */
struct survival_step {
    double time;
    int32_t n_at_risk, n_died; /* lives just before this time; deaths at it */
    double alive;              /* fraction still alive, 0 … 1 */
    double se;        /* between networks; of a single one Greenwood's, between its lives */
    double low, high; /* 95 %, on the scale ln(-ln alive): never beyond 0 and 1; NaN at 0 */
};

struct survival {
    int32_t n, n_died, n_networks;
    double
        last; /* the longest time looked at: if some are alive then, nothing is known beyond it */
    int32_t n_steps;
    struct survival_step *step; /* [n_steps] a time of one or more deaths each, ascending */
};

/* Estimates the curve from n lives (n may be 0), which it sorts. A death counts before a last look
 * at the same time. SYSTEM without memory. */
int survival_estimate(struct survival *survival, struct survival_life *lives, int32_t n);
void survival_free(struct survival *survival);

/* The step that holds at this time; one with alive = low = high = 1 and se = 0 before the first
 * death; all NaN where nothing is known, and of no lives. */
struct survival_step survival_at(const struct survival *survival, double time);

/* The first time at which at most this part is alive (0.5: the median life), as R's survfit has it:
 * where just this part is, the middle of the time at which it is; NaN if it never is. */
double survival_quantile(const struct survival *survival, double alive);

/* The mean life of which only the first `limit` counts: the area below the curve up to there. NaN
 * where nothing is known of them. */
double survival_restricted_mean(const struct survival *survival, double limit);

/* The log-rank test of two samples (Mantel 1966), told apart by their lives' network, 0 and 1.
 * Sorts the lives. NaN where no death has both at risk. */
struct log_rank {
    double chi2, p; /* of one degree of freedom */
};
struct log_rank survival_log_rank(struct survival_life *lives, int32_t n);

#endif
