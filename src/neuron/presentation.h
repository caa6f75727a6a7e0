/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_PRESENTATION_H
#define SPINET_NEURON_PRESENTATION_H

#include "network/network.h"
#include "neuron/constants.h"
#include "neuron/raster.h"
#include "neuron/stimulus.h"

struct kernel;
struct kernel_state;

/* All variables at the end of a step (docs/model.md §3). A soma that spikes in this step is at its
 * peak, and its bAP has already decayed once. */
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

/* A function that is called after every step of a presentation; it must change nothing. */
struct step_watch {
    void (*look)(void *data, const struct step_state *state);
    void *data;
};

/* What a kernel needs to present stimuli to a network: constants, working memory and the counts of
 * the last presentation. Threads that present at the same time need one each. */
struct presentation {
    struct layout layout;
    struct constants constants;
    const struct kernel *kernel;
    int32_t n_threads; /* threads that may share one presentation, where that is faster */
    bool is_alone;     /* set while the other threads have other work: one thread presents */
    int32_t *spikes;   /* [n_neurons] of the last presentation */
    int32_t *dendritic_spikes; /* [n_dendrites] */
    struct raster *raster;     /* the caller's: records every spike; NULL: none */
    /* the caller's: called after every step; NULL: none. Only the naive kernel calls it: the others
     * do not have all variables in every step. */
    const struct step_watch *watch;
    struct kernel_state *state;
};

/* An implementation of docs/model.md §3. Kernels differ in speed and in the last bits of voltages;
 * so they could differ in a count of spikes where a voltage equals its threshold within rounding
 * (this never happens in the golden data). */
struct kernel {
    const char *name;
    bool (*is_supported)(void); /* whether this processor can run it */
    int (*init)(struct presentation *p, const struct network *network);
    void (*present)(struct presentation *p, const struct network *network,
                    const struct stimulus *stimulus, float *calcium);
    void (*free)(struct presentation *p);
};

/* Size of a text that names the kernels by which a run was computed: "avx512", or "avx512, avx2
 * from 61" if it was continued with another one from presentation 61 on. */
enum { KERNELS_BYTES = 256 };

/* "fast" (or NULL): the best this processor has; or naive, portable, avx2, avx512. NULL, with a
 * message, if there is none of the name or the processor lacks it. */
const struct kernel *kernel_find(const char *name);

/* All kernels, ending with NULL; the fast ones from the plainest to the best. */
extern const struct kernel *const kernels[];

/* Prepares for presentations to `network` and to networks with the same fixed synapses. SYSTEM
 * without memory. */
int presentation_init(struct presentation *p, const struct network *network,
                      const struct parameters *parameters, const struct kernel *kernel,
                      int32_t n_threads);

/* Presents a stimulus once, from rest (docs/model.md §3). Sets the counts in p->spikes and
 * p->dendritic_spikes, and marks the spikes in p->raster, if there is one (it must have as many
 * steps as the stimulus). In training, calcium[n plastic synapses] is increased by the calcium
 * taken up; it is NULL in a test. The network is only read. Cannot fail. */
void present(struct presentation *p, const struct network *network, const struct stimulus *stimulus,
             float *calcium);
void presentation_free(struct presentation *p);

#endif
