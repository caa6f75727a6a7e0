/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_SILENT_H
#define SPINET_SPINES_SILENT_H

#include "network/network.h"

/* Silent spines (docs/spines.md): filopodia without AMPA receptors. They take up calcium, but do
 * not excite: their weight is 0. Learning turns them into synapses. Without learning, after some
 * time a part of them becomes synapses and the others are removed. In network->lives the weight_max
 * of a silent spine is 0. */

bool silent_is_on(const struct parameters *p);

/* If the parameters have silent spines: from now on new spines are born silent and, unless
 * has_learned, a part of the present ones is silenced. The network must keep lives. */
void silent_begin(struct network *network, const struct parameters *p, uint64_t seed,
                  bool has_learned);

/* To be called after a consolidation, before network_note_weights. A silent spine that gained
 * clustered.potentiated_by or more gets, in addition, the size of its birth; the others stay
 * silent. */
void silent_learn(struct network *network, const struct parameters *p);

/* Ends the silence of spines whose time is over: the fraction silent.matures of them gets the size
 * of birth, the others are marked for removal. Returns how many were marked. */
int32_t silent_end(struct network *network, const struct parameters *p, uint64_t seed);

#endif
