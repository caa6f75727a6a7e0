/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_EFFECTS_H
#define SPINET_REPORT_EFFECTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "report/anova.h"
#include "report/resampling.h"
#include "report/results.h"
#include "report/statistics.h"
#include "sweep/experiment.h"

/* What the factors of an experiment do to a measure: the groups, the analysis of variance, and the
 * levels of the last factor against each other within each combination of the others. Runs of one
 * seed have the same data and wiring: where seeds recur, groups are compared seed by seed. */
enum { EFFECTS_FACTORS_MAX = ANOVA_FACTORS_MAX, EFFECTS_COMPARISONS_MAX = 20000 };

/* What is asked of a results file. */
struct effects_question {
    const char *measure;
    const char *by;        /* "A" or "A,B,…", or NULL for the first four factors that vary */
    const json_t *about;   /* experiment.json, of which primary_test and families count; or NULL */
    const char *test;      /* the test that decides, in place of the experiment's; or NULL */
    bool is_logit;         /* of log-odds, if the measure is a part of the tests */
    bool is_variance_only; /* no comparisons */
    bool is_brief;         /* nothing is resampled but for the test that decides, in its families */
};

struct effects_group {
    int32_t level[EFFECTS_FACTORS_MAX]; /* of factor[0] … */
    size_t n_missing;                   /* runs without the measure, left out */
    double *values;                     /* [summary.n], in the order of the file */
    struct summary summary;
    size_t n_seeds;
    uint64_t *seed;       /* [n_seeds], ascending */
    double *mean_of_seed; /* [n_seeds] */
    int32_t *n_of_seed; /* [n_seeds] runs it is the mean of: more than one if factors are pooled */
    int32_t n_each;     /* the most of n_of_seed */
};

/* group `second` against group `first`: indices into groups. */
struct effects_comparison {
    int32_t first, second;
    size_t n_pairs;                         /* seeds that both have, with as many runs */
    struct t_test test[COMPARISON_N_TESTS]; /* of signed-rank and permutation only p and reason */
    int32_t family;                         /* of the experiment's families; -1: of none */
    double corrected[COMPARISON_N_TESTS];   /* p times the tests of its family, at most 1 */
    struct resampling_effect effect;        /* of the pairs */
    double smallest; /* difference that the t-test by seed, corrected, finds in 80 of 100 cases */
};

struct effects {
    const struct results *results; /* must outlive this */
    const struct results_column *measure;
    int n_factors;
    const struct results_column *factor[EFFECTS_FACTORS_MAX];
    int32_t n_groups;             /* those with a row in the file */
    struct effects_group *groups; /* [n_groups], by level of factor[0], then of factor[1], … */
    struct anova by_seed;         /* of the seeds that all groups have */
    size_t n_seeds_left_out;      /* others that are in some group */
    struct anova of_runs;         /* runs taken as independent: the paper's */
    int32_t n_comparisons;
    struct effects_comparison *comparisons; /* [n_comparisons] */
    size_t n_tests[COMPARISON_N_TESTS];     /* that could be made */
    enum comparison_test primary;           /* the test that decides */
    bool is_declared;                       /* by the experiment's file */
    double least_p;         /* below which no corrected p of a test that counts signs can be here */
    size_t most_pairs;      /* of the comparison that could come to it */
    const json_t *families; /* of the experiment's file, or NULL: all are one family */
    char pooled_over[256];  /* other factors that vary within a group; or "" */
    double *memory;
    struct results_column scaled; /* the measure, if that is not a column of the results */
};

/* USER for a measure, factor or test that is not there. effects_free is safe afterwards either way;
 * until then the effects must stay where they are. */
int effects_find(struct effects *effects, const struct results *results,
                 const struct effects_question *question);
void effects_free(struct effects *effects);

/* The analysis of variance that decides: by seed, where seeds recur. */
const struct anova *effects_anova(const struct effects *effects);

/* Whether a row of the results is a run of the group that has the measure. */
bool effects_has_row(const struct effects *effects, const struct effects_group *group, size_t row);

/* The group of `effects` of the levels that a group of others has, by name, but `level`, one of the
 * others', of the last factor; both have the same factors. -1 if there is none. */
