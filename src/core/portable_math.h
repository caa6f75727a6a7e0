/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exp, log and the sine and cosine of a fraction of a turn in float32, made of nothing but
 * additions, products, quotients and bits. IEEE 754 defines each of these to the last bit, so every
 * compiler, instruction set and width of vectors gives the same number, which neither the libm nor
 * libmvec promises; and loops of them become vector code in gcc and clang alike.
 * Errors (tests/test_portable_math.c): exp and log 2 units in the last place, log of numbers next
 * to 1 relative to the result; sine and cosine 2e-7. Refused: log of 0, of negative numbers and of
 * denormals. */
#ifndef SPINET_CORE_PORTABLE_MATH_H
#define SPINET_CORE_PORTABLE_MATH_H

#include <stdint.h>
#include <string.h>

static inline uint32_t portable_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float portable_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The nearest whole number of |x| < 2^22: adding 1.5 * 2^23 rounds, as floats there are 1 apart. */
static inline float portable_round(float x)
{
    return x + 0x1.8p23f - 0x1.8p23f;
}

/* x is clamped to -80 … 80. exp(x) = 2^n exp(r), |r| <= ln 2 / 2: the Taylor series of exp(r). */
static inline float portable_exp(float x)
{
    const float above = x > -80 ? x : -80;
    const float clamped = above < 80 ? above : 80;
    const float n = portable_round(clamped * 0x1.715476p0f);
    /* ln 2 in two parts, n times the first of which is exact */
    const float r = clamped - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
    float sum = 1.0f / 5040;
    sum = 1.0f / 720 + r * sum;
    sum = 1.0f / 120 + r * sum;
    sum = 1.0f / 24 + r * sum;
    sum = 1.0f / 6 + r * sum;
    sum = 0.5f + r * sum;
    sum = 1 + (r + r * r * sum);
    return sum * portable_float((uint32_t)((int32_t)n + 127) << 23);
}

/* x normal and above 0. log(x) = n ln 2 + log(m), m in sqrt(1/2) … sqrt(2), and with
 * t = (m - 1) / (m + 1), log(m) = 2 (t + t^3/3 + t^5/5 + …). */
static inline float portable_log(float x)
{
    const uint32_t bits = portable_bits(x);
    const int32_t n = (int32_t)(bits - 0x3f3504f3u) >> 23;
    const float m = portable_float(bits - ((uint32_t)n << 23));
    const float t = (m - 1) / (m + 1), t2 = t * t;
    float sum = 1.0f / 9;
    sum = 1.0f / 7 + t2 * sum;
    sum = 1.0f / 5 + t2 * sum;
    sum = 1.0f / 3 + t2 * sum;
    const float twice = 2 * t;
    return (float)n * 0x1.62e4p-1f + (twice + (twice * t2 * sum + (float)n * 0x1.7f7d1cp-20f));
}

/* Cosine and sine of pi * half_turns, |half_turns| <= 1. */
static inline void portable_cos_sin(float half_turns, float *cosine, float *sine)
{
    const float quarters = portable_round(2 * half_turns);
    const float r = (2 * half_turns - quarters) * 0x1.921fb6p0f, r2 = r * r;
    float c = -1.0f / 3628800, s = 1.0f / 362880;
    c = 1.0f / 40320 + r2 * c;
    c = -1.0f / 720 + r2 * c;
    c = 1.0f / 24 + r2 * c;
    c = -0.5f + r2 * c;
    c = 1 + r2 * c;
    s = -1.0f / 5040 + r2 * s;
    s = 1.0f / 120 + r2 * s;
    s = -1.0f / 6 + r2 * s;
    s = r + r * r2 * s;
    const uint32_t quarter = (uint32_t)(int32_t)quarters;
    const float x = quarter & 1 ? s : c, y = quarter & 1 ? c : s;
    *cosine = portable_float(portable_bits(x) ^ ((quarter + 1) & 2) << 30);
    *sine = portable_float(portable_bits(y) ^ (quarter & 2) << 30);
}

#endif
