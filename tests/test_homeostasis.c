/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Homeostatic scaling: the equation and its exact solution; when it acts and on whom; that a rest
 * that was interrupted, or continued from a file, goes on to the same weights. */
#include "spines/homeostasis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "store/checkpoint.h"
#include "store/network_file.h"
#include "support.h"
#include "train/rest.h"
#include "train/train.h"

enum { SEED = 11, CELLS_MAX = 80 };

static struct parameters p;
static struct dataset dataset;
static struct training training, other;

static int make(void **state)
{
    static const char *const assignments[] = {"data.train_per_class=5",
                                              "data.test_per_class=2",
                                              "turnover.policy=none",
                                              "test.sample_period=0",
                                              "stopping.max_presentations=3",
                                              "homeostasis.tau_days=3",
                                              NULL};
    return support_prepare(state, &p, &dataset, SEED, assignments);
}

static int release(void **state)
{
    training_free(&training);
    training_free(&other);
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static void rest(struct training *t, double days)
{
    struct spines_report report = {0};
    assert_int_equal(rest_begin(t, days, &report), STATUS_OK);
}

static int32_t cell_of(const struct network *network, int32_t i)
{
    return network->plastic.dendrite[i] / network->layout.dendrites_per_pyramidal;
}

/* Mean plastic weight of each cell, summed anew. */
static void find_means(const struct network *network, double mean[CELLS_MAX])
{
    int32_t n[CELLS_MAX] = {0};
    memset(mean, 0, CELLS_MAX * sizeof *mean);
    for (int32_t i = 0; i < network->plastic.n; i++) {
        mean[cell_of(network, i)] += (double)network->plastic.weight[i];
        n[cell_of(network, i)]++;
    }
    for (int32_t k = 0; k < CELLS_MAX; k++)
        mean[k] /= n[k] > 0 ? n[k] : 1;
}

static void expect_same_weights(const struct training *a, const struct training *b)
{
    assert_int_equal(a->network.plastic.n, b->network.plastic.n);
    assert_memory_equal(a->network.plastic.weight, b->network.plastic.weight,
                        (size_t)a->network.plastic.n * sizeof(float));
}

/* ---- the equation ---- */

/* A cell's mean obeys the logistic equation; its weights keep their ratios. */
static void given_a_target_when_days_go_by_expect_the_logistic_solution(void **state)
{
    (void)state;
    static float first[2000];
    double before[CELLS_MAX], after[CELLS_MAX];
    support_set(&p, "homeostasis.target=0.3");
    support_begin_training(&training, &p, &dataset, SEED);
    const struct plastic_synapses *s = &training.network.plastic;
    find_means(&training.network, before);
    memcpy(first, s->weight, (size_t)s->n * sizeof *first);
    for (double day = 0, days = 0.5; day < 15; day += days) {
        rest(&training, days);
        find_means(&training.network, after);
        for (int32_t k = 0; k < CELLS_MAX; k++)
            support_expect_near(after[k],
                                0.3 / (1 + (0.3 / before[k] - 1) * exp(-(day + days) / 3)), 2e-6);
    }
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t k = cell_of(&training.network, i);
        support_expect_near((double)s->weight[i] / (double)first[i], after[k] / before[k], 1e-5);
    }
}

/* dw/dt = w (w* - <w>) / (w* tau) for each weight by itself, in Euler's steps of a minute. */
static void given_the_equation_when_stepped_by_minutes_expect_the_same_weights(void **state)
{
    (void)state;
    static double w[2000];
    support_set(&p, "homeostasis.target=0.5");
    support_begin_training(&training, &p, &dataset, SEED);
    const struct network *network = &training.network;
    for (int32_t i = 0; i < network->plastic.n; i++)
        w[i] = (double)network->plastic.weight[i];
    for (int minute = 0; minute < 2 * 1440; minute++) {
        double sum[CELLS_MAX] = {0};
        int32_t n[CELLS_MAX] = {0};
        for (int32_t i = 0; i < network->plastic.n; i++) {
            sum[cell_of(network, i)] += w[i];
            n[cell_of(network, i)]++;
        }
        for (int32_t i = 0; i < network->plastic.n; i++) {
            const int32_t k = cell_of(network, i);
            w[i] += w[i] * (0.5 - sum[k] / n[k]) / (0.5 * 3 * 1440);
        }
    }
    rest(&training, 2);
    for (int32_t i = 0; i < network->plastic.n; i++)
        support_expect_near((double)network->plastic.weight[i], w[i], 1e-4);
}

