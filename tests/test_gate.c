/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plasticity/gate: who may learn from an image. Signals by hand; the consolidation of those who
 * unlearn against its equations written out; and what a training step leaves as it was. */
#include "plasticity/gate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "network/network.h"
#include "store/checkpoint.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 71, CLASSES = 4, CELLS = 8, BRANCHES = 2, INPUTS = 9, SYNAPSES = 160 };

static struct parameters p;
static struct network network;

static int make_network(void **state)
{
    (void)state;
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    p.pyramidal.neurons = CELLS;
    p.pyramidal.n_dendrites = BRANCHES;
    p.connections.plastic = SYNAPSES;
    return support_connect(&network, &p, CLASSES, INPUTS, SEED);
}

static int free_network(void **state)
{
    (void)state;
    network_free(&network);
    return 0;
}

/* The signals for an answer, as text: + open, - depress, 0 closed. */
static void expect_signals(int32_t right, const int32_t *spikes, const char *signals)
{
    struct gate gate;
    char text[CLASSES + 1] = "";
    assert_int_equal(gate_init(&gate, &p, &network, SEED), STATUS_OK);
    const bool learns = gate_judge(&gate, &network.layout, 1, right, spikes);
    for (int k = 0; k < CLASSES; k++)
        text[k] = gate.signal[k] > 0 ? '+' : gate.signal[k] < 0 ? '-' : '0';
    gate_free(&gate);
    assert_string_equal(text, signals);
    assert_int_equal(learns, strchr(signals, '+') != NULL);
}

static void given_no_gate_when_asked_expect_it_off(void **state)
{
    (void)state;
    struct gate gate;
    assert_int_equal(gate_init(&gate, &p, &network, SEED), STATUS_OK);
    assert_false(gate.is_on);
    assert_false(gate.asks);
    gate_free(&gate);
}

static void given_a_class_gate_when_judged_expect_the_shown_class_alone(void **state)
{
    (void)state;
    p.plasticity.gate = GATE_CLASS;
    expect_signals(0, NULL, "+000");
    expect_signals(3, NULL, "000+");
}

static void given_a_right_answer_by_more_than_the_margin_when_judged_expect_nothing(void **state)
{
    (void)state;
    p.plasticity.gate = GATE_ERROR;
    expect_signals(1, (int32_t[]){45, 56, 0, 1}, "0000"); /* 11 above, margin 10.1 */
    p.gate.margin = 0;
    expect_signals(1, (int32_t[]){45, 46, 0, 1}, "0000");
}

static void given_an_answer_within_the_margin_when_judged_expect_teaching(void **state)
{
    (void)state;
    p.plasticity.gate = GATE_ERROR;
    expect_signals(1, (int32_t[]){45, 55, 44, 43}, "-+00"); /* the margin is 10: 45 is just in it */
    expect_signals(1, (int32_t[]){45, 54, 45, 44}, "-+-0"); /* 9.9 below 54: 44 is not */
    p.gate.margin = 0;
    expect_signals(1, (int32_t[]){45, 45, 44, 0}, "-+00");
}

static void given_a_wrong_answer_when_judged_expect_all_winners_depressed(void **state)
{
    (void)state;
    p.plasticity.gate = GATE_ERROR;
    p.gate.margin = 0;
    expect_signals(2, (int32_t[]){30, 9, 10, 11}, "-0+-");
    expect_signals(2, (int32_t[]){0, 0, 0, 0},
                   "--+-"); /* no spike, no calcium: nothing comes of it */
    p.gate.depress = 0;
    expect_signals(2, (int32_t[]){30, 9, 10, 11}, "00+0");
}

