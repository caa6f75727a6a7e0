/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_TAG_H
#define SPINET_PLASTICITY_TAG_H

#include "core/parameters.h"
#include "core/vector_math.h"

/* The tag that a synapse gets from the calcium of one presentation (docs/model.md §4, supplement
 * eq. 8): little calcium depresses, much potentiates. */
struct tag_constants {
    float ltp_gain, ltp_slope, ltp_offset, ltd_gain, ltd_slope, ltd_offset;
    float renewal_below; /* a tag of this size or larger is not renewed */
};

static inline struct tag_constants tag_constants_from(const struct parameters *p)
{
    return (struct tag_constants){
        .ltp_gain = (float)p->plasticity.tag_ltp_gain,
        .ltp_slope = (float)p->plasticity.tag_ltp_slope,
        .ltp_offset = (float)p->plasticity.tag_ltp_offset,
        .ltd_gain = (float)p->plasticity.ltd_gain,
        .ltd_slope = (float)p->plasticity.tag_ltd_slope,
        .ltd_offset = (float)p->plasticity.tag_ltd_offset,
        .renewal_below = (float)p->plasticity.tag_renewal_below,
    };
}

static inline float tag_sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

static inline float tag_from_calcium(const struct tag_constants *c, float calcium)
{
    return c->ltp_gain * tag_sigmoid(c->ltp_slope * calcium - c->ltp_offset) -
           c->ltd_gain * tag_sigmoid(c->ltd_slope * calcium - c->ltd_offset);
}

/* The tag of a synapse on a cell whose class answered wrongly (gate.h): depressing, and as large as
 * the potentiation that the calcium would cause. */
static inline float tag_of_error(const struct tag_constants *c, float calcium)
{
    return -tag_sigmoid(c->ltp_slope * calcium - c->ltp_offset);
}

#endif
