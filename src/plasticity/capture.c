/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tag and capture, all lanes at once: docs/model.md §4, the loop over the minutes. Compiled once
 * for each instruction set, under the name KERNEL; allocates nothing and cannot fail. */
#include "plasticity/capture.h"

#include "core/instruction_sets.h"

static void set_tags(const struct tag_constants *constants, int32_t n, float *restrict calcium,
                     float *restrict tag)
{
    const struct tag_constants c = *constants;
#pragma omp simd
    for (int32_t i = 0; i < n; i++) {
        const float renewed = tag_from_calcium(&c, calcium[i]);
        tag[i] = fabsf(tag[i]) < c.renewal_below ? renewed : tag[i];
        calcium[i] = 0;
    }
}

static void set_rates(const struct learning_rate_constants *constants, int32_t n,
                      const float *restrict weight, float *restrict eta)
{
    const struct learning_rate_constants c = *constants;
#pragma omp simd
    for (int32_t i = 0; i < n; i++)
        eta[i] = learning_rate(&c, weight[i]);
}

static inline __attribute__((always_inline)) void
step_lanes(const struct learning_rate_constants c, int32_t n_steps, const float *prp,
           float tag_keep, float *restrict weight, float *restrict eta, float *restrict tag)
{
    for (int32_t k = 0; k < n_steps; k++) {
        const float amount = prp[k];
        if (amount > 0 || k == 0) { /* in step 0 even without proteins, so that a new synapse gets
                                       the rate of its weight */
#pragma omp simd
            for (int32_t i = 0; i < CAPTURE_LANES; i++) {
                tag[i] *= tag_keep;
                const float w = weight[i] + eta[i] * amount * tag[i];
                const float positive = w > 0 ? w : 0;
                weight[i] = positive < 1 ? positive : 1;
                eta[i] = learning_rate(&c, weight[i]);
            }
        } else {
#pragma omp simd
            for (int32_t i = 0; i < CAPTURE_LANES; i++)
                tag[i] *= tag_keep;
        }
    }
}

static void step(const struct learning_rate_constants *c, int32_t n_steps, const float *prp,
                 float tag_keep, int32_t n, float *weight, float *eta, float *tag)
{
    if (c->span == 0) /* the rate is constant: compiled without exp */
        for (int32_t first = 0; first < n; first += CAPTURE_LANES)
            step_lanes((struct learning_rate_constants){.floor = c->floor}, n_steps, prp, tag_keep,
                       weight + first, eta + first, tag + first);
    else
        for (int32_t first = 0; first < n; first += CAPTURE_LANES)
            step_lanes(*c, n_steps, prp, tag_keep, weight + first, eta + first, tag + first);
}

extern const struct capture OF_KERNEL(capture);
const struct capture OF_KERNEL(capture) = {set_tags, set_rates, step};
