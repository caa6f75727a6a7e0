/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/means.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"

static int32_t count_runs(const struct study *study, int32_t condition)
{
    int32_t n = 0;
    for (int32_t r = 0; r < study->n_runs; r++)
        n += study->run[r].condition == condition;
    return n;
}

struct summary means_summarize(const struct means *means, const struct mean_column *column,
                               int32_t condition)
{
    struct summary summary = {.n = 0};
    OWNED double *values = calloc((size_t)means->study->n_runs + 1, sizeof *values);
    size_t n = 0;
    bool is_missing = !values;
    for (int32_t r = 0; r < means->study->n_runs && !is_missing; r++) {
        if (means->study->run[r].condition != condition)
            continue;
        values[n] = results_number(means->table, (size_t)r, column->name);
        if (column->divisor)
            values[n] /= results_number(means->table, (size_t)r, column->divisor);
        is_missing = isnan(values[n++]);
    }
    if (is_missing || statistics_summarize(&summary, values, n) != STATUS_OK)
        summary.n = 0;
    return summary;
}

static bool is_shown(const struct means *means, const struct mean_column *column)
{
    int32_t c = 0;
    while (c < means->study->n_conditions && means_summarize(means, column, c).n == 0)
        c++;
    return c < means->study->n_conditions;
}

static int n_names(const struct study *study)
{
    int n = 0;
    while (n < study->n_factors && *study->factor[n]->name)
        n++;
    return n;
}

void means_put_levels(FILE *out, const struct study *study, int32_t condition, char after)
{
    char level[300];
    for (int f = 0; f < n_names(study); f++)
        fprintf(out, "%s%c",
                condition == MEANS_HEADS
                    ? study->factor[f]->name
                    : study_name(study, condition, f, f + 1, level, sizeof level),
                after);
}

static void put_mean(FILE *out, const struct summary *s, int digits)
{
    if (s->n == 0) {
        fputs("\t–", out);
        return;
    }
    fprintf(out, "\t%.*f", s->n == 1 && digits == MEAN_COUNT_DIGITS ? 0 : digits, s->mean);
    if (s->n > 1)
        fprintf(out, " ± %.*f", digits, s->sd);
}

static void put_cells(FILE *out, const void *of_means)
{
    const struct means *means = of_means;
    means_put_levels(out, means->study, MEANS_HEADS, '\t');
    fputs("runs", out);
    for (int i = 0; i < means->n_columns; i++)
        fprintf(out, "\t%s", means->column[i].head);
    for (int32_t c = 0; c < means->study->n_conditions; c++) {
        const int32_t n_runs = count_runs(means->study, c);
        if (n_runs == 0)
            continue;
        fputc('\n', out);
        means_put_levels(out, means->study, c, '\t');
        fprintf(out, "%d", n_runs);
        for (int i = 0; i < means->n_columns; i++) {
            const struct summary s = means_summarize(means, &means->column[i], c);
            put_mean(out, &s, means->column[i].digits);
        }
    }
    fputc('\n', out);
}

int means_put(FILE *html, const struct means *means)
{
    OWN_NEW(struct mean_column, column, means->n_columns, "a table");
    struct means shown = {means->study, means->table, column, 0};
    for (int i = 0; i < means->n_columns; i++)
        if (is_shown(means, &means->column[i]))
            column[shown.n_columns++] = means->column[i];
    return html ? html_put_cells(html, put_cells, &shown, n_names(means->study))
                : table_print_cells(put_cells, &shown, n_names(means->study), stdout);
}

int means_put_below(FILE *html, const char *words, const struct means *means)
{
    for (int i = 0; i < means->n_columns; i++)
        if (is_shown(means, &means->column[i])) {
            fputs(words, html);
            return means_put(html, means);
        }
    return STATUS_OK;
}
