/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_EFFECTS_H
#define SPINET_REPORT_EFFECTS_H

#include <jansson.h>
#include <stdio.h>

#include "report/results.h"
#include "report/statistics.h"

/* What the factors of an experiment do to a measure: the groups, the analysis of variance, and
 * the levels of the last factor against each other within each level of the first. */
enum { EFFECTS_COMPARISONS_MAX = 20000 };

struct effects_group {
    int32_t level[2]; /* of factor[0] and, with two factors, factor[1] */
    size_t n_missing; /* runs without the measure, left out */
    double *values;   /* [summary.n], in the order of the file */
    struct summary summary;
};

/* group `second` against group `first`: indices into groups. */
struct effects_comparison {
    int32_t first, second;
    struct t_test pooled, welch;
    double pooled_corrected, welch_corrected; /* p times n_tests, at most 1 */
};

struct effects {
    const struct results *results; /* must outlive this */
    const struct results_column *measure;
    int n_factors; /* 0, 1, 2 */
    const struct results_column *factor[2];
    int32_t n_groups;             /* those with a row in the file */
    struct effects_group *groups; /* [n_groups], by level of factor[0], then of factor[1] */
    struct anova anova;           /* term[ANOVA_A] is of factor[0] */
    int32_t n_comparisons;
    struct effects_comparison *comparisons; /* [n_comparisons] */
    size_t n_tests;                         /* of them that could be made: Bonferroni's m */
    char pooled_over[256];                  /* other factors that vary within a group; or "" */
    double *memory;
};

/* by: "A" or "A,B", or NULL for the first two factors with more than one level. USER for a measure
 * or factor that is not there. effects_free is safe afterwards either way. */
int effects_find(struct effects *effects, const struct results *results, const char *measure,
                 const char *by);
void effects_free(struct effects *effects);

/* The name of a group's level of factor[0] or factor[1]. */
const char *effects_level(const struct effects *effects, const struct effects_group *group,
                          int factor);

/* One of the tables, as effects_put_cells writes it: cells between tabs, a line a row, the heads
 * first, of which the first columns are names (effects_n_left). */
enum effects_table { EFFECTS_GROUPS, EFFECTS_ANOVA, EFFECTS_COMPARISONS };
struct effects_view {
    const struct effects *effects;
    enum effects_table table;
};
void effects_put_cells(FILE *out, const void *effects_view);
int effects_n_left(const struct effects_view *view);

/* The three tables as text. SYSTEM without memory. */
int effects_print(const struct effects *effects, FILE *out);

/* All of it; NaN is null. NULL without memory. */
json_t *effects_to_json(const struct effects *effects);
int effects_write_json(const struct effects *effects, const char *path);

#endif
