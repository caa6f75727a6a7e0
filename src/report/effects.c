/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What factors do to a measure, from a results file: groups, analysis of variance and t-tests of
 * the last factor's levels, corrected after Bonferroni for all tests of the table. Runs without
 * the measure are left out and counted. */
#include "report/effects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "store/json_file.h"

/* ---- which factors */

static int choose_factors(struct effects *effects, const char *by)
{
    const struct results *results = effects->results;
    for (int32_t k = 0; !by && k < results->n_columns && effects->n_factors < 2; k++)
        if (results->columns[k].is_factor && results->columns[k].n_levels > 1)
            effects->factor[effects->n_factors++] = &results->columns[k];
    if (!by)
        return STATUS_OK;
    OWNED char *names = strdup(by);
    char *rest = names;
    if (!names)
        return status_no_memory("the factors", strlen(by) + 1);
    for (char *name; (name = strsep(&rest, ","));) {
        if (effects->n_factors == 2)
            return status_fail(STATUS_USER, "--by %.100s: expected one or two factors, A,B", by);
        const struct results_column *factor = NULL;
        TRY(results_find_factor(results, "--by", name, &factor));
        if (effects->n_factors == 1 && factor == effects->factor[0])
            return status_fail(STATUS_USER, "--by %.100s: expected two different factors", by);
        effects->factor[effects->n_factors++] = factor;
    }
    return STATUS_OK;
}

/* ---- groups */

static int32_t n_levels(const struct effects *effects, int factor)
{
    return factor < effects->n_factors ? effects->factor[factor]->n_levels : 1;
}

static int32_t level_of(const struct effects *effects, int factor, size_t row)
{
    return factor < effects->n_factors ? effects->factor[factor]->level[row] : 0;
}

static int32_t cell_of(const struct effects *effects, size_t row)
{
    return level_of(effects, 0, row) * n_levels(effects, 1) + level_of(effects, 1, row);
}

/* The groups that have rows, their values and summaries. `cell_rows` [n_cells] is scratch, with
 * zeros; afterwards it holds each cell's group. */
static int make_groups(struct effects *effects, int32_t *cell_group)
{
    const size_t n_rows = effects->results->n_rows;
    const double *measure = effects->measure->number;
    const int32_t n_b = n_levels(effects, 1), n_cells = n_levels(effects, 0) * n_b;
    for (size_t i = 0; i < n_rows; i++) {
        int32_t *rows = &cell_group[cell_of(effects, i)];
        effects->n_groups += *rows == 0;
        (*rows)++;
    }
    effects->groups = calloc((size_t)effects->n_groups, sizeof *effects->groups);
    effects->memory = malloc(n_rows * sizeof *effects->memory);
    if (!effects->groups || !effects->memory)
        return status_no_memory("the groups", n_rows * sizeof *effects->memory);
    double *values = effects->memory;
    for (int32_t cell = 0, g = 0; cell < n_cells; cell++) {
        const int32_t rows = cell_group[cell];
        cell_group[cell] = rows ? g : -1;
        if (!rows)
            continue;
        effects->groups[g].level[0] = cell / n_b;
        effects->groups[g].level[1] = cell % n_b;
        effects->groups[g++].values = values;
        values += rows;
    }
    for (size_t i = 0; i < n_rows; i++) {
        struct effects_group *group = &effects->groups[cell_group[cell_of(effects, i)]];
        if (isnan(measure[i]))
            group->n_missing++;
        else
            group->values[group->summary.n++] = measure[i];
    }
    for (int32_t g = 0; g < effects->n_groups; g++)
        TRY(statistics_summarize(&effects->groups[g].summary, effects->groups[g].values,
                                 effects->groups[g].summary.n));
    return STATUS_OK;
}

/* Whether a group holds runs of different levels of this factor. `first` [n_groups] is scratch. */
static bool is_pooled(const struct effects *effects, const struct results_column *column,
                      const int32_t *cell_group, int32_t *first)
{
    for (int32_t g = 0; g < effects->n_groups; g++)
        first[g] = -1;
    for (size_t i = 0; i < effects->results->n_rows; i++) {
        int32_t *level = &first[cell_group[cell_of(effects, i)]];
        if (*level >= 0 && *level != column->level[i])
            return true;
        *level = column->level[i];
    }
    return false;
}

