/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables behind the figures of a trace; figures/trace.js says how they are drawn. Cells'
 * synapses and dendrites are numbered from 1. */
#include "report/trace_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "neuron/constants.h"

enum {
    ZOOM_MS = 200,  /* what is shown enlarged at first */
    GAP_MS = 100,   /* the longest time between two points of a curve */
    ROWS_MAX = 400, /* neurons or inputs drawn in a raster */
};

static const char *const role_names[] = {
    [ROLE_PYRAMIDAL] = "pyramidal",
    [ROLE_CONTROL_DENDRITE] = "control of dendrites",
    [ROLE_CONTROL_SOMA] = "control of somas",
    [ROLE_FEEDBACK] = "feedback",
    [ROLE_INPUT] = "inputs",
    [ROLE_TEACHER] = "teacher",
};

/* "pyramidal, class 1" */
static const char *describe(const struct population *population, const struct dataset *dataset,
                            char *text, size_t size)
{
    if (population->class_index < 0)
        snprintf(text, size, "%s", role_names[population->role]);
    else
        snprintf(text, size, "%s, class %d", role_names[population->role],
                 dataset->classes.label[population->class_index]);
    return text;
}

/* What the trace was made of, in words. */
static json_t *words_of(const struct trace *trace, const struct trace_about *about)
{
    char text[512];
    snprintf(text, sizeof text, "%.300s, an image of class %d (right), turnover %s, seed %llu",
             about->dataset->name, about->dataset->classes.label[trace->class_index],
             parameters_choice(about->parameters, "turnover.policy"),
             (unsigned long long)about->seed);
    return figure_string(text);
}

/* The image that is shown. */
static void put_image(struct figure *figure, const struct trace *trace,
                      const struct trace_about *about)
{
    const struct images *images = &about->dataset->train;
    figure_put_row(figure, "image", "values %p, width %d, height %d, palette %s",
                   figure_image(images, trace->image), images->width, images->height, "gray");
}

/* ---- one cell: its presentation ---- */

/* What the tag of a synapse asks for, which gives it its colour. */
static const char *fate_of(const struct trace *trace, const struct trace_cell *cell,
                           int32_t synapse)
{
    const float visible = 0.05F;
    const float tag = cell->tag ? cell->tag[(size_t)synapse * ((size_t)trace->n_minutes + 1)] : 0;
    return tag > visible ? "potentiation" : tag < -visible ? "depression" : "none";
}

/* A little before the first spike of the cell. */
static int32_t zoom_start(const struct trace *trace, const struct trace_cell *cell)
{
    const int64_t n = trace_n_spikes(trace, cell->neuron);
    const int32_t spike = n > 0 ? trace->spike_step[trace->spike_start[cell->neuron]] : 0;
    int32_t first = spike - ZOOM_MS / 4;
    first = first > trace->n_steps - ZOOM_MS ? trace->n_steps - ZOOM_MS : first;
    first -= first % 10;
    return first > 0 ? first : 0;
}

/* The calcium at which half a tag is there; 0 if none can be. */
static double tag_limit(double offset, double slope)
{
    return slope > 0 && offset > 0 ? offset / slope : 0;
}

/* One row: sizes, and the levels that are drawn as lines. */
static void put_about(struct figure *figure, const struct trace *trace,
                      const struct trace_about *about, const struct trace_cell *cell)
{
    const struct parameters *p = about->parameters;
    const struct constants constants = constants_from(p);
    const struct cell_constants *own = cell->creb ? &constants.pyramidal : &constants.interneuron;
    const int32_t start = zoom_start(trace, cell);
    const int32_t end = start + ZOOM_MS < trace->n_steps ? start + ZOOM_MS : trace->n_steps;
    figure_put_row(figure, "about",
                   "words %p, steps %d, minutes %d, dendrites %d, synapses %d, "
                   "is_pyramidal %u, zoom_start %d, zoom_end %d, threshold %g, "
                   "ltp %g, ltd %g, gate %g, pruned_below %g",
                   words_of(trace, about), trace->n_steps, trace->n_minutes, cell->n_dendrites,
                   cell->n_plastic, cell->creb != NULL, start, end, (double)own->threshold,
                   tag_limit(p->plasticity.tag_ltp_offset, p->plasticity.tag_ltp_slope),
                   tag_limit(p->plasticity.tag_ltd_offset, p->plasticity.tag_ltd_slope),
                   p->prp.gate, p->turnover.policy == TURNOVER_NONE ? 0.0 : p->turnover.threshold);
}

