/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MEANS_H
#define SPINET_REPORT_MEANS_H

#include <stdio.h>

#include "report/study.h"

/* A table of means by condition: a row a condition with its levels and how many runs it has, then
 * the columns that are asked for. */
struct mean_column {
    const char *head, *name; /* in this table, and of the column of results */
    int digits;
    const char *divisor; /* a column by which each run's number is divided; NULL: none */
};
enum { MEAN_COUNT_DIGITS = 1 }; /* a count of one run is whole, a mean of counts is not */

struct means {
    const struct study *study;
    const struct results *table; /* a row a run of the study, in their order */
    const struct mean_column *column;
    int n_columns;
};
#define MEANS_OF(of_study, of_table, columns)                                                      \
    {                                                                                              \
        .study = (of_study), .table = (of_table), .column = (columns),                             \
        .n_columns = sizeof(columns) / sizeof *(columns)                                           \
    }

/* A column's numbers of all runs of a condition; of none (n = 0) if one of them has no number. */
struct summary means_summarize(const struct means *means, const struct mean_column *column,
                               int32_t condition);

/* The table on a page or, where `html` is NULL, on standard output, of the columns that have a mean
 * in some condition: "0.821 ± 0.028", mean and standard deviation; of one run its number; a dash
 * where a run of the condition has none, so that each mean is of as many runs as its row says.
 * SYSTEM without memory. */
int means_put(FILE *html, const struct means *means);

/* The same below words that are HTML; neither where no column has a mean. */
int means_put_below(FILE *html, const char *words, const struct means *means);

/* A condition's levels or, of MEANS_HEADS, the factors' names, each followed by `after`. */
enum { MEANS_HEADS = -1 };
void means_put_levels(FILE *out, const struct study *study, int32_t condition, char after);

#endif
