/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RESAMPLING_H
#define SPINET_REPORT_RESAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/statistics.h"

/* Tests and intervals that assume no distribution. Random numbers are a function of `id`, the
 * number of the comparison (core/random.h), so that the same table always gives the same numbers.
 */

/* Permutation test of n paired differences: the share of the 2^n ways to give them signs whose sum
 * is as far from 0 as theirs. Exact up to 30, above of 100,000 drawn at random. NaN for n < 2, or
 * if all are 0. SYSTEM without memory. */
int resampling_permutation_p(const double *differences, size_t n, uint32_t id, double *p);

/* Wilcoxon's signed-rank test: the permutation test of the ranks of the differences' sizes. Equal
 * sizes share their mean rank, differences of 0 do not count; so it is exact with ties, too. */
int resampling_signed_rank_p(const double *differences, size_t n, uint32_t id, double *p);

/* An effect and how far apart 95 of 100 samples drawn anew from these are (percentiles). */
struct resampling_effect {
    struct interval difference; /* of the means, second - first */
    double d;                   /* difference / root of the mean variance of the two (Cohen's) */
    struct interval of_d;       /* NaN where samples without variance reach a limit */
};

/* Of n_draws samples of n >= 2 pairs, drawn with replacement. SYSTEM without memory. */
int resampling_bootstrap(struct resampling_effect *effect, const double *first,
                         const double *second, size_t n, uint32_t id, size_t n_draws);

#endif
