/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of intrinsic dynamics (docs/spines.md), LANES spines at once. Compiled once for
 * each instruction set, under the name KERNEL; allocates nothing and cannot fail.
 *
 * A sub-step of length h. Where Stratonovich's drift is linear in w, it and the noise are each
 * solved exactly, half the drift before and half after the noise (Strang splitting, which for one
 * noise is the scheme of Ninomiya & Victoir 2008: weak order 2); where it is linear in x, both at
 * once (an Ornstein-Uhlenbeck process, exact). Either gives x at both ends. The least value between
 * them is drawn as that of a Brownian bridge, which a constant drift does not change:
 *     least = (x0 + x1 - sqrt((x1 - x0)^2 - 2 s^2 h ln U)) / 2.
 * A spine whose least is at or below the bound is gone, or is pushed up by what is missing, as
 * reflection is (Skorokhod's problem; Lepingle 1995). The upper bound is the same upside down. */
#include <math.h>

#include "core/instruction_sets.h"
#include "core/portable_math.h"
#include "core/random.h"
#include "spines/intrinsic.h"

enum { LANES = 64 };

/* The random numbers of two sub-steps. */
struct draws {
    float normal[2][LANES];
    float log_unit[2][LANES]; /* ln U for U uniform in (0, 1] */
};

static void draw(struct draws *draws, uint64_t seed, const int32_t *id, uint32_t step,
                 uint32_t number)
{
    uint32_t word[4][LANES];
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        const struct random_words w =
            random_words(seed, RANDOM_INTRINSIC, (uint32_t)id[i], step, number);
        word[0][i] = w.word[0];
        word[1][i] = w.word[1];
        word[2][i] = w.word[2];
        word[3][i] = w.word[3];
    }
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        /* Box & Muller 1958. On a grid of 2^-31, half a step from 0: up to 6.7 sd. */
        const float unit = ((float)(int32_t)(word[0][i] >> 1) + 0.5f) * 0x1p-31f;
        const float radius = sqrtf(-2 * portable_log(unit));
        float cosine, sine;
        portable_cos_sin((float)(int32_t)word[1][i] * 0x1p-31f, &cosine, &sine);
        draws->normal[0][i] = radius * cosine;
        draws->normal[1][i] = radius * sine;
        draws->log_unit[0][i] = portable_log(((float)(int32_t)(word[2][i] >> 1) + 0.5f) * 0x1p-31f);
        draws->log_unit[1][i] = portable_log(((float)(int32_t)(word[3][i] >> 1) + 0.5f) * 0x1p-31f);
    }
}

static inline float x_of(const struct intrinsic *c, enum intrinsic_coordinate coordinate, float w)
{
    if (coordinate == COORDINATE_SIZE)
        return w;
    if (coordinate == COORDINATE_ROOT) {
        const float v = c->scale * w;
        return portable_log(v + sqrtf(v * v + 1));
    }
    const float z = w + c->shift;
    return portable_log(z > 1e-30f ? z : 1e-30f);
}

static inline float w_of(const struct intrinsic *c, enum intrinsic_coordinate coordinate, float x)
{
    if (coordinate == COORDINATE_SIZE)
        return x;
    const float e = portable_exp(x);
    return coordinate == COORDINATE_ROOT ? (e - 1 / e) * (0.5f / c->scale) : e - c->shift;
}

/* Makes one sub-step of a spine, whose *w and *x belong together; returns whether it lives. It
 * branches on constants only, so that the compiler can compute many spines at once. */
static inline int32_t substep(const struct intrinsic *c, enum intrinsic_coordinate coordinate,
                              bool decays_in_x, float normal, float log_unit, float *w, float *x)
{
    const float start = *x;
    float end, w_end;
    if (decays_in_x) {
        end = start * c->keep + c->add + c->noise * normal;
        w_end = w_of(c, coordinate, end);
    } else {
        const float before = *w * c->keep + c->add;
        float after;
        if (coordinate == COORDINATE_LOG)
            after = (before + c->shift) * portable_exp(c->noise * normal) - c->shift;
        else
            after = w_of(c, coordinate, x_of(c, coordinate, before) + c->noise * normal);
        w_end = after * c->keep + c->add;
        end = x_of(c, coordinate, w_end);
    }
    const float across = end - start;
    const float width = sqrtf(across * across - 2 * c->spread * log_unit);
    const float missing = c->low - 0.5f * (start + end - width);
    const float beyond = 0.5f * (start + end + width) - c->high;
    const float up = missing > 0 ? missing : 0;
    const float down = beyond > 0 ? beyond : 0;
    const float moved = end + up - down;
    const float w_moved = w_of(c, coordinate, moved);
    *x = moved;
    *w = moved == end ? w_end : w_moved;
    return missing < c->gone_from;
}

