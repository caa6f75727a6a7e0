/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silent spines: how long, how many, what they drive and what ends their silence. */
#include "spines/silent.h"
#include "train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "network/network.h"
#include "store/checkpoint.h"
#include "support.h"

enum { SEED = 7, N = 10000 };

static struct parameters p;
static struct dataset dataset;
static struct training training, other;
static struct network network;

static int make(void **state)
{
    static const char *const assignments[] = {"data.train_per_class=5",
                                              "data.test_per_class=2",
                                              "turnover.policy=none",
                                              "test.sample_period=0",
                                              "stopping.max_presentations=12",
                                              "silent.part=0.25",
                                              NULL};
    return support_prepare(state, &p, &dataset, SEED, assignments);
}

static int release(void **state)
{
    training_free(&training);
    training_free(&other);
    network_free(&network);
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static int32_t count_silent(const struct network *of)
{
    int32_t n = 0;
    for (int32_t i = 0; i < of->plastic.n; i++)
        n += lives_is_silent(of->lives, of->plastic.id[i]);
    return n;
}

/* Spines without images, in a rest of so many days. */
static void rest(double days)
{
    struct spines spines;
    struct spines_report report = {0};
    p.connections.plastic = N;
    assert_int_equal(support_connect(&network, &p, 2, 400, SEED), STATUS_OK);
    assert_int_equal(network_keep_lives(&network, SEED, p.spines.dendrite_um), STATUS_OK);
    silent_begin(&network, &p, SEED, false);
    support_expect_near(count_silent(&network), p.silent.part * N, 250);
    assert_int_equal(spines_init(&spines, &p, &network, SEED, "portable", 1), STATUS_OK);
    assert_int_equal(spines_live(&spines, &network, spines.day + days, true, false, &report),
                     STATUS_OK);
    spines_free(&spines);
}

/* Of those there at first a part u of T is left, u uniform in 0 … 1 and T in 1 … 4 days: on day t
 * P(u T > t) = ((4 - m) - t ln(4 / m)) / 3 with m = max(t, 1). */
static void given_silent_spines_when_all_mature_expect_the_known_course(void **state)
{
    (void)state;
    support_set(&p, "silent.part=1");
    support_set(&p, "silent.matures=1");
    for (double t = 0.5; t < 4; t += 1) {
        const double m = fmax(t, 1);
        rest(t);
        support_expect_near(count_silent(&network) / (double)N, (4 - m - t * log(4 / m)) / 3, 0.02);
        assert_int_equal(network.plastic.n, N);
        network_free(&network);
    }
    rest(4.01);
    assert_int_equal(count_silent(&network), 0);
    for (int32_t i = 0; i < N; i++) /* each has the size of its birth, in its life as well */
        assert_true(network.plastic.weight[i] >= (float)p.connections.w_min &&
                    network.plastic.weight[i] ==
                        network.lives->life[network.plastic.id[i]].weight_at_birth);
}

static void given_silent_spines_when_none_matures_expect_as_many_and_none_of_them_old(void **state)
{
    (void)state;
    support_set(&p, "silent.matures=0");
    rest(9);
    assert_int_equal(network.plastic.n, N);
    support_expect_near(count_silent(&network), 0.25 * N, 250);
    for (int32_t i = 0; i < N; i++) {
        const struct life *life = &network.lives->life[network.plastic.id[i]];
        if (lives_is_silent(network.lives, network.plastic.id[i]))
            assert_true((double)life->born_day > 9 - 4.11); /* steps are of 0.1 days */
    }
    assert_int_equal(network_validate(&network), STATUS_OK);
}

/* In balance as many mature as working ones are lost: lost a day = matures * silent / 2.5 days. */
static void given_living_spines_when_in_balance_expect_maturing_to_replace_losses(void **state)
{
    (void)state;
    support_set(&p, "intrinsic.form=kesten");
    support_set(&p, "rest.step_days=0.5");
    rest(40);
    const struct lives *lives = network.lives;
    double n_lost = 0, days = 20;
    for (int32_t i = 0; i < lives->n; i++)
        n_lost += lives->life[i].death == DEATH_INTRINSIC && lives->life[i].died_day > 40 - days;
    assert_int_equal(network.plastic.n, N);
    const double ratio = n_lost / days / (p.silent.matures * count_silent(&network) / 2.5);
    support_expect_near(ratio, 1, 0.1);
}

static void given_silence_off_when_living_expect_no_silent_spine(void **state)
{
    (void)state;
    support_set(&p, "silent.part=0");
    support_set(&p, "intrinsic.form=kesten");
    rest(3);
    assert_int_equal(count_silent(&network), 0);
    assert_false(network.lives->born_silent);
}

/* Shows the same image to the network of a training with and without its silent synapses. */
static void given_silent_synapses_when_shown_an_image_expect_calcium_but_no_drive(void **state)
{
    (void)state;
    support_begin_training(&training, &p, &dataset, SEED);
    struct network *with = &training.network;
    struct presentation *presentation = training.presenter.presentation;
    struct stimulus *stimulus = training.presenter.stimulus;
    const int32_t n_neurons = with->layout.n_neurons;
    int32_t *spikes = calloc((size_t)n_neurons, sizeof *spikes);
    double calcium = 0;
    assert_true(count_silent(with) > 200);
    encode(&training.presenter.encoder, images_pixels(&dataset.train, 0), 0, stimulus);
    present(presentation, with, stimulus, with->plastic.calcium);
    memcpy(spikes, presentation->spikes, (size_t)n_neurons * sizeof *spikes);
    for (int32_t i = 0; i < with->plastic.n; i++)
        if (lives_is_silent(with->lives, with->plastic.id[i])) {
            calcium += (double)with->plastic.calcium[i];
            with->plastic.dendrite[i] = -DEATH_SURGERY;
        }
    assert_true(calcium > 1);
    assert_int_equal(network_rebuild_plastic(with, NULL, 0, 0.01F), STATUS_OK);
    present(presentation, with, stimulus, NULL);
    assert_memory_equal(spikes, presentation->spikes, (size_t)n_neurons * sizeof *spikes);
    free(spikes);
}

/* By learning, before its time is over: it then has the size of its birth and what it gained. */
static void given_a_silent_synapse_when_potentiated_expect_it_to_speak(void **state)
{
    (void)state;
    support_begin_training(&training, &p, &dataset, SEED);
    struct network *of = &training.network;
    int32_t i = 0, k;
    while (!lives_is_silent(of->lives, of->plastic.id[i]))
        i++;
    for (k = i + 1; !lives_is_silent(of->lives, of->plastic.id[k]);)
        k++;
    of->plastic.weight[i] = 0.012F;
    of->plastic.weight[k] = 0.008F;
    silent_learn(of, &p);
    const struct life *life = &of->lives->life[of->plastic.id[i]];
    support_expect_near((double)of->plastic.weight[i], (double)life->weight_at_birth + 0.012, 1e-6);
    assert_false(lives_is_silent(of->lives, of->plastic.id[i]));
    assert_true(of->plastic.weight[k] == 0);
    assert_true(lives_is_silent(of->lives, of->plastic.id[k]));
}

static void given_a_task_when_learned_expect_silent_spines_to_become_synapses(void **state)
{
    (void)state;
    support_set(&p, "silent.matures=0");
    support_set(&p, "silent.days_least=100");
    support_set(&p, "silent.days_most=100");
    support_begin_training(&training, &p, &dataset, SEED);
    const int32_t before = count_silent(&training.network);
    support_train_to(&training, INT32_MAX);
    const int32_t n = before - count_silent(&training.network);
    assert_true(n > 0);
}

static void given_weak_and_silent_synapses_when_pruned_expect_the_silent_to_stay(void **state)
{
    (void)state;
    support_set(&p, "turnover.policy=random");
    support_set(&p, "turnover.threshold=1");
    support_set(&p, "silent.days_least=100");
    support_set(&p, "silent.days_most=100");
    support_set(&p, "silent.matures=1");
    support_set(&p, "teacher.enabled=false");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 10);
    /* all that worked are pruned, and what grows is silent */
    assert_int_equal(training.network.plastic.n, 1000);
    int32_t n_silent_before = 0;
    for (int32_t id = 0; id < 1000; id++) {
        const struct life *life = &training.network.lives->life[id];
        assert_int_equal(life->death == DEATH_NONE, life->weight_max <= 0);
        n_silent_before += life->weight_max <= 0;
    }
    assert_true(n_silent_before > 200);
    assert_int_equal(count_silent(&training.network), 1000);
}

