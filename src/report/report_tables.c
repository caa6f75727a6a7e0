/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables at the end of a report. What is undefined is left out, and why is said. */
#include "report/report_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/effects.h"
#include "report/html.h"
#include "store/parameters_json.h"

/* ---- numbers ---- */

static void put_number(FILE *html, double value, int places)
{
    number_put(html, "<td>%.*f</td>", places, value, "<td>–</td>");
}

/* A count of one run is whole, its mean over runs is not. */
static int places_of(const struct study *study, enum study_value what)
{
    if (what != STUDY_PRESENTATIONS)
        return 3;
    return study_most_runs(study) > 1 ? 1 : 0;
}

static void put_factor_heads(FILE *html, const struct study *study)
{
    for (int32_t f = 0; f < study->n_factors && *study->factor[f].name; f++)
        html_put_between(html, "<th class=\"t\">", study->factor[f].name, "</th>");
}

static void put_levels(FILE *html, const struct study *study, int32_t condition)
{
    char level[300];
    for (int32_t f = 0; f < study->n_factors && *study->factor[f].name; f++)
        html_put_between(html, "<td class=\"t\">",
                         study_name(study, condition, f, f + 1, level, sizeof level), "</td>");
}

static void put_condition_table(FILE *html, const struct study *study, enum study_value what)
{
    const int places = places_of(study, what);
    fprintf(html, "<h3>%s</h3>\n<div class=\"wide\"><table><thead><tr>", study_value_names[what]);
    put_factor_heads(html, study);
    fprintf(html,
            "<th>runs</th><th>mean</th><th>sd</th><th colspan=\"2\">95 %% interval</th>"
            "<th>least</th><th>lower quartile</th><th>median</th><th>upper quartile</th>"
            "<th>greatest</th>%s</tr></thead><tbody>\n",
            what == STUDY_ACCURACY ? "<th colspan=\"2\">95 % interval, in log-odds</th>" : "");
    for (int32_t c = 0; c < study->n_conditions; c++) {
        const struct summary s = study_summary(study, c, what);
        fprintf(html, "<tr>");
        put_levels(html, study, c);
        fprintf(html, "<td>%zu</td>", s.n);
        const double values[] = {s.mean,           s.sd,     s.ci_low,         s.ci_high, s.minimum,
                                 s.lower_quartile, s.median, s.upper_quartile, s.maximum};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            put_number(html, values[i], places);
        if (what == STUDY_ACCURACY) {
            const struct interval ci = statistics_logit_interval(&s);
            put_number(html, ci.low, places);
            put_number(html, ci.high, places);
        }
        fprintf(html, "</tr>\n");
    }
    fprintf(html, "</tbody></table></div>\n");
}

/* One run a condition: its values, a row a condition. */
static void put_runs(FILE *html, const struct study *study)
{
    fprintf(html, "<div class=\"wide\"><table><thead><tr>");
    put_factor_heads(html, study);
    for (int v = 0; v < STUDY_N_VALUES; v++)
        fprintf(html, "<th>%s</th>", study_value_names[v]);
    fprintf(html, "</tr></thead><tbody>\n");
    for (int32_t r = 0; r < study->n_runs; r++) {
        fprintf(html, "<tr>");
        put_levels(html, study, study->run[r].condition);
        for (int v = 0; v < STUDY_N_VALUES; v++)
            put_number(html, study->run[r].value[v], places_of(study, (enum study_value)v));
        fprintf(html, "</tr>\n");
    }
    fprintf(html, "</tbody></table></div>\n");
}

int report_tables_put_numbers(FILE *html, const struct study *study)
{
    if (study_most_runs(study) == 1)
        put_runs(html, study);
    else
        for (int v = 0; v < STUDY_N_VALUES; v++)
            put_condition_table(html, study, (enum study_value)v);
    return STATUS_OK;
}

/* ---- statistics ---- */

static int put_effects(FILE *html, const struct effects *effects)
{
    for (int table = EFFECTS_ANOVA_BY_SEED; table <= EFFECTS_COMPARISONS; table++) {
        const struct effects_view view = {effects, (enum effects_table)table};
        OWNED char *title = text_written(effects_put_title, &view);
        if (!title)
            return status_no_memory("the tables", 0);
        if (*title)
            html_put_between(html, "<p>", title, effects_has_rows(&view) ? ":</p>\n" : ".</p>\n");
        if (effects_has_rows(&view))
            TRY(html_put_cells(html, effects_put_cells, &view, effects_n_left(&view)));
    }
    return STATUS_OK;
}

/* Those of `spinet stats`, for every measure. */
int report_tables_put_statistics(FILE *html, const struct study *study)
{
    if (study_most_runs(study) == 1) {
        fprintf(html,
                "<p>None: with one run a condition there is no variance to test against.</p>\n");
        return STATUS_OK;
    }
    fprintf(html, "<p>The same as <code>spinet stats results.csv --measure NAME</code> prints: ns "
                  "p ≥ 0.05, * &lt; 0.05, ** &lt; 0.01, *** &lt; 0.001.</p>\n");
    for (int v = 0; v < STUDY_N_VALUES; v++) {
        const struct effects *effects;
        const int status = study_effects(study, study_value_names[v], &effects);
        fprintf(html, "<h3>%s</h3>\n", study_value_names[v]);
        if (status == STATUS_OK) {
            TRY(put_effects(html, effects));
            continue;
        }
        html_put_between(html, "<p>None: ", status_message(), "</p>\n");
        TRY(status == STATUS_SYSTEM ? status : STATUS_OK);
    }
    return STATUS_OK;
}

/* ---- parameters ---- */

