/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_INTRINSIC_H
#define SPINET_SPINES_INTRINSIC_H

#include <stdint.h>

#include "core/parameters.h"

/* Intrinsic dynamics of spines (docs/spines.md): without any activity the size of a spine changes
 * as dw = mu(w) dt + sigma(w) dB (Ito), independently of all others. w in um^3 is the weight, time
 * is in days. Forms and coefficients: Kasai et al. 2021 (Nat Rev Neurosci 22:407), box 3.
 *
 * In a coordinate x(w) with dx/dw = s / sigma(w) the noise is the same everywhere, s dB. */

/* The coordinate x(w) for each shape of sigma(w); constants of `struct intrinsic` in brackets. */
enum intrinsic_coordinate {
    COORDINATE_SIZE, /* sigma constant:                x = w                */
    COORDINATE_LOG,  /* linear:                        x = ln(w + [shift])  */
    COORDINATE_ROOT, /* root of a quadratic polynomial: x = asinh([scale] w) */
};

/* Makes a step of n spines (intrinsic_step) by one thread. It is compiled for each instruction set;
 * all give the same results to the bit. */
struct intrinsic;
typedef int32_t intrinsic_steps(const struct intrinsic *intrinsic, int32_t n, const int32_t *id,
                                uint32_t step, float *weight);

/* The constants of a step of one length; plain numbers, nothing to free. */
struct intrinsic {
    uint64_t seed;
    double days;        /* length of a step */
    int32_t n_substeps; /* sub-steps of a step, for accuracy */
    enum intrinsic_coordinate coordinate;
    bool decays_in_x; /* the drift is linear in x (lognormal); else, apart from Ito's term, in w */
    float shift, scale;
    float keep, add; /* drift: half a sub-step makes w into w keep + add (a whole one x into x keep
                        + add) */
    float noise;     /* sd of x over a sub-step */
    float spread;    /* s^2 h, h the length of a sub-step (intrinsic_kernel.c) */
    float low, high; /* bounds of x; -INFINITY, INFINITY for none */
    float gone_at;   /* a spine of this weight or below is gone; -INFINITY if none ever is */
    float gone_from; /* a spine is gone if x fell this much below `low`: 0; INFINITY if spines are
                        reflected there */
    intrinsic_steps *steps;
};

/* mu(w) in um^3 per day, and sigma(w) in um^3 per square root of a day, with
 * intrinsic.noise_factor, of the form that the parameters choose (not none). */
double intrinsic_drift(const struct parameters *p, double w);
double intrinsic_noise(const struct parameters *p, double w);

/* The constants for steps of `days` > 0. `kernel` names the arithmetic ("portable", "avx2" …),
 * which changes no result. The parameters must be valid and intrinsic.form not none. */
struct intrinsic intrinsic_init(const struct parameters *p, double days, uint64_t seed,
                                const char *kernel);

/* Sets another number of sub-steps than intrinsic_init does: for tests of accuracy. */
void intrinsic_subdivide(struct intrinsic *intrinsic, const struct parameters *p,
                         int32_t n_substeps);

/* Makes one step of n spines with id[n] and weight[n], by n_threads. `step` is the number of this
 * step among all that spines make: random numbers are drawn by seed, id and step. With elimination
 * a spine that is at or below the elimination size at any time of the step gets weight 0; returns
 * how many have weight 0. */
int32_t intrinsic_step(const struct intrinsic *intrinsic, int32_t n, const int32_t *id,
                       uint32_t step, float *weight, int n_threads);

/* How many spines are born in a step with intrinsic.births = rate: a Poisson number with this
 * mean. */
int32_t intrinsic_births(double mean, uint64_t seed, uint32_t step);

#endif
