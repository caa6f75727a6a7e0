/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intrinsic dynamics of spines: the coefficients of a step, threads, and births (docs/spines.md).
 * The arithmetic of a step is in intrinsic_kernel.c. */
#include "spines/intrinsic.h"

#include <math.h>

#include "core/instruction_sets.h"
#include "core/random.h"

/* Limits the length of a sub-step, within which the treatment of bounds takes the drift of x as
 * constant: neither the variance of x in a sub-step nor the fraction of a deviation that the drift
 * takes back may exceed this. Half the value changes nothing that a million spines could show
 * (docs/spines.md, accuracy). */
static const double substep_most = 0.1;

enum {
    CHUNK = 4096,          /* spines that a thread takes at a time, in whole vectors */
    PARALLEL_FROM = 16384, /* spines from which several threads are faster than one */
    SUBSTEPS_MAX = 10000,  /* a limit for coefficients that no real spine has */
    POISSON_PART_MEAN =
        16 /* largest mean drawn by inversion, with exp(-16) far above the least double */
};

EACH_KERNEL_DECLARE(intrinsic_steps, intrinsic_steps);

/* Ito's drift of w, growth - decay w, of all forms but the lognormal. */
struct drift {
    double growth, decay;
};

static struct drift drift_of(const struct parameters *p)
{
    return p->intrinsic.form == INTRINSIC_KESTEN
               ? (struct drift){p->intrinsic.kesten_growth, p->intrinsic.kesten_decay}
               : (struct drift){p->intrinsic.geometric_ou_growth, p->intrinsic.geometric_ou_decay};
}

double intrinsic_drift(const struct parameters *p, double w)
{
    const struct drift drift = drift_of(p);
    return p->intrinsic.form == INTRINSIC_LOGNORMAL
               ? -w * (p->intrinsic.lognormal_decay + p->intrinsic.lognormal_log_decay * log(w))
               : drift.growth - drift.decay * w;
}

double intrinsic_noise(const struct parameters *p, double w)
{
    const double factor = p->intrinsic.noise_factor;
    switch (p->intrinsic.form) {
    case INTRINSIC_GEOMETRIC_OU:
        return factor *
               (p->intrinsic.geometric_ou_noise_slope * w + p->intrinsic.geometric_ou_noise_floor);
    case INTRINSIC_KESTEN:
        return factor * sqrt(p->intrinsic.kesten_variance_slope * w * w +
                             p->intrinsic.kesten_variance_floor);
    default:
        return factor * p->intrinsic.lognormal_noise * w;
    }
}

/* The forms in common terms: sigma(w) = s (w + shift), or s sqrt(w^2 + 1 / scale^2), or s;
 * Stratonovich's drift growth - decay w of w or, of the lognormal form, growth - decay x of x. */
struct shape {
    enum intrinsic_coordinate coordinate;
    double shift, scale, s, growth, decay;
    double steepest; /* the largest |d drift / dx| above the elimination size */
};

static struct shape shape_lognormal(const struct parameters *p)
{
    const double s = p->intrinsic.noise_factor * p->intrinsic.lognormal_noise;
    return (struct shape){.coordinate = COORDINATE_LOG,
                          .s = s,
                          .growth = -p->intrinsic.lognormal_decay - s * s / 2, /* Ito's term */
                          .decay = p->intrinsic.lognormal_log_decay,
                          .steepest = p->intrinsic.lognormal_log_decay};
}

static struct shape shape_of(const struct parameters *p)
{
    const bool is_kesten = p->intrinsic.form == INTRINSIC_KESTEN;
    const double factor = p->intrinsic.noise_factor, least = p->intrinsic.elimination_size,
                 slope = is_kesten ? sqrt(p->intrinsic.kesten_variance_slope)
                                   : p->intrinsic.geometric_ou_noise_slope,
                 floor = is_kesten ? sqrt(p->intrinsic.kesten_variance_floor)
                                   : p->intrinsic.geometric_ou_noise_floor;
    const struct drift drift = drift_of(p);
    if (p->intrinsic.form == INTRINSIC_LOGNORMAL)
        return shape_lognormal(p);
    if (slope <= 0)
        return (struct shape){.coordinate = COORDINATE_SIZE,
                              .s = factor * floor,
                              .growth = drift.growth,
                              .decay = drift.decay,
                              .steepest = drift.decay};
    if (is_kesten && floor > 0) {
        const double s2 = factor * factor * p->intrinsic.kesten_variance_slope,
                     scale = slope / floor;
        /* the drift of x is growth scale / cosh x - (decay + s^2 / 2) tanh x */
        return (struct shape){.coordinate = COORDINATE_ROOT,
                              .scale = scale,
                              .s = sqrt(s2),
                              .growth = drift.growth,
                              .decay = drift.decay + s2 / 2,
                              .steepest = drift.growth * scale / 2 + drift.decay + s2 / 2};
    }
    /* the drift of x = ln z, z = w + shift, is (growth + decay shift) / z - decay - s^2 / 2 */
    const double s = factor * slope, shift = floor / slope;
    return (struct shape){.coordinate = COORDINATE_LOG,
                          .shift = shift,
                          .s = s,
                          .growth = drift.growth - s * s * shift / 2,
                          .decay = drift.decay + s * s / 2,
                          .steepest = (drift.growth + drift.decay * shift) / (least + shift)};
}

