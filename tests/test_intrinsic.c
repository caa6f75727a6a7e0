/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intrinsic: docs/spines.md, against densities, moments and differential equations that share no
 * code with the step. All is drawn with one seed, so nothing here fails by chance from run to run.
 */
#include "spines/intrinsic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "neuron/presentation.h"
#include "stationary.h"
#include "support.h"

enum { N = 100000, SEED = 71 };
static const double presentation_days = 138.0 / (24 * 60);

static struct parameters p;
static int32_t id[N];
static float weight[N];
static uint32_t n_steps; /* made so far: each has its own number */

static int make(void **state)
{
    (void)state;
    n_steps = 0;
    for (int32_t i = 0; i < N; i++)
        id[i] = i;
    return parameters_preset(&p, "authors");
}

static void set(const char *assignment)
{
    if (parameters_set(&p, assignment) != STATUS_OK || parameters_validate(&p) != STATUS_OK)
        fail_msg("%s", status_message());
}

static const char *const forms[] = {"intrinsic.form=geometric-ou", "intrinsic.form=kesten",
                                    "intrinsic.form=lognormal"};

static struct intrinsic start(double days)
{
    return intrinsic_init(&p, days, SEED, kernel_find(NULL)->name);
}

static struct intrinsic start_unbounded(double days)
{
    struct intrinsic c = start(days);
    c.low = c.gone_at = -INFINITY;
    c.gone_from = c.high = INFINITY;
    return c;
}

static void fill(int32_t n, double w)
{
    for (int32_t i = 0; i < n; i++)
        weight[i] = (float)w;
}

static int32_t run(const struct intrinsic *c, int32_t n, int count)
{
    int32_t n_gone = 0;
    while (count-- > 0)
        n_gone = intrinsic_step(c, n, id, n_steps++, weight, 1);
    return n_gone;
}

struct moments {
    double mean, sd;
};

static struct moments moments_of(const float *w, int32_t n)
{
    double mean = 0, square = 0;
    for (int32_t i = 0; i < n; i++)
        mean += (double)w[i] / n;
    for (int32_t i = 0; i < n; i++)
        square += ((double)w[i] - mean) * ((double)w[i] - mean) / n;
    return (struct moments){mean, sqrt(square)};
}

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The greatest distance of the weights' distribution from this one; sorts them. */
static double kolmogorov_smirnov(float *w, int32_t n, double (*cumulative)(const void *, double),
                                 const void *context)
{
    double distance = 0;
    qsort(w, (size_t)n, sizeof *w, compare_floats);
    for (int32_t i = 0; i < n; i++) {
        const double part = cumulative(context, (double)w[i]);
        distance = fmax(distance, fmax(part - (double)i / n, (double)(i + 1) / n - part));
    }
    return distance;
}

static double cumulative_stationary(const void *context, double w)
{
    return stationary_cumulative(context, w);
}

/* ---- distributions */

/* From one size, by steps of a day; then by those between presentations. Chance alone comes to
 * 0.0061 once in a thousand times. */
static void given_reflection_when_run_for_long_expect_the_analytic_density(void **state)
{
    (void)state;
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        set("intrinsic.boundary=reflect");
        set("intrinsic.largest_size=0");
        struct stationary stationary = stationary_of(&p, 0.02, 1000, 20001);
        const struct intrinsic day = start(1), presentation = start(presentation_days);
        fill(N, stationary.mean);
        assert_int_equal(run(&day, N, 60), 0);
        float *copy = malloc(sizeof weight);
        assert_non_null(copy);
        memcpy(copy, weight, sizeof weight);
        const double by_days = kolmogorov_smirnov(copy, N, cumulative_stationary, &stationary);
        free(copy);
        assert_int_equal(run(&presentation, N, 120), 0);
        const double by_presentations =
            kolmogorov_smirnov(weight, N, cumulative_stationary, &stationary);
        if (by_days >= 0.0061 || by_presentations >= 0.0061)
            fail_msg("%s: %g, %g", forms[f], by_days, by_presentations);
        assert_true(weight[0] > 0.01999f);
        stationary_free(&stationary);
    }
}

