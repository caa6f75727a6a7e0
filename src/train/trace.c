/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records cells without changing results. The fast kernels do not have every voltage in every step.
 * So a traced presentation is computed three times from the same state: by the run's kernel, to
 * find the most active cell; by the naive kernel, whose voltages are recorded; and by
 * training_step, whose consolidation is recorded. Only the last changes the network. */
#include "train/trace.h"

#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

#define RECORD_MAX ((size_t)1 << 30) /* bytes */

int trace_check(const struct trace_selection *selection, const struct layout *layout)
{
    for (int32_t i = 0; i < selection->n_cells; i++)
        if (selection->cell[i] < 0 || selection->cell[i] >= layout->n_neurons)
            return status_fail(STATUS_USER,
                               "--cell %d: expected a neuron of this network, 0 to %d (pyramidal "
                               "cells: 0 to %d)",
                               selection->cell[i], layout->n_neurons - 1, layout->n_pyramidal - 1);
    return STATUS_OK;
}

/* ---- which cells ---- */

static int32_t find_most_active(const struct layout *layout, int32_t class_index,
                                const int32_t *spikes)
{
    const int32_t n_cells = layout_cells_per_class(layout);
    const int32_t first = class_index < 0 ? 0 : class_index * n_cells;
    const int32_t end = class_index < 0 ? layout->n_pyramidal : first + n_cells;
    int32_t most = first;
    for (int32_t n = first; n < end; n++)
        if (spikes[n] > spikes[most])
            most = n;
    return most;
}

static void mark_cells(const struct trace_selection *selection, const struct layout *layout,
                       const int32_t *spikes, bool *is_chosen)
{
    const int32_t per_class = layout_cells_per_class(layout);
    for (int32_t i = 0; i < selection->n_cells; i++)
        is_chosen[selection->cell[i]] = true;
    if (selection->most_active)
        is_chosen[find_most_active(layout, selection->class_index, spikes)] = true;
    else if (selection->class_index >= 0)
        for (int32_t n = 0; n < per_class; n++)
            is_chosen[selection->class_index * per_class + n] = true;
}

static int choose_cells(struct trace *trace, const struct trace_selection *selection,
                        const int32_t *spikes)
{
    const struct layout *layout = &trace->layout;
    OWN_NEW(bool, is_chosen, layout->n_neurons, "the cells");
    TRY_NEW(trace->cell, layout->n_neurons, "the cells");
    mark_cells(selection, layout, spikes, is_chosen);
    for (int32_t n = 0; n < layout->n_neurons; n++) {
        const struct population *population = layout_population(layout, n);
        if (is_chosen[n])
            trace->cell[trace->n_cells++] = (struct trace_cell){
                .neuron = n,
                .n_dendrites = population->n_dendrites,
                .first_dendrite =
                    population->first_dendrite + (n - population->first) * population->n_dendrites,
            };
    }
    return STATUS_OK;
}

/* ---- their synapses ---- */

static bool is_onto(const struct trace_cell *cell, int32_t dendrite)
{
    return dendrite >= cell->first_dendrite && dendrite < cell->first_dendrite + cell->n_dendrites;
}

static int add_synapse(struct trace_cell *cell, int32_t *capacity, struct trace_synapse synapse)
{
    TRY_ROOM(cell->synapse, *capacity, cell->n_synapses + 1, "the synapses");
    cell->synapse[cell->n_synapses++] = synapse;
    return STATUS_OK;
}

static int compare_synapses(const void *a, const void *b)
{
    const struct trace_synapse *x = a, *y = b;
    return NUMBER_ORDER(x->dendrite, y->dendrite) ?: NUMBER_ORDER(x->id, y->id);
}