int32_t effects_find_group(const struct effects *effects, const struct effects *others,
                           const struct effects_group *group, int32_t level);

/* The name of a group's level of a factor. */
const char *effects_level(const struct effects *effects, const struct effects_group *group,
                          int factor);

/* Whether the test that decides can find a difference in any comparison; if it cannot,
 * effects_put_limit says so: "With 4 seeds the permutation test cannot fall below p = 0.375 …". */
bool effects_is_decidable(const struct effects *effects);
void effects_put_limit(FILE *out, const void *effects);

/* "task × turnover": the factors of a term, with a text between them. */
void effects_put_factors(const struct effects *effects, unsigned factors, const char *between,
                         FILE *out);

/* Cells that a tab follows: the factors' names; a group's levels of the first n; "easy\trandom -
 * none" of a comparison, without the last tab. */
void effects_put_heads(const struct effects *effects, FILE *out);
void effects_put_levels(const struct effects *effects, const struct effects_group *group, int n,
                        FILE *out);
void effects_put_comparison(const struct effects *effects, const struct effects_comparison *c,
                            FILE *out);

/* One of the tables, as effects_put_cells writes it: cells between tabs, a line a row, the heads
 * first, of which the first columns are names (effects_n_left). */
enum effects_table {
    EFFECTS_GROUPS,
    EFFECTS_ANOVA_BY_SEED,
    EFFECTS_COMPARISONS_BY_SEED,
    EFFECTS_ANOVA,
    EFFECTS_COMPARISONS
};
struct effects_view {
    const struct effects *effects;
    enum effects_table table;
};
void effects_put_cells(FILE *out, const void *effects_view);

/* Puts the table's title, or why there is no such table; nothing for the groups. */
void effects_put_title(FILE *out, const void *effects_view);
bool effects_has_rows(const struct effects_view *view);

/* How many of its first columns are names, which are set to the left. */
int effects_n_left(const struct effects_view *view);

/* The tables as text. SYSTEM without memory. */
int effects_print(const struct effects *effects, FILE *out);

/* All of it, as JSON; NaN is null. SYSTEM. */
int effects_write_json(const struct effects *effects, const char *path);

/* ---- equivalence.c ---- */

/* Whether runs reproduce a reference: each group against that of the same levels in other results,
 * by two one-sided tests (Schuirmann 1987) of Welch's t. Equivalent within a margin: the 90 %
 * interval of the difference of the means lies within it, p < 0.05. The seeds of the two need have
 * nothing in common. */

/* Prints a table of all groups. USER if no group is in both, SYSTEM without memory. */
int equivalence_print(const struct effects *effects, const struct effects *reference, double margin,
                      FILE *out);

/* ---- criterion.c ---- */

/* How soon runs learn, from their learning curves. A run that ends, or is at its limit, before its
 * sample accuracy was once at the criterion, is known to need longer, not how long (censored). */

/* Adds three columns to the study's results: to_criterion, presentations until the sample accuracy
 * is first at or above the criterion or, if it never is, the last sample's; criterion_reached, 1 or
 * 0; and curve_area, the mean sample accuracy over as many presentations as the longest run has, a
 * shorter one's last value going on. Reads the curves. USER if no run has one. */
struct study;
int criterion_add_columns(struct study *study, double criterion);

/* Prints, of effects on to_criterion, the median time of each group by Kaplan & Meier and log-rank
 * tests of the comparisons, which take runs as independent. SYSTEM without memory. */
int criterion_print(const struct effects *effects, FILE *out);

/* ---- means_table.c ---- */

/* A table in Markdown, as the documents have, of n measures of the same results and factors: means
 * ± standard deviations, and differences with 95 % intervals (of a t-test that decides, else the
 * bootstrap's) and the corrected p of the test that decides. */
struct means_table {
    int n;
    const struct effects *effects; /* [n] */
    const struct effects *again;   /* [n] of other runs of the same groups, whose differences stand
                                      beside; or NULL */
    int32_t against; /* level of the last factor: a row a group, and its difference from this one.
                        -1: a column a level, and of two levels their difference */
};
void means_table_print(const struct means_table *table, FILE *out);

#endif