/* The same with weights that end at 1. */
static void given_a_largest_size_when_run_expect_the_density_between_both_bounds(void **state)
{
    (void)state;
    set(forms[1]);
    set("intrinsic.boundary=reflect");
    set("intrinsic.noise_factor=1.5");
    struct stationary stationary = stationary_of(&p, 0.02, 1, 20001);
    const struct intrinsic c = start(1);
    fill(N, stationary.mean);
    run(&c, N, 60);
    assert_true(kolmogorov_smirnov(weight, N, cumulative_stationary, &stationary) < 0.0061);
    assert_true(weight[N - 1] <= 1.00001f && weight[N - 1] > 0.99f);
    stationary_free(&stationary);
}

/* SPINES.md's table. The Kesten process has no fourth moment, so its sample's sd is a rough one. */
static void given_no_bounds_when_run_for_long_expect_the_known_mean_and_sd(void **state)
{
    (void)state;
    const struct moments expected[] = {{0.2, 0.125}, {0.011 / 0.06, 0.2023}, {0.1950, 0.1621}};
    const double sd_within[] = {0.002, 0.012, 0.003};
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        struct intrinsic c = start_unbounded(1);
        intrinsic_subdivide(&c, &p, 1);
        fill(N, expected[f].mean);
        run(&c, N, 70);
        const struct moments found = moments_of(weight, N);
        if (fabs(found.mean - expected[f].mean) > 0.0025 ||
            fabs(found.sd - expected[f].sd) > sd_within[f])
            fail_msg("%s: %g, %g", forms[f], found.mean, found.sd);
    }
    for (int32_t i = 0; i < N; i++)
        weight[i] = logf(weight[i]);
    const struct moments logs = moments_of(weight, N);
    assert_true(fabs(logs.mean + 1.9006) < 0.008);
    assert_true(fabs(logs.sd - 0.725) < 0.006);
}

static double cumulative_normal(const void *context, double x)
{
    const struct moments *normal = context;
    return erfc((normal->mean - x) / (normal->sd * sqrt(2))) / 2;
}

/* The lognormal form is exact, however long the step. */
static void given_the_lognormal_form_when_stepped_once_expect_a_normal_log(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        const double days = k ? 20 : presentation_days, mean = -(0.11 + 0.29 * 0.29 / 2) / 0.08;
        const double keep = exp(-0.08 * days);
        const struct moments normal = {mean + (log(0.3) - mean) * keep,
                                       sqrt((1 - keep * keep) / 0.16) * 0.29};
        set(forms[2]);
        struct intrinsic c = start_unbounded(days);
        intrinsic_subdivide(&c, &p, 1);
        fill(N, 0.3);
        run(&c, N, 1);
        for (int32_t i = 0; i < N; i++)
            weight[i] = logf(weight[i]);
        assert_true(kolmogorov_smirnov(weight, N, cumulative_normal, &normal) < 0.0061);
    }
}

/* Constant noise makes a normal distribution, not a skewed one: the border of two forms. */
static void given_constant_noise_when_run_for_long_expect_a_normal_distribution(void **state)
{
    (void)state;
    const struct moments normal = {0.2, 0.05 / sqrt(0.2)};
    set(forms[0]);
    set("intrinsic.geometric_ou_noise_slope=0");
    set("intrinsic.geometric_ou_noise_floor=0.05");
    for (int f = 0; f < 2; f++) {
        const struct intrinsic c = start_unbounded(1);
        fill(N, 0.2);
        run(&c, N, 60);
        assert_true(kolmogorov_smirnov(weight, N, cumulative_normal, &normal) < 0.0061);
        set(forms[1]);
        set("intrinsic.kesten_decay=0.1");
        set("intrinsic.kesten_growth=0.02");
        set("intrinsic.kesten_variance_slope=0");
        set("intrinsic.kesten_variance_floor=0.0025");
    }
}

