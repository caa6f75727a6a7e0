/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_CAPTURE_H
#define SPINET_PLASTICITY_CAPTURE_H

#include "plasticity/learning_rate.h"
#include "plasticity/tag.h"

/* The arithmetic of consolidation (docs/model.md §4) over arrays of synapses, compiled once for
 * each instruction set. */

enum { CONSOLIDATION_STEP_S = 60 };

/* Synapses stepped together: enough vectors to hide the latency of exp. */
enum { CAPTURE_LANES = 64 };

struct capture {
    /* sets tag[n] from calcium[n], except tags that are too large to be renewed, and clears the
     * calcium */
    void (*set_tags)(const struct tag_constants *c, int32_t n, float *calcium, float *tag);
    /* sets eta[n] to the learning rates that belong to weight[n] */
    void (*set_rates)(const struct learning_rate_constants *c, int32_t n, const float *weight,
                      float *eta);
    /* advances n synapses (the arrays are padded to CAPTURE_LANES) by n_steps; prp[k] is dt /
     * tau_weight times the amount of proteins in step k, or 0; in each step a tag keeps the
     * fraction `tag_keep` of itself */
    void (*step)(const struct learning_rate_constants *c, int32_t n_steps, const float *prp,
                 float tag_keep, int32_t n, float *weight, float *eta, float *tag);
};

/* The capture compiled for the instruction set of the kernel of this name (the portable one for the
 * naive kernel). So the kernel's name alone decides all results to the last bit. */
const struct capture *capture_find(const char *kernel);

#endif
