/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STATISTICS_H
#define SPINET_REPORT_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

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

/* A two-tailed unpaired t-test of second - first. */
struct t_test {
    double difference;
    double ci_low, ci_high; /* 95 % of the difference */
    double t, df, p;
    const char *reason;
};
enum t_test_kind {
    T_TEST_POOLED, /* Student's: one variance */
    T_TEST_WELCH,  /* a variance each, Welch-Satterthwaite df */
};
struct t_test statistics_t_test(const struct summary *first, const struct summary *second,
                                enum t_test_kind kind);

/* p of one of m tests, Bonferroni's: min(1, m p); NaN stays. */
double statistics_bonferroni(double p, size_t m);

/* ***, **, * or ns for p < 0.001, 0.01, 0.05 or not; "-" for NaN. */
const char *statistics_stars(double p);

struct anova_term {
    double ss, df, ms, f, p;
    double partial_eta_squared; /* ss / (ss + error ss) */
    const char *reason;
};
enum { ANOVA_A, ANOVA_B, ANOVA_INTERACTION };

/* Analysis of variance with Type II sums of squares. */
struct anova {
    int n_factors;             /* that vary: 0 (nothing to test), 1 (one-way) or 2 */
    struct anova_term term[3]; /* [ANOVA_…]; those of factors that don't vary have NaN, a reason */
    struct anova_term error;   /* ss, df, ms only */
    size_t n;
    int32_t n_cells, n_empty; /* of the crossing of the levels that occur; those with no value */
    const char *reason;       /* why there is no table at all, or NULL */
};

/* values[n], finite; a[n] in 0 … n_a - 1, and so b; b NULL for one factor. At most
 * STATISTICS_LEVELS_MAX levels a factor (USER beyond). SYSTEM without memory. */
enum { STATISTICS_LEVELS_MAX = 200 };
int statistics_anova(struct anova *anova, const double *values, size_t n, const int32_t *a,
                     int32_t n_a, const int32_t *b, int32_t n_b);

#endif
