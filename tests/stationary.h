/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_STATIONARY_H
#define TESTS_STATIONARY_H

#include "core/parameters.h"

/* How sizes of spines are distributed in the end, between bounds that reflect them:
 *   f(w) proportional to sigma(w)^-2 exp(integral of 2 mu / sigma^2 dw)
 * (docs/spines.md), by quadrature, and so for any coefficients that make some noise. */
struct stationary {
    int32_t n;          /* sizes, evenly spaced in ln w */
    double *size;       /* [n] um^3, ascending from the lower to the upper bound */
    double *density;    /* [n] a um^3 */
    double *cumulative; /* [n] part of the spines up to this size, 0 … 1 */
    double mean;        /* um^3 */
};

/* Computes the density for form and coefficients of p between these bounds in um^3, whatever
 * intrinsic.elimination_size and intrinsic.largest_size are; n >= 1000 for errors below 0.0001. */
struct stationary stationary_of(const struct parameters *p, double low, double high, int32_t n);
void stationary_free(struct stationary *stationary);

/* The fraction of spines that are no larger than this; linear between the sizes. */
double stationary_cumulative(const struct stationary *stationary, double size);

#endif
