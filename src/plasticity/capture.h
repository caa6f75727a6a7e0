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
    const char *name; /* of the instruction set, as the kernels' */
    /* tag[i] from calcium[i], which is cleared, unless the tag is too large to be renewed */
    void (*set_tags)(const struct tag_constants *c, int32_t n, float *calcium, float *tag);
    /* eta[i] of weight[i] */
    void (*set_rates)(const struct learning_rate_constants *c, int32_t n, const float *weight,
                      float *eta);
    /* n synapses (padded to CAPTURE_LANES) through n_steps with prp[k] > 0 the proteins, as a part
     * of dt / tau_weight, or 0; tags keep `tag_keep` of themselves in a step */
    void (*step)(const struct learning_rate_constants *c, int32_t n_steps, const float *prp,
                 float tag_keep, int32_t n, float *weight, float *eta, float *tag);
};

/* The one compiled like the kernel of this name, so that one choice decides every last bit; the
 * portable one for the naive kernel. */
const struct capture *capture_find(const char *kernel);

#endif
