/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/lives.h"
#include "report/glossary.h"
#include "report/run_data.h"
#include "store/records.h"
#include "store/run_tables.h"
#include "store/snapshot.h"
#include "store/table_json.h"
#include "train/carriers.h"

enum { WEIGHT_BINS = 25, SPIKE_BINS = 30, CLASS_NAME = 40 };

/* ---- runs beside each other ---- */

/* A run's row has the columns of results.csv that the look gives panels to; all factors but the
 * last are its x. */
static void put_run(struct figure *figure, const struct study *study, int32_t r)
{
    const struct study_run *run = &study->run[r];
    const int32_t n_first = study->n_factors > 1 ? study->n_factors - 1 : 1;
    const char *column;
    char x[512];
    json_t *row = json_object(), *panel,
           *panels = json_object_get(json_object_get(figure->json, "values"), "panels");
    json_object_foreach(panels, column, panel)
    {
        const double value = results_number(&study->results, (size_t)r, column);
        json_object_set_new(row, column, table_json_number(value));
    }
    figure_put_row(figure, "runs", "x %s, series %s, run %s, accuracy %g, measures %p",
                   (study->n_middle > 1 ? study_label : study_name)(study, run->condition, 0,
                                                                    n_first, x, sizeof x),
                   study_last(study, run->condition % study->n_last), study_run_name(run),
                   run->value[STUDY_ACCURACY], row);
}

static int put_measures(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "carried"));
    figure_set(&figure, "x_label %s, series_label %s",
               study->n_middle > 1 ? "" : study_factor_title(study, 0),
               study->n_factors > 1 ? study_factor_title(study, study->n_factors - 1) : "");
    for (int32_t r = 0; r < study->n_runs; r++)
        put_run(&figure, study, r);
    return page_put_figure(page, &figure);
}

/* ---- clusters ---- */

enum { CLUSTERS_MAX = 5 };

/* Of each run how many cells have at least 1, 2 … clustered dendrites. */
struct clusters {
    const struct study *study;
    int32_t per_cell;
    double (*n_cells)[CLUSTERS_MAX]; /* [n_runs]; NaN without network.csv */
};

static int count_clusters(int32_t r, void *data)
{
    const struct clusters *clusters = data;
    OWNED struct synapse_row *row = NULL;
    OWNED int32_t *n_on = NULL;
    int32_t n = 0, n_dendrites = 0;
    OWN_PATH(path, clusters->study->run[r].folder, "network.csv");
    for (int k = 0; k < CLUSTERS_MAX; k++)
        clusters->n_cells[r][k] = file_exists(path) ? 0 : (double)NAN;
    if (!file_exists(path))
        return STATUS_OK;
    TRY(snapshot_read_plastic(path, &row, &n));
    for (int32_t i = 0; i < n; i++)
        n_dendrites = row[i].dendrite >= n_dendrites ? row[i].dendrite + 1 : n_dendrites;
    TRY_NEW(n_on, n_dendrites, "the dendrites");
    for (int32_t i = 0; i < n; i++)
        n_on[row[i].dendrite] += row[i].weight > EFFECTIVE_WEIGHT;
    for (int32_t d = 0, n_here = 0; d < n_dendrites; d++) {
        n_here = d % clusters->per_cell == 0 ? 0 : n_here;
        if (n_on[d] >= CLUSTER_SYNAPSES && n_here < CLUSTERS_MAX)
            clusters->n_cells[r][n_here++]++;
    }
    return STATUS_OK;
}

static void put_cells(struct figure *figure, const struct study *study, const struct study_run *run,
                      const double *n_cells)
{
    char panel[512];
    json_t *cells = json_array();
    for (int k = 0; k < CLUSTERS_MAX; k++)
        json_array_append_new(cells, table_json_number(n_cells[k]));
    figure_put_row(figure, "runs", "panel %s, accuracy %g, cells %p",
                   study_label(study, run->condition, 0, study->n_factors, panel, sizeof panel),
                   run->value[STUDY_ACCURACY], cells);
}

/* Conditions beyond so many are left out. */
static int put_clusters(struct page *page, const struct study *study)
{
    enum { CONDITIONS_MAX = 12 };
    SCOPED(figure_free) struct figure figure = {0};
    const json_t *per_cell = study_shared(study, "pyramidal", "n_dendrites");
    struct clusters clusters = {study, (int32_t)json_integer_value(per_cell), NULL};
    OWNED double(*n_cells)[CLUSTERS_MAX] = calloc((size_t)study->n_runs, sizeof *n_cells);
    if (!n_cells)
        return status_no_memory("the clusters", 0);
    if (clusters.per_cell <= 0) /* no folder of a run is here, or they differ */
        return STATUS_OK;
    clusters.n_cells = n_cells;
    TRY(study_read_each(study->n_runs, 16, count_clusters, &clusters));
    TRY(glossary_begin_figure(&figure, study, "clusters"));
    for (int32_t c = 0; c < CONDITIONS_MAX; c++)
        for (int32_t r = 0; r < study->n_runs; r++)
            if (study->run[r].condition == c && !isnan(n_cells[r][0]))
                put_cells(&figure, study, &study->run[r], n_cells[r]);
    return page_put_figure(page, &figure);
}

