/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep came to, as a table on the terminal. */
#include "report/summary.h"

#include <math.h>
#include <stdlib.h>

#include "core/status.h"
#include "core/table.h"
#include "report/statistics.h"

/* "\t0.980 ± 0.012", of the values there are; of one "\t0.980". */
static int put_mean(FILE *out, const double *values, size_t n_values, int digits)
{
    struct summary summary;
    const int status = statistics_summarize(&summary, values, n_values);
    if (status == STATUS_OK && summary.n > 1)
        fprintf(out, "\t%.*f ± %.*f", digits, summary.mean, digits, summary.sd);
    else if (status == STATUS_OK && summary.n == 1)
        fprintf(out, "\t%.*f", digits, summary.mean);
    else
        fputs("\t-", out);
    return status;
}

/* A row of a condition; `values` has room for two numbers a seed. */
static int put_condition(FILE *out, const struct sweep *s, int32_t condition, double *values)
{
    const int64_t most = s->n_seeds;
    size_t n = 0, n_accuracies = 0;
    double seconds = 0;
    for (int64_t i = condition * most; i < (condition + 1) * most; i++) {
        const struct sweep_run *run = &s->run[i];
        if (!run->is_done)
            continue;
        if (isfinite(run->accuracy))
            values[n_accuracies++] = run->accuracy;
        values[most + (int64_t)n++] = run->presentations;
        seconds += run->seconds;
    }
    if (n == 0)
        return STATUS_OK;
    for (int i = 0; i < s->experiment.n_factors; i++)
        fprintf(out, "%s\t", sweep_level(&s->condition[condition], i));
    fprintf(out, "%zu", n);
    int status = put_mean(out, values, n_accuracies, 3);
    if (status == STATUS_OK)
        status = put_mean(out, values + most, n, 1);
    fprintf(out, "\t%.2f\n", seconds / (double)n);
    return status;
}

int summary_print(const struct sweep *s)
{
    char *rows = NULL;
    size_t size;
    FILE *out = open_memstream(&rows, &size);
    double *values = malloc(2 * (size_t)s->n_seeds * sizeof *values);
    int status = out && values ? STATUS_OK : status_no_memory("the table", 0);
    for (int i = 0; i < s->experiment.n_factors && status == STATUS_OK; i++)
        fprintf(out, "%s\t", s->experiment.factor[i].name);
    if (status == STATUS_OK)
        fputs("runs\taccuracy\tpresentations\tseconds a run\n", out);
    for (int32_t c = 0; c < s->experiment.n_conditions && status == STATUS_OK; c++)
        status = put_condition(out, s, c, values);
    if (out && fclose(out) != 0 && status == STATUS_OK)
        status = status_no_memory("the table", 0);
    if (status == STATUS_OK)
        status = table_print_cells(rows, s->experiment.n_factors, stdout);
    free(rows);
    free(values);
    return status;
}
