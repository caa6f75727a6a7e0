/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts parameters (double, natural units) to the float32 constants of the kernels. */
#include "neuron/constants.h"

#include "network/connect.h"

/* The constants that pyramidal cells and interneurons have in common. */
#define COMMON_CONSTANTS(cell)                                                                     \
    .excitation = (float)(cell).excitation_mv,                                                     \
    .rate_dendrite = (float)(1 / (cell).tau_dendrite_ms),                                          \
    .dspike_threshold = (float)(cell).dspike_threshold_mv,                                         \
    .dspike_peak = (float)(cell).dspike_peak_mv,                                                   \
    .sublinear_exponent = (float)(cell).sublinear_exponent,                                        \
    .dspike_refractory = (cell).dspike_refractory_ms,                                              \
    .dendrite_to_soma = (float)(cell).dendrite_to_soma,                                            \
    .rate_soma = (float)(1 / (cell).tau_soma_ms), .threshold = (float)(cell).threshold_mv,         \
    .peak = (float)(cell).peak_mv, .refractory = (cell).refractory_ms,                             \
    .bap = (float)(cell).bap_mv, .rate_bap = (float)(1 / (cell).tau_bap_ms),                       \
    .bap_outlasts_dendrite = (cell).tau_bap_ms > (cell).tau_dendrite_ms

struct constants constants_from(const struct parameters *p)
{
    return (struct constants){
        .n_steps = p->input.duration_ms,
        .contact_share = connect_share(p),
        .pyramidal =
            {
                COMMON_CONSTANTS(p->pyramidal),
                .inhibition = (float)p->pyramidal.inhibition_mv,
                .soma_inhibition = (float)p->pyramidal.soma_inhibition,
                .adaptation_step = (float)p->pyramidal.adaptation_step,
                .adaptation_reversal = (float)p->pyramidal.adaptation_reversal_mv,
                .rate_adaptation = (float)(1 / p->pyramidal.tau_adaptation_ms),
                .rate_adaptation_creb = (float)(1 / p->excitability.tau_adaptation_ms),
                .creb_effective_above = (float)p->excitability.effective_above,
                .adapts = true,
            },
        .interneuron = {COMMON_CONSTANTS(p->interneuron)},
        .calcium =
            {
                .step = (float)p->plasticity.calcium_step,
                .floor = (float)p->plasticity.calcium_floor_mv,
                .half = (float)p->plasticity.calcium_half_mv,
                .rate_slope = (float)(1 / p->plasticity.calcium_slope_mv),
            },
    };
}
