/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survival: against the published Kaplan-Meier table of the leukaemia trial of Freireich et al.
 * (1963, Blood 21:699; worked in Kleinbaum & Klein, Survival Analysis, ch. 2), closed forms, and
 * lives of known distribution. */
#include "report/survival.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/status.h"
#include "support.h"

static struct survival survival;

static int release(void **state)
{
    (void)state;
    survival_free(&survival);
    return 0;
}

static void estimate(const struct survival_life *lives, int32_t n)
{
    struct survival_life *copy = malloc(((size_t)n + 1) * sizeof *copy);
    assert_non_null(copy);
    for (int32_t i = 0; i < n; i++)
        copy[n - 1 - i] = lives[i]; /* in no order that it could rely on */
    assert_int_equal(survival_estimate(&survival, copy, n), STATUS_OK);
    free(copy);
}

/* Weeks of remission under 6-mercaptopurine: 21 patients, 12 of them still in remission. */
static const struct survival_life mercaptopurine[] = {
    {6, 1, 0},  {6, 1, 0},  {6, 1, 0},  {6, 0, 0},  {7, 1, 0},  {9, 0, 0},  {10, 1, 0},
    {10, 0, 0}, {11, 0, 0}, {13, 1, 0}, {16, 1, 0}, {17, 0, 0}, {19, 0, 0}, {20, 0, 0},
    {22, 1, 0}, {23, 1, 0}, {25, 0, 0}, {32, 0, 0}, {32, 0, 0}, {34, 0, 0}, {35, 0, 0}};
enum { PATIENTS = 21 };

static void given_the_leukaemia_trial_when_estimated_expect_the_published_table(void **state)
{
    (void)state;
    static const struct {
        double time;
        int32_t n_at_risk, n_died;
        double alive, se, low, high;
    } table[] = {
        {6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516},  {7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228},
        {10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894}, {13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491},
        {16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049}, {22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468},
        {23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801}};
    estimate(mercaptopurine, PATIENTS);
    assert_int_equal(survival.n, 21);
    assert_int_equal(survival.n_died, 9);
    assert_int_equal(survival.n_steps, 7);
    for (int i = 0; i < 7; i++) {
        const struct survival_step *step = &survival.step[i];
        support_expect_near(step->time, table[i].time, 0);
        assert_int_equal(step->n_at_risk, table[i].n_at_risk);
        assert_int_equal(step->n_died, table[i].n_died);
        support_expect_near(step->alive, table[i].alive, 5.1e-5);
        support_expect_near(step->se, table[i].se, 5.1e-5);
        support_expect_near(step->low, table[i].low, 5.1e-5);
        support_expect_near(step->high, table[i].high, 5.1e-5);
    }
    support_expect_near(survival_quantile(&survival, 0.5), 23, 0); /* the published median */
    support_expect_near(survival.last, 35, 0);
}

static void
given_half_alive_between_two_steps_when_asked_expect_r_s_median_between_them(void **state)
{
    (void)state;
    /* survfit(Surv(t, t < 340) ~ 1): median 210, though the product of steps is not quite 0.5 */
    const double t[] = {120, 140, 140, 160, 160, 180, 180, 180, 200, 200,
                        220, 220, 220, 240, 240, 240, 260, 340, 340, 340};
    enum { N = sizeof t / sizeof *t };
    struct survival_life lives[N];
    for (int32_t i = 0; i < N; i++)
        lives[i] = (struct survival_life){t[i], t[i] < 340, 0};
    estimate(lives, N);
    support_expect_near(survival_quantile(&survival, 0.5), 210, 0);
    survival_free(&survival);
    /* survfit(Surv(c(1, 2, 3, 9), c(1, 1, 0, 0)) ~ 1): no one dies after half have */
    estimate((struct survival_life[]){{1, 1, 0}, {2, 1, 0}, {3, 0, 0}, {9, 0, 0}}, 4);
    support_expect_near(survival_quantile(&survival, 0.5), 2, 0);
}

