/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CLUSTERING_H
#define SPINET_REPORT_CLUSTERING_H

#include "report/page.h"
#include "report/study.h"

/* Clustered growth of a sweep (docs/spines.md; Hedrick et al. 2022), a condition at a time, from
 * clustered_births.csv and clustered_distance.csv of its runs. */

/* Whether any run has both files. */
bool clustering_any(const struct study *study);

/* Puts a table of the conditions that have runs, and figures: neighbours of new synapses against
 * chance; co-activity by distance, a panel a condition. USER for a damaged file; SYSTEM without
 * memory. */
int clustering_put(struct page *page, const struct study *study);

#endif