/* The integrals in closed form: inverse gamma, a power of a Lorentzian, and lognormal, cut off. */
static double closed_form(int f, double w)
{
    if (f == 0) { /* z = w + 0.05 */
        const double z = w + 0.05, s2 = 0.04, c = 0.02 + 0.1 * 0.05;
        return pow(z, -2 - 2 * 0.1 / s2) * exp(-2 * c / (s2 * z));
    }
    if (f == 1) {
        const double a = 0.059, b = 0.0005;
        return pow(a * w * w + b, -1 - 0.06 / a) *
               exp(2 * 0.011 / sqrt(a * b) * atan(w * sqrt(a / b)));
    }
    const double x = (log(w) + (0.11 + 0.29 * 0.29 / 2) / 0.08) / (0.29 / sqrt(0.16));
    return exp(-x * x / 2) / w;
}

static void given_the_three_forms_when_integrated_expect_the_closed_forms(void **state)
{
    (void)state;
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        struct stationary stationary = stationary_of(&p, 0.02, 1000, 4001);
        double area = 0, peak = 0;
        int32_t mode = 0;
        for (int32_t i = 1; i < 4001; i++) {
            area += (closed_form(f, stationary.size[i]) + closed_form(f, stationary.size[i - 1])) *
                    (stationary.size[i] - stationary.size[i - 1]) / 2;
            mode = stationary.density[i] > stationary.density[mode] ? i : mode;
        }
        for (int32_t i = 0; i < 4001; i++)
            peak =
                fmax(peak, fabs(stationary.density[i] - closed_form(f, stationary.size[i]) / area));
        assert_true(peak < 1e-4 * stationary.density[mode]);
        /* where the source says they peak */
        assert_true(stationary.size[mode] > 0.06 && stationary.size[mode] < 0.14);
        assert_true(stationary.cumulative[0] == 0 && stationary.cumulative[4000] == 1);
        const double *size = &stationary.size[2000], *cumulative = &stationary.cumulative[2000];
        assert_true(stationary_cumulative(&stationary, size[0]) == cumulative[0]);
        assert_true(fabs(stationary_cumulative(&stationary, (size[0] + size[1]) / 2) -
                         (cumulative[0] + cumulative[1]) / 2) < 1e-12);
        assert_true(stationary_cumulative(&stationary, 0.01) == 0);
        assert_true(stationary_cumulative(&stationary, 2000) == 1);
        assert_true(stationary_cumulative(&stationary, 0.02) == 0);
        assert_true(stationary_cumulative(&stationary, 1000) == 1);
        stationary_free(&stationary);
    }
}

/* ---- accuracy */

/* Weak order 2: the error of the stationary mean, which is growth / decay, falls with the square of
 * the step. Steps of 8 and 16 days make it large enough to be seen. */
static void given_half_the_step_when_run_expect_a_quarter_of_the_error(void **state)
{
    (void)state;
    const double right[] = {0.2, 0.011 / 0.06};
    for (int f = 0; f < 2; f++) {
        double error[2];
        set(forms[f]);
        for (int half = 0; half < 2; half++) {
            struct intrinsic c = start_unbounded(half ? 12 : 24);
            intrinsic_subdivide(&c, &p, 1);
            double sum = 0;
            fill(N, right[f]);
            run(&c, N, 8);
            for (int k = 0; k < 30; k++) {
                run(&c, N, 1);
                sum += moments_of(weight, N).mean / 30;
            }
            error[half] = sum - right[f];
        }
        if (!(error[0] / error[1] > 3 && error[0] / error[1] < 5.5))
            fail_msg("%s: errors %g, %g", forms[f], error[0], error[1]);
    }
}

/* Part of the spines born at w0 that have never been at or below `low` after `days`: Kolmogorov's
 * backward equation u_t = mu u_w + sigma^2 u_ww / 2 with u(low) = 0, by Crank & Nicolson over ln w
 * (the first steps implicit, since u starts with a jump). */