static int name_the_pooled(struct effects *effects, const int32_t *cell_group)
{
    const struct results *results = effects->results;
    char *names = effects->pooled_over;
    size_t used = 0;
    OWNED int32_t *first = malloc((size_t)effects->n_groups * sizeof *first);
    if (!first)
        return status_no_memory("the groups", (size_t)effects->n_groups * sizeof *first);
    for (int32_t k = 0; k < results->n_columns; k++) {
        const struct results_column *column = &results->columns[k];
        /* a name that does not fit is left out whole, as half a UTF-8 character is none */
        if (column->is_factor && used + strlen(column->name) + 3 < sizeof effects->pooled_over &&
            is_pooled(effects, column, cell_group, first))
            used += (size_t)snprintf(names + used, sizeof effects->pooled_over - used, "%s%s",
                                     used ? ", " : "", column->name);
    }
    return STATUS_OK;
}

static int analyse_variance(struct effects *effects)
{
    const size_t n_rows = effects->results->n_rows;
    OWNED double *values = malloc(n_rows * sizeof *values);
    OWNED int32_t *a = malloc(n_rows * sizeof *a), *b = malloc(n_rows * sizeof *b);
    size_t n = 0;
    if (!values || !a || !b)
        return status_no_memory("the analysis of variance", n_rows * sizeof *values);
    for (size_t i = 0; i < n_rows; i++)
        if (!isnan(effects->measure->number[i])) {
            values[n] = effects->measure->number[i];
            a[n] = level_of(effects, 0, i);
            b[n++] = level_of(effects, 1, i);
        }
    return statistics_anova(&effects->anova, values, n, a, n_levels(effects, 0), b,
                            n_levels(effects, 1));
}

/* ---- comparisons */

static bool are_compared(const struct effects *effects, int32_t first, int32_t second)
{
    return effects->n_factors == 1 ||
           (effects->n_factors == 2 &&
            effects->groups[first].level[0] == effects->groups[second].level[0]);
}

static int compare_groups(struct effects *effects)
{
    size_t n = 0;
    for (int32_t i = 0; i < effects->n_groups; i++)
        for (int32_t j = i + 1; j < effects->n_groups && are_compared(effects, i, j); j++)
            n++;
    if (n > EFFECTS_COMPARISONS_MAX)
        return status_fail(STATUS_USER,
                           "%s: the levels of %s make %zu comparisons, at most %d can be made: "
                           "choose factors with --by",
                           effects->results->path, effects->factor[effects->n_factors - 1]->name, n,
                           EFFECTS_COMPARISONS_MAX);
    effects->comparisons = calloc(n ? n : 1, sizeof *effects->comparisons);
    if (!effects->comparisons)
        return status_no_memory("the comparisons", n * sizeof *effects->comparisons);
    for (int32_t i = 0; i < effects->n_groups; i++)
        for (int32_t j = i + 1; j < effects->n_groups && are_compared(effects, i, j); j++) {
            struct effects_comparison *c = &effects->comparisons[effects->n_comparisons++];
            const struct summary *first = &effects->groups[i].summary;
            const struct summary *second = &effects->groups[j].summary;
            c->first = i;
            c->second = j;
            c->pooled = statistics_t_test(first, second, T_TEST_POOLED);
            c->welch = statistics_t_test(first, second, T_TEST_WELCH);
            effects->n_tests += isnan(c->pooled.p) ? 0 : 1;
        }
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        struct effects_comparison *c = &effects->comparisons[i];
        c->pooled_corrected = statistics_bonferroni(c->pooled.p, effects->n_tests);
        c->welch_corrected = statistics_bonferroni(c->welch.p, effects->n_tests);
    }
    return STATUS_OK;
}

static int find(struct effects *effects, const char *measure, const char *by)
{
    TRY(results_find_measure(effects->results, "--measure", measure, &effects->measure));
    TRY(choose_factors(effects, by));
    const size_t n_cells = (size_t)n_levels(effects, 0) * (size_t)n_levels(effects, 1);
    OWNED int32_t *cell_group = calloc(n_cells, sizeof *cell_group);
    if (!cell_group)
        return status_no_memory("the groups", n_cells * sizeof *cell_group);
    TRY(analyse_variance(effects)); /* first: it refuses too many levels */
    TRY(make_groups(effects, cell_group));
    TRY(name_the_pooled(effects, cell_group));
    return compare_groups(effects);
}

