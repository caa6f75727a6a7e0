/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TRENDS_H
#define SPINET_REPORT_TRENDS_H

#include "report/page.h"
#include "report/study.h"

/* A value over the levels of the first factor where these are numbers: a line a level of the last,
 * a panel a combination of those between. */

/* Whether the levels of the first factor are numbers, and at least three. */
bool trends_any(const struct study *study);

struct trend_point {
    double value, low, high; /* of a band around it; NaN for none */
};

/* Puts a figure, which has begun, of a point a condition. Conditions that the experiment marks have
 * a ring around theirs. SYSTEM without memory. */
int trends_put(struct page *page, struct figure *figure, const struct study *study,
               const struct trend_point *point);

#endif
