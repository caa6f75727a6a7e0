/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_DOPAMINE_H
#define SPINET_PLASTICITY_DOPAMINE_H

#include "core/parameters.h"

/* Dopamine after an input, and what it makes of the potentiation tags (docs/reward.md). */

/* Refuses parameters that do not belong together. USER. */
int dopamine_check(const struct parameters *p);

/* What dopamine does after a presentation. */
struct dopamine_effect {
    double dopamine_hz;    /* what it came to, farthest from tonic */
    double consequence[2]; /* part of a potentiation tag, 0 … 1, that counts in a cell with D1
                            * receptors; with D2 */
};

/* After presentation `number` (from 1): by the signal that dopamine.schedule has for it or, where
 * there is no schedule, by a burst or dip that tells this error, -1 … 1, of the expected reward. */
struct dopamine_effect dopamine_act(const struct parameters *p, int32_t number, double error);

#endif
