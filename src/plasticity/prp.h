/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_PRP_H
#define SPINET_PLASTICITY_PRP_H

#include "core/parameters.h"

/* Plasticity-related proteins t seconds after a synthesis began (docs/model.md §4). An alpha
 * function that peaks at 1. */
double prp_somatic(const struct parameters *p, double t);
double prp_dendritic(const struct parameters *p, double t);

#endif
