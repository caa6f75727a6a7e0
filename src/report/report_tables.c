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

/* ---- costs ---- */

enum { N_COSTS = 6 };

struct costs {
    const char *condition; /* `name`, where the row is shown */
    char name[300];
    double mean[N_COSTS];
};

#define COST(i, file_name) TABLE_COLUMN(struct costs, mean[i], NUMBER, file_name, .format = "%.0f")

static const struct table_column cost_columns[] = {
    TABLE_COLUMN(struct costs, condition, TEXT, "condition", .may_be_missing = true),
    COST(0, "input_spikes"),
    COST(1, "somatic_spikes"),
    COST(2, "dendritic_spikes"),
    COST(3, "synaptic_events"),
    COST(4, "plastic_synapses"),
    COST(5, "fixed_synapses"),
};
static const struct table cost_table = TABLE_OF("cost.csv", struct costs, cost_columns);

/* Adds a run's costs to the sums of its condition, and counts it, if it has any. */
static int add_costs(const struct study_run *run, struct costs *sums, int32_t *n_runs)
{
    struct costs *rows = NULL;
    int32_t n = 0;
    TRY(table_read_in(&cost_table, run->folder, &rows, &n));
    for (int k = 0; k < N_COSTS && n > 0; k++)
        sums->mean[k] += rows[0].mean[k];
    *n_runs += n > 0;
    table_free(&cost_table, rows, n);
    return STATUS_OK;
}

int report_tables_put_costs(FILE *html, const struct study *study)
{
    const size_t n = (size_t)study->n_conditions;
    OWN_NEW(struct costs, costs, n, "the costs");
    OWN_NEW(int32_t, n_runs, n, "the costs");
    for (int32_t r = 0; r < study->n_runs; r++)
        TRY(add_costs(&study->run[r], &costs[study->run[r].condition],
                      &n_runs[study->run[r].condition]));
    size_t n_rows = 0;
    for (int32_t c = 0; c < study->n_conditions; c++) {
        if (n_runs[c] == 0)
            continue;
        struct costs *row = &costs[n_rows];
        for (int k = 0; k < N_COSTS; k++)
            row->mean[k] = costs[c].mean[k] / n_runs[c];
        row->condition = study_name(study, c, 0, study->n_factors, row->name, sizeof row->name);
        n_rows++;
    }
    if (n_rows == 0)
        return STATUS_OK;
    fputs(
        "<h3>What an image costs</h3>\n<p>Spikes of an image in the final test, and how often one "
        "arrived at a synapse; pyramidal cells and interneurons together. Means of the images and "
        "runs; synapses of the network then.</p>\n",
        html);
    return html_put_table(html, &cost_table, costs, n_rows);
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

int report_tables_put_parameters(FILE *html, const struct study *study)
{
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
