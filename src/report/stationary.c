/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary density of sizes: trapezoids over ln w, the exponent first and then the density,
 * which is scaled by its greatest value before exp() so that nothing overflows. */
#include "report/stationary.h"

#include <math.h>
#include <stdlib.h>

#include "core/status.h"
#include "spines/intrinsic.h"

/* d exponent / d ln w */
static double slope(const struct parameters *p, double w)
{
    const double sigma = intrinsic_noise(p, w);
    return 2 * intrinsic_drift(p, w) * w / (sigma * sigma);
}

int stationary_init(struct stationary *stationary, const struct parameters *p, double low,
                    double high, int32_t n)
{
    *stationary = (struct stationary){.n = n};
    if (!(intrinsic_noise(p, low) > 0 && intrinsic_noise(p, high) > 0))
        return status_fail(STATUS_USER,
                           "intrinsic.noise_factor = %g: there is no distribution of "
                           "sizes without noise: expected coefficients that make some",
                           p->intrinsic.noise_factor);
    double *size = calloc((size_t)n, sizeof *size);
    double *density = calloc((size_t)n, sizeof *density);
    double *cumulative = calloc((size_t)n, sizeof *cumulative);
    stationary->size = size;
    stationary->density = density;
    stationary->cumulative = cumulative;
    if (!size || !density || !cumulative) {
        stationary_free(stationary);
        return status_no_memory("a distribution of sizes", 3 * sizeof(double) * (size_t)n);
    }
    const double step = log(high / low) / (n - 1);
    double exponent = 0, greatest = -INFINITY;
    for (int32_t i = 0; i < n; i++) {
        size[i] = i + 1 < n ? low * exp(i * step) : high;
        if (i > 0)
            exponent += step * (slope(p, size[i - 1]) + slope(p, size[i])) / 2;
        density[i] = exponent - 2 * log(intrinsic_noise(p, size[i]));
        greatest = fmax(greatest, density[i]);
    }
    double moment[3] = {0}, before[3] = {0};
    for (int32_t i = 0; i < n; i++) {
        density[i] = exp(density[i] - greatest);
        double here = density[i] * size[i]; /* dw = w d ln w */
        for (int k = 0; k < 3; k++, here *= size[i]) {
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
    stationary->mean = moment[1] / moment[0];
    stationary->sd = sqrt(moment[2] / moment[0] - stationary->mean * stationary->mean);
    return STATUS_OK;
}

void stationary_free(struct stationary *stationary)
{
    free(stationary->size);
    free(stationary->density);
    free(stationary->cumulative);
    *stationary = (struct stationary){0};
}

/* The last i in 0 … n - 2 with column[i] <= value, or 0. */
static int32_t find(const double *column, int32_t n, double value)
{
    int32_t low = 0, high = n - 1;
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (column[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* y(x) between the points; the end values beyond them. */
static double interpolate(const double *x, const double *y, int32_t n, double at)
{
    const int32_t i = find(x, n, at);
    if (at <= x[0] || x[i + 1] <= x[i])
        return at <= x[0] ? y[0] : y[i + 1];
    return y[i] + (y[i + 1] - y[i]) * fmin((at - x[i]) / (x[i + 1] - x[i]), 1);
}

double stationary_cumulative(const struct stationary *stationary, double size)
{
    return interpolate(stationary->size, stationary->cumulative, stationary->n, size);
}

double stationary_quantile(const struct stationary *stationary, double part)
{
    return interpolate(stationary->cumulative, stationary->size, stationary->n, part);
}
