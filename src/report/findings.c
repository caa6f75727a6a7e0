/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"
#include "report/means.h"

static const double significant = 0.05;

/* " (F(2, 38) = 5.8, p = 0.004, partial η² 0.23)", p with Greenhouse and Geisser's correction. */
static void put_term(FILE *out, const char *how, const struct anova_term *term)
{
    const double p = anova_p(term);
    fprintf(out, " (%sF(%.5g, %.5g) = %.3g, ", how, term->df, term->error_df, term->f);
    if (p < 1e-300) /* where doubles end */
        fputs("p < 1e-300", out);
    else
        fprintf(out, "p = %.2g", p);
    fprintf(out, ", partial η² %.2f", term->partial_eta_squared);
    if (!(p < significant))
        fprintf(out, "; a difference of %.2g or more would have been found in 80 of 100 cases",
                term->smallest);
    fputc(')', out);
}

/* "easy 500": the levels of all factors but the last. */
static void put_levels(const struct effects *effects, const struct effects_group *group, FILE *out)
{
    for (int f = 0; f < effects->n_factors - 1; f++)
        fprintf(out, "%s%s", f > 0 ? " " : "", effects_level(effects, group, f));
}

/* Two levels only: the differences, that within each combination of the others with its mark. */
static void put_differences(const struct effects *effects, FILE *out)
{
    const bool within = effects->n_factors > 1;
    double sum = 0;
    int n = 0;
    for (int32_t i = 0; i < effects->n_comparisons; i++)
        if (isfinite(effects->comparisons[i].test[COMPARISON_POOLED].difference)) {
            sum += effects->comparisons[i].test[COMPARISON_POOLED].difference;
            n++;
        }
    if (n == 0)
        return;
    const struct effects_comparison *first = &effects->comparisons[0];
    const int last = effects->n_factors - 1;
    fprintf(out, " %s minus %s: %+.3g%s",
            effects_level(effects, &effects->groups[first->second], last),
            effects_level(effects, &effects->groups[first->first], last), sum / n,
            within ? " on average" : "");
    for (int32_t i = 0; i < effects->n_comparisons && within && effects->n_comparisons <= 12; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const double corrected =
            effects_is_decidable(effects) ? c->corrected[effects->primary] : NAN;
        if (!isfinite(c->test[COMPARISON_POOLED].difference))
            continue;
        fputs(i == 0 ? "; " : ", ", out);
        put_levels(effects, &effects->groups[c->first], out);
        fprintf(out, " %+.3g%s%s", c->test[COMPARISON_POOLED].difference,
                isnan(corrected) ? "" : " ", isnan(corrected) ? "" : statistics_stars(corrected));
    }
    fputc('.', out);
}

/* On what the effect of the last factor depends: its interactions with the others. `scale` says on
 * what scale: whether an effect on accuracy grows or not hangs on it. */
static void put_interactions(const struct effects *effects, const char *scale, FILE *out)
{
    const struct anova *anova = effects_anova(effects);
    const unsigned last = 1u << (effects->n_factors - 1);
    for (int t = 0; t < anova->n_terms; t++) {
        const struct anova_term *term = &anova->term[t];
        if (term->factors == last || !(term->factors & last) || isnan(anova_p(term)))
            continue;
        fprintf(out, " %s effect %s on ", scale,
                anova_p(term) < significant ? "depends" : "does not demonstrably depend");
        effects_put_factors(effects, term->factors & ~last, " and ", out);
        if (term->factors != last && __builtin_popcount(term->factors) > 2)
            fputs(" together", out);
        put_term(out, "", term);
        fputc('.', out);
    }
}