static const json_t *value_of(const json_t *parameters, const char *group, const char *key)
{
    return json_object_get(json_object_get(parameters, group), key);
}

static void put_json(FILE *html, const json_t *value)
{
    OWNED char *text =
        json_is_string(value)
            ? strdup(json_string_value(value))
            : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    html_put_text(html, text && *text ? text : "–");
}

/* The value in each condition, each once. */
static void put_values_of(FILE *html, json_t *const *of, int32_t n, const char *group,
                          const char *key)
{
    const char *between = "";
    for (int32_t c = 0; c < n; c++) {
        const json_t *value = value_of(of[c], group, key);
        bool seen = !value;
        for (int32_t d = 0; d < c && !seen; d++)
            seen = json_equal(value, value_of(of[d], group, key));
        if (seen)
            continue;
        fputs(between, html);
        put_json(html, value);
        between = ", ";
    }
}

enum parameter_role { PARAMETER_VARIES, PARAMETER_CHANGED, PARAMETER_DEFAULT, N_PARAMETER_KINDS };

static enum parameter_role kind_of(json_t *const *of, int32_t n, const char *group, const char *key,
                                   const json_t *standard)
{
    const json_t *first = NULL;
    for (int32_t c = 0; c < n; c++) {
        const json_t *value = value_of(of[c], group, key);
        if (first && value && !json_equal(first, value))
            return PARAMETER_VARIES;
        first = first ? first : value;
    }
    return first && !json_equal(first, standard) ? PARAMETER_CHANGED : PARAMETER_DEFAULT;
}

static void put_parameter_table(FILE *html, enum parameter_role kind, const json_t *standard,
                                json_t *const *of, int32_t n)
{
    static const char *const titles[N_PARAMETER_KINDS] = {
        "Differ between the conditions", "The same in all runs, not the preset's (authors)",
        "As in the preset (authors)"};
    const char *group, *key;
    json_t *members, *value;
    if (kind == PARAMETER_DEFAULT)
        fprintf(html, "<details><summary>%s</summary>\n", titles[kind]);
    else
        fprintf(html, "<h3>%s</h3>\n", titles[kind]);
    fprintf(html, "<table><thead><tr><th class=\"t\">parameter</th><th class=\"t\">value</th>"
                  "<th class=\"t\">preset</th></tr></thead><tbody>\n");
    json_object_foreach((json_t *)standard, group, members)
    {
        json_object_foreach(members, key, value)
        {
            if (kind_of(of, n, group, key, value) != kind)
                continue;
            fprintf(html, "<tr><td class=\"t\">%s.%s</td><td class=\"t\">", group, key);
            put_values_of(html, of, n, group, key);
            fprintf(html, "</td><td class=\"t\">");
            put_json(html, value);
            fprintf(html, "</td></tr>\n");
        }
    }
    fprintf(html, "</tbody></table>%s\n", kind == PARAMETER_DEFAULT ? "</details>" : "");
}

/* The parameters of each condition, NULL where none of its runs is here. */
struct conditions {
    int32_t n;
    json_t *standard, **of;
};

static void free_conditions(struct conditions *conditions)
{
    for (int32_t c = 0; c < conditions->n && conditions->of; c++)
        json_decref(conditions->of[c]);
    free(conditions->of);
    json_decref(conditions->standard);
}

int report_tables_put_parameters(FILE *html, const struct study *study)
{
    static struct parameters authors;
    const int32_t n = study->n_conditions;
    SCOPED(free_conditions) struct conditions conditions = {n, NULL, NULL};
    bool any = false;
    TRY(parameters_preset(&authors, "authors"));
    conditions.standard = parameters_to_json(&authors);
    conditions.of = calloc((size_t)n, sizeof *conditions.of);
    if (!conditions.standard || !conditions.of)
        return status_no_memory("the parameters", 0);
    for (int32_t c = 0; c < n; c++) {
        conditions.of[c] = study_parameters(study, c);
        any = any || conditions.of[c];
    }
    if (!any)
        fprintf(html, "<p>The runs' folders are not here.</p>\n");
    for (int kind = n > 1 ? PARAMETER_VARIES : PARAMETER_CHANGED; kind < N_PARAMETER_KINDS && any;
         kind++)
        put_parameter_table(html, (enum parameter_role)kind, conditions.standard, conditions.of, n);
    return STATUS_OK;
}

static void put_fact(FILE *html, const char *what, const char *text)
{
    if (!*text)
        return;
    fprintf(html, "<tr><td class=\"t\">%s</td><td class=\"t\"><code>", what);
    html_put_between(html, "", text, "</code></td></tr>\n");
}

int report_tables_put_origin(FILE *html, const struct study *study)
{
    const json_t *seconds = json_object_get(study->about, "seconds");
    const json_t *threads = json_object_get(study->about, "threads");
    char text[64];
    fprintf(html, "<table><tbody>\n");
    put_fact(html, "command", study_about(study, "command"));
    put_fact(html, "revision", study_about(study, "revision"));
    put_fact(html, "machine", study_about(study, "host"));
    put_fact(html, "processor", study_about(study, "processor"));
    put_fact(html, "kernel", study_about(study, "kernel"));
    snprintf(text, sizeof text, "%lld", (long long)json_integer_value(threads));
    put_fact(html, "threads", threads ? text : "");
    snprintf(text, sizeof text, "%.1f s", json_number_value(seconds));
    put_fact(html, "time", seconds ? text : "");
    snprintf(text, sizeof text, "%d", study->n_runs);
    put_fact(html, "runs", text);
    for (int32_t r = 0; r < study->n_runs && study->is_of_runs; r++)
        put_fact(html, "run", study->run[r].folder);
    fprintf(html, "</tbody></table>\n");
    return STATUS_OK;
}
