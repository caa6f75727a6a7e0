/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CRITERION_H
#define SPINET_REPORT_CRITERION_H

#include "report/effects.h"
#include "report/study.h"

/* How soon runs learn, from their learning curves. A run that ends, or is at its limit, before its
 * sample accuracy was once at the criterion, is known to need longer, not how long (censored). */

/* Adds three columns to the study's results: to_criterion, presentations until the sample accuracy
 * is first at or above the criterion or, if it never is, the last sample's; criterion_reached, 1 or
 * 0; and curve_area, the mean sample accuracy over as many presentations as the longest run has, a
 * shorter one's last value going on. Reads the curves. USER if no run has one. */
int criterion_add_columns(struct study *study, double criterion);

/* Prints, of effects on to_criterion, the median time of each group by Kaplan & Meier and log-rank
 * tests of the comparisons, which take runs as independent. SYSTEM without memory. */
int criterion_print(const struct effects *effects, FILE *out);

#endif
