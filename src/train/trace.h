/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRACE_H
#define SPINET_TRAIN_TRACE_H

#include "train/train.h"

/* A record of chosen cells in one training presentation, millisecond by millisecond, and in the
 * consolidation after it, minute by minute. With plasticity.gate = reward an image is presented
 * twice; then the record is of the second time, with the teacher of the response, from which the
 * network learns. */

/* The cells to trace: cells given by number, all cells of a class, the most active one, or several
 * of these. */
struct trace_selection {
    int32_t n_cells;
    const int32_t *cell; /* [n_cells] neurons, pyramidal or not */
    int32_t class_index; /* all pyramidal cells of this class; -1: of no class */
    /* the pyramidal cell with most spikes (of several the first); with class_index >= 0, of this
     * class, whose other cells are then not traced */
    bool most_active;
};

/* A synapse onto a traced cell. The plastic ones come first, ordered by dendrite, then by id. */
struct trace_synapse {
    int32_t source; /* id of the source (docs/model.md §1) */
    int32_t dendrite;
    int32_t id;    /* id of a plastic synapse; -1: a fixed one */
    int32_t place; /* index of a plastic synapse in the network's table */
    float weight;  /* before the presentation */
    enum effect effect;
};

struct trace_cell {
    int32_t neuron, n_dendrites, first_dendrite;
    int32_t n_synapses, n_plastic;
    struct trace_synapse *synapse; /* [n_synapses] */

    /* shape, unit and meaning of each are in trace_arrays */
    float *v, *v_bap, *g_w, *v_b, *calcium;
    bool *dspiked;
    float *tag, *weight, *learning_rate, *prp, *creb;
    float calcium_sum; /* over all its synapses; decides on PRPs */
};

/* An array in struct trace_cell. It has one row for the cell, or one for each dendrite or each
 * plastic synapse; and a column for the end of each step, or for each minute (0: the start,
 * n_minutes: the end). */
struct trace_array {
    const char *name; /* name in trace.h5; NULL: not written there as an array */
    size_t at;        /* offset of the pointer in struct trace_cell */
    enum { TRACE_CELL, TRACE_DENDRITES, TRACE_SYNAPSES } rows;
    enum { TRACE_STEPS, TRACE_MINUTES } columns;
    bool is_of_all; /* interneurons have it, too; else it is NULL for them */
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
    /* spike_step[spike_start[id]] … spike_step[spike_start[id + 1] - 1] are the steps, ascending,
     * in which neuron, input or teacher `id` spiked */
    int64_t *spike_start; /* [n_ids + 1] */
    int32_t *spike_step;
    int32_t n_cells;
    struct trace_cell *cell; /* [n_cells] by ascending neuron */
};

/* USER, naming the option --cell, if the network does not have these cells. */
int trace_check(const struct trace_selection *selection, const struct layout *layout);

/* Makes the next step of the training, with exactly the results of training_step, and records it.
 * Training must not have stopped. USER for a record larger than 1 GiB, SYSTEM without memory. */
int trace_record(struct trace *trace, struct training *training,
                 const struct trace_selection *selection);
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
