/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_DOPAMINE_H
#define SPINET_PLASTICITY_DOPAMINE_H

#include "core/parameters.h"

/* Dopamine after an input, and what it makes of the potentiation tags (docs/reward.md). */

/* Refuses parameters that do not belong together. USER. */
int dopamine_check(const struct parameters *p);

/* What dopamine tells after presentation `number` (from 1): its letter in dopamine.schedule, 1 for
 * a burst and -1 for a dip, or, where there is no schedule, the error of the expected reward. */
double dopamine_error(const struct parameters *p, int32_t number, double error);

/* The part of a potentiation tag, 0 … 1, that dopamine makes consequent in a cell with D2 receptors
 * or with D1, if it tells of this error dopamine.delay_s after the onset of the input. */
double dopamine_consequence(const struct parameters *p, bool is_d2, double error);

#endif
