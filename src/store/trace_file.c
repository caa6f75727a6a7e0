/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trace as HDF5: docs/files.md, trace.h5. */
#include "store/trace_file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/hdf5_file.h"
#include "store/parameters_json.h"

enum { FORMAT = 1, NAME_MAX_LENGTH = 128 };

/* The name of a population: "pyramidal_3" of the class with label 3, "control_soma", "inputs" … */
static const char *name_population(const struct population *population,
                                   const struct dataset *dataset, char *text, size_t size)
{
    static const char *const names[] = {
        [ROLE_PYRAMIDAL] = "pyramidal",
        [ROLE_CONTROL_DENDRITE] = "control_dendrite",
        [ROLE_CONTROL_SOMA] = "control_soma",
        [ROLE_FEEDBACK] = "feedback",
        [ROLE_INPUT] = "inputs",
        [ROLE_TEACHER] = "teacher",
    };
    if (population->class_index < 0)
        snprintf(text, size, "%s", names[population->role]);
    else
        snprintf(text, size, "%s_%d", names[population->role],
                 dataset->classes.label[population->class_index]);
    return text;
}

int32_t trace_n_bins(const struct trace *trace)
{
    return (trace->n_steps + TRACE_BIN_MS - 1) / TRACE_BIN_MS;
}

void trace_rates(const struct trace *trace, const struct population *population, double *rate_hz)
{
    const int32_t n_bins = trace_n_bins(trace);
    memset(rate_hz, 0, (size_t)n_bins * sizeof *rate_hz);
    for (int32_t id = population->first; id < population->first + population->n; id++)
        for (int64_t i = trace->spike_start[id]; i < trace->spike_start[id + 1]; i++)
            rate_hz[trace->spike_step[i] / TRACE_BIN_MS]++;
    for (int32_t bin = 0; bin < n_bins; bin++) {
        const int32_t left = trace->n_steps - bin * TRACE_BIN_MS;
        const double seconds = (left < TRACE_BIN_MS ? left : TRACE_BIN_MS) / 1000.0;
        rate_hz[bin] /= seconds * population->n;
    }
}

/* A group of a file that data sets are written into, until the first fails. */
struct group {
    struct archive archive;
    char name[NAME_MAX_LENGTH];
};

enum { NONE = -1 }; /* in place of n_rows, n_columns: there is no such dimension */

static void put(struct group *group, const char *name, enum spinet_type type, int64_t n_rows,
                int64_t n_columns, const void *values, const char *unit, const char *meaning)
{
    struct archive *archive = &group->archive;
    char full[2 * NAME_MAX_LENGTH];
    const int64_t shape[] = {n_rows, n_columns};
    const int rank = (n_rows != NONE) + (n_columns != NONE);
    snprintf(full, sizeof full, "%s/%s", group->name, name);
    archive_values(archive, full, type, rank, shape, (void *)values, unit);
    if (archive->status == STATUS_OK)
        archive->status = hdf5_write_text_attribute(archive->file, full, "meaning", meaning);
}

static void put_list(struct group *group, const char *name, enum spinet_type type, int64_t n,
                     const void *values, const char *unit, const char *meaning)
{
    put(group, name, type, n, NONE, values, unit, meaning);
}

static void put_number(struct group *group, const char *name, enum spinet_type type,
                       const void *value, const char *unit, const char *meaning)
{
    put(group, name, type, NONE, NONE, value, unit, meaning);
}

/* Writes a member of 4 bytes of n structures as a data set. */
static void put_member(struct group *group, const char *name, enum spinet_type type, int64_t n,
                       const void *first, size_t row_size, const char *unit, const char *meaning)
{
    OWNED int32_t *column = archive_allocate(&group->archive, n, sizeof *column);
    for (int64_t i = 0; i < n && column; i++)
        memcpy(&column[i], (const char *)first + (size_t)i * row_size, sizeof *column);
    put_list(group, name, type, n, column, unit, meaning);
}

/* A spike: whose, and when. */
struct event {
    int32_t of, step;
};

static void put_events(struct group *group, int64_t n, const struct event *events,
                       const char *name_of, const char *meaning_of, const char *name_of_time,
                       const char *meaning_of_time)
{
    if (!events)
        return;
    put_member(group, name_of, SPINET_INT32, n, &events->of, sizeof *events, NULL, meaning_of);
    put_member(group, name_of_time, SPINET_INT32, n, &events->step, sizeof *events, "ms",
               meaning_of_time);
}

static void put_text(struct group *group, const char *name, const char *text)
{
    char full[2 * NAME_MAX_LENGTH];
    snprintf(full, sizeof full, "%s/%s", group->name, name);
    archive_text(&group->archive, full, text);
}