static void put_synapses(struct figure *figure, const struct trace *trace,
                         const struct trace_cell *cell)
{
    for (int32_t s = 0; s < cell->n_plastic; s++)
        figure_put_row(
            figure, "synapses", "synapse %d, id %d, input %d, dendrite %d, fate %s", s + 1,
            cell->synapse[s].id, cell->synapse[s].source - layout_first_input(&trace->layout),
            cell->synapse[s].dendrite - cell->first_dendrite + 1, fate_of(trace, cell, s));
}

/* What comes in by each plastic synapse, and by the fixed ones, of which a source may have many. */
static void put_input_spikes(struct figure *figure, const struct trace *trace,
                             const struct trace_cell *cell)
{
    int32_t before[2] = {-1, -1};
    for (int32_t s = 0; s < cell->n_synapses; s++) {
        const int32_t source = cell->synapse[s].source;
        const bool is_plastic = s < cell->n_plastic;
        const bool inhibits = cell->synapse[s].effect != EFFECT_EXCITE;
        if (!is_plastic && source == before[inhibits])
            continue;
        if (!is_plastic)
            before[inhibits] = source;
        for (int64_t i = trace->spike_start[source]; i < trace->spike_start[source + 1]; i++)
            figure_put_row(figure, "input_spikes", "ms %d, kind %s, synapse %d",
                           trace->spike_step[i],
                           is_plastic ? "plastic"
                           : inhibits ? "inhibition"
                                      : "excitation",
                           s + 1);
    }
}

static json_t *to_4_digits(float value)
{
    char text[32];
    snprintf(text, sizeof text, "%.4g", (double)value);
    return json_real(strtod(text, NULL));
}

/* A curve of values[n], without points that would not be seen, as a row: what KEY it is of, and
 * lists of "ms" and of VALUE, which make a large table a small one. */
static void put_curve(struct figure *figure, const char *table, const char *key, json_t *name,
                      const char *value, const float *values, int32_t n, double tolerance)
{
    json_t *ms = json_array(), *points = json_array();
    double last = NAN;
    int32_t last_t = -GAP_MS;
    for (int32_t t = 0; t < n; t++) {
        if (fabs((double)values[t] - last) <= tolerance && t - last_t < GAP_MS && t < n - 1)
            continue;
        for (int32_t next = t > 0 && t - 1 > last_t ? t - 1 : t; next <= t; next++) {
            json_array_append_new(ms, json_integer(next));
            json_array_append_new(points, to_4_digits(values[next]));
        }
        last = (double)values[t];
        last_t = t;
    }
    json_array_append_new(figure_table(figure, table),
                          json_pack("{s:o,s:o,s:o}", key, name, "ms", ms, value, points));
}

/* The same of rows[n_rows][n_steps], numbered from 1. */
static void put_curves(struct figure *figure, const char *table, const char *key, const char *value,
                       const float *rows, int32_t n_rows, int32_t n_steps, double tolerance)
{
    for (int32_t i = 0; i < n_rows; i++)
        put_curve(figure, table, key, json_integer(i + 1), value,
                  rows + (size_t)i * (size_t)n_steps, n_steps, tolerance);
}

static void put_dendrites(struct figure *figure, const struct trace *trace,
                          const struct trace_cell *cell)
{
    const bool *dspiked = cell->dspiked;
    put_curves(figure, "dendrites", "dendrite", "mV", cell->v_b, cell->n_dendrites, trace->n_steps,
               0.25);
    for (int32_t b = 0; b < cell->n_dendrites; b++)
        for (int32_t t = 0; t < trace->n_steps; t++)
            if (*dspiked++)
                figure_put_row(figure, "dendritic_spikes", "ms %d, dendrite %d", t, b + 1);
}

