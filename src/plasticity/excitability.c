/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CREB, which makes a cell more excitable for some hours after it learned. */
#include "plasticity/excitability.h"

#include "plasticity/capture.h"

void excitability_raise(const struct parameters *p, int32_t n, const float *calcium, float *creb)
{
    if (!p->excitability.enabled)
        return;
    for (int32_t i = 0; i < n; i++)
        if (calcium[i] > (float)p->excitability.threshold)
            creb[i] = 1;
}

void excitability_decay(const struct parameters *p, int32_t n, int32_t n_steps, float *creb)
{
    const float step = (float)(CONSOLIDATION_STEP_S / (p->excitability.decay_h * 3600));
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < n_steps && creb[i] > 0; k++)
            creb[i] -= step;
}
