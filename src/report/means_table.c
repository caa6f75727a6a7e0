/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/effects.h"

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

/* " +0.033 (0.003 … 0.087), p = 0.0059 |" of group `to` less group `from`, a dash without one. */
static void put_difference(const struct effects *effects, int32_t from, int32_t to, int decimals,
                           FILE *out)
{
    const struct effects_comparison *c = effects->comparisons, *end = c + effects->n_comparisons;
    while (c < end && (c->first != from || c->second != to) &&
           (c->first != to || c->second != from))
        c++;
    if (c == end || isnan(c->test[COMPARISON_POOLED].difference)) {
        fputs(" – |", out);
        return;
    }
    const struct t_test *test = &c->test[effects->primary];
    const bool is_t_test = !isnan(test->t);
    const double sign = c->first == from ? 1 : -1, p = c->corrected[effects->primary];
    const double ends[] = {sign * (is_t_test ? test->ci_low : c->effect.difference.low),
                           sign * (is_t_test ? test->ci_high : c->effect.difference.high)};
    fprintf(out, " %+.*f", decimals, sign * c->test[COMPARISON_POOLED].difference);
    if (ends[0] < ends[1] || ends[0] > ends[1])
        fprintf(out, " (%.*f … %.*f)", decimals, fmin(ends[0], ends[1]), decimals,
                fmax(ends[0], ends[1]));
    if (!isnan(p))
        fprintf(out, ", p = %.2g", p);
    fputs(" |", out);
}

/* The differences of two levels within the other factors' levels of a group. */
static void put_differences(const struct means_table *table, int m,
                            const struct effects_group *like, int32_t from, int32_t to, FILE *out)
{
    const struct effects *effects = &table->effects[m];
    const int decimals = decimals_of(effects);
    put_difference(effects, effects_find_group(effects, effects, like, from),
                   effects_find_group(effects, effects, like, to), decimals, out);
    if (table->again)
        put_difference(&table->again[m], effects_find_group(&table->again[m], effects, like, from),
                       effects_find_group(&table->again[m], effects, like, to), decimals, out);
}

static int32_t n_levels(const struct effects *effects)
{
    return effects->n_factors > 0 ? effects->factor[effects->n_factors - 1]->n_levels : 1;
}

/* A column a level. */
static void put_levels(const struct means_table *table, int m, const struct effects_group *like,
                       FILE *out)
{
    const struct effects *effects = &table->effects[m];
    for (int32_t level = 0; level < n_levels(effects); level++) {
        const int32_t g = effects_find_group(effects, effects, like, level);
        const struct summary none = {0};
        put_mean(g < 0 ? &none : &effects->groups[g].summary, decimals_of(effects), out);
    }
    if (n_levels(effects) == 2)
        put_differences(table, m, like, 0, 1, out);
}

/* A group's mean, and how far it is from that of the level it is held against. */
static void put_group(const struct means_table *table, int m, const struct effects_group *group,
                      FILE *out)
{
    const struct effects *effects = &table->effects[m];
    const int32_t level = group->level[effects->n_factors - 1];
    put_mean(&group->summary, decimals_of(effects), out);
    if (level == table->against)
        fputs(table->again ? " | |" : " |", out);
    else
        put_differences(table, m, group, table->against, level, out);
}

/* "seeds 101 … 120: " of the other runs. */
static void put_difference_heads(const struct means_table *table, const char *from, FILE *out)
{
    fprintf(out, " difference%s (95 %% CI), p |", from);
    if (!table->again)
        return;
    const struct results *results = table->again->results;
    uint64_t least = results->seed[0], most = least;
    for (size_t i = 0; i < results->n_rows; i++) {
        least = results->seed[i] < least ? results->seed[i] : least;
        most = results->seed[i] > most ? results->seed[i] : most;
    }
    fprintf(out, " seeds %llu … %llu |", (unsigned long long)least, (unsigned long long)most);
}

/* Heads of a measure; how many. */
static int put_heads(const struct means_table *table, int m, FILE *out)
{
    const struct effects *effects = &table->effects[m];
    const char *measure = effects->measure->name;
    const int n_differences = table->again ? 2 : 1;
    char from[300] = "";
    if (effects->n_factors == 0)
        return fprintf(out, " %s |", measure) > 0;
    const struct results_column *last = effects->factor[effects->n_factors - 1];
    if (table->against >= 0) {
        snprintf(from, sizeof from, " from %.250s", last->levels[table->against]);
        fprintf(out, " %s |", measure);
        put_difference_heads(table, from, out);
        return 1 + n_differences;
    }
    for (int32_t level = 0; level < last->n_levels; level++)
        fprintf(out, " %s: %s |", last->levels[level], measure);
    if (last->n_levels != 2)
        return last->n_levels;
    put_difference_heads(table, from, out);
    return 2 + n_differences;
}

void means_table_print(const struct means_table *table, FILE *out)
{
    const struct effects *effects = table->effects;
    const int n_factors = effects->n_factors - (table->against < 0);
    const int n_left = n_factors > 0 ? n_factors : 0;
    int n_columns = n_left;
    fputc('|', out);
    for (int f = 0; f < n_left; f++)
        fprintf(out, " %s |", effects->factor[f]->name);
    for (int m = 0; m < table->n; m++)
        n_columns += put_heads(table, m, out);
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
        for (int m = 0; m < table->n; m++)
            if (table->against < 0)
                put_levels(table, m, group, out);
            else
                put_group(table, m, &table->effects[m].groups[g], out);
    }
    fputc('\n', out);
}