/* ---- the activity of one run ---- */

/* A matrix of numbers 0 … most as an image with a heading, below those that the figure has. */
static void put_matrix(struct figure *figure, const char *name, const double *value, int32_t width,
                       int32_t height, double most)
{
    figure_put_row(figure, "tiles",
                   "set %d, heading %s, class %s, at %d, of %d, width %d, "
                   "height %d, most %g, palette %s, values %p",
                   (int)json_array_size(figure_table(figure, "tiles")), name, "", 0, 1, width,
                   height, most, "viridis",
                   figure_matrix(value, (size_t)width * (size_t)height, most));
}

/* activity.csv.gz of a run, its rows in the order of the file. */
struct activity_rows {
    int32_t n, n_cells, per_cell, n_labels;
    struct activity_line *line; /* [n_labels][n_cells + n_cells * per_cell] */
};

static const struct activity_line *rows_of(const struct activity_rows *a, int32_t k)
{
    return a->line + (size_t)k * (size_t)(a->n_cells * (1 + a->per_cell));
}

/* Finds how many cells, dendrites and labels there are. */
static int measure_rows(struct activity_rows *a, const char *folder)
{
    while (a->n_cells < a->n && a->line[a->n_cells].dendrite < 0)
        a->n_cells++;
    int32_t n = a->n_cells;
    while (n < a->n && a->line[n].dendrite >= 0)
        n++;
    if (n == 0)
        return STATUS_OK;
    a->n_labels = a->n / n;
    a->per_cell = a->n_cells > 0 ? n / a->n_cells - 1 : 0;
    if (a->n_cells == 0 || a->n != a->n_labels * n || n != a->n_cells * (1 + a->per_cell))
        return status_fail(STATUS_USER,
                           "%s/%s: %d rows: expected all cells, then all dendrites, "
                           "for each class of images",
                           folder, activity_table.file, a->n);
    return STATUS_OK;
}

static double most_spikes(const struct activity_rows *a, bool is_of_dendrites)
{
    double most = 1e-9;
    for (int32_t i = 0; i < a->n; i++)
        if ((a->line[i].dendrite >= 0) == is_of_dendrites)
            most = fmax(most, a->line[i].spikes);
    return most;
}

/* Cells from left to right, a strip a class of images; in it a row a dendrite, or the cells alone.
 */
static int put_heat(struct page *page, const struct activity_rows *a, bool is_of_dendrites)
{
    SCOPED(figure_free) struct figure figure = {0};
    const int32_t height = is_of_dendrites ? a->per_cell : (a->n_cells + 19) / 20;
    const double most = most_spikes(a, is_of_dendrites);
    char name[CLASS_NAME];
    OWN_NEW(double, value, (size_t)a->n_cells *(size_t)height, "a figure");
    TRY(figure_begin(&figure, is_of_dendrites ? "dendrite-activity" : "cell-activity"));
    for (int32_t k = 0; k < a->n_labels; k++) {
        const struct activity_line *line = rows_of(a, k);
        for (int32_t cell = 0; cell < a->n_cells; cell++)
            for (int32_t d = 0; d < height; d++)
                value[d * a->n_cells + cell] =
                    line[is_of_dendrites ? a->n_cells + cell * height + d : cell].spikes;
        snprintf(name, sizeof name, "images of class %d", line->images);
        put_matrix(&figure, name, value, a->n_cells, height, most);
    }
    return page_put_figure(page, &figure);
}

/* How many cells have so many spikes, of the images' own class and of the others. */
static int put_spikes(struct page *page, const struct activity_rows *a, double threshold)
{
    SCOPED(figure_free) struct figure figure = {0};
    static const char *const series[] = {"cells of other classes", "cells of the class"};
    const double width = fmax(most_spikes(a, false), threshold) / SPIKE_BINS;
    char name[CLASS_NAME];
    TRY(figure_begin(&figure, "cell-spikes"));
    for (int32_t k = 0; k < a->n_labels; k++) {
        const struct activity_line *line = rows_of(a, k);
        int32_t n[2][SPIKE_BINS + 1] = {{0}}, most = 1;
        for (int32_t i = 0; i < a->n_cells; i++) {
            const int bin = (int)(line[i].spikes / width);
            const int32_t in_bin =
                ++n[line[i].label == line[i].images][bin < SPIKE_BINS ? bin : SPIKE_BINS - 1];
            most = in_bin > most ? in_bin : most;
        }
        snprintf(name, sizeof name, "images of class %d", line->images);
        for (int own = 1; own >= 0; own--)
            for (int b = 0; b <= SPIKE_BINS; b++)
                figure_put_row(&figure, "lines", "panel %s, series %s, x %g, y %d", name,
                               series[own], b * width, n[own][b < SPIKE_BINS ? b : SPIKE_BINS - 1]);
        figure_put_row(&figure, "bars", "panel %s, x %g, x2 %g, y %d", name, threshold,
                       threshold + width / 5, most);
    }
    return page_put_figure(page, &figure);
}

