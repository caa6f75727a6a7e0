/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_MEMORY_H
#define SPINET_STORE_MEMORY_H

#include "store/archive.h"
#include "train/train.h"

/* What turnover policy and plasticity rule remember, in checkpoints and network.h5: policy/FIELD,
 * rule/FIELD, and the name of each. Saves or loads it. USER if it cannot be of this network; and if
 * it is of another policy or rule, unless that may be: then this one begins without a memory. */
void memory_move(struct archive *archive, struct training *training, bool may_be_another);

#endif
