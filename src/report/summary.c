/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep came to, as a table on the terminal. */
#include "report/summary.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/statistics.h"

/* "\t0.980 ± 0.012", of the values there are; of one "\t0.980". */
static void put_mean(FILE *out, const double *values, size_t n_values, int digits)
{
    struct summary summary;
    const bool is_known = statistics_summarize(&summary, values, n_values) == STATUS_OK;
    if (is_known && summary.n > 1)
        fprintf(out, "\t%.*f ± %.*f", digits, summary.mean, digits, summary.sd);
    else if (is_known && summary.n == 1)
        fprintf(out, "\t%.*f", digits, summary.mean);
    else
        fputs("\t-", out);
}

/* What is summed up, with room for two numbers a seed. */
struct summed {
    const struct sweep *sweep;
    double *values;
};

/* A row of a condition. */
static void put_condition(FILE *out, const struct summed *summed, int32_t condition)
{
    const struct sweep *s = summed->sweep;
    double *accuracy = summed->values, *presentations = summed->values + s->n_seeds;
    size_t n = 0, n_accuracies = 0;
    double seconds = 0;
    for (int64_t i = 0; i < s->n_seeds; i++) {
        const struct sweep_run *run = &s->run[condition * (int64_t)s->n_seeds + i];
        if (!run->is_done)
            continue;
        if (isfinite(run->accuracy))
            accuracy[n_accuracies++] = run->accuracy;
        presentations[n++] = run->presentations;
        seconds += run->seconds;
    }
    if (n == 0)
        return;
    for (int i = 0; i < s->experiment.n_factors; i++)
        fprintf(out, "%s\t", sweep_level(&s->condition[condition], i));
    fprintf(out, "%zu", n);
    put_mean(out, accuracy, n_accuracies, 3);
    put_mean(out, presentations, n, 1);
    fprintf(out, "\t%.2f\n", seconds / (double)n);
}

static void put_rows(FILE *out, const void *of_summed)
{
    const struct summed *summed = of_summed;
    const struct experiment *experiment = &summed->sweep->experiment;
    for (int i = 0; i < experiment->n_factors; i++)
        fprintf(out, "%s\t", experiment->factor[i].name);
    fputs("runs\taccuracy\tpresentations\tseconds a run\n", out);
    for (int32_t c = 0; c < experiment->n_conditions; c++)
        put_condition(out, summed, c);
}

int summary_print(const struct sweep *s)
{
    OWNED double *values = malloc(2 * (size_t)s->n_seeds * sizeof *values);
    if (!values)
        return status_no_memory("the table", 0);
    return table_print_cells(put_rows, &(struct summed){s, values}, s->experiment.n_factors,
                             stdout);
}
