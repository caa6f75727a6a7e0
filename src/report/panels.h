/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_PANELS_H
#define SPINET_REPORT_PANELS_H

#include "report/figure.h"
#include "report/study.h"

/* Which panel and line of a figure each run is drawn in: group = panel * n_lines + line. Too many
 * panels are pooled: first over the factors between the first and the last, then over all but the
 * last. */
struct panels {
    const struct study *study;
    int32_t n_groups, n_lines; /* lines of a panel */
    int32_t per_panel;         /* conditions in a row that share a panel */
    int32_t named_to;          /* panels are named by the factors before this one; 0: by none */
    int32_t lines_from;        /* lines are named by the factors from this one on */
};

struct panels panels_of(const struct study *study);

/* The group of a run. */
int32_t panels_group(const struct panels *v, const struct study_run *run);

/* What stands above the panel of a group; what its line is called, "" if there is one. */
const char *panels_title(const struct panels *v, int32_t group, char *title, size_t size);
const char *panels_line(const struct panels *v, int32_t group, char *name, size_t size);

/* Says of a figure of "lines" that its series are those of the panels. */
void panels_describe(const struct panels *v, struct figure *figure);

/* The name of a group, "hard, random"; "all" if nothing tells conditions apart. */
const char *panels_name(const struct panels *v, int32_t group, char *name, size_t size);

#endif