static double survival(double w0, double low, double days)
{
    enum { CELLS = 1000, TIMES = 800 };
    static double u[CELLS + 1], down[CELLS + 1], middle[CELLS + 1], up[CELLS + 1], right[CELLS + 1];
    const double dy = log(50 / low) / CELLS, dt = days / TIMES;
    for (int i = 0; i <= CELLS; i++)
        u[i] = i > 0;
    for (int t = 0; t < TIMES; t++) {
        const double implicit = t < 4 ? 1 : 0.5;
        for (int i = 1; i <= CELLS; i++) {
            const double w = low * exp(i * dy), s = intrinsic_noise(&p, w) / w;
            const double spread = s * s / 2 / (dy * dy);
            const double drift = (intrinsic_drift(&p, w) / w - s * s / 2) / (2 * dy);
            const double below = i < CELLS ? spread - drift : 2 * spread;
            const double above = i < CELLS ? spread + drift : 0;
            right[i] = u[i] + (1 - implicit) * dt *
                                  (below * u[i - 1] - 2 * spread * u[i] +
                                   above * (i < CELLS ? u[i + 1] : 0));
            down[i] = -implicit * dt * below;
            middle[i] = 1 + 2 * implicit * dt * spread;
            up[i] = -implicit * dt * above;
        }
        for (int i = 2; i <= CELLS; i++) {
            const double factor = down[i] / middle[i - 1];
            middle[i] -= factor * up[i - 1];
            right[i] -= factor * right[i - 1];
        }
        u[CELLS] = right[CELLS] / middle[CELLS];
        for (int i = CELLS - 1; i >= 1; i--)
            u[i] = (right[i] - up[i] * u[i + 1]) / middle[i];
    }
    const double at = log(w0 / low) / dy;
    const int i = (int)at;
    return u[i] + (at - i) * (u[i + 1] - u[i]);
}

/* By steps of any length: what crosses the elimination size within a step and comes back is gone
 * all the same. 100,000 spines tell 0.005 from chance. */
static void given_elimination_when_run_expect_the_survival_of_the_backward_equation(void **state)
{
    (void)state;
    const double days[] = {presentation_days, 1, 4};
    for (int f = 0; f < 3; f++)
        for (int d = 0; d < 3; d++) {
            const int times = days[d] < 1 ? 42 : 3;
            set(forms[f]);
            set("intrinsic.largest_size=0");
            const struct intrinsic c = start(days[d]);
            fill(N, 0.05);
            const double alive = 1 - (double)run(&c, N, times) / N;
            const double right = survival(0.05, 0.02, times * days[d]);
            assert_true(right < 0.99 && right > 0.3);
            if (fabs(alive - right) > 0.005)
                fail_msg("%s, %g days: %g, not %g", forms[f], times * days[d], alive, right);
        }
}

/* ---- what is random, and what not */

static void given_no_noise_when_run_expect_the_closed_decay(void **state)
{
    (void)state;
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        set("intrinsic.noise_factor=0");
        const struct intrinsic presentation = start(presentation_days), day = start(1);
        for (int32_t i = 0; i < 100; i++)
            weight[i] = 0.025f + 0.009f * (float)i;
        assert_int_equal(run(&presentation, 100, 40), 0);
        assert_int_equal(run(&day, 100, 3), 0);
        const double t = 40 * presentation_days + 3;
        for (int32_t i = 0; i < 100; i++) {
            const double w = (double)(0.025f + 0.009f * (float)i);
            const double mean = f == 0 ? 0.2 : 0.011 / 0.06, decay = f == 0 ? 0.1 : 0.06;
            const double right = f < 2
                                     ? mean + (w - mean) * exp(-decay * t)
                                     : exp(-0.11 / 0.08 + (log(w) + 0.11 / 0.08) * exp(-0.08 * t));
            if (fabs((double)weight[i] - right) > 2e-6)
                fail_msg("%s: %g, not %g", forms[f], (double)weight[i], right);
        }
    }
    /* down to the elimination size and no further */
    set(forms[1]);
    set("intrinsic.kesten_growth=0");
    const struct intrinsic c = start(1);
    weight[0] = 0.03f;
    assert_int_equal(run(&c, 1, 6), 0); /* 0.03 exp(-0.36) */
    assert_int_equal(run(&c, 1, 1), 1); /* 0.03 exp(-0.42) = 0.0197 */
    assert_true(weight[0] == 0);
}