static double x_of(const struct shape *shape, double w)
{
    switch (shape->coordinate) {
    case COORDINATE_SIZE:
        return w;
    case COORDINATE_LOG:
        return log(w + shape->shift);
    default:
        return asinh(shape->scale * w);
    }
}

struct intrinsic intrinsic_init(const struct parameters *p, double days, uint64_t seed,
                                const char *kernel)
{
    const struct shape shape = shape_of(p);
    const bool eliminates = p->intrinsic.boundary == INTRINSIC_ELIMINATE;
    struct intrinsic c = {
        .seed = seed,
        .days = days,
        .coordinate = shape.coordinate,
        .decays_in_x = p->intrinsic.form == INTRINSIC_LOGNORMAL,
        .shift = (float)shape.shift,
        .scale = (float)shape.scale,
        .low = (float)x_of(&shape, p->intrinsic.elimination_size),
        .high = p->intrinsic.largest_size > 0 ? (float)x_of(&shape, p->intrinsic.largest_size)
                                              : INFINITY,
        .gone_at = eliminates ? (float)p->intrinsic.elimination_size : -INFINITY,
        .gone_from = eliminates ? 0 : INFINITY,
        .steps = EACH_KERNEL_FIND(intrinsic_steps, kernel),
    };
    /* the noise of x is s; where x = w it limits no step */
    const double variance_rate = shape.coordinate == COORDINATE_SIZE ? 0 : shape.s * shape.s;
    const double n_substeps = ceil(days * fmax(shape.steepest, variance_rate) / substep_most);
    intrinsic_subdivide(&c, p, (int32_t)fmin(n_substeps, SUBSTEPS_MAX));
    return c;
}

void intrinsic_subdivide(struct intrinsic *c, const struct parameters *p, int32_t n_substeps)
{
    const struct shape shape = shape_of(p);
    c->n_substeps = n_substeps > 1 ? n_substeps : 1;
    const double h = c->days / c->n_substeps;
    /* x decays over the whole sub-step at once, w over half of it at a time */
    const double exponent = shape.decay * (c->decays_in_x ? h : h / 2);
    c->keep = (float)exp(-exponent);
    c->add = (float)(shape.growth / shape.decay * -expm1(-exponent));
    c->noise =
        (float)(shape.s * sqrt(c->decays_in_x ? -expm1(-2 * exponent) / (2 * shape.decay) : h));
    c->spread = (float)(shape.s * shape.s * h);
}

int32_t intrinsic_step(const struct intrinsic *intrinsic, int32_t n, const int32_t *id,
                       uint32_t step, float *weight, int n_threads)
{
    int32_t n_gone = 0;
#pragma omp parallel for num_threads(n_threads) reduction(+ : n_gone) if (n >= PARALLEL_FROM)
    for (int32_t first = 0; first < n; first += CHUNK)
        n_gone += intrinsic->steps(intrinsic, n - first < CHUNK ? n - first : CHUNK, id + first,
                                   step, weight + first);
    return n_gone;
}

int32_t intrinsic_births(double mean, uint64_t seed, uint32_t step)
{
    int64_t count = 0;
    /* a Poisson number is the sum of Poisson numbers whose means add up to its mean */
    for (uint32_t part = 0; mean > 0; part++, mean -= POISSON_PART_MEAN) {
        const double mean_here = fmin(mean, POISSON_PART_MEAN);
        const struct random_words words = random_words(seed, RANDOM_INTRINSIC_BIRTH, 0, step, part);
        const double unit = random_unit(random_bits(&words, 0));
        double term = exp(-mean_here), sum = term;
        /* 200 is 46 sd above the mean: there rounding alone keeps sum below unit */
        for (int k = 1; unit >= sum && k < 200; k++, count++) {
            term *= mean_here / k;
            sum += term;
        }
    }
    return count < INT32_MAX ? (int32_t)count : INT32_MAX;
}
