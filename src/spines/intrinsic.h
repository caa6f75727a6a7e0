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

/* The constants of a step of one length; plain numbers, nothing to free. */
struct intrinsic {
    uint64_t seed;
    double days;        /* length of a step */
    int32_t n_substeps; /* sub-steps that a step is made of, for accuracy */
    enum intrinsic_coordinate coordinate;
    bool decays_in_x; /* the drift is linear in x (lognormal); else in w, but for Ito's term */
    float shift, scale;
    float keep, add; /* drift: half a sub-step makes w into w keep + add (a whole one x into x keep
                        + add) */
    float noise;     /* sd of x over a sub-step */
    float spread;    /* s^2 times the sub-step: variance of the path between its ends */
    float low, high; /* bounds of x; -INFINITY, INFINITY for none */
    float gone_at;   /* a spine of this weight or below is gone; -INFINITY if none ever is */
    float gone_from; /* a spine is gone if x went below `low` by more than this: 0, or INFINITY if
                        it is reflected */
    const struct intrinsic_kernel *kernel;
};

/* The arithmetic, compiled once for each instruction set; all give the same bits. */
struct intrinsic_kernel {
    const char *name;
    int32_t (*step)(const struct intrinsic *intrinsic, int32_t n, const int32_t *id, uint32_t step,
                    float *weight);
};

/* mu(w), um^3 a day, and sigma(w), um^3 a root of a day, of the form chosen (not none), with the
 * noise factor. */
double intrinsic_drift(const struct parameters *p, double w);
double intrinsic_noise(const struct parameters *p, double w);

/* Constants for steps of `days` > 0, computed by the arithmetic of this kernel (a name of
 * neuron/presentation.h: "portable", "avx2", …; the choice changes no result). Parameters must have
 * been validated, and intrinsic.form not be none. */
struct intrinsic intrinsic_init(const struct parameters *p, double days, uint64_t seed,
                                const char *kernel);

/* Sets another number of sub-steps than accuracy asks for: to measure what they are worth. */
void intrinsic_subdivide(struct intrinsic *intrinsic, const struct parameters *p,
                         int32_t n_substeps);

/* Does one step of n spines: weight[n], by their id[n], with n_threads. `step` numbers all steps
 * that these ids ever make, of whatever length; random numbers, and so the weights to the last bit,
 * depend on seed, id and step alone. With elimination, a spine that was at or below the elimination
 * size at any time of the step (or before it) gets weight 0; returns how many have weight 0. */
int32_t intrinsic_step(const struct intrinsic *intrinsic, int32_t n, const int32_t *id,
                       uint32_t step, float *weight, int n_threads);

/* How many spines are born in a step with intrinsic.births = rate: a Poisson number. */
int32_t intrinsic_births(double mean, uint64_t seed, uint32_t step);

#endif
