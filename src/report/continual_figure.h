/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CONTINUAL_FIGURE_H
#define SPINET_REPORT_CONTINUAL_FIGURE_H

#include "report/page.h"
#include "report/study.h"

/* Runs that learned in phases (docs/continual.md): what became of each class. */

/* Whether any run did. */
bool continual_figure_any(const struct study *study);

/* Puts a table of the measures, a row a condition, and a figure of the accuracy of each class over
 * training with the phases marked, a panel a condition. USER for a file that is damaged; SYSTEM
 * without memory. */
int continual_figure_put(struct page *page, const struct study *study);

#endif