static void given_a_shuffled_gate_when_judged_expect_as_many_signals_elsewhere(void **state)
{
    (void)state;
    struct gate gate;
    int32_t n_open[CLASSES] = {0}, n_depressed = 0;
    p.plasticity.gate = GATE_SHUFFLED;
    assert_int_equal(gate_init(&gate, &p, &network, SEED), STATUS_OK);
    for (int32_t i = 1; i <= 400; i++) {
        assert_true(gate_judge(&gate, &network.layout, i, 2, (int32_t[]){30, 0, 10, 0}));
        for (int k = 0; k < CLASSES; k++) {
            n_open[k] += gate.signal[k] == GATE_OPEN;
            n_depressed += gate.signal[k] == GATE_DEPRESS;
        }
        assert_int_equal(gate.signal[0] + gate.signal[1] + gate.signal[2] + gate.signal[3], 0);
    }
    assert_false(gate_judge(&gate, &network.layout, 1, 2, (int32_t[]){0, 0, 10, 0}));
    gate_free(&gate);
    assert_int_equal(n_depressed, 400);
    assert_true(support_chi_square(n_open, CLASSES) < 21.1); /* 3 degrees of freedom */
}

/* Calcium that differs from synapse to synapse, from nothing to much. */
static float calcium_of(int32_t i, float most)
{
    return most * (float)(i % 23) / 22;
}

static int32_t class_of(int32_t i)
{
    return network.plastic.dendrite[i] / BRANCHES / (CELLS / CLASSES);
}

static void given_signals_when_admitted_expect_each_class_its_calcium(void **state)
{
    (void)state;
    struct gate gate;
    struct plastic_synapses *s = &network.plastic;
    p.plasticity.gate = GATE_ERROR;
    assert_int_equal(gate_init(&gate, &p, &network, SEED), STATUS_OK);
    for (int32_t i = 0; i < s->n; i++)
        s->calcium[i] = calcium_of(i, 0.5f);
    assert_int_equal(gate_take_answer(&gate, &network), STATUS_OK);
    for (int32_t i = 0; i < s->n; i++) {
        assert_true(s->calcium[i] == 0);
        s->calcium[i] = calcium_of(i, 0.9f);
    }
    gate_judge(&gate, &network.layout, 1, 2, (int32_t[]){30, 0, 10, 25});
    gate_admit(&gate, &network);
    for (int32_t i = 0; i < s->n; i++)
        assert_true(s->calcium[i] == (class_of(i) == 2   ? calcium_of(i, 0.9f)
                                      : class_of(i) == 1 ? 0
                                                         : calcium_of(i, 0.5f)));
    gate_free(&gate);
}

/* Class 2 learns, classes 0 and 3 unlearn: the weights after 138 minutes of a tag, in double. */
static double weight_after(double weight, double tag)
{
    double eta = p.plasticity.eta_max;
    for (int k = 0; k < 138; k++) {
        const double x = 60 * k, t = (x - 1200) / 1800, prp = t > 0 ? t * exp(1 - t) : 0;
        tag -= tag * 60 / 3600;
        if (prp > 0.1)
            weight = fmin(fmax(weight + eta * 60 / 400 * tag * prp, 0), 1);
        eta = 0.001 + 0.009 / (1 + exp(10 * (weight - 0.5)));
    }
    return weight;
}

static void given_a_wrong_winner_when_consolidated_expect_the_equations(void **state)
{
    (void)state;
    struct consolidation c;
    struct plastic_synapses *s = &network.plastic;
    float before[SYNAPSES], calcium[SYNAPSES];
    p.gate.depress = 0.8;
    assert_int_equal(consolidation_init(&c, &p, &network, "naive", NULL), STATUS_OK);
    for (int32_t i = 0; i < s->n; i++) {
        before[i] = s->weight[i] = 0.2f + 0.6f * (float)(i % 7) / 6;
        calcium[i] = s->calcium[i] = class_of(i) == 1 ? 0 : calcium_of(i, 0.6f);
    }
    static const int8_t of_class[] = {GATE_DEPRESS, GATE_CLOSED, GATE_OPEN, GATE_DEPRESS};
    int8_t *signal = calloc((size_t)network.layout.n_pyramidal_dendrites, 1);
    assert_non_null(signal);
    for (int32_t b = 0; b < network.layout.n_pyramidal_dendrites; b++)
        signal[b] = of_class[layout_class(&network.layout, b)];
    c.shown.signal = signal;
    assert_int_equal(consolidate(&c, &network), STATUS_OK);
    int n_down = 0, n_up = 0;
    for (int32_t i = 0; i < s->n; i++) {
        const double ca = (double)calcium[i], rising = 1 / (1 + exp(35 - 100 * ca));
        const double tag = class_of(i) == 2   ? 2 * rising - 1 / (1 + exp(38 - 190 * ca))
                           : class_of(i) == 1 ? 0
                                              : -0.8 * rising;
        assert_true(s->calcium[i] == 0);
        assert_true(fabs((double)s->weight[i] - weight_after((double)before[i], tag)) < 1e-6);
        assert_true(fabs((double)s->tag[i] - tag * pow(1 - 1 / 60.0, 138)) < 1e-6);
        n_down += s->weight[i] < before[i] - 0.001f;
        n_up += s->weight[i] > before[i] + 0.001f;
    }
    assert_true(n_down > 20 && n_up > 10);
    free(signal);
    consolidation_free(&c);
}

