/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_COST_TABLE_H
#define SPINET_REPORT_COST_TABLE_H

#include "report/study.h"

/* A table of what an image of the final test costs in each condition, means of its runs; nothing
 * where none has cost.csv (record.cost). USER for one that cannot be read. */
int cost_table_put(FILE *html, const struct study *study);

#endif
