/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reactivation in days of rest: when it comes, what it shows and learns, that it goes on after a
 * checkpoint, and what it leaves alone. */
#include "train/rest.h"
#include "train/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/status.h"
#include "store/checkpoint.h"
#include "support.h"

enum { SEED = 7 };

static struct parameters p;
static struct dataset dataset;
static struct training training, other;

static int make(void **state)
{
    static const char *const assignments[] = {
        "data.train_per_class=5",     "data.test_per_class=2",
        "turnover.policy=none",       "test.sample_period=0",
        "homeostasis.tau_days=0",     "stopping.max_presentations=3",
        "rest.reactivation_hours=12", NULL};
    return support_prepare(state, &p, &dataset, SEED, assignments);
}

static int release(void **state)
{
    training_free(&training);
    training_free(&other);
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static void train(struct training *t)
{
    support_begin_training(t, &p, &dataset, SEED);
    support_train_to(t, INT32_MAX);
}

static void rest(struct training *t, double days)
{
    assert_int_equal(rest_begin(t, days, &(struct spines_report){0}), STATUS_OK);
    assert_true(t->rest_until == 0);
}

/* The largest difference of a weight. */
static double difference(const struct training *a, const struct training *b)
{
    double most = 0;
    assert_int_equal(a->network.plastic.n, b->network.plastic.n);
    for (int32_t i = 0; i < a->network.plastic.n; i++)
        most = fmax(most, fabs((double)a->network.plastic.weight[i] -
                               (double)b->network.plastic.weight[i]));
    return most;
}

/* Three presentations end on day 0.2875; in 1.9 days half a day has passed whole four times. */
static void given_a_rest_when_it_goes_by_expect_a_reactivation_at_each_multiple(void **state)
{
    (void)state;
    train(&training);
    train(&other);
    rest(&training, 1.9);
    consolidation_rest(&other.consolidation, &other.network, (int32_t)round(1.9 * 1440));
    for (int k = 1; k < 4; k++)
        assert_int_equal(rest_reactivate(&other, k), STATUS_OK);
    assert_true(difference(&training, &other) > 1e-4);
    assert_int_equal(rest_reactivate(&other, 4), STATUS_OK);
    assert_true(difference(&training, &other) == 0);
    assert_true(fabs(training.spines.day - 3 * 138. / 1440 - 1.9) < 1e-9);
    assert_int_equal(training.n_presentations, 3);
    /* a rest that ends on a multiple has that one, and the next rest has not */
    rest(&training, 2.5 - training.spines.day);
    assert_int_equal(rest_reactivate(&other, 5), STATUS_OK);
    assert_true(difference(&training, &other) < 1e-6);
    rest(&training, 0.4);
    assert_true(difference(&training, &other) < 1e-6);
}

static void given_a_rest_in_two_parts_when_saved_between_expect_the_same_end(void **state)
{
    support_set(&p, "intrinsic.form=kesten");
    train(&training);
    rest(&training, 1.3);
    const char *folder = support_path(state, "");
    assert_int_equal(checkpoint_write(&training, SEED, folder), STATUS_OK);
    support_begin_training(&other, &p, &dataset, SEED);
    if (checkpoint_read(&other, SEED, folder, 3) != STATUS_OK)
        fail_msg("%s", status_message());
    rest(&training, 1);
    rest(&other, 1);
    assert_true(difference(&training, &other) == 0);
}

static void given_nothing_learnt_yet_when_resting_expect_no_reactivation(void **state)
{
    (void)state;
    support_set(&p, "rest.before_training_days=3");
    support_begin_training(&training, &p, &dataset, SEED);
    support_set(&p, "rest.reactivation_hours=0");
    support_begin_training(&other, &p, &dataset, SEED);
    assert_true(difference(&training, &other) == 0);
}

static void given_noise_when_reactivated_expect_the_same_pixels_elsewhere(void **state)
{
    (void)state;
    train(&training);
    train(&other);
    assert_int_equal(rest_reactivate(&training, 2), STATUS_OK);
    p.rest.reactivation = REACTIVATION_NOISE;
    assert_int_equal(rest_reactivate(&other, 2), STATUS_OK);
    const struct stimulus *image = &training.presenter.stimulus[0],
                          *noise = &other.presenter.stimulus[0];
    const int32_t n = image->start[image->n_steps];
    int32_t n_same = 0;
    assert_true(n > 0 && n == noise->start[noise->n_steps]);
    for (int32_t i = 0; i < n; i++)
        n_same += image->source[i] == noise->source[i];
    assert_true(n_same < n / 2);
}

static void given_targets_when_reactivated_expect_them_kept(void **state)
{
    (void)state;
    float first[80];
    support_set(&p, "homeostasis.tau_days=3");
    train(&training);
    rest(&training, 0.1);
    memcpy(first, training.spines.homeostasis.target, sizeof first);
    rest(&training, 5);
    assert_true(training.spines.homeostasis.has_target);
    assert_memory_equal(first, training.spines.homeostasis.target, sizeof first);
}

/* Of two phases the classes of the first are shown until the second has begun. */
static void given_phases_when_reactivated_expect_only_classes_that_were_shown(void **state)
{
    (void)state;
    support_set(&p, "schedule.phases=2: presentations 2; 1: presentations 1");
    support_begin_training(&training, &p, &dataset, SEED);
    assert_int_equal(training_step(&training), STATUS_OK);
    for (int k = 0; k < 2; k++) {
        const struct stimulus *stimulus = &training.presenter.stimulus[0];
        const uint8_t *pixels = images_pixels(&dataset.train, dataset_label_image(&dataset, 1, k));
        int32_t n_light = 0, n_first = 0;
        assert_int_equal(rest_reactivate(&training, k), STATUS_OK);
        /* the first spikes come at once from all light pixels of that image, and from no others */
        for (int32_t i = 0; i < training.network.layout.n_inputs; i++)
            n_light += training.presenter.encoder.pixel[pixels[i]].n > 0;
        for (int32_t i = stimulus->start[100]; i < stimulus->start[101]; i++, n_first++)
            assert_true(pixels[stimulus->source[i]] > 0);
        assert_true(n_light > 0 && n_first == n_light);
    }
}

static void given_hours_too_short_when_checked_expect_how_many(void **state)
{
    (void)state;
    support_set(&p, "rest.reactivation_hours=2");
    assert_int_equal(training_check(&p), STATUS_USER);
    support_assert_message("rest.reactivation_hours = 2: expected 0, or at least ",
                           "plasticity.consolidation_min = 138 min", NULL);
}

#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TASK(given_a_rest_when_it_goes_by_expect_a_reactivation_at_each_multiple),
        ON_TASK(given_a_rest_in_two_parts_when_saved_between_expect_the_same_end),
        ON_TASK(given_nothing_learnt_yet_when_resting_expect_no_reactivation),
        ON_TASK(given_noise_when_reactivated_expect_the_same_pixels_elsewhere),
        ON_TASK(given_targets_when_reactivated_expect_them_kept),
        ON_TASK(given_phases_when_reactivated_expect_only_classes_that_were_shown),
        ON_TASK(given_hours_too_short_when_checked_expect_how_many),
    };
    return cmocka_run_group_tests_name("rest", tests, NULL, NULL);
}
