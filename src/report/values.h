/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_VALUES_H
#define SPINET_REPORT_VALUES_H

#include "report/effects.h"
#include "report/page.h"
#include "report/study.h"

/* Figures of what the runs came to: accuracy, presentations, similarity. */

/* The condition of a group of runs; -1 if groups pool conditions. */
int32_t values_condition(const struct study *study, const struct effects *effects,
                         const struct effects_group *group);

/* A box for each condition, a point for each run (which leads to it), the levels of the last factor
 * side by side. If there are two to four of these, each is compared with the first by a pooled
 * t-test, Bonferroni-corrected over the figure, and stars are drawn. Where there is one run a
 * condition: points alone. */
int values_put_boxes(struct page *page, const struct study *study, enum study_value what);

/* Means as colours, mean and sd in the cells: with up to two factors the levels of the first (as a
 * table of digits if they are pairs "a-b"), with three the first across and the second down; a
 * panel a level of the last, and the difference if there are two. */
int values_put_tiles(struct page *page, const struct study *study, enum study_value what);

/* Whether the first factor has too many conditions for boxes; whether there are more than two
 * factors: then tiles are beside the boxes. */
bool values_tiles_instead(const struct study *study);
bool values_tiles_beside(const struct study *study);

/* Means and one standard deviation over the numbers of the first factor. */
int values_put_trend(struct page *page, const struct study *study, enum study_value what);

#endif
