/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAP_SHEET_H
#define SPINET_REPORT_MAP_SHEET_H

#include "report/chart.h"
#include "report/study.h"

/* Sheets of representation maps: a row a combination of all factors but the last, with the mean
 * test images and, for each level of the last, the maps of the run with the median accuracy. */

int32_t map_sheet_n_pages(const struct study *study);

/* Begins a page, from 0; *any says whether a run of it has a network. USER for a run that cannot be
 * read. */
int map_sheet_plot(const struct study *study, int32_t page, struct chart *chart, bool *any);

#endif
