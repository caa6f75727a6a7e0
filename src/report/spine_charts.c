/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What synapse logs say, as figures: a panel and a line a group, as those of training. */
#include "report/spine_charts.h"

#include <math.h>

#include "core/scope.h"
#include "core/status.h"
#include "store/table_json.h"

enum spine_chart {
    SPINE_CHART_SURVIVAL_LATER,
    SPINE_CHART_SURVIVAL_START,
    SPINE_CHART_LIFETIME,
    SPINE_CHART_SIZES,
    SPINE_CHART_LOG_SIZES,
    SPINE_CHART_DENSITY,
    SPINE_CHART_NEIGHBOURS,
    SPINE_CHART_STRONG_NEIGHBOURS,
    N_SPINE_CHARTS
};

#define PERCENT_LEAST 0.05 /* the end of a logarithmic axis */

static const char *const look_names[N_SPINE_CHARTS] = {
    [SPINE_CHART_SURVIVAL_LATER] = "spines-survival",
    [SPINE_CHART_SURVIVAL_START] = "spines-survival-start",
    [SPINE_CHART_LIFETIME] = "spines-lifetime",
    [SPINE_CHART_SIZES] = "spines-sizes",
    [SPINE_CHART_LOG_SIZES] = "spines-log-sizes",
    [SPINE_CHART_DENSITY] = "spines-density",
    [SPINE_CHART_NEIGHBOURS] = "spines-neighbours",
    [SPINE_CHART_STRONG_NEIGHBOURS] = "spines-strong-neighbours",
};

/* ---- one curve a group ---- */

/* A group's rows in the figure, and where they go. */
struct group_curve {
    struct figure *figure;
    const struct spine_study *spines;
    const struct spine_group *group;
    const char *panel, *series;
};

static void put_point(const struct group_curve *c, double x, double low, double y, double high)
{
    figure_put_row(c->figure, "lines", "panel %s, series %s, x %g, y %g, low %g, high %g", c->panel,
                   c->series, x, y, low, high);
}

/* The most points of a survival curve that are drawn. */
enum { POINTS_MAX = 400 };

static void put_survival(const struct group_curve *c, const struct survival *survival)
{
    for (int i = 0; survival->n > 0 && i <= POINTS_MAX; i++) {
        const double time = survival->last * i / POINTS_MAX;
        const struct survival_step at = survival_at(survival, time);
        if (!isnan(at.alive))
            put_point(c, time, at.low, at.alive, at.high);
    }
}

static void put_lifetime(const struct group_curve *c)
{
    enum { LEAST = 5 }; /* groups of fewer spines are not drawn */
    for (int b = 0; b < SPINE_LIFE_BINS; b++)
        if (c->group->life[b].n >= LEAST && !isnan(c->group->life[b].days))
            put_point(c, (b + 0.5) / SPINE_LIFE_BINS, NAN, c->group->life[b].days, NAN);
}

/* Percent of all in each of n bins; with `start`, those at the start as grey boxes. */
static void put_bins(const struct group_curve *c, const double *bin, const double *start, int n,
                     double least, double width)
{
    double sum = 0, start_sum = 0;
    for (int b = 0; b < n; b++) {
        sum += bin[b];
        start_sum += start ? start[b] : 0;
    }
    for (int b = 0; b < n; b++) {
        const double x = least + b * width;
        if (sum > 0)
            put_point(c, x + width / 2, NAN, fmax(100 * bin[b] / sum, PERCENT_LEAST), NAN);
        if (start && start[b] > 0)
            figure_put_row(c->figure, "bars", "panel %s, x %g, x2 %g, y %g", c->panel, x, x + width,
                           100 * start[b] / start_sum);
    }
}

static void put_density(const struct group_curve *c)
{
    const struct spine_group *group = c->group;
    for (int32_t t = 0; t <= SPINE_DAYS && 2 * group->n_density[t] > group->n_runs; t++)
        put_point(c, t * c->spines->last_day / SPINE_DAYS, group->density[t] - group->density_sd[t],
                  group->density[t], group->density[t] + group->density_sd[t]);
}

static const struct spine_neighbours *neighbours_of(const struct spine_group *group,
                                                    enum spine_chart what)
{
    return what == SPINE_CHART_NEIGHBOURS ? &group->all : &group->strong_neighbours;
}

static void put_neighbours(const struct group_curve *c, const struct spine_neighbours *n)
{
    for (int b = 0; b < SPINE_NEAR_BINS; b++)
        if (n->expected[b] >= 1)
            put_point(c, (b + 0.5) * SPINE_NEAR_UM, n->low[b] / n->expected[b],
                      n->pairs[b] / n->expected[b], n->high[b] / n->expected[b]);
}

/* `is_first` of its panel: what is at the start is drawn once. */
static void put_curve(const struct group_curve *c, enum spine_chart what, bool is_first)
{
    const struct spine_group *group = c->group;
    switch (what) {
    case SPINE_CHART_SURVIVAL_LATER:
        put_survival(c, &group->later);
        break;
    case SPINE_CHART_SURVIVAL_START:
        put_survival(c, &group->first);
        break;
    case SPINE_CHART_LIFETIME:
        put_lifetime(c);
        break;
    case SPINE_CHART_SIZES:
        put_bins(c, group->size, is_first ? group->start_size : NULL, SPINE_SIZE_BINS, 0,
                 1.0 / SPINE_SIZE_BINS);
        break;
    case SPINE_CHART_LOG_SIZES:
        put_bins(c, group->log, is_first ? group->start_log : NULL, SPINE_LOG_BINS, SPINE_LOG_LEAST,
                 0.1);
        break;
    case SPINE_CHART_DENSITY:
        put_density(c);
        break;
    default:
        put_neighbours(c, neighbours_of(group, what));
    }
}

/* ---- the figure ---- */

static bool is_drawn(const struct spine_group *group, enum spine_chart what)
{
    if (group->n_runs == 0)
        return false;
    if (what == SPINE_CHART_NEIGHBOURS || what == SPINE_CHART_STRONG_NEIGHBOURS)
        return neighbours_of(group, what)->expected[0] >= 1;
    return what != SPINE_CHART_SURVIVAL_LATER || group->later.n > 0;
}

static int put_figure(struct page *page, const struct spine_study *spines, enum spine_chart what)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct panels *v = &spines->panels;
    char panel[512], line[512];
    bool any = false;
    TRY(panels_begin_figure(v, &figure, look_names[what]));
    if (what == SPINE_CHART_LIFETIME)
        figure_set(&figure, "y_most %g", spines->life_limit);
    for (int32_t g = 0; g < spines->n_groups; g++) {
        struct group_curve curve = {&figure, spines, &spines->group[g], NULL, NULL};
        if (!is_drawn(curve.group, what))
            continue;
        any = true;
        curve.panel = panels_title(v, g / v->n_lines, panel, sizeof panel);
        curve.series = panels_line(v, g % v->n_lines, line, sizeof line);
        put_curve(&curve, what, g % v->n_lines == 0);
    }
    return any ? page_put_figure(page, &figure) : STATUS_OK;
}

int spine_charts_put(struct page *page, const struct spine_study *spines)
{
    for (int what = 0; what < N_SPINE_CHARTS; what++)
        TRY(put_figure(page, spines, (enum spine_chart)what));
    return STATUS_OK;
}
