/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_SPREAD_H
#define SPINET_PLASTICITY_SPREAD_H

#include "network/neighbours.h"

/* Depression spreads along a dendrite, potentiation does not (Kasai et al. 2021; docs/spines.md):
 * a depression tag that was just set adds fraction * (1 - distance / reach) of itself to the tags
 * of its neighbours within reach, never to a potentiation tag, and no tag falls below -1. */
struct spread {
    float reach_um, fraction;
    struct neighbours neighbours;
    int32_t capacity;
    float *before; /* [n] tags before this presentation's were set */
    float *added;  /* [n] */
};

/* Whether depression spreads (plasticity.ltd_spread_fraction and ltd_spread_um are above 0). */
bool spread_is_on(const struct parameters *p);

/* Begins for a network, which must keep lives. SYSTEM without memory. */
int spread_init(struct spread *spread, const struct parameters *p, const struct network *network);
void spread_free(struct spread *spread);

/* To be called before the tags are set: remembers them. SYSTEM without memory. */
int spread_begin(struct spread *spread, const struct network *network);

/* To be called after the tags are set: spreads the new depression tags. */
void spread_tags(struct spread *spread, struct network *network);

#endif
