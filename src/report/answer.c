/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/answer.h"

#include <math.h>
#include <string.h>

static const double significant = 0.05;

/* Whether it compares a level with the first one, by the test that decides. */
static bool is_with_first(const struct effects *effects, const struct effects_comparison *c)
{
    const int last = effects->n_factors - 1;
    return effects->groups[c->first].level[last] == 0 && !isnan(c->corrected[effects->primary]);
}

/* Of means: of ranks and permutations there is no difference, but one of the means. */
static double difference_of(const struct effects *effects, const struct effects_comparison *c)
{
    return effects->groups[c->second].summary.mean - effects->groups[c->first].summary.mean;
}

const struct effects_comparison *answer_greatest(const struct effects *effects)
{
    const struct effects_comparison *greatest = NULL;
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        if (is_with_first(effects, c) &&
            (!greatest || fabs(difference_of(effects, c)) > fabs(difference_of(effects, greatest))))
            greatest = c;
    }
    return greatest;
}

/* "random 0.809 (95 % interval 0.785 to 0.833, 8 runs)"; an accuracy is between 0 and 1. */
static void put_group(FILE *out, const struct effects *effects, const struct effects_group *group)
{
    const struct summary *s = &group->summary;
    const bool is_share = results_is_share(effects->measure);
    fprintf(out, "%s %.3g", effects_level(effects, group, effects->n_factors - 1), s->mean);
    if (s->ci_high > s->ci_low)
        fprintf(out, " (95 %% interval %.3g to %.3g, %zu runs)",
                is_share ? fmax(s->ci_low, 0) : s->ci_low,
                is_share ? fmin(s->ci_high, 1) : s->ci_high, s->n);
    else if (s->n > 1)
        fprintf(out, " (%zu runs, all alike)", s->n);
}

/* The mean accuracy by all spikes over the runs of a group; NaN if one has none. */
static double mean_of_spikes(const struct effects *effects, const struct effects_group *group)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < effects->results->n_rows; i++)
        if (effects_has_row(effects, group, i)) {
            sum += results_number(effects->results, i, "accuracy_spikes");
            n++;
        }
    return sum / (double)n;
}

/* What the same networks come to by the read-out without a threshold. */
static void put_all_spikes(FILE *out, const struct effects *effects,
                           const struct effects_comparison *c)
{
    if (strcmp(effects->measure->name, "accuracy") != 0)
        return;
    const double first = mean_of_spikes(effects, &effects->groups[c->first]);
    const double second = mean_of_spikes(effects, &effects->groups[c->second]);
    if (!isnan(first + second))
        fprintf(out, " By all spikes: %.3g against %.3g, %+.3g.", second, first, second - first);
}

/* "With difficulty hard": the other factors of a comparison; "" of one factor. */
static void put_where(FILE *out, const struct effects *effects,
                      const struct effects_comparison *comparison)
{
    for (int f = 0; f < effects->n_factors - 1; f++)
        fprintf(out, "%s%s %s", f ? ", " : " (", effects->factor[f]->name,
                effects_level(effects, &effects->groups[comparison->first], f));
    fputs(effects->n_factors > 1 ? ")" : "", out);
}

static void put_count(FILE *out, const struct effects *effects, const char *first)
{
    int n = 0, n_higher = 0, n_lower = 0;
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        if (!is_with_first(effects, c) || !effects_is_decidable(effects, c))
            continue;
        const bool is_found = c->corrected[effects->primary] < significant;
        n++;
        n_higher += is_found && difference_of(effects, c) > 0;
        n_lower += is_found && difference_of(effects, c) < 0;
    }
    if (n == 0)
        return;
    fprintf(out, "Against %s %s, %s", effects->factor[effects->n_factors - 1]->name, first,
            effects->measure->name);
    if (n_higher > 0)
        fprintf(out, " is higher in %d%s", n_higher, n_lower > 0 ? " and" : "");
    if (n_lower > 0)
        fprintf(out, "%s lower in %d", n_higher > 0 ? "" : " is", n_lower);
    if (n_higher + n_lower == 0)
        fputs(" is told from chance in none", out);
    fprintf(out, " of %d comparison%s (p < 0.05, corrected ", n, n == 1 ? "" : "s");
    if (effects->families)
        fputs("within the families of the experiment's file). ", out);
    else
        fprintf(out, "for %zu test%s). ", effects->n_tests[effects->primary],
                effects->n_tests[effects->primary] == 1 ? "" : "s");
}

void answer_put(FILE *out, const void *of_effects)
{
    const struct effects *effects = of_effects;
    const struct effects_comparison *c = answer_greatest(effects);
    if (!c)
        return;
    const struct effects_group *first = &effects->groups[c->first];
    const struct t_test *test = &c->test[effects->primary];
    put_count(out, effects, effects_level(effects, first, effects->n_factors - 1));
    if (!effects_are_decidable(effects)) {
        effects_put_limit(out, effects);
        fputc(' ', out);
    }
    fputs("The greatest difference", out);
    put_where(out, effects, c);
    fputs(": ", out);
    put_group(out, effects, &effects->groups[c->second]);
    fputs(" against ", out);
    put_group(out, effects, first);
    fprintf(out, ", %+.3g", difference_of(effects, c));
    if (test->ci_high > test->ci_low)
        fprintf(out, " (95 %% interval %+.3g to %+.3g)", test->ci_low, test->ci_high);
    fputs(".", out);
    put_all_spikes(out, effects, c);
}
