/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_MEASURES_H
#define SPINET_REPORT_RUN_MEASURES_H

#include "report/panels.h"

/* Numbers that each run comes to by itself, and their mean over the runs of a group: a panel and
 * line of the figures. The unit is the network. */
struct run_measures {
    int32_t n_groups; /* panel * n_lines + line */
    int n_measures;
    char (*name)[512];       /* [n_groups] "hard, random" */
    struct summary *summary; /* [n_groups][n_measures] of the runs that have the measure */
};

/* Measures a run into value[n_measures], which are NaN: what stays so does not count. */
typedef int measure_run(double *value, const struct study_run *run, int32_t group, void *data);

/* The first failure of `measure`; SYSTEM without memory. Free them either way. */
int run_measures_read(struct run_measures *measures, const struct panels *panels, int n_measures,
                      measure_run *measure, void *data);
void run_measures_free(struct run_measures *measures);

/* The first of a group's n_measures. */
const struct summary *run_measures_of(const struct run_measures *measures, int32_t group);

#endif
