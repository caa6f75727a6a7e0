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

static const char *const look_names[] = {
    [RETENTION_ACCURACY] = "retention",        [RETENTION_UNDECIDED] = "retention-undecided",
    [RETENTION_DECODED] = "retention-decoded", [RETENTION_VECTORS] = "retention-vectors",
    [RETENTION_ALIVE] = "retention-alive",     [RETENTION_WEIGHT] = "retention-weight",
    [RETENTION_WITHOUT] = "retention-without",
};

/* ---- reading ---- */

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
                     const struct retention_row *line, double *at_first, double n_all)
{
    const int k = line->size_class;
    if (isnan(at_first[k]))
        at_first[k] = line->n_spines;
    const double of = k == SIZE_NEW ? n_all : at_first[k];
    if (of > 0)
        running_add(&group->mean[RETENTION_ALIVE][day][k], line->n_spines / of);
    if (!isnan(line->mean_weight))
        running_add(&group->mean[RETENTION_WEIGHT][day][k], line->mean_weight);
    if (!isnan(line->accuracy))
        running_add(&group->mean[RETENTION_ACCURACY][day][k], line->accuracy);
    if (k == SIZE_ALL && line->n_tests > 0)
        running_add(&group->mean[RETENTION_UNDECIDED][day][k],
                    (double)line->n_undecided / line->n_tests);
    if (k == SIZE_ALL && !isnan(line->decoded)) {
        running_add(&group->mean[RETENTION_DECODED][day][k], line->decoded);
        running_add(&group->mean[RETENTION_VECTORS][day][k], line->correlation);
    }
    retention->has_silenced = retention->has_silenced || (k != SIZE_ALL && !isnan(line->accuracy));
}

