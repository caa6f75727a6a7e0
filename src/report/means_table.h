/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MEANS_TABLE_H
#define SPINET_REPORT_MEANS_TABLE_H

#include "report/effects.h"

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
