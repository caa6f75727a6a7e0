/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep's runs learned from how many images, and their weights before and after. */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/glossary.h"
#include "report/means.h"
#include "report/panels.h"
#include "store/run_tables.h"
#include "store/snapshot.h"

enum { N_BINS = 50 };

/* The parameter "group.key" of all conditions; NaN where they differ or no run's folder is here. */
static double shared_number(const struct study *study, const char *group, const char *key)
{
    const json_t *value = study_shared(study, group, key);
    return value ? json_number_value(value) : (double)NAN;
}

/* ---- phases ---- */

static const struct mean_column phase_columns[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"undecided", "undecided", 3, "tests"},
    {"accuracy learned", "accuracy_learned", 3, NULL},
    {"forgetting", "forgetting", 3, NULL},
    {"backward transfer", "backward_transfer", 3, NULL},
    {"forward transfer", "forward_transfer", 3, NULL},
};

int curves_put_phases(struct page *page, const struct study *study)
{
    const struct means means = MEANS_OF(study, &study->results, phase_columns);
    return means_put(page->html, &means);
}

/* ---- weights ---- */

/* Adds the run's plastic weights to the bins 0 … 1; those of a run without network.csv are none. */
static int count_weights(const struct study_run *run, double *bin, double *n)
{
    OWNED struct synapse_row *rows = NULL;
    OWNED char *path = file_join(run->folder, "network.csv");
    int32_t n_rows = 0;
    if (!path)
        return status_no_memory("a file name", 0);
    if (file_exists(path))
        TRY(snapshot_read_plastic(path, &rows, &n_rows));
    for (int32_t i = 0; i < n_rows; i++) {
        const int b = (int)(rows[i].weight * N_BINS);
        bin[b < N_BINS ? b : N_BINS - 1] += 1;
    }
    *n += n_rows;
    return STATUS_OK;
}

/* Weights of all runs: bin[n_groups] and how many they are. */
struct weights {
    const struct panels *panels;
    double (*bin)[N_BINS], *n;
};

/* Adds those of run r. Counts are whole, so that their order changes nothing. */
static int add_weights(int32_t r, void *data)
{
    const struct weights *weights = data;
    const struct panels *v = weights->panels;
    const int32_t at = panels_group(v, &v->study->run[r]);
    double bin[N_BINS] = {0}, n = 0;
    TRY(count_weights(&v->study->run[r], bin, &n));
#pragma omp critical
    {
        for (int b = 0; b < N_BINS; b++)
            weights->bin[at][b] += bin[b];
        weights->n[at] += n;
    }
    return STATUS_OK;
}

/* Of the weights, a step from where each bin begins and the end of the last, and of those before
 * training as the parameters draw them; in percent. */
static void put_weights(struct figure *figure, const struct panels *v, const double (*bin)[N_BINS],
                        const double *n)
{
    const double low = shared_number(v->study, "connections", "w_min"),
                 high = shared_number(v->study, "connections", "w_max");
    const double start = high > low ? fmin(100 / (N_BINS * (high - low)), 100) : 100;
    const bool are_same = !isnan(low) && !isnan(high); /* in all runs */
    char title[512], name[512];
    double n_here = 0; /* in the panel */
    for (int32_t g = 0; g < v->n_groups; g++) {
        const bool is_last = g % v->n_lines == v->n_lines - 1;
        panels_title(v, g, title, sizeof title);
        panels_line(v, g, name, sizeof name);
        for (int b = 0; b <= N_BINS && n[g] > 0; b++)
            figure_put_row(figure, "lines", "panel %s, series %s, x %g, y %g", title, name,
                           (double)b / N_BINS, 100 * bin[g][b < N_BINS ? b : N_BINS - 1] / n[g]);
        n_here += n[g];
        if (is_last && n_here > 0 && are_same)
            figure_put_row(figure, "bars", "panel %s, x %g, x2 %g, y %g", title, low, high, start);
        n_here = is_last ? 0 : n_here;
    }
}

int curves_put_weights(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct panels v = panels_of(study);
    OWNED double(*bin)[N_BINS] = calloc((size_t)v.n_groups, sizeof *bin);
    OWNED double *n = calloc((size_t)v.n_groups, sizeof *n);
    if (!bin || !n)
        return status_no_memory("the weights", 0);
    TRY(study_read_each(study->n_runs, 16, add_weights, &(struct weights){&v, bin, n}));
    TRY(glossary_begin_figure(&figure, study, "weights"));
    panels_describe(&v, &figure);
    put_weights(&figure, &v, bin, n);
    return page_put_figure(page, &figure);
}
