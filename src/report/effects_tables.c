/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of effects, as text and as JSON. */
#include <math.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "core/text.h"
#include "report/effects.h"
#include "store/json_file.h"
#include "store/table_json.h"

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

static void put_interval(FILE *out, double low, double high, int decimals)
{
    number_put(out, "\t%.*f", decimals, low, "\t-");
    number_put(out, " … %.*f", decimals, high, "");
}

void effects_put_heads(const struct effects *effects, FILE *out)
{
    for (int f = 0; f < effects->n_factors; f++)
        fprintf(out, "%s\t", effects->factor[f]->name);
}

void effects_put_levels(const struct effects *effects, const struct effects_group *group, int n,
                        FILE *out)
{
    for (int f = 0; f < n; f++)
        fprintf(out, "%s\t", effects_level(effects, group, f));
}

static void put_groups(const struct effects *effects, FILE *out)
{
    const int decimals = find_decimals(effects);
    effects_put_heads(effects, out);
    const bool is_share = results_is_share(effects->measure);
    fprintf(out, "n\tmean\tsd\t95 %% CI of the mean\tmin\tq1\tmedian\tq3\tmax\t%s\n",
            is_share ? "CI, logit\t" : "");
    for (int32_t g = 0; g < effects->n_groups; g++) {
        const struct effects_group *group = &effects->groups[g];
        const struct summary *s = &group->summary;
        effects_put_levels(effects, group, effects->n_factors, out);
        fprintf(out, "%zu", s->n);
        put(out, s->mean, decimals);
        put(out, s->sd, decimals);
        put_interval(out, s->ci_low, s->ci_high, decimals);
        put(out, s->minimum, decimals);
        put(out, s->lower_quartile, decimals);
        put(out, s->median, decimals);
        put(out, s->upper_quartile, decimals);
        put(out, s->maximum, decimals);
        if (is_share) {
            const struct interval ci = statistics_logit_interval(s);
            put_interval(out, ci.low, ci.high, decimals);
        }
        fprintf(out, "\t%s", s->reason ? s->reason : "");
        if (group->n_missing)
            fprintf(out, "%s%zu without %s left out", s->reason ? "; " : "", group->n_missing,
                    effects->measure->name);
        fputc('\n', out);
    }
}

void effects_put_factors(const struct effects *effects, unsigned factors, const char *between,
                         FILE *out)
{
    bool any = false;
    for (int f = 0; f < effects->n_factors; f++)
        if (factors >> f & 1) {
            fprintf(out, "%s%s", any ? between : "", effects->factor[f]->name);
            any = true;
        }
}

static void put_term_by_seed(const struct effects *effects, const struct anova_term *term,
                             FILE *out)
{
    effects_put_factors(effects, term->factors, " × ", out);
    const double values[] = {term->ss, term->df, term->error_ss, term->error_df, term->f};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        put_general(out, values[i]);
    statistics_put_p(out, term->p);
    put(out, term->epsilon, 2);
    statistics_put_p(out, term->p_of_epsilon);
    fprintf(out, "\t%s", statistics_stars(anova_p(term)));
    put(out, term->partial_eta_squared, 4);
    put_general(out, term->smallest);
    fprintf(out, "\t%s\n", term->reason ? term->reason : "");
}

static void put_anova_by_seed(const struct effects *effects, FILE *out)
{
    fputs("source\tSS\tdf\terror SS\terror df\tF\tp\tepsilon\tcorrected p\t\tpartial eta²\tsmallest"
          "\t\n",
          out);
    for (int t = 0; t < effects->by_seed.n_terms; t++)
        put_term_by_seed(effects, &effects->by_seed.term[t], out);
}

