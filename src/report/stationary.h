/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STATIONARY_H
#define SPINET_REPORT_STATIONARY_H

#include <stdio.h>

#include "core/parameters.h"
#include "report/page.h"

/* How sizes of spines are distributed in the end, between bounds that reflect them:
 *   f(w) proportional to sigma(w)^-2 exp(integral of 2 mu / sigma^2 dw)
 * (docs/spines.md), by quadrature, and so for any coefficients. */
struct stationary {
    int32_t n;          /* sizes, evenly spaced in ln w */
    double *size;       /* [n] um^3, ascending from the lower to the upper bound */
    double *density;    /* [n] a um^3 */
    double *cumulative; /* [n] part of the spines up to this size, 0 … 1 */
    double mean, sd;    /* um^3 */
};

/* Computes the density for form and coefficients of p, which must have been validated and have a
 * form; 0 < low < high in um^3; n >= 1000 for errors below 0.0001. These are the bounds, whatever
 * intrinsic.elimination_size and intrinsic.largest_size are. USER without noise (there is no
 * density); SYSTEM without memory. */
int stationary_init(struct stationary *stationary, const struct parameters *p, double low,
                    double high, int32_t n);
void stationary_free(struct stationary *stationary);

/* The fraction of spines that are no larger than this; linear between the sizes. */
double stationary_cumulative(const struct stationary *stationary, double size);

/* The three forms of intrinsic dynamics with the coefficients of p, whichever is chosen: n spines
 * simulated with reflecting bounds (100 days by days, 20 in steps of the time between
 * presentations) beside their stationary densities. FOLDER (made if it is missing) gets
 * stationary.csv, the page a figure, `out` a line a form. USER for coefficients without a
 * distribution; SYSTEM without memory or disk. */
int stationary_write(const struct parameters *p, int32_t n, uint64_t seed, int n_threads,
                     const char *folder, struct page *page, FILE *out);

#endif
