/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_HEAT_MAP_H
#define SPINET_REPORT_HEAT_MAP_H

#include "report/chart.h"
#include "report/study.h"

/* Whether the first factor has too many conditions for boxes. */
bool heat_map_instead_of_boxes(const struct study *study);

/* Whether there are more than two factors: then a heat map is drawn beside the boxes. */
bool heat_map_beside_boxes(const struct study *study);

/* Begins a chart of the means, sd in the cells: with up to two factors the levels of the first (as
 * a table of digits if they are pairs "a-b"), with three the first across and the second down; a
 * panel a level of the last, and the difference if there are two. SYSTEM without memory. */
int heat_map_plot(const struct study *study, enum study_value what, struct chart *chart);

#endif