/* ---- the parts of the file ---- */

static void put_about(struct group *group, const struct trace *trace,
                      const struct trace_about *about)
{
    const struct dataset *dataset = about->dataset;
    const int32_t format = FORMAT, label = dataset->train.labels[trace->image];
    const int64_t n_rows = dataset->train.height, n_columns = dataset->train.width;
    json_auto_t *json = parameters_to_json(about->parameters);
    OWNED char *text = json ? json_dumps(json, JSON_REAL_PRECISION(17)) : NULL;
    OWNED uint8_t *room = archive_allocate(
        &group->archive, (int64_t)images_room((size_t)n_rows * (size_t)n_columns), 1);
    if (!text && group->archive.status == STATUS_OK)
        group->archive.status = status_no_memory("the parameters", 0);
    put_number(group, "format", SPINET_INT32, &format, NULL, "version of this layout");
    put_text(group, "version", about->version);
    put_text(group, "parameters", text ? text : "");
    put_number(group, "seed", SPINET_UINT64, &about->seed, NULL, "of the run");
    put_text(group, "kernel", about->kernel);
    put_text(group, "data_set", dataset->name);
    put_number(group, "presentation", SPINET_INT32, &trace->presentation, NULL, "from 1");
    put_number(group, "label", SPINET_INT32, &label, NULL, "of the image shown");
    if (room)
        put(group, "image", SPINET_UINT8, n_rows, n_columns,
            images_show(&dataset->train, trace->image, room), NULL, "the image shown, 0 to 255");
}

static void put_spikes(struct group *group, const struct trace *trace)
{
    const int32_t n_ids = trace->layout.n_ids;
    const int64_t n = trace->spike_start[n_ids];
    OWNED struct event *events = archive_allocate(&group->archive, n, sizeof *events);
    for (int32_t k = 0; k < n_ids && events; k++)
        for (int64_t i = trace->spike_start[k]; i < trace->spike_start[k + 1]; i++)
            events[i] = (struct event){k, trace->spike_step[i]};
    put_events(group, n, events, "id", "neuron, input or teacher; ascending", "time",
               "of its spikes, ascending within id");
}

static void put_populations(struct group *group, const struct trace *trace,
                            const struct dataset *dataset)
{
    const struct layout *layout = &trace->layout;
    const int32_t n_bins = trace_n_bins(trace);
    OWNED double *rate = archive_allocate(&group->archive, n_bins, sizeof *rate);
    for (int32_t k = 0; k < layout->n_populations && rate; k++) {
        const struct population *population = &layout->population[k];
        struct group own = {.archive = group->archive};
        char name[64];
        snprintf(own.name, sizeof own.name, "%.60s/%s", group->name,
                 name_population(population, dataset, name, sizeof name));
        trace_rates(trace, population, rate);
        put_number(&own, "first_id", SPINET_INT32, &population->first, NULL, "ids from here …");
        put_number(&own, "n", SPINET_INT32, &population->n, NULL, "… so many of them");
        put_list(&own, "rate", SPINET_DOUBLE, n_bins, rate, "Hz",
                 "mean over its cells, in bins of 50 ms");
        group->archive = own.archive;
    }
}

static void put_arrays(struct group *group, const struct trace *trace,
                       const struct trace_cell *cell)
{
    for (int k = 0; k < TRACE_N_ARRAYS; k++) {
        const struct trace_array *a = &trace_arrays[k];
        const void *values = trace_values(cell, a);
        const bool is_list = a->rows == TRACE_CELL;
        const int32_t n_rows = trace_n_rows(cell, a), n_columns = trace_n_columns(trace, a);
        if (values && a->name)
            put(group, a->name, a->type, is_list ? n_columns : n_rows, is_list ? NONE : n_columns,
                values, a->unit, a->meaning);
    }
}

static void put_dendritic_spikes(struct group *group, const struct trace *trace,
                                 const struct trace_cell *cell)
{
    const int64_t n_steps = trace->n_steps, n_values = cell->n_dendrites * n_steps;
    OWNED struct event *events = archive_allocate(&group->archive, n_values, sizeof *events);
    int64_t n = 0;
    for (int64_t i = 0; i < n_values && events; i++)
        if (cell->dspiked[i])
            events[n++] = (struct event){(int32_t)(i / n_steps), (int32_t)(i % n_steps)};
    put_events(group, n, events, "dendritic_spikes/dendrite", "row of dendrites",
               "dendritic_spikes/time", "ascending within a dendrite");
}

