/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_HOMEOSTASIS_H
#define SPINET_SPINES_HOMEOSTASIS_H

#include "network/network.h"

/* Homeostatic scaling (docs/spines.md): each pyramidal cell multiplies the weights w of its plastic
 * synapses by a common factor, so that their mean <w> goes to a target w*, with time constant tau:
 *
 *     dw/dt = w (w* - <w>) / (w* tau)
 *
 * With homeostasis.synapses = all the mean is that of all synapses onto the cell, and all of them
 * are scaled, those from teachers and interneurons too. */
struct homeostasis {
    const struct parameters *parameters; /* must outlive it */
    int32_t n_cells;
    double *factor;  /* [n_cells] */
    int32_t *n;      /* [n_cells] synapses that are scaled */
    bool has_target; /* `target` holds what learning left; without homeostasis.target only */
    float *target;   /* [n_cells] mean weight; NULL: homeostasis.target is everyone's */
};

/* Gives the fixed synapses that are to be scaled weights of their own. SYSTEM without memory. */
int homeostasis_init(struct homeostasis *homeostasis, const struct parameters *p,
                     struct network *network);
/* Safe on a zeroed structure. */
void homeostasis_free(struct homeostasis *homeostasis);

/* Whether cells scale in a rest, or between presentations, where only a given target acts. */
bool homeostasis_acts(const struct homeostasis *homeostasis, bool is_rest);

/* Whether they scale fixed synapses then: kernels must be made anew after it. */
bool homeostasis_scales_fixed(const struct homeostasis *homeostasis, bool is_rest);

/* To be called before each rest: the first one after learning sets the targets of cells that have
 * none given. */
void homeostasis_take_target(struct homeostasis *homeostasis, struct network *network);

/* Scales the weights as `days` of the equation do, exactly. None becomes more than 1,
 * fixed ones not more than PROJECTION_WEIGHT_MAX. */
void homeostasis_scale(struct homeostasis *homeostasis, struct network *network, double days);

#endif