/* [K]: a connection of n synapses of weight w varies less than a synapse of weight n w. */
static void given_many_contacts_when_stepped_expect_less_variance_than_of_one(void **state)
{
    (void)state;
    enum { CONTACTS = 5, CONNECTIONS = N / CONTACTS };
    static float sum[CONNECTIONS];
    for (int f = 0; f < 3; f++) {
        const double w = 0.1;
        set(forms[f]);
        const struct intrinsic c = start(presentation_days);
        fill(N, w);
        run(&c, N, 1);
        for (int32_t i = 0; i < CONNECTIONS; i++) {
            sum[i] = 0;
            for (int k = 0; k < CONTACTS; k++)
                sum[i] += weight[i * CONTACTS + k];
        }
        const double many = pow(moments_of(sum, CONNECTIONS).sd, 2) / presentation_days;
        fill(N, CONTACTS * w);
        run(&c, N, 1);
        const double one = pow(moments_of(weight, N).sd, 2) / presentation_days;
        const double expected_many = CONTACTS * pow(intrinsic_noise(&p, w), 2);
        const double expected_one = pow(intrinsic_noise(&p, CONTACTS * w), 2);
        assert_true(fabs(many / expected_many - 1) < 0.05); /* 20,000 connections: sd 0.01 */
        assert_true(fabs(one / expected_one - 1) < 0.03);
        /* sigma = s w exactly: n s^2 w^2 against n^2 s^2 w^2 */
        if (f == 2)
            assert_true(fabs(one / many - CONTACTS) < 0.25);
    }
}

static double correlation(const float *a, const float *b, int32_t n)
{
    const struct moments x = moments_of(a, n), y = moments_of(b, n);
    double sum = 0;
    for (int32_t i = 0; i < n; i++)
        sum += ((double)a[i] - x.mean) * ((double)b[i] - y.mean) / n;
    return sum / (x.sd * y.sd);
}

/* Correlations of n numbers that know nothing of each other have sd 1 / sqrt(n). */
static void given_neighbours_and_steps_when_compared_expect_no_correlation(void **state)
{
    (void)state;
    static float next[N];
    const double most = 4 / sqrt(N);
    set(forms[2]);
    set("intrinsic.largest_size=0");
    const struct intrinsic c = start(presentation_days);
    fill(N, 0.5);
    run(&c, N, 1);
    for (int distance = 1; distance <= 64; distance *= 2)
        assert_true(fabs(correlation(weight, weight + distance, N - 64)) < most);
    memcpy(next, weight, sizeof next);
    fill(N, 0.5);
    run(&c, N, 1);
    assert_true(fabs(correlation(weight, next, N)) < most);
    /* sub-steps have numbers of their own too: a day of 2 has the variance of a day */
    struct intrinsic day = start(1);
    for (int n = 1; n <= 4; n++) {
        const double keep = exp(-0.08);
        intrinsic_subdivide(&day, &p, n);
        fill(N, 0.5);
        run(&day, N, 1);
        for (int32_t i = 0; i < N; i++)
            weight[i] = logf(weight[i]);
        const double sd = moments_of(weight, N).sd;
        assert_true(fabs(sd / (0.29 * sqrt((1 - keep * keep) / 0.16)) - 1) < 0.01);
    }
}