static void put_anova(const struct effects *effects, FILE *out)
{
    const struct anova *anova = &effects->of_runs;
    fputs("source\tSS\tdf\tMS\tF\tp\t\tpartial eta²\t\n", out);
    for (int t = 0; t < anova->n_terms; t++) {
        const struct anova_term *term = &anova->term[t];
        effects_put_factors(effects, term->factors, " × ", out);
        put_general(out, term->ss);
        put_general(out, term->df);
        put_general(out, term->ms);
        put_general(out, term->f);
        statistics_put_p(out, term->p);
        fprintf(out, "\t%s", statistics_stars(term->p));
        put(out, term->partial_eta_squared, 4);
        fprintf(out, "\t%s\n", term->reason ? term->reason : "");
    }
    fputs("error", out);
    put_general(out, anova->error_ss);
    put_general(out, anova->error_df);
    put_general(out, anova->error_df > 0 ? anova->error_ss / anova->error_df : NAN);
    fputs("\t\t\t\t\t\n", out);
}

void effects_put_comparison(const struct effects *effects, const struct effects_comparison *c,
                            FILE *out)
{
    const struct effects_group *first = &effects->groups[c->first];
    const int last = effects->n_factors - 1;
    effects_put_levels(effects, first, last, out);
    fprintf(out, "%s - %s", effects_level(effects, &effects->groups[c->second], last),
            effects_level(effects, first, last));
}

static void put_heads(const struct effects *effects, FILE *out)
{
    effects_put_heads(effects, out);
    fputs("difference\t95 % CI\tt\tdf\tp\tcorrected\t", out);
}

/* CI, t, df, p, corrected p and stars of a t-test. */
static void put_test(FILE *out, const struct effects_comparison *c, enum comparison_test which,
                     int decimals)
{
    const struct t_test *test = &c->test[which];
    put_interval(out, test->ci_low, test->ci_high, decimals);
    put(out, test->t, 3);
    if (which == COMPARISON_WELCH)
        put(out, test->df, 2);
    else
        put_general(out, test->df);
    statistics_put_p(out, test->p);
    statistics_put_p(out, c->corrected[which]);
    fprintf(out, "\t%s", statistics_stars(c->corrected[which]));
}

static void put_comparisons(const struct effects *effects, FILE *out)
{
    const int decimals = find_decimals(effects);
    put_heads(effects, out);
    fputs("\tWelch CI\tt\tdf\tp\tcorrected\t\t\n", out);
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const struct t_test *pooled = &c->test[COMPARISON_POOLED],
                            *welch = &c->test[COMPARISON_WELCH];
        effects_put_comparison(effects, c, out);
        put(out, pooled->difference, decimals);
        put_test(out, c, COMPARISON_POOLED, decimals);
        put_test(out, c, COMPARISON_WELCH, decimals);
        const bool only_welch = !pooled->reason && welch->reason;
        fprintf(out, "\t%s%s\n", only_welch ? "Welch: " : "", welch->reason ? welch->reason : "");
    }
}

/* Of an experiment whose file declares families, what stands beside a comparison. */
static const char *family_name(const struct effects *effects, const struct effects_comparison *c)
{
    const json_t *family =
        json_array_get(effects->families, (size_t)(c->family > 0 ? c->family : 0));
    const char *name = json_string_value(json_object_get(family, "name"));
    return !effects->families ? "" : c->family < 0 ? "in no declared family" : name ? name : "";
}

static void put_comparisons_by_seed(const struct effects *effects, FILE *out)
{
    const int decimals = find_decimals(effects);
    put_heads(effects, out);
    fputs("\tseeds\tsigned-rank p\tpermutation p\tbootstrap CI\td\tbootstrap CI\tsmallest\t\n",
          out);
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        const struct t_test *test = &c->test[COMPARISON_PAIRED];
        effects_put_comparison(effects, c, out);
        put(out, test->difference, decimals);
        put_test(out, c, COMPARISON_PAIRED, decimals);
        fprintf(out, "\t%zu", c->n_pairs);
        statistics_put_p(out, c->corrected[COMPARISON_SIGNED_RANK]);
        statistics_put_p(out, c->corrected[COMPARISON_PERMUTATION]);
        put_interval(out, c->effect.difference.low, c->effect.difference.high, decimals);
        put(out, c->effect.d, 2);
        put_interval(out, c->effect.of_d.low, c->effect.of_d.high, 2);
        put(out, c->smallest, decimals);
        const char *family = family_name(effects, c), *reason = test->reason ? test->reason : "";
        fprintf(out, "\t%s%s%s\n", family, *family && *reason ? "; " : "", reason);
    }
}

