/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_SILENT_H
#define SPINET_SPINES_SILENT_H

#include "network/network.h"

/* Silent spines (docs/spines.md): filopodia without AMPA receptors. They take up calcium, but drive
 * nothing: their weight is 0. Learning makes them synapses; so does time, of a part of them, and
 * the others are gone. In the lives of the synapses, their greatest weight is 0. */

bool silent_is_on(const struct parameters *p);

/* If it is on, new spines of the network, which must keep lives, begin silent from now on, and a
 * part of those there are is silenced, unless it has learned already. */
void silent_begin(struct network *network, const struct parameters *p, uint64_t seed,
                  bool has_learned);

/* To be called after a consolidation, before the weights are noted; if it is on. A silent spine
 * that gained clustered.potentiated_by or more gets the size of its birth besides; the others stay
 * silent. */
void silent_learn(struct network *network, const struct parameters *p);

/* Ends the silence of those whose time is over on the network's day: a part silent.matures of them
 * gets the size of its birth, the others are marked for removal. Returns how many. */
int32_t silent_end(struct network *network, const struct parameters *p, uint64_t seed);

#endif