int effects_find(struct effects *effects, const struct results *results, const char *measure,
                 const char *by)
{
    *effects = (struct effects){.results = results};
    const int status = find(effects, measure, by);
    if (status != STATUS_OK)
        effects_free(effects);
    return status;
}

void effects_free(struct effects *effects)
{
    free(effects->groups);
    free(effects->comparisons);
    free(effects->memory);
    *effects = (struct effects){0};
}

/* ---- as text: rows of cells between tabs, then aligned */

/* Five digits of the largest value, the same number of decimals for all. */
static int find_decimals(const struct effects *effects)
{
    double most = 0;
    for (int32_t g = 0; g < effects->n_groups; g++)
        if (effects->groups[g].summary.n > 0)
            most = fmax(most, fmax(fabs(effects->groups[g].summary.minimum),
                                   fabs(effects->groups[g].summary.maximum)));
    const int digits = most > 0 ? (int)floor(log10(most)) : 0;
    const int decimals = digits > -2 && digits < 0 ? 4 : 4 - digits;
    return decimals < 0 ? 0 : decimals > 12 ? 12 : decimals;
}

static void put(FILE *out, double value, int decimals)
{
    number_put(out, "\t%.*f", decimals, value, "\t-");
}

static void put_general(FILE *out, double value)
{
    number_put(out, "\t%.*g", 5, value, "\t-");
}

static void put_p(FILE *out, double p)
{
    number_put(out, p < 1e-4 ? "\t%.*e" : "\t%.*f", p < 1e-4 ? 1 : 4, p, "\t-");
}

static void put_interval(FILE *out, double low, double high, int decimals)
{
    number_put(out, "\t%.*f", decimals, low, "\t-");
    number_put(out, " … %.*f", decimals, high, "");
}

const char *effects_level(const struct effects *effects, const struct effects_group *group,
                          int factor)
{
    return effects->factor[factor]->levels[group->level[factor]];
}

static void put_groups(const struct effects *effects, FILE *out, int decimals)
{
    for (int f = 0; f < effects->n_factors; f++)
        fprintf(out, "%s\t", effects->factor[f]->name);
    fputs("n\tmean\tsd\t95 % CI of the mean\tmin\tq1\tmedian\tq3\tmax\t\n", out);
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        const struct summary *s = &group->summary;
        for (int f = 0; f < effects->n_factors; f++)
            fprintf(out, "%s\t", effects_level(effects, group, f));
        fprintf(out, "%zu", s->n);
        put(out, s->mean, decimals);
        put(out, s->sd, decimals);
        put_interval(out, s->ci_low, s->ci_high, decimals);
        put(out, s->minimum, decimals);
        put(out, s->lower_quartile, decimals);
        put(out, s->median, decimals);
        put(out, s->upper_quartile, decimals);
        put(out, s->maximum, decimals);
        fprintf(out, "\t%s", s->reason ? s->reason : "");
        if (group->n_missing)
            fprintf(out, "%s%zu without %s left out", s->reason ? "; " : "", group->n_missing,
                    effects->measure->name);
        fputc('\n', out);
    }
}

static void put_term(FILE *out, const char *name, const struct anova_term *term, bool is_error)
{
    fputs(name, out);
    put_general(out, term->ss);
    put_general(out, term->df);
    put_general(out, term->ms);
    if (is_error) {
        fputs("\t\t\t\t\t\n", out);
        return;
    }
    put_general(out, term->f);
    put_p(out, term->p);
    fprintf(out, "\t%s", statistics_stars(term->p));
    put(out, term->partial_eta_squared, 4);
    fprintf(out, "\t%s\n", term->reason ? term->reason : "");
}

static void put_anova(const struct effects *effects, FILE *out)
{
    fputs("source\tSS\tdf\tMS\tF\tp\t\tpartial eta²\t\n", out);
    for (int f = 0; f < effects->n_factors; f++)
        put_term(out, effects->factor[f]->name, &effects->anova.term[f], false);
    if (effects->anova.n_factors == 2) {
        fprintf(out, "%s × ", effects->factor[0]->name);
        put_term(out, effects->factor[1]->name, &effects->anova.term[ANOVA_INTERACTION], false);
    }
    put_term(out, "error", &effects->anova.error, true);
}

