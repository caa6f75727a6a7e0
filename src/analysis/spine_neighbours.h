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

/* Counts neighbours among n sites in order of run and dendrite, by which the shuffles are
 * numbered. SYSTEM without memory. */
int spine_neighbours_count(struct spine_neighbours *all, struct spine_neighbours *strong,
                           const struct spine_site *site, int32_t n, double dendrite_um);

#endif
