/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_REPORT_TABLES_H
#define SPINET_REPORT_REPORT_TABLES_H

#include <stdio.h>

#include "report/study.h"

/* Sections of a report that are tables. SYSTEM without memory. */
int report_tables_put_numbers(FILE *html, const struct study *study);
int report_tables_put_statistics(FILE *html, const struct study *study);
int report_tables_put_parameters(FILE *html, const struct study *study);
int report_tables_put_origin(FILE *html, const struct study *study);

/* What an image of the final test costs in each condition, means of its runs; nothing where none
 * has cost.csv (record.cost). USER for one that cannot be read. */
int report_tables_put_costs(FILE *html, const struct study *study);

#endif
