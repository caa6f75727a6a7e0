/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/trends.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

bool trends_any(const struct study *study)
{
    const struct results_column *first = study->factor[0];
    double number;
    for (int32_t i = 0; i < first->n_levels; i++)
        if (!number_parse(first->levels[i], &number))
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

static const char *label_of(const struct study *study, int32_t mark)
{
    const json_t *marks = json_object_get(study->about, "marks");
    const char *label =
        json_string_value(json_object_get(json_array_get(marks, (size_t)mark), "label"));
    return label ? label : "";
}

static void put_point(struct figure *figure, const struct study *study, int32_t condition,
                      const struct trend_point *point)
{
    char panel[512] = "", level[300];
    const char *series = study_last(study, condition % study->n_last);
    double x = 0;
    number_parse(study_name(study, condition, 0, 1, level, sizeof level), &x);
    if (study->n_middle > 1)
        study_describe(study, condition, 1, study->n_factors - 1, panel, sizeof panel);
    if (isnan(point->value))
        return;
    figure_put_row(figure, "lines", "panel %s, series %s, x %g, y %g, low %g, high %g", panel,
                   series, x, point->value, point->low, point->high);
    for (int32_t m = 0; m < n_marks(study); m++)
        if (is_marked(study, m, condition))
            figure_put_row(figure, "dots", "panel %s, series %s, x %g, y %g, ring %u, mark %s",
                           panel, series, x, point->value, 1, label_of(study, m));
}

/* Levels that grow ten times or more are on a logarithmic axis, with a tick each. */
static void set_axis(struct figure *figure, const struct results_column *first)
{
    json_t *ticks = json_array();
    double least = INFINITY, most = 0, number;
    for (int32_t i = 0; i < first->n_levels; i++) {
        number_parse(first->levels[i], &number);
        json_array_append_new(ticks, json_real(number));
        least = fmin(least, number);
        most = fmax(most, number);
    }
    if (least > 0 && most >= 10 * least)
        figure_set(figure, "x_type %s, x_values %p", "log", ticks);
    else
        json_decref(ticks);
}

int trends_put(struct page *page, struct figure *figure, const struct study *study,
               const struct trend_point *point)
{
    char rings[320];
    figure_set(figure, "x_label %s, series_label %s", study_factor_title(study, 0),
               study_factor_title(study, study->n_factors - 1));
    set_axis(figure, study->factor[0]);
    snprintf(rings, sizeof rings, "Rings: %.300s", label_of(study, 0));
    if (n_marks(study) > 0)
        figure_set(figure, "note %s", rings);
    for (int32_t panel = 0; panel < study->n_middle; panel++)
        for (int32_t line = 0; line < study->n_last; line++)
            for (int32_t x = 0; x < study->n_first; x++) {
                const int32_t condition = condition_of(study, panel, x, line);
                put_point(figure, study, condition, &point[condition]);
            }
    return page_put_figure(page, figure);
}
