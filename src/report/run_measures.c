/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_measures.h"

#include <math.h>

#include "core/scope.h"
#include "core/status.h"

/* Measures the runs of a group: value[n_runs][n_measures]. */
static int measure_group(double *value, const struct panels *v, int32_t group, int n_measures,
                         measure_run *measure, void *data, int32_t *n_runs)
{
    *n_runs = 0;
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct study_run *run = &v->study->run[r];
        double *of_run = value + (size_t)*n_runs * (size_t)n_measures;
        if (!panels_belongs(v, run, group / v->n_lines, group % v->n_lines))
            continue;
        for (int i = 0; i < n_measures; i++)
            of_run[i] = NAN;
        TRY(measure(of_run, run, group, data));
        ++*n_runs;
    }
    return STATUS_OK;
}

int run_measures_read(struct run_measures *measures, const struct panels *v, int n_measures,
                      measure_run *measure, void *data)
{
    const int32_t n_groups = v->n_panels * v->n_lines;
    *measures = (struct run_measures){.n_groups = n_groups, .n_measures = n_measures};
    OWN_NEW(double, value, (size_t)v->study->n_runs *(size_t)n_measures, "the runs");
    OWN_NEW(double, known, v->study->n_runs, "the runs");
    TRY_NEW(measures->name, n_groups, "the runs");
    TRY_NEW(measures->summary, n_groups * n_measures, "the runs");
    for (int32_t g = 0; g < n_groups; g++) {
        int32_t n_runs;
        panels_name(v, g / v->n_lines, g % v->n_lines, measures->name[g], sizeof *measures->name);
        TRY(measure_group(value, v, g, n_measures, measure, data, &n_runs));
        for (int i = 0; i < n_measures; i++) {
            size_t n = 0;
            for (int32_t r = 0; r < n_runs; r++)
                if (!isnan(value[r * n_measures + i]))
                    known[n++] = value[r * n_measures + i];
            TRY(statistics_summarize(&measures->summary[g * n_measures + i], known, n));
        }
    }
    return STATUS_OK;
}

void run_measures_free(struct run_measures *measures)
{
    free(measures->name);
    free(measures->summary);
    *measures = (struct run_measures){0};
}

const struct summary *run_measures_of(const struct run_measures *measures, int32_t group)
{
    return measures->summary + (size_t)group * (size_t)measures->n_measures;
}
