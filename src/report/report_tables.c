/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables at the end of a report. What is undefined is left out, and why is said. */
#include "report/sections.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/effects.h"
#include "report/html.h"
#include "report/means.h"
#include "store/parameters_json.h"

/* ---- numbers ---- */

static const struct mean_column run_columns[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"presentations", "presentations", MEAN_COUNT_DIGITS, NULL},
    {"similarity", "similarity", 3, NULL},
};

/* Some of the tables of `spinet stats` about a measure, or why there are none. */
static int put_effects(FILE *html, const struct study *study, const char *measure,
                       enum effects_table first, enum effects_table last)
{
    const struct effects *effects;
    const int status = study_effects(study, measure, &effects);
    html_put_between(html, "<h3>", measure, "</h3>\n");
    if (status == STATUS_USER)
        html_put_between(html, "<p>None: ", status_message(), "</p>\n");
    for (enum effects_table table = first; status == STATUS_OK && table <= last; table++) {
        const struct effects_view view = {effects, table};
        OWNED char *title = text_written(effects_put_title, &view);
        if (!title)
            return status_no_memory("the tables", 0);
        if (*title)
            html_put_between(html, "<p>", title, effects_has_rows(&view) ? ":</p>\n" : ".</p>\n");
        if (effects_has_rows(&view))
            TRY(html_put_cells(html, effects_put_cells, &view, effects_n_left(&view)));
        if (table == EFFECTS_GROUPS && *effects->pooled_over)
            html_put_between(html, "<p>These groups throw together runs that differ in ",
                             effects->pooled_over, ".</p>\n");
    }
    return status == STATUS_SYSTEM ? status : STATUS_OK;
}

int report_tables_put_numbers(struct page *page, const struct study *study)
{
    FILE *html = page->html;
    const struct means runs = MEANS_OF(study, &study->results, run_columns);
    const struct effects *effects;
    if (study_most_runs(study) == 1)
        return means_put(html, &runs);
    if (study_effects(study, "accuracy", &effects) == STATUS_USER) /* so many groups */
        return means_put(html, &runs);
    for (int v = 0; v < STUDY_N_VALUES; v++)
        TRY(put_effects(html, study, study_value_names[v], EFFECTS_GROUPS, EFFECTS_GROUPS));
    return STATUS_OK;
}

int report_tables_put_statistics(struct page *page, const struct study *study)
{
    FILE *html = page->html;
    if (study_most_runs(study) == 1) {
        fprintf(html,
                "<p>None: with one run a condition there is no variance to test against.</p>\n");
        return STATUS_OK;
    }
    fprintf(html, "<p>The same as <code>spinet stats results.csv --measure NAME</code> prints: ns "
                  "p ≥ 0.05, * &lt; 0.05, ** &lt; 0.01, *** &lt; 0.001.</p>\n");
    for (int v = 0; v < STUDY_N_VALUES; v++)
        TRY(put_effects(html, study, study_value_names[v], EFFECTS_ANOVA_BY_SEED,
                        EFFECTS_COMPARISONS));
    return STATUS_OK;
}

/* ---- parameters ---- */

static void put_json(FILE *html, const json_t *value)
{
    OWNED char *text =
        json_is_string(value)
            ? strdup(json_string_value(value))
            : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    html_put_text(html, text && *text ? text : "–");
}

enum parameter_role { PARAMETER_VARIES, PARAMETER_CHANGED, PARAMETER_DEFAULT, N_PARAMETER_KINDS };

static enum parameter_role role_of(const json_t *values, const json_t *standard)
{
    return json_array_size(values) > 1 ? PARAMETER_VARIES
           : json_array_size(values) == 1 && !json_equal(json_array_get(values, 0), standard)
               ? PARAMETER_CHANGED
               : PARAMETER_DEFAULT;
}

static void put_parameter_table(FILE *html, enum parameter_role kind, json_t *standard,
                                const struct study *study)
{
    static const char *const titles[N_PARAMETER_KINDS] = {
        "Differ between the conditions", "The same in all runs, not the preset's (authors)",
        "As in the preset (authors)"};
    const char *group, *key;
    json_t *members, *value, *other;
    size_t i;
    if (kind == PARAMETER_DEFAULT)
        fprintf(html, "<details><summary>%s</summary>\n", titles[kind]);
    else
        fprintf(html, "<h3>%s</h3>\n", titles[kind]);
    fprintf(html, "<table><thead><tr><th class=\"t\">parameter</th><th class=\"t\">value</th>"
                  "<th class=\"t\">preset</th></tr></thead><tbody>\n");
    json_object_foreach(standard, group, members)
    {
        json_object_foreach(members, key, value)
        {
            json_auto_t *values = study_values_of(study, group, key);
            if (role_of(values, value) != kind)
                continue;
            fprintf(html, "<tr><td class=\"t\">%s.%s</td><td class=\"t\">", group, key);
            json_array_foreach(values, i, other)
            {
                fputs(i ? ", " : "", html);
                put_json(html, other);
            }
            fprintf(html, "</td><td class=\"t\">");
            put_json(html, value);
            fprintf(html, "</td></tr>\n");
        }
    }
    fprintf(html, "</tbody></table>%s\n", kind == PARAMETER_DEFAULT ? "</details>" : "");
}

int report_tables_put_parameters(struct page *page, const struct study *study)
{
    FILE *html = page->html;
    static struct parameters authors;
    bool any = false;
    TRY(parameters_preset(&authors, "authors"));
    json_auto_t *standard = parameters_to_json(&authors);
    if (!standard)
        return status_no_memory("the parameters", 0);
    for (int32_t c = 0; c < study->n_conditions; c++)
        any = any || study_parameters(study, c);
    if (!any)
        fprintf(html, "<p>The runs' folders are not here.</p>\n");
    for (int kind = study->n_conditions > 1 ? PARAMETER_VARIES : PARAMETER_CHANGED;
         kind < N_PARAMETER_KINDS && any; kind++)
        put_parameter_table(html, (enum parameter_role)kind, standard, study);
    return STATUS_OK;
}

static void put_fact(FILE *html, const char *what, const char *text)
{
    if (!*text)
        return;
    fprintf(html, "<tr><td class=\"t\">%s</td><td class=\"t\"><code>", what);
    html_put_between(html, "", text, "</code></td></tr>\n");
}

int report_tables_put_origin(struct page *page, const struct study *study)
{
    FILE *html = page->html;
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
