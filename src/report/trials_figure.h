/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TRIALS_FIGURE_H
#define SPINET_REPORT_TRIALS_FIGURE_H

#include "report/page.h"
#include "report/study.h"

/* Runs that learned from rewards (docs/reward.md): what came of the trials. */

/* Whether any run did. */
bool trials_figure_any(const struct study *study);

/* Puts a figure of expected reward, reward and prediction error over training, a panel a condition
 * and cue. USER for a file that is damaged; SYSTEM without memory. */
int trials_figure_put(struct page *page, const struct study *study);

#endif
