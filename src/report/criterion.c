/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/effects.h"

#include <math.h>
#include <stdlib.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/study.h"
#include "report/survival.h"
#include "store/run_tables.h"

/* ---- from the curves ---- */

static int32_t longest(const struct study *study)
{
    int32_t most = 0;
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct curve *curve = &study->run[r].curve;
        if (curve->n > 0 && curve->line[curve->n - 1].presentation > most)
            most = curve->line[curve->n - 1].presentation;
    }
    return most;
}

/* Each sample's accuracy holds up to the next; before the first there is none. */
static void measure(const struct curve *curve, double criterion, int32_t until, double *time,
                    double *is_reached, double *area)
{
    double sum = 0, before = NAN;
    int32_t at = 0;
    *time = *area = *is_reached = NAN;
    for (int32_t i = 0; i < curve->n; i++) {
        const struct curve_line *line = &curve->line[i];
        if (isnan(line->sample_accuracy))
            continue;
        if (!isnan(before))
            sum += before * (line->presentation - at);
        before = line->sample_accuracy;
        at = line->presentation;
        if (*is_reached == 1)
            continue;
        *time = at;
        *is_reached = before >= criterion;
    }
    if (!isnan(before))
        *area = (sum + before * (until - at)) / until;
}

int criterion_add_columns(struct study *study, double criterion)
{
    static const char *const names[] = {"to_criterion", "criterion_reached", "curve_area"};
    double *column[3];
    TRY(study_read_curves(study));
    const int32_t until = longest(study);
    if (until == 0)
        return status_fail(STATUS_USER, "%s: no run has a learning_curve.csv", study->folder);
    for (int k = 0; k < 3; k++)
        TRY(results_add_column(&study->results, names[k], &column[k]));
    for (int32_t r = 0; r < study->n_runs; r++)
        measure(&study->run[r].curve, criterion, until, &column[0][r], &column[1][r],
                &column[2][r]);
    return STATUS_OK;
}

/* ---- times ---- */

struct times {
    const struct effects *effects;
    struct survival_life *lives; /* [rows] scratch */
};

/* The lives of a group, each a network of its own, into lives; their number. */
static int32_t take_lives(const struct effects *effects, const struct effects_group *group,
                          struct survival_life *lives)
{
    const struct results_column *is_reached = results_find(effects->results, "criterion_reached");
    int32_t n = 0;
    for (size_t i = 0; i < effects->results->n_rows; i++)
        if (effects_has_row(effects, group, i)) {
            lives[n] =
                (struct survival_life){effects->measure->number[i], is_reached->number[i] == 1, n};
            n++;
        }
    return n;
}

static void put_medians(FILE *out, const void *of_times)
{
    const struct times *times = of_times;
    const struct effects *effects = times->effects;
    effects_put_heads(effects, out);
    fputs("n\treached\tmedian\n", out);
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        SCOPED(survival_free) struct survival survival = {0};
        const int32_t n = take_lives(effects, group, times->lives);
        if (survival_estimate(&survival, times->lives, n) != STATUS_OK)
            return;
        effects_put_levels(effects, group, effects->n_factors, out);
        fprintf(out, "%d\t%d", n, survival.n_died);
        number_put(out, "\t%.*f\n", 0, survival_quantile(&survival, 0.5), "\t-\n");
    }
}

static void put_tests(FILE *out, const void *of_times)
{
    const struct times *times = of_times;
    const struct effects *effects = times->effects;
    effects_put_heads(effects, out);
    fputs("chi²\tp\tcorrected\n", out);
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const int32_t n = take_lives(effects, &effects->groups[c->first], times->lives);
        const int32_t m = take_lives(effects, &effects->groups[c->second], times->lives + n);
        for (int32_t k = 0; k < n + m; k++)
            times->lives[k].network = k >= n;
        const struct log_rank test = survival_log_rank(times->lives, n + m);
        const double p = statistics_bonferroni(test.p, (size_t)effects->n_comparisons);
        effects_put_comparison(effects, c, out);
        number_put(out, "\t%.*f", 3, test.chi2, "\t-");
        statistics_put_p(out, test.p);
        statistics_put_p(out, p);
        fputc('\n', out);
    }
}

int criterion_print(const struct effects *effects, FILE *out)
{
    struct times times = {effects, NULL};
    OWNED struct survival_life *lives = NULL;
    TRY_NEW(lives, effects->results->n_rows, "the times");
    times.lives = lives;
    fputs("\nPresentations to the criterion; runs that did not reach it are censored\n\n", out);
    TRY(table_print_cells(put_medians, &times, effects->n_factors, out));
    if (effects->n_comparisons == 0)
        return STATUS_OK;
    fprintf(out, "\nLog-rank tests, runs taken as independent, corrected for %d (Bonferroni)\n\n",
            effects->n_comparisons);
    return table_print_cells(put_tests, &times, effects->n_factors, out);
}
