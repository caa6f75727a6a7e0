/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SPINE_NEIGHBOURS_H
#define SPINET_REPORT_SPINE_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SPINE_NEAR_BINS = 10, /* of distances, SPINE_NEAR_UM each */
    SPINE_NEAR_UM = 5,
    SPINE_SHUFFLES = 100,
};

/* Pairs of spines on one dendrite by their distance, and how far the nearest neighbour is; beside
 * what comes of chance. */
struct spine_neighbours {
    double pairs[SPINE_NEAR_BINS];
    double expected[SPINE_NEAR_BINS];                   /* in closed form */
    double low[SPINE_NEAR_BINS], high[SPINE_NEAR_BINS]; /* of pairs: 95 of 100 shuffles */
    double nearest_um;                                  /* mean; NaN if no one has a neighbour */
    double chance_um, chance_low_um, chance_high_um;    /* mean of shuffles; 95 of 100 */
};

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
