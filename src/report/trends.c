/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/trends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/status.h"
#include "report/boxes.h"

bool trends_any(const struct study *study)
{
    const struct study_factor *first = &study->factor[0];
    double number;
    for (int32_t i = 0; i < first->n_levels; i++)
        if (!number_parse(first->level[i], &number))
            return false;
    return first->n_levels >= 3;
}

static int32_t condition_of(const struct study *study, int32_t panel, int32_t x, int32_t line)
{
    return (x * study->n_middle + panel) * study->n_last + line;
}

/* Whether the condition is one that the mark names. */
static bool is_marked(const struct study *study, int32_t mark, int32_t condition)
{
    const json_t *levels = json_object_get(
        json_array_get(json_object_get(study->about, "marks"), (size_t)mark), "levels");
    const json_t *level;
    size_t i;
    json_array_foreach(levels, i, level)
    {
        bool has = false;
        for (int32_t f = 0; f < study->n_factors && !has; f++) {
            char name[300];
            has = strcmp(study_name(study, condition, f, f + 1, name, sizeof name),
                         json_string_value(level) ? json_string_value(level) : "") == 0;
        }
        if (!has)
            return false;
    }
    return i > 0;
}

static int32_t n_marks(const struct study *study)
{
    return (int32_t)json_array_size(json_object_get(study->about, "marks"));
}

/* Marks with one label are one entry of the legend. */
static const char *label_of(const struct study *study, int32_t mark)
{
    const json_t *marks = json_object_get(study->about, "marks");
    const char *label =
        json_string_value(json_object_get(json_array_get(marks, (size_t)mark), "label"));
    for (int32_t m = 0; m < mark; m++) {
        const char *other =
            json_string_value(json_object_get(json_array_get(marks, (size_t)m), "label"));
        if (label && other && strcmp(label, other) == 0)
            return NULL;
    }
    return label;
}

enum { KEYS_MAX = 40 };

static int put_keys(const struct study *study, struct chart_key *key)
{
    int n = 0;
    for (int32_t c = 0; c < study->n_last && study->n_last > 1 && n < KEYS_MAX; c++) {
        key[n] = (struct chart_key){.kind = CHART_KEY_LINE, .look = c};
        snprintf(key[n++].text, sizeof key->text, "%.120s %.120s",
                 study->factor[study->n_factors - 1].name, study_last(study, c));
    }
    for (int32_t m = 0; m < n_marks(study) && n < KEYS_MAX; m++) {
        const char *label = label_of(study, m);
        if (!label)
            continue;
        key[n] = (struct chart_key){.kind = CHART_KEY_RING, .look = -1};
        snprintf(key[n++].text, sizeof key->text, "%.200s", label);
    }
    return n;
}

static void put_data(const struct study *study, int32_t panel, int32_t line,
                     const struct trend_point *point, FILE *script)
{
    fprintf(script, "$line%d << END\nNaN NaN NaN NaN\n", line);
    for (int32_t x = 0; x < study->n_first; x++) {
        const struct trend_point *p = &point[condition_of(study, panel, x, line)];
        double at = 0;
        number_parse(study->factor[0].level[x], &at);
        if (!isnan(p->value))
            fprintf(script, "%.8g %.8g %.8g %.8g\n", at, isnan(p->low) ? p->value : p->low,
                    p->value, isnan(p->high) ? p->value : p->high);
    }
    fprintf(script, "END\n$mark%d << END\nNaN NaN\n", line);
    for (int32_t x = 0; x < study->n_first; x++)
        for (int32_t m = 0; m < n_marks(study); m++) {
            const int32_t condition = condition_of(study, panel, x, line);
            double at = 0;
            number_parse(study->factor[0].level[x], &at);
            if (is_marked(study, m, condition) && !isnan(point[condition].value))
                fprintf(script, "%.8g %.8g\n", at, point[condition].value);
        }
    fprintf(script, "END\n");
}

static void put_panel(const struct study *study, int32_t panel, const char *label,
                      const struct trend_point *point, int n_columns, struct chart *chart)
{
    FILE *script = chart->script;
    char name[512];
    for (int32_t line = 0; line < study->n_last; line++)
        put_data(study, panel, line, point, script);
    fprintf(script, "set title ");
    chart_put_text(chart, study->n_middle > 1
                              ? study_describe(study, panel * study->n_last, 1,
                                               study->n_factors - 1, name, sizeof name)
                              : "");
    fprintf(script, " offset 0,-0.5\nset ylabel '%s'\nset format y '%s'\nplot ",
            panel % n_columns == 0 ? label : "", panel % n_columns == 0 ? "%g" : "");
    for (int32_t line = 0; line < study->n_last; line++)
        fprintf(script,
                "%s$line%d using 1:2:4 with filledcurves fs transparent solid 0.14 noborder lc "
                "'%s' notitle",
                line ? ", \\\n " : "", line, chart_color(line));
    for (int32_t line = 0; line < study->n_last; line++)
        fprintf(script,
                ", \\\n $line%d using 1:3 with linespoints lw 2 pt 7 ps 0.7 dt %s lc '%s' notitle"
                ", $mark%d using 1:2 with points pt 6 ps 2 lw 2 lc '#444444' notitle",
                line, chart_dash(line), chart_color(line), line);
    fprintf(script, "\n");
    chart_end_panel(chart);
}

