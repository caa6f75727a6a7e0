/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_measures.h"

#include <math.h>

#include "core/scope.h"
#include "core/status.h"

/* Measures the runs of a condition: value[n_runs][n_measures]. */
static int measure_condition(double *value, const struct panels *v, int32_t condition,
                             int n_measures, measure_run *measure, void *data, int32_t *n_runs)
{
    *n_runs = 0;
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct study_run *run = &v->study->run[r];
        double *of_run = value + (size_t)*n_runs * (size_t)n_measures;
        if (panels_group(v, run) != condition)
            continue;
        for (int i = 0; i < n_measures; i++)
            of_run[i] = NAN;
        TRY(measure(of_run, run, condition, data));
        ++*n_runs;
    }
    return STATUS_OK;
}

int run_measures_read(struct run_measures *measures, const struct study *study,
                      const char *const *names, int n_measures, measure_run *measure, void *data)
{
    const struct panels v = panels_of(study);
    *measures = (struct run_measures){.n_conditions = v.n_groups};
    OWN_NEW(double, value, (size_t)study->n_runs *(size_t)n_measures, "the runs");
    OWN_NEW(double, known, study->n_runs, "the runs");
    TRY_NEW(measures->name, measures->n_conditions, "the runs");
    TRY_NEW(measures->row, measures->n_conditions * n_measures, "the runs");
    for (int32_t c = 0; c < measures->n_conditions; c++) {
        int32_t n_runs;
        char *name = measures->name[c];
        panels_name(&v, c, name, sizeof *measures->name);
        TRY(measure_condition(value, &v, c, n_measures, measure, data, &n_runs));
        for (int i = 0; i < n_measures; i++) {
            struct summary of;
            size_t n = 0;
            for (int32_t r = 0; r < n_runs; r++)
                if (!isnan(value[r * n_measures + i]))
                    known[n++] = value[r * n_measures + i];
            TRY(statistics_summarize(&of, known, n));
            measures->row[measures->n_rows++] = (struct measure_row){
                name, names[i], (int32_t)n, of.mean, of.ci_low, of.ci_high, NAN, NAN};
        }
    }
    return STATUS_OK;
}

void run_measures_free(struct run_measures *measures)
{
    free(measures->name);
    free(measures->row);
    *measures = (struct run_measures){0};
}