/* Inlined once for each form with `coordinate` and `decays_in_x` constant, so that the compiler
 * makes a version of the loop for each. */
static inline __attribute__((always_inline)) int32_t
step_lanes(const struct intrinsic *intrinsic, enum intrinsic_coordinate coordinate,
           bool decays_in_x, const int32_t *id, uint32_t step, float *restrict weight)
{
    const struct intrinsic c = *intrinsic;
    struct draws draws;
    float x[LANES];
    int32_t alive[LANES];
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
        const float whole = x_of(&c, coordinate, weight[i]);
        const float from_low = whole > c.low ? whole : c.low;
        const float within =
            from_low < c.high ? from_low
                              : c.high; /* plasticity may have moved a weight out of these bounds */
        const float w_within = w_of(&c, coordinate, within);
        alive[i] = weight[i] > c.gone_at;
        weight[i] = within == whole ? weight[i] : w_within;
        x[i] = within;
    }
    for (int32_t k = 0; k < c.n_substeps; k++) {
        if (k % 2 == 0)
            draw(&draws, c.seed, id, step, (uint32_t)k / 2);
        const float *normal = draws.normal[k % 2], *log_unit = draws.log_unit[k % 2];
#pragma omp simd
        for (int i = 0; i < LANES; i++) {
            float w_here = weight[i], x_here = x[i];
            alive[i] &=
                substep(&c, coordinate, decays_in_x, normal[i], log_unit[i], &w_here, &x_here);
            weight[i] = w_here;
            x[i] = x_here;
        }
    }
    int32_t n_alive = 0;
#pragma omp simd reduction(+ : n_alive)
    for (int i = 0; i < LANES; i++) {
        /* judged again: x was judged before w was rounded */
        alive[i] &= weight[i] > c.gone_at;
        weight[i] = alive[i] ? weight[i] : 0;
        n_alive += alive[i];
    }
    return LANES - n_alive;
}

static int32_t step_any(const struct intrinsic *c, const int32_t *id, uint32_t step, float *weight)
{
    if (c->decays_in_x)
        return step_lanes(c, COORDINATE_LOG, true, id, step, weight);
    if (c->coordinate == COORDINATE_LOG)
        return step_lanes(c, COORDINATE_LOG, false, id, step, weight);
    if (c->coordinate == COORDINATE_ROOT)
        return step_lanes(c, COORDINATE_ROOT, false, id, step, weight);
    return step_lanes(c, COORDINATE_SIZE, false, id, step, weight);
}

extern intrinsic_steps OF_KERNEL(intrinsic_steps);
int32_t OF_KERNEL(intrinsic_steps)(const struct intrinsic *intrinsic, int32_t n, const int32_t *id,
                                   uint32_t step, float *weight)
{
    int32_t n_gone = 0;
    for (int32_t first = 0; first < n; first += LANES) {
        const int32_t n_here = n - first < LANES ? n - first : LANES;
        int32_t ids[LANES] = {0};
        float weights[LANES];
        if (n_here == LANES) {
            n_gone += step_any(intrinsic, id + first, step, weight + first);
            continue;
        }
        for (int32_t i = 0; i < LANES; i++) { /* lanes without a spine get weight 1 */
            ids[i] = i < n_here ? id[first + i] : 0;
            weights[i] = i < n_here ? weight[first + i] : 1;
        }
        step_any(intrinsic, ids, step, weights);
        for (int32_t i = 0; i < n_here; i++) {
            weight[first + i] = weights[i];
            n_gone += weights[i] <= intrinsic->gone_at;
        }
    }
    return n_gone;
}
