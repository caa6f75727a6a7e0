/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens while a network learns, averaged over runs. A run that has stopped keeps its last
 * sample accuracy and strong fraction, so that a mean is always over the same runs; of the synapses
 * pruned the mean is over the runs still training, drawn while these are at least half. */
#include "report/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/panels.h"
#include "store/manifest.h"
#include "store/run_tables.h"
#include "store/snapshot.h"

enum { POINTS_MAX = 240, N_BINS = 50 };

static const struct {
    const char *title, *label;
    double unit;
} looks[] = {
    [CURVES_SAMPLE_ACCURACY] = {"Learning curves: accuracy in sample tests", "sample accuracy (%)",
                                100},
    [CURVES_STRONG] = {"Strong synapses over training", "strong synapses (%)", 100},
    [CURVES_PRUNED] = {"Synapses pruned at each turnover", "synapses pruned", 1},
    [CURVES_SIMILARITY] = {"Similarity of maps and images over training", "similarity", 1},
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

struct point {
    int32_t n; /* runs */
    double mean, sd;
};

static struct point point_at(const struct panels *v, enum curves_what what, int32_t panel,
                             int32_t line, int32_t t)
{
    struct point p = {0};
    double sum = 0, squares = 0;
    for (int32_t r = 0; r < v->study->n_runs; r++) {
        const struct study_run *run = &v->study->run[r];
        const double value =
            panels_belongs(v, run, panel, line) ? value_at(&run->curve, what, t) : NAN;
        if (isnan(value))
            continue;
        p.n++;
        /* Welford's: no difference of two large sums */
        const double from_mean = value - p.mean;
        p.mean += from_mean / p.n;
        squares += from_mean * (value - p.mean);
        sum += value;
    }
    if (p.n > 0)
        p.mean = sum / p.n;
    p.sd = p.n > 1 ? sqrt(squares / (p.n - 1)) : 0;
    return p;
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

static int32_t longest_of(const struct study *study)
{
    int32_t longest = 0;
    for (int32_t r = 0; r < study->n_runs; r++)
        if (study->run[r].curve.n > longest)
            longest = study->run[r].curve.n;
    return longest;
}

bool curves_any(const struct study *study, enum curves_what what)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        for (int32_t t = 0; t < study->run[r].curve.n; t++)
            if (has_value(&study->run[r].curve, what, t))
                return true;
    return false;
}

/* Writes $lineN (presentation, low, mean, high) and $stopN (where training stopped). */
static void put_line(const struct panels *v, enum curves_what what, int32_t panel, int32_t line,
                     FILE *script)
{
    const double unit = looks[what].unit, top = what == CURVES_PRUNED ? INFINITY : unit;
    const double bottom = what == CURVES_SIMILARITY ? -1 : 0;
    double stop = 0;
    int32_t n = 0, longest = 0;
    for (int32_t r = 0; r < v->study->n_runs; r++)
        if (panels_belongs(v, &v->study->run[r], panel, line) && v->study->run[r].curve.n > 0) {
            stop += v->study->run[r].curve.n;
            n++;
            if (v->study->run[r].curve.n > longest)
                longest = v->study->run[r].curve.n;
        }
    fprintf(script, "$line%d << END\nNaN NaN NaN NaN\n", line);
    for (int32_t t = 0; t < longest; t++) {
        if (!is_due(v, what, panel, line, t, longest))
            continue;
        const struct point p = point_at(v, what, panel, line, t);
        if (p.n > 0 && !(what == CURVES_PRUNED && 2 * p.n < n))
            fprintf(script, "%d %.6g %.6g %.6g\n", t + 1, fmax((p.mean - p.sd) * unit, bottom),
                    p.mean * unit, fmin((p.mean + p.sd) * unit, top));
    }
    fprintf(script, "END\n$stop%d << END\nNaN NaN\n", line);
    if (n > 0 && what != CURVES_PRUNED) {
        const struct point p = point_at(v, what, panel, line, (int32_t)(stop / n) - 1);
        fprintf(script, "%.6g %.6g\n", stop / n, p.n > 0 ? p.mean * unit : NAN);
    }
    fprintf(script, "END\n");
}

int curves_plot(const struct study *study, enum curves_what what, struct chart *chart)
{
    const struct panels v = panels_of(study);
    struct chart_key stop = {CHART_KEY_DOT, -1, "training stopped"};
    if (study_most_runs(study) > 1)
        strcat(stop.text, " (mean)");
    const int result =
        panels_begin(&v, looks[what].title, NULL, what == CURVES_PRUNED ? NULL : &stop, chart);
    if (result != STATUS_OK)
        return result;
    FILE *script = chart->script;
    double bottom = 0, top = looks[what].unit;
    if (what != CURVES_SAMPLE_ACCURACY) {
        top = 0;
        for (int32_t r = 0; r < study->n_runs; r++)
            for (int32_t t = 0; t < study->run[r].curve.n; t++) {
                const double value = looks[what].unit * value_at(&study->run[r].curve, what, t);
                top = fmax(top, value);
                bottom = fmin(bottom, value);
            }
        top = fmax(top, 1e-3);
    }
    fprintf(script, "set xrange [0:%d]\nset yrange [%g:%g]\nset xtics autofreq\n",
            longest_of(study), 1.04 * bottom, 1.04 * top);
    for (int32_t panel = 0; panel < v.n_panels; panel++) {
        for (int32_t line = 0; line < v.n_lines; line++)
            put_line(&v, what, panel, line, script);
        panels_put_title(&v, panel, chart);
        panels_put_axes(&v, panel, "training presentations", looks[what].label, script);
        fprintf(script, "plot ");
        for (int32_t line = 0; line < v.n_lines; line++)
            fprintf(script,
                    "%s$line%d using 1:2:4 with filledcurves fs transparent solid 0.18 noborder "
                    "lc '%s' notitle",
                    line ? ", \\\n " : "", line, chart_color(line));
        for (int32_t line = 0; line < v.n_lines; line++)
            fprintf(script,
                    ", \\\n $line%d using 1:3 with lines lw 2 dt %s lc '%s' notitle, "
                    "$stop%d using 1:2 with points pt 7 ps 1.7 lc '#ffffff' notitle, "
                    "'' using 1:2 with points pt 7 ps 1.2 lc '%s' notitle",
                    line, chart_dash(line), chart_color(line), line, chart_color(line));
        fprintf(script, "\n");
        chart_end_panel(chart);
    }
    fprintf(script, "unset multiplot\n");
    return STATUS_OK;
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

/* Writes the chart of weights in bin[n_panels * n_lines], of which there are n. */
static void put_weights(const struct panels *v, const struct parameters *p,
                        const double (*bin)[N_BINS], const double *n, struct chart *chart)
{
    FILE *script = chart->script;
    const double low = p->connections.w_min, high = p->connections.w_max;
    const double start = high > low ? fmin(100 / (N_BINS * (high - low)), 100) : 100;
    fprintf(script,
            "set xrange [0:1]\nset yrange [0.05:100]\nset logscale y\nset boxwidth %g\n"
            "$start << END\n%g %g %g\nEND\nset ytics (0.1, 1, 10, 100)\n",
            1.0 / N_BINS, (low + high) / 2, start, high - low);
    for (int32_t panel = 0; panel < v->n_panels; panel++) {
        for (int32_t line = 0; line < v->n_lines; line++) {
            const size_t at = (size_t)(panel * v->n_lines + line);
            fprintf(script, "$line%d << END\n", line);
            for (int b = 0; b < N_BINS; b++)
                fprintf(script, "%g %.6g\n", (b + 0.5) / N_BINS,
                        n[at] > 0 ? fmax(100 * bin[at][b] / n[at], 1e-4) : NAN);
            fprintf(script, "END\n");
        }
        panels_put_title(v, panel, chart);
        panels_put_axes(v, panel, "weight", "synapses (%) per 0.02 of weight", script);
        fprintf(script, "plot $start using 1:2:3 with boxes fs solid 1 noborder lc '#bbbbbb' "
                        "notitle");
        for (int32_t line = 0; line < v->n_lines; line++)
            fprintf(script, ", \\\n $line%d using 1:2 with histeps lw 1.8 dt %s lc '%s' notitle",
                    line, chart_dash(line), chart_color(line));
        fprintf(script, "\n");
        chart_end_panel(chart);
    }
    fprintf(script, "unset multiplot\n");
}

int curves_plot_weights(const struct study *study, struct chart *chart, bool *any)
{
    const struct chart_key before = {CHART_KEY_BOX, -1, "before training"};
    const struct panels v = panels_of(study);
    const size_t n_lines = (size_t)v.n_panels * (size_t)v.n_lines;
    OWNED double(*bin)[N_BINS] = calloc(n_lines, sizeof *bin);
    OWNED double *n = calloc(n_lines, sizeof *n);
    OWNED struct manifest *manifest = malloc(sizeof *manifest);
    *any = false;
    if (!bin || !n || !manifest)
        return status_no_memory("the weights", 0);
    TRY(study_read_each(study->n_runs, 16, add_weights, &(struct weights){&v, bin, n}));
    for (size_t at = 0; at < n_lines; at++)
        *any = *any || n[at] > 0;
    if (!*any)
        return STATUS_OK;
    if (manifest_read(manifest, study->run[0].folder) != STATUS_OK)
        TRY(parameters_preset(&manifest->parameters, "authors"));
    TRY(panels_begin(&v, "Plastic weights before and after training", &before, NULL, chart));
    put_weights(&v, &manifest->parameters, bin, n, chart);
    return STATUS_OK;
}