int trends_plot(const struct study *study, const char *title, const char *label,
                const struct trend_point *point, struct chart *chart)
{
    struct chart_key key[KEYS_MAX];
    const int n_columns = study->n_middle > 1 ? 2 : 1;
    const struct chart_grid grid = {.n_panels = study->n_middle,
                                    .n_columns = n_columns,
                                    .panel_width = n_columns > 1 ? 360 : 520,
                                    .panel_height = n_columns > 1 ? 240 : 300,
                                    CHART_MARGINS,
                                    .gap_y = 80,
                                    .key = key,
                                    .n_keys = put_keys(study, key)};
    TRY(chart_init_grid(chart, &grid, title));
    double first = INFINITY, last = -INFINITY, low = INFINITY, high = -INFINITY, at;
    for (int32_t x = 0; x < study->n_first; x++) {
        number_parse(study->factor[0].level[x], &at);
        first = fmin(first, at);
        last = fmax(last, at);
    }
    for (int32_t c = 0; c < study->n_conditions; c++)
        if (!isnan(point[c].value)) {
            low = fmin(low, fmin(point[c].value, point[c].low)); /* fmin and fmax pass NaN over */
            high = fmax(high, fmax(point[c].value, point[c].high));
        }
    const double pad = high > low ? 0.05 * (high - low) : 0.5;
    fprintf(chart->script, "set grid lc '#e4e4e4' lw 0.8\nset xlabel ");
    chart_put_text(chart, study->factor[0].name);
    fprintf(chart->script, "\nset xrange [%.8g:%.8g]\n", first - 0.03 * (last - first),
            last + 0.03 * (last - first));
    if (low <= high)
        fprintf(chart->script, "set yrange [%.8g:%.8g]\n", low - pad, high + pad);
    for (int32_t panel = 0; panel < study->n_middle; panel++)
        put_panel(study, panel, label, point, n_columns, chart);
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}

static struct trend_point *make_points(const struct study *study)
{
    struct trend_point *point = malloc((size_t)study->n_conditions * sizeof *point);
    for (int32_t c = 0; point && c < study->n_conditions; c++)
        point[c] = (struct trend_point){NAN, NAN, NAN};
    return point;
}

int trends_plot_value(const struct study *study, enum study_value what, struct chart *chart)
{
    struct trend_point *point = make_points(study);
    char title[600];
    if (!point)
        return status_no_memory("a chart", 0);
    for (int32_t c = 0; c < study->n_conditions; c++) {
        const struct summary s = study_summary(study, c, what);
        const double mean = s.mean * boxes_unit(what),
                     sd = s.n > 1 ? s.sd * boxes_unit(what) : (double)NAN;
        point[c] = (struct trend_point){mean, mean - sd, mean + sd};
    }
    snprintf(title, sizeof title, "%s over %.400s", boxes_label(what), study->factor[0].name);
    const int result = trends_plot(study, title, boxes_label(what), point, chart);
    free(point);
    return result;
}

int trends_plot_spines(const struct spine_study *spines, enum trend_of_spines what,
                       struct chart *chart, bool *any)
{
    static const struct {
        const char *title, *label;
    } looks[N_TRENDS_OF_SPINES] = {
        [TREND_MEAN_SIZE] = {"Mean weight of the spines at the end (± one sd of the spines)",
                             "mean weight"},
        [TREND_LOST] = {"Spines lost a day", "lost a day (%)"},
        [TREND_ALIVE] = {"New spines alive four days after birth (95 % interval)", "alive (%)"},
    };
    const struct study *study = spines->panels.study;
    *any = trends_any(study) && spines->n_groups == study->n_conditions;
    if (!*any)
        return STATUS_OK;
    struct trend_point *point = make_points(study);
    if (!point)
        return status_no_memory("a chart", 0);
    *any = false;
    for (int32_t c = 0; c < study->n_conditions; c++) {
        const struct spine_group *group = &spines->group[c];
        const struct survival_step alive = survival_at(&group->later, 4);
        if (group->n_runs == 0)
            continue;
        if (what == TREND_MEAN_SIZE)
            point[c] =
                (struct trend_point){group->mean, group->mean - group->sd, group->mean + group->sd};
        else if (what == TREND_LOST)
            point[c] = (struct trend_point){100 * spine_group_lost_a_day(group), NAN, NAN};
        else
            point[c] = (struct trend_point){100 * alive.alive, 100 * alive.low, 100 * alive.high};
        *any = *any || !isnan(point[c].value);
    }
    const int result =
        *any ? trends_plot(study, looks[what].title, looks[what].label, point, chart) : STATUS_OK;
    free(point);
    return result;
}
