/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_TRIALS_H
#define SPINET_STORE_TRIALS_H

#include "core/table.h"
#include "train/train.h"

/* What the network answered to each training image, how far it was rewarded for that, and what
 * dopamine made of it (docs/reward.md): an observer of a training with plasticity.rule = dopamine,
 * which writes trials.csv. */
struct trial_row {
    int32_t presentation; /* from 1 */
    int32_t image, cue;   /* index of the training image, and its label */
    /* The next five say nothing (-1, NaN) unless plasticity.gate = reward. */
    int32_t answer;            /* label of the class with most votes, -1 if none has any */
    int32_t response;          /* label of the response that was made */
    int32_t reward;            /* 0 or 1 */
    float expected;            /* reward, 0 … 1 */
    float error;               /* reward less what was expected */
    float dopamine_hz, d1, d2; /* as in struct dopamine_effect */
};
extern const struct table trials_table;

struct trials {
    struct observer observer;
    struct trial_row next; /* of the image shown last */
    int64_t n, capacity;
    struct trial_row *row; /* [n] */
};

void trials_init(struct trials *trials);
void trials_free(struct trials *trials);

#endif
