/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/findings.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"

static const double significant = 0.05;

/* "(F(2, 114) = 5.8, p = 0.004, partial η² 0.09)" */
static void put_term(FILE *out, const struct anova_term *term, double df_error)
{
    fprintf(out, " (F(%.5g, %.5g) = %.3g, ", term->df, df_error, term->f);
    if (term->p < 1e-300) /* where doubles end */
        fputs("p < 1e-300", out);
    else
        fprintf(out, "p = %.2g", term->p);
    fprintf(out, ", partial η² %.2f)", term->partial_eta_squared);
}

/* Two levels only: the differences, that of each level of the first factor with its mark. */
static void put_differences(const struct effects *effects, FILE *out)
{
    const bool within = effects->n_factors == 2;
    double sum = 0;
    int n = 0;
    for (int32_t i = 0; i < effects->n_comparisons; i++)
        if (isfinite(effects->comparisons[i].pooled.difference)) {
            sum += effects->comparisons[i].pooled.difference;
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
    if (!within || effects->n_comparisons > 12) {
        fputc('.', out);
        return;
    }
    for (int32_t i = 0; i < effects->n_comparisons; i++) {
        const struct effects_comparison *c = &effects->comparisons[i];
        if (!isfinite(c->pooled.difference))
            continue;
        fprintf(out, "%s%s %+.3g", i == 0 ? "; " : ", ",
                effects_level(effects, &effects->groups[c->first], 0), c->pooled.difference);
        if (!isnan(c->pooled_corrected))
            fprintf(out, " %s", statistics_stars(c->pooled_corrected));
    }
    fputc('.', out);
}

void findings_put(FILE *out, const void *of_effects)
{
    const struct effects *effects = of_effects;
    const struct anova *anova = &effects->anova;
    if (effects->n_factors == 0 || anova->reason)
        return;
    const int last = effects->n_factors - 1;
    const struct results_column *factor = effects->factor[last];
    const struct anova_term *main_effect = &anova->term[last == 0 ? ANOVA_A : ANOVA_B];
    if (isnan(main_effect->p))
        return;
    const bool differs = main_effect->p < significant;
    fprintf(out, "%s: %s %s", effects->measure->name, factor->name,
            differs ? "makes a difference" : "makes no difference that could be told from chance");
    put_term(out, main_effect, anova->error.df);
    fputc('.', out);
    if (factor->n_levels == 2)
        put_differences(effects, out);
    const struct anova_term *interaction = &anova->term[ANOVA_INTERACTION];
    if (anova->n_factors == 2 && !isnan(interaction->p)) {
        fprintf(out, " The effect %s on %s",
                interaction->p < significant ? "depends" : "does not demonstrably depend",
                effects->factor[0]->name);
        put_term(out, interaction, anova->error.df);
        fputc('.', out);
    }
}

int findings_effects(const struct study *study, enum study_value what, struct effects *effects)
{
    char by[512];
    snprintf(by, sizeof by, "%.250s,%.250s", study->factor[0].name,
             study->factor[study->n_factors - 1].name);
    return effects_find(effects, &study->results, study_value_names[what],
                        study->n_factors > 2 ? by : NULL);
}

/* ---- where there is nothing to test ---- */

enum { CONDITIONS_TOLD = 12 };

/* A column of results.csv in the row of a run; NaN if the table has no such numbers. */
static double number_of(const struct study *study, int32_t run, const char *name)
{
    const struct results_column *column = results_find(&study->results, name);
    return column && column->kind == RESULTS_NUMBER ? column->number[run] : NAN;
}

/* "392 of 400 test images right (accuracy 0.980), 8 undecided and 0 wrong, after 350 presentations"
 */
static void put_run(const struct study *study, int32_t r, FILE *html)
{
    const double *value = study->run[r].value;
    const double n = number_of(study, r, "tests"), undecided = number_of(study, r, "undecided");
    const double right = round(value[STUDY_ACCURACY] * n);
    if (n > 0 && undecided >= 0)
        fprintf(html,
                "%.0f of %.0f test images right (accuracy %.3f), %.0f undecided and %.0f wrong",
                right, n, value[STUDY_ACCURACY], undecided, fmax(n - right - undecided, 0));
    else if (!isnan(value[STUDY_ACCURACY]))
        fprintf(html, "accuracy %.3f", value[STUDY_ACCURACY]);
    else
        fputs("not tested", html);
    if (!isnan(value[STUDY_PRESENTATIONS]))
        fprintf(html, ", after %.0f presentations", value[STUDY_PRESENTATIONS]);
    if (!isnan(value[STUDY_SIMILARITY]))
        fprintf(html, "; similarity of maps and images %.3f", value[STUDY_SIMILARITY]);
}

/* "accuracy 0.892 ± 0.105, presentations 350 ± 0" */
static void put_means(const struct study *study, int32_t condition, FILE *html)
{
    bool any = false;
    for (int v = 0; v < STUDY_N_VALUES; v++) {
        const struct summary s = study_summary(study, condition, (enum study_value)v);
        if (s.n == 0)
            continue;
        const int places = v == STUDY_PRESENTATIONS ? 0 : 3;
        fprintf(html, "%s%s %.*f", any ? ", " : "", study_value_names[v], places, s.mean);
        if (!isnan(s.sd))
            fprintf(html, " ± %.*f", places, s.sd);
        any = true;
    }
}

static void put_condition(const struct study *study, int32_t condition, FILE *html)
{
    char name[1024];
    int32_t n = 0, last = 0;
    for (int32_t r = 0; r < study->n_runs; r++)
        if (study->run[r].condition == condition) {
            last = r;
            n++;
        }
    if (n == 0)
        return;
    fputs("<li>", html);
    if (*study->factor[0].name) {
        study_describe(study, condition, 0, study->n_factors, name, sizeof name);
        html_put_between(html, "", name, ": ");
    }
    if (n == 1)
        put_run(study, last, html);
    else
        put_means(study, condition, html);
    if (n > 1)
        fprintf(html, " (mean and standard deviation of %d runs)", n);
    fputs(".</li>\n", html);
}

/* What the runs came to, and why there is no test. */
static void put_conditions(const struct study *study, const char *reason, FILE *html)
{
    for (int32_t c = 0; c < study->n_conditions && study->n_conditions <= CONDITIONS_TOLD; c++)
        put_condition(study, c, html);
    if (study->n_conditions > CONDITIONS_TOLD)
        fprintf(html, "<li>%d conditions: their values are in the tables of the report.</li>\n",
                study->n_conditions);
    fputs("<li>", html);
    if (study->n_runs == 1)
        fputs("One run: what another seed would come to cannot be told from it", html);
    else if (study_most_runs(study) == 1)
        fprintf(html,
                "One seed a condition allows no test: whether such differences are more than "
                "chance, more seeds would tell%s",
                study->is_of_runs ? "" : " (<code>--runs 20</code>)");
    else {
        html_put_between(html, "No test: ", reason, "");
    }
    fputs(".</li>\n", html);
}

/* Why there are no findings of a measure. */
static const char *reason_of(const struct effects *effects)
{
    const struct anova *anova = &effects->anova;
    if (effects->n_factors == 0)
        return "a single condition";
    if (anova->reason)
        return anova->reason;
    const char *reason = anova->term[effects->n_factors == 1 ? ANOVA_A : ANOVA_B].reason;
    return reason ? reason : "not defined";
}

int findings_put_list(FILE *html, const struct study *study)
{
    const char *reason[STUDY_N_VALUES] = {0};
    int n_found = 0;
    fputs("<ul>\n", html);
    for (int v = 0; v < STUDY_N_VALUES; v++) {
        struct effects effects = {0};
        const int result = findings_effects(study, (enum study_value)v, &effects);
        OWNED char *text = result == STATUS_OK ? text_written(findings_put, &effects) : NULL;
        reason[v] = text && !*text && effects.anova.n > 0 ? reason_of(&effects) : NULL;
        effects_free(&effects);
        if (result == STATUS_SYSTEM || (result == STATUS_OK && !text))
            return status_no_memory("the findings", 0);
        if (text && *text) {
            html_put_between(html, "<li>", text, "</li>\n");
            n_found++;
        }
    }
    if (n_found == 0)
        put_conditions(study, reason[0] ? reason[0] : "the runs have no such numbers", html);
    for (int v = 0; v < STUDY_N_VALUES && n_found > 0; v++)
        if (reason[v])
            fprintf(html, "<li>%s: no test: %s.</li>\n", study_value_names[v], reason[v]);
    fputs("</ul>\n", html);
    return STATUS_OK;
}