void effects_put_cells(FILE *out, const void *effects_view)
{
    static void (*const put_table[])(const struct effects *effects, FILE *out) = {
        [EFFECTS_GROUPS] = put_groups,
        [EFFECTS_ANOVA_BY_SEED] = put_anova_by_seed,
        [EFFECTS_COMPARISONS_BY_SEED] = put_comparisons_by_seed,
        [EFFECTS_ANOVA] = put_anova,
        [EFFECTS_COMPARISONS] = put_comparisons,
    };
    const struct effects_view *view = effects_view;
    put_table[view->table](view->effects, out);
}

int effects_n_left(const struct effects_view *view)
{
    const bool is_anova = view->table == EFFECTS_ANOVA || view->table == EFFECTS_ANOVA_BY_SEED;
    return is_anova ? 1 : view->effects->n_factors;
}

bool effects_has_rows(const struct effects_view *view)
{
    const struct effects *effects = view->effects;
    return view->table == EFFECTS_GROUPS ||
           (view->table == EFFECTS_ANOVA_BY_SEED && !effects->by_seed.reason) ||
           (view->table == EFFECTS_ANOVA && !effects->of_runs.reason) ||
           (view->table == EFFECTS_COMPARISONS_BY_SEED &&
            effects->n_tests[COMPARISON_PAIRED] > 0) ||
           (view->table == EFFECTS_COMPARISONS && effects->n_comparisons > 0);
}

/* " of turnover within task, p corrected for 3 tests (Bonferroni)" */
static void put_compared(const struct effects *effects, enum comparison_test test, FILE *out)
{
    const int last = effects->n_factors - 1;
    fprintf(out, " of %s%s", effects->factor[last]->name, last > 0 ? " within " : "");
    effects_put_factors(effects, (1u << last) - 1, " × ", out);
    if (effects->families)
        fputs(", p corrected within the families that are declared", out);
    else
        fprintf(out, ", p corrected for %zu test%s", effects->n_tests[test],
                effects->n_tests[test] == 1 ? "" : "s");
    fputs(" (Bonferroni)", out);
}

