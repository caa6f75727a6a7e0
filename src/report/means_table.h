/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MEANS_TABLE_H
#define SPINET_REPORT_MEANS_TABLE_H

#include "report/effects.h"

/* Prints a table in Markdown, as the documents have: a row for each combination of all factors but
 * the last; for each of n measures a column a level of the last with mean ± standard deviation and,
 * of two levels, their difference with its 95 % interval (of a t-test that decides, else the
 * bootstrap's) and the corrected p of the test that decides. The effects are of the same results
 * and factors. */
void means_table_print(const struct effects *effects, int n, FILE *out);

#endif