static void given_the_same_seed_when_run_otherwise_expect_the_same_bytes(void **state)
{
    (void)state;
    enum { ODD = 20011 };
    float *expected = malloc(ODD * sizeof *expected), *one = malloc(ODD * sizeof *one);
    assert_true(expected && one);
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        const struct intrinsic c = start(1);
        for (int32_t i = 0; i < ODD; i++)
            one[i] = 0.021f + 0.00004f * (float)i;
        memcpy(expected, one, ODD * sizeof *one);
        int32_t n_gone = 0;
        for (uint32_t k = 0; k < 3; k++)
            n_gone = intrinsic_step(&c, ODD, id, k, expected, 1);
        assert_true(n_gone > 0);
        for (int n_threads = 2; n_threads <= 3; n_threads++) {
            memcpy(weight, one, ODD * sizeof *one);
            for (uint32_t k = 0; k < 3; k++)
                assert_true(intrinsic_step(&c, ODD, id, k, weight, n_threads) <= n_gone);
            assert_memory_equal(weight, expected, ODD * sizeof *one);
        }
        /* every instruction set that this processor has */
        for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
            if (!(*kernel)->is_supported())
                continue;
            const struct intrinsic other = intrinsic_init(&p, 1, SEED, (*kernel)->name);
            memcpy(weight, one, ODD * sizeof *one);
            for (uint32_t k = 0; k < 3; k++)
                intrinsic_step(&other, ODD, id, k, weight, 1);
            assert_memory_equal(weight, expected, ODD * sizeof *one);
        }
        /* in another place, with other neighbours: alone, from the end */
        for (int32_t i = ODD - 1; i >= 0; i -= 997) {
            float alone = one[i];
            for (uint32_t k = 0; k < 3; k++)
                intrinsic_step(&c, 1, &id[i], k, &alone, 1);
            assert_memory_equal(&alone, &expected[i], sizeof alone);
        }
        /* and with another seed others */
        struct intrinsic other = c;
        other.seed++;
        memcpy(weight, one, ODD * sizeof *one);
        intrinsic_step(&other, ODD, id, 0, weight, 1);
        intrinsic_step(&c, ODD, id, 0, one, 1);
        int32_t n_same = 0;
        for (int32_t i = 0; i < ODD; i++)
            n_same += weight[i] == one[i] && one[i] > 0;
        assert_true(n_same < 20);
    }
    free(expected);
    free(one);
}

/* ---- life and death */

static void given_spines_at_the_elimination_size_when_stepped_expect_them_gone(void **state)
{
    (void)state;
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        const struct intrinsic c = start(presentation_days);
        const float sizes[] = {0, 0.01f, 0.02f, 0.5f, 1, 1.5f, -0.1f};
        memcpy(weight, sizes, sizeof sizes);
        assert_int_equal(run(&c, 7, 1), 4);
        assert_true(weight[0] == 0 && weight[1] == 0 && weight[2] == 0 && weight[6] == 0);
        assert_true(weight[3] > 0.3f && weight[4] > 0.7f && weight[5] > 0.7f);
        assert_true(weight[3] <= 1 && weight[4] <= 1.00001f && weight[5] <= 1.00001f);
        /* those gone are so for good; the others are above the size */
        fill(N, 0.03);
        const int32_t first = run(&c, N, 20), then = run(&c, N, 20);
        assert_true(first > 0 && then > first);
        int32_t n_gone = 0;
        for (int32_t i = 0; i < N; i++) {
            n_gone += weight[i] == 0;
            assert_true(weight[i] == 0 || weight[i] > 0.02f);
        }
        assert_int_equal(n_gone, then);
    }
    assert_int_equal(intrinsic_step(&(struct intrinsic){0}, 0, NULL, 0, NULL, 2), 0);
}

struct outcome {
    double turnover; /* a day */
    double median;
};