void effects_put_title(FILE *out, const void *effects_view)
{
    static const char *const ways[] = {"", "one-way", "two-way", "three-way", "four-way"};
    const struct effects_view *view = effects_view;
    const struct effects *effects = view->effects;
    const struct anova *by_seed = &effects->by_seed;
    const size_t *n = effects->n_tests;
    switch (view->table) {
    case EFFECTS_GROUPS:
        break;
    case EFFECTS_ANOVA_BY_SEED:
        if (by_seed->reason)
            fprintf(out, "Analysis of variance by seed: - (%s)", by_seed->reason);
        else
            fprintf(out,
                    "Analysis of variance by seed, %s: %d seeds, each in all groups%s; a term is "
                    "tested against how it varies from seed to seed, with Greenhouse and Geisser's "
                    "correction",
                    ways[effects->n_factors], by_seed->n_seeds,
                    effects->n_seeds_left_out ? " (others left out)" : "");
        break;
    case EFFECTS_COMPARISONS_BY_SEED:
        if (n[COMPARISON_PAIRED] == 0)
            break;
        fputs("Two-tailed t-tests", out);
        put_compared(effects, COMPARISON_PAIRED, out);
        fputs(", by seed (paired), as are those of the signed-rank and the permutation test", out);
        break;
    case EFFECTS_ANOVA:
        if (effects->of_runs.reason)
            fprintf(out, "Analysis of variance: - (%s)", effects->of_runs.reason);
        else
            fprintf(out,
                    "The paper's analysis of variance, which takes all runs as independent: "
                    "%s, Type II sums of squares",
                    ways[effects->n_factors]);
        break;
    case EFFECTS_COMPARISONS:
        if (effects->n_comparisons == 0)
            break;
        fputs("The paper's unpaired two-tailed t-tests", out);
        put_compared(effects, COMPARISON_POOLED, out);
        fputs(", with Welch's beside", out);
        break;
    }
}
int effects_print(const struct effects *effects, FILE *out)
{
    fprintf(out, "%s of %zu runs in %s\n", effects->measure->name, effects->results->n_rows,
            effects->results->path);
    for (int table = EFFECTS_GROUPS; table <= EFFECTS_COMPARISONS; table++) {
        const struct effects_view view = {effects, (enum effects_table)table};
        OWNED char *title = text_written(effects_put_title, &view);
        if (!title)
            return status_no_memory("the tables", 0);
        if (*title)
            fprintf(out, "\n%s\n", title);
        if (effects_has_rows(&view)) {
            fputc('\n', out);
            TRY(table_print_cells(effects_put_cells, &view, effects_n_left(&view), out));
        }
        if (table == EFFECTS_GROUPS && *effects->pooled_over)
            fprintf(out, "These groups throw together runs that differ in %s; see --by.\n",
                    effects->pooled_over);
    }
    if (!effects->of_runs.reason && effects->of_runs.n_empty)
        fprintf(out, "\n%d of %d groups are empty; interactions are those of the others.\n",
                effects->of_runs.n_empty, effects->of_runs.n_cells);
    if (!effects_is_decidable(effects)) {
        fputc('\n', out);
        effects_put_limit(out, effects);
        fputc('\n', out);
    }
    if (effects->n_comparisons > 0 && effects->n_tests[effects->primary] == 0)
        fprintf(out, "\nThe %s test cannot be made (%s): --test chooses another.\n",
                comparison_test_names[effects->primary],
                effects->comparisons[0].test[effects->primary].reason);
    if (effects->n_comparisons > 0)
        fprintf(out,
                "\nThe test that decides: %s%s. smallest: what it would have found in 80 of 100 "
                "cases.\nns p >= 0.05, * < 0.05, ** < 0.01, *** < 0.001, of the corrected p\n",
                comparison_test_names[effects->primary],
                effects->is_declared ? ", as the experiment's file says" : "");
    return STATUS_OK;
}

/* ---- as JSON */

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
                     (json_int_t)group->n_missing, "mean", table_json_number(s->mean), "sd",
                     table_json_number(s->sd), "ci_low", table_json_number(s->ci_low), "ci_high",
                     table_json_number(s->ci_high), "minimum", table_json_number(s->minimum),
                     "lower_quartile", table_json_number(s->lower_quartile), "median",
                     table_json_number(s->median), "upper_quartile",
                     table_json_number(s->upper_quartile), "maximum", table_json_number(s->maximum),
                     "reason", s->reason, "values", values);
}

struct source {
    const struct effects *effects;
    unsigned factors;
};

/* "task:turnover" */
static void put_source(FILE *out, const void *of_source)
{
    const struct source *source = of_source;
    effects_put_factors(source->effects, source->factors, ":", out);
}

static json_t *term_to_json(const struct effects *effects, const struct anova_term *term,
                            bool is_by_seed)
{
    OWNED char *name =
        text_written(put_source, &(struct source){effects, term ? term->factors : 0});
    const struct anova *of_runs = &effects->of_runs;
    if (!term) /* the row of the error */
        return json_pack(
            "{ss so so so sn sn sn sn sn}", "source", "error", "ss",
            table_json_number(of_runs->error_ss), "df", table_json_number(of_runs->error_df), "ms",
            table_json_number(of_runs->error_df > 0 ? of_runs->error_ss / of_runs->error_df : NAN),
            "f", "p", "partial_eta_squared", "stars", "reason");
    json_t *json = json_pack(
        "{ss? so so so so so so ss? ss?}", "source", name, "ss", table_json_number(term->ss), "df",
        table_json_number(term->df), "ms", table_json_number(term->ms), "f",
        table_json_number(term->f), "p", table_json_number(term->p), "partial_eta_squared",
        table_json_number(term->partial_eta_squared), "stars",
        isnan(anova_p(term)) ? NULL : statistics_stars(anova_p(term)), "reason", term->reason);
    if (json && is_by_seed)
        json_object_update_new(json, json_pack("{so so so so so}", "error_ss",
                                               table_json_number(term->error_ss), "error_df",
                                               table_json_number(term->error_df), "epsilon",
                                               table_json_number(term->epsilon), "p_corrected",
                                               table_json_number(term->p_of_epsilon), "smallest",
                                               table_json_number(term->smallest)));
    return json;
}

