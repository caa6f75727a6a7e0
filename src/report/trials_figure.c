/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials are averaged over a stretch of training in each run, and then over the runs. */
#include "report/trials_figure.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/statistics.h"
#include "store/table_json.h"
#include "store/trials.h"

enum { N_STRETCHES = 30, CUES_MAX = 2, PANELS_MAX = 36, N_SERIES = 3, ANY_CUE = -1 };
static const char *const series_names[N_SERIES] = {"expected reward", "reward", "prediction error"};

/* The trials of a condition's runs, [n_runs], which are owned. */
struct trial_rows {
    int32_t n_runs, longest;           /* presentations of the longest run */
    int32_t n_cues, cue[CUES_MAX + 1]; /* CUES_MAX + 1: more than have panels of their own */
    struct trial_row **row;
    int32_t *n;
};

static void rows_free(struct trial_rows *rows)
{
    for (int32_t r = 0; r < rows->n_runs; r++)
        free(rows->row[r]);
    free(rows->row);
    free(rows->n);
}

static void note_cue(struct trial_rows *rows, int32_t cue)
{
    int32_t k = 0;
    while (k < rows->n_cues && rows->cue[k] != cue)
        k++;
    if (k == rows->n_cues && k <= CUES_MAX)
        rows->cue[rows->n_cues++] = cue;
}

static int rows_read(struct trial_rows *rows, const struct study *study, int32_t condition)
{
    TRY_NEW(rows->row, study->n_runs, "the trials");
    TRY_NEW(rows->n, study->n_runs, "the trials");
    for (int32_t r = 0; r < study->n_runs; r++) {
        if (study->run[r].condition != condition)
            continue;
        struct trial_row **row = &rows->row[rows->n_runs];
        int32_t *n = &rows->n[rows->n_runs];
        TRY(table_read_in(&trials_table, study->run[r].folder, row, n));
        rows->n_runs++;
        for (int32_t i = 0; i < *n; i++)
            note_cue(rows, (*row)[i].cue);
        rows->longest = *n > rows->longest ? *n : rows->longest;
    }
    return STATUS_OK;
}

bool trials_figure_any(const struct study *study)
{
    bool any = false;
    for (int32_t r = 0; r < study->n_runs && !any; r++) {
        OWNED struct trial_row *row = NULL;
        int32_t n; /* what is wrong with a file is said where it is drawn */
        any = table_read_in(&trials_table, study->run[r].folder, &row, &n) != STATUS_OK ||
              (n > 0 && row->reward >= 0);
    }
    return any;
}

static double value_of(const struct trial_row *row, int series)
{
    const double values[N_SERIES] = {(double)row->expected, row->reward, (double)row->error};
    return values[series];
}

/* The mean of a run's trials first … end - 1 with a cue; NaN if there are none. */
static double mean_of(const struct trial_row *row, int32_t first, int32_t end, int32_t cue,
                      int series)
{
    struct running mean = {0};
    for (int32_t i = first; i < end; i++)
        if (cue == ANY_CUE || row[i].cue == cue)
            running_add(&mean, value_of(&row[i], series));
    return mean.n > 0 ? mean.mean : (double)NAN;
}

/* A point of a line for each stretch of training in which any run had the cue. */
static void put_line(struct figure *figure, const struct trial_rows *rows, const char *panel,
                     int32_t cue, int series)
{
    const int32_t width = (rows->longest + N_STRETCHES - 1) / N_STRETCHES;
    for (int32_t first = 0; first < rows->longest; first += width) {
        struct running point = {0};
        for (int32_t r = 0; r < rows->n_runs; r++) {
            const int32_t n = rows->n[r], end = first + width < n ? first + width : n;
            const double mean = mean_of(rows->row[r], first, end, cue, series);
            if (!isnan(mean))
                running_add(&point, mean);
        }
        const double sd = running_sd(&point);
        if (point.n > 0)
            figure_put_row(figure, "lines", "{s:o,s:o,s:f,s:f,s:o,s:o}", "panel",
                           figure_string(panel), "series", figure_string(series_names[series]), "x",
                           first + (width + 1) / 2.0, "y", point.mean, "low",
                           table_json_number(point.mean - sd), "high",
                           table_json_number(point.mean + sd));
    }
}

/* The panels of a condition, a cue each, or one of all cues where these are many; how many. */
static int32_t put_panels(struct figure *figure, const struct study *study, int32_t condition,
                          const struct trial_rows *rows)
{
    const bool is_pooled = rows->n_cues > CUES_MAX;
    const int32_t n_panels = is_pooled ? 1 : rows->n_cues;
    char name[512], panel[560];
    study_name(study, condition, 0, study->n_factors, name, sizeof name);
    for (int32_t k = 0; k < n_panels; k++) {
        const int32_t cue = is_pooled ? ANY_CUE : rows->cue[k];
        snprintf(panel, sizeof panel,
                 is_pooled                 ? "%s"
                 : study->n_conditions > 1 ? "%s, cue %d"
                                           : "%.0scue %d",
                 name, cue);
        for (int series = 0; series < N_SERIES; series++)
            put_line(figure, rows, panel, cue, series);
    }
    return n_panels;
}

int trials_figure_put(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    int32_t n_panels = 0;
    TRY(figure_begin(&figure, "trials"));
    for (int32_t c = 0; c < study->n_conditions && n_panels < PANELS_MAX; c++) {
        SCOPED(rows_free) struct trial_rows rows = {0};
        TRY(rows_read(&rows, study, c));
        n_panels += put_panels(&figure, study, c, &rows);
    }
    return page_put_figure(page, &figure);
}
