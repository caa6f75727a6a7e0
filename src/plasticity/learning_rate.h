/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_LEARNING_RATE_H
#define SPINET_PLASTICITY_LEARNING_RATE_H

#include "core/parameters.h"
#include "core/vector_math.h"

/* The stronger a synapse, the slower it learns (docs/model.md §4, supplement eq. 11):
 *   eta = floor + span / (1 + exp(slope (w - midpoint))),  span = eta_max - eta_min
 * which is docs/model.md's eta_max - span / (1 + exp(-slope (w - midpoint))) for floor = eta_min.
 */
struct learning_rate_constants {
    float floor, span, slope, midpoint;
};

static inline struct learning_rate_constants
learning_rate_constants_from(const struct parameters *p)
{
    if (!p->plasticity.adaptive_rate) /* eta_max, whatever the weight */
        return (struct learning_rate_constants){.floor = (float)p->plasticity.eta_max};
    return (struct learning_rate_constants){
        .floor =
            (float)(p->plasticity.eta_floor < 0 ? p->plasticity.eta_min : p->plasticity.eta_floor),
        .span = (float)(p->plasticity.eta_max - p->plasticity.eta_min),
        .slope = (float)p->plasticity.eta_slope,
        .midpoint = (float)p->plasticity.eta_midpoint,
    };
}

static inline float learning_rate(const struct learning_rate_constants *c, float weight)
{
    if (c->span == 0)
        return c->floor;
    return c->floor + c->span / (1 + expf(c->slope * (weight - c->midpoint)));
}

#endif