static void put_comparisons(const struct effects *effects, FILE *out, int decimals)
{
    if (effects->n_factors == 2)
        fprintf(out, "%s\t", effects->factor[0]->name);
    fprintf(out,
            "%s\tdifference\t95 %% CI\tt\tdf\tp\tcorrected\t\tWelch CI\tt\tdf\tp\tcorrected"
            "\t\t\n",
            effects->factor[effects->n_factors - 1]->name);
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const struct effects_group *first = &effects->groups[c->first];
        const struct effects_group *second = &effects->groups[c->second];
        const int last = effects->n_factors - 1;
        if (last == 1)
            fprintf(out, "%s\t", effects_level(effects, first, 0));
        fprintf(out, "%s - %s", effects_level(effects, second, last),
                effects_level(effects, first, last));
        put(out, c->pooled.difference, decimals);
        for (int welch = 0; welch < 2; welch++) {
            const struct t_test *test = welch ? &c->welch : &c->pooled;
            const double corrected = welch ? c->welch_corrected : c->pooled_corrected;
            put_interval(out, test->ci_low, test->ci_high, decimals);
            put(out, test->t, 3);
            if (welch)
                put(out, test->df, 2);
            else
                put_general(out, test->df);
            put_p(out, test->p);
            put_p(out, corrected);
            fprintf(out, "\t%s", statistics_stars(corrected));
        }
        const bool only_welch = !c->pooled.reason && c->welch.reason;
        fprintf(out, "\t%s%s\n", only_welch ? "Welch: " : "",
                c->welch.reason ? c->welch.reason : "");
    }
}

void effects_put_cells(FILE *out, const void *effects_view)
{
    const struct effects_view *view = effects_view;
    const int decimals = find_decimals(view->effects);
    if (view->table == EFFECTS_GROUPS)
        put_groups(view->effects, out, decimals);
    else if (view->table == EFFECTS_ANOVA)
        put_anova(view->effects, out);
    else
        put_comparisons(view->effects, out, decimals);
}

int effects_n_left(const struct effects_view *view)
{
    return view->table == EFFECTS_ANOVA ? 1 : view->effects->n_factors;
}

static int print_table(const struct effects *effects, FILE *out, enum effects_table table)
{
    const struct effects_view view = {effects, table};
    return table_print_cells(effects_put_cells, &view, effects_n_left(&view), out);
}

int effects_print(const struct effects *effects, FILE *out)
{
    const struct anova *anova = &effects->anova;
    fprintf(out, "%s of %zu runs in %s\n\n", effects->measure->name, effects->results->n_rows,
            effects->results->path);
    TRY(print_table(effects, out, EFFECTS_GROUPS));
    if (*effects->pooled_over)
        fprintf(out, "These groups throw together runs that differ in %s; see --by.\n",
                effects->pooled_over);
    if (anova->reason) {
        fprintf(out, "\nAnalysis of variance: - (%s)\n", anova->reason);
    } else {
        fprintf(out, "\nAnalysis of variance, %s\n\n",
                anova->n_factors == 2 ? "two-way, Type II sums of squares" : "one-way");
        TRY(print_table(effects, out, EFFECTS_ANOVA));
        if (anova->n_empty)
            fprintf(out, "%d of %d groups are empty; the interaction is that of the others.\n",
                    anova->n_empty, anova->n_cells);
    }
    if (effects->n_comparisons == 0)
        return STATUS_OK;
    fprintf(out,
            "\nUnpaired two-tailed t-tests of %s%s%s, p corrected for %zu test%s "
            "(Bonferroni)\n\n",
            effects->factor[effects->n_factors - 1]->name,
            effects->n_factors == 2 ? " within " : "",
            effects->n_factors == 2 ? effects->factor[0]->name : "", effects->n_tests,
            effects->n_tests == 1 ? "" : "s");
    TRY(print_table(effects, out, EFFECTS_COMPARISONS));
    fputs("\nns p >= 0.05, * < 0.05, ** < 0.01, *** < 0.001, of the corrected p\n", out);
    return STATUS_OK;
}

/* ---- as JSON */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Of a test that could not be made, none. */
static const char *stars_of(double p)
{
    return isnan(p) ? NULL : statistics_stars(p);
}

