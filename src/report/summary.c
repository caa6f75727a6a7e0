/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep came to, as a table on the terminal. */
#include "report/summary.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/statistics.h"
#include "train/readout.h"

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

/* The columns of means, and with how many digits. */
static const struct {
    const char *head;
    size_t at; /* of the number in a run */
    int digits;
} measures[] = {
    {"accuracy", offsetof(struct sweep_run, accuracy), 3},
    {"by all spikes", offsetof(struct sweep_run, accuracy_spikes), 3},
    {"ties", offsetof(struct sweep_run, ties), 1},
    {"undecided", offsetof(struct sweep_run, undecided), 1},
    {"presentations", offsetof(struct sweep_run, presentations), 1},
};
enum { N_MEASURES = sizeof measures / sizeof *measures };

/* What is summed up, with room for a number a seed. */
struct summed {
    const struct sweep *sweep;
    double *values;
};

/* Collects the numbers at this place in the condition's runs that are done; how many. */
static size_t collect(const struct summed *summed, int32_t condition, size_t at)
{
    const struct sweep *s = summed->sweep;
    size_t n = 0;
    for (int64_t i = 0; i < s->n_seeds; i++) {
        const struct sweep_run *run = &s->run[condition * (int64_t)s->n_seeds + i];
        const double value = *(const double *)(const void *)((const char *)run + at);
        if (run->is_done && isfinite(value))
            summed->values[n++] = value;
    }
    return n;
}

/* A row of a condition. */
static void put_condition(FILE *out, const struct summed *summed, int32_t condition)
{
    const struct sweep *s = summed->sweep;
    const size_t n = collect(summed, condition, offsetof(struct sweep_run, seconds));
    double seconds = 0;
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++)
        seconds += summed->values[i];
    for (int i = 0; i < s->experiment.n_factors; i++)
        fprintf(out, "%s\t", sweep_level(&s->condition[condition], i));
    fprintf(out, "%zu", n);
    for (int i = 0; i < N_MEASURES; i++)
        put_mean(out, summed->values, collect(summed, condition, measures[i].at),
                 measures[i].digits);
    fprintf(out, "\t%.2f\n", seconds / (double)n);
}

static void put_rows(FILE *out, const void *of_summed)
{
    const struct summed *summed = of_summed;
    const struct experiment *experiment = &summed->sweep->experiment;
    for (int i = 0; i < experiment->n_factors; i++)
        fprintf(out, "%s\t", experiment->factor[i].name);
    fputs("runs", out);
    for (int i = 0; i < N_MEASURES; i++)
        fprintf(out, "\t%s", measures[i].head);
    fputs("\tseconds a run\n", out);
    for (int32_t c = 0; c < experiment->n_conditions; c++)
        put_condition(out, summed, c);
}

/* Says of which conditions there are runs that favour a class. */
static void print_bias(const struct summed *summed)
{
    const struct sweep *s = summed->sweep;
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        const size_t n = collect(summed, c, offsetof(struct sweep_run, recall_gap));
        size_t n_biased = 0;
        for (size_t i = 0; i < n; i++)
            n_biased += summed->values[i] > RECALL_GAP_LARGE;
        if (n_biased == 0)
            continue;
        for (int i = 0; i < s->experiment.n_factors; i++)
            printf("%s%s", i > 0 ? ", " : "", sweep_level(&s->condition[c], i));
        printf(": in %zu of %zu runs the recalls of classes are more than %g apart\n", n_biased, n,
               RECALL_GAP_LARGE);
    }
}

int summary_print(const struct sweep *s)
{
    OWN_NEW(double, values, s->n_seeds, "the table");
    const struct summed summed = {s, values};
    TRY(table_print_cells(put_rows, &summed, s->experiment.n_factors, stdout));
    print_bias(&summed);
    return STATUS_OK;
}
