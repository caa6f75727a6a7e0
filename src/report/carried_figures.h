/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CARRIED_FIGURES_H
#define SPINET_REPORT_CARRIED_FIGURES_H

#include "report/page.h"
#include "report/study.h"

/* What carries the answers: cells and dendrites that are active, synapses and clusters of them,
 * distances of maps; and how weights come to be what they are. */

/* Whether any run has these columns of results.csv, or this is a run with activity.csv.gz. */
bool carried_figures_any(const struct study *study);

/* Puts a figure of these columns, a point a run; of a study of one run the activity of its cells
 * and dendrites, and its weights over training if they were recorded. USER for a file that is
 * damaged; SYSTEM without memory. */
int carried_figures_put(struct page *page, const struct study *study);

#endif
