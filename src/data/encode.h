/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_DATA_ENCODE_H
#define SPINET_DATA_ENCODE_H

#include "core/parameters.h"
#include "data/images.h"
#include "neuron/stimulus.h"

/* Images to spikes (docs/model.md §2): regular trains, in strict float32. */

enum { INTENSITIES = 256 };

/* The spike times of one train, in steps, ascending. */
struct train {
    int32_t n;
    int32_t *step; /* [n], points into the encoder's memory */
};

struct encoder {
    int32_t n_steps, n_inputs;
    struct train pixel[INTENSITIES]; /* trains by intensity */
    struct train teacher;
    int32_t *memory;
};

/* SYSTEM without memory. */
int encoder_init(struct encoder *encoder, const struct parameters *p, int32_t n_inputs);
void encoder_free(struct encoder *encoder);

/* Allocates for the largest stimulus there can be. SYSTEM without memory. */
int stimulus_init(struct stimulus *stimulus, const struct encoder *encoder);
void stimulus_free(struct stimulus *stimulus);

/* Makes the stimulus for pixels [n_inputs], with the teacher of class `teacher`, or none
 * or two of them (stimulus.h). */
void encode(const struct encoder *encoder, const uint8_t *pixels, int32_t teacher,
            struct stimulus *stimulus);

/* The same for image i as it is shown. */
void encode_image(const struct encoder *encoder, const struct images *images, int32_t i,
                  int32_t teacher, struct stimulus *stimulus);

/* Returns how many spikes a train of `rate_hz` has, the doublet included, and writes their steps,
 * unless `step` is NULL. The arithmetic is exactly that of the authors' program. */
int32_t encode_train(const struct parameters *p, float rate_hz, int32_t *step);

#endif
