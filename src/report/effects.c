/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What factors do to a measure, from a results file: groups, analysis of variance and tests of the
 * last factor's levels, corrected for all tests of the table. Runs without the measure are left out
 * and counted. */
#include "report/effects.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"

/* Samples of a bootstrap, fewer where there are so many comparisons that all of them would be more.
 */
enum { DRAWS_MOST = 10000, DRAWS_IN_ALL = 5000000, DRAWS_LEAST = 400 };

static const double significant = 0.05;

/* ---- which factors ---- */

static int choose_factors(struct effects *effects, const char *by)
{
    const struct results *results = effects->results;
    for (int32_t k = 0; !by && k < results->n_columns && effects->n_factors < EFFECTS_FACTORS_MAX;
         k++)
        if (results->columns[k].is_factor && results_varies(results, &results->columns[k]))
            effects->factor[effects->n_factors++] = &results->columns[k];
    if (!by)
        return STATUS_OK;
    OWNED char *names = strdup(by);
    char *rest = names;
    if (!names)
        return status_no_memory("the factors", strlen(by) + 1);
    for (char *name; (name = strsep(&rest, ","));) {
        if (effects->n_factors == EFFECTS_FACTORS_MAX)
            return status_fail(STATUS_USER, "--by %.100s: expected one to %d factors, A,B", by,
                               EFFECTS_FACTORS_MAX);
        const struct results_column *factor = NULL;
        TRY(results_find_factor(results, "--by", name, &factor));
        for (int f = 0; f < effects->n_factors; f++)
            if (factor == effects->factor[f])
                return status_fail(STATUS_USER, "--by %.100s: expected different factors", by);
        effects->factor[effects->n_factors++] = factor;
    }
    return STATUS_OK;
}

/* ---- the scale ---- */

/* ln((k + ½) / (n - k + ½)) of k = the measure times n tests: finite at 0 and 1, too. */
static int take_log_odds(struct effects *effects)
{
    const struct results *results = effects->results;
    const struct results_column *measure = effects->measure, *tests;
    if (!results_is_share(measure))
        return status_fail(STATUS_USER, "--scale logit: %s is no part of the tests, 0 … 1",
                           measure->name);
    TRY(results_find_measure(results, "--scale logit needs", "tests", &tests));
    effects->scaled = (struct results_column){.kind = RESULTS_NUMBER};
    TRY_NEW(effects->scaled.number, results->n_rows, "the log-odds");
    if (asprintf(&effects->scaled.name, "log-odds of %s", measure->name) < 0)
        return status_no_memory("a name", 0);
    for (size_t i = 0; i < results->n_rows; i++) {
        const double n = tests->number[i], right = measure->number[i] * n;
        effects->scaled.number[i] = n > 0 ? log((right + 0.5) / (n - right + 0.5)) : NAN;
    }
    effects->measure = &effects->scaled;
    return STATUS_OK;
}

/* ---- groups ---- */