static void given_a_curve_when_asked_between_its_steps_expect_the_step_before(void **state)
{
    (void)state;
    estimate(mercaptopurine, PATIENTS);
    support_expect_near(survival_at(&survival, 0).alive, 1, 0);
    support_expect_near(survival_at(&survival, 5.9).high, 1, 0);
    support_expect_near(survival_at(&survival, 6).alive, 18.0 / 21, 1e-12);
    support_expect_near(survival_at(&survival, 9.9).alive, 18.0 / 21 * 16 / 17, 1e-12);
    support_expect_near(survival_at(&survival, 35).alive, survival.step[6].alive, 0);
    assert_true(isnan(survival_at(&survival, 35.1).alive)); /* no one was looked at for so long */
    assert_true(isnan(survival_quantile(&survival, 0.4)));
    assert_true(isnan(survival_restricted_mean(&survival, 35.1)));
}

static void
given_no_censoring_when_estimated_expect_the_empirical_part_and_its_binomial_error(void **s)
{
    (void)s;
    static const struct survival_life lives[] = {
        {3, 1, 0}, {1, 1, 0}, {2, 1, 0}, {2, 1, 0}, {5, 1, 0}};
    estimate(lives, 5);
    static const double time[] = {1, 2, 3, 5}, alive[] = {0.8, 0.4, 0.2, 0};
    assert_int_equal(survival.n_steps, 4);
    for (int i = 0; i < 4; i++) {
        const struct survival_step *step = &survival.step[i];
        support_expect_near(step->time, time[i], 0);
        support_expect_near(step->alive, alive[i], 1e-12);
        if (i < 3) /* Greenwood's is the binomial one then */
            support_expect_near(step->se, sqrt(alive[i] * (1 - alive[i]) / 5), 1e-12);
        else
            assert_true(isnan(step->low) && isnan(step->high));
    }
    support_expect_near(survival_restricted_mean(&survival, 5), 13.0 / 5, 1e-12); /* the mean */
    support_expect_near(survival_restricted_mean(&survival, 2.5), (1 + 2 + 2 + 2.5 + 2.5) / 5,
                        1e-12);
    support_expect_near(survival_restricted_mean(&survival, 9), 13.0 / 5, 1e-12); /* all are dead */
    support_expect_near(survival_at(&survival, 9).alive, 0, 0);
}

static void
given_deaths_at_the_last_look_when_estimated_expect_those_looked_at_to_be_at_risk(void **s)
{
    (void)s;
    static const struct survival_life lives[] = {{4, 0, 0}, {4, 1, 0}, {4, 0, 0}, {9, 0, 0}};
    estimate(lives, 4);
    assert_int_equal(survival.n_steps, 1);
    assert_int_equal(survival.step[0].n_at_risk, 4);
    support_expect_near(survival.step[0].alive, 0.75, 1e-12);
}

static void given_no_lives_or_no_deaths_when_estimated_expect_nothing_or_one(void **state)
{
    (void)state;
    estimate(NULL, 0);
    assert_true(isnan(survival_at(&survival, 0).alive));
    assert_true(isnan(survival_quantile(&survival, 0.5)) &&
                isnan(survival_restricted_mean(&survival, 0)));
    survival_free(&survival);
    static const struct survival_life lives[] = {{4, 0, 0}, {7, 0, 0}};
    estimate(lives, 2);
    assert_int_equal(survival.n_steps, 0);
    support_expect_near(survival_at(&survival, 7).low, 1, 0);
    support_expect_near(survival_restricted_mean(&survival, 6), 6, 0);
}

/* Exponential lives, looked at until a random time: the curve is exp(-t), its interval holds it
 * about 95 times in 100 (300 of them: 271 to 297 with 99.9 %). */
static void
given_exponential_lives_when_censored_expect_the_interval_to_hold_the_truth(void **state)
{
    (void)state;
    enum { SAMPLES = 300, LIVES = 60 };
    struct survival_life lives[LIVES];
    double mean = 0;
    int n_held = 0;
    for (uint32_t sample = 0; sample < SAMPLES; sample++) {
        for (uint32_t i = 0; i < LIVES; i++) {
            const struct random_words words = random_words(5, RANDOM_GROW, i, sample, 0);
            const double life = -log(1 - random_unit(random_bits(&words, 0)));
            const double look = 3 * random_unit(random_bits(&words, 1));
            lives[i] = (struct survival_life){fmin(life, look), life <= look, 0};
        }
        assert_int_equal(survival_estimate(&survival, lives, LIVES), STATUS_OK);
        const struct survival_step at = survival_at(&survival, 1);
        mean += at.alive / SAMPLES;
        n_held += at.low <= exp(-1) && exp(-1) <= at.high;
        survival_free(&survival);
    }
    assert_true(fabs(mean - exp(-1)) < 4 * 0.075 / sqrt(SAMPLES));
    assert_in_range(n_held, 271, 297);
}

