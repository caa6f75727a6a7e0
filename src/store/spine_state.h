/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_SPINE_STATE_H
#define SPINET_STORE_SPINE_STATE_H

#include "network/network.h"
#include "store/archive.h"

/* What lasts of living spines, in checkpoints and network.h5. */

/* Lives to the bit: an array a member of struct life, lives/…; what synapse_log.csv.gz rounds.
 * Saves or loads network->lives; loaded are those of all ids that `network` has given, when the
 * clock (day, presentation) and dendrite_um are set. USER for one that cannot be of this network by
 * now. */
void spine_state_move_lives(struct archive *archive, struct network *network);

/* The day, the steps made and the part of a spine that is still to come. USER for what cannot be.
 */
void spine_state_move_clock(struct archive *archive, double *day, int32_t *step, double *carried);

#endif
