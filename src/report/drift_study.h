/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_DRIFT_STUDY_H
#define SPINET_REPORT_DRIFT_STUDY_H

#include "report/page.h"
#include "report/run_measures.h"

/* What sizes of spines that were noted day after day (sizes.csv.gz) say of how they change
 * (docs/spines.md): drift mu(w) and noise sigma(w) by size, and the part of the changes that two
 * contacts of one pair of cells do not share. */

/* Reads the sizes (sizes_table) of all runs that have them. USER for a damaged file; SYSTEM without
 * memory. */
int drift_study_read(struct run_measures *drift, const struct study *study);

/* drift.csv (docs/files.md). */
extern const struct table drift_study_table;

/* Puts the intrinsic parts and the figures of mu and sigma into a page. SYSTEM without memory. */
int drift_study_put(struct page *page, const struct run_measures *drift);

#endif
