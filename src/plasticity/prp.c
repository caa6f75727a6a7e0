/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time course of plasticity-related proteins. consolidation.c decides which cells make them. */
#include "plasticity/prp.h"

#include <math.h>

static double alpha(double t, double tau)
{
    return t > 0 ? t / tau * exp(1 - t / tau) : 0;
}

double prp_somatic(const struct parameters *p, double t)
{
    return alpha(t - p->prp.somatic_delay_s, p->prp.somatic_tau_s);
}

double prp_dendritic(const struct parameters *p, double t)
{
    return alpha(t, p->prp.dendritic_tau_s);
}