static int read_run(struct retention_study *retention, struct retention_group *group,
                    const struct study_run *run)
{
    OWNED struct retention_row *line = NULL;
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

static void order_days(struct retention_study *retention)
{
    int32_t *order = retention->order;
    for (int32_t i = 0; i < retention->n_days; i++) {
        int32_t k = i;
        for (; k > 0 && retention->day[order[k - 1]] > retention->day[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}

bool retention_study_any(const struct study *study)
{
    return study_has_file(study, retention_table.file);
}

int retention_study_read(struct retention_study *retention, const struct study *study)
{
    *retention = (struct retention_study){.panels = panels_of(study)};
    const struct panels *v = &retention->panels;
    retention->n_groups = v->n_panels * v->n_lines;
    TRY_NEW(retention->group, retention->n_groups, "the days of rest");
    for (int32_t g = 0; g < retention->n_groups; g++) {
        struct retention_group *group = &retention->group[g];
        panels_name(v, g / v->n_lines, g % v->n_lines, group->name, sizeof group->name);
        for (int32_t r = 0; r < study->n_runs; r++) {
            if (!panels_belongs(v, &study->run[r], g / v->n_lines, g % v->n_lines))
                continue;
            TRY(read_run(retention, group, &study->run[r]));
        }
    }
    order_days(retention);
    return STATUS_OK;
}

void retention_study_free(struct retention_study *retention)
{
    free(retention->group);
    *retention = (struct retention_study){0};
}

/* ---- numbers ---- */

static const struct running *mean_of(const struct retention_group *group, enum retention_chart what,
                                     int32_t day, int size_class)
{
    return &group->mean[what == RETENTION_WITHOUT ? RETENTION_ACCURACY : what][day][size_class];
}

/* A row a condition. */
static void put_table(FILE *out, const struct retention_study *retention, enum retention_chart what)
{
    for (int32_t g = 0; g < retention->n_groups; g++) {
        fprintf(out, "%s", retention->group[g].name);
        for (int32_t d = 0; d < retention->n_days; d++) {
            const struct running *m =
                mean_of(&retention->group[g], what, retention->order[d], SIZE_ALL);
            if (m->n > 0)
                fprintf(out, "\t%.1f ± %.1f", 100 * m->mean, m->n > 1 ? 100 * running_sd(m) : 0);
            else
                fprintf(out, "\t–");
        }
        fprintf(out, "\t\n");
    }
}

void retention_study_put_rows(FILE *out, const void *of_retention)
{
    const struct retention_study *retention = of_retention;
    for (int what = RETENTION_ACCURACY; what <= RETENTION_UNDECIDED; what++) {
        fprintf(out, "%s (%%) after days:", what == RETENTION_ACCURACY ? "accuracy" : "undecided");
        for (int32_t d = 0; d < retention->n_days; d++)
            fprintf(out, "\t%.4g", retention->day[retention->order[d]]);
        fprintf(out, "\t\n");
        put_table(out, retention, (enum retention_chart)what);
    }
}

/* ---- figures ---- */

/* A line's rows; all but weights are parts of 1. */
static void put_line(struct figure *figure, const struct retention_study *retention,
                     enum retention_chart what, int32_t group, int size_class, const char *panel,
                     const char *series)
{
    const double most = what == RETENTION_WEIGHT ? INFINITY : 1;
    for (int32_t i = 0; i < retention->n_days; i++) {
        const int32_t day = retention->order[i];
        const struct running *m = mean_of(&retention->group[group], what, day, size_class);
        if (m->n > 0)
            figure_put_mean(figure, "lines", panel, series, retention->day[day], m, 0, most);
    }
}

static int put_conditions(struct figure *figure, const struct retention_study *retention,
                          enum retention_chart what)
{
    const struct panels *v = &retention->panels;
    char panel[512], line[512];
    TRY(panels_begin_figure(v, figure, look_names[what]));
    for (int32_t g = 0; g < retention->n_groups; g++)
        put_line(figure, retention, what, g, SIZE_ALL,
                 panels_title(v, g / v->n_lines, panel, sizeof panel),
                 panels_line(v, g % v->n_lines, line, sizeof line));
    return STATUS_OK;
}

/* A panel a condition, a line a class: all but SIZE_ALL, except where the accuracy with all is what
 * the others are held against. */
static int put_classes(struct figure *figure, const struct retention_study *retention,
                       enum retention_chart what)
{
    const int first = what == RETENTION_WITHOUT ? SIZE_ALL : SIZE_SMALL;
    char series[64];
    TRY(figure_begin(figure, look_names[what]));
    for (int32_t g = 0; g < retention->n_groups; g++)
        for (int k = first; k < N_SIZE_CLASSES; k++) {
            snprintf(series, sizeof series, "%s%s",
                     what != RETENTION_WITHOUT ? ""
                     : k == SIZE_ALL           ? "with "
                                               : "without the ",
                     size_class_names[k]);
            put_line(figure, retention, what, g, k, retention->group[g].name, series);
        }
    return STATUS_OK;
}

static bool is_drawn(const struct retention_study *retention, enum retention_chart what)
{
    const bool is_of_vectors = what == RETENTION_DECODED || what == RETENTION_VECTORS;
    return retention->n_days > 1 &&
           (!is_of_vectors || retention->group->mean[RETENTION_DECODED][0][SIZE_ALL].n > 0) &&
           (what <= RETENTION_VECTORS || retention->n_groups <= CLASS_PANELS_MAX) &&
           (what != RETENTION_WITHOUT || retention->has_silenced);
}

int retention_charts_put(struct page *page, const struct retention_study *retention)
{
    for (int i = RETENTION_ACCURACY; i <= RETENTION_WITHOUT; i++) {
        const enum retention_chart what = (enum retention_chart)i;
        SCOPED(figure_free) struct figure figure = {0};
        if (!is_drawn(retention, what))
            continue;
        TRY(what <= RETENTION_VECTORS ? put_conditions(&figure, retention, what)
                                      : put_classes(&figure, retention, what));
        TRY(page_put_figure(page, &figure));
    }
    return STATUS_OK;
}
