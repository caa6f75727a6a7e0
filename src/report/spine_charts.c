/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What synapse logs say, as figures: a panel and a line a group, as those of training. */
#include "report/spine_study.h"

#include <math.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "report/page.h"
#include "report/trends.h"

#define PERCENT_LEAST 0.05 /* the end of a logarithmic axis */

/* ---- one curve a group ---- */

/* A group's rows in the figure, and where they go. */
struct group_curve {
    struct figure *figure;
    const struct spine_study *spines;
    const struct spine_group *group;
    const char *panel, *series;
    bool is_first; /* of its panel: what is at the start is drawn once */
};

static void put_point(const struct group_curve *c, double x, double low, double y, double high)
{
    figure_put_row(c->figure, "lines", "panel %s, series %s, x %g, y %g, low %g, high %g", c->panel,
                   c->series, x, y, low, high);
}

/* A survival curve has so many points at even distances, and one at its start. */
enum { SURVIVAL_POINTS = 100 };

static void put_survival(const struct group_curve *c, const struct survival *survival)
{
    for (int i = 0; survival->n > 0 && i <= SURVIVAL_POINTS; i++) {
        const double time = survival->last * i / SURVIVAL_POINTS;
        const struct survival_step at = survival_at(survival, time);
        if (!isnan(at.alive))
            put_point(c, time, at.low, at.alive, at.high);
    }
}

static void put_later(const struct group_curve *c)
{
    put_survival(c, &c->group->later);
}

static void put_first(const struct group_curve *c)
{
    put_survival(c, &c->group->first);
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

static void put_sizes(const struct group_curve *c)
{
    put_bins(c, c->group->size, c->is_first ? c->group->start_size : NULL, SPINE_SIZE_BINS, 0,
             1.0 / SPINE_SIZE_BINS);
}

static void put_log_sizes(const struct group_curve *c)
{
    put_bins(c, c->group->log, c->is_first ? c->group->start_log : NULL, SPINE_LOG_BINS,
             SPINE_LOG_LEAST, 0.1);
}

static void put_density(const struct group_curve *c)
{
    const struct running *density = c->group->density;
    for (int32_t t = 0; t <= SPINE_DAYS && 2 * density[t].n > c->group->n_runs; t++) {
        const double mean = density[t].mean, sd = spine_group_density_sd(c->group, t);
        put_point(c, t * c->spines->last_day / SPINE_DAYS, mean - sd, mean, mean + sd);
    }
}

/* Where there are enough of the nearest to tell anything. */
static void put_neighbours(const struct group_curve *c, const struct spine_neighbours *n)
{
    for (int b = 0; b < SPINE_NEAR_BINS && n->expected[0] >= 1; b++)
        if (n->expected[b] >= 1)
            put_point(c, (b + 0.5) * SPINE_NEAR_UM, n->low[b] / n->expected[b],
                      n->pairs[b] / n->expected[b], n->high[b] / n->expected[b]);
}

static void put_all_neighbours(const struct group_curve *c)
{
    put_neighbours(c, &c->group->all);
}

static void put_strong_neighbours(const struct group_curve *c)
{
    put_neighbours(c, &c->group->strong_neighbours);
}

/* ---- the figures ---- */

static const struct chart {
    const char *look;
    void (*put)(const struct group_curve *c);
} charts[] = {
    {"spines-survival", put_later},
    {"spines-survival-start", put_first},
    {"spines-lifetime", put_lifetime},
    {"spines-sizes", put_sizes},
    {"spines-log-sizes", put_log_sizes},
    {"spines-density", put_density},
    {"spines-neighbours", put_all_neighbours},
    {"spines-strong-neighbours", put_strong_neighbours},
};
enum { N_CHARTS = sizeof charts / sizeof *charts };

static int put_figure(struct page *page, const struct spine_study *spines,
                      const struct chart *chart)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct panels *v = &spines->panels;
    char panel[512], line[512];
    TRY(figure_begin(&figure, chart->look));
    panels_describe(v, &figure);
    if (chart->put == put_lifetime)
        figure_set(&figure, "y_most %g", spines->life_limit);
    for (int32_t g = 0; g < spines->n_groups; g++)
        if (spines->group[g].n_runs > 0)
            chart->put(&(struct group_curve){
                &figure, spines, &spines->group[g], panels_title(v, g, panel, sizeof panel),
                panels_line(v, g, line, sizeof line), g % v->n_lines == 0});
    return page_put_figure(page, &figure);
}

/* ---- over a factor that is a number ---- */

static struct trend_point size_of(const struct spine_group *group)
{
    return (struct trend_point){group->mean, group->mean - group->sd, group->mean + group->sd};
}

static struct trend_point lost_of(const struct spine_group *group)
{
    return (struct trend_point){100 * spine_group_lost_a_day(group), NAN, NAN};
}

static struct trend_point alive_of(const struct spine_group *group)
{
    const struct survival_step alive = survival_at(&group->later, 4);
    return (struct trend_point){100 * alive.alive, 100 * alive.low, 100 * alive.high};
}

static const struct trend {
    const char *look;
    struct trend_point (*of)(const struct spine_group *group);
} trends[] = {{"spines-size-trend", size_of},
              {"spines-lost-trend", lost_of},
              {"spines-alive-trend", alive_of}};
enum { N_TRENDS = sizeof trends / sizeof *trends };

static int put_trend(struct page *page, const struct spine_study *spines, const struct trend *trend)
{
    SCOPED(figure_free) struct figure figure = {0};
    OWN_NEW(struct trend_point, point, spines->n_groups, "a figure");
    for (int32_t g = 0; g < spines->n_groups; g++)
        point[g] = spines->group[g].n_runs > 0 ? trend->of(&spines->group[g])
                                               : (struct trend_point){NAN, NAN, NAN};
    TRY(figure_begin(&figure, trend->look));
    return trends_put(page, &figure, spines->panels.study, point);
}

int spine_charts_put(struct page *page, const struct spine_study *spines)
{
    const struct study *study = spines->panels.study;
    const bool is_by_condition = spines->n_groups == study->n_conditions;
    TRY(html_put_cells(page->html, spine_study_put_rows, spines, 1));
    for (int i = 0; i < N_CHARTS; i++)
        TRY(put_figure(page, spines, &charts[i]));
    for (int i = 0; i < N_TRENDS && is_by_condition && trends_any(study); i++)
        TRY(put_trend(page, spines, &trends[i]));
    return STATUS_OK;
}
