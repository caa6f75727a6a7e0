/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spines: living synapses in training and in rests before it, between presentations and after it:
 * the days that go by, births and deaths, whom they concern, and that neither threads nor tests in
 * a rest change a bit. */
#include "spines/spines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 17 };
static const double presentation_days = 138.0 / (24 * 60);

static struct parameters p;
static struct dataset dataset;
static struct training training;

static int make(void **state)
{
    (void)state;
    const char *const assignments[] = {"data.train_per_class=5",
                                       "data.test_per_class=4",
                                       "turnover.policy=none",
                                       "test.sample_period=0",
                                       "stopping.max_presentations=3",
                                       "intrinsic.form=kesten",
                                       NULL};
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    for (int i = 0; assignments[i]; i++)
        if (parameters_set(&p, assignments[i]) != STATUS_OK)
            return -1;
    return dataset_init(&dataset, &p, SEED);
}

static int release(void **state)
{
    (void)state;
    training_free(&training);
    dataset_free(&dataset);
    return 0;
}

static void start(struct training *t, int32_t n_threads)
{
    if (parameters_validate(&p) != STATUS_OK ||
        training_init(t, &p, &dataset, kernel_find("fast"), SEED, n_threads) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void run(struct training *t, int32_t n_threads)
{
    start(t, n_threads);
    while (t->stopped_by == STOP_NOT_YET)
        if (training_step(t) != STATUS_OK || network_validate(&t->network) != STATUS_OK)
            fail_msg("%s", status_message());
    if (training_end(t) != STATUS_OK || network_validate(&t->network) != STATUS_OK)
        fail_msg("%s", status_message());
}

static struct score test(struct training *t, struct reading *answers)
{
    struct score score = {0};
    if (training_test(t, answers, &score) != STATUS_OK)
        fail_msg("%s", status_message());
    return score;
}

static void expect_same(const struct network *a, const struct network *b)
{
    const size_t size = (size_t)a->plastic.n * 4;
    assert_int_equal(a->plastic.n, b->plastic.n);
    assert_memory_equal(a->plastic.id, b->plastic.id, size);
    assert_memory_equal(a->plastic.dendrite, b->plastic.dendrite, size);
    assert_memory_equal(a->plastic.weight, b->plastic.weight, size);
    assert_int_equal(a->lives->n, b->lives->n);
    for (int32_t i = 0; i < a->lives->n; i++) {
        const struct life *x = &a->lives->life[i], *y = &b->lives->life[i];
        assert_true(x->born_day == y->born_day && x->died_day == y->died_day &&
                    x->position_um == y->position_um && x->death == y->death);
    }
}

/* ---- days */

static void given_rests_when_run_expect_the_days_to_add_up(void **state)
{
    (void)state;
    support_set(&p, "rest.before_training_days=2.5");
    support_set(&p, "rest.between_presentations_days=0.7");
    support_set(&p, "rest.before_test_days=4");
    start(&training, 1);
    support_expect_near(training.spines.day, 2.5, 1e-9);
    support_expect_near(training.network.lives->day, 2.5, 1e-9);
    for (int n = 1; n <= 3; n++) {
        assert_int_equal(training_step(&training), STATUS_OK);
        support_expect_near(training.spines.day, 2.5 + n * (presentation_days + 0.7), 1e-9);
    }
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    assert_int_equal(training_end(&training), STATUS_OK);
    support_expect_near(training.spines.day, 6.5 + 3 * (presentation_days + 0.7), 1e-9);
    support_expect_near(training.network.lives->day, training.spines.day, 0);
    /* steps of a tenth of a day: 25, 3 times 1 and 7, 40 */
    assert_int_equal(training.spines.step, 25 + 3 * 8 + 40);
}

/* The same days in another order are other days: a network that rests first is not yet trained. */
static void given_a_rest_when_before_between_or_after_expect_the_network_to_live_then(void **state)
{
    (void)state;
    static const char *const rests[] = {"rest.before_training_days=3",
                                        "rest.between_presentations_days=1",
                                        "rest.before_test_days=3"};
    support_set(&p, "intrinsic.in_training=false");
    struct training without = {0};
    start(&without, 1);
    start(&training, 1);
    expect_same(&training.network, &without.network);
    for (int r = 0; r < 3; r++) {
        training_free(&training);
        support_set(&p, rests[r]);
        start(&training, 1);
        const bool at_once = r == 0;
        assert_int_equal(memcmp(training.network.plastic.weight, without.network.plastic.weight,
                                (size_t)without.network.plastic.n * 4) != 0,
                         at_once);
        training_free(&training);
        run(&training, 1);
        support_expect_near(training.spines.day, 3 + 3 * presentation_days, 1e-9);
        assert_int_equal(training.spines.step, 30);
        support_set(&p, "rest.before_training_days=0");
        support_set(&p, "rest.between_presentations_days=0");
        support_set(&p, "rest.before_test_days=0");
    }
    training_free(&without);
}

static void given_no_life_in_training_when_run_expect_the_network_without_dynamics(void **state)
{
    (void)state;
    struct training without = {0};
    support_set(&p, "intrinsic.in_training=false");
    run(&training, 1);
    assert_int_equal(training.spines.step, 0);
    support_set(&p, "intrinsic.form=none");
    support_set(&p, "record.synapses=true");
    run(&without, 1);
    expect_same(&training.network, &without.network);
    training_free(&without);
    /* and with it another */
    training_free(&training);
    support_set(&p, "intrinsic.form=kesten");
    support_set(&p, "intrinsic.in_training=true");
    start(&training, 1);
    while (training.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&training), STATUS_OK);
    assert_int_equal(training.spines.step, 3);
}

/* ---- births and deaths */

static int32_t count_births(const struct lives *lives, enum birth birth)
{
    int32_t n = 0;
    for (int32_t i = 0; i < lives->n; i++)
        n += lives->life[i].birth == (int32_t)birth;
    return n;
}

static int32_t count_deaths(const struct lives *lives)
{
    int32_t n = 0;
    for (int32_t i = 0; i < lives->n; i++)
        n += lives->life[i].death != DEATH_NONE;
    return n;
}

static void given_births_in_balance_when_resting_expect_as_many_spines_as_ever(void **state)
{
    (void)state;
    support_set(&p, "rest.before_training_days=30");
    start(&training, 1);
    const struct lives *lives = training.network.lives;
    const int32_t n_born = count_births(lives, BIRTH_INTRINSIC);
    assert_int_equal(training.network.plastic.n, 1000);
    assert_true(n_born > 100);
    assert_int_equal(count_deaths(lives), n_born);
    for (int32_t i = 0; i < lives->n; i++) {
        const struct life *life = &lives->life[i];
        if (life->birth == BIRTH_INTRINSIC)
            support_expect_near((double)life->weight_at_birth, 0.05, 1e-7);
        if (life->death != DEATH_NONE)
            assert_true(life->death == DEATH_INTRINSIC && life->died_day > life->born_day);
    }
}

/* 5,000 spines, 5 % a day of these for 20 days: 5,000 +- 71. */
static void given_births_at_a_rate_when_resting_expect_so_many_whoever_dies(void **state)
{
    (void)state;
    support_set(&p, "connections.plastic=5000");
    support_set(&p, "intrinsic.births=rate");
    support_set(&p, "intrinsic.birth_rate=0.05");
    support_set(&p, "rest.before_training_days=20");
    start(&training, 1);
    const struct lives *lives = training.network.lives;
    const int32_t n_born = count_births(lives, BIRTH_INTRINSIC), n_died = count_deaths(lives);
    support_expect_near(n_born, 5000, 4 * 71);
    assert_int_equal(training.network.plastic.n, 5000 + n_born - n_died);
    assert_true(n_died > 500 && n_died < n_born);
    training_free(&training);
    support_set(&p, "intrinsic.birth_rate=0");
    start(&training, 1);
    assert_int_equal(count_births(training.network.lives, BIRTH_INTRINSIC), 0);
    assert_int_equal(training.network.plastic.n, 5000 - count_deaths(training.network.lives));
    assert_true(training.network.plastic.n < 4900);
}

/* Deaths by day 10 and 30 of spines that all begin alike are those of intrinsic_step by itself. */
static void given_a_rest_when_spines_die_expect_those_of_the_bare_dynamics(void **state)
{
    (void)state;
    enum { N = 20000, DAYS = 10 };
    support_set(&p, "connections.plastic=20000");
    support_set(&p, "connections.w_min=0.05");
    support_set(&p, "connections.w_max=0.05");
    support_set(&p, "intrinsic.births=rate");
    support_set(&p, "intrinsic.birth_rate=0");
    support_set(&p, "rest.before_training_days=10");
    start(&training, 1);
    static float weight[N];
    static int32_t id[N];
    const struct intrinsic bare = intrinsic_init(&p, 0.1, SEED + 1, kernel_find("fast")->name);
    int32_t n_gone = 0;
    for (int32_t i = 0; i < N; i++) {
        id[i] = i;
        weight[i] = 0.05F;
    }
    for (uint32_t step = 0; step < 10 * DAYS; step++)
        n_gone = intrinsic_step(&bare, N, id, step, weight, 1);
    const double part = (double)n_gone / N,
                 found = (double)count_deaths(training.network.lives) / N;
    assert_true(part > 0.2 && part < 0.8);
    support_expect_near(found, part, 4 * sqrt(2 * part * (1 - part) / N));
}

/* ---- contacts */

static double mean_square(const float *w, int32_t n, int32_t n_contacts, double about)
{
    double square = 0;
    for (int32_t i = 0; i < n; i += n_contacts) {
        double sum = 0;
        for (int32_t k = 0; k < n_contacts; k++)
            sum += (double)w[i + k] / n_contacts;
        square += (sum - about) * (sum - about) * n_contacts / n;
    }
    return square;
}

/* Weights by id, that is connection by connection. */
static float *weights_by_id(const struct network *network)
{
    struct plastic_synapse *synapses;
    int32_t n;
    assert_int_equal(network_plastic(network, &synapses, &n), STATUS_OK);
    float *w = malloc((size_t)n * sizeof *w);
    assert_non_null(w);
    for (int32_t i = 0; i < n; i++) {
        assert_int_equal(synapses[i].id, i);
        w[i] = synapses[i].weight;
    }
    free(synapses);
    return w;
}

/* [K]: a connection of n contacts varies with n sigma^2 w^2, against n^2 sigma^2 w^2 of one n times
 * as large: as a part of itself, 1 / n of the variance. Its contacts share input and dendrite. */
static void given_several_contacts_when_resting_expect_connections_that_vary_less(void **state)
{
    (void)state;
    enum { CONNECTIONS = 5000, CONTACTS = 4 };
    struct training several = {0};
    support_set(&p, "connections.plastic=5000");
    support_set(&p, "connections.w_min=0.3");
    support_set(&p, "connections.w_max=0.3");
    support_set(&p, "intrinsic.form=lognormal");
    support_set(&p, "rest.before_training_days=1");
    start(&training, 1);
    support_set(&p, "connections.contacts=4");
    start(&several, 1);
    assert_int_equal(several.network.plastic.n, CONTACTS * CONNECTIONS);
    for (int32_t id = 0; id < several.network.plastic.n; id++) {
        const struct life *life = several.network.lives->life;
        assert_int_equal(life[id].input, life[id - id % CONTACTS].input);
        assert_int_equal(life[id].dendrite, life[id - id % CONTACTS].dendrite);
        assert_true(id % CONTACTS == 0 || life[id].position_um != life[id - 1].position_um);
    }
    float *one = weights_by_id(&training.network), *many = weights_by_id(&several.network);
    const double drift = intrinsic_drift(&p, 0.3), about = 0.3 + drift;
    const double ratio = mean_square(one, CONNECTIONS, 1, about) /
                         mean_square(many, CONTACTS * CONNECTIONS, CONTACTS, about);
    support_expect_near(ratio, CONTACTS, 0.35); /* sd 0.02 of each variance */
    free(one);
    free(many);
    training_free(&several);
}

/* Each contact has its part of the effect: with equal weights the network is the same. */
static void given_equal_contacts_when_shown_images_expect_the_answers_of_one(void **state)
{
    (void)state;
    struct training several = {0};
    support_set(&p, "data.test_per_class=20");
    dataset_free(&dataset);
    assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    support_set(&p, "intrinsic.form=none");
    support_set(&p, "connections.plastic=3000");
    support_set(&p, "connections.w_min=0.6");
    support_set(&p, "connections.w_max=0.6");
    start(&training, 1);
    support_set(&p, "connections.contacts=4"); /* an exact quarter */
    start(&several, 1);
    struct reading one[40], many[40];
    const struct score score = test(&training, one);
    assert_true(score.n == 40 && score.rule.n_undecided < 20);
    test(&several, many);
    for (int i = 0; i < 40; i++)
        assert_int_equal(one[i].answer.predicted, many[i].answer.predicted);
    training_free(&several);
}

/* ---- what changes nothing */

static void given_other_threads_when_resting_expect_the_same_spines(void **state)
{
    (void)state;
    support_set(&p, "connections.plastic=20000"); /* enough to be shared by the threads */
    support_set(&p, "intrinsic.noise_factor=2");
    support_set(&p, "rest.before_training_days=3");
    support_set(&p, "stopping.max_presentations=1");
    run(&training, 1);
    assert_true(training.network.lives->n > 20000);
    for (int32_t n_threads = 2; n_threads <= 3; n_threads++) {
        struct training other = {0};
        run(&other, n_threads);
        expect_same(&training.network, &other.network);
        training_free(&other);
    }
}

static void given_tests_in_the_rest_when_compared_expect_those_of_rests_so_long(void **state)
{
    (void)state;
    static const double days[] = {0, 1, 4, 6};
    static int32_t n_correct[4];
    struct training once = {0};
    support_set(&p, "data.test_per_class=20");
    dataset_free(&dataset);
    assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    support_set(&p, "stopping.max_presentations=60");
    support_set(&p, "turnover.policy=random");
    support_set(&p, "intrinsic.in_training=false");
    support_set(&p, "intrinsic.noise_factor=3");
    for (int d = 0; d < 4; d++) {
        char assignment[64];
        snprintf(assignment, sizeof assignment, "rest.before_test_days=%g", days[d]);
        support_set(&p, assignment);
        training_free(&once);
        run(&once, 1);
        n_correct[d] = test(&once, NULL).rule.n_correct;
    }
    support_set(&p, "record.test_days=0, 1, 4,6");
    support_set(&p, "record.silence_classes=true");
    run(&training, 1);
    expect_same(&training.network, &once.network); /* of six days */
    assert_int_equal(training.retention.n_rows, 4 * N_SIZE_CLASSES);
    for (int d = 0; d < 4; d++) {
        const struct retention_row *row = &training.retention.row[d * N_SIZE_CLASSES];
        int32_t n = 0;
        support_expect_near(row->days, days[d], 0);
        assert_int_equal(row->n_tests, 40);
        support_expect_near(row->accuracy, n_correct[d] / 40.0, 0);
        for (int k = SIZE_SMALL; k < N_SIZE_CLASSES; k++)
            n += row[k].n_spines;
        assert_int_equal(row->n_spines, n);
        assert_int_equal(n, 1000);
        assert_int_equal(row[SIZE_NEW].n_spines > 0, d > 0);
        if (d > 0) /* those of training only become fewer */
            assert_true(row[SIZE_SMALL].n_spines <= row[SIZE_SMALL - N_SIZE_CLASSES].n_spines);
    }
    /* silencing tells: it is another network that is tested */
    const struct retention_row *first = training.retention.row;
    assert_true(first[SIZE_SMALL].mean_weight <= 0.2 && first[SIZE_LARGE].mean_weight > 0.5);
    assert_true(first[SIZE_LARGE].n_spines > 0 && first[SIZE_LARGE].n_tests == 40 &&
                first[SIZE_LARGE].n_undecided > first[SIZE_ALL].n_undecided);
    training_free(&once);
}

/* ---- parameters */

static void refuse(const char *assignment, const char *message)
{
    const struct parameters before = p;
    struct training t = {0};
    int status = parameters_set(&p, assignment);
    if (status == STATUS_OK)
        status = parameters_validate(&p);
    if (status == STATUS_OK) {
        status = training_init(&t, &p, &dataset, kernel_find("fast"), SEED, 1);
        training_free(&t);
    }
    assert_int_equal(status, STATUS_USER);
    support_assert_message(message, NULL);
    p = before;
}

static void given_rates_and_days_that_cannot_be_when_set_expect_what_is_right(void **state)
{
    (void)state;
    refuse("intrinsic.birth_rate=-0.1",
           "intrinsic.birth_rate = -0.1: expected a number from 0 to 10");
    refuse("intrinsic.noise_factor=-1",
           "intrinsic.noise_factor = -1: expected a number from 0 to 10");
    refuse("intrinsic.kesten_decay=-0.06",
           "intrinsic.kesten_decay = -0.06: expected a number from 0");
    refuse("intrinsic.kesten_variance_slope=-1",
           "intrinsic.kesten_variance_slope = -1: expected a number from 0");
    refuse("rest.before_training_days=-1",
           "rest.before_training_days = -1: expected a number from 0 to 10000");
    refuse("rest.step_days=0", "rest.step_days = 0: expected a number from 0.001 to 10");
    refuse("spines.dendrite_um=0", "spines.dendrite_um = 0: expected a number from 1");
    refuse("plasticity.ltd_spread_fraction=1.5",
           "plasticity.ltd_spread_fraction = 1.5: expected a number from 0 to 1");
    refuse("connections.contacts=0", "connections.contacts = 0: expected a whole number from 1");
    /* a sigma that makes sizes explode */
    support_set(&p, "intrinsic.largest_size=0");
    refuse("intrinsic.noise_factor=1.5",
           "intrinsic.noise_factor = 1.5: sizes have no finite variance");
    refuse("record.test_days=0, 1", "record.test_days: day 2: expected days of rest from 0 to "
                                    "0 (rest.before_test_days) in ascending order at '1', as in "
                                    "\"0, 1, 5.5\"");
    support_set(&p, "rest.before_test_days=5");
    refuse("record.test_days=2, 1",
           "record.test_days: day 2: expected days of rest from 0 to 5 (rest.before_test_days) in "
           "ascending order at '1'");
    refuse("record.test_days=-1", "day 1: expected days of rest from 0 to 5");
    refuse("record.test_days=1;2", "record.test_days: day 2: expected ',' or the end at ';2'");
    refuse("record.test_days=1,", "expected days of rest");
    refuse("record.test_days=nan", "expected days of rest");
}

#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TASK(given_rests_when_run_expect_the_days_to_add_up),
        ON_TASK(given_a_rest_when_before_between_or_after_expect_the_network_to_live_then),
        ON_TASK(given_no_life_in_training_when_run_expect_the_network_without_dynamics),
        ON_TASK(given_births_in_balance_when_resting_expect_as_many_spines_as_ever),
        ON_TASK(given_births_at_a_rate_when_resting_expect_so_many_whoever_dies),
        ON_TASK(given_a_rest_when_spines_die_expect_those_of_the_bare_dynamics),
        ON_TASK(given_several_contacts_when_resting_expect_connections_that_vary_less),
        ON_TASK(given_equal_contacts_when_shown_images_expect_the_answers_of_one),
        ON_TASK(given_other_threads_when_resting_expect_the_same_spines),
        ON_TASK(given_tests_in_the_rest_when_compared_expect_those_of_rests_so_long),
        ON_TASK(given_rates_and_days_that_cannot_be_when_set_expect_what_is_right),
    };
    return cmocka_run_group_tests_name("spines", tests, NULL, NULL);
}
