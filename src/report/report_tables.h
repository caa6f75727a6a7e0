/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_REPORT_TABLES_H
#define SPINET_REPORT_REPORT_TABLES_H

#include <jansson.h>
#include <stdio.h>

#include "report/study.h"

/* Sections of a report that are tables. SYSTEM without memory. */
int report_tables_put_numbers(FILE *html, const struct study *study);
int report_tables_put_statistics(FILE *html, const struct study *study);
int report_tables_put_parameters(FILE *html, const struct study *study);
/* The parameters that all conditions have the same value of, those of others left out; NULL where
 * no run's folder is here, or without memory. */
json_t *report_tables_shared_parameters(const struct study *study);

int report_tables_put_origin(FILE *html, const struct study *study);

#endif
