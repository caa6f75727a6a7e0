/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/glossary.h"
#include "report/panels.h"
#include "report/statistics.h"
#include "store/records.h"
#include "store/run_tables.h"

enum { GROUPS_MAX = 36 }; /* panels of a figure */
static const double SAME_X = 1e-7;

static const struct table *const tables[] = {&curve_table, &retention_table, &continual_table,
                                             &continual_overlap_table, &trials_table};

/* ---- numbers of a table ---- */

/* The part of the spines of the first day; of new ones, of all spines of the day. */
static double alive_of(const void *rows, int32_t n, int32_t i)
{
    const struct retention_row *row = rows;
    const bool is_new = row[i].size_class == SIZE_NEW;
    int32_t of = 0;
    while (of < n && (is_new ? row[of].size_class != SIZE_ALL || row[of].days != row[i].days
                             : row[of].size_class != row[i].size_class))
        of++;
    return of < n ? (double)row[i].n_spines / row[of].n_spines : (double)NAN;
}

/* How far training was at a test, in phases: after half of the second it is 1.5. */
static double phases_of(const void *rows, int32_t n, int32_t i)
{
    const struct continual_row *row = rows, *at = &row[i];
    int32_t begin = 0, end = 0;
    if (at->phase == 0 || at->is_end)
        return at->phase;
    for (int32_t k = 0; k < n; k++) {
        begin = row[k].is_end && row[k].phase == at->phase - 1 ? row[k].presentation : begin;
        end = row[k].phase == at->phase ? row[k].presentation : end;
    }
    return at->phase - 1 + (double)(at->presentation - begin) / (end - begin);
}

static const struct {
    const char *name;
    double (*of)(const void *rows, int32_t n, int32_t i);
} derived[] = {{"alive", alive_of}, {"phases", phases_of}};
enum { N_DERIVED = sizeof derived / sizeof *derived };

/* A number that rows have. */
struct quantity {
    double (*derived)(const void *rows, int32_t n, int32_t i); /* or: */
    const struct table_column *column, *divisor;               /* NULL: there is none */
    int32_t series; /* the rows' value in the column of series; -1: any */
};

static const struct table_column *column_of(const struct table *table, const char *name)
{
    for (int i = 0; i < table->n_columns; i++)
        if (strcmp(table->column[i].name, name) == 0)
            return &table->column[i];
    return NULL;
}

/* ---- the runs of a group ---- */

struct point {
    double x, y;
};

/* A run's rows, and the points that are drawn of them, in ascending order. */
struct track {
    const struct study_run *run;
    void *row;
    int32_t n_rows, n, at; /* points, and how many of them have been passed */
    struct point *point;   /* [n_rows] */
};

struct run_lines {
    struct figure *figure;
    const struct table *table;
    struct quantity x, series, panel;
    json_t *y;
    int keeps, stop, shades, events, bins; /* as run_lines.h has them */
    double step, least, most;
    struct track *track; /* [n_tracks] of the group, those that have rows */
    int32_t n_tracks, longest;
    const char *unknown; /* what no column of the table is called */
    double last;         /* x of the last points */
    bool has_others;     /* lines of "y" but the first */
};

static void free_tracks(struct run_lines *l)
{
    for (int32_t i = 0; i < l->n_tracks; i++) {
        free(l->track[i].point);
        if (l->track[i].row != l->track[i].run->curve.line)
            free(l->track[i].row);
    }
    l->n_tracks = l->longest = 0;
}

static void free_lines(struct run_lines *l)
{
    free_tracks(l);
    free(l->track);
}

static int read_track(struct run_lines *l, const struct study_run *run)
{
    struct track *track = &l->track[l->n_tracks];
    *track = (struct track){.run = run, .row = run->curve.line, .n_rows = run->curve.n};
    if (l->table != &curve_table)
        TRY(table_read_in(l->table, run->folder, &track->row, &track->n_rows));
    if (track->n_rows == 0)
        return STATUS_OK;
    l->n_tracks++;
    l->longest = track->n_rows > l->longest ? track->n_rows : l->longest;
    TRY_NEW(track->point, track->n_rows, "a figure");
    return STATUS_OK;
}