/* Lists every synapse onto the cell, plastic ones before fixed ones. */
static int gather_synapses(struct trace_cell *cell, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    int32_t capacity = 1;
    TRY_NEW(cell->synapse, capacity, "the synapses");
    for (int32_t input = 0; input < network->layout.n_inputs; input++)
        for (int32_t i = s->start[input]; i < s->start[input + 1]; i++)
            if (is_onto(cell, s->dendrite[i]))
                TRY(add_synapse(
                    cell, &capacity,
                    (struct trace_synapse){.source = layout_first_input(&network->layout) + input,
                                           .dendrite = s->dendrite[i],
                                           .id = s->id[i],
                                           .place = i,
                                           .weight = s->weight[i],
                                           .effect = EFFECT_EXCITE}));
    cell->n_plastic = cell->n_synapses;
    qsort(cell->synapse, (size_t)cell->n_plastic, sizeof *cell->synapse, compare_synapses);
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const struct population *source = &network->layout.population[projection->source];
        for (int32_t j = 0; j < source->n; j++)
            for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++)
                if (is_onto(cell, projection->dendrite[i]))
                    TRY(add_synapse(
                        cell, &capacity,
                        (struct trace_synapse){.source = source->first + j,
                                               .dendrite = projection->dendrite[i],
                                               .id = -1,
                                               .place = -1,
                                               .weight = projection_weight(projection, i),
                                               .effect = projection->effect}));
    }
    return STATUS_OK;
}

/* ---- the record ---- */

#define ARRAY(name, member, rows, columns, is_of_all, ...)                                         \
    {                                                                                              \
        name, offsetof(struct trace_cell, member), TRACE_##rows, TRACE_##columns, is_of_all,       \
            __VA_ARGS__                                                                            \
    }
const struct trace_array trace_arrays[TRACE_N_ARRAYS] = {
    ARRAY("soma", v, CELL, STEPS, true, SPINET_FLOAT, "mV",
          "voltage; the peak in the step of a spike"),
    ARRAY("bap", v_bap, CELL, STEPS, true, SPINET_FLOAT, "mV",
          "backpropagating action potential, which adds to every dendrite in the next step"),
    ARRAY("adaptation", g_w, CELL, STEPS, false, SPINET_FLOAT, "1/ms", "g_w"),
    ARRAY("dendrites", v_b, DENDRITES, STEPS, true, SPINET_FLOAT, "mV",
          "voltage of each dendrite without the bAP"),
    ARRAY(NULL, dspiked, DENDRITES, STEPS, true, SPINET_UINT8, NULL,
          "a dendritic spike in this step"),
    ARRAY("calcium", calcium, SYNAPSES, STEPS, false, SPINET_FLOAT, "1",
          "of each plastic synapse, in the order of synapses, at the end of each step"),
    ARRAY("tag", tag, SYNAPSES, MINUTES, false, SPINET_FLOAT, "1", "below 0 depression"),
    ARRAY("weight", weight, SYNAPSES, MINUTES, false, SPINET_FLOAT, "1", "0 to 1"),
    ARRAY("learning_rate", learning_rate, SYNAPSES, MINUTES, false, SPINET_FLOAT, "1", "eta"),
    ARRAY("prp", prp, DENDRITES, MINUTES, false, SPINET_FLOAT, "1",
          "plasticity-related proteins at each dendrite, 0 to 1"),
    ARRAY("creb", creb, CELL, MINUTES, false, SPINET_FLOAT, "1", "0 to 1"),
};

void *trace_values(const struct trace_cell *cell, const struct trace_array *array)
{
    void *values;
    memcpy(&values, (const char *)cell + array->at, sizeof values);
    return values;
}

int32_t trace_n_rows(const struct trace_cell *cell, const struct trace_array *array)
{
    return array->rows == TRACE_CELL        ? 1
           : array->rows == TRACE_DENDRITES ? cell->n_dendrites
                                            : cell->n_plastic;
}

int32_t trace_n_columns(const struct trace *trace, const struct trace_array *array)
{
    return array->columns == TRACE_STEPS ? trace->n_steps : trace->n_minutes + 1;
}

static bool has_array(const struct trace *trace, const struct trace_cell *cell,
                      const struct trace_array *array)
{
    return array->is_of_all || cell->neuron < trace->layout.n_pyramidal;
}

/* The size of an array in bytes. */
static size_t array_size(const struct trace *trace, const struct trace_cell *cell,
                         const struct trace_array *array)
{
    const int64_t shape[] = {trace_n_rows(cell, array), trace_n_columns(trace, array)};
    return field_array_size(array->type, 2, shape);
}

static size_t record_size(const struct trace *trace, const struct trace_cell *cell)
{
    size_t size = 0;
    for (int k = 0; k < TRACE_N_ARRAYS; k++)
        if (has_array(trace, cell, &trace_arrays[k]))
            size += array_size(trace, cell, &trace_arrays[k]);
    return size;
}

