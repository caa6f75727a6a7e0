/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_SURGERY_H
#define SPINET_TRAIN_SURGERY_H

#include "network/network.h"

/* Surgery on the synapses of a network (docs/spines.md), as a text: "lesion random 0.2;
 * shuffle cell". Which weights and synapses it concerns is a function of the text, the seed and
 * a number of the draw. */

/* Refuses parameters whose operations cannot be done. USER. */
int surgery_check(const struct parameters *p);

/* Does the operations of `text` one after the other. Another number `draw` makes other random
 * choices. USER, with `key` ("surgery.after_training") before the message, for an operation that is
 * none or that needs lives of the synapses which the network does not keep; then nothing is
 * changed. SYSTEM without memory. Fixed synapses change, too: training_operate is for a network
 * that is being presented to. */
int surgery_do(const char *text, const char *key, uint32_t draw, const struct parameters *p,
               struct network *network, uint64_t seed);

#endif