/* Of times to the stop: whose runs were all stopped at the limit, before they would have. */
static void put_censored(const struct effects *effects, FILE *out)
{
    const bool is_time = strcmp(effects->measure->name, "presentations") == 0;
    int n = 0;
    for (int32_t g = 0; g < effects->n_groups && is_time; g++) {
        const struct effects_group *group = &effects->groups[g];
        size_t n_limit = 0;
        for (size_t i = 0; i < effects->results->n_rows; i++)
            n_limit +=
                effects_has_row(effects, group, i) && results_is_at_limit(effects->results, i);
        if (group->summary.n == 0 || n_limit < group->summary.n)
            continue;
        fputs(n++ ? ", "
                  : " Censored, since all their runs were stopped at the limit (see `spinet stats "
                    "SWEEP --measure to_criterion`): ",
              out);
        put_levels(effects, group, out);
        fprintf(out, "%s%s", effects->n_factors > 1 ? " " : "",
                effects_level(effects, group, effects->n_factors - 1));
    }
    fputs(n ? "." : "", out);
}

/* The finding on one measure, without what its test cannot find. */
static void put_finding(FILE *out, const void *of_effects)
{
    const struct effects *effects = of_effects;
    const struct anova *anova = effects_anova(effects);
    if (effects->n_factors == 0 || anova->reason)
        return;
    const struct results_column *factor = effects->factor[effects->n_factors - 1];
    const struct anova_term *main_effect = anova_find(anova, 1u << (effects->n_factors - 1));
    if (isnan(anova_p(main_effect)))
        return;
    fprintf(out, "%s: %s %s", effects->measure->name, factor->name,
            anova_p(main_effect) < significant
                ? "makes a difference"
                : "makes no difference that could be told from chance");
    put_term(out, anova->n_seeds ? "seed by seed " : "", main_effect);
    fputc('.', out);
    if (factor->n_levels == 2)
        put_differences(effects, out);
    put_interactions(effects, "The", out);
    put_censored(effects, out);
}

void findings_put(FILE *out, const void *of_effects)
{
    OWNED char *text = text_written(put_finding, of_effects);
    fputs(text ? text : "", out);
    if (text && *text && !effects_is_decidable(of_effects)) {
        fputc(' ', out);
        effects_put_limit(out, of_effects);
    }
}

static void put_log_odds(FILE *out, const void *of_effects)
{
    put_interactions(of_effects, "As log-odds the", out);
}

/* ---- the answer ---- */

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

const struct effects_comparison *findings_greatest(const struct effects *effects)
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
static void put_mean(FILE *out, const struct effects *effects, const struct effects_group *group)
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
        if (!is_with_first(effects, c))
            continue;
        const bool is_found = c->corrected[effects->primary] < significant;
        n++;
        n_higher += is_found && difference_of(effects, c) > 0;
        n_lower += is_found && difference_of(effects, c) < 0;
    }
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

void findings_put_answer(FILE *out, const void *of_effects)
{
    const struct effects *effects = of_effects;
    const struct effects_comparison *c = findings_greatest(effects);
    if (!c)
        return;
    const struct effects_group *first = &effects->groups[c->first];
    const struct t_test *test = &c->test[effects->primary];
    if (effects_is_decidable(effects))
        put_count(out, effects, effects_level(effects, first, effects->n_factors - 1));
    else {
        effects_put_limit(out, effects);
        fputc(' ', out);
    }
    fputs("The greatest difference", out);
    put_where(out, effects, c);
    fputs(": ", out);
    put_mean(out, effects, &effects->groups[c->second]);
    fputs(" against ", out);
    put_mean(out, effects, first);
    fprintf(out, ", %+.3g", difference_of(effects, c));
    if (test->ci_high > test->ci_low)
        fprintf(out, " (95 %% interval %+.3g to %+.3g)", test->ci_low, test->ci_high);
    fputs(".", out);
    put_all_spikes(out, effects, c);
}

/* ---- where there is nothing to test ---- */

enum { CONDITIONS_TOLD = 12 };

static const struct mean_column told[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"undecided", "undecided", MEAN_COUNT_DIGITS, NULL},
    {"tied", "ties", MEAN_COUNT_DIGITS, NULL},
    {"wrong", "wrong", MEAN_COUNT_DIGITS, NULL},
    {"presentations", "presentations", MEAN_COUNT_DIGITS, NULL},
    {"similarity", "similarity", 3, NULL},
    {"accuracy by all spikes", "accuracy_spikes", 3, NULL},
};