static int make_room(const struct trace *trace, struct trace_cell *cell)
{
    for (int k = 0; k < TRACE_N_ARRAYS; k++)
        if (has_array(trace, cell, &trace_arrays[k])) {
            char *values;
            TRY_NEW(values, array_size(trace, cell, &trace_arrays[k]), "the record");
            memcpy((char *)cell + trace_arrays[k].at, &values, sizeof values);
        }
    return STATUS_OK;
}

static int prepare_cells(struct trace *trace, const struct network *network)
{
    size_t size = 0;
    for (int32_t i = 0; i < trace->n_cells; i++) {
        TRY(gather_synapses(&trace->cell[i], network));
        size += record_size(trace, &trace->cell[i]);
    }
    if (size > RECORD_MAX)
        return status_fail(STATUS_USER,
                           "the record of %d cells would take %zu MB, at most %zu are kept: name "
                           "fewer of them by --cell",
                           trace->n_cells, size / 1000000, RECORD_MAX / 1000000);
    for (int32_t i = 0; i < trace->n_cells; i++)
        TRY(make_room(trace, &trace->cell[i]));
    return STATUS_OK;
}

void trace_free(struct trace *trace)
{
    for (int32_t i = 0; i < trace->n_cells; i++) {
        const struct trace_cell *cell = &trace->cell[i];
        free(cell->synapse);
        for (int k = 0; k < TRACE_N_ARRAYS; k++)
            free(trace_values(cell, &trace_arrays[k]));
    }
    free(trace->cell);
    free(trace->spike_start);
    free(trace->spike_step);
    *trace = (struct trace){0};
}

/* ---- the watches ---- */

static void take_step(void *data, const struct step_state *state)
{
    struct trace *trace = data;
    const int32_t t = state->step;
    for (int32_t i = 0; i < trace->n_cells; i++) {
        struct trace_cell *cell = &trace->cell[i];
        cell->v[t] = state->v[cell->neuron];
        cell->v_bap[t] = state->v_bap[cell->neuron];
        if (cell->g_w)
            cell->g_w[t] = state->g_w[cell->neuron];
        for (int32_t b = 0; b < cell->n_dendrites; b++) {
            const size_t at = (size_t)b * (size_t)trace->n_steps + (size_t)t;
            cell->v_b[at] = state->v_b[cell->first_dendrite + b];
            cell->dspiked[at] = state->last_dspike[cell->first_dendrite + b] == t;
        }
        for (int32_t s = 0; s < cell->n_plastic; s++)
            cell->calcium[(size_t)s * (size_t)trace->n_steps + (size_t)t] =
                state->calcium[cell->synapse[s].place];
    }
}

static void take_minute(void *data, const struct consolidation *c, const struct network *network,
                        int32_t minute)
{
    struct trace *trace = data;
    const struct plastic_synapses *plastic = &network->plastic;
    const size_t n = (size_t)trace->n_minutes + 1, k = (size_t)minute;
    for (int32_t i = 0; i < trace->n_cells; i++) {
        struct trace_cell *cell = &trace->cell[i];
        if (!cell->creb)
            continue;
        for (int32_t s = 0; s < cell->n_plastic; s++) {
            const int32_t place = cell->synapse[s].place;
            cell->tag[(size_t)s * n + k] = plastic->tag[place];
            cell->weight[(size_t)s * n + k] = plastic->weight[place];
            cell->learning_rate[(size_t)s * n + k] = plastic->learning_rate[place];
        }
        for (int32_t b = 0; b < cell->n_dendrites; b++)
            cell->prp[(size_t)b * n + k] =
                (float)consolidation_prp(c, cell->first_dendrite + b, minute);
        cell->creb[k] = network->creb[cell->neuron];
        cell->calcium_sum = c->cell_calcium[cell->neuron];
    }
}

/* ---- the spikes ---- */