static void given_one_long_step_or_many_when_scaled_expect_the_same(void **state)
{
    (void)state;
    support_set(&p, "homeostasis.target=0.1");
    support_begin_training(&training, &p, &dataset, SEED);
    support_begin_training(&other, &p, &dataset, SEED);
    homeostasis_scale(&training.spines.homeostasis, &training.network, 7);
    for (int i = 0; i < 70; i++)
        homeostasis_scale(&other.spines.homeostasis, &other.network, 0.1);
    for (int32_t i = 0; i < training.network.plastic.n; i++)
        support_expect_near((double)training.network.plastic.weight[i],
                            (double)other.network.plastic.weight[i], 1e-6);
}

static void given_a_target_of_one_when_scaled_expect_no_weight_above_one(void **state)
{
    (void)state;
    support_set(&p, "homeostasis.target=1");
    support_set(&p, "connections.w_max=0.9");
    support_begin_training(&training, &p, &dataset, SEED);
    rest(&training, 200);
    assert_int_equal(network_validate(&training.network), STATUS_OK);
    float most = 0;
    for (int32_t i = 0; i < training.network.plastic.n; i++)
        most = fmaxf(most, training.network.plastic.weight[i]);
    assert_true(most == 1);
}

static void given_cells_without_weight_when_scaled_expect_them_unchanged(void **state)
{
    (void)state;
    support_set(&p, "homeostasis.target=0.3");
    support_set(&p, "connections.plastic=40"); /* half of the cells have none */
    support_begin_training(&training, &p, &dataset, SEED);
    float *weight = training.network.plastic.weight;
    weight[0] = 0; /* the only one of its cell */
    rest(&training, 5);
    assert_true(weight[0] == 0);
    for (int32_t i = 1; i < training.network.plastic.n; i++)
        assert_true(weight[i] > 0.2F && weight[i] <= 0.3F);
}

/* ---- all synapses of a cell ---- */

static void begin_with_all(struct training *t)
{
    support_set(&p, "homeostasis.synapses=all");
    support_begin_training(t, &p, &dataset, SEED);
}

static struct synapse_row *rows_of(const struct network *network, int32_t *n)
{
    struct synapse_row *rows = NULL;
    assert_int_equal(network_rows(network, &rows, n), STATUS_OK);
    return rows;
}

/* The authors' form: each minute every synapse of a cell changes by w (1 - S) / tau, S being the
 * cell's mean over the target. Synapses onto interneurons stay as they are. */
static void given_all_synapses_when_stepped_by_minutes_expect_the_same_weights(void **state)
{
    (void)state;
    int32_t n, n_changed = 0;
    support_set(&p, "homeostasis.target=0.2");
    begin_with_all(&training);
    const struct layout *layout = &training.network.layout;
    struct synapse_row *first = rows_of(&training.network, &n),
                       *row = rows_of(&training.network, &n);
    for (int minute = 0; minute < 2 * 1440; minute++) {
        double sum[CELLS_MAX] = {0}, of[CELLS_MAX] = {0};
        for (int32_t i = 0; i < n; i++)
            if (row[i].dendrite < layout->n_pyramidal_dendrites) {
                sum[layout_neuron(layout, row[i].dendrite)] += (double)first[i].weight;
                of[layout_neuron(layout, row[i].dendrite)]++;
            }
        for (int32_t i = 0; i < n; i++)
            if (row[i].dendrite < layout->n_pyramidal_dendrites) {
                const int32_t k = layout_neuron(layout, row[i].dendrite);
                first[i].weight *= (float)(1 + (1 - sum[k] / of[k] / 0.2) / (3 * 1440));
            }
    }
    rest(&training, 2);
    struct synapse_row *after = rows_of(&training.network, &n);
    for (int32_t i = 0; i < n; i++) {
        support_expect_near((double)after[i].weight, (double)first[i].weight, 2e-4);
        n_changed += fabsf(after[i].weight - row[i].weight) > 0.01F;
    }
    assert_true(n_changed > 5000); /* of 7,000 fixed and plastic ones onto pyramidal cells */
    free(first);
    free(row);
    free(after);
}

