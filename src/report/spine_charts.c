/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What synapse logs say, as charts. */
#include "report/spine_charts.h"

#include <math.h>
#include <stdio.h>

#include "core/status.h"

const struct spine_figure spine_figures[N_SPINE_CHARTS] = {
    [SPINE_CHART_SURVIVAL_LATER] =
        {"spines-survival", "Survival curves of the spines that were born during the runs",
         "Spines born after the start: part still alive so long after birth (Kaplan–Meier; those "
         "alive at the end count until then), with its 95 % interval."},
    [SPINE_CHART_SURVIVAL_START] =
        {"spines-survival-start", "Survival curves of the spines that were there at the start",
         "Spines that were there at the start: part still alive, with its 95 % interval."},
    [SPINE_CHART_LIFETIME] =
        {"spines-lifetime", "Life of spines by the greatest size they reached",
         "Mean days of life within the first days of a spine (as many as the axis says), by its "
         "greatest weight. Who lives long also has long to grow: this says that large and "
         "lasting go together, not which comes first."},
    [SPINE_CHART_SIZES] = {"spines-sizes", "Distribution of the weights of the spines",
                           "Share of the spines by weight, at the end; grey: at the start."},
    [SPINE_CHART_LOG_SIZES] =
        {"spines-log-sizes", "Distribution of the logarithm of the weights of the spines",
         "The same by the natural logarithm of the weight: a second peak means that large and "
         "small spines are two kinds. Grey: at the start."},
    [SPINE_CHART_DENSITY] =
        {"spines-density", "Spine density over simulated days",
         "Plastic synapses a µm of pyramidal dendrite, mean over the runs that go on for so long "
         "(while they are at least half) and one standard deviation."},
    [SPINE_CHART_NEIGHBOURS] =
        {"spines-neighbours", "Pairs of spines by distance against random positions",
         "Pairs of spines on one dendrite at the end, by their distance, divided by the number "
         "that positions at random along the same dendrites would give (1: no clustering); grey: "
         "where 95 of 100 random arrangements lie."},
    [SPINE_CHART_STRONG_NEIGHBOURS] =
        {"spines-strong-neighbours", "Pairs of strong spines by distance against shuffled ones",
         "The same for spines above stopping.strong_weight, against as many drawn at random among "
         "the spines of the same dendrites, which keep their places."},
};

/* ---- one curve a group ---- */

static const struct survival *survival_of(const struct spine_group *group, enum spine_chart what)
{
    return what == SPINE_CHART_SURVIVAL_START ? &group->first : &group->later;
}

/* The most points of a curve that are drawn. */
enum { POINTS_MAX = 400 };

static void put_survival(const struct survival *survival, double end, FILE *script)
{
    for (int i = 0; survival->n > 0 && i <= POINTS_MAX; i++) {
        const double time = fmin(end * i / POINTS_MAX, survival->last);
        const struct survival_step at = survival_at(survival, time);
        if (!isnan(at.alive))
            fprintf(script, "%.6g %.6g %.6g %.6g\n", time,
                    100 * (isnan(at.low) ? at.alive : at.low), 100 * at.alive,
                    100 * (isnan(at.high) ? at.alive : at.high));
        if (time >= survival->last)
            break;
    }
}

static void put_lifetime(const struct spine_group *group, FILE *script)
{
    enum { LEAST = 5 }; /* groups of fewer spines are not drawn */
    for (int b = 0; b < SPINE_LIFE_BINS; b++)
        if (group->life[b].n >= LEAST && !isnan(group->life[b].days))
            fprintf(script, "%.6g 0 %.6g 0\n", (b + 0.5) / SPINE_LIFE_BINS, group->life[b].days);
}

static void put_bins(const double *bin, int n, double least, double width, FILE *script)
{
    double sum = 0;
    for (int b = 0; b < n; b++)
        sum += bin[b];
    for (int b = 0; b < n && sum > 0; b++)
        fprintf(script, "%.6g 0 %.6g 0\n", least + (b + 0.5) * width, 100 * bin[b] / sum);
}

static void put_density(const struct spine_study *spines, const struct spine_group *group,
                        FILE *script)
{
    for (int32_t t = 0; t <= SPINE_DAYS && 2 * group->n_density[t] > group->n_runs; t++)
        fprintf(script, "%.6g %.6g %.6g %.6g\n", t * spines->last_day / SPINE_DAYS,
                group->density[t] - group->density_sd[t], group->density[t],
                group->density[t] + group->density_sd[t]);
}

