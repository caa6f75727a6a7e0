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

/* A projection in the kernel's form. Dendrites and cells are numbered from the first of the target
 * cells. */
struct fan_out {
    const int32_t *start;    /* [n_source + 1], the projection's */
    const int32_t *dendrite; /* ids, ascending for each source */
    const float *weight;
    enum effect effect;
    bool sublinear; /* its targets are sublinear: delivered through the drive of the step */
    bool checked;   /* its targets are supralinear: they may spike and are checked */
    int32_t first_dendrite, n_dendrites, first_cell,
        n_cells;      /* dendrites and cells of the targets */
    int32_t *cut;     /* [n_source][n_blocks + 1] where each block's part starts; NULL if fan-outs
                         are short, or one block owns all */
    float *dense;     /* [n_source][n_dendrites] summed weights, or NULL: too sparse for that */
    float *dense_sum; /* [n_source][n_cells] */
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

/* One thread's part of the cells, and the lists only that thread writes. */
struct block {
    int32_t index;                    /* in cells->block */
    int32_t cell, end_cell, end_lane; /* end_lane: with the padding, in the last block */
    int32_t dendrite, end_dendrite;
    int32_t age;
    int32_t *spiked, n_spiked;   /* cells that spiked in this step, ascending */
    int32_t *after_bap, n_after; /* cells whose dendrites are to see a bAP */
    int32_t *touched, n_touched; /* sublinear dendrites with drive in this step */
    int32_t *waiting, *due;      /* a ring: dendrites that are refractory, and until when */
    int32_t ring_first, ring_n, ring_size;
    struct events events;
    struct influxes influxes;
    bool soma_inhibited; /* some of `inhibition` is not 0 */
};

/* The pyramidal cells, or the interneurons, as struct of arrays. */
struct cells {
    struct cell_constants constants;
    int32_t first_neuron, n, n_padded;
    int32_t first_dendrite, n_dendrites, per_cell;
    float *u;             /* [n_dendrites] v_b / power[age] */
    int32_t *last_dspike; /* [n_dendrites] */
    int32_t *cell_dspike; /* [n_padded] not later than the last_dspike of the cell's dendrites */
    uint64_t divide_by;   /* d / per_cell = d * divide_by >> divide_shift, for 0 <= d < 2^31 */
    int divide_shift;
    float *drive;      /* [n_dendrites] mV of this step, for sublinear dendrites; else NULL */
    bool *is_touched;  /* [n_dendrites] it is in the list of this step; or NULL */
    bool *supralinear; /* [n] */
    bool *sees_bap;    /* [n_padded] the cell is in its block's list after_bap */
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
    int32_t n_blocks;        /* the division of this presentation, */
    struct block *block;     /* [n_blocks] */
    struct division {        /* [0]: whole, for one thread; [1]: for each thread a part of each */
        int32_t n;           /* population, since they differ in activity; none for one thread */
        struct block *block; /* [n] */
    } division[2];
    int32_t age_max; /* u is rescaled when k gets here, long before float32 runs out of exponent */
};

struct kernel_state {
    struct cells pyramidal, interneurons;
    int32_t n_fan_outs;
    struct fan_out *fan_out; /* [n_fan_outs], the network's projections in their order */
    size_t dense_bytes;      /* of the dense copies */
    int32_t first_fan_out[POPULATIONS_MAX + 1]; /* fan-outs of population k: first_fan_out[k] …
                                                   first_fan_out[k + 1] - 1 */
    struct team team;
};

/* The init and free of every fast kernel. */
int kernel_state_init(struct presentation *p, const struct network *network);
void kernel_state_free(struct presentation *p);

/* To be called before a presentation: divides it for one thread, or for all. */
void kernel_state_divide(struct kernel_state *s, bool is_of_one);

/* Bytes of the dense copies and of a presentation's state: for docs/performance.md and the bench.
 */
size_t kernel_state_bytes(const struct presentation *p);

#endif