static void put_synapses(struct group *group, const struct trace_cell *cell)
{
    const int64_t n = cell->n_synapses;
    const struct trace_synapse *first = cell->synapse;
    OWNED int32_t *dendrite = archive_allocate(&group->archive, n, sizeof *dendrite);
    for (int64_t i = 0; i < n && dendrite; i++)
        dendrite[i] = first[i].dendrite - cell->first_dendrite;
    put_member(group, "synapses/id", SPINET_INT32, n, &first->id, sizeof *first, NULL,
               "of a plastic synapse, which come first; -1: a fixed one");
    put_member(group, "synapses/source", SPINET_INT32, n, &first->source, sizeof *first, NULL,
               "presynaptic id");
    put_list(group, "synapses/dendrite", SPINET_INT32, n, dendrite, NULL, "row of dendrites");
    put_member(group, "synapses/effect", SPINET_INT32, n, &first->effect, sizeof *first, NULL,
               "0 excites the dendrite, 1 inhibits it, 2 inhibits the soma");
    put_member(group, "synapses/weight", SPINET_FLOAT, n, &first->weight, sizeof *first, "1",
               "before the presentation");
}

/* Writes all spikes that reach the cell, synapse by synapse. */
static void put_input_spikes(struct group *group, const struct trace *trace,
                             const struct trace_cell *cell)
{
    int64_t n = 0;
    for (int32_t i = 0; i < cell->n_synapses; i++)
        n += trace_n_spikes(trace, cell->synapse[i].source);
    OWNED struct event *events = archive_allocate(&group->archive, n, sizeof *events);
    n = 0;
    for (int32_t i = 0; i < cell->n_synapses && events; i++) {
        const int32_t source = cell->synapse[i].source;
        for (int64_t k = trace->spike_start[source]; k < trace->spike_start[source + 1]; k++)
            events[n++] = (struct event){i, trace->spike_step[k]};
    }
    put_events(group, n, events, "input_spikes/synapse", "row of synapses", "input_spikes/time",
               "of the presynaptic spike, ascending within a synapse");
}

static void put_cell(struct group *group, const struct trace *trace, const struct trace_cell *cell,
                     const struct dataset *dataset)
{
    char name[64];
    name_population(layout_population(&trace->layout, cell->neuron), dataset, name, sizeof name);
    put_arrays(group, trace, cell);
    put_list(group, "spikes", SPINET_INT32, trace_n_spikes(trace, cell->neuron),
             trace->spike_step + trace->spike_start[cell->neuron], "ms",
             "steps in which it spiked");
    put_dendritic_spikes(group, trace, cell);
    put_synapses(group, cell);
    put_input_spikes(group, trace, cell);
    if (cell->creb)
        put_number(group, "calcium_sum", SPINET_FLOAT, &cell->calcium_sum, "1",
                   "of the cell at the end of the presentation");
    if (group->archive.status == STATUS_OK)
        group->archive.status =
            hdf5_write_text_attribute(group->archive.file, group->name, "population", name);
}

static void put_axes(struct group *group, const struct trace *trace)
{
    const int32_t n_minutes = trace->n_minutes + 1, n_bins = trace_n_bins(trace);
    const int32_t most = n_minutes > trace->n_steps ? n_minutes : trace->n_steps;
    OWNED int32_t *axis = archive_allocate(&group->archive, most, sizeof *axis);
    if (!axis)
        return;
    for (int32_t i = 0; i < most; i++)
        axis[i] = i;
    put_list(group, "step", SPINET_INT32, trace->n_steps, axis, "ms",
             "of everything in the presentation");
    put_list(group, "minute", SPINET_INT32, n_minutes, axis, "min",
             "of everything in the consolidation");
    for (int32_t i = 0; i < n_bins; i++)
        axis[i] = i * TRACE_BIN_MS;
    put_list(group, "bin", SPINET_INT32, n_bins, axis, "ms", "where the bins of rates begin");
}

int trace_file_write(const struct trace *trace, const struct trace_about *about, const char *folder)
{
    SCOPED(hdf5_close) struct hdf5_file file = {0};
    OWN_PATH(path, folder, "trace.h5");
    TRY(hdf5_create(&file));
    struct group group = {.archive = hdf5_archive(&file, false), .name = "about"};
    put_about(&group, trace, about);
    snprintf(group.name, sizeof group.name, "time");
    put_axes(&group, trace);
    snprintf(group.name, sizeof group.name, "spikes");
    put_spikes(&group, trace);
    snprintf(group.name, sizeof group.name, "populations");
    put_populations(&group, trace, about->dataset);
    for (int32_t i = 0; i < trace->n_cells; i++) {
        snprintf(group.name, sizeof group.name, "cells/%d", trace->cell[i].neuron);
        put_cell(&group, trace, &trace->cell[i], about->dataset);
    }
    TRY(group.archive.status);
    return hdf5_commit(&file, path);
}