static void put_neighbours(const struct spine_neighbours *n, FILE *script)
{
    for (int b = 0; b < SPINE_NEAR_BINS; b++)
        if (n->expected[b] >= 1)
            fprintf(script, "%.6g %.6g %.6g %.6g\n", (b + 0.5) * SPINE_NEAR_UM,
                    n->low[b] / n->expected[b], n->pairs[b] / n->expected[b],
                    n->high[b] / n->expected[b]);
}

static const struct spine_neighbours *neighbours_of(const struct spine_group *group,
                                                    enum spine_chart what)
{
    return what == SPINE_CHART_NEIGHBOURS ? &group->all : &group->strong_neighbours;
}

/* x, low, middle, high */
static void put_line(const struct spine_study *spines, const struct spine_group *group,
                     enum spine_chart what, double end, FILE *script)
{
    fprintf(script, "NaN NaN NaN NaN\n");
    switch (what) {
    case SPINE_CHART_SURVIVAL_LATER:
    case SPINE_CHART_SURVIVAL_START:
        put_survival(survival_of(group, what), end, script);
        break;
    case SPINE_CHART_LIFETIME:
        put_lifetime(group, script);
        break;
    case SPINE_CHART_SIZES:
        put_bins(group->size, SPINE_SIZE_BINS, 0, 1.0 / SPINE_SIZE_BINS, script);
        break;
    case SPINE_CHART_LOG_SIZES:
        put_bins(group->log, SPINE_LOG_BINS, SPINE_LOG_LEAST, 0.1, script);
        break;
    case SPINE_CHART_DENSITY:
        put_density(spines, group, script);
        break;
    default:
        put_neighbours(neighbours_of(group, what), script);
    }
}

/* ---- frame ---- */

static const struct {
    const char *title, *x, *y;
} looks[N_SPINE_CHARTS] = {
    [SPINE_CHART_SURVIVAL_LATER] = {"Survival of new spines", "days after birth", "alive (%)"},
    [SPINE_CHART_SURVIVAL_START] = {"Survival of the spines of the start", "days", "alive (%)"},
    [SPINE_CHART_LIFETIME] = {"Life of spines by size", "greatest weight", NULL},
    [SPINE_CHART_SIZES] = {"Sizes of spines at the end", "weight", "spines (%) per 0.02"},
    [SPINE_CHART_LOG_SIZES] = {"Sizes of spines at the end, logarithm", "ln weight",
                               "spines (%) per 0.1"},
    [SPINE_CHART_DENSITY] = {"Spine density", "days", "spines a µm"},
    [SPINE_CHART_NEIGHBOURS] = {"Neighbours against random positions", "distance (µm)",
                                "pairs / chance"},
    [SPINE_CHART_STRONG_NEIGHBOURS] = {"Strong neighbours against shuffled ones", "distance (µm)",
                                       "pairs / chance"},
};

static bool is_band_of_chance(enum spine_chart what)
{
    return what == SPINE_CHART_NEIGHBOURS || what == SPINE_CHART_STRONG_NEIGHBOURS;
}

static bool is_bins(enum spine_chart what)
{
    return what == SPINE_CHART_SIZES || what == SPINE_CHART_LOG_SIZES;
}

bool spine_chart_any(const struct spine_study *spines, enum spine_chart what)
{
    for (int32_t g = 0; g < spines->n_groups; g++) {
        const struct spine_group *group = &spines->group[g];
        if (group->n_runs == 0)
            continue;
        if (what == SPINE_CHART_SURVIVAL_LATER && group->later.n == 0)
            continue;
        if (is_band_of_chance(what) && neighbours_of(group, what)->expected[0] < 1)
            continue;
        return true;
    }
    return false;
}

/* Where the axes end. */
static void put_ranges(const struct spine_study *spines, enum spine_chart what, double *end,
                       FILE *script)
{
    double low = 0, high = 0;
    *end = what == SPINE_CHART_LOG_SIZES || is_bins(what) || what == SPINE_CHART_LIFETIME ? 1 : 0;
    for (int32_t g = 0; g < spines->n_groups; g++) {
        const struct spine_group *group = &spines->group[g];
        if (what == SPINE_CHART_SURVIVAL_LATER || what == SPINE_CHART_SURVIVAL_START)
            *end = fmax(*end, survival_of(group, what)->last);
        if (what == SPINE_CHART_DENSITY)
            for (int32_t t = 0; t <= SPINE_DAYS && 2 * group->n_density[t] > group->n_runs; t++) {
                *end = fmax(*end, t * spines->last_day / SPINE_DAYS);
                high = fmax(high, group->density[t] + group->density_sd[t]);
            }
        for (int b = 0; b < SPINE_NEAR_BINS && is_band_of_chance(what); b++) {
            const struct spine_neighbours *n = neighbours_of(group, what);
            if (n->expected[b] >= 1)
                high = fmax(high, fmax(n->pairs[b], n->high[b]) / n->expected[b]);
        }
    }
    if (what == SPINE_CHART_SURVIVAL_LATER || what == SPINE_CHART_SURVIVAL_START)
        high = 100;
    if (what == SPINE_CHART_LIFETIME)
        high = spines->life_limit;
    if (is_band_of_chance(what))
        *end = SPINE_NEAR_BINS * SPINE_NEAR_UM;
    if (what == SPINE_CHART_LOG_SIZES)
        fprintf(script, "set xrange [%g:0]\nset yrange [0:*]\n", SPINE_LOG_LEAST);
    else if (what == SPINE_CHART_SIZES)
        fprintf(script, "set xrange [0:1]\nset yrange [0.05:100]\nset logscale y\n"
                        "set ytics (0.1, 1, 10, 100)\n");
    else
        fprintf(script, "set xrange [0:%g]\nset yrange [%g:%g]\n", fmax(*end, 1e-3), low,
                1.04 * fmax(high, 1e-3));
}