static void given_a_decay_when_consolidated_expect_slower_changes_and_none_without(void **state)
{
    (void)state;
    float change[3];
    const double decay[3] = {0, 0.5, 0.5};
    const int32_t number[3] = {5, 5, 1};
    for (int k = 0; k < 3; k++) {
        struct consolidation c;
        struct plastic_synapses *s = &network.plastic;
        p.plasticity.eta_decay = decay[k];
        assert_int_equal(consolidation_init(&c, &p, &network, "naive", NULL), STATUS_OK);
        for (int32_t i = 0; i < s->n; i++) {
            s->weight[i] = 0.3f;
            s->tag[i] = 0;
            s->learning_rate[i] = 0.01f;
            s->calcium[i] = 0.5f;
        }
        c.shown.number = number[k];
        assert_int_equal(consolidate(&c, &network), STATUS_OK);
        change[k] = s->weight[0] - 0.3f;
        consolidation_free(&c);
    }
    assert_true(change[0] > 0.01f);
    assert_true(change[2] == change[0]); /* the first presentation has the whole rate */
    assert_true(fabsf(change[1] / change[0] - 1 / 3.0f) < 0.02f); /* 1 / (1 + 0.5 (5 - 1)) */
}

/* ---- in training */

static void begin(struct training *training, struct dataset *dataset, const char *gate)
{
    char text[64];
    const char *const set[] = {
        "data.train_per_class=6",        "data.test_per_class=4",      "input.duration_ms=500",
        "input.active_ms=450",           "input.onset_ms=20",          "input.rate_max_hz=80",
        "connections.w_max=0.6",         "turnover.policy=none",       "stopping.by=presentations",
        "stopping.max_presentations=40", "excitability.enabled=false", "test.sample_period=0"};
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        assert_int_equal(parameters_set(&p, set[i]), STATUS_OK);
    snprintf(text, sizeof text, "plasticity.gate=%s", gate);
    assert_int_equal(parameters_set(&p, text), STATUS_OK);
    assert_int_equal(dataset_init(dataset, &p, SEED), STATUS_OK);
    if (training_init(training, &p, dataset, kernel_find("fast"), SEED, 1) != STATUS_OK)
        fail_msg("%s", status_message());
}

/* Which classes' weights a step has changed: bit k for class k. */
static int step(struct training *training)
{
    const struct plastic_synapses *s = &training->network.plastic;
    float *before = malloc((size_t)s->n * sizeof *before);
    assert_non_null(before);
    memcpy(before, s->weight, (size_t)s->n * sizeof *before);
    if (training_step(training) != STATUS_OK)
        fail_msg("%s", status_message());
    int changed = 0;
    for (int32_t i = 0; i < s->n; i++)
        if (s->weight[i] != before[i])
            changed |= 1 << layout_class(&training->network.layout, s->dendrite[i]);
    free(before);
    return changed;
}

static void given_a_class_gate_when_trained_expect_only_the_shown_class_to_learn(void **state)
{
    (void)state;
    struct training training;
    struct dataset dataset;
    int n_learned = 0;
    begin(&training, &dataset, "class");
    for (int i = 0; i < 12; i++) {
        const int changed = step(&training);
        assert_int_equal(changed & ~(1 << i % 2), 0);
        n_learned += changed != 0;
    }
    assert_true(n_learned > 6);
    training_free(&training);
    dataset_free(&dataset);
}