/* By level of the first n factors, then by row. */
static int compare_levels(const struct effects *effects, size_t a, size_t b, int n)
{
    for (int f = 0; f < n; f++) {
        const int32_t *level = effects->factor[f]->level;
        if (level[a] != level[b])
            return level[a] < level[b] ? -1 : 1;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b, void *effects)
{
    const size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const int order = compare_levels(effects, i, j, ((struct effects *)effects)->n_factors);
    return order ?: NUMBER_ORDER(i, j);
}

static int compare_seeds(const void *a, const void *b, void *seeds)
{
    const uint64_t *seed = seeds;
    const size_t i = *(const size_t *)a, j = *(const size_t *)b;
    return NUMBER_ORDER(seed[i], seed[j]) ?: NUMBER_ORDER(i, j);
}

/* Fills a group from its rows, which it sorts by seed. */
static int fill_group(const struct effects *effects, struct effects_group *group, size_t *rows,
                      size_t n_rows)
{
    const double *measure = effects->measure->number;
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (isnan(measure[rows[i]]))
            group->n_missing++;
        else {
            group->values[n] = measure[rows[i]];
            rows[n++] = rows[i];
        }
    TRY(statistics_summarize(&group->summary, group->values, n));
    TRY_NEW(group->seed, n, "the groups");
    TRY_NEW(group->mean_of_seed, n, "the groups");
    TRY_NEW(group->n_of_seed, n, "the groups");
    qsort_r(rows, n, sizeof *rows, compare_seeds, effects->results->seed);
    for (size_t i = 0; i < n; i++) {
        const uint64_t seed = effects->results->seed[rows[i]];
        size_t k = group->n_seeds;
        if (k == 0 || group->seed[k - 1] != seed)
            group->seed[group->n_seeds++] = seed;
        else
            k--;
        const int32_t n_before = group->n_of_seed[k]++;
        group->n_each = n_before + 1 > group->n_each ? n_before + 1 : group->n_each;
        group->mean_of_seed[k] += (measure[rows[i]] - group->mean_of_seed[k]) / (n_before + 1);
    }
    return STATUS_OK;
}

/* The groups that have rows, whose rows are [from[g], from[g + 1]) of `rows`. */
static int make_groups(struct effects *effects, size_t *rows, size_t *from)
{
    const size_t n_rows = effects->results->n_rows;
    for (size_t i = 0; i < n_rows; i++)
        rows[i] = i;
    qsort_r(rows, n_rows, sizeof *rows, compare_rows, effects);
    for (size_t i = 0; i < n_rows; i++)
        if (i == 0 || compare_levels(effects, rows[i - 1], rows[i], effects->n_factors) != 0)
            from[effects->n_groups++] = i;
    from[effects->n_groups] = n_rows;
    TRY_NEW(effects->groups, effects->n_groups, "the groups");
    TRY_NEW(effects->memory, n_rows, "the groups");
    for (int32_t g = 0; g < effects->n_groups; g++) {
        struct effects_group *group = &effects->groups[g];
        for (int f = 0; f < effects->n_factors; f++)
            group->level[f] = effects->factor[f]->level[rows[from[g]]];
        group->values = effects->memory + from[g];
    }
    return STATUS_OK;
}

/* Whether a group holds runs of different levels of this factor. */
static bool is_pooled(const struct effects *effects, const struct results_column *column,
                      const size_t *rows, const size_t *from)
{
    for (int32_t g = 0; g < effects->n_groups; g++)
        for (size_t i = from[g] + 1; i < from[g + 1]; i++)
            if (column->level[rows[i]] != column->level[rows[from[g]]])
                return true;
    return false;
}

static void name_the_pooled(struct effects *effects, const size_t *rows, const size_t *from)
{
    char *names = effects->pooled_over;
    const size_t size = sizeof effects->pooled_over;
    for (int32_t k = 0; k < effects->results->n_columns; k++) {
        const struct results_column *column = &effects->results->columns[k];
        /* a name that does not fit is left out whole, as half a UTF-8 character is none */
        if (column->is_factor && strlen(names) + strlen(column->name) + 3 < size &&
            is_pooled(effects, column, rows, from))
            text_append(names, size, "%s%s", *names ? ", " : "", column->name);
    }
}

/* ---- analysis of variance ---- */

static int compare_numbers(const void *a, const void *b)
{
    return NUMBER_ORDER(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Index of a seed in a group, -1 without it. */
static int64_t find_seed(const struct effects_group *group, uint64_t seed)
{
    const uint64_t *found =
        bsearch(&seed, group->seed, group->n_seeds, sizeof seed, compare_numbers);
    return found ? found - group->seed : -1;
}

/* The values of a seed in all groups that have any, if it is in each with as many runs as any. */
static bool take_seed(const struct effects *effects, uint64_t seed, double *values)
{
    size_t c = 0;
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        if (group->n_seeds == 0)
            continue;
        const int64_t k = find_seed(group, seed);
        if (k < 0 || group->n_of_seed[k] < group->n_each)
            return false;
        values[c++] = group->mean_of_seed[k];
    }
    return true;
}

/* Different seeds of the runs that have the measure. */
static int count_seeds(const struct effects *effects, size_t *n_different)
{
    OWNED uint64_t *seeds = NULL;
    size_t n = 0;
    TRY_NEW(seeds, effects->results->n_rows, "the seeds");
    for (size_t i = 0; i < effects->results->n_rows; i++)
        if (!isnan(effects->measure->number[i]))
            seeds[n++] = effects->results->seed[i];
    qsort(seeds, n, sizeof *seeds, compare_numbers);
    *n_different = 0;
    for (size_t i = 0; i < n; i++)
        *n_different += i == 0 || seeds[i] != seeds[i - 1];
    return STATUS_OK;
}

static int analyse_variance(struct effects *effects)
{
    OWNED struct anova_cell *cells = NULL;
    OWNED double *values = NULL;
    int32_t n_cells = 0, n_seeds = 0;
    const struct effects_group *first = NULL;
    TRY_NEW(cells, effects->n_groups, "the analysis of variance");
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        const struct summary *s = &group->summary;
        if (s->n == 0)
            continue;
        first = first ? first : group;
        cells[n_cells] =
            (struct anova_cell){.n = s->n,
                                .mean = s->mean,
                                .within = s->n > 1 ? s->sd * s->sd * (double)(s->n - 1) : 0};
        memcpy(cells[n_cells++].level, group->level, sizeof group->level);
    }
    TRY(anova_of_runs(&effects->of_runs, cells, n_cells, effects->n_factors));
    TRY_NEW(values, (size_t)n_cells * (first ? first->n_seeds : 0), "the analysis of variance");
    for (size_t i = 0; first && i < first->n_seeds; i++)
        n_seeds += take_seed(effects, first->seed[i], values + (size_t)n_seeds * (size_t)n_cells);
    TRY(count_seeds(effects, &effects->n_seeds_left_out));
    effects->n_seeds_left_out -= (size_t)n_seeds;
    return anova_by_seed(&effects->by_seed, cells, n_cells, effects->n_factors, values, n_seeds);
}

const struct anova *effects_anova(const struct effects *effects)
{
    return effects->by_seed.reason ? &effects->of_runs : &effects->by_seed;
}

/* ---- comparisons ---- */

static bool are_compared(const struct effects *effects, int32_t first, int32_t second)
{
    const int32_t *a = effects->groups[first].level, *b = effects->groups[second].level;
    return effects->n_factors > 0 &&
           memcmp(a, b, (size_t)(effects->n_factors - 1) * sizeof *a) == 0;
}

/* The values of the seeds that both groups have, into pairs[0] and pairs[1]; their number. */
static size_t find_pairs(const struct effects_group *first, const struct effects_group *second,
                         double *pairs[2])
{
    size_t n = 0;
    for (size_t i = 0; i < first->n_seeds; i++) {
        const int64_t k = find_seed(second, first->seed[i]);
        if (k < 0 || second->n_of_seed[k] != first->n_of_seed[i])
            continue;
        pairs[0][n] = first->mean_of_seed[i];
        pairs[1][n++] = second->mean_of_seed[k];
    }
    return n;
}

static void set_p(struct t_test *test, double p, const char *reason)
{
    *test = (struct t_test){NAN, NAN, NAN, NAN, NAN, p, NAN, isnan(p) ? reason : NULL};
}

static int compare_by_seed(struct effects_comparison *c, double *pairs[2], size_t n, uint32_t id,
                           size_t n_draws)
{
    OWNED double *differences = NULL;
    struct summary summary;
    double p;
    TRY_NEW(differences, n, "the comparisons");
    for (size_t i = 0; i < n; i++)
        differences[i] = pairs[1][i] - pairs[0][i];
    TRY(statistics_summarize(&summary, differences, n));
    c->test[COMPARISON_PAIRED] = statistics_paired_t_test(&summary);
    if (n < 2 || n_draws == 0)
        return STATUS_OK;
    TRY(resampling_signed_rank_p(differences, n, id, &p));
    set_p(&c->test[COMPARISON_SIGNED_RANK], p, "fewer than two differences that are not 0");
    TRY(resampling_permutation_p(differences, n, id, &p));
    set_p(&c->test[COMPARISON_PERMUTATION], p, "no difference in any pair");
    return resampling_bootstrap(&c->effect, pairs[0], pairs[1], n, id, n_draws);
}

static int compare(struct effects *effects, struct effects_comparison *c, double *pairs[2],
                   size_t n_draws)
{
    const struct effects_group *first = &effects->groups[c->first];
    const struct effects_group *second = &effects->groups[c->second];
    const uint32_t id = (uint32_t)(c - effects->comparisons);
    c->n_pairs = find_pairs(first, second, pairs);
    c->test[COMPARISON_WELCH] = statistics_t_test(&first->summary, &second->summary, T_TEST_WELCH);
    c->test[COMPARISON_POOLED] =
        statistics_t_test(&first->summary, &second->summary, T_TEST_POOLED);
    const char *reason = c->n_pairs > 1    ? "not asked for"
                         : c->n_pairs == 1 ? "one seed in common"
                                           : "no seed in common";
    for (int t = COMPARISON_SIGNED_RANK; t <= COMPARISON_PERMUTATION; t++)
        set_p(&c->test[t], NAN, reason);
    c->effect = (struct resampling_effect){{NAN, NAN}, NAN, {NAN, NAN}};
    const bool is_whole = c->n_pairs == first->summary.n && c->n_pairs == second->summary.n;
    TRY(compare_by_seed(c, pairs, c->n_pairs, id, n_draws));
    if (is_whole) /* the same number, but for rounding */
        c->test[COMPARISON_PAIRED].difference = c->test[COMPARISON_POOLED].difference;
    for (int t = 0; t < COMPARISON_N_TESTS; t++)
        effects->n_tests[t] += isnan(c->test[t].p) ? 0 : 1;
    return STATUS_OK;
}

/* Whether the levels are those of "A:B", in either order; * is any. */
static bool is_pair(const char *pair, const char *first, const char *second)
{
    const size_t n = strcspn(pair, ":");
    const char *right = pair + n + 1;
    const bool left_is_any = n == 1 && *pair == '*', right_is_any = strcmp(right, "*") == 0;
    return ((left_is_any || (strlen(first) == n && strncmp(pair, first, n) == 0)) &&
            (right_is_any || strcmp(right, second) == 0)) ||
           ((left_is_any || (strlen(second) == n && strncmp(pair, second, n) == 0)) &&
            (right_is_any || strcmp(right, first) == 0));
}

/* The first of the experiment's families that has this comparison, -1 if none has. */
static int32_t family_of(const struct effects *effects, const struct effects_comparison *c)
{
    const int last = effects->n_factors - 1;
    const char *first = effects_level(effects, &effects->groups[c->first], last);
    const char *second = effects_level(effects, &effects->groups[c->second], last);
    const json_t *family, *pair;
    size_t f, i;
    json_array_foreach(effects->families, f, family)
    {
        json_array_foreach(json_object_get(family, "compare"), i, pair)
        {
            const char *text = json_string_value(pair);
            if (text && strchr(text, ':') && is_pair(text, first, second))
                return (int32_t)f;
        }
    }
    return effects->families ? -1 : 0;
}

/* What is left of p = 2 / 2^n, which n pairs have when all differ to the same side, after its
 * correction for m tests: a test that counts signs finds none below. */
static double least_p(size_t n_pairs, size_t m)
{
    return (double)m * ldexp(2, -(int)(n_pairs < 1000 ? n_pairs : 1000));
}

/* Corrects each p for the tests of its family, after Bonferroni. */
static int correct(struct effects *effects)
{
    effects->least_p = INFINITY;
    OWNED size_t(*n_tests)[COMPARISON_N_TESTS] = NULL;
    /* the first is of those in no family, the next of the first family, or of all */
    TRY_NEW(n_tests, json_array_size(effects->families) + 2, "the families");
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        for (int t = 0; t < COMPARISON_N_TESTS; t++)
            n_tests[c->family + 1][t] += isnan(c->test[t].p) ? 0 : 1;
    }
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        struct effects_comparison *c = &effects->comparisons[i];
        const enum comparison_test t_test = c->n_pairs > 1 ? COMPARISON_PAIRED : COMPARISON_WELCH;
        const size_t *n = n_tests[c->family + 1];
        const double m = c->family < 0 ? 1 : (double)n[t_test];
        for (int t = 0; t < COMPARISON_N_TESTS; t++)
            c->corrected[t] = c->family < 0 ? NAN : statistics_bonferroni(c->test[t].p, n[t]);
        c->smallest = statistics_smallest(&c->test[t_test], significant / m);
        const double least = least_p(c->n_pairs, n[effects->primary]);
        if (!isnan(c->corrected[effects->primary]) && least <= effects->least_p) {
            effects->least_p = least;
            effects->most_pairs = c->n_pairs;
        }
    }
    return STATUS_OK;
}

