/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_SURGERY_H
#define SPINET_TRAIN_SURGERY_H

#include "network/network.h"

/* Surgery on the synapses of a network (docs/spines.md): operations given as a text such as "lesion
 * random 0.2; shuffle cell". Random choices depend on the text, the seed and a number, the draw. */

/* Refuses parameters whose operations cannot be done. USER. */
int surgery_check(const struct parameters *p);

/* Makes the operations of `text` one after the other. USER, with a message that begins with `key`
 * ("surgery.after_training"), for an unknown operation or one that needs network->lives where they
 * are not kept: then nothing is changed. SYSTEM without memory. Operations may change fixed
 * synapses: then kernels must be made anew, which training_operate does. */
int surgery_do(const char *text, const char *key, uint32_t draw, const struct parameters *p,
               struct network *network, uint64_t seed);

#endif