static void put_soma(struct figure *figure, const struct trace *trace,
                     const struct trace_cell *cell)
{
    const struct {
        const char *name;
        const float *values;
        double tolerance;
    } curves[] = {
        {"voltage", cell->v, 0.2}, {"bAP", cell->v_bap, 0.2}, {"adaptation", cell->g_w, 0.002}};
    for (int i = 0; i < (cell->creb ? 3 : 2); i++)
        put_curve(figure, "soma", "what", json_string(curves[i].name), "value", curves[i].values,
                  trace->n_steps, curves[i].tolerance);
}

/* ---- one cell: the consolidation ---- */

static void put_synapse_minutes(struct figure *figure, const struct trace *trace,
                                const struct trace_cell *cell)
{
    const float *tag = cell->tag, *weight = cell->weight;
    for (int32_t s = 0; s < cell->n_plastic; s++)
        for (int32_t k = 0; k <= trace->n_minutes; k++)
            figure_put_row(figure, "synapse_minutes", "minute %d, synapse %d, tag %g, weight %g", k,
                           s + 1, (double)*tag++, (double)*weight++);
}

/* Whether this is the first dendrite that sees this time course: most see the same. */
static bool is_first_course(const struct trace_cell *cell, size_t n_minutes, int32_t dendrite)
{
    const float *own = cell->prp + (size_t)dendrite * n_minutes;
    for (int32_t b = 0; b < dendrite; b++)
        if (memcmp(cell->prp + (size_t)b * n_minutes, own, n_minutes * sizeof *own) == 0)
            return false;
    return true;
}

static void put_proteins(struct figure *figure, const struct trace *trace,
                         const struct trace_cell *cell)
{
    const size_t n_minutes = (size_t)trace->n_minutes + 1;
    for (int32_t b = 0; b < cell->n_dendrites; b++)
        for (size_t k = 0; is_first_course(cell, n_minutes, b) && k < n_minutes; k++)
            figure_put_row(figure, "proteins", "minute %d, dendrite %d, prp %g, creb %g", (int)k,
                           b + 1, (double)cell->prp[(size_t)b * n_minutes + k],
                           (double)cell->creb[k]);
}

/* Which receptors for dopamine a cell has, as an end to what it is called. */
static const char *receptors_of(const struct trace *trace, const struct trace_about *about,
                                const struct trace_cell *cell)
{
    if (!cell->creb || about->parameters->plasticity.rule != RULE_DOPAMINE)
        return "";
    return layout_is_d2(&trace->layout, cell->neuron) ? ", D2" : ", D1";
}

int trace_figure_cell(struct figure *figure, const struct trace *trace,
                      const struct trace_about *about, const struct trace_cell *cell)
{
    char population[64];
    describe(layout_population(&trace->layout, cell->neuron), about->dataset, population,
             sizeof population);
    TRY(figure_begin(figure, "trace-cell"));
    figure_say(figure, "name", "cell-%d", cell->neuron);
    figure_say(figure, "title", "Cell %d (%s%s%s) in training presentation %d", cell->neuron,
               cell->creb ? "" : "interneuron, ", population, receptors_of(trace, about, cell),
               trace->presentation);
    figure_say(figure, "shows",
               "What comes into the cell, the voltages of its %d dendrites and of its soma%s",
               cell->n_dendrites,
               cell->creb ? ", the calcium of its plastic synapses, and how tags and proteins then "
                            "become weights"
                          : "");
    if (!cell->creb)
        figure_say(figure, "caption", "%s", "");
    put_about(figure, trace, about, cell);
    put_image(figure, trace, about);
    put_synapses(figure, trace, cell);
    put_input_spikes(figure, trace, cell);
    put_dendrites(figure, trace, cell);
    put_soma(figure, trace, cell);
    put_curves(figure, "calcium", "synapse", "calcium", cell->calcium, cell->n_plastic,
               trace->n_steps, 0);
    if (cell->creb) {
        put_synapse_minutes(figure, trace, cell);
        put_proteins(figure, trace, cell);
    }
    return STATUS_OK;
}

