/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary density of sizes: trapezoids over ln w, the exponent first and then the density,
 * which is scaled by its greatest value before exp() so that nothing overflows. */
#include "stationary.h"

#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>

#include "spines/intrinsic.h"
#include "support.h"

/* d exponent / d ln w */
static double slope(const struct parameters *p, double w)
{
    const double sigma = intrinsic_noise(p, w);
    return 2 * intrinsic_drift(p, w) * w / (sigma * sigma);
}

static double *new_numbers(int32_t n)
{
    double *numbers = calloc((size_t)n, sizeof *numbers);
    assert_non_null(numbers);
    return numbers;
}

struct stationary stationary_of(const struct parameters *p, double low, double high, int32_t n)
{
    double *size = new_numbers(n), *density = new_numbers(n), *cumulative = new_numbers(n);
    const double step = log(high / low) / (n - 1);
    double exponent = 0, greatest = -INFINITY;
    for (int32_t i = 0; i < n; i++) {
        size[i] = i + 1 < n ? low * exp(i * step) : high;
        if (i > 0)
            exponent += step * (slope(p, size[i - 1]) + slope(p, size[i])) / 2;
        density[i] = exponent - 2 * log(intrinsic_noise(p, size[i]));
        greatest = fmax(greatest, density[i]);
    }
    double moment[2] = {0}, before[2] = {0};
    for (int32_t i = 0; i < n; i++) {
        density[i] = exp(density[i] - greatest);
        double here = density[i] * size[i]; /* dw = w d ln w */
        for (int k = 0; k < 2; k++, here *= size[i]) {
            if (i > 0)
                moment[k] += step * (before[k] + here) / 2;
            before[k] = here;
        }
        cumulative[i] = moment[0];
    }
    for (int32_t i = 0; i < n; i++) {
        density[i] /= moment[0];
        cumulative[i] /= moment[0];
    }
    return (struct stationary){n, size, density, cumulative, moment[1] / moment[0]};
}

void stationary_free(struct stationary *stationary)
{
    free(stationary->size);
    free(stationary->density);
    free(stationary->cumulative);
    *stationary = (struct stationary){0};
}

double stationary_cumulative(const struct stationary *stationary, double size)
{
    const double *x = stationary->size, *y = stationary->cumulative;
    if (size <= x[0])
        return y[0];
    const size_t i = gsl_interp_bsearch(x, size, 0, (size_t)stationary->n - 1);
    return y[i] + (y[i + 1] - y[i]) * fmin((size - x[i]) / (x[i + 1] - x[i]), 1);
}