static int put_activity(struct page *page, const struct study *study)
{
    OWNED struct activity_line *line = NULL;
    struct activity_rows a = {0};
    const json_t *threshold = study_shared(study, "test", "active_spikes");
    TRY(table_read_in(&activity_table, study->run->folder, &line, &a.n));
    a.line = line;
    TRY(measure_rows(&a, study->run->folder));
    if (a.n_labels == 0)
        return STATUS_OK;
    TRY(put_heat(page, &a, false));
    TRY(put_spikes(page, &a, json_number_value(threshold)));
    return a.per_cell > 0 ? put_heat(page, &a, true) : STATUS_OK;
}

/* ---- weights over training ---- */

/* Moments at which weights were recorded, one after the other. */
static int32_t count_moments(const struct weight_row *row, int32_t n)
{
    int32_t n_moments = 0;
    for (int32_t i = 0; i < n; i++)
        n_moments += i == 0 || row[i].presentation != row[i - 1].presentation;
    return n_moments;
}

/* The classes that synapses belong to, by the dendrites in the synapse log. */
struct membership {
    const struct lives *lives;
    int32_t n_classes, dendrites_a_class;
};

static bool is_of(const struct membership *m, int32_t id, int32_t k)
{
    return k == m->n_classes ||
           (id < m->lives->n && m->lives->life[id].dendrite / m->dendrites_a_class == k);
}

/* An image of class k, or of all: moments from left to right, the largest weight on top; each
 * column is the distribution of weights then. */
static int put_weights_of(struct figure *figure, const struct weight_row *row, int32_t n,
                          const struct membership *m, int32_t k, const char *name)
{
    const int32_t n_moments = count_moments(row, n);
    OWN_NEW(double, share, (size_t)n_moments *WEIGHT_BINS, "the weights");
    double most = 1e-9;
    for (int32_t i = 0, moment = 0; i < n; moment++) {
        const int32_t first = i;
        int32_t n_here = 0;
        for (; i < n && row[i].presentation == row[first].presentation; i++) {
            if (isnan(row[i].weight) || !is_of(m, row[i].id, k))
                continue;
            const int bin = (int)(row[i].weight * WEIGHT_BINS);
            share[(WEIGHT_BINS - 1 - (bin < WEIGHT_BINS ? bin : WEIGHT_BINS - 1)) * n_moments +
                  moment]++;
            n_here++;
        }
        for (int b = 0; b < WEIGHT_BINS && n_here > 0; b++) {
            share[b * n_moments + moment] *= 100.0 / n_here;
            most = fmax(most, share[b * n_moments + moment]);
        }
    }
    for (size_t i = 0; i < (size_t)n_moments * WEIGHT_BINS; i++)
        share[i] = sqrt(share[i]); /* so that few are seen beside many */
    put_matrix(figure, name, share, n_moments, WEIGHT_BINS, sqrt(most));
    return STATUS_OK;
}

static int put_weights(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    SCOPED(lives_free) struct lives lives = {0};
    OWNED struct weight_row *row = NULL;
    struct run_data *data = study->data;
    const char *folder = study->run->folder;
    char name[CLASS_NAME];
    int32_t n;
    OWN_PATH(log, folder, lives_table.file);
    const int status = run_data_open(data, folder, study->data_folder);
    if (status == STATUS_SYSTEM || !data->has_manifest)
        return status;
    const struct parameters *p = &data->manifest.parameters;
    const bool has_classes = status == STATUS_OK && file_exists(log);
    const int32_t n_classes = has_classes ? data->dataset.classes.n : 0;
    if (has_classes)
        TRY(lives_read(&lives, log));
    const struct membership m = {
        &lives, n_classes,
        n_classes > 0 ? p->pyramidal.neurons / n_classes * p->pyramidal.n_dendrites : 1};
    TRY(table_read_in(&weight_table, folder, &row, &n));
    TRY(figure_begin(&figure, "weights-training"));
    TRY(put_weights_of(&figure, row, n, &m, n_classes, "all plastic synapses"));
    for (int32_t k = 0; k < n_classes; k++) {
        snprintf(name, sizeof name, "onto cells of class %d", data->dataset.classes.label[k]);
        TRY(put_weights_of(&figure, row, n, &m, k, name));
    }
    return page_put_figure(page, &figure);
}

int carried_figures_put(struct page *page, const struct study *study)
{
    const bool has_activity =
        study->n_runs == 1 && file_exists_in(study->run->folder, activity_table.file);
    if (!results_has_number(&study->results, "effective_weights") && !has_activity)
        return STATUS_OK;
    if (study->n_runs > 1)
        TRY(put_measures(page, study));
    TRY(put_clusters(page, study));
    if (study->n_runs > 1)
        return STATUS_OK;
    TRY(put_activity(page, study));
    return file_exists_in(study->run->folder, weight_table.file) ? put_weights(page, study)
                                                                 : STATUS_OK;
}