/* 10,000 spines over 120 days, each replaced by a small one when it is gone; judged from day 60. */
static struct outcome live(void)
{
    enum { SPINES = 10000, DAYS = 120, FROM = 60 };
    static int32_t own[SPINES];
    static float sorted[SPINES];
    struct outcome outcome = {0};
    int32_t next = SPINES;
    const struct intrinsic c = start(1);
    for (int32_t i = 0; i < SPINES; i++) {
        own[i] = i;
        weight[i] = 0.15f;
    }
    for (uint32_t day = 0; day < DAYS; day++) {
        const int32_t n_gone = intrinsic_step(&c, SPINES, own, day, weight, 1);
        int32_t born = 0;
        for (int32_t i = 0; i < SPINES; i++)
            if (weight[i] == 0) {
                weight[i] = (float)p.intrinsic.birth_size;
                own[i] = next++;
                born++;
            }
        assert_int_equal(born, n_gone);
        if (day < FROM)
            continue;
        outcome.turnover += (double)n_gone / SPINES / (DAYS - FROM);
        if (day % 20 == 0) {
            memcpy(sorted, weight, sizeof sorted);
            qsort(sorted, SPINES, sizeof *sorted, compare_floats);
            outcome.median += (double)sorted[SPINES / 2] / ((DAYS - FROM) / 20);
        }
    }
    return outcome;
}

/* Fragile X [K]: larger sigma, turnover 2 to 3 times, smaller spines. */
static void given_more_noise_when_run_expect_more_turnover_and_smaller_spines(void **state)
{
    (void)state;
    const char *const factors[] = {"intrinsic.noise_factor=1.1", "intrinsic.noise_factor=1.25",
                                   "intrinsic.noise_factor=1.1"};
    for (int f = 0; f < 3; f++) {
        set(forms[f]);
        set("intrinsic.noise_factor=1");
        const struct outcome wild = live();
        set(factors[f]);
        const struct outcome knockout = live();
        const double ratio = knockout.turnover / wild.turnover;
        if (!(ratio > 2 && ratio < 3 && knockout.median < 0.98 * wild.median))
            fail_msg("%s: turnover %g to %g, median %g to %g", forms[f], wild.turnover,
                     knockout.turnover, wild.median, knockout.median);
    }
}

static void given_births_when_counted_expect_poisson_numbers(void **state)
{
    (void)state;
    const double means[] = {0.04, 3.8, 76.7};
    for (int k = 0; k < 3; k++) {
        enum { TIMES = 20000 };
        double mean = 0, square = 0;
        for (uint32_t t = 0; t < TIMES; t++) {
            const double n = intrinsic_births(means[k], SEED, t);
            mean += n / TIMES;
            square += n * n / TIMES;
        }
        assert_true(fabs(mean - means[k]) < 4 * sqrt(means[k] / TIMES));
        assert_true(fabs((square - mean * mean) / means[k] - 1) <
                    4 * sqrt((2 + 1 / means[k]) / TIMES));
    }
    assert_int_equal(intrinsic_births(0, SEED, 1), 0);
}

/* ---- parameters */

static void refuse(const char *assignment, const char *message)
{
    const struct parameters before = p;
    assert_int_equal(parameters_set(&p, assignment), STATUS_OK);
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    assert_string_equal(status_message(), message);
    p = before;
}