/* ---- the population ---- */

static bool is_cell(const struct population *population)
{
    return population->role < ROLE_INPUT;
}

/* Of inputs and teachers only those are shown that spike. */
static bool is_shown(const struct trace *trace, const struct population *population, int32_t id)
{
    return is_cell(population) || trace_n_spikes(trace, id) > 0;
}

static int32_t count_shown(const struct trace *trace, const struct population *population)
{
    int32_t n = 0;
    for (int32_t id = population->first; id < population->first + population->n; id++)
        n += is_shown(trace, population, id);
    return n;
}

/* A raster, of the cells or of their sources, shows one in so many, and so ROWS_MAX at most. */
static int32_t stride_of(const struct trace *trace, bool of_cells)
{
    int32_t n = 0;
    for (int32_t k = 0; k < trace->layout.n_populations; k++)
        if (is_cell(&trace->layout.population[k]) == of_cells)
            n += count_shown(trace, &trace->layout.population[k]);
    return n > ROWS_MAX ? (n + ROWS_MAX - 1) / ROWS_MAX : 1;
}

/* The rows' spikes; returns how many rows there are. */
static int32_t put_spikes(struct figure *figure, const struct trace *trace, int32_t k,
                          int32_t stride)
{
    const struct population *population = &trace->layout.population[k];
    int32_t n = 0;
    for (int32_t id = population->first; id < population->first + population->n; id++) {
        if (!is_shown(trace, population, id) || n++ % stride != 0)
            continue;
        for (int64_t i = trace->spike_start[id]; i < trace->spike_start[id + 1]; i++)
            figure_put_row(figure, "spikes", "ms %d, population %d, row %d, id %d",
                           trace->spike_step[i], k, (n - 1) / stride, id);
    }
    return (n + stride - 1) / stride;
}

/* The mean rate of the cells in each bin, at its middle: the last may be cut off. */
static int put_rates(struct figure *figure, const struct trace *trace, int32_t k)
{
    const int32_t n_bins = trace_n_bins(trace);
    OWNED double *rate = NULL;
    TRY_NEW(rate, n_bins, "the rates");
    trace_rates(trace, &trace->layout.population[k], rate);
    for (int32_t bin = 0; bin < n_bins; bin++) {
        const double start = bin * TRACE_BIN_MS, end = fmin(start + TRACE_BIN_MS, trace->n_steps);
        figure_put_row(figure, "rates", "ms %g, population %d, Hz %g", (start + end) / 2, k,
                       rate[bin]);
    }
    return STATUS_OK;
}

int trace_figure_population(struct figure *figure, const struct trace *trace,
                            const struct trace_about *about)
{
    const int32_t stride[] = {stride_of(trace, false), stride_of(trace, true)};
    int32_t n_rows[] = {0, 0};
    char name[64];
    TRY(figure_begin(figure, "population"));
    figure_say(figure, "title", "All cells in training presentation %d", trace->presentation);
    put_image(figure, trace, about);
    for (int32_t k = 0; k < trace->layout.n_populations; k++) {
        const struct population *population = &trace->layout.population[k];
        const bool of_cells = is_cell(population);
        const int32_t rows = put_spikes(figure, trace, k, stride[of_cells]);
        n_rows[of_cells] += rows;
        figure_put_row(figure, "populations",
                       "population %d, name %s, class %d, role %s, is_source %u, "
                       "rows %d",
                       k, describe(population, about->dataset, name, sizeof name),
                       population->class_index, role_names[population->role], !of_cells, rows);
        if (of_cells)
            TRY(put_rates(figure, trace, k));
    }
    figure_put_row(figure, "about",
                   "words %p, steps %d, class %d, cell_rows %d, cell_stride %d, "
                   "source_stride %d",
                   words_of(trace, about), trace->n_steps, trace->class_index, n_rows[true],
                   stride[true], stride[false]);
    return STATUS_OK;
}