static void given_an_error_gate_when_trained_expect_right_answers_to_change_nothing(void **state)
{
    (void)state;
    struct training training;
    struct dataset dataset;
    int n_right = 0, n_wrong = 0, n_depressed = 0;
    begin(&training, &dataset, "error");
    while (training.stopped_by == STOP_NOT_YET) {
        int32_t right;
        const int32_t image = training_next_image(&training, &right);
        struct presenter *presenter = &training.presenter;
        encode(&presenter->encoder, images_pixels(&dataset.train, image), -1,
               &presenter->stimulus[0]);
        present(&presenter->presentation[0], &training.network, &presenter->stimulus[0], NULL);
        const struct answer answer =
            answer_from(&training.network.layout, presenter->presentation[0].spikes,
                        (struct readout){READOUT_SPIKES, 0});
        const int32_t own = answer.votes[right], other = answer.votes[1 - right];
        const bool is_right = own > other + 0.1 * (own + other);
        const int changed = step(&training);
        if (is_right)
            assert_int_equal(changed, 0);
        n_right += is_right;
        n_wrong += !is_right && (changed & 1 << right);
        n_depressed += (changed & 1 << (1 - right)) != 0;
    }
    assert_true(n_right > 5 && n_wrong > 5 && n_depressed > 0);
    training_free(&training);
    dataset_free(&dataset);
}

static void given_an_error_gate_when_resumed_expect_the_same_to_the_last_bit(void **state)
{
    struct training whole, part;
    struct dataset dataset;
    begin(&whole, &dataset, "error");
    for (int i = 0; i < 11; i++)
        step(&whole);
    assert_int_equal(checkpoint_write(&whole, SEED, support_path(state, ".")), STATUS_OK);
    if (training_init(&part, &p, &dataset, kernel_find("fast"), SEED, 1) != STATUS_OK ||
        checkpoint_read(&part, SEED, support_path(state, "."), 11) != STATUS_OK)
        fail_msg("%s", status_message());
    while (whole.stopped_by == STOP_NOT_YET) {
        step(&whole);
        step(&part);
    }
    assert_int_equal(part.stopped_by, whole.stopped_by);
    assert_memory_equal(part.network.plastic.weight, whole.network.plastic.weight,
                        (size_t)whole.network.plastic.n * sizeof(float));
    training_free(&whole);
    training_free(&part);
    dataset_free(&dataset);
}

/* ---- end to end */

#define RUN                                                                                        \
    "train --quiet --no-pictures --seed 7 --record-spikes --set plasticity.gate=error "            \
    "--set input.duration_ms=500 --set input.active_ms=400 --set data.test_per_class=6 "           \
    "--set stopping.max_presentations=16 --set test.readout=spikes --set test.active_spikes=3 "    \
    "--set connections.sampling=active --set plasticity.eta_decay=0.01 --set record.cost=true "

static void expect_same_file(void **state, const char *a, const char *b, const char *name)
{
    char in_a[64], in_b[64];
    snprintf(in_a, sizeof in_a, "%s/%s", a, name);
    snprintf(in_b, sizeof in_b, "%s/%s", b, name);
    support_expect_same(support_path(state, in_a), support_path(state, in_b));
}

static void given_an_error_gate_when_run_on_other_threads_expect_the_same_bytes(void **state)
{
    struct support_run run;
    free(support_run_well(state, RUN "--threads 1 --out one"));
    free(support_run_well(state, RUN "--threads 2 --out two"));
    static const char *const files[] = {"network.csv", "predictions.csv", "learning_curve.csv",
                                        "network.h5",  "spikes.h5",       "cost.csv"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        expect_same_file(state, "one", "two", files[i]);
    support_run(state, &run, "trace two --presentation 3 --out trace");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "plasticity.gate = error"));
    support_run_free(&run);
}