/* Of "NAME", "NAME / DIVISOR" or "… of WORD"; what no column is called is kept as unknown. */
static struct quantity quantity_of(struct run_lines *l, const char *text)
{
    struct quantity q = {.series = -1};
    char name[64] = "", divisor[64] = "", word[64] = "";
    if (sscanf(text, "%63s / %63s of %63s", name, divisor, word) < 2)
        sscanf(text, "%63s of %63s", name, word);
    for (int i = 0; i < N_DERIVED; i++)
        if (strcmp(derived[i].name, name) == 0)
            q.derived = derived[i].of;
    q.column = column_of(l->table, name);
    q.divisor = column_of(l->table, divisor);
    if (!q.derived && (!q.column || (*divisor && !q.divisor)) && *text)
        l->unknown = text;
    for (int k = 0; *word && k < l->series.column->n_words; k++)
        if (strcmp(l->series.column->words[k], word) == 0)
            q.series = k;
    return q;
}

static double number_of(const struct run_lines *l, const struct quantity *q,
                        const struct track *track, int32_t i)
{
    const char *row = (const char *)track->row + (size_t)i * l->table->row_size;
    if (q->derived)
        return q->derived(track->row, track->n_rows, i);
    return table_number(q->column, row) / (q->divisor ? table_number(q->divisor, row) : 1);
}

/* The least value above `value`; NaN: there is none. */
static double next_value(const struct run_lines *l, const struct quantity *q, double value)
{
    double next = NAN;
    for (int32_t r = 0; r < l->n_tracks && q->column; r++)
        for (int32_t i = 0; i < l->track[r].n_rows; i++) {
            const double number = number_of(l, q, &l->track[r], i);
            if (number > value)
                next = fmin(next, number);
        }
    return next;
}

/* ---- points ---- */

/* Means over stretches of x of this width from 1 on. */
static void put_in_bins(struct track *track, double width)
{
    int32_t n = 0;
    for (int32_t i = 0; i < track->n;) {
        const double bin = floor((track->point[i].x - 1) / width);
        struct running mean = {0};
        for (; i < track->n && floor((track->point[i].x - 1) / width) == bin; i++)
            running_add(&mean, track->point[i].y);
        track->point[n++] = (struct point){bin * width + (width + 1) / 2, mean.mean};
    }
    track->n = n;
}

/* Takes the points of the rows with this value of the column of panels (NaN: any). */
static void take_points(struct run_lines *l, const struct quantity *y, double panel)
{
    l->last = 0;
    for (int32_t r = 0; r < l->n_tracks; r++) {
        struct track *t = &l->track[r];
        t->n = t->at = 0;
        for (int32_t i = 0; i < t->n_rows; i++)
            if ((isnan(panel) || number_of(l, &l->panel, t, i) == panel) &&
                (y->series < 0 || number_of(l, &l->series, t, i) == y->series)) {
                t->point[t->n] = (struct point){number_of(l, &l->x, t, i), number_of(l, y, t, i)};
                t->n += isfinite(t->point[t->n].y);
            }
        if (l->bins > 0)
            put_in_bins(t, ceil((double)l->longest / l->bins));
        l->last = fmax(l->last, t->n > 0 ? t->point[t->n - 1].x : 0);
    }
}

/* The first place after x where a line has a point; INFINITY: there is none. */
static double next_place(const struct run_lines *l, double x)
{
    double next = INFINITY;
    if (l->step > 0 && isfinite(x))
        return x < l->last - SAME_X ? fmin(x + l->step, l->last) : INFINITY;
    for (int32_t r = 0; r < l->n_tracks; r++) {
        const struct track *t = &l->track[r];
        int32_t i = t->at;
        while (i < t->n && (t->point[i].x <= x || (l->events && t->point[i].y <= 0)))
            i++;
        next = fmin(next, i < t->n ? t->point[i].x : INFINITY);
    }
    return next;
}

