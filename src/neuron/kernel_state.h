/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_KERNEL_STATE_H
#define SPINET_NEURON_KERNEL_STATE_H

#include "neuron/presentation.h"
#include "neuron/team.h"

/* The memory of the fast kernel (kernel.c), the same for every instruction set. */

enum {
    KERNEL_LANES = 16,      /* cells are padded to this many */
    KERNEL_SCALE_MAX = 512, /* steps between two rescalings of u, at most */
    KERNEL_EVENTS = 512,    /* spikes of plastic synapses looked at together */
    KERNEL_INFLUXES = 4096  /* more than KERNEL_EVENTS + KERNEL_LANES, whole vectors */
};

/* A projection onto the cells of a part, in the kernel's form. Dendrites and cells are numbered
 * within the part. The arrays are the projection's if the part is the whole network. */
struct fan_out {
    const int32_t *start;    /* [n_source + 1] */
    const int32_t *dendrite; /* `offset` more than their numbers, ascending for each source */
    const float *weight;     /* NULL: all are `common_weight` */
    float common_weight;
    int32_t offset;
    enum effect effect;
    bool sublinear; /* its targets are sublinear: delivered through the drive of the step */
    bool checked;   /* its targets are supralinear: they may spike and are checked */
    int32_t first_dendrite, n_dendrites, first_cell,
        n_cells;  /* dendrites and cells of the targets */
    float *dense; /* [n_source][n_dendrites, padded] summed weights, or NULL: too sparse for that */
    float *dense_sum; /* [n_source][n_cells, padded] */
    bool in_turn;     /* both have numbers of synapses instead, at most these: */
    int32_t most, most_sum;
};

/* The plastic synapses onto the cells of a part: the network's own arrays if the part is all of it,
 * else copies made anew for each presentation. */
struct reach {
    const int32_t *start;    /* [n_inputs + 1] */
    const int32_t *dendrite; /* [n] within the part */
    const float *weight;     /* [n] */
    float *calcium;          /* [n] NULL in a test */
    int32_t *own_start;
    int32_t *own_dendrite, *own_number; /* [capacity] the number is the network's of the synapse */
    float *own_weight, *own_calcium;    /* [capacity] */
    int32_t capacity;
};

/* Plastic synapses whose inputs spiked in one step; as many at a time as there is room for. */
struct events {
    int32_t step, n;
    int32_t at, end;        /* places in the stimulus of the sources that are still to come */
    int32_t next, stop;     /* synapses of the last source that are still to come */
    bool is_last, is_whole; /* nothing more is to come; and nothing came before, either */
    /* [n], filled by whole vectors: synapse, its dendrite and cell, and the mV it brings */
    int32_t synapse[KERNEL_EVENTS + KERNEL_LANES], dendrite[KERNEL_EVENTS + KERNEL_LANES],
        cell[KERNEL_EVENTS + KERNEL_LANES];
    float mv[KERNEL_EVENTS + KERNEL_LANES];
};

/* Spikes that bring calcium in, collected until there are enough for exp by whole vectors: the
 * synapse of each, and v_d of its dendrite in mV. */
struct influxes {
    int32_t n;
    int32_t synapse[KERNEL_INFLUXES];
    float v_d[KERNEL_INFLUXES];
};

/* The pyramidal cells of a part, or its interneurons, as struct of arrays, and lists of them. */
struct cells {
    struct cell_constants constants;
    int32_t n, n_padded, n_dendrites, per_cell;
    float *u;             /* [n_dendrites] v_b / power[age] */
    int32_t *last_dspike; /* [n_dendrites] */
    int32_t *cell_dspike; /* [n_padded] not later than the last_dspike of the cell's dendrites */
    uint64_t divide_by;   /* d / per_cell = d * divide_by >> divide_shift, for 0 <= d < 2^31 */
    int divide_shift;
    float *drive;      /* [n_dendrites] mV of this step, for sublinear dendrites; else NULL */
    bool *is_touched;  /* [n_dendrites] it is in the list of this step; or NULL */
    bool *supralinear; /* [n_padded] */
    bool *sees_bap;    /* [n_padded] the cell is in the list after_bap */
    float *sum;        /* [n_padded] v_b over the cell's dendrites */
    float *inhibition; /* [n_padded] mV at the soma, of this step */
    float *v, *g_w, *rate_adaptation; /* [n_padded] */
    int32_t *last_spike;              /* [n_padded] */
    int32_t *bap_from; /* [n_padded] the step of the spike whose bAP is in the dendrites */
    float *bap; /* [bap_n + KERNEL_SCALE_MAX] v_bap 1, 2 … steps after the spike; 0 from the end on,
                   where bap_from is set back when u is rescaled */
    int32_t bap_n;
    float power[KERNEL_SCALE_MAX + 1]; /* (1 - 1/tau)^k */
    float inverse[KERNEL_SCALE_MAX + 1];
    int32_t age,
        age_max;        /* k; u is rescaled at age_max, long before float32 runs out of exponent */
    int32_t *id;        /* [n_padded] of the neuron */
    int32_t *n_spikes;  /* [n_padded] in this presentation */
    int32_t *n_dspikes; /* [n_dendrites] */
    struct spikes spiked;        /* in this step */
    int32_t *after_bap, n_after; /* cells whose dendrites are to see a bAP */
    int32_t *touched, n_touched; /* sublinear dendrites with drive in this step */
    int32_t *waiting, *due;      /* a ring: dendrites that are refractory, and until when */
    int32_t ring_first, ring_n;  /* of n_dendrites + 1 */
    bool soma_inhibited;         /* some of `inhibition` is not 0 */
};

/* The cells that a part has of one population: ids of their dendrites, and the first one's number
 * within the part. */
struct range {
    int32_t dendrite, end_dendrite, number;
};

/* A part of the network: some cells of every population, numbered on their own, and the synapses
 * onto them. One thread computes it, and it alone writes to it; what comes from other parts are
 * spikes, by mail. */
struct part {
    _Alignas(128) struct cells pyramidal; /* no cache line has two threads' variables */
    struct cells interneurons;
    struct range range[POPULATIONS_MAX];
    struct fan_out *fan_out; /* [n_projections] in their order */
    struct reach reach;
    struct events events;
    struct influxes influxes;
    struct spikes seen; /* of all parts */
    int32_t *n_read;    /* [n parts] spikes read of the mail of each */
};

struct kernel_state {
    struct division {
        int32_t n;
        struct part *part;     /* [n] */
        struct mail **mail[2]; /* [n] from the pyramidal cells, and from the interneurons, of each
                                  part; NULL if there is one */
    } division[2]; /* into one part, for one thread; into one for each of several threads */
    int32_t first_fan_out[POPULATIONS_MAX + 1]; /* fan-outs of population k: first_fan_out[k] …
                                                   first_fan_out[k + 1] - 1 */
    struct team team;
    void *memory; /* the last of the arrays above; where the one before is stands in front of it */
    size_t bytes; /* of all arrays */
    bool lacks_memory;
};

/* n in whole vectors. */
static inline size_t kernel_padded(int32_t n)
{
    return ((size_t)n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

/* The init and free of every fast kernel. */
int kernel_state_init(struct presentation *p, const struct network *network);
void kernel_state_free(struct presentation *p);

/* Makes room for n plastic synapses in every part; false without memory. */
bool kernel_state_reserve(struct division *division, int32_t n);

/* Bytes of a presentation's state: for docs/performance.md and the bench. */
size_t kernel_state_bytes(const struct presentation *p);

#endif
