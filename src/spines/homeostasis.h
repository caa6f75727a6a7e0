/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_HOMEOSTASIS_H
#define SPINET_SPINES_HOMEOSTASIS_H

#include "network/network.h"

/* Homeostatic scaling (docs/spines.md): each pyramidal cell multiplies the weights w of its plastic
 * synapses by a common factor, so that their mean <w> goes to a target w*, with time constant tau:
 *
 *     dw/dt = w (w* - <w>) / (w* tau)
 *
 * With homeostasis.synapses = all, <w> is the mean over all synapses onto the cell, and all of them
 * are scaled: those from teachers and interneurons, too. */
struct homeostasis {
    const struct parameters *parameters; /* must outlive it */
    int32_t n_cells;
    double *factor;  /* [n_cells] */
    int32_t *n;      /* [n_cells] synapses that are scaled */
    bool has_target; /* `target` has the means that learning left */
    float *target;   /* [n_cells] mean weight; NULL: homeostasis.target for all */
};

/* If fixed synapses are to be scaled, gives each a weight of its own. SYSTEM without memory. */
int homeostasis_init(struct homeostasis *homeostasis, const struct parameters *p,
                     struct network *network);
void homeostasis_free(struct homeostasis *homeostasis);

/* Whether cells scale their weights in a rest or, if not is_rest, between presentations: there only
 * if homeostasis.target is given. */
bool homeostasis_acts(const struct homeostasis *homeostasis, bool is_rest);

/* Whether cells then scale fixed synapses, too: kernels, which have copies of these, must be made
 * anew afterwards. */
bool homeostasis_scales_fixed(const struct homeostasis *homeostasis, bool is_rest);

/* To be called before each rest. Without homeostasis.target, the first call after learning makes
 * the present mean weights the targets. */
void homeostasis_take_target(struct homeostasis *homeostasis, struct network *network);

/* Scales the weights by the exact solution of the equation after `days`. Plastic weights stay at or
 * below 1, fixed ones at or below PROJECTION_WEIGHT_MAX. */
void homeostasis_scale(struct homeostasis *homeostasis, struct network *network, double days);

#endif
