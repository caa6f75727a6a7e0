/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_STATE_H
#define SPINET_STORE_STATE_H

#include "store/archive.h"
#include "train/train.h"

/* Parts of the state of a training that checkpoints and network.h5 have. */

/* Saves or loads network->lives exactly (synapse_log.csv.gz rounds them), each member of struct
 * life as an array lives/…. To load, clock (day, presentation) and dendrite_um must be set; lives
 * of all ids that `network` has given are loaded. USER for lives that this network cannot have. */
void spine_state_move_lives(struct archive *archive, struct network *network);

/* Saves or loads the day, the steps made, and the fraction of a spine that is carried over. USER
 * for values that cannot be. */
void spine_state_move_clock(struct archive *archive, double *day, int32_t *step, double *carried);

/* Saves or loads the mean weights that cells scale to, if learning left them and a rest has begun.
 */
#define HOMEOSTATIC_TARGETS "state/homeostatic_target"
void spine_state_move_targets(struct archive *archive, struct homeostasis *homeostasis);

/* What turnover policy and plasticity rule remember: policy/FIELD,
 * rule/FIELD, and the name of each. Saves or loads it. USER if it cannot be of this network; and if
 * it is of another policy or rule, unless that may be: then this one begins without a memory. */
void memory_move(struct archive *archive, struct training *training, bool may_be_another);

#endif
