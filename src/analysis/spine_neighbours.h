/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_ANALYSIS_SPINE_NEIGHBOURS_H
#define SPINET_ANALYSIS_SPINE_NEIGHBOURS_H

#include "analysis/spine_study.h"

/* A living spine. */
struct spine_site {
    int32_t run, dendrite;
    double position_um;
    bool is_strong;
};

/* Two spines that lie anywhere on a dendrite of this length: chance that they are at most so far
 * apart, 2 d / L - (d / L)^2. */
double spine_neighbours_chance(double distance_um, double dendrite_um);

/* Counts neighbours among n sites in order of run and dendrite, by which the shuffles are
 * numbered. SYSTEM without memory. */
int spine_neighbours_count(struct spine_neighbours *all, struct spine_neighbours *strong,
                           const struct spine_site *site, int32_t n, double dendrite_um);

#endif