/* The mean at x of the runs' points there, or of their last ones up to there; x must ascend. */
static struct running mean_at(struct run_lines *l, double x)
{
    struct running mean = {0};
    for (int32_t r = 0; r < l->n_tracks; r++) {
        struct track *t = &l->track[r];
        while (t->at < t->n && t->point[t->at].x <= x + SAME_X)
            t->at++;
        const struct point *last = t->at > 0 ? &t->point[t->at - 1] : NULL;
        if (last && (l->keeps || last->x >= x - SAME_X))
            running_add(&mean, last->y);
    }
    return mean;
}

/* ---- lines ---- */

/* A dot at the mean end of the runs. */
static void put_stop(struct run_lines *l, const char *panel, const char *series)
{
    double end = 0;
    for (int32_t r = 0; r < l->n_tracks; r++) {
        end += l->track[r].n_rows;
        l->track[r].at = 0;
    }
    const struct running mean = mean_at(l, floor(end / l->n_tracks));
    if (mean.n > 0)
        figure_put_row(l->figure, "dots", "panel %s, series %s, x %g, y %g", panel, series,
                       end / l->n_tracks, mean.mean);
}

/* What a panel is of: a value of the column of panels (NaN: any). */
struct panel {
    const char *name;
    double value;
};

/* Whether there is anything of it. */
static bool put_line(struct run_lines *l, const struct panel *panel, const char *series,
                     const struct quantity *y)
{
    bool any = false;
    take_points(l, y, panel->value);
    for (double x = next_place(l, -INFINITY); isfinite(x); x = next_place(l, x)) {
        const struct running mean = mean_at(l, x);
        if (mean.n == 0 || (l->events && 2 * mean.n < l->n_tracks))
            continue;
        figure_put_mean(l->figure, "lines", panel->name, series, x, &mean, l->least, l->most);
        any = true;
    }
    if (l->stop && l->n_tracks > 0)
        put_stop(l, panel->name, series);
    return any;
}

/* A line called `line`, or one for each of "y", or for each value of the column of series. */
static void put_lines(struct run_lines *l, const struct panel *panel, const char *line)
{
    const struct table_column *series = l->series.column;
    struct quantity y;
    char name[100];
    for (void *at = json_object_iter(l->y); at; at = json_object_iter_next(l->y, at)) {
        y = quantity_of(l, json_string_value(json_object_iter_value(at)));
        l->has_others |=
            put_line(l, panel, json_object_iter_key(at), &y) && at != json_object_iter(l->y);
    }
    if (!json_is_string(l->y))
        return;
    y = quantity_of(l, json_string_value(l->y));
    if (!series || series->words) {
        put_line(l, panel, line, &y);
        return;
    }
    for (double k = next_value(l, &l->series, -INFINITY); !isnan(k);
         k = next_value(l, &l->series, k)) {
        snprintf(name, sizeof name, "%s %g", series->name, k);
        y.series = (int32_t)k;
        put_line(l, panel, name, &y);
    }
}

static void put_panel(struct run_lines *l, const struct panel *panel, const char *line)
{
    put_lines(l, panel, line);
    for (int32_t i = 1; l->shades && i < l->last; i += 2)
        figure_put_row(l->figure, "bars", "panel %s, x %d, x2 %d, y %d, y2 %d, strength %g",
                       panel->name, i, i + 1, 1, 0, 0.35);
}

/* A panel, or one for each value of the column of panels unless these are many. */
static void put_panels(struct run_lines *l, const char *name, const char *line, bool is_alone)
{
    const double first = next_value(l, &l->panel, -INFINITY),
                 second = next_value(l, &l->panel, first);
    char title[600];
    if (isnan(first) || !isnan(next_value(l, &l->panel, second)))
        put_panel(l, &(struct panel){name, NAN}, line);
    else
        for (double k = first; !isnan(k); k = next_value(l, &l->panel, k)) {
            snprintf(title, sizeof title, "%s%s%s %g", is_alone ? "" : name, is_alone ? "" : ", ",
                     l->panel.column->name, k);
            put_panel(l, &(struct panel){title, k}, line);
        }
}

/* ---- groups ---- */

