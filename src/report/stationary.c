/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary density of sizes: trapezoids over ln w, the exponent first and then the density,
 * which is scaled by its greatest value before exp() so that nothing overflows. Beside it, sizes
 * that are simulated, as numbers and as a figure. */
#include "report/stationary.h"

#include <gsl/gsl_interp.h>
#include <gsl/gsl_sort_float.h>
#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/scope.h"
#include "core/status.h"
#include "neuron/presentation.h"
#include "spines/intrinsic.h"

/* ---- the density ---- */

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
    OWN_NEW(double, size, n, "a distribution of sizes");
    OWN_NEW(double, density, n, "a distribution of sizes");
    OWN_NEW(double, cumulative, n, "a distribution of sizes");
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
    stationary->size = scope_take(size);
    stationary->density = scope_take(density);
    stationary->cumulative = scope_take(cumulative);
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

double stationary_cumulative(const struct stationary *stationary, double size)
{
    const double *x = stationary->size, *y = stationary->cumulative;
    if (size <= x[0])
        return y[0];
    const size_t i = gsl_interp_bsearch(x, size, 0, (size_t)stationary->n - 1);
    return y[i] + (y[i + 1] - y[i]) * fmin((size - x[i]) / (x[i + 1] - x[i]), 1);
}

/* ---- beside simulations ---- */

enum { DAYS_FIRST = 100, DAYS_THEN = 20, POINTS = 8001, BINS = 40, N_FORMS = 3 };
static const double end = 0.8, no_limit = 1000; /* um^3: of the picture; for largest_size = 0 */

static const struct {
    enum intrinsic_form form;
    const char *name;
} forms[N_FORMS] = {{INTRINSIC_GEOMETRIC_OU, "geometric-ou"},
                    {INTRINSIC_KESTEN, "kesten"},
                    {INTRINSIC_LOGNORMAL, "lognormal"}};

struct result {
    struct stationary stationary;
    double bin[BINS]; /* density a um^3 of those simulated, in 0 … end */
    double mean, sd;
    double distance; /* Kolmogorov-Smirnov */
};

static void judge(struct result *result, float *weight, int32_t n)
{
    double square = 0;
    gsl_sort_float(weight, 1, (size_t)n);
    for (int32_t i = 0; i < n; i++) {
        const double w = (double)weight[i], part = stationary_cumulative(&result->stationary, w);
        const double low = (double)i / n, high = (i + 1.0) / n;
        result->distance = fmax(result->distance, fmax(part - low, high - part));
        result->mean += w / n;
        square += w * w / n;
        const int b = (int)fmin(w / end * BINS, BINS);
        if (b < BINS)
            result->bin[b] += BINS / end / n;
    }
    result->sd = sqrt(square - result->mean * result->mean);
}

static int simulate(struct result *result, const struct parameters *of, enum intrinsic_form form,
                    int32_t n, uint64_t seed, int n_threads)
{
    struct parameters p = *of;
    p.intrinsic.form = (int32_t)form;
    p.intrinsic.boundary = INTRINSIC_REFLECT;
    const double high = p.intrinsic.largest_size > 0 ? p.intrinsic.largest_size : no_limit;
    const double days = p.plasticity.consolidation_min / (24 * 60);
    TRY(parameters_validate(&p));
    TRY(stationary_init(&result->stationary, &p, p.intrinsic.elimination_size, high, POINTS));
    OWN_NEW(float, weight, n, "spines");
    OWN_NEW(int32_t, id, n, "spines");
    const char *kernel = kernel_find(NULL)->name;
    const struct intrinsic day = intrinsic_init(&p, 1, seed, kernel);
    const struct intrinsic presentation = intrinsic_init(&p, days, seed, kernel);
    uint32_t n_steps = 0;
    for (int32_t i = 0; i < n; i++) {
        id[i] = i;
        weight[i] = (float)p.intrinsic.birth_size;
    }
    for (int k = 0; k < DAYS_FIRST; k++)
        intrinsic_step(&day, n, id, n_steps++, weight, n_threads);
    for (int k = 0; k < DAYS_THEN / days; k++)
        intrinsic_step(&presentation, n, id, n_steps++, weight, n_threads);
    judge(result, weight, n);
    return STATUS_OK;
}

static int write_table(const struct result *result, const char *folder)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "stationary.csv"));
    fprintf(file.stream, "form,size_um3,simulated_density,density\n");
    for (int f = 0; f < N_FORMS; f++)
        for (int b = 0; b < BINS; b++) {
            const struct stationary *s = &result[f].stationary;
            const double low = end * b / BINS, high = end * (b + 1) / BINS;
            fprintf(file.stream, "%s,%.6g,%.6g,%.6g\n", forms[f].name, (low + high) / 2,
                    result[f].bin[b],
                    (stationary_cumulative(s, high) - stationary_cumulative(s, low)) * BINS / end);
        }
    return file_commit(&file);
}

static int put_figure(struct page *page, const struct result *result)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "stationary"));
    for (int f = 0; f < N_FORMS; f++) {
        const struct stationary *s = &result[f].stationary;
        for (int b = 0; b < BINS; b++)
            figure_put_row(&figure, "bars", "panel %s, x %g, x2 %g, y %g", forms[f].name,
                           end * b / BINS, end * (b + 1) / BINS, result[f].bin[b]);
        for (int32_t i = 0; i < s->n && s->size[i] <= end; i += 10)
            figure_put_row(&figure, "lines", "panel %s, series %s, x %g, y %g", forms[f].name,
                           "analytic density", s->size[i], s->density[i]);
    }
    return page_put_figure(page, &figure);
}

static int simulate_all(struct result *result, const struct parameters *p, int32_t n, uint64_t seed,
                        int n_threads, const char *folder)
{
    SCOPED(lock_leave) int lock = -1;
    for (int f = 0; f < N_FORMS; f++)
        TRY(simulate(&result[f], p, forms[f].form, n, seed, n_threads));
    TRY(lock_folder(folder, &lock));
    file_remove_temporary(folder);
    return write_table(result, folder);
}

int stationary_write(const struct parameters *p, int32_t n, uint64_t seed, int n_threads,
                     const char *folder, struct page *page, FILE *out)
{
    struct result result[N_FORMS] = {0};
    int status = simulate_all(result, p, n, seed, n_threads, folder);
    if (status == STATUS_OK)
        status = put_figure(page, result);
    if (status == STATUS_OK)
        fprintf(out, "%-14s %10s %10s %10s %10s %10s\n", "form", "mean um^3", "analytic", "sd um^3",
                "analytic", "KS");
    for (int f = 0; f < N_FORMS; f++) {
        if (status == STATUS_OK)
            fprintf(out, "%-14s %10.4f %10.4f %10.4f %10.4f %10.4f\n", forms[f].name,
                    result[f].mean, result[f].stationary.mean, result[f].sd,
                    result[f].stationary.sd, result[f].distance);
        stationary_free(&result[f].stationary);
    }
    return status;
}
