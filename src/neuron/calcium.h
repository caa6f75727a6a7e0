/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_CALCIUM_H
#define SPINET_NEURON_CALCIUM_H

#include "core/vector_math.h"
#include "neuron/constants.h"

/* The calcium that a presynaptic spike brings in where the dendrite's voltage v_d = v_b + v_bap
 * (mV) is above c->floor (docs/model.md §3): step / (1 + exp(-(v_d - half) / slope)). */
static inline float calcium_influx(const struct calcium_constants *c, float v_d)
{
    return c->step / (1 + expf(-(v_d - c->half) * c->rate_slope));
}

#endif
