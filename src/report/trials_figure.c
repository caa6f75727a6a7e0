/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials are averaged over a stretch of training in each run, and then over the runs. */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/statistics.h"
#include "store/trials.h"

enum { N_STRETCHES = 30, CONDITIONS_MAX = 36, N_SERIES = 3, ANY_CUE = -1, NO_CUE = INT32_MAX };
static const char *const series_names[N_SERIES] = {"expected reward", "reward", "prediction error"};

/* The least label of a cue above `label`; NO_CUE: there is none. */
static int32_t next_cue(const struct study_rows *trials, int32_t label)
{
    int32_t next = NO_CUE;
    for (int32_t r = 0; r < trials->n_runs; r++) {
        const struct trial_row *row = trials->row[r];
        for (int32_t i = 0; i < trials->n[r]; i++)
            if (row[i].cue > label && row[i].cue < next)
                next = row[i].cue;
    }
    return next;
}

/* The trials of the longest run. */
static int32_t longest_of(const struct study_rows *trials)
{
    int32_t longest = 0;
    for (int32_t r = 0; r < trials->n_runs; r++)
        longest = trials->n[r] > longest ? trials->n[r] : longest;
    return longest;
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
static void put_line(struct figure *figure, const struct study_rows *trials, const char *panel,
                     int32_t cue, int series)
{
    const int32_t longest = longest_of(trials), width = (longest + N_STRETCHES - 1) / N_STRETCHES;
    for (int32_t first = 0; first < longest; first += width) {
        struct running point = {0};
        for (int32_t r = 0; r < trials->n_runs; r++) {
            const int32_t n = trials->n[r], end = first + width < n ? first + width : n;
            const double mean = mean_of(trials->row[r], first, end, cue, series);
            if (!isnan(mean))
                running_add(&point, mean);
        }
        if (point.n > 0)
            figure_put_mean(figure, "lines", panel, series_names[series], first + (width + 1) / 2.0,
                            &point, -INFINITY, INFINITY);
    }
}

static void put_panel(struct figure *figure, const struct study_rows *trials, const char *panel,
                      int32_t cue)
{
    for (int series = 0; series < N_SERIES; series++)
        put_line(figure, trials, panel, cue, series);
}

/* The panels of a condition: one for each of two cues, or one of all cues where these are more. */
static int put_condition(struct figure *figure, const struct study *study, int32_t condition)
{
    SCOPED(study_rows_free) struct study_rows trials = {0};
    char name[512], panel[560];
    TRY(study_rows_read(&trials, study, condition, &trials_table));
    study_label(study, condition, 0, study->n_factors, name, sizeof name);
    const bool is_alone = study->n_conditions == 1;
    const int32_t first = next_cue(&trials, ANY_CUE), second = next_cue(&trials, first);
    if (next_cue(&trials, second) != NO_CUE) {
        put_panel(figure, &trials, name, ANY_CUE);
        return STATUS_OK;
    }
    for (int32_t cue = first; cue != NO_CUE; cue = next_cue(&trials, cue)) {
        snprintf(panel, sizeof panel, "%s%scue %d", is_alone ? "" : name, is_alone ? "" : ", ",
                 cue);
        put_panel(figure, &trials, panel, cue);
    }
    return STATUS_OK;
}

int trials_figure_put(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "trials"));
    for (int32_t c = 0; c < study->n_conditions && c < CONDITIONS_MAX; c++)
        TRY(put_condition(&figure, study, c));
    return page_put_figure(page, &figure);
}