#define AFTERWARDS(test) cmocka_unit_test_teardown(test, release)

static void given_lives_of_three_networks_when_estimated_expect_r_s_clustered_errors(void **state)
{
    (void)state;
    /* R 4.2.2, survival 3.5-3: survfit(Surv(t, d) ~ 1, cluster = g)$std.err, times
     * sqrt(3 / 2), which R leaves out */
    static const struct survival_life lives[] = {{1, 1, 0}, {2, 1, 0}, {2, 0, 0}, {3, 1, 0},
                                                 {4, 1, 1}, {4, 0, 1}, {5, 1, 1}, {6, 1, 1},
                                                 {7, 0, 2}, {8, 1, 2}, {8, 1, 2}, {9, 0, 2}};
    static const double se[] = {0.0680413817440, 0.1360827634880, 0.2217645034619, 0.2047919553048,
                                0.2249693657904, 0.2791284542595, 0.0930428180865};
    static const double alive[] = {0.916666666667, 0.833333333333, 0.740740740741, 0.648148148148,
                                   0.540123456790, 0.432098765432, 0.144032921811};
    estimate(lives, 12);
    assert_true(survival.n_networks == 3 && survival.n_steps == 7);
    for (int i = 0; i < 7; i++) {
        support_expect_near(survival.step[i].alive, alive[i], 1e-11);
        support_expect_near(survival.step[i].se, se[i] * sqrt(1.5), 1e-11);
    }
    /* every life a network of its own: Greenwood's, R's survfit without a cluster, times 12 / 11 */
    struct survival_life alone[12];
    for (int i = 0; i < 12; i++)
        alone[i] = (struct survival_life){lives[i].time, lives[i].is_ended, i};
    survival_free(&survival);
    estimate(alone, 12);
    support_expect_near(survival.step[3].se, 0.142611296940 * sqrt(12 / 11.), 1e-11);
    support_expect_near(survival.step[6].se, 0.128699093683 * sqrt(12 / 11.), 1e-11);
}

static void given_two_samples_when_compared_expect_r_s_log_rank_test(void **state)
{
    (void)state;
    /* R 4.2.2, survival 3.5-3, of the 12 lives above: survdiff(Surv(t, d) ~ group)$chisq and its p,
     * the first six against the others, then every second one */
    static const double time[] = {1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9};
    static const bool is_ended[] = {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0};
    struct survival_life lives[12];
    for (int i = 0; i < 12; i++)
        lives[i] = (struct survival_life){time[i], is_ended[i], i >= 6};
    struct log_rank test = survival_log_rank(lives, 12);
    support_expect_near(test.chi2, 6.678786, 5.1e-7);
    support_expect_near(test.p, 0.00975671, 5.1e-9);
    for (int i = 0; i < 12; i++)
        lives[i] = (struct survival_life){time[i], is_ended[i], i % 2};
    test = survival_log_rank(lives, 12);
    support_expect_near(test.chi2, 0.167259080305, 1e-11);
    support_expect_near(test.p, 0.682559327022, 1e-11);
    assert_true(isnan(survival_log_rank(lives, 0).p));
    for (int i = 0; i < 12; i++)
        lives[i].is_ended = false;
    assert_true(isnan(survival_log_rank(lives, 12).p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AFTERWARDS(given_the_leukaemia_trial_when_estimated_expect_the_published_table),
        AFTERWARDS(given_half_alive_between_two_steps_when_asked_expect_r_s_median_between_them),
        AFTERWARDS(given_a_curve_when_asked_between_its_steps_expect_the_step_before),
        AFTERWARDS(
            given_no_censoring_when_estimated_expect_the_empirical_part_and_its_binomial_error),
        AFTERWARDS(
            given_deaths_at_the_last_look_when_estimated_expect_those_looked_at_to_be_at_risk),
        cmocka_unit_test(given_two_samples_when_compared_expect_r_s_log_rank_test),
        AFTERWARDS(given_lives_of_three_networks_when_estimated_expect_r_s_clustered_errors),
        AFTERWARDS(given_no_lives_or_no_deaths_when_estimated_expect_nothing_or_one),
        AFTERWARDS(given_exponential_lives_when_censored_expect_the_interval_to_hold_the_truth),
    };
    return cmocka_run_group_tests_name("survival", tests, NULL, NULL);
}
