/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts parameters (double, natural units) to the float32 constants of the kernels. */
#include "neuron/constants.h"

#include "network/connect.h"

struct constants constants_from(const struct parameters *p)
{
    return (struct constants){
        .n_steps = p->input.duration_ms,
        .contact_share = connect_share(p),
        .pyramidal =
            {
                .excitation = (float)p->pyramidal.excitation_mv,
                .inhibition = (float)p->pyramidal.inhibition_mv,
                .rate_dendrite = (float)(1 / p->pyramidal.tau_dendrite_ms),
                .dspike_threshold = (float)p->pyramidal.dspike_threshold_mv,
                .dspike_peak = (float)p->pyramidal.dspike_peak_mv,
                .sublinear_exponent = (float)p->pyramidal.sublinear_exponent,
                .dspike_refractory = p->pyramidal.dspike_refractory_ms,
                .dendrite_to_soma = (float)p->pyramidal.dendrite_to_soma,
                .soma_inhibition = (float)p->pyramidal.soma_inhibition,
                .rate_soma = (float)(1 / p->pyramidal.tau_soma_ms),
                .threshold = (float)p->pyramidal.threshold_mv,
                .peak = (float)p->pyramidal.peak_mv,
                .refractory = p->pyramidal.refractory_ms,
                .bap = (float)p->pyramidal.bap_mv,
                .rate_bap = (float)(1 / p->pyramidal.tau_bap_ms),
                .adaptation_step = (float)p->pyramidal.adaptation_step,
                .adaptation_reversal = (float)p->pyramidal.adaptation_reversal_mv,
                .rate_adaptation = (float)(1 / p->pyramidal.tau_adaptation_ms),
                .rate_adaptation_creb = (float)(1 / p->excitability.tau_adaptation_ms),
                .creb_effective_above = (float)p->excitability.effective_above,
                .adapts = true,
                .bap_outlasts_dendrite = p->pyramidal.tau_bap_ms > p->pyramidal.tau_dendrite_ms,
            },
        .interneuron =
            {
                .excitation = (float)p->interneuron.excitation_mv,
                .rate_dendrite = (float)(1 / p->interneuron.tau_dendrite_ms),
                .dspike_threshold = (float)p->interneuron.dspike_threshold_mv,
                .dspike_peak = (float)p->interneuron.dspike_peak_mv,
                .sublinear_exponent = (float)p->interneuron.sublinear_exponent,
                .dspike_refractory = p->interneuron.dspike_refractory_ms,
                .dendrite_to_soma = (float)p->interneuron.dendrite_to_soma,
                .rate_soma = (float)(1 / p->interneuron.tau_soma_ms),
                .threshold = (float)p->interneuron.threshold_mv,
                .peak = (float)p->interneuron.peak_mv,
                .refractory = p->interneuron.refractory_ms,
                .bap = (float)p->interneuron.bap_mv,
                .rate_bap = (float)(1 / p->interneuron.tau_bap_ms),
                .adapts = false,
                .bap_outlasts_dendrite = p->interneuron.tau_bap_ms > p->interneuron.tau_dendrite_ms,
            },
        .calcium =
            {
                .step = (float)p->plasticity.calcium_step,
                .floor = (float)p->plasticity.calcium_floor_mv,
                .half = (float)p->plasticity.calcium_half_mv,
                .rate_slope = (float)(1 / p->plasticity.calcium_slope_mv),
            },
    };
}
