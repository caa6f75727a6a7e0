/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STATISTICS_H
#define SPINET_REPORT_STATISTICS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What is not defined is NaN, and `reason` says in a few words why; it is NULL if all is defined.
 * Formulas and edge cases: docs/statistics.md. */

/* A sample. Quartiles are R's type 7: linear between the order statistics around (n - 1) q. */
struct summary {
    size_t n;
    double mean, sd; /* sd with n - 1 */
    double minimum, lower_quartile, median, upper_quartile, maximum;
    double ci_low, ci_high; /* 95 % of the mean, by t with n - 1 df */
    const char *reason;
};

/* Of n finite values; n may be 0. SYSTEM without memory. */
int statistics_summarize(struct summary *summary, const double *values, size_t n);

/* rank[n] of the values, from 1; those that differ by at most `same` share their mean rank. SYSTEM
 * without memory. */
int statistics_rank(const double *values, size_t n, double same, double *rank);

/* The 95 % interval of the mean of parts, 0 … 1, on the scale of log-odds, which never leaves 0 …
 * 1: there its standard error is that of the mean over mean (1 - mean). */
struct interval {
    double low, high;
};
struct interval statistics_logit_interval(const struct summary *summary);

/* The mean of values that come one by one, and the sum of their squared distances from it
 * (Welford).
 */
struct running {
    int32_t n;
    double mean, squares;
};

static inline void running_add(struct running *running, double value)
{
    const double from_mean = value - running->mean;
    running->n++;
    running->mean += from_mean / running->n;
    running->squares += from_mean * (value - running->mean);
}

/* Their standard deviation; NaN of fewer than two. */
static inline double running_sd(const struct running *running)
{
    return running->n > 1 ? sqrt(running->squares / (running->n - 1)) : (double)NAN;
}

/* A two-tailed unpaired t-test of second - first. */
struct t_test {
    double difference;
    double ci_low, ci_high; /* 95 % of the difference */
    double t, df, p;
    double error; /* standard error of the difference */
    const char *reason;
};
enum t_test_kind {
    T_TEST_POOLED, /* Student's: one variance */
    T_TEST_WELCH,  /* a variance each, Welch-Satterthwaite df */
};
struct t_test statistics_t_test(const struct summary *first, const struct summary *second,
                                enum t_test_kind kind);

/* The same of pairs: their differences, second - first. */
struct t_test statistics_paired_t_test(const struct summary *differences);

/* The difference that a test of this spread and level alpha would find in 80 of 100 cases; NaN
 * where the test is not defined. (By the t distribution for the noncentral one: 1 % off at 10
 * pairs.) */
double statistics_smallest(const struct t_test *test, double alpha);

/* p of one of m tests, Bonferroni's: min(1, m p); NaN stays. */
double statistics_bonferroni(double p, size_t m);

/* A cell of a table, which a tab precedes: 0.0123, below 0.0001 as 1.2e-05; "-" for NaN. */
void statistics_put_p(FILE *out, double p);

/* ***, **, * or ns for p < 0.001, 0.01, 0.05 or not; "-" for NaN. */
const char *statistics_stars(double p);

#endif