static void given_runs_with_costs_when_reported_expect_their_means_on_the_page(void **state)
{
    const char *head = "images,input_spikes,somatic_spikes,dendritic_spikes,synaptic_events,"
                       "plastic_synapses,fixed_synapses\n";
    char costs[300];
    support_write_text(state, "a.sweep",
                       "runs = 2;\nset = [\"stopping.max_presentations=2\", "
                       "\"data.test_per_class=1\"];\nfactors = ({name = \"gate\"; levels = ("
                       "{name = \"class\"; set = [\"plasticity.gate=class\"];});});\n");
    free(support_run_well(state, "sweep a.sweep --quiet --out swept"));
    snprintf(costs, sizeof costs, "%s6,10,20.4,30,1000,2000,90\n", head);
    support_write_text(state, "swept/runs/class-s1/cost.csv", costs);
    snprintf(costs, sizeof costs, "%s6,20,21.2,32,5000,2002,90\n", head);
    support_write_text(state, "swept/runs/class-s2/cost.csv", costs);
    free(support_run_well(state, "report swept"));
    size_t n;
    char *page = (char *)support_read(support_path(state, "swept/report.html"), &n);
    assert_non_null(strstr(page, ">class</td><td>2</td><td>15 ± 7</td><td>21 ± 1</td>"
                                 "<td>31 ± 1</td><td>3000 ± 2828</td><td>2001 ± 1</td>"
                                 "<td>90 ± 0</td>"));
    free(page);
}

static void given_patience_in_a_sweep_when_run_expect_its_table(void **state)
{
    support_write_text(state, "a.sweep",
                       "runs = 1;\nset = [\"stopping.by=patience\", \"stopping.patience=1\", "
                       "\"test.sample_period=2\", \"test.active_spikes=100000\", "
                       "\"data.test_per_class=3\"];\n"
                       "factors: ( { name = \"gate\"; levels = ( { name = \"class\"; set = "
                       "[\"plasticity.gate=class\"]; } ); } );\n");
    free(support_run_well(state, "sweep a.sweep --quiet --out swept"));
    size_t n;
    char *table = (char *)support_read(support_path(state, "swept/results.csv"), &n);
    assert_non_null(
        strstr(table, ",4,patience,6,0.000000,0,6,")); /* the second test is no better */
    free(table);
    free(support_run_well(state, "sweep a.sweep --quiet --out swept")); /* reads what is there */
}

static void given_an_unknown_gate_when_run_expect_the_known_ones(void **state)
{
    struct support_run run;
    support_run(state, &run, "train --set plasticity.gate=eror --out x");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "none"));
    assert_non_null(strstr(run.err, "shuffled"));
    support_run_free(&run);
}

int main(void)
{
#define ON_NETWORK(test) cmocka_unit_test_setup_teardown(test, make_network, free_network)
    const struct CMUnitTest tests[] = {
        ON_NETWORK(given_no_gate_when_asked_expect_it_off),
        ON_NETWORK(given_a_class_gate_when_judged_expect_the_shown_class_alone),
        ON_NETWORK(given_a_right_answer_by_more_than_the_margin_when_judged_expect_nothing),
        ON_NETWORK(given_an_answer_within_the_margin_when_judged_expect_teaching),
        ON_NETWORK(given_a_wrong_answer_when_judged_expect_all_winners_depressed),
        ON_NETWORK(given_a_shuffled_gate_when_judged_expect_as_many_signals_elsewhere),
        ON_NETWORK(given_signals_when_admitted_expect_each_class_its_calcium),
        ON_NETWORK(given_a_wrong_winner_when_consolidated_expect_the_equations),
        ON_NETWORK(given_a_decay_when_consolidated_expect_slower_changes_and_none_without),
        cmocka_unit_test(given_a_class_gate_when_trained_expect_only_the_shown_class_to_learn),
        cmocka_unit_test(given_an_error_gate_when_trained_expect_right_answers_to_change_nothing),
        WITH_FOLDER(given_an_error_gate_when_run_on_other_threads_expect_the_same_bytes),
        WITH_FOLDER(given_an_error_gate_when_resumed_expect_the_same_to_the_last_bit),
        WITH_FOLDER(given_runs_with_costs_when_reported_expect_their_means_on_the_page),
        WITH_FOLDER(given_patience_in_a_sweep_when_run_expect_its_table),
        WITH_FOLDER(given_an_unknown_gate_when_run_expect_the_known_ones),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
