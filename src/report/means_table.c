/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/means_table.h"

#include <math.h>
#include <string.h>

/* Decimals of a measure: three of a share or a similarity, none of a number of presentations. */
static int decimals_of(const struct effects *effects)
{
    double most = 0;
    for (int32_t g = 0; g < effects->n_groups; g++)
        if (effects->groups[g].summary.n > 0)
            most = fmax(most, fabs(effects->groups[g].summary.maximum));
    return most <= 1 ? 3 : most < 100 ? 1 : 0;
}

static void put_mean(const struct summary *s, int decimals, FILE *out)
{
    if (s->n == 0)
        fputs(" – |", out);
    else if (s->n == 1)
        fprintf(out, " %.*f |", decimals, s->mean);
    else
        fprintf(out, " %.*f ± %.*f |", decimals, s->mean, decimals, s->sd);
}

/* "+0.033 (0.003 … 0.087), p = 0.0059 |": the interval is that of the t-test that decides, or else
 * the bootstrap's. */
static void put_difference(const struct effects *effects, const struct effects_comparison *c,
                           int decimals, FILE *out)
{
    const struct t_test *test = &c->test[effects->primary];
    const bool is_t_test = !isnan(test->t);
    const double p = c->corrected[effects->primary];
    const double low = is_t_test ? test->ci_low : c->effect.difference.low;
    const double high = is_t_test ? test->ci_high : c->effect.difference.high;
    if (isnan(c->test[COMPARISON_POOLED].difference)) {
        fputs(" – |", out);
        return;
    }
    fprintf(out, " %+.*f", decimals, c->test[COMPARISON_POOLED].difference);
    if (low < high)
        fprintf(out, " (%.*f … %.*f)", decimals, low, decimals, high);
    if (!isnan(p))
        fprintf(out, ", p = %.2g", p);
    fputs(" |", out);
}

/* The group of the same levels as `like` but the last, which is `level`; -1 if there is none. */
static int32_t find_group(const struct effects *effects, const struct effects_group *like,
                          int32_t level)
{
    const int last = effects->n_factors - 1;
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        if (last < 0 ||
            (group->level[last] == level &&
             memcmp(group->level, like->level, (size_t)last * sizeof *like->level) == 0))
            return g;
    }
    return -1;
}

static int32_t n_levels(const struct effects *effects)
{
    return effects->n_factors > 0 ? effects->factor[effects->n_factors - 1]->n_levels : 1;
}

static void put_cells(const struct effects *effects, const struct effects_group *like, FILE *out)
{
    const int decimals = decimals_of(effects);
    int32_t group[2] = {-1, -1};
    for (int32_t level = 0; level < n_levels(effects); level++) {
        const int32_t g = find_group(effects, like, level);
        const struct summary none = {0};
        put_mean(g < 0 ? &none : &effects->groups[g].summary, decimals, out);
        group[level > 0] = g;
    }
    if (n_levels(effects) != 2)
        return;
    for (int32_t i = 0; i < effects->n_comparisons; i++)
        if (effects->comparisons[i].first == group[0] &&
            effects->comparisons[i].second == group[1]) {
            put_difference(effects, &effects->comparisons[i], decimals, out);
            return;
        }
    fputs(" – |", out);
}

static int put_heads(const struct effects *effects, FILE *out)
{
    const char *measure = effects->measure->name;
    if (effects->n_factors == 0)
        return fprintf(out, " %s |", measure) > 0;
    const struct results_column *last = effects->factor[effects->n_factors - 1];
    for (int32_t level = 0; level < last->n_levels; level++)
        fprintf(out, " %s: %s |", last->levels[level], measure);
    if (last->n_levels == 2)
        fputs(" difference (95 % CI), p |", out);
    return last->n_levels + (last->n_levels == 2);
}

void means_table_print(const struct effects *effects, int n, FILE *out)
{
    const int n_left = effects->n_factors > 1 ? effects->n_factors - 1 : 0;
    int n_columns = n_left;
    fputc('|', out);
    for (int f = 0; f < n_left; f++)
        fprintf(out, " %s |", effects->factor[f]->name);
    for (int m = 0; m < n; m++)
        n_columns += put_heads(&effects[m], out);
    fputs("\n|", out);
    for (int i = 0; i < n_columns; i++)
        fputs("---|", out);
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        if (g > 0 && (n_left == 0 || memcmp(group->level, group[-1].level,
                                            (size_t)n_left * sizeof *group->level) == 0))
            continue;
        fputs("\n|", out);
        for (int f = 0; f < n_left; f++)
            fprintf(out, " %s |", effects_level(effects, group, f));
        for (int m = 0; m < n; m++)
            put_cells(&effects[m], group, out);
    }
    fputc('\n', out);
}