static int32_t list_comparisons(const struct effects *effects, struct effects_comparison *list)
{
    int32_t n = 0;
    for (int32_t i = 0; i < effects->n_groups; i++)
        for (int32_t j = i + 1; j < effects->n_groups && are_compared(effects, i, j); j++, n++)
            if (list) {
                list[n].first = i;
                list[n].second = j;
            }
    return n;
}

static int make_comparisons(struct effects *effects)
{
    const int32_t n = list_comparisons(effects, NULL);
    if (n > EFFECTS_COMPARISONS_MAX)
        return status_fail(STATUS_USER,
                           "%s: the levels of %s make %d comparisons, at most %d can be made: "
                           "choose factors with --by",
                           effects->results->path, effects->factor[effects->n_factors - 1]->name, n,
                           EFFECTS_COMPARISONS_MAX);
    TRY_NEW(effects->comparisons, n, "the comparisons");
    effects->n_comparisons = list_comparisons(effects, effects->comparisons);
    return STATUS_OK;
}

static int compare_groups(struct effects *effects, bool is_brief)
{
    const int32_t n = effects->n_comparisons;
    OWNED double *first = NULL, *second = NULL;
    TRY_NEW(first, effects->results->n_rows, "the comparisons");
    TRY_NEW(second, effects->results->n_rows, "the comparisons");
    size_t n_draws = DRAWS_IN_ALL / (size_t)(n ? n : 1);
    n_draws = n_draws > DRAWS_MOST ? DRAWS_MOST : n_draws < DRAWS_LEAST ? DRAWS_LEAST : n_draws;
    bool is_paired = true;
    const bool is_resampled = !is_brief || effects->primary == COMPARISON_PERMUTATION ||
                              effects->primary == COMPARISON_SIGNED_RANK;
    for (int32_t i = 0; i < n; i++) {
        struct effects_comparison *c = &effects->comparisons[i];
        c->family = family_of(effects, c);
        TRY(compare(effects, c, (double *[2]){first, second},
                    is_resampled && (!is_brief || c->family >= 0) ? n_draws : 0));
        is_paired = is_paired && (c->n_pairs > 1 || isnan(c->test[COMPARISON_POOLED].p));
    }
    if (effects->primary == COMPARISON_N_TESTS)
        effects->primary = is_paired && effects->n_tests[COMPARISON_PAIRED] > 0 ? COMPARISON_PAIRED
                                                                                : COMPARISON_WELCH;
    return correct(effects);
}