static int list_spikes(struct trace *trace, const struct raster *raster,
                       const struct stimulus *stimulus)
{
    const int64_t n_neurons = raster_n_spikes(raster);
    const int64_t n_all = n_neurons + stimulus->start[stimulus->n_steps];
    const int32_t n_ids = trace->layout.n_ids, first_input = layout_first_input(&trace->layout);
    OWN_NEW(struct spike, spike, n_all, "the spikes");
    TRY_NEW(trace->spike_start, (size_t)n_ids + 2, "the spikes");
    TRY_NEW(trace->spike_step, n_all, "the spikes");
    raster_list(raster, spike);
    int64_t n = n_neurons;
    for (int32_t t = 0; t < stimulus->n_steps; t++)
        for (int32_t i = stimulus->start[t]; i < stimulus->start[t + 1]; i++)
            spike[n++] = (struct spike){t, first_input + stimulus->source[i]};
    /* counting sort by id, which keeps the order of steps. next[id] counts up from where the spikes
     * of an id begin to where they end, which is where those of id + 1 begin: spike_start[id + 1]
     */
    int64_t *next = trace->spike_start + 1;
    for (int64_t i = 0; i < n_all; i++)
        next[spike[i].neuron + 1]++;
    for (int32_t id = 0; id < n_ids; id++)
        next[id + 1] += next[id];
    for (int64_t i = 0; i < n_all; i++)
        trace->spike_step[next[spike[i].neuron]++] = spike[i].step;
    return STATUS_OK;
}

/* ---- the presentation, three times ---- */

/* Presents by the run's kernel, to see which neurons spike. */
static void present_by_run(const struct trace *trace, struct training *training, int32_t teacher)
{
    struct presenter *presenter = &training->presenter;
    encode_image(&presenter->encoder, &training->dataset->train, trace->image,
                 training->parameters->teacher.enabled ? teacher : TEACHERS_NONE,
                 &presenter->stimulus[0]);
    present(&presenter->presentation[0], &training->network, &presenter->stimulus[0], NULL);
}

static int present_by_naive(struct trace *trace, const struct training *training)
{
    const struct network *network = &training->network;
    const struct stimulus *stimulus = &training->presenter.stimulus[0];
    const struct step_watch watch = {take_step, trace};
    SCOPED(presentation_free) struct presentation naive = {0};
    SCOPED(raster_free) struct raster raster = {0};
    OWN_NEW(float, calcium, network->plastic.n, "the calcium");
    TRY(raster_init(&raster, &network->layout, trace->n_steps));
    TRY(presentation_init(&naive, network, training->parameters, kernel_find("naive"), 1));
    memcpy(calcium, network->plastic.calcium, (size_t)network->plastic.n * sizeof *calcium);
    naive.raster = &raster;
    naive.watch = &watch;
    present(&naive, network, stimulus, calcium);
    return list_spikes(trace, &raster, stimulus);
}

/* The teacher of the response that the gate `reward` chooses after the network's answer. */
static int32_t teacher_of_response(const struct trace *trace, struct training *training)
{
    const struct readout spikes = {READOUT_SPIKES, 0};
    present_by_run(trace, training, TEACHERS_NONE);
    const struct answer answer =
        answer_from(&trace->layout, training->presenter.presentation[0].spikes, spikes);
    gate_judge(&training->gate, &trace->layout, trace->presentation, trace->class_index,
               answer.votes);
    return training->gate.teacher;
}

static int record(struct trace *trace, struct training *training,
                  const struct trace_selection *selection)
{
    const struct consolidation_watch watch = {take_minute, trace};
    struct presenter *presenter = &training->presenter;
    trace->image = training_next_image(training, &trace->class_index);
    present_by_run(trace, training,
                   training->gate.asks ? teacher_of_response(trace, training) : trace->class_index);
    TRY(choose_cells(trace, selection, presenter->presentation[0].spikes));
    TRY(prepare_cells(trace, &training->network));
    TRY(present_by_naive(trace, training));
    training->consolidation.watch = &watch;
    const int status = training_step(training);
    training->consolidation.watch = NULL;
    return status;
}

int trace_record(struct trace *trace, struct training *training,
                 const struct trace_selection *selection)
{
    if (training->gate.asks && training->parameters->plasticity.gate != GATE_REWARD)
        return status_fail(STATUS_USER,
                           "plasticity.gate = %s shows an image twice, and may let one synapse "
                           "learn from the first time, another from the second: expected none, "
                           "class or reward",
                           parameters_choice(training->parameters, "plasticity.gate"));
    *trace = (struct trace){.layout = training->network.layout,
                            .presentation = training->n_presentations + 1,
                            .n_steps = training->presenter.encoder.n_steps,
                            .n_minutes = training->consolidation.n_steps};
    TRY(trace_check(selection, &trace->layout));
    RETURN_OR_FREE(record(trace, training, selection), trace_free, trace);
}
