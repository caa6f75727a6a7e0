/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_GATE_H
#define SPINET_PLASTICITY_GATE_H

#include "network/network.h"

/* A third factor of plasticity (docs/model.md §4): after an image, a signal for each class says
 * whether its cells may use the calcium that they took up. The gate changes the calcium only; tags,
 * PRPs and CREB then follow from the calcium as without a gate. */

enum gate_signal { GATE_DEPRESS = -1, GATE_CLOSED = 0, GATE_OPEN = 1 };

struct gate_kind;

/* What became of an image by plasticity.gate = reward (docs/reward.md). */
struct reward_trial {
    int32_t answer;   /* class with the most votes; -1: there were no votes */
    int32_t response; /* class whose response was made */
    bool is_rewarded;
    double expected, error; /* reward that the spikes predicted, 0 … 1; actual reward - expected */
};

struct gate {
    const struct gate_kind *kind; /* plasticity.gate */
    bool is_on; /* whether there is a gate; if not, no function but gate_free may be called */
    bool asks;  /* each image is first shown without its teacher, to see the network's answer */
    const struct parameters *parameters;
    uint64_t seed;
    int32_t *signal;     /* [n_classes] enum gate_signal, of the present image */
    int8_t *of_dendrite; /* [n_pyramidal_dendrites] the same, by the class of the dendrite */
    int32_t teacher; /* class whose teacher fires with the image, or TEACHERS_… (stimulus.h) */
    struct reward_trial trial; /* of the gate `reward`; else zeroed */
    float *of_answer;          /* [capacity] calcium of the image shown without its teacher */
    int32_t capacity;
};

/* Makes the gate that plasticity.gate names. SYSTEM without memory. */
int gate_init(struct gate *gate, const struct parameters *p, const struct network *network,
              uint64_t seed);
void gate_free(struct gate *gate);

/* Sets signals and teacher for image `number` (from 1) of class `right`. spikes[n_classes] are the
 * votes of each class when the image was shown without its teacher; NULL if it was not. Returns
 * whether there is anything to learn. */
bool gate_judge(struct gate *gate, const struct layout *layout, int32_t number, int32_t right,
                const int32_t *spikes);

/* Puts the calcium of the answer aside, after the image was shown without its teacher. SYSTEM
 * without memory. */
int gate_take_answer(struct gate *gate, struct network *network);

/* To be called before the consolidation: leaves each synapse the calcium that the signal of its
 * class admits: that of the image with teacher (GATE_OPEN), that of the answer (GATE_DEPRESS) or
 * none. */
void gate_admit(const struct gate *gate, struct network *network);

#endif
