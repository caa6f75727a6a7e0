/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens while a network learns, averaged over runs. */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/panels.h"
#include "report/run_columns.h"
#include "report/run_lines.h"
#include "store/snapshot.h"

enum { N_BINS = 50 };

/* The parameter "group.key" of all conditions; NaN where they differ or no run's folder is here. */
static double shared_number(const struct study *study, const char *group, const char *key)
{
    const json_t *value = study_shared(study, group, key);
    return value ? json_number_value(value) : (double)NAN;
}

/* Whether all conditions take the images of their sample tests from there. */
static bool shares_sample_from(const struct study *study, const char *from)
{
    const json_t *value = study_shared(study, "test", "sample_from");
    return value && strcmp(json_string_value(value), from) == 0;
}

static const char *caption_of(const struct figure *figure)
{
    return json_string_value(json_object_get(figure->json, "caption"));
}

/* What the parameters say of strong synapses, and of the images of sample tests. */
static void describe(struct figure *figure, const struct study *study)
{
    const double strong = shared_number(study, "stopping", "strong_weight");
    const char *name = json_string_value(json_object_get(figure->json, "name"));
    const bool is_strong = strcmp(name, "strong-synapses") == 0,
               is_sample = strcmp(name, "learning-curves") == 0;
    if (is_strong && isnan(strong))
        figure_say(figure, "caption", "%s Strong: of a weight above stopping.strong_weight.",
                   caption_of(figure));
    else if (is_strong)
        figure_say(figure, "caption", "%s Strong: of a weight above %g (stopping.strong_weight).",
                   caption_of(figure), strong);
    else if (is_sample && shares_sample_from(study, "test"))
        figure_say(figure, "caption",
                   "%s These are test images: settings are chosen by others, with "
                   "test.sample_from = validation.",
                   caption_of(figure));
    else if (is_sample && shares_sample_from(study, "validation"))
        figure_say(figure, "caption", "%s These are training images set aside.",
                   caption_of(figure));
}

int curves_put(struct page *page, const struct study *study)
{
    static const struct {
        const char *look, *none; /* said where the runs have none; NULL: nothing */
    } curves[] = {{"learning-curves", "Learning curves"},
                  {"strong-synapses", "Strong synapses"},
                  {"pruned-synapses", "Pruned synapses"},
                  {"similarity-training", NULL}}; /* recorded only where it was asked for */
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
        SCOPED(figure_free) struct figure figure = {0};
        const int n = page->n_figures;
        TRY(run_lines_draw(&figure, study, curves[i].look));
        describe(&figure, study);
        TRY(page_put_figure(page, &figure));
        if (page->n_figures == n && curves[i].none)
            fprintf(page->html, "<p>%s: none in these runs.</p>\n", curves[i].none);
    }
    return STATUS_OK;
}

/* ---- sample efficiency ---- */

int curves_put_stages(FILE *html, const struct study *study)
{
    const struct means means = MEANS_OF(study, &study->results, sample_columns);
    if (means_n_shown(&means) == 0)
        return STATUS_OK;
    fprintf(
        html,
        "<h3>How much it learns from how many images</h3>\n<p>Accuracy in sample tests after so "
        "many presentations%s.</p>\n",
        study_most_runs(study) > 1 ? ", mean ± sd of the runs" : "");
    return means_put(html, &means);
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

/* Weights of all runs: bin[n_panels * n_lines] and how many they are. */
struct weights {
    const struct panels *panels;
    double (*bin)[N_BINS], *n;
};

/* Adds those of run r. Counts are whole, so that their order changes nothing. */
static int add_weights(int32_t r, void *data)
{
    const struct weights *weights = data;
    const struct panels *v = weights->panels;
    const int32_t condition = v->study->run[r].condition;
    const size_t at = (size_t)(condition / v->per_panel * v->n_lines + condition % v->n_lines);
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
    char title[512], name[512];
    for (int32_t panel = 0; panel < v->n_panels; panel++) {
        double n_here = 0;
        panels_title(v, panel, title, sizeof title);
        for (int32_t line = 0; line < v->n_lines; line++) {
            const size_t at = (size_t)(panel * v->n_lines + line);
            n_here += n[at];
            panels_line(v, line, name, sizeof name);
            for (int b = 0; b <= N_BINS && n[at] > 0; b++)
                figure_put_row(figure, "lines", "panel %s, series %s, x %g, y %g", title, name,
                               (double)b / N_BINS,
                               100 * bin[at][b < N_BINS ? b : N_BINS - 1] / n[at]);
        }
        if (n_here > 0 && !isnan(low) && !isnan(high)) /* the same in all runs */
            figure_put_row(figure, "bars", "panel %s, x %g, x2 %g, y %g", title, low, high, start);
    }
}

/* What the grey bars are. */
static void describe_start(struct figure *figure, const struct study *study)
{
    const double low = shared_number(study, "connections", "w_min");
    const double high = shared_number(study, "connections", "w_max");
    if (isnan(low) || isnan(high))
        return;
    figure_say(figure, "caption",
               "%s Grey: before training, uniform between %g and %g (connections.w_min and w_max).",
               caption_of(figure), low, high);
    figure_set(figure, "note %s", "Grey: before training");
}

int curves_put_weights(struct page *page, const struct study *study)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct panels v = panels_of(study);
    const size_t n_lines = (size_t)v.n_panels * (size_t)v.n_lines;
    OWNED double(*bin)[N_BINS] = calloc(n_lines, sizeof *bin);
    OWNED double *n = calloc(n_lines, sizeof *n);
    if (!bin || !n)
        return status_no_memory("the weights", 0);
    TRY(study_read_each(study->n_runs, 16, add_weights, &(struct weights){&v, bin, n}));
    TRY(figure_begin(&figure, "weights"));
    panels_describe(&v, &figure);
    put_weights(&figure, &v, bin, n);
    describe_start(&figure, study);
    return page_put_figure(page, &figure);
}
