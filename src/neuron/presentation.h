/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_PRESENTATION_H
#define SPINET_NEURON_PRESENTATION_H

#include "network/network.h"
#include "neuron/constants.h"
#include "neuron/raster.h"
#include "neuron/stimulus.h"

struct kernel;
struct kernel_state;

/* All variables at the end of a step, docs/model.md §3: a soma that spikes is at its peak, its bAP
 * has decayed once. */
struct step_state {
    int32_t step;
    const float *v_b;           /* [n_dendrites] mV */
    const float *v;             /* [n_neurons] mV, the soma */
    const float *v_bap;         /* [n_neurons] mV */
    const float *g_w;           /* [n_neurons] adaptation, 1/ms */
    const int32_t *last_dspike; /* [n_dendrites] step of the last dendritic spike, -1: none */
    const bool *spiked;         /* [n_neurons] in this step */
    const float *calcium;       /* [n plastic synapses], NULL in a test */
};

/* An observer of a presentation, who changes nothing. */
struct step_watch {
    void (*look)(void *data, const struct step_state *state);
    void *data;
};

/* What is needed to present images to networks of one layout: constants, working memory, and the
 * counts of the last presentation. One for each thread that presents. */
struct presentation {
    struct layout layout;
    struct constants constants;
    const struct kernel *kernel;
    int32_t n_threads;         /* threads that may share one presentation, where that is faster */
    bool is_alone;             /* now the other threads have other work */
    int32_t *spikes;           /* [n_neurons] of the last presentation */
    int32_t *dendritic_spikes; /* [n_dendrites] */
    struct raster
        *raster; /* the caller's: takes the time of every spike; NULL: spikes are not recorded */
    /* the caller's: is shown every step; NULL: none. Only the naive kernel has all variables in
     * every step and calls it; the others do not. */
    const struct step_watch *watch;
    struct kernel_state *state;
};

/* A way to compute docs/model.md §3. They differ in speed, and in the last bits of a voltage; so in
 * a count only where a voltage meets its threshold to within rounding (never in the golden data).
 */
struct kernel {
    const char *name;
    bool (*is_supported)(void); /* whether this processor can run it */
    int (*init)(struct presentation *p, const struct network *network);
    void (*present)(struct presentation *p, const struct network *network,
                    const struct stimulus *stimulus, float *calcium);
    void (*free)(struct presentation *p);
};

/* Bytes for a text of all kernels that have computed a run: "avx512", or "avx512, avx2 from 61" if
 * it has gone on with another from presentation 61. */
enum { KERNELS_BYTES = 256 };

/* "fast" (or NULL): the best this processor has; or naive, portable, avx2, avx512. NULL, with a
 * message, if there is none of the name or the processor lacks it. */
const struct kernel *kernel_find(const char *name);

/* All kernels, ending with NULL; the fast ones from the plainest to the best. */
extern const struct kernel *const kernels[];

/* Prepares for a network and all that share its fixed synapses. SYSTEM without memory. */
int presentation_init(struct presentation *p, const struct network *network,
                      const struct parameters *parameters, const struct kernel *kernel,
                      int32_t n_threads);

/* Presents once, from rest (docs/model.md §3), and leaves the counts in p->spikes and
 * p->dendritic_spikes, and the spikes in p->raster if there is one (of as many steps as the
 * stimulus). Cannot fail. The network is only read; in training, `calcium`
 * [n plastic synapses] takes the calcium that comes in on top of what is there; NULL in a test. */
void present(struct presentation *p, const struct network *network, const struct stimulus *stimulus,
             float *calcium);

/* Safe on a zeroed structure. */
void presentation_free(struct presentation *p);

#endif
