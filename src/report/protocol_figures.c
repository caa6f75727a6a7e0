/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the tables that protocol_study.h writes, which say all that is drawn. */
#include "report/protocol_figures.h"

#include <math.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "spines/published.h"

struct moment {
    const char *protocol;
    double day, density, formed, lost, alive, size;
};

struct finding {
    const char *protocol, *what, *words;
    double from_day, to_day, low, high, found;
    bool is_given;
};

#define PERCENT(member, name)                                                                      \
    TABLE_COLUMN(struct moment, member, NUMBER, name, .may_be_empty = true)
static const struct table_column moment_columns[] = {
    TABLE_COLUMN(struct moment, protocol, TEXT, "protocol"),
    TABLE_COLUMN(struct moment, day, NUMBER, "day"),
    PERCENT(density, "density_percent"),
    PERCENT(formed, "formed_percent"),
    PERCENT(lost, "lost_percent"),
    PERCENT(alive, "new_alive_percent"),
    PERCENT(size, "size_percent"),
};
static const struct table moment_table = TABLE_OF("protocols.csv", struct moment, moment_columns);

static const struct table_column finding_columns[] = {
    TABLE_COLUMN(struct finding, protocol, TEXT, "protocol"),
    TABLE_COLUMN(struct finding, what, TEXT, "what"),
    TABLE_COLUMN(struct finding, from_day, NUMBER, "from_day"),
    TABLE_COLUMN(struct finding, to_day, NUMBER, "to_day"),
    TABLE_COLUMN(struct finding, low, NUMBER, "low_percent"),
    TABLE_COLUMN(struct finding, high, NUMBER, "high_percent"),
    TABLE_COLUMN(struct finding, is_given, FLAG, "is_given"),
    TABLE_COLUMN(struct finding, words, TEXT, "words"),
    TABLE_COLUMN(struct finding, found, NUMBER, "found_percent"),
};
static const struct table finding_table =
    TABLE_OF("published.csv", struct finding, finding_columns);

struct tables {
    struct moment *moment;
    struct finding *finding;
    int32_t n_moments, n_findings;
};

static void free_tables(struct tables *t)
{
    table_free(&moment_table, t->moment, t->n_moments);
    table_free(&finding_table, t->finding, t->n_findings);
}

/* A line of a figure: a column of the moments, of the protocol or of vehicle, and what was
 * published of it. */
struct line {
    const char *series;
    size_t at;
    bool is_of_vehicle;
    const char *published; /* NULL: nothing */
    bool is_relative;      /* published in percent of the value under vehicle */
    const char *color;
};
#define ORANGE "#e69f00"
#define BLUE   "#0072b2"

static const struct look {
    const char *name;
    struct line line[2];
} looks[] = {
    {"protocols-density",
     {{"simulated", offsetof(struct moment, density), .published = "density", .color = ORANGE},
      {"vehicle", offsetof(struct moment, density), .is_of_vehicle = true}}},
    {"protocols-turnover",
     {{"formed", offsetof(struct moment, formed), false, "formation", true, BLUE},
      {"lost", offsetof(struct moment, lost), false, "elimination", true, ORANGE}}},
    {"protocols-survival",
     {{"simulated", offsetof(struct moment, alive), .published = "survival", .color = ORANGE},
      {"vehicle", offsetof(struct moment, alive), .is_of_vehicle = true}}},
    {"protocols-size",
     {{"simulated", offsetof(struct moment, size), .published = "size", .color = ORANGE},
      {"vehicle", offsetof(struct moment, size), .is_of_vehicle = true}}},
};

/* ---- one figure ---- */

static bool is_vehicle(const struct moment *moment)
{
    return strcmp(moment->protocol, "vehicle") == 0;
}

static double value_of(const struct moment *moment, const struct line *line)
{
    double value;
    memcpy(&value, (const char *)moment + line->at, sizeof value);
    return value;
}

static void put_line(struct figure *figure, const struct tables *t, const char *protocol,
                     const struct line *line)
{
    for (int32_t i = 0; i < t->n_moments; i++) {
        const struct moment *moment = &t->moment[i];
        if (!isnan(value_of(moment, line)) &&
            strcmp(moment->protocol, line->is_of_vehicle ? "vehicle" : protocol) == 0)
            figure_put_row(figure, "lines", "{s:o,s:s,s:f,s:f}", "panel", figure_string(protocol),
                           "series", line->series, "x", moment->day, "y", value_of(moment, line));
    }
}

/* What 1 % of a finding is on the figure's axis: of relative ones, a hundredth of the mean under
 * vehicle on its days. */
static double unit_of(const struct tables *t, const struct finding *f, const struct line *line)
{
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < t->n_moments; i++) {
        const struct moment *m = &t->moment[i];
        if (!is_vehicle(m) || m->day <= f->from_day || m->day > f->to_day)
            continue;
        sum += value_of(m, line);
        n++;
    }
    return !line->is_relative ? 1 : n > 0 ? sum / n / 100 : NAN;
}

static const char *label_of(const struct figure *figure)
{
    return json_string_value(json_object_get(json_object_get(figure->json, "values"), "y_label"));
}

/* An area for each: one of one day is drawn a day wide. What is told of it replaces what its place
 * would tell. */
static void put_findings(struct figure *figure, const struct tables *t, const char *protocol,
                         const struct line *line)
{
    char days[64], percent[64];
    for (int32_t i = 0; i < t->n_findings; i++) {
        const struct finding *f = &t->finding[i];
        const double wide = f->from_day < f->to_day ? 0 : 0.5, unit = unit_of(t, f, line);
        if (!line->published || isnan(unit) || strcmp(f->protocol, protocol) != 0 ||
            strcmp(f->what, line->published) != 0)
            continue;
        snprintf(days, sizeof days, "%g to %g", f->from_day, f->to_day);
        snprintf(percent, sizeof percent, "%g to %g (%s)", f->low, f->high,
                 f->is_given ? "as given" : "our reading");
        figure_put_row(figure, "bars", "{s:o,s:f,s:f,s:f,s:f,s:s,s:f,s:s,s:s,s:o,s:s,s:f}", "panel",
                       figure_string(protocol), "x", f->from_day - wide, "x2", f->to_day + wide,
                       "y", f->high * unit, "y2", f->low * unit, "color", line->color, "strength",
                       f->is_given ? 0.5 : 0.2, "days", days,
                       line->is_relative ? "% of vehicle" : label_of(figure), percent, "published",
                       figure_string(f->words), "source", published_source, "found here", f->found);
    }
}

static int put_figure(struct page *page, const struct tables *t, const struct look *look)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, look->name));
    for (int32_t i = 0; i < t->n_moments; i++) {
        const char *protocol = t->moment[i].protocol;
        if (is_vehicle(&t->moment[i]) ||
            (i > 0 && strcmp(protocol, t->moment[i - 1].protocol) == 0))
            continue;
        for (int k = 0; k < 2; k++) {
            put_line(&figure, t, protocol, &look->line[k]);
            put_findings(&figure, t, protocol, &look->line[k]);
        }
    }
    return page_put_figure(page, &figure);
}

bool protocol_figures_any(const char *folder)
{
    return file_exists_in(folder, moment_table.file);
}

int protocol_figures_put(struct page *page, const char *folder)
{
    SCOPED(free_tables) struct tables t = {0};
    TRY(table_read_in(&moment_table, folder, &t.moment, &t.n_moments));
    TRY(table_read_in(&finding_table, folder, &t.finding, &t.n_findings));
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        TRY(put_figure(page, &t, &looks[i]));
    return STATUS_OK;
}
