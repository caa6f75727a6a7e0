/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SPINE_CHARTS_H
#define SPINET_REPORT_SPINE_CHARTS_H

#include "report/spine_study.h"

enum spine_chart {
    SPINE_CHART_SURVIVAL_LATER,
    SPINE_CHART_SURVIVAL_START,
    SPINE_CHART_LIFETIME,
    SPINE_CHART_SIZES,
    SPINE_CHART_LOG_SIZES,
    SPINE_CHART_DENSITY,
    SPINE_CHART_NEIGHBOURS,
    SPINE_CHART_STRONG_NEIGHBOURS,
    N_SPINE_CHARTS
};

/* What a chart's file is called and what is said of it. */
struct spine_figure {
    const char *name, *alt, *caption;
};
extern const struct spine_figure spine_figures[N_SPINE_CHARTS];

/* Whether there is anything to draw. */
bool spine_chart_any(const struct spine_study *spines, enum spine_chart what);

/* Begins the chart: a panel and a line a group, as those of training. SYSTEM without memory. */
int spine_chart_plot(const struct spine_study *spines, enum spine_chart what, struct chart *chart);

#endif
