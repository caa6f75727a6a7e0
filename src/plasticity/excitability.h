/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_EXCITABILITY_H
#define SPINET_PLASTICITY_EXCITABILITY_H

#include <stdint.h>

#include "core/parameters.h"
#include "plasticity/capture.h"

/* CREB (docs/model.md §4) makes a cell more excitable for some hours after it learned: it is 1 in
 * every cell whose calcium passed the threshold, then falls by one step a minute, until it is 0 or
 * below. What it does to the adaptation is in the kernels. */

/* Sets creb[n] of cells whose summed calcium, calcium[n], passed the threshold to 1. */
static inline void excitability_raise(const struct parameters *p, int32_t n, const float *calcium,
                                      float *creb)
{
    for (int32_t i = 0; i < n && p->excitability.enabled; i++)
        if (calcium[i] > (float)p->excitability.threshold)
            creb[i] = 1;
}

/* Lets creb[n] decay for `n_steps` minutes. */
static inline void excitability_decay(const struct parameters *p, int32_t n, int32_t n_steps,
                                      float *creb)
{
    const float step = (float)(CONSOLIDATION_STEP_S / (p->excitability.decay_h * 3600));
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < n_steps && creb[i] > 0; k++)
            creb[i] -= step;
}

#endif
