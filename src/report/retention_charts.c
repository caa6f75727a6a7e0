/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/retention_charts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/run_tables.h"

enum { CLASS_PANELS_MAX = 15 };

const struct retention_figure retention_figures[N_RETENTION_CHARTS] = {
    [RETENTION_ACCURACY] = {"retention", "Accuracy over days of rest after training",
                            "Accuracy on the test images after so many days of rest, mean of the "
                            "runs and one standard deviation. Undecided answers count as wrong."},
    [RETENTION_ALIVE] =
        {"retention-alive", "Spines of each size class still alive over days of rest",
         "Part of the spines still alive, by their size when training ended: small, "
         "at or below turnover.threshold; large, above stopping.strong_weight; new, "
         "born since, as a part of all. Mean of the runs and one standard "
         "deviation."},
    [RETENTION_WEIGHT] = {"retention-weight", "Mean weight of each size class over days of rest",
                          "Mean weight of those still alive."},
    [RETENTION_WITHOUT] =
        {"retention-without", "Accuracy without each size class over days of rest",
         "Accuracy with the weights of one class set to 0 for the test: the lower "
         "a line, the more its class carries of what was learnt. Mean of the runs in which the "
         "class has any spines."},
};

/* ---- reading ---- */

static void add(struct retention_mean *mean, double value)
{
    const double from_mean = value - mean->mean;
    mean->n++;
    mean->mean += from_mean / mean->n;
    mean->sd += from_mean * (value - mean->mean); /* the sum of squares, until all are in */
}

static int find_day(struct retention_study *retention, double day, int32_t *at)
{
    for (*at = 0; *at < retention->n_days; ++*at)
        if (retention->day[*at] == day)
            return STATUS_OK;
    if (retention->n_days == RETENTION_DAYS_MAX)
        return STATUS_USER;
    retention->day[retention->n_days++] = day;
    return STATUS_OK;
}

/* Takes the values of a row on this day; `at_first` is of the run's first day, NaN before it. */
static void add_line(struct retention_study *retention, struct retention_group *group, int32_t day,
                     const struct retention_line *line, double *at_first, double n_all)
{
    const int k = line->size_class;
    if (isnan(at_first[k]))
        at_first[k] = line->n_spines;
    const double of = k == SIZE_NEW ? n_all : at_first[k];
    if (of > 0)
        add(&group->alive[day][k], line->n_spines / of);
    if (!isnan(line->mean_weight))
        add(&group->weight[day][k], line->mean_weight);
    if (!isnan(line->accuracy))
        add(&group->accuracy[day][k], line->accuracy);
    retention->has_silenced = retention->has_silenced || (k != SIZE_ALL && !isnan(line->accuracy));
}

static int read_run(struct retention_study *retention, struct retention_group *group,
                    const struct study_run *run)
{
    OWNED struct retention_line *line = NULL;
    int32_t n, day;
    double at_first[N_SIZE_CLASSES] = {NAN, NAN, NAN, NAN, NAN}, n_all = 0;
    TRY(table_read_in(&retention_table, run->folder, &line, &n));
    for (int32_t i = 0; i < n; i++) {
        if (line[i].size_class == SIZE_ALL)
            n_all = line[i].n_spines;
        if (find_day(retention, line[i].days, &day) != STATUS_OK)
            return status_fail(STATUS_USER,
                               "%s/retention.csv: line %d: more than %d different days in a sweep",
                               run->folder, i + 2, RETENTION_DAYS_MAX);
        add_line(retention, group, day, &line[i], at_first, n_all);
    }
    return STATUS_OK;
}

static void finish(struct retention_mean *mean)
{
    mean->sd = mean->n > 1 ? sqrt(mean->sd / (mean->n - 1)) : 0;
}

bool retention_study_any(const struct study *study)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (file_exists_in(study->run[r].folder, retention_table.file))
            return true;
    return false;
}

