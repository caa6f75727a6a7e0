/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_PRP_H
#define SPINET_PLASTICITY_PRP_H

#include <math.h>

#include "core/parameters.h"

/* Plasticity-related proteins t seconds after a synthesis began (docs/model.md §4): an alpha
 * function that peaks at 1. consolidation.c decides which cells make them. */
static inline double prp_alpha(double t, double tau)
{
    return t > 0 ? t / tau * exp(1 - t / tau) : 0;
}

static inline double prp_somatic(const struct parameters *p, double t)
{
    return prp_alpha(t - p->prp.somatic_delay_s, p->prp.somatic_tau_s);
}

static inline double prp_dendritic(const struct parameters *p, double t)
{
    return prp_alpha(t, p->prp.dendritic_tau_s);
}

#endif