/* The naive kernel reads the fixed synapses themselves, the fast one what it made of them. */
static void given_scaled_fixed_synapses_when_presented_expect_all_kernels_to_see_them(void **state)
{
    (void)state;
    support_set(&p, "homeostasis.target=0.5");
    support_set(&p, "homeostasis.tau_days=0.2");
    begin_with_all(&training);
    if (training_init(&other, &p, &dataset, kernel_find("naive"), SEED, 1) != STATUS_OK)
        fail_msg("%s", status_message());
    support_train_to(&training, INT32_MAX);
    support_train_to(&other, INT32_MAX);
    assert_memory_equal(training.spikes, other.spikes,
                        (size_t)training.network.layout.n_neurons * sizeof *training.spikes);
    support_set(&p, "homeostasis.synapses=plastic");
    training_free(&other);
    support_begin_training(&other, &p, &dataset, SEED);
    support_train_to(&other, INT32_MAX);
    assert_memory_not_equal(training.spikes, other.spikes,
                            (size_t)training.network.layout.n_neurons * sizeof *training.spikes);
}

static void given_scaled_fixed_synapses_when_resumed_expect_the_same_end(void **state)
{
    int32_t n;
    const char *folder = support_path(state, "");
    support_set(&p, "homeostasis.target=0.5");
    begin_with_all(&training);
    support_train_to(&training, 2);
    assert_int_equal(checkpoint_write(&training, SEED, folder), STATUS_OK);
    begin_with_all(&other);
    if (checkpoint_read(&other, SEED, folder, 2) != STATUS_OK)
        fail_msg("%s", status_message());
    support_train_to(&training, INT32_MAX);
    support_train_to(&other, INT32_MAX);
    struct synapse_row *a = rows_of(&training.network, &n), *b = rows_of(&other.network, &n);
    for (int32_t i = 0; i < n; i++)
        assert_true(a[i].weight == b[i].weight);
    assert_memory_equal(training.spikes, other.spikes,
                        (size_t)training.network.layout.n_neurons * sizeof *training.spikes);
    free(a);
    free(b);
}

/* ---- when it acts ---- */

static void given_no_target_when_resting_expect_the_means_that_learning_left(void **state)
{
    (void)state;
    double learnt[CELLS_MAX], alone[CELLS_MAX], kept[CELLS_MAX];
    support_set(&p, "homeostasis.tau_days=1");
    support_set(&p, "stopping.max_presentations=40");
    support_set(&p, "intrinsic.form=geometric-ou");
    support_set(&p, "intrinsic.in_training=false");
    support_set(&p, "intrinsic.largest_size=0");
    support_set(&p, "intrinsic.noise_factor=0");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, INT32_MAX);
    find_means(&training.network, learnt);
    rest(&training, 30);
    rest(&training, 30); /* the target is still that of the first */
    find_means(&training.network, kept);
    support_set(&p, "homeostasis.tau_days=0");
    support_begin_training(&other, &p, &dataset, SEED);
    support_train_to(&other, INT32_MAX);
    rest(&other, 60);
    find_means(&other.network, alone);
    /* where the drift growth - decay m and the scaling balance: the larger root of
     * 0.02 - 0.1 m + m (w* - m) / w* */
    for (int32_t k = 0; k < CELLS_MAX; k++) {
        const double w = learnt[k], b = 0.9 * w;
        support_expect_near(alone[k], 0.2 + (w - 0.2) * exp(-6), 2e-3);
        support_expect_near(kept[k], (b + sqrt(b * b + 4 * w * 0.02)) / 2, 0.02 * w);
    }
}

static void given_training_when_it_has_no_target_expect_no_scaling_in_it(void **state)
{
    (void)state;
    support_begin_training(&training, &p, &dataset, SEED); /* tau 3 days, the cells' own targets */
    support_train_to(&training, INT32_MAX);
    support_set(&p, "homeostasis.tau_days=0");
    support_begin_training(&other, &p, &dataset, SEED);
    support_train_to(&other, INT32_MAX);
    expect_same_weights(&training, &other);
    training_free(&training);
    support_set(&p, "homeostasis.tau_days=3");
    support_set(&p, "homeostasis.target=0.3");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, INT32_MAX);
    double mean[CELLS_MAX], scaled[CELLS_MAX];
    find_means(&other.network, mean);
    find_means(&training.network, scaled);
    for (int32_t k = 0; k < CELLS_MAX; k++)
        assert_true(scaled[k] > mean[k]);
}

