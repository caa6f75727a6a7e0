/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_EXCITABILITY_H
#define SPINET_PLASTICITY_EXCITABILITY_H

#include <stdint.h>

#include "core/parameters.h"

/* CREB (docs/model.md §4): 1 in every cell whose calcium passed the threshold, then a linear fall,
 * one step a minute, until it is 0 or below. What it does to the adaptation is in the kernels. */

/* Sets creb[n] of cells whose summed calcium, calcium[n], passed the threshold to 1. */
void excitability_raise(const struct parameters *p, int32_t n, const float *calcium, float *creb);

/* Lets creb[n] decay for `n_steps` minutes. */
void excitability_decay(const struct parameters *p, int32_t n, int32_t n_steps, float *creb);

#endif