/* Puts what the runs came to, and why there is no test. */
static int put_conditions(const struct study *study, const char *reason, FILE *html)
{
    const struct means means = MEANS_OF(study, &study->results, told);
    if (study->n_conditions <= CONDITIONS_TOLD)
        TRY(means_put(html, &means));
    else
        fprintf(html, "<p>%d conditions: their values are in the tables of the report.</p>\n",
                study->n_conditions);
    fprintf(html, "<p>%s",
            study_has_stops(study) ? "" : "Training was stopped at the limit of presentations. ");
    if (study->n_runs == 1)
        fputs("One run: what another seed would come to cannot be told from it", html);
    else if (study_most_runs(study) == 1)
        fprintf(html,
                "One seed a condition allows no test: whether such differences are more than "
                "chance, more seeds would tell%s",
                study->is_of_runs ? "" : " (<code>--runs 20</code>)");
    else
        html_put_between(html, "No test: ", reason, "");
    fputs(".</p>\n", html);
    return STATUS_OK;
}

/* Why there are no findings of a measure. */
static const char *reason_of(const struct effects *effects)
{
    const struct anova *anova = effects_anova(effects);
    if (effects->n_factors == 0)
        return "a single condition";
    if (anova->reason)
        return anova->reason;
    const char *reason = anova_find(anova, 1u << (effects->n_factors - 1))->reason;
    return reason ? reason : "not defined";
}

/* What the effect on accuracy depends on if that is measured in log-odds, which have no ceiling. */
static int put_scaled(FILE *html, const struct study *study, const char *measure)
{
    SCOPED(effects_free) struct effects effects = {0};
    const struct effects_question question = {
        .measure = measure, .is_logit = true, .is_variance_only = true};
    if (results_number(&study->results, 0, "tests") > 0 &&
        effects_find(&effects, &study->results, &question) == STATUS_OK && effects.n_factors > 1 &&
        !effects_anova(&effects)->reason) {
        OWNED char *text = text_written(put_log_odds, &effects);
        if (!text)
            return status_no_memory("the findings", 0);
        html_put_text(html, text);
    }
    return STATUS_OK;
}

int findings_put_list(struct page *page, const struct study *study)
{
    FILE *html = page->html;
    const char *reason[STUDY_N_MEASURES] = {0};
    OWNED char *limit = NULL;
    int n_found = 0;
    for (int v = 0; v < STUDY_N_MEASURES; v++) {
        const struct effects *effects;
        const int result = study_effects(study, study_measures[v], &effects);
        OWNED char *text = result == STATUS_OK ? text_written(put_finding, effects) : NULL;
        reason[v] = text && !*text && effects->of_runs.n > 0 ? reason_of(effects) : NULL;
        if (result == STATUS_SYSTEM || (result == STATUS_OK && !text))
            return status_no_memory("the findings", 0);
        if (text && *text) {
            fputs(n_found++ == 0 ? "<ul>\n" : "", html);
            html_put_between(html, "<li>", text, "");
            TRY(strcmp(study_measures[v], "accuracy") == 0
                    ? put_scaled(html, study, study_measures[v])
                    : STATUS_OK);
            fputs("</li>\n", html);
            limit = limit ? limit : text_written(effects_put_limit, effects);
        }
    }
    if (n_found == 0)
        return put_conditions(study, reason[0] ? reason[0] : "the runs have no such numbers", html);
    for (int v = 0; v < STUDY_N_MEASURES; v++)
        if (reason[v])
            fprintf(html, "<li>%s: no test: %s.</li>\n", study_measures[v], reason[v]);
    if (limit && *limit)
        html_put_between(html, "<li>", limit, "</li>\n");
    fputs("</ul>\n", html);
    return STATUS_OK;
}
