/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_STIMULUS_H
#define SPINET_NEURON_STIMULUS_H

#include <stdint.h>

/* Values in place of the class whose teacher fires: no teacher, or those of the first two
 * classes. */
enum { TEACHERS_NONE = -1, TEACHERS_BOTH = -2 };

/* The spikes of inputs and teachers in one presentation, in order of time: in step t spike the
 * sources source[start[t]] … source[start[t + 1] - 1], ascending within a step. A source is an
 * input 0 … n_inputs - 1, or n_inputs + k, the teacher of class k. */
struct stimulus {
    int32_t n_steps;
    int32_t *start;  /* [n_steps + 1] */
    int32_t *source; /* [start[n_steps]] */
    int32_t capacity;
    void *room; /* memory in which an image can be made when it is shown */
};

#endif