static void given_learning_after_a_rest_when_resting_again_expect_new_targets(void **state)
{
    (void)state;
    double learnt[CELLS_MAX], kept[CELLS_MAX];
    support_set(&p, "rest.between_presentations_days=0.5");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, INT32_MAX);
    assert_true(training.spines.homeostasis.has_target);
    for (int32_t i = 0; i < training.network.plastic.n; i++)
        training.network.plastic.weight[i] *= 0.5F;
    find_means(&training.network, learnt);
    training_show(&training, &training.presenter.presentation[0], &training.presenter.stimulus[0],
                  -1, true);
    rest(&training, 30);
    find_means(&training.network, kept);
    for (int32_t k = 0; k < CELLS_MAX; k++)
        support_expect_near(kept[k], learnt[k], 1e-6);
}

/* ---- going on ---- */

static void begin_to_rest(struct training *t)
{
    support_set(&p, "intrinsic.form=kesten");
    support_begin_training(t, &p, &dataset, SEED);
    support_train_to(t, INT32_MAX);
    rest(t, 4);
}

static void given_a_rest_in_two_parts_when_saved_between_expect_the_same_end(void **state)
{
    begin_to_rest(&training);
    const char *folder = support_path(state, "");
    assert_int_equal(checkpoint_write(&training, SEED, folder), STATUS_OK);
    support_begin_training(&other, &p, &dataset, SEED);
    if (checkpoint_read(&other, SEED, folder, 3) != STATUS_OK)
        fail_msg("%s", status_message());
    rest(&training, 4);
    rest(&other, 4);
    expect_same_weights(&training, &other);
}

static void given_a_network_that_rested_when_taken_up_expect_it_to_keep_its_target(void **state)
{
    char from[PARAMETER_TEXT_MAX];
    begin_to_rest(&training);
    if (network_file_write(&training, support_path(state, "")) != STATUS_OK)
        fail_msg("%s", status_message());
    snprintf(from, sizeof from, "data.network=%s", support_path(state, "network.h5"));
    support_set(&p, from);
    support_begin_training(&other, &p, &dataset, SEED);
    rest(&training, 4);
    rest(&other, 4);
    expect_same_weights(&training, &other);
}

static void given_what_cannot_be_when_set_expect_what_is_right(void **state)
{
    (void)state;
    assert_int_equal(parameters_set(&p, "homeostasis.tau_days=-1"), STATUS_USER);
    support_assert_message("homeostasis.tau_days = -1: expected a number from 0 to 1000", NULL);
    assert_int_equal(parameters_set(&p, "homeostasis.target=1.5"), STATUS_USER);
    support_assert_message("homeostasis.target = 1.5: expected a number from 0 to 1", NULL);
}

#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_TASK(given_a_target_when_days_go_by_expect_the_logistic_solution),
        ON_TASK(given_the_equation_when_stepped_by_minutes_expect_the_same_weights),
        ON_TASK(given_one_long_step_or_many_when_scaled_expect_the_same),
        ON_TASK(given_a_target_of_one_when_scaled_expect_no_weight_above_one),
        ON_TASK(given_cells_without_weight_when_scaled_expect_them_unchanged),
        ON_TASK(given_all_synapses_when_stepped_by_minutes_expect_the_same_weights),
        ON_TASK(given_scaled_fixed_synapses_when_presented_expect_all_kernels_to_see_them),
        ON_TASK(given_scaled_fixed_synapses_when_resumed_expect_the_same_end),
        ON_TASK(given_no_target_when_resting_expect_the_means_that_learning_left),
        ON_TASK(given_training_when_it_has_no_target_expect_no_scaling_in_it),
        ON_TASK(given_learning_after_a_rest_when_resting_again_expect_new_targets),
        ON_TASK(given_a_rest_in_two_parts_when_saved_between_expect_the_same_end),
        ON_TASK(given_a_network_that_rested_when_taken_up_expect_it_to_keep_its_target),
        ON_TASK(given_what_cannot_be_when_set_expect_what_is_right),
    };
    return cmocka_run_group_tests_name("homeostasis", tests, NULL, NULL);
}