static json_t *levels_to_json(const struct effects *effects, const struct effects_group *group)
{
    json_t *levels = json_object();
    for (int f = 0; f < effects->n_factors; f++)
        json_object_set_new(levels, effects->factor[f]->name,
                            json_string(effects_level(effects, group, f)));
    return levels;
}

static json_t *group_to_json(const struct effects *effects, const struct effects_group *group)
{
    const struct summary *s = &group->summary;
    json_t *values = json_array();
    for (size_t i = 0; i < s->n; i++)
        json_array_append_new(values, json_real(group->values[i]));
    return json_pack("{so sI sI so so so so so so so so so ss? so}", "levels",
                     levels_to_json(effects, group), "n", (json_int_t)s->n, "missing",
                     (json_int_t)group->n_missing, "mean", number(s->mean), "sd", number(s->sd),
                     "ci_low", number(s->ci_low), "ci_high", number(s->ci_high), "minimum",
                     number(s->minimum), "lower_quartile", number(s->lower_quartile), "median",
                     number(s->median), "upper_quartile", number(s->upper_quartile), "maximum",
                     number(s->maximum), "reason", s->reason, "values", values);
}

static json_t *term_to_json(const char *source, const char *second, const struct anova_term *term)
{
    return json_pack("{so so so so so so so ss? ss?}", "source",
                     second ? json_sprintf("%s:%s", source, second) : json_string(source), "ss",
                     number(term->ss), "df", number(term->df), "ms", number(term->ms), "f",
                     number(term->f), "p", number(term->p), "partial_eta_squared",
                     number(term->partial_eta_squared), "stars", stars_of(term->p), "reason",
                     term->reason);
}

static json_t *anova_to_json(const struct effects *effects)
{
    const struct anova *anova = &effects->anova;
    json_t *terms = json_array();
    for (int f = 0; f < effects->n_factors; f++)
        json_array_append_new(terms, term_to_json(effects->factor[f]->name, NULL, &anova->term[f]));
    if (anova->n_factors == 2)
        json_array_append_new(terms,
                              term_to_json(effects->factor[0]->name, effects->factor[1]->name,
                                           &anova->term[ANOVA_INTERACTION]));
    json_array_append_new(terms, term_to_json("error", NULL, &anova->error));
    return json_pack("{ss? ss sI si si so}", "reason", anova->reason, "sums_of_squares", "Type II",
                     "n", (json_int_t)anova->n, "cells", anova->n_cells, "empty_cells",
                     anova->n_empty, "terms", terms);
}

static json_t *test_to_json(const struct t_test *test, double corrected)
{
    return json_pack("{so so so so so so ss? ss?}", "ci_low", number(test->ci_low), "ci_high",
                     number(test->ci_high), "t", number(test->t), "df", number(test->df), "p",
                     number(test->p), "p_corrected", number(corrected), "stars",
                     stars_of(corrected), "reason", test->reason);
}

json_t *effects_to_json(const struct effects *effects)
{
    json_t *factors = json_array(), *groups = json_array(), *comparisons = json_array();
    for (int f = 0; f < effects->n_factors; f++)
        json_array_append_new(factors, json_string(effects->factor[f]->name));
    for (int32_t g = 0; g < effects->n_groups; g++)
        json_array_append_new(groups, group_to_json(effects, &effects->groups[g]));
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        json_array_append_new(
            comparisons, json_pack("{so so so so so}", "first",
                                   levels_to_json(effects, &effects->groups[c->first]), "second",
                                   levels_to_json(effects, &effects->groups[c->second]),
                                   "difference", number(c->pooled.difference), "pooled",
                                   test_to_json(&c->pooled, c->pooled_corrected), "welch",
                                   test_to_json(&c->welch, c->welch_corrected)));
    }
    return json_pack("{so? ss so ss? so so sI so}", "results", json_string(effects->results->path),
                     "measure", effects->measure->name, "factors", factors, "pooled_over",
                     *effects->pooled_over ? effects->pooled_over : NULL, "groups", groups, "anova",
                     anova_to_json(effects), "bonferroni_tests", (json_int_t)effects->n_tests,
                     "comparisons", comparisons);
}

int effects_write_json(const struct effects *effects, const char *path)
{
    return json_file_write(path, effects_to_json(effects), 15);
}
