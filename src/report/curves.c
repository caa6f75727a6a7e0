/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens while a network learns, averaged over runs. A run that has stopped keeps its last
 * sample accuracy and strong fraction, so that a mean is always over the same runs; of the synapses
 * pruned the mean is over the runs still training, drawn while these are at least half. */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/panels.h"
#include "report/run_columns.h"
#include "store/run_tables.h"
#include "store/snapshot.h"
#include "store/table_json.h"

enum { POINTS_MAX = 240, N_BINS = 50 };

static const char *const look_names[] = {
    [CURVES_SAMPLE_ACCURACY] = "learning-curves",
    [CURVES_STRONG] = "strong-synapses",
    [CURVES_PRUNED] = "pruned-synapses",
    [CURVES_SIMILARITY] = "similarity-training",
};

static double value_of(const struct curve_line *line, enum curves_what what)
{
    switch (what) {
    case CURVES_SAMPLE_ACCURACY:
        return (double)line->sample_accuracy;
    case CURVES_STRONG:
        return (double)line->strong_fraction;
    case CURVES_PRUNED:
        return line->n_pruned;
    case CURVES_SIMILARITY:
        return (double)line->similarity;
    }
    return NAN;
}

/* Is there a value of its own at this presentation? */
static bool has_value(const struct curve *curve, enum curves_what what, int32_t t)
{
    const double value = value_of(&curve->line[t], what);
    return what == CURVES_PRUNED ? value > 0 : !isnan(value);
}

/* The run's value at a presentation (from 0), NaN if it has none (yet). */
static double value_at(const struct curve *curve, enum curves_what what, int32_t t)
{
    if (curve->n == 0 || (what == CURVES_PRUNED && t >= curve->n))
        return NAN;
    if (t >= curve->n)
        t = curve->n - 1;
    while (t > 0 && isnan(value_of(&curve->line[t], what)))
        t--;
    return value_of(&curve->line[t], what);
}

static struct running mean_at(const struct panels *v, enum curves_what what, int32_t panel,
                              int32_t line, int32_t t)
{
    struct running mean = {0};
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct study_run *run = &v->study->run[r];
        const double value =
            panels_belongs(v, run, panel, line) ? value_at(&run->curve, what, t) : NAN;
        if (!isnan(value))
            running_add(&mean, value);
    }
    return mean;
}

/* Is there something new at this presentation in any run of the line? */
static bool is_due(const struct panels *v, enum curves_what what, int32_t panel, int32_t line,
                   int32_t t, int32_t longest)
{
    if (what == CURVES_STRONG)
        return t % (1 + longest / POINTS_MAX) == 0 || t == longest - 1;
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct curve *curve = &v->study->run[r].curve;
        if (panels_belongs(v, &v->study->run[r], panel, line) && t < curve->n &&
            has_value(curve, what, t))
            return true;
    }
    return false;
}

bool curves_any(const struct study *study, enum curves_what what)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        for (int32_t t = 0; t < study->run[r].curve.n; t++)
            if (has_value(&study->run[r].curve, what, t))
                return true;
    return false;
}

/* How long the runs of a line trained. */
struct length {
    int32_t n, longest; /* runs */
    double mean;
};

static struct length length_of(const struct panels *v, int32_t panel, int32_t line)
{
    struct length length = {0};
    double sum = 0;
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct study_run *run = &v->study->run[r];
        if (!panels_belongs(v, run, panel, line) || run->curve.n == 0)
            continue;
        sum += run->curve.n;
        length.n++;
        length.longest = run->curve.n > length.longest ? run->curve.n : length.longest;
    }
    length.mean = length.n > 0 ? sum / length.n : 0;
    return length;
}

/* A line's points, and a dot where training stopped; of synapses pruned there are none after the
 * last turnover. */
static void put_line(struct figure *figure, const struct panels *v, enum curves_what what,
                     int32_t panel, int32_t line)
{
    const double least = what == CURVES_SIMILARITY ? -1 : 0;
    const double most = what == CURVES_PRUNED ? (double)INFINITY : 1;
    const struct length length = length_of(v, panel, line);
    char title[512], name[512];
    panels_title(v, panel, title, sizeof title);
    panels_line(v, line, name, sizeof name);
    for (int32_t t = 0; t < length.longest; t++) {
        if (!is_due(v, what, panel, line, t, length.longest))
            continue;
        const struct running mean = mean_at(v, what, panel, line, t);
        if (mean.n > 0 && !(what == CURVES_PRUNED && 2 * mean.n < length.n))
            figure_put_mean(figure, "lines", title, name, t + 1, &mean, least, most);
    }
    const struct running stop = mean_at(v, what, panel, line, (int32_t)length.mean - 1);
    if (length.n > 0 && what != CURVES_PRUNED && stop.n > 0)
        figure_put_row(figure, "dots", "panel %s, series %s, x %g, y %g", title, name, length.mean,
                       stop.mean);
}

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

int curves_put(struct page *page, const struct study *study, enum curves_what what)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct panels v = panels_of(study);
    const double strong = shared_number(study, "stopping", "strong_weight");
    TRY(panels_begin_figure(&v, &figure, look_names[what]));
    if (study_most_runs(study) == 1)
        figure_show_one(&figure);
    for (int32_t panel = 0; panel < v.n_panels; panel++)
        for (int32_t line = 0; line < v.n_lines; line++)
            put_line(&figure, &v, what, panel, line);
    if (what == CURVES_STRONG && isnan(strong))
        figure_say(&figure, "caption", "%s Strong: of a weight above stopping.strong_weight.",
                   caption_of(&figure));
    else if (what == CURVES_STRONG)
        figure_say(&figure, "caption", "%s Strong: of a weight above %g (stopping.strong_weight).",
                   caption_of(&figure), strong);
    if (what == CURVES_SAMPLE_ACCURACY && shares_sample_from(study, "test"))
        figure_say(&figure, "caption",
                   "%s These are test images: settings are chosen by others, with "
                   "test.sample_from = validation.",
                   caption_of(&figure));
    if (what == CURVES_SAMPLE_ACCURACY && shares_sample_from(study, "validation"))
        figure_say(&figure, "caption", "%s These are training images set aside.",
                   caption_of(&figure));
    return page_put_figure(page, &figure);
}

/* ---- sample efficiency ---- */

int curves_put_stages(FILE *html, const struct study *study)
{
    const struct means means = MEANS_OF(study, &study->results, sample_columns);
    if (means_n_shown(&means) < 2)
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
    TRY(panels_begin_figure(&v, &figure, "weights"));
    put_weights(&figure, &v, bin, n);
    describe_start(&figure, study);
    return page_put_figure(page, &figure);
}