int retention_study_read(struct retention_study *retention, const struct study *study)
{
    *retention = (struct retention_study){.panels = panels_of(study)};
    const struct panels *v = &retention->panels;
    retention->n_groups = v->n_panels * v->n_lines;
    retention->group = calloc((size_t)retention->n_groups, sizeof *retention->group);
    if (!retention->group)
        return status_no_memory("the days of rest", 0);
    for (int32_t g = 0; g < retention->n_groups; g++) {
        struct retention_group *group = &retention->group[g];
        panels_name(v, g / v->n_lines, g % v->n_lines, group->name, sizeof group->name);
        for (int32_t r = 0; r < study->n_runs; r++) {
            if (!panels_belongs(v, &study->run[r], g / v->n_lines, g % v->n_lines))
                continue;
            const int status = read_run(retention, group, &study->run[r]);
            if (status != STATUS_OK) {
                retention_study_free(retention);
                return status;
            }
        }
        for (int32_t d = 0; d < RETENTION_DAYS_MAX; d++)
            for (int k = 0; k < N_SIZE_CLASSES; k++) {
                finish(&group->accuracy[d][k]);
                finish(&group->alive[d][k]);
                finish(&group->weight[d][k]);
            }
    }
    return STATUS_OK;
}

void retention_study_free(struct retention_study *retention)
{
    free(retention->group);
    *retention = (struct retention_study){0};
}

/* ---- numbers ---- */

