/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_ANOVA_H
#define SPINET_REPORT_ANOVA_H

#include <stddef.h>
#include <stdint.h>

/* Analysis of variance over one to four factors with all their interactions, Type II sums of
 * squares: what a term explains beside all terms that do not contain it. What is not defined is
 * NaN, and `reason` says why. Formulas and edge cases: docs/statistics.md. */
enum { ANOVA_FACTORS_MAX = 4, ANOVA_TERMS_MAX = (1 << ANOVA_FACTORS_MAX) - 1 };

/* A group of runs: all with these levels of the factors. */
struct anova_cell {
    int32_t level[ANOVA_FACTORS_MAX];
    size_t n;
    double mean, within; /* within: sum of squares about the mean */
};

struct anova_term {
    unsigned factors; /* bit f: factor f takes part. One bit: a main effect */
    double ss, df, ms, f, p;
    double partial_eta_squared;   /* ss / (ss + error_ss) */
    double error_ss, error_df;    /* what it is tested against */
    double epsilon, p_of_epsilon; /* by seed: Greenhouse & Geisser's, and p with df times it */
    double smallest; /* difference between single levels that would be found in 80 of 100 cases */
    const char *reason;
};

struct anova {
    int n_terms;
    struct anova_term term[ANOVA_TERMS_MAX]; /* main effects first, in the order of the factors */
    double error_ss, error_df;               /* of runs: within the cells, the same for all terms */
    size_t n;                                /* runs, or seeds times cells */
    int32_t n_seeds;                         /* 0: runs taken as independent */
    int32_t n_cells, n_empty; /* of the crossing of the levels that occur; those with no value */
    const char *reason;       /* why there is no table at all, or NULL */
};

/* Of runs taken as independent; the error is what they scatter within the cells. Cells without
 * runs do not count. USER if there are too many to be analysed, SYSTEM without memory. */
int anova_of_runs(struct anova *anova, const struct anova_cell *cells, int32_t n_cells,
                  int n_factors);

/* Of seeds each of which has a value in every cell (repeated measures): values [n_seeds][n_cells].
 * A term is tested against how it varies from seed to seed. */
int anova_by_seed(struct anova *anova, const struct anova_cell *cells, int32_t n_cells,
                  int n_factors, const double *values, int32_t n_seeds);

/* The p that decides: by seed the one with Greenhouse & Geisser's correction. */
double anova_p(const struct anova_term *term);

/* The term of these factors, or NULL. */
const struct anova_term *anova_find(const struct anova *anova, unsigned factors);

#endif
