/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which panel and line of a figure each condition is drawn in, and how these are called. */
#include "report/panels.h"

#include <stdio.h>

enum { PANELS_MAX = 15, LINES_MAX = 8 };

struct panels panels_of(const struct study *study)
{
    struct panels v = {.study = study, .lines_from = study->n_factors - 1};
    v.n_lines = study->n_factors > 1 ? study->n_last : study->n_first;
    v.per_panel = v.n_lines;
    v.named_to = study->n_factors - 1;
    if (v.n_lines > LINES_MAX && study->n_factors == 1) {
        v.n_lines = v.per_panel = 1;
        v.named_to = 1;
    }
    if (study->n_conditions / v.per_panel > PANELS_MAX) {
        v.per_panel = study->n_conditions / study->n_first;
        v.named_to = 1;
    }
    if (study->n_conditions / v.per_panel > PANELS_MAX) {
        v.per_panel = study->n_conditions;
        v.named_to = 0;
    }
    v.n_groups = study->n_conditions / v.per_panel * v.n_lines;
    return v;
}

int32_t panels_group(const struct panels *v, const struct study_run *run)
{
    return run->condition / v->per_panel * v->n_lines + run->condition % v->n_lines;
}

const char *panels_title(const struct panels *v, int32_t group, char *title, size_t size)
{
    const int32_t condition = group / v->n_lines * v->per_panel;
    *title = '\0';
    if (v->named_to > 0)
        (v->study->n_factors > 2 ? study_describe : study_label)(v->study, condition, 0,
                                                                 v->named_to, title, size);
    else if (v->n_groups < v->study->n_conditions)
        snprintf(title, size, "all %d of %.200s", v->study->n_first, v->study->factor[0]->name);
    return title;
}

const char *panels_line(const struct panels *v, int32_t group, char *name, size_t size)
{
    *name = '\0';
    return v->n_lines > 1 ? study_name(v->study, group % v->n_lines, v->lines_from,
                                       v->study->n_factors, name, size)
                          : name;
}

void panels_describe(const struct panels *v, struct figure *figure)
{
    json_t *lines = json_array();
    char level[512];
    for (int32_t line = 0; line < v->n_lines; line++)
        json_array_append_new(lines, figure_string(panels_line(v, line, level, sizeof level)));
    figure_set(figure, "series_levels %p, series_label %s", lines,
               v->n_lines > 1 ? study_factor_title(v->study, v->lines_from) : "");
}

const char *panels_name(const struct panels *v, int32_t group, char *name, size_t size)
{
    char first[240] = "", last[240] = "";
    if (v->named_to > 0)
        study_name(v->study, group / v->n_lines * v->per_panel, 0, v->named_to, first,
                   sizeof first);
    panels_line(v, group, last, sizeof last);
    snprintf(name, size, "%s%s%s", first, *first && *last ? ", " : "", last);
    if (!*name)
        snprintf(name, size, "all");
    return name;
}