static void put_panel(const struct spine_study *spines, enum spine_chart what, int32_t panel,
                      double end, const char *y, struct chart *chart)
{
    const struct panels *v = &spines->panels;
    FILE *script = chart->script;
    const struct spine_group *of_panel = &spines->group[panel * v->n_lines];
    for (int32_t line = 0; line < v->n_lines; line++) {
        fprintf(script, "$line%d << END\n", line);
        put_line(spines, &of_panel[line], what, end, script);
        fprintf(script, "END\n");
    }
    if (is_bins(what)) {
        fprintf(script, "$start << END\nNaN NaN NaN NaN\n");
        if (what == SPINE_CHART_SIZES)
            put_bins(of_panel->start_size, SPINE_SIZE_BINS, 0, 1.0 / SPINE_SIZE_BINS, script);
        else
            put_bins(of_panel->start_log, SPINE_LOG_BINS, SPINE_LOG_LEAST, 0.1, script);
        fprintf(script, "END\nset boxwidth %g\n",
                what == SPINE_CHART_SIZES ? 1.0 / SPINE_SIZE_BINS : 0.1);
    }
    panels_put_title(v, panel, chart);
    panels_put_axes(v, panel, looks[what].x, y, script);
    fprintf(script, "plot ");
    const char *comma = "";
    if (is_bins(what)) {
        fprintf(script, "$start using 1:3 with boxes fs solid 1 noborder lc '#cccccc' notitle");
        comma = ", \\\n ";
    } else if (is_band_of_chance(what)) {
        fprintf(script, "1 with lines lw 1 lc '#888888' notitle");
        comma = ", \\\n ";
    }
    for (int32_t line = 0; line < v->n_lines && !is_bins(what) && what != SPINE_CHART_LIFETIME;
         line++) {
        fprintf(script,
                "%s$line%d using 1:2:4 with filledcurves fs transparent solid %s noborder lc '%s' "
                "notitle",
                comma, line, is_band_of_chance(what) ? "0.10" : "0.18",
                is_band_of_chance(what) ? "#888888" : chart_color(line));
        comma = ", \\\n ";
    }
    for (int32_t line = 0; line < v->n_lines; line++) {
        const char *style = is_bins(what) ? "histeps"
                            : is_band_of_chance(what) || what == SPINE_CHART_LIFETIME
                                ? "linespoints pt 7 ps 0.6"
                                : "lines";
        fprintf(script, "%s$line%d using 1:3 with %s lw 2 dt %s lc '%s' notitle", comma, line,
                style, chart_dash(line), chart_color(line));
        comma = ", \\\n ";
    }
    fprintf(script, "\n");
    chart_end_panel(chart);
}

int spine_chart_plot(const struct spine_study *spines, enum spine_chart what, struct chart *chart)
{
    char y[64];
    double end;
    const struct chart_key start = {CHART_KEY_BOX, -1, "at the start"};
    const struct chart_key chance = {CHART_KEY_BOX, -1, "by chance"};
    const int result = panels_begin(&spines->panels, looks[what].title,
                                    is_bins(what)             ? &start
                                    : is_band_of_chance(what) ? &chance
                                                              : NULL,
                                    NULL, chart);
    if (result != STATUS_OK)
        return result;
    snprintf(y, sizeof y, "mean days of the first %.3g", spines->life_limit);
    put_ranges(spines, what, &end, chart->script);
    for (int32_t panel = 0; panel < spines->panels.n_panels; panel++)
        put_panel(spines, what, panel, end, looks[what].y ? looks[what].y : y, chart);
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}