/* The runs of a condition, or of a panel and line (v). */
static int put_group(struct run_lines *l, const struct panels *v, int32_t group, const char *by)
{
    const bool is_condition = strcmp(by, "condition") == 0;
    const struct study *study = v->study;
    char name[512], own[512] = "";
    for (int32_t r = 0; r < study->n_runs; r++)
        if ((is_condition ? study->run[r].condition : panels_group(v, &study->run[r])) == group)
            TRY(read_track(l, &study->run[r]));
    if (is_condition)
        study_label(study, group, 0, study->n_factors, name, sizeof name);
    else if (*by)
        panels_name(v, group, name, sizeof name);
    else {
        panels_title(v, group, name, sizeof name);
        panels_line(v, group, own, sizeof own);
    }
    put_panels(l, name, own, study->n_conditions == 1);
    free_tracks(l);
    return STATUS_OK;
}

/* Reads what run_lines.h describes; *by is "" where it is absent. SYSTEM for a key that it does not
 * describe, or a value of another kind. */
static int read_spec(struct run_lines *l, json_t *spec, const char **by)
{
    const char *file = "", *x = "", *series = "", *panel = "";
    json_error_t error;
    *by = "";
    if (json_unpack_ex(spec, &error, 0, "{s:s,s:s,s:o,s?s,s?s,s?s,s?b,s?b,s?b,s?b,s?F,s?i,s?[FF]!}",
                       "table", &file, "x", &x, "y", &l->y, "by", by, "series", &series, "panel",
                       &panel, "keeps", &l->keeps, "stop", &l->stop, "shades", &l->shades, "events",
                       &l->events, "step", &l->step, "bins", &l->bins, "within", &l->least,
                       &l->most) != 0)
        return status_fail(STATUS_SYSTEM, "looks.json: \"rows\" of %s: %s", file, error.text);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        l->table = strcmp(tables[i]->file, file) == 0 ? tables[i] : l->table;
    l->x = quantity_of(l, x);
    l->series = quantity_of(l, series);
    l->panel = quantity_of(l, panel);
    void *first = json_object_iter(l->y);
    quantity_of(l, json_string_value(first ? json_object_iter_value(first) : l->y));
    return l->unknown ? status_fail(STATUS_SYSTEM, "looks.json: \"rows\" of %s: no column %s", file,
                                    l->unknown)
                      : STATUS_OK;
}

/* The figure of a look; nothing where the runs have no rows, or the look compares lines and they
 * have only those of the first. */
static int put_look(struct page *page, const struct study *study, const char *look)
{
    SCOPED(figure_free) struct figure figure = {0};
    SCOPED(free_lines)
    struct run_lines l = {
        .figure = &figure, .table = &curve_table, .least = -INFINITY, .most = INFINITY};
    const struct panels v = panels_of(study);
    const char *by;
    TRY(glossary_begin_figure(&figure, study, look));
    json_auto_t *spec = json_incref(json_object_get(figure.json, "rows"));
    json_object_del(figure.json, "rows");
    TRY(read_spec(&l, spec, &by));
    TRY_NEW(l.track, study->n_runs, "a figure");
    if (!*by)
        panels_describe(&v, &figure);
    const bool is_condition = strcmp(by, "condition") == 0;
    const int32_t n = is_condition ? study->n_conditions : v.n_groups;
    const int32_t n_put = *by && n > GROUPS_MAX ? GROUPS_MAX : n;
    for (int32_t group = 0; group < n_put; group++)
        TRY(put_group(&l, &v, group, by));
    if (n_put < n)
        figure_say(&figure, "caption", "%s The first %d of %d panels, for the page's sake.",
                   json_string_value(json_object_get(figure.json, "caption")), n_put, n);
    return json_is_object(l.y) && !l.has_others ? STATUS_OK : page_put_figure(page, &figure);
}

int run_lines_put(struct page *page, const struct study *study, const char *section)
{
    json_auto_t *looks = json_loads(vega_text("looks.json"), 0, NULL);
    const char *name;
    json_t *look;
    json_object_foreach(looks, name, look)
    {
        const char *of = json_string_value(json_object_get(look, "section"));
        TRY(of && strcmp(of, section) == 0 ? put_look(page, study, name) : STATUS_OK);
    }
    return STATUS_OK;
}
