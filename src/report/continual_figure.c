/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases differ in length from run to run, so that time is counted in phases: after half of the
 * second phase it is 1.5. */
#include "report/continual_figure.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "store/run_tables.h"

enum { POINTS_A_PHASE = 20, CONDITIONS_MAX = 36 };

bool continual_figure_any(const struct study *study)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (file_exists_in(study->run[r].folder, continual_table.file))
            return true;
    return false;
}

/* ---- the table ---- */

static bool has_phases(const struct study *study, int32_t condition)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (study->run[r].condition == condition &&
            file_exists_in(study->run[r].folder, continual_table.file))
            return true;
    return false;
}

/* "\t0.821 ± 0.028" of a column of results.csv, divided by another column unless that is NULL. */
static void put_measure(FILE *out, const struct study *study, int32_t condition, const char *name,
                        const char *divisor)
{
    const struct results_column *of = results_find(&study->results, name),
                                *by = divisor ? results_find(&study->results, divisor) : NULL;
    OWNED double *value = calloc((size_t)study->n_runs + 1, sizeof *value);
    struct summary s = {0};
    size_t n = 0;
    for (int32_t r = 0; r < study->n_runs && value && of; r++)
        if (study->run[r].condition == condition && !isnan(of->number[r]))
            value[n++] = of->number[r] / (by ? by->number[r] : 1);
    if (n == 0 || statistics_summarize(&s, value, n) != STATUS_OK)
        fputs("\t–", out);
    else
        fprintf(out, n > 1 ? "\t%.3f ± %.3f" : "\t%.3f", s.mean, s.sd);
}

static void put_rows(FILE *out, const void *of_study)
{
    const struct study *study = of_study;
    char name[512];
    fputs(
        "condition\taccuracy\tundecided\taccuracy learned\tforgetting\tbackward transfer\tforward "
        "transfer\n",
        out);
    for (int32_t c = 0; c < study->n_conditions; c++) {
        fputs(study_name(study, c, 0, study->n_factors, name, sizeof name), out);
        put_measure(out, study, c, "accuracy", NULL);
        put_measure(out, study, c, "undecided", "tests");
        put_measure(out, study, c, "accuracy_learned", NULL);
        put_measure(out, study, c, "forgetting", NULL);
        put_measure(out, study, c, "backward_transfer", NULL);
        put_measure(out, study, c, "forward_transfer", NULL);
        fputc('\n', out);
    }
}

/* ---- the figure ---- */

/* The accuracy of a class over the phases of a condition's runs. */
struct course {
    int32_t n_phases;
    struct running point[64 * POINTS_A_PHASE + 1]; /* of the runs */
};

/* How far training was at a test, in phases, by the rows [n] of its run. */
static double time_of(const struct continual_row *row, const struct continual_row *rows, int32_t n)
{
    int32_t begin = 0, end = 0;
    if (row->phase == 0 || row->is_end)
        return row->phase;
    for (int32_t i = 0; i < n; i++) {
        begin = rows[i].is_end && rows[i].phase == row->phase - 1 ? rows[i].presentation : begin;
        end = rows[i].phase == row->phase ? rows[i].presentation : end;
    }
    return row->phase - 1 + (double)(row->presentation - begin) / (end - begin);
}

/* Adds a run: at each point of the axis the last test there was. */
static void add_run(struct course *course, const struct continual_row *rows, int32_t n,
                    int32_t label)
{
    const int32_t n_phases = n > 0 ? rows[n - 1].phase : 0;
    const int32_t most = sizeof course->point / sizeof *course->point - 1;
    course->n_phases = n_phases > course->n_phases ? n_phases : course->n_phases;
    for (int32_t g = 0; g <= n_phases * POINTS_A_PHASE && g <= most; g++) {
        const struct continual_row *last = NULL;
        for (int32_t i = 0; i < n; i++)
            if (rows[i].label == label && rows[i].n > 0 &&
                time_of(&rows[i], rows, n) <= (g + 1e-6) / POINTS_A_PHASE)
                last = &rows[i];
        if (last)
            running_add(&course->point[g], (double)last->n_correct / last->n);
    }
}

static void put_course(struct figure *figure, const struct course *course, const char *panel,
                       int32_t label)
{
    char series[32];
    snprintf(series, sizeof series, "class %d", label);
    for (int32_t g = 0; g <= course->n_phases * POINTS_A_PHASE; g++) {
        const struct running *point = &course->point[g];
        const double sd = point->n > 1 ? running_sd(point) : 0;
        if (point->n > 0)
            figure_put_row(figure, "lines", "{s:o,s:o,s:f,s:f,s:f,s:f,s:i}", "panel",
                           figure_string(panel), "series", figure_string(series), "x",
                           (double)g / POINTS_A_PHASE, "y", point->mean, "low",
                           fmax(0, point->mean - sd), "high", fmin(1, point->mean + sd), "runs",
                           (int)point->n);
    }
}

/* Every second phase is shaded. */
static void put_phases(struct figure *figure, int32_t n_phases, const char *panel)
{
    for (int32_t i = 1; i < n_phases; i += 2)
        figure_put_row(figure, "bars", "{s:o,s:i,s:i,s:i,s:i,s:f}", "panel", figure_string(panel),
                       "x", (int)i, "x2", (int)i + 1, "y", 1, "y2", 0, "strength", 0.35);
}

static int put_condition(struct figure *figure, const struct study *study, int32_t condition)
{
    SCOPED(study_rows_free) struct study_rows rows = {0};
    char panel[512];
    TRY(study_rows_read(&rows, study, condition, &continual_table));
    study_name(study, condition, 0, study->n_factors, panel, sizeof panel);
    int32_t first = 0; /* the first run with rows, which are of all classes before training */
    while (first < rows.n_runs && rows.n[first] == 0)
        first++;
    const struct continual_row *before = first < rows.n_runs ? rows.row[first] : NULL;
    for (int32_t i = 0; before && i < rows.n[first] && before[i].phase == 0; i++) {
        OWN_NEW(struct course, course, 1, "the tests");
        const int32_t label = before[i].label;
        for (int32_t r = 0; r < rows.n_runs; r++)
            add_run(course, rows.row[r], rows.n[r], label);
        put_course(figure, course, panel, label);
        if (i == 0)
            put_phases(figure, course->n_phases, panel);
    }
    return STATUS_OK;
}

int continual_figure_put(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    int32_t n_drawn = 0;
    fputs(
        "<p>Classes were learned in phases. Accuracy learned: of each phase's classes at its end. "
        "Forgetting: their best accuracy at the end of an earlier phase less that at the end of "
        "training (Chaudhry et al. 2018). Transfer backward: accuracy at the end of training less "
        "that just after the phase; forward: accuracy just before a phase less that before "
        "training (Lopez-Paz and Ranzato 2017). Mean and one standard deviation; undecided as a "
        "part of the test images.</p>\n",
        page->html);
    TRY(html_put_cells(page->html, put_rows, study, 1));
    TRY(figure_begin(&figure, "continual"));
    for (int32_t c = 0; c < study->n_conditions && n_drawn < CONDITIONS_MAX; c++)
        if (has_phases(study, c)) {
            TRY(put_condition(&figure, study, c));
            n_drawn++;
        }
    return page_put_figure(page, &figure);
}