/* Days in ascending order: order[i] is the i-th. */
static void order_days(const struct retention_study *retention, int32_t *order)
{
    for (int32_t i = 0; i < retention->n_days; i++) {
        int32_t k = i;
        for (; k > 0 && retention->day[order[k - 1]] > retention->day[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}

void retention_study_put_rows(FILE *out, const void *of_retention)
{
    const struct retention_study *retention = of_retention;
    int32_t order[RETENTION_DAYS_MAX];
    order_days(retention, order);
    fprintf(out, "accuracy (%%) after days:");
    for (int32_t d = 0; d < retention->n_days; d++)
        fprintf(out, "\t%.4g", retention->day[order[d]]);
    fprintf(out, "\t\n");
    for (int32_t g = 0; g < retention->n_groups; g++) {
        fprintf(out, "%s", retention->group[g].name);
        for (int32_t d = 0; d < retention->n_days; d++) {
            const struct retention_mean *m = &retention->group[g].accuracy[order[d]][SIZE_ALL];
            if (m->n > 0)
                fprintf(out, "\t%.1f ± %.1f", 100 * m->mean, 100 * m->sd);
            else
                fprintf(out, "\t–");
        }
        fprintf(out, "\t\n");
    }
}

/* ---- charts ---- */

static const struct retention_mean *mean_of(const struct retention_group *group,
                                            enum retention_chart what, int32_t day, int size_class)
{
    return what == RETENTION_ALIVE    ? &group->alive[day][size_class]
           : what == RETENTION_WEIGHT ? &group->weight[day][size_class]
                                      : &group->accuracy[day][size_class];
}

static void put_line(const struct retention_study *retention, const struct retention_group *group,
                     enum retention_chart what, int size_class, int line, FILE *script)
{
    int32_t order[RETENTION_DAYS_MAX];
    const double unit = what == RETENTION_WEIGHT ? 1 : 100;
    const double most = what == RETENTION_WEIGHT ? INFINITY : 1; /* the others are parts of 1 */
    order_days(retention, order);
    fprintf(script, "$line%d << END\nNaN NaN NaN NaN\n", line);
    for (int32_t d = 0; d < retention->n_days; d++) {
        const struct retention_mean *m = mean_of(group, what, order[d], size_class);
        if (m->n > 0)
            fprintf(script, "%.6g %.6g %.6g %.6g\n", retention->day[order[d]],
                    fmax(0, m->mean - m->sd) * unit, m->mean * unit,
                    fmin(most, m->mean + m->sd) * unit);
    }
    fprintf(script, "END\n");
}

static void put_plot(int n_lines, const int *look, FILE *script)
{
    fprintf(script, "plot ");
    for (int i = 0; i < n_lines; i++)
        fprintf(script,
                "%s$line%d using 1:2:4 with filledcurves fs transparent solid 0.14 noborder lc "
                "'%s' notitle",
                i ? ", \\\n " : "", i, chart_color(look[i]));
    for (int i = 0; i < n_lines; i++)
        fprintf(script,
                ", \\\n $line%d using 1:3 with linespoints lw 2 pt 7 ps 0.6 dt %s lc '%s' notitle",
                i, chart_dash(look[i]), chart_color(look[i]));
    fprintf(script, "\n");
}

static double last_day(const struct retention_study *retention)
{
    double last = 1e-3;
    for (int32_t d = 0; d < retention->n_days; d++)
        last = fmax(last, retention->day[d]);
    return last;
}

static int plot_accuracy(const struct retention_study *retention, struct chart *chart)
{
    enum { LINES_MAX = 64 };
    const struct panels *v = &retention->panels;
    int look[LINES_MAX];
    TRY(panels_begin(v, "Accuracy over days of rest after training", NULL, NULL, chart));
    fprintf(chart->script, "set xrange [0:%g]\nset yrange [0:103]\n", last_day(retention));
    const int n_lines = v->n_lines < LINES_MAX ? v->n_lines : LINES_MAX;
    for (int32_t panel = 0; panel < v->n_panels; panel++) {
        for (int line = 0; line < n_lines; line++) {
            look[line] = line;
            put_line(retention, &retention->group[panel * v->n_lines + line], RETENTION_ACCURACY,
                     SIZE_ALL, line, chart->script);
        }
        panels_put_title(v, panel, chart);
        panels_put_axes(v, panel, "days of rest", "accuracy (%)", chart->script);
        put_plot(n_lines, look, chart->script);
        chart_end_panel(chart);
    }
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}

/* A panel a condition, a line a class: all but SIZE_ALL, except where the accuracy with all is what
 * the others are held against. */
static int plot_classes(const struct retention_study *retention, enum retention_chart what,
                        struct chart *chart)
{
    static const struct {
        const char *title, *label;
    } looks[N_RETENTION_CHARTS] = {
        [RETENTION_ALIVE] = {"Spines alive, by their size when training ended", "alive (%)"},
        [RETENTION_WEIGHT] = {"Mean weight, by size when training ended", "mean weight"},
        [RETENTION_WITHOUT] = {"Accuracy with a size class silenced", "accuracy (%)"},
    };
    const int from = what == RETENTION_WITHOUT ? SIZE_ALL : SIZE_SMALL;
    const int n_columns = retention->n_groups < 3 ? retention->n_groups : 3;
    struct chart_key key[N_SIZE_CLASSES];
    int look[N_SIZE_CLASSES], n_lines = 0;
    for (int k = from; k < N_SIZE_CLASSES; k++, n_lines++) {
        look[n_lines] = k == SIZE_ALL ? 6 : k - 1;
        key[n_lines] = (struct chart_key){.kind = CHART_KEY_LINE, .look = look[n_lines]};
        snprintf(key[n_lines].text, sizeof key->text, "%s%s",
                 what != RETENTION_WITHOUT ? ""
                 : k == SIZE_ALL           ? "with "
                                           : "without the ",
                 size_class_names[k]);
    }
    const struct chart_grid grid = {.n_panels = retention->n_groups,
                                    .n_columns = n_columns,
                                    .panel_width = n_columns == 1 ? 560 : 270,
                                    .panel_height = n_columns == 1 ? 320 : 200,
                                    CHART_MARGINS,
                                    .gap_y = 60,
                                    .key = key,
                                    .n_keys = n_lines};
    TRY(chart_init_grid(chart, &grid, looks[what].title));
    FILE *script = chart->script;
    fprintf(script, "set grid lc '#e4e4e4' lw 0.8\nset xrange [0:%g]\nset yrange [0:%s]\n",
            last_day(retention), what == RETENTION_WEIGHT ? "*" : "103");
    for (int32_t g = 0; g < retention->n_groups; g++) {
        for (int k = from; k < N_SIZE_CLASSES; k++)
            put_line(retention, &retention->group[g], what, k, k - from, script);
        fprintf(script, "set title ");
        chart_put_text(chart, retention->group[g].name);
        fprintf(script, " offset 0,-0.5\nset xlabel '%s'\nset ylabel '%s'\n",
                g + n_columns >= retention->n_groups ? "days of rest" : "",
                g % n_columns == 0 ? looks[what].label : "");
        put_plot(n_lines, look, script);
        chart_end_panel(chart);
    }
    fprintf(script, "unset multiplot\n");
    return STATUS_OK;
}

int retention_chart_plot(const struct retention_study *retention, enum retention_chart what,
                         struct chart *chart, bool *any)
{
    *any = retention->n_days > 1 &&
           (what == RETENTION_ACCURACY || retention->n_groups <= CLASS_PANELS_MAX) &&
           (what != RETENTION_WITHOUT || retention->has_silenced);
    if (!*any)
        return STATUS_OK;
    return what == RETENTION_ACCURACY ? plot_accuracy(retention, chart)
                                      : plot_classes(retention, what, chart);
}
