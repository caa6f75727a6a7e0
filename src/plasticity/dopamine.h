/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_DOPAMINE_H
#define SPINET_PLASTICITY_DOPAMINE_H

#include "core/parameters.h"

/* Dopamine after an image, and how it decides which potentiation tags last (docs/reward.md). */

/* Refuses parameters that do not belong together. USER. */
int dopamine_check(const struct parameters *p);

/* What dopamine does after a presentation. */
struct dopamine_effect {
    double dopamine_hz;    /* the level reached that is farthest from tonic_hz */
    double consequence[2]; /* the fraction, 0 … 1, of a potentiation tag that is kept in cells with
                              D1 receptors, and with D2 */
};

/* The effect after presentation `number` (from 1). Dopamine follows dopamine.schedule or, without a
 * schedule, a burst or dip as large as `error`, -1 … 1: the reward minus the expected one. */
struct dopamine_effect dopamine_act(const struct parameters *p, int32_t number, double error);

#endif