static json_t *anova_to_json(const struct effects *effects, const struct anova *anova)
{
    json_t *terms = json_array();
    const bool is_by_seed = anova == &effects->by_seed;
    for (int t = 0; t < anova->n_terms; t++)
        json_array_append_new(terms, term_to_json(effects, &anova->term[t], is_by_seed));
    if (!is_by_seed)
        json_array_append_new(terms, term_to_json(effects, NULL, false));
    return json_pack("{ss? ss sI si si si so}", "reason", anova->reason, "sums_of_squares",
                     "Type II", "n", (json_int_t)anova->n, "cells", anova->n_cells, "empty_cells",
                     anova->n_empty, "seeds", anova->n_seeds, "terms", terms);
}

static json_t *interval_to_json(struct interval interval)
{
    return json_pack("[o, o]", table_json_number(interval.low), table_json_number(interval.high));
}

static json_t *test_to_json(const struct effects_comparison *c, enum comparison_test which)
{
    const struct t_test *test = &c->test[which];
    const double corrected = c->corrected[which];
    return json_pack("{so so so so so so ss? ss?}", "ci_low", table_json_number(test->ci_low),
                     "ci_high", table_json_number(test->ci_high), "t", table_json_number(test->t),
                     "df", table_json_number(test->df), "p", table_json_number(test->p),
                     "p_corrected", table_json_number(corrected), "stars",
                     isnan(corrected) ? NULL : statistics_stars(corrected), "reason", test->reason);
}

static json_t *comparison_to_json(const struct effects *effects, const struct effects_comparison *c)
{
    json_t *json = json_pack(
        "{so so so sI so so so so}", "first", levels_to_json(effects, &effects->groups[c->first]),
        "second", levels_to_json(effects, &effects->groups[c->second]), "difference",
        table_json_number(c->test[COMPARISON_POOLED].difference), "pairs", (json_int_t)c->n_pairs,
        "bootstrap", interval_to_json(c->effect.difference), "d", table_json_number(c->effect.d),
        "d_bootstrap", interval_to_json(c->effect.of_d), "smallest",
        table_json_number(c->smallest));
    for (int t = COMPARISON_N_TESTS - 1; json && t >= 0; t--)
        json_object_set_new(json, comparison_test_names[t],
                            test_to_json(c, (enum comparison_test)t));
    return json;
}

static json_t *effects_to_json(const struct effects *effects)
{
    json_t *factors = json_array(), *groups = json_array(), *comparisons = json_array();
    for (int f = 0; f < effects->n_factors; f++)
        json_array_append_new(factors, json_string(effects->factor[f]->name));
    for (int32_t g = 0; g < effects->n_groups; g++)
        json_array_append_new(groups, group_to_json(effects, &effects->groups[g]));
    for (int32_t i = 0; i < effects->n_comparisons; i++)
        json_array_append_new(comparisons, comparison_to_json(effects, &effects->comparisons[i]));
    return json_pack("{so? ss so ss? so so sI so so ss sb ss}", "results",
                     json_string(effects->results->path), "measure", effects->measure->name,
                     "factors", factors, "pooled_over",
                     *effects->pooled_over ? effects->pooled_over : NULL, "groups", groups, "anova",
                     anova_to_json(effects, &effects->of_runs), "bonferroni_tests",
                     (json_int_t)effects->n_tests[effects->primary], "comparisons", comparisons,
                     "anova_by_seed", anova_to_json(effects, &effects->by_seed), "primary",
                     comparison_test_names[effects->primary], "is_declared", effects->is_declared,
                     "correction", "Bonferroni");
}

int effects_write_json(const struct effects *effects, const char *path)
{
    return json_file_write(path, effects_to_json(effects), 15);
}
