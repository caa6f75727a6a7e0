/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/findings.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/html.h"
#include "core/status.h"

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

static void put_findings(const struct effects *effects, FILE *out)
{
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

char *findings_text(const struct effects *effects)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    put_findings(effects, out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

int findings_effects(const struct study *study, enum study_value what, struct effects *effects)
{
    char by[512];
    snprintf(by, sizeof by, "%.250s,%.250s", study->factor[0].name,
             study->factor[study->n_factors - 1].name);
    return effects_find(effects, &study->results, study_value_names[what],
                        study->n_factors > 2 ? by : NULL);
}

int findings_put_list(const struct study *study, FILE *html)
{
    fputs("<ul>\n", html);
    for (int v = 0; v < STUDY_N_VALUES; v++) {
        struct effects effects = {0};
        const int result = findings_effects(study, (enum study_value)v, &effects);
        char *text = result == STATUS_OK ? findings_text(&effects) : NULL;
        effects_free(&effects);
        if (result == STATUS_SYSTEM || (result == STATUS_OK && !text))
            return status_no_memory("the findings", 0);
        if (text && *text) {
            fputs("<li>", html);
            html_put_text(html, text);
            fputs("</li>\n", html);
        }
        free(text);
    }
    fputs("</ul>\n", html);
    return STATUS_OK;
}
