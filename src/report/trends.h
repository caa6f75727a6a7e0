/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TRENDS_H
#define SPINET_REPORT_TRENDS_H

#include "report/chart.h"
#include "report/spine_study.h"
#include "report/study.h"

/* A value over the levels of the first factor where these are numbers: a line a level of the last,
 * a panel a combination of those between. */

/* Whether the levels of the first factor are numbers, and at least three. */
bool trends_any(const struct study *study);

struct trend_point {
    double value, low, high; /* of a band around it; NaN for none */
};

/* Begins a chart of a point a condition. Conditions that the experiment marks have a ring around
 * theirs. SYSTEM without memory. */
int trends_plot(const struct study *study, const char *title, const char *label,
                const struct trend_point *point, struct chart *chart);

/* The same of a measure of the runs: means and standard deviations. */
int trends_plot_value(const struct study *study, enum study_value what, struct chart *chart);

/* The same of the spines, where each condition is a group: nothing (STATUS_OK, *any false) if not.
 */
enum trend_of_spines { TREND_MEAN_SIZE, TREND_LOST, TREND_ALIVE, N_TRENDS_OF_SPINES };
int trends_plot_spines(const struct spine_study *spines, enum trend_of_spines what,
                       struct chart *chart, bool *any);

#endif