static void given_coefficients_without_a_distribution_when_validated_expect_what_is_right(void **s)
{
    (void)s;
    /* only the form that is used must be right */
    set("intrinsic.kesten_decay=0");
    set(forms[0]);
    refuse(forms[1], "intrinsic.kesten_decay = 0: expected more than 0 with intrinsic.form = "
                     "kesten, or sizes grow without end");
    refuse("intrinsic.geometric_ou_decay=0",
           "intrinsic.geometric_ou_decay = 0: expected more than 0 with intrinsic.form = "
           "geometric-ou, or sizes grow without end");
    refuse("intrinsic.geometric_ou_noise_slope=1e-9",
           "intrinsic.geometric_ou_noise_slope = 1e-09: expected 0, or enough that "
           "intrinsic.geometric_ou_noise_floor = 0.01 outweighs it only up to a size of 10 um^3, "
           "not 1e+07");
    refuse("intrinsic.birth_size=0.02", "intrinsic.birth_size = 0.02: expected more than "
                                        "intrinsic.elimination_size = 0.02");
    refuse("intrinsic.largest_size=0.04", "intrinsic.largest_size = 0.04: expected at least "
                                          "intrinsic.birth_size = 0.05, or 0 for no limit");
    set("intrinsic.noise_factor=2.3"); /* fine, as sizes end at 1 */
    refuse("intrinsic.largest_size=0",
           "intrinsic.noise_factor = 2.3: sizes have no finite variance, as 2 "
           "intrinsic.geometric_ou_decay = 0.2 is not above sigma^2 / w^2 = 0.2116 of large "
           "spines: expected a factor below 2.236, or an intrinsic.largest_size");
    set("intrinsic.noise_factor=1");
    set("intrinsic.kesten_decay=0.06");
    set(forms[1]);
    refuse("intrinsic.kesten_variance_slope=1e-7",
           "intrinsic.kesten_variance_slope = 1e-07: expected 0, or enough that "
           "intrinsic.kesten_variance_floor = 0.0005 outweighs it only up to a size of 10 um^3, "
           "not 70.7");
    set("intrinsic.largest_size=0");
    refuse("intrinsic.kesten_variance_slope=0.12",
           "intrinsic.noise_factor = 1: sizes have no finite variance, as 2 "
           "intrinsic.kesten_decay = 0.12 is not above sigma^2 / w^2 = 0.12 of large spines: "
           "expected a factor below 1, or an intrinsic.largest_size");
    set(forms[2]);
    refuse("intrinsic.lognormal_log_decay=0",
           "intrinsic.lognormal_log_decay = 0: expected more than 0 with intrinsic.form = "
           "lognormal, or sizes grow without end");
    set("intrinsic.noise_factor=10"); /* a lognormal distribution has all moments */
    set("intrinsic.form=none");
    set("intrinsic.lognormal_log_decay=0");
    set("intrinsic.birth_size=0.0001"); /* unused */
    assert_int_equal(parameters_set(&p, "intrinsic.kesten_decay=-0.1"), STATUS_USER);
    assert_int_equal(parameters_set(&p, "intrinsic.form=kestn"), STATUS_USER);
    assert_string_equal(status_message(), "--set intrinsic.form = kestn: expected one of "
                                          "none|geometric-ou|kesten|lognormal; did you mean "
                                          "kesten?");
}

int main(void)
{
#define WITH_PARAMETERS(test) cmocka_unit_test_setup(test, make)
    const struct CMUnitTest tests[] = {
        WITH_PARAMETERS(given_reflection_when_run_for_long_expect_the_analytic_density),
        WITH_PARAMETERS(given_a_largest_size_when_run_expect_the_density_between_both_bounds),
        WITH_PARAMETERS(given_no_bounds_when_run_for_long_expect_the_known_mean_and_sd),
        WITH_PARAMETERS(given_the_lognormal_form_when_stepped_once_expect_a_normal_log),
        WITH_PARAMETERS(given_constant_noise_when_run_for_long_expect_a_normal_distribution),
        WITH_PARAMETERS(given_the_three_forms_when_integrated_expect_the_closed_forms),
        WITH_PARAMETERS(given_half_the_step_when_run_expect_a_quarter_of_the_error),
        WITH_PARAMETERS(given_elimination_when_run_expect_the_survival_of_the_backward_equation),
        WITH_PARAMETERS(given_no_noise_when_run_expect_the_closed_decay),
        WITH_PARAMETERS(given_many_contacts_when_stepped_expect_less_variance_than_of_one),
        WITH_PARAMETERS(given_neighbours_and_steps_when_compared_expect_no_correlation),
        WITH_PARAMETERS(given_the_same_seed_when_run_otherwise_expect_the_same_bytes),
        WITH_PARAMETERS(given_spines_at_the_elimination_size_when_stepped_expect_them_gone),
        WITH_PARAMETERS(given_more_noise_when_run_expect_more_turnover_and_smaller_spines),
        WITH_PARAMETERS(given_births_when_counted_expect_poisson_numbers),
        WITH_PARAMETERS(
            given_coefficients_without_a_distribution_when_validated_expect_what_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
