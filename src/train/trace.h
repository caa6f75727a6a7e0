/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRACE_H
#define SPINET_TRAIN_TRACE_H

#include "train/train.h"

/* What chosen cells do in one training presentation, millisecond by millisecond, and in the
 * consolidation after it, minute by minute. With plasticity.gate = reward an image is shown twice:
 * of that the second time, with the teacher of the response, from which the network learns. */

/* The cells to trace: those named, those of a class, the most active one, or any of the three
 * together. */
struct trace_selection {
    int32_t n_cells;
    const int32_t *cell; /* [n_cells] neurons, pyramidal or not */
    int32_t class_index; /* all pyramidal cells of this class; -1: of none */
    /* the pyramidal cell with most spikes (of several the first). If a class is named, its most
     * active cell instead of all its cells */
    bool most_active;
};

/* A synapse onto a traced cell. The plastic ones come first, ordered by dendrite, then by id. */
struct trace_synapse {
    int32_t source; /* id: docs/model.md §1 */
    int32_t dendrite;
    int32_t id;    /* id of a plastic synapse; -1: it is fixed */
    int32_t place; /* index of a plastic synapse in the network's table */
    float weight;  /* before the presentation */
    enum effect effect;
};

struct trace_cell {
    int32_t neuron, n_dendrites, first_dendrite;
    int32_t n_synapses, n_plastic;
    struct trace_synapse *synapse; /* [n_synapses] */

    /* trace_arrays has the shape, the unit and the meaning of each */
    float *v, *v_bap, *g_w, *v_b, *calcium;
    bool *dspiked;
    float *tag, *weight, *learning_rate, *prp, *creb;
    float calcium_sum; /* summed over the cell's synapses, which decides whether it makes PRPs */
};

/* An array of struct trace_cell: a row for the cell, each dendrite or each plastic synapse, a
 * column for the end of each step, or for each minute (0 the start, n_minutes the end). */
struct trace_array {
    const char *name; /* in trace.h5; NULL: not written as it is */
    size_t at;        /* of the pointer to it */
    enum { TRACE_CELL, TRACE_DENDRITES, TRACE_SYNAPSES } rows;
    enum { TRACE_STEPS, TRACE_MINUTES } columns;
    bool is_of_all; /* of interneurons, too, for which it is otherwise NULL */
    enum spinet_type type;
    const char *unit, *meaning;
};

enum { TRACE_N_ARRAYS = 11 };
extern const struct trace_array trace_arrays[TRACE_N_ARRAYS];

struct trace {
    struct layout layout;
    int32_t presentation; /* the number of the presentation, from 1 */
    int32_t image, class_index;
    int32_t n_steps, n_minutes;
    /* of every id (neurons, inputs, teachers) the steps in which it spiked, ascending:
     * spike_step[spike_start[id]] … spike_step[spike_start[id + 1] - 1] */
    int64_t *spike_start; /* [n_ids + 1] */
    int32_t *spike_step;
    int32_t n_cells;
    struct trace_cell *cell; /* [n_cells] ascending */
};

/* Checks that the network has these cells. USER, naming the option. */
int trace_check(const struct trace_selection *selection, const struct layout *layout);

/* Makes the next presentation of the training, as training_step would and with the same bits, and
 * records it. Training must not have stopped. USER for a record larger than 1 GiB, SYSTEM without
 * memory. */
int trace_record(struct trace *trace, struct training *training,
                 const struct trace_selection *selection);

/* Safe on a zeroed structure. */
void trace_free(struct trace *trace);

/* The values of an array, and its shape. */
void *trace_values(const struct trace_cell *cell, const struct trace_array *array);
int32_t trace_n_rows(const struct trace_cell *cell, const struct trace_array *array);
int32_t trace_n_columns(const struct trace *trace, const struct trace_array *array);

/* The number of spikes of a neuron, input or teacher in the presentation. */
static inline int64_t trace_n_spikes(const struct trace *trace, int32_t id)
{
    return trace->spike_start[id + 1] - trace->spike_start[id];
}

#endif
