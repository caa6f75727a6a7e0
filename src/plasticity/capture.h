/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_CAPTURE_H
#define SPINET_PLASTICITY_CAPTURE_H

#include "plasticity/learning_rate.h"
#include "plasticity/tag.h"

/* The arithmetic of consolidation (docs/model.md §4) over arrays of synapses, compiled once for
 * each instruction set. */

enum { CONSOLIDATION_STEP_S = 60 };

enum { CAPTURE_LANES = 64 }; /* stepped together: enough vectors to hide the latency of exp */

struct capture {
    const char *name; /* name of the instruction set, the same as of the kernels */
    /* sets tag[i] from calcium[i], unless the tag is too large to be renewed, and clears the
     * calcium */
    void (*set_tags)(const struct tag_constants *c, int32_t n, float *calcium, float *tag);
    /* sets eta[i], the learning rate that belongs to weight[i] */
    void (*set_rates)(const struct learning_rate_constants *c, int32_t n, const float *weight,
                      float *eta);
    /* steps n synapses (padded to CAPTURE_LANES) through n_steps; prp[k] is dt / tau_weight times
     * the proteins in step k, or 0; a tag keeps the fraction `tag_keep` in each step */
    void (*step)(const struct learning_rate_constants *c, int32_t n_steps, const float *prp,
                 float tag_keep, int32_t n, float *weight, float *eta, float *tag);
};

/* The capture that is compiled for the same instruction set as the kernel of this name (for the
 * naive kernel the portable one), so that the choice of a kernel decides every last bit. */
const struct capture *capture_find(const char *kernel);

#endif
