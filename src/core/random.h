/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers without a state: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011, from
 * Random123) turns (seed, purpose, id, step, draw) into 128 random bits. So a number depends on
 * what it is for, never on who drew before: any order of work and any number of threads gives the
 * same run. Nothing here is fit for cryptography. */
#ifndef SPINET_CORE_RANDOM_H
#define SPINET_CORE_RANDOM_H

#include <Random123/philox.h>
#include <stdint.h>

/* What a number is for. The values decide what a seed means: never renumber, add at the end. */
enum random_purpose {
    RANDOM_SHAPE_POSITION = 1,
    RANDOM_SHAPE_PIXEL = 2,
    RANDOM_SHAPE_ORDER = 3,
    RANDOM_CONNECT_SOURCE = 4,
    RANDOM_CONNECT_TARGET = 5,
    RANDOM_CONNECT_DENDRITE = 6,
    RANDOM_CONNECT_WEIGHT = 7,
    RANDOM_GROW = 8,
    RANDOM_DATA_ORDER = 9,
    RANDOM_INTRINSIC = 10,
    RANDOM_SPINE_POSITION = 11,
    RANDOM_INTRINSIC_BIRTH = 12,
    RANDOM_CLUSTERED = 13,
    RANDOM_PROTOCOL = 14,
    RANDOM_SPINE_SHUFFLE = 15,
    RANDOM_OWN = 16, /* for policies and rules that a program registers at run time */
    RANDOM_GATE = 17,
    RANDOM_RESAMPLE = 18,
    RANDOM_SEARCH = 19, /* where in its range a parameter of a set is */
    RANDOM_SURGERY = 20,
    RANDOM_BASELINE = 21,
    RANDOM_CROWDING = 22,
    RANDOM_REWARD = 23, /* which response is tried */
    RANDOM_TEST_NOISE = 24,
    RANDOM_ENLARGEMENT = 25,
    RANDOM_REACTIVATION = 26,
    RANDOM_SILENT = 27,
    RANDOM_TASK = 28, /* classes shuffled among images */
};

struct random_words {
    uint32_t word[4];
};

static inline struct random_words random_words(uint64_t seed, uint32_t purpose, uint32_t id,
                                               uint32_t step, uint32_t draw)
{
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t counter = {{purpose, id, step, draw}};
    const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
    return (struct random_words){{out.v[0], out.v[1], out.v[2], out.v[3]}};
}

/* 64 bits from words 0 and 1 (half 0) or 2 and 3 (half 1). */
static inline uint64_t random_bits(const struct random_words *words, int half)
{
    return (uint64_t)words->word[2 * half + 1] << 32 | words->word[2 * half];
}

/* floor(bits * n / 2^64): uniform in 0 … n-1, n >= 1. No value is more than 2^-64 off 1/n, that is
 * 2^-32 of it, so nothing is ever rejected and one draw is one number. */
static inline uint32_t random_index(uint64_t bits, uint32_t n)
{
    const uint64_t low = (bits & UINT32_MAX) * n;
    const uint64_t high = (bits >> 32) * n;
    return (uint32_t)((high + (low >> 32)) >> 32);
}

/* Uniform in [0, 1) on a grid of 2^-24: every value is exact, 1 cannot come by rounding. */
static inline float random_unit_float(uint32_t bits)
{
    return (float)(bits >> 8) * 0x1p-24f;
}

/* Uniform in [0, 1) on a grid of 2^-53. */
static inline double random_unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

/* Fisher-Yates: every order of items[n] is equally likely. Draws 0 … n-2 of (purpose, id, step). */
static inline void random_shuffle(int32_t *items, int32_t n, uint64_t seed, uint32_t purpose,
                                  uint32_t id, uint32_t step)
{
    for (int32_t i = 0; i < n - 1; i++) {
        const struct random_words words = random_words(seed, purpose, id, step, (uint32_t)i);
        const int32_t j = i + (int32_t)random_index(random_bits(&words, 0), (uint32_t)(n - i));
        const int32_t item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

/* Fills order[n] with 0 … n - 1 in random order, as random_shuffle draws it. */
static inline void random_order(int32_t *order, int32_t n, uint64_t seed, uint32_t purpose,
                                uint32_t id, uint32_t step)
{
    for (int32_t i = 0; i < n; i++)
        order[i] = i;
    random_shuffle(order, n, seed, purpose, id, step);
}

#endif
