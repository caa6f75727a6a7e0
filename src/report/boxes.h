/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_BOXES_H
#define SPINET_REPORT_BOXES_H

#include "report/chart.h"
#include "report/study.h"

/* Begins a chart of one value: a box for each condition, a point for each run, the levels of the
 * last factor side by side. If there are two to four of these, each is compared with the first by a
 * pooled t-test, Bonferroni-corrected over the chart, and stars are drawn. SYSTEM without memory.
 */
int boxes_plot(const struct study *study, enum study_value what, struct chart *chart);

/* The number of these tests, 0 if there are none. */
int32_t boxes_n_tests(const struct study *study, enum study_value what);

/* The name of the value with its unit, and the factor that converts the value to that unit. */
const char *boxes_label(enum study_value what);
double boxes_unit(enum study_value what);

#endif