static void given_a_training_when_saved_in_its_midst_expect_the_same_end(void **state)
{
    support_set(&p, "turnover.policy=random");
    support_set(&p, "intrinsic.form=kesten");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 8);
    const char *folder = support_path(state, "");
    assert_int_equal(checkpoint_write(&training, SEED, folder), STATUS_OK);
    support_begin_training(&other, &p, &dataset, SEED);
    if (checkpoint_read(&other, SEED, folder, 8) != STATUS_OK)
        fail_msg("%s", status_message());
    support_train_to(&training, INT32_MAX);
    support_train_to(&other, INT32_MAX);
    assert_true(training_end(&training) == STATUS_OK && training_end(&other) == STATUS_OK);
    assert_int_equal(training.network.plastic.n, other.network.plastic.n);
    assert_memory_equal(training.network.plastic.weight, other.network.plastic.weight,
                        (size_t)other.network.plastic.n * sizeof(float));
    assert_int_equal(count_silent(&training.network), count_silent(&other.network));
}

static void given_days_out_of_order_when_checked_expect_what_would_be_right(void **state)
{
    (void)state;
    support_set(&p, "silent.days_least=5");
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    support_assert_message("silent.days_least = 5: expected at most silent.days_most = 4", NULL);
}

#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TASK(given_silent_spines_when_all_mature_expect_the_known_course),
        ON_TASK(given_silent_spines_when_none_matures_expect_as_many_and_none_of_them_old),
        ON_TASK(given_living_spines_when_in_balance_expect_maturing_to_replace_losses),
        ON_TASK(given_silence_off_when_living_expect_no_silent_spine),
        ON_TASK(given_silent_synapses_when_shown_an_image_expect_calcium_but_no_drive),
        ON_TASK(given_a_silent_synapse_when_potentiated_expect_it_to_speak),
        ON_TASK(given_a_task_when_learned_expect_silent_spines_to_become_synapses),
        ON_TASK(given_weak_and_silent_synapses_when_pruned_expect_the_silent_to_stay),
        ON_TASK(given_a_training_when_saved_in_its_midst_expect_the_same_end),
        ON_TASK(given_days_out_of_order_when_checked_expect_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