/* The test that decides: the one asked for, the experiment's, or else COMPARISON_N_TESTS. */
static int choose_test(struct effects *effects, const struct effects_question *question)
{
    const char *declared = json_string_value(json_object_get(question->about, "primary_test"));
    effects->families = json_object_get(question->about, "families");
    effects->is_declared = declared && (!question->test || strcmp(question->test, declared) == 0);
    const char *name = question->test ? question->test : declared;
    effects->primary = name ? comparison_test_find(name) : COMPARISON_N_TESTS;
    return !name || effects->primary < COMPARISON_N_TESTS
               ? STATUS_OK
               : status_fail(
                     STATUS_USER,
                     "%s %.100s: expected paired, signed-rank, permutation, welch or pooled",
                     question->test ? "--test" : "experiment.json: primary_test", name);
}

static int find(struct effects *effects, const struct effects_question *question)
{
    const size_t n_rows = effects->results->n_rows;
    OWNED size_t *rows = NULL, *from = NULL;
    TRY(results_find_measure(effects->results, "--measure", question->measure, &effects->measure));
    TRY(question->is_logit ? take_log_odds(effects) : STATUS_OK);
    TRY(choose_factors(effects, question->by));
    TRY(choose_test(effects, question));
    TRY_NEW(rows, n_rows, "the groups");
    TRY_NEW(from, n_rows + 1, "the groups");
    TRY(make_groups(effects, rows, from));
    name_the_pooled(effects, rows, from);
    for (int32_t g = 0; g < effects->n_groups; g++)
        TRY(fill_group(effects, &effects->groups[g], rows + from[g], from[g + 1] - from[g]));
    if (!question->is_variance_only)
        TRY(make_comparisons(effects)); /* first: it refuses too many groups */
    TRY(analyse_variance(effects));
    return compare_groups(effects, question->is_brief);
}

