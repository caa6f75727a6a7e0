/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_KERNEL_STATE_H
#define SPINET_NEURON_KERNEL_STATE_H

#include "neuron/presentation.h"
#include "neuron/team.h"

/* The memory of the fast kernel (kernel.c), the same for every instruction set. */

enum {
    KERNEL_LANES = 16,      /* cells are padded to this many */
    KERNEL_SCALE_MAX = 512, /* most steps between two rescalings of u */
    KERNEL_EVENTS = 512,    /* plastic synapses in a portion (struct events) */
    KERNEL_INFLUXES = 4096  /* whole vectors, more than KERNEL_EVENTS + KERNEL_LANES */
};

/* Those synapses of a projection that end on the cells of a part. Dendrites and cells are numbered
 * within the part. Where the part is the whole network, the first three arrays are the projection's
 * own. */
struct fan_out {
    const int32_t *start;    /* [n_source + 1] */
    const int32_t *dendrite; /* number within the part + `offset`, ascending for each source */
    const float *weight;     /* NULL: all are `common_weight` */
    float common_weight;
    int32_t offset;
    enum effect effect;
    bool sublinear; /* its targets are sublinear: spikes add to `drive` */
    bool checked;   /* its targets are supralinear: dendritic spikes are checked */
    int32_t first_dendrite, n_dendrites, first_cell,
        n_cells;      /* dendrites and cells of the targets */
    float *dense;     /* [n_source][n_dendrites, padded] summed weights; or NULL */
    float *dense_sum; /* [n_source][n_cells, padded] */
    bool in_turn;     /* both hold numbers of synapses instead of weights, at most: */
    int32_t most, most_sum;
};

/* The plastic synapses onto the cells of a part. If the part is the whole network, the first four
 * arrays are the network's; else they are own_…, which are filled anew for each presentation. */
struct reach {
    const int32_t *start;    /* [n_inputs + 1] */
    const int32_t *dendrite; /* [n] within the part */
    const float *weight;     /* [n] */
    float *calcium;          /* [n] NULL in a test */
    int32_t *own_start;
    int32_t *own_dendrite, *own_number; /* [capacity]; the number is the network's */
    float *own_weight, *own_calcium;    /* [capacity] */
    int32_t capacity;
};

/* A portion of the plastic synapses whose inputs spiked in one step. */
struct events {
    int32_t step, n;
    int32_t at, end;        /* sources at at … end - 1 of the stimulus are still to be listed */
    int32_t next, stop;     /* synapses next … stop - 1 of the last source, too */
    bool is_last, is_whole; /* the last portion; the only one of its step */
    /* [n], written in whole vectors: the synapse, its dendrite and cell, and the mV that its spike
     * adds */
    int32_t synapse[KERNEL_EVENTS + KERNEL_LANES], dendrite[KERNEL_EVENTS + KERNEL_LANES],
        cell[KERNEL_EVENTS + KERNEL_LANES];
    float mv[KERNEL_EVENTS + KERNEL_LANES];
};

/* Plastic synapses that take up calcium, and v_d of their dendrites in mV: collected over several
 * steps, so that exp is computed for whole vectors. */
struct influxes {
    int32_t n;
    int32_t synapse[KERNEL_INFLUXES];
    float v_d[KERNEL_INFLUXES];
};

/* The state of a part's pyramidal cells, or of its interneurons. */
struct cells {
    struct cell_constants constants;
    int32_t n, n_padded, n_dendrites, per_cell;
    float *u;             /* [n_dendrites] v_b / power[age] */
    int32_t *last_dspike; /* [n_dendrites] */
    int32_t *cell_dspike; /* [n_padded] not later than the last_dspike of the cell's dendrites */
    uint64_t divide_by;   /* d / per_cell = d * divide_by >> divide_shift, for 0 <= d < 2^31 */
    int divide_shift;
    float *drive;     /* [n_dendrites] mV of drive in this step; NULL without sublinear dendrites */
    bool *is_touched; /* [n_dendrites] it is in the list `touched`; NULL as drive */
    bool *supralinear;                /* [n_padded] */
    bool *sees_bap;                   /* [n_padded] it is in the list after_bap */
    float *sum;                       /* [n_padded] v_b over the cell's dendrites */
    float *inhibition;                /* [n_padded] mV at the soma, of this step */
    float *v, *g_w, *rate_adaptation; /* [n_padded] */
    int32_t *last_spike;              /* [n_padded] */
    int32_t *bap_from; /* [n_padded] the step of the spike whose bAP is in the dendrites */
    float *bap; /* [bap_n + KERNEL_SCALE_MAX] v_bap 1, 2 … steps after the spike; 0 from the
                   bap_n-th on, which is read until rescale moves bap_from */
    int32_t bap_n;
    float power[KERNEL_SCALE_MAX + 1]; /* (1 - 1/tau)^k */
    float inverse[KERNEL_SCALE_MAX + 1];
    int32_t age,
        age_max; /* age is the k of power[k]; at age_max u is rescaled, before float32 overflows */
    int32_t *id; /* [n_padded] of the neuron */
    int32_t *n_spikes;           /* [n_padded] in this presentation */
    int32_t *n_dspikes;          /* [n_dendrites] */
    struct spikes spiked;        /* in this step */
    int32_t *after_bap, n_after; /* cells whose dendrites a bAP may make spike */
    int32_t *touched, n_touched; /* sublinear dendrites with drive in this step */
    int32_t *waiting, *due; /* ring buffers of n_dendrites + 1: refractory dendrites, and the step
                               in which each may spike again */
    int32_t ring_first, ring_n;
    bool soma_inhibited; /* some of `inhibition` is not 0 */
};

/* The cells of one population that belong to a part: their dendrites have ids dendrite …
 * end_dendrite - 1, and numbers from `number` on within the part. */
struct range {
    int32_t dendrite, end_dendrite, number;
};

/* A part of the network: some cells of every population, numbered within the part, and the synapses
 * onto them. Only the thread that computes a part writes to it. From other parts it gets nothing
 * but spikes, by mail (team.h). */
struct part {
    _Alignas(128) struct cells pyramidal; /* so that no cache line is shared by two threads */
    struct cells interneurons;
    struct range range[POPULATIONS_MAX];
    struct fan_out *fan_out; /* [n_projections] in their order */
    struct reach reach;
    struct events events;
    struct influxes influxes;
    struct spikes seen; /* the merged spikes of all parts */
    int32_t *n_read;    /* [n parts] how many spikes of each part's mail were merged */
};

struct kernel_state {
    struct division {
        int32_t n;
        struct part *part;     /* [n] */
        struct mail **mail[2]; /* [enum sender][n] the mail of each part */
    } division[2]; /* [0] is one part, for one thread; [1] has a part for each of several threads */
    int32_t first_fan_out[POPULATIONS_MAX + 1]; /* fan-outs of population k: first_fan_out[k] …
                                                   first_fan_out[k + 1] - 1 */
    struct team team;
    void *memory; /* the last array made; each begins with the address of the one before */
    size_t bytes; /* of all arrays */
    bool lacks_memory;
};

/* n, rounded up to whole vectors. */
static inline size_t kernel_padded(int32_t n)
{
    return ((size_t)n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

/* `init` and `free` of every fast kernel (struct kernel). */
int kernel_state_init(struct presentation *p, const struct network *network);
void kernel_state_free(struct presentation *p);

/* Makes room for n plastic synapses in every part of a division; false without memory. */
bool kernel_state_reserve(struct division *division, int32_t n);

/* Bytes of a presentation's state: for docs/performance.md and the bench. */
size_t kernel_state_bytes(const struct presentation *p);

#endif
