/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_GATE_H
#define SPINET_PLASTICITY_GATE_H

#include "network/network.h"

/* A third factor (docs/model.md §4): a signal that comes after an image's spikes, and says for each
 * class what its cells may make of the calcium they took up. It acts on the calcium, so tags, PRPs
 * and CREB are those of any other calcium. */

enum gate_signal { GATE_DEPRESS = -1, GATE_CLOSED = 0, GATE_OPEN = 1 };

struct gate_kind;

/* What became of an image by plasticity.gate = reward (docs/reward.md). */
struct reward_trial {
    int32_t answer;   /* class with the most votes; -1: none has any */
    int32_t response; /* class whose response was made */
    bool is_rewarded;
    double expected, error; /* reward, 0 … 1, that the answer made expect; what came, less that */
};

struct gate {
    const struct gate_kind *kind; /* plasticity.gate */
    const struct parameters *parameters;
    uint64_t seed;
    int32_t *signal;     /* [n_classes] enum gate_signal, of the present image */
    int8_t *of_dendrite; /* [n_pyramidal_dendrites] the same, by the class of the dendrite */
    int32_t teacher;     /* class whose teacher fires beside it, or a TEACHERS_… (stimulus.h) */
    struct reward_trial trial; /* zeroed of other gates */
    float *of_answer;          /* [capacity] calcium of the image shown without its teacher */
    int32_t capacity;
};

/* Begins the gate that the parameters name. SYSTEM without memory. */
int gate_init(struct gate *gate, const struct parameters *p, const struct network *network,
              uint64_t seed);
/* Safe on a zeroed structure. */
void gate_free(struct gate *gate);

/* Whether there is a gate. If not, no function below may be called. */
bool gate_is_on(const struct gate *gate);

/* Whether each image is first shown without its teacher, to see what the network answers. */
bool gate_asks(const struct gate *gate);

/* Sets signals and teacher for image `number` (from 1) of class `right`, to which the cells of each
 * class answered with spikes[n_classes] in all, less those against it (NULL: they were not asked).
 * Is there anything to learn?
 */
bool gate_judge(struct gate *gate, const struct layout *layout, int32_t number, int32_t right,
                const int32_t *spikes);

/* Puts the calcium of the answer aside, after the image was shown without its teacher. SYSTEM
 * without memory. */
int gate_take_answer(struct gate *gate, struct network *network);

/* Before the consolidation: leaves each synapse the calcium its class's signal admits, that of the
 * image with its teacher (open), that of the answer (depress), or none (closed). */
void gate_admit(const struct gate *gate, struct network *network);

#endif