int effects_find(struct effects *effects, const struct results *results,
                 const struct effects_question *question)
{
    *effects = (struct effects){.results = results};
    gsl_set_error_handler_off(); /* where a distribution has no value, NaN says so */
    RETURN_OR_FREE(find(effects, question), effects_free, effects);
}

void effects_free(struct effects *effects)
{
    for (int32_t g = 0; effects->groups && g < effects->n_groups; g++) {
        free(effects->groups[g].seed);
        free(effects->groups[g].mean_of_seed);
        free(effects->groups[g].n_of_seed);
    }
    free(effects->groups);
    free(effects->comparisons);
    free(effects->memory);
    free(effects->scaled.number);
    free(effects->scaled.name);
    *effects = (struct effects){0};
}

/* ---- names ---- */

const char *effects_level(const struct effects *effects, const struct effects_group *group,
                          int factor)
{
    return effects->factor[factor]->levels[group->level[factor]];
}

int32_t effects_find_group(const struct effects *effects, const struct effects *others,
                           const struct effects_group *group, int32_t level)
{
    const int last = effects->n_factors - 1;
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *candidate = &effects->groups[g];
        int f = 0;
        while (f < last &&
               strcmp(effects_level(effects, candidate, f), effects_level(others, group, f)) == 0)
            f++;
        if (last < 0 || (f == last && strcmp(effects_level(effects, candidate, last),
                                             others->factor[last]->levels[level]) == 0))
            return g;
    }
    return -1;
}

bool effects_has_row(const struct effects *effects, const struct effects_group *group, size_t row)
{
    for (int f = 0; f < effects->n_factors; f++)
        if (effects->factor[f]->level[row] != group->level[f])
            return false;
    return !isnan(effects->measure->number[row]);
}

/* ---- limits ---- */

bool effects_is_decidable(const struct effects *effects)
{
    const bool counts_signs =
        effects->primary == COMPARISON_PERMUTATION || effects->primary == COMPARISON_SIGNED_RANK;
    return !counts_signs || effects->most_pairs == 0 || effects->least_p < significant;
}

void effects_put_limit(FILE *out, const void *of_effects)
{
    const struct effects *effects = of_effects;
    int n_more = 0;
    if (effects_is_decidable(effects))
        return;
    while (ldexp(effects->least_p, -n_more) >= significant) /* a seed more halves it */
        n_more++;
    fprintf(out,
            "With %zu seeds the %s test, which decides between two levels, cannot fall below p = "
            "%.3g after the correction; %zu seeds are needed.",
            effects->most_pairs, comparison_test_names[effects->primary], fmin(1, effects->least_p),
            effects->most_pairs + (size_t)n_more);
}
