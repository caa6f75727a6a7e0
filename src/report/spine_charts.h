/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SPINE_CHARTS_H
#define SPINET_REPORT_SPINE_CHARTS_H

#include "report/page.h"
#include "report/spine_study.h"

/* Puts what the logs say into a page: a row a group, and figures of survival, life by size, sizes,
 * density and neighbours, and where the first factor is a number (report/trends.h) their mean size,
 * loss and survival over it; those of which there is anything to draw. SYSTEM without memory. */
int spine_charts_put(struct page *page, const struct spine_study *spines);

#endif
