/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train: the protocol of MODEL.md, section 6, on small data sets: who is shown when, sample tests,
 * stopping, answers, and that neither threads nor a second run change a bit. */
#include "train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "support.h"

enum { SEED = 61 };

static struct parameters p;
static struct dataset dataset;

/* Few shapes, shown for half a second. */
static int make_task(void **state)
{
    (void)state;
    const char *const set[] = {"data.train_per_class=7",
                               "data.test_per_class=6",
                               "input.duration_ms=600",
                               "input.active_ms=450",
                               "connections.w_max=0.6",
                               "input.rate_max_hz=60",
                               "turnover.threshold=0.25",
                               "turnover.period=3",
                               "test.sample_period=4",
                               "test.active_spikes=0",
                               "stopping.max_presentations=30",
                               "stopping.fraction=1",
                               NULL};
    if (parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    for (int i = 0; set[i]; i++)
        if (parameters_set(&p, set[i]) != STATUS_OK)
            return -1;
    return dataset_init(&dataset, &p, SEED);
}

static int free_task(void **state)
{
    (void)state;
    dataset_free(&dataset);
    return 0;
}

static void start(struct training *training, uint64_t seed, int32_t n_threads)
{
    if (training_init(training, &p, &dataset, kernel_find("fast"), seed, n_threads) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void step(struct training *training)
{
    if (training_step(training) != STATUS_OK || network_validate(&training->network) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void train(struct training *training)
{
    while (training->stopped_by == STOP_NOT_YET)
        step(training);
}

static void expect_same_plastic(const struct network *a, const struct network *b)
{
    const size_t size = (size_t)a->plastic.n * 4;
    assert_int_equal(a->plastic.n, b->plastic.n);
    assert_memory_equal(a->plastic.id, b->plastic.id, size);
    assert_memory_equal(a->plastic.dendrite, b->plastic.dendrite, size);
    assert_memory_equal(a->plastic.weight, b->plastic.weight, size);
    assert_memory_equal(a->plastic.tag, b->plastic.tag, size);
    assert_memory_equal(a->plastic.learning_rate, b->plastic.learning_rate, size);
    assert_memory_equal(a->creb, b->creb, (size_t)a->layout.n_pyramidal * 4);
}

/* ---- answers */

static struct answer answer_of(const char *active)
{
    enum { CELLS = 4 };
    struct layout layout;
    int32_t spikes[64];
    p.pyramidal.neurons = (int32_t)strlen(active);
    assert_int_equal(layout_init(&layout, &p, p.pyramidal.neurons / CELLS, 9), STATUS_OK);
    for (int32_t n = 0; n < 64; n++) /* interneurons spike all the time */
        spikes[n] = n >= p.pyramidal.neurons ? 999 : active[n] == 'x' ? 21 : 20;
    return answer_from(&layout, spikes, (struct readout){READOUT_ACTIVE, 20});
}

static void expect_answer(const char *active, int32_t predicted, bool is_tie)
{
    const struct answer answer = answer_of(active);
    if (answer.predicted != predicted || answer.is_tie != is_tie)
        fail_msg("%s: class %d%s, expected %d%s", active, answer.predicted,
                 answer.is_tie ? ", a tie" : "", predicted, is_tie ? ", a tie" : "");
}

static void given_active_cells_when_counted_expect_the_class_with_most(void **state)
{
    (void)state;
    expect_answer("x-------", 0, false);
    expect_answer("-------x", 1, false);
    expect_answer("xx---xxx", 1, false);
    expect_answer("xxxx-xxx", 0, false);
    expect_answer("----x--x----", 1, false);
    expect_answer("xx--x---xxxx", 2, false);
    expect_answer("--------x---x-xx", 3, false);
}

static void given_equal_classes_when_counted_expect_a_tie_for_the_lower(void **state)
{
    (void)state;
    expect_answer("x------x", 0, true);
    expect_answer("xxxxxxxx", 0, true);
    expect_answer("----xx--x--x", 1, true);
    expect_answer("x---xx--x-x-", 1, true);
    expect_answer("xx--xx--xx--", 0, true);
    expect_answer("x---x---xx--", 2, false); /* a tie of losers is none */
    expect_answer("xx--x---x---", 0, false);
    expect_answer("xx--xx--xxx-", 2, false);
}

static void given_no_active_cell_when_counted_expect_no_answer_and_no_tie(void **state)
{
    (void)state;
    expect_answer("--------", -1, false); /* 20 spikes each: not more than 20 */
    expect_answer("------------", -1, false);
}

static void given_all_spikes_when_counted_expect_the_class_with_most(void **state)
{
    (void)state;
    struct layout layout;
    const int32_t spikes[64] = {19, 19, 0, 0, /**/ 30, 0, 0, 0, /**/ 12, 12, 12, 3};
    p.pyramidal.neurons = 12;
    p.test.readout = READOUT_SPIKES;
    assert_int_equal(layout_init(&layout, &p, 3, 9), STATUS_OK);
    const struct answer answer = answer_from(&layout, spikes, readout_from(&p));
    assert_int_equal(answer.predicted, 2);
    assert_int_equal(answer.votes[0], 38);
    assert_int_equal(answer.votes[1], 30);
    assert_int_equal(answer.votes[2], 39);
    assert_false(answer.is_tie);
}

/* ---- who is shown when */

/* A run written out: class k = i mod K from its own images, in turn; consolidation; sample test;
 * turnover; how many are strong. */
static void expect_the_protocol(int32_t n_classes, int32_t n_steps)
{
    struct training training, by_hand;
    start(&training, SEED, 1);
    start(&by_hand, SEED, 1);
    int n_turnovers = 0, n_samples = 0;
    for (int32_t i = 0; i < n_steps; i++) {
        const int32_t k = i % n_classes;
        const int32_t image = dataset.train_image[k][i / n_classes % dataset.n_train[k]];
        assert_int_equal(dataset.train.labels[image], dataset.classes.label[k]);
        struct presenter *presenter = &by_hand.presenter;
        const int32_t teacher = p.teacher.enabled ? k : -1;
        encode(&presenter->encoder, images_pixels(&dataset.train, image), teacher,
               &presenter->stimulus[0]);
        training_show(&by_hand, &presenter->presentation[0], &presenter->stimulus[0], teacher,
                      true);
        assert_int_equal(consolidate(&by_hand.consolidation, &by_hand.network), STATUS_OK);
        struct curve_row expected = {0};
        if (p.test.sample_period > 0 && (i + 1) % p.test.sample_period == 0) {
            const struct score score = test_network(&by_hand.presenter, &by_hand.network, &dataset,
                                                    p.test.sample_images, NULL);
            expected.n_samples = score.n;
            expected.n_correct = score.rule.n_correct;
            n_samples++;
        }
        if ((i + 1) % p.turnover.period == 0 && !by_hand.turnover.is_over) {
            assert_int_equal(turnover_run(&by_hand.turnover, &by_hand.network,
                                          by_hand.n_presentations, &expected.turnover),
                             STATUS_OK);
            n_turnovers++;
        }
        int32_t n_strong = 0;
        for (int32_t s = 0; s < by_hand.network.plastic.n; s++)
            n_strong += by_hand.network.plastic.weight[s] > 0.5f;
        expected.strong_fraction = (float)n_strong / (float)by_hand.network.plastic.n;

        assert_int_equal(training.stopped_by, STOP_NOT_YET);
        step(&training);
        assert_int_equal(training.n_presentations, i + 1);
        const struct curve_row *row = &training.curve[i];
        assert_int_equal(row->n_samples, expected.n_samples);
        assert_int_equal(row->n_correct, expected.n_correct);
        assert_int_equal(row->turnover.n_pruned, expected.turnover.n_pruned);
        assert_int_equal(row->turnover.n_grown, expected.turnover.n_grown);
        assert_true(row->strong_fraction == expected.strong_fraction);
        expect_same_plastic(&training.network, &by_hand.network);
    }
    assert_true(n_turnovers > 0 && n_samples > 0);
    training_free(&training);
    training_free(&by_hand);
}

static void given_two_classes_when_trained_expect_the_protocol_written_out(void **state)
{
    (void)state;
    expect_the_protocol(2, 20); /* more than the 14 images */
}

static void given_no_teacher_when_trained_expect_the_protocol_without(void **state)
{
    (void)state;
    p.teacher.enabled = false;
    expect_the_protocol(2, 8);
}

static void given_the_authors_protocol_when_trained_expect_sample_tests_every_20th(void **state)
{
    (void)state;
    struct training training;
    p.test.sample_period = 20;
    p.turnover.period = 10;
    p.stopping.max_presentations = 41;
    start(&training, SEED, 1);
    train(&training);
    for (int i = 0; i < 41; i++) {
        assert_int_equal(training.curve[i].n_samples, i == 19 || i == 39 ? 12 : 0);
        assert_int_equal(training.curve[i].turnover.n_pruned > 0, i % 10 == 9);
    }
    training_free(&training);
}

static void given_sample_images_when_tested_expect_that_many_or_none(void **state)
{
    (void)state;
    struct training training;
    p.test.sample_period = 1;
    p.test.sample_images = 5;
    start(&training, SEED, 1);
    step(&training);
    assert_int_equal(training.curve[0].n_samples, 5);
    training_free(&training);
    p.test.sample_period = 0;
    start(&training, SEED, 1);
    for (int i = 0; i < 4; i++) {
        step(&training);
        assert_int_equal(training.curve[i].n_samples, 0);
    }
    training_free(&training);
}

/* ---- stopping */

static void given_a_limit_when_reached_expect_the_end(void **state)
{
    (void)state;
    struct training training;
    p.stopping.max_presentations = 5;
    start(&training, SEED, 1);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(training.stopped_by, STOP_NOT_YET);
        step(&training);
    }
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    assert_int_equal(training.n_presentations, 5);
    assert_string_equal(training_stop_name(training.stopped_by), "limit");
    training_free(&training);
    p.stopping.max_presentations = 0;
    start(&training, SEED, 1);
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    training_free(&training);
}

static void given_strong_synapses_when_stopping_by_presentations_expect_the_limit(void **state)
{
    (void)state;
    struct training training;
    p.stopping.by = STOPPING_BY_PRESENTATIONS;
    p.stopping.fraction = 0;
    p.stopping.max_presentations = 3;
    start(&training, SEED, 1);
    train(&training);
    assert_int_equal(training.n_presentations, 3);
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    training_free(&training);
}

static void given_sample_tests_no_better_when_patience_is_over_expect_the_end(void **state)
{
    (void)state;
    struct training training;
    p.stopping.by = STOPPING_BY_PATIENCE;
    p.stopping.patience = 2;
    p.test.sample_period = 3;
    p.test.active_spikes = 1000000; /* no answer is ever right, and none better than the first */
    start(&training, SEED, 1);
    train(&training);
    assert_int_equal(training.n_presentations, 9);
    assert_int_equal(training.stopped_by, STOP_PATIENCE);
    assert_string_equal(training_stop_name(training.stopped_by), "patience");
    training_free(&training);
}

static void given_patience_without_sample_tests_when_checked_expect_user_error(void **state)
{
    (void)state;
    p.stopping.by = STOPPING_BY_PATIENCE;
    p.test.sample_period = 0;
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    support_assert_message("stopping.by = patience", "test.sample_period", NULL);
}

static void given_enough_strong_synapses_when_checked_expect_the_end(void **state)
{
    (void)state;
    struct training training;
    /* of the weights in [0.1, 0.6] a fifth is strong from the start */
    start(&training, SEED, 1);
    step(&training);
    const float fraction = training.curve[0].strong_fraction;
    assert_true(fraction > 0.1f && fraction < 0.4f);
    training_free(&training);

    p.stopping.fraction = (double)fraction; /* "at least" */
    start(&training, SEED, 1);
    step(&training);
    assert_int_equal(training.stopped_by, STOP_STRONG);
    assert_string_equal(training_stop_name(training.stopped_by), "strong");
    training_free(&training);

    p.stopping.fraction = (double)fraction + 0.001;
    start(&training, SEED, 1);
    step(&training);
    assert_int_equal(training.stopped_by, STOP_NOT_YET);
    assert_string_equal(training_stop_name(training.stopped_by), "not yet");
    training_free(&training);
}

static void given_both_reasons_at_once_when_checked_expect_strong(void **state)
{
    (void)state;
    struct training training;
    p.stopping.max_presentations = 1;
    p.stopping.fraction = 0;
    start(&training, SEED, 1);
    step(&training);
    assert_int_equal(training.stopped_by, STOP_STRONG);
    training_free(&training);
}

static void given_weights_when_counted_expect_those_above_the_limit(void **state)
{
    (void)state;
    struct training training;
    start(&training, SEED, 1);
    struct plastic_synapses *s = &training.network.plastic;
    for (int32_t i = 0; i < s->n; i++)
        s->weight[i] = i < 300 ? nextafterf(0.5f, 1) : 0.5f;
    assert_true(training_strong_fraction(&p, &training.network) == 0.3f);
    p.stopping.strong_weight = 0.49;
    assert_true(training_strong_fraction(&p, &training.network) == 1);
    s->n = 0;
    assert_true(training_strong_fraction(&p, &training.network) == 0);
    s->n = s->start[400];
    training_free(&training);
}

static void given_no_plastic_synapses_when_trained_expect_the_limit(void **state)
{
    (void)state;
    struct training training;
    p.connections.plastic = 0;
    p.stopping.fraction = 0;
    p.stopping.max_presentations = 4;
    start(&training, SEED, 1);
    train(&training);
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    assert_int_equal(training.n_presentations, 4);
    training_free(&training);
}

/* ---- the final test */

static void
given_a_trained_network_when_tested_expect_no_creb_in_it_and_counts_that_add_up(void **state)
{
    (void)state;
    struct training training;
    struct reading answers[12], again[12];
    start(&training, SEED, 1);
    train(&training);
    float creb = 0;
    for (int n = 0; n < 80; n++)
        creb = fmaxf(creb, training.network.creb[n]);
    assert_true(creb > 0.2f);
    /* a sample test leaves it as it is */
    test_network(&training.presenter, &training.network, &dataset, 3, NULL);
    float after = 0;
    for (int n = 0; n < 80; n++)
        after = fmaxf(after, training.network.creb[n]);
    assert_true(after == creb);

    struct score score;
    assert_int_equal(training_test(&training, answers, &score), STATUS_OK);
    after = 0;
    for (int n = 0; n < 80; n++)
        after = fmaxf(after, training.network.creb[n]);
    assert_true(after == creb);
    struct reading without[12];
    memset(training.network.creb, 0, 80 * sizeof *training.network.creb);
    test_network(&training.presenter, &training.network, &dataset, 12, without);
    assert_memory_equal(answers, without, sizeof answers);
    int32_t n_correct = 0, n_ties = 0, n_undecided = 0;
    for (int i = 0; i < 12; i++) {
        n_correct += answers[i].answer.predicted == dataset.test_class[i];
        n_ties += answers[i].answer.is_tie;
        n_undecided += answers[i].answer.predicted < 0;
    }
    assert_int_equal(score.n, 12);
    assert_int_equal(score.rule.n_correct, n_correct);
    assert_int_equal(score.rule.n_ties, n_ties);
    assert_int_equal(score.rule.n_undecided, n_undecided);
    assert_true(n_correct > 0);
    const struct score second =
        test_network(&training.presenter, &training.network, &dataset, INT32_MAX, again);
    assert_memory_equal(&second, &score, sizeof score);
    for (int i = 0; i < 12; i++)
        assert_int_equal(again[i].answer.predicted, answers[i].answer.predicted);
    training_free(&training);
}

/* With a test that no cell passes, every image is undecided and none is right. */
static void given_cost_when_tested_expect_every_spike_at_every_synapse(void **state)
{
    (void)state;
    struct training training;
    struct score score;
    struct synapse_row *rows;
    int32_t n_rows;
    struct cost expected = {0};
    p.record.cost = true;
    start(&training, SEED, 2);
    for (int i = 0; i < 3; i++)
        step(&training);
    assert_int_equal(training_test(&training, NULL, &score), STATUS_OK);
    const struct layout *layout = &training.network.layout;
    assert_int_equal(network_rows(&training.network, &rows, &n_rows), STATUS_OK);
    memset(training.network.creb, 0, (size_t)layout->n_pyramidal * sizeof(float));
    int32_t *spikes = malloc((size_t)layout->n_ids * sizeof *spikes);
    assert_non_null(spikes);
    for (int32_t i = 0; i < dataset.n_test; i++) {
        struct presentation *presentation = &training.presenter.presentation[0];
        const struct stimulus *stimulus = &training.presenter.stimulus[0];
        encode(&training.presenter.encoder, images_pixels(&dataset.test, dataset.test_image[i]), -1,
               &training.presenter.stimulus[0]);
        present(presentation, &training.network, stimulus, NULL);
        memset(spikes, 0, (size_t)layout->n_ids * sizeof *spikes);
        for (int32_t n = 0; n < layout->n_neurons; n++)
            expected.n_somatic_spikes += spikes[n] = presentation->spikes[n];
        for (int32_t k = 0; k < stimulus->start[stimulus->n_steps]; k++)
            spikes[layout_first_input(layout) + stimulus->source[k]]++;
        expected.n_input_spikes += stimulus->start[stimulus->n_steps];
        for (int32_t b = 0; b < layout->n_dendrites; b++)
            expected.n_dendritic_spikes += presentation->dendritic_spikes[b];
        for (int32_t k = 0; k < n_rows; k++)
            expected.n_synaptic_events += spikes[rows[k].source];
    }
    assert_true(expected.n_somatic_spikes > 0 && expected.n_dendritic_spikes > 0);
    assert_memory_equal(&score.cost, &expected, sizeof expected);
    free(spikes);
    free(rows);
    training_free(&training);
}

static void given_no_active_cell_when_tested_expect_all_undecided(void **state)
{
    (void)state;
    struct training training;
    p.test.active_spikes = 1000000;
    start(&training, SEED, 1);
    struct score score;
    assert_int_equal(training_test(&training, NULL, &score), STATUS_OK);
    assert_int_equal(score.n, 12);
    assert_int_equal(score.rule.n_undecided, 12);
    assert_int_equal(score.rule.n_correct, 0);
    assert_int_equal(score.rule.n_ties, 0);
    training_free(&training);
}

/* ---- the same run */

struct run {
    struct training training;
    struct score score;
    struct reading answers[12];
};

static void run_of(struct run *run, uint64_t seed, int32_t n_threads)
{
    start(&run->training, seed, n_threads);
    train(&run->training);
    assert_int_equal(training_test(&run->training, run->answers, &run->score), STATUS_OK);
}

static void expect_same_run(const struct run *a, const struct run *b)
{
    expect_same_plastic(&a->training.network, &b->training.network);
    assert_memory_equal(&a->score, &b->score, sizeof a->score);
    assert_int_equal(a->training.n_presentations, b->training.n_presentations);
    assert_memory_equal(a->training.curve, b->training.curve,
                        (size_t)a->training.n_presentations * sizeof *a->training.curve);
    for (int32_t i = 0; i < a->score.n; i++) {
        assert_int_equal(a->answers[i].answer.predicted, b->answers[i].answer.predicted);
        assert_int_equal(a->answers[i].answer.is_tie, b->answers[i].answer.is_tie);
    }
}

static void given_a_seed_when_run_again_expect_the_same_to_the_last_bit(void **state)
{
    (void)state;
    static struct run a, b, other;
    run_of(&a, SEED, 1);
    run_of(&b, SEED, 1);
    run_of(&other, SEED + 1, 1);
    expect_same_run(&a, &b);
    assert_memory_not_equal(a.training.network.plastic.weight,
                            other.training.network.plastic.weight, 4000);
    training_free(&a.training);
    training_free(&b.training);
    training_free(&other.training);
}

static void given_one_two_and_three_threads_when_run_expect_the_same_answers(void **state)
{
    (void)state;
    static struct run one, more;
    run_of(&one, SEED, 1);
    for (int32_t n_threads = 2; n_threads <= 3; n_threads++) {
        run_of(&more, SEED, n_threads);
        assert_int_equal(more.training.presenter.n_threads, n_threads);
        expect_same_run(&one, &more);
        training_free(&more.training);
    }
    training_free(&one.training);
}

/* Also where sample tests stop the training, which then has to wait for them. */
static void given_patience_when_run_on_two_threads_expect_the_same_end(void **state)
{
    (void)state;
    static struct run one, two;
    p.stopping.by = STOPPING_BY_PATIENCE;
    p.stopping.patience = 2;
    p.test.sample_period = 2;
    run_of(&one, SEED, 1);
    run_of(&two, SEED, 2);
    assert_int_equal(one.training.stopped_by, STOP_PATIENCE);
    expect_same_run(&one, &two);
    training_free(&one.training);
    training_free(&two.training);
}

static void given_a_sample_test_when_it_goes_on_beside_expect_its_score_once_taken(void **state)
{
    (void)state;
    struct training one, two;
    start(&one, SEED, 1);
    start(&two, SEED, 2);
    for (int i = 0; i < 6; i++) {
        step(&one);
        step(&two);
    }
    assert_int_equal(two.sample->after, 4); /* the weights have changed twice since */
    assert_int_equal(two.curve[3].n_samples, 0);
    training_take_sample(&two);
    assert_int_equal(two.curve[3].n_samples, 12);
    assert_memory_equal(one.curve, two.curve, 6 * sizeof *one.curve);
    step(&two);
    step(&two);
    assert_int_equal(two.sample->after, 8);
    training_free(&one);
    training_free(&two);
}

/* Trains one on one thread and two on two, with an error gate; what was presented ahead of time
 * must not be seen in the results. How much of it is ready in time is the machine's affair. */
static void expect_same_with_gate(struct run *one, struct run *two)
{
    p.plasticity.gate = GATE_ERROR;
    p.test.sample_period = 0; /* while one goes on beside, nothing is presented ahead */
    run_of(one, SEED, 1);
    run_of(two, SEED, 2);
    assert_null(one->training.ahead);
    expect_same_run(one, two);
    training_free(&one->training);
}

static void given_an_error_gate_when_run_on_two_threads_expect_teachers_ahead(void **state)
{
    (void)state;
    static struct run one, two;
    expect_same_with_gate(&one, &two);
    assert_true(two.training.ahead->n_begun > 0);
    training_free(&two.training);
}

/* Where images seldom teach anything, the answers to the next ones are presented ahead, which holds
 * as long as nothing changes. */
static void given_seldom_errors_when_run_on_two_threads_expect_answers_ahead(void **state)
{
    (void)state;
    static struct run one, two;
    p.gate.margin = 0;
    p.plasticity.eta_max = 0.1;
    p.stopping.max_presentations = 200;
    p.input.duration_ms = 300;
    p.input.active_ms = 200;
    expect_same_with_gate(&one, &two);
    assert_true(two.training.learning < 0.2F);
    assert_true(two.training.ahead->n_found > 0);
    training_free(&two.training);
}

/* In a network of very many dendrites the threads share one presentation; it is short here, since
 * they wait for each other in every step, and another program may be on their processor. */
static void given_a_large_network_when_run_on_two_threads_expect_the_same(void **state)
{
    (void)state;
    static struct run one, two;
    p.pyramidal.neurons = 160;
    p.pyramidal.n_dendrites = 1000;
    p.connections.plastic = 32000;
    p.input.duration_ms = p.input.active_ms = 20;
    p.input.onset_ms = 0;
    p.stopping.max_presentations = 2;
    p.turnover.period = 1;
    p.test.sample_period = 0;
    p.test.max_images = 4;
    dataset_free(&dataset);
    assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    run_of(&one, SEED, 1);
    run_of(&two, SEED, 2);
    assert_int_equal(two.training.presenter.n_threads, 1);
    assert_int_equal(two.training.presenter.presentation[0].n_threads, 2);
    assert_true(one.training.curve[1].turnover.n_pruned > 0);
    assert_true(one.score.rule.n_undecided < 4);
    expect_same_run(&one, &two);
    training_free(&one.training);
    training_free(&two.training);
}

/* ---- other data */

enum { SIDE = 16, PIXELS = SIDE * SIDE };

/* Three classes: a bar of two rows at the top, in the middle, at the bottom, and some noise. */
static const char *write_bars(void **state, const char *name, int n, uint32_t set)
{
    char *text = malloc((size_t)n * PIXELS * 4 + 1000), *end = text;
    assert_non_null(text);
    for (int i = 0; i < n; i++) {
        const int k = i * 7 / 2 % 3; /* not simply in turn */
        end += sprintf(end, "%d", 10 * k + 1);
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            const struct random_words words =
                random_words(71, RANDOM_GROW, set, (uint32_t)i, (uint32_t)pixel);
            const int row = pixel / SIDE;
            const bool lit = row == 6 * k || row == 6 * k + 1 || words.word[0] % 50 == 0;
            end += sprintf(end, ",%d", lit ? 255 : 0);
        }
        *end++ = '\n';
    }
    const char *path = support_write(state, name, text, (size_t)(end - text));
    free(text);
    return path;
}

static void open_bars(void **state)
{
    dataset_free(&dataset);
    p.data.kind = DATA_FILES;
    p.pyramidal.neurons = 48;
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s", write_bars(state, "train.csv", 20, 0));
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s", write_bars(state, "test.csv", 12, 1));
    if (dataset_init(&dataset, &p, SEED) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(dataset.classes.n, 3);
}

static int make_task_and_folder(void **state)
{
    return make_task(state) || support_make_folder(state);
}

static int free_task_and_folder(void **state)
{
    return free_task(state) || support_remove_folder(state);
}

static void given_three_classes_when_trained_expect_the_protocol_written_out(void **state)
{
    open_bars(state);
    expect_the_protocol(3, 25);
}

/* The authors' parameters, which are for two classes of 40 cells. */
static void given_three_classes_when_trained_expect_them_learned(void **state)
{
    static struct run one, three;
    open_bars(state);
    const struct parameters task = p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.data = task.data;
    p.pyramidal.neurons = 120;
    p.stopping.max_presentations = 90;
    run_of(&one, SEED, 1);
    run_of(&three, SEED, 3);
    expect_same_run(&one, &three);
    assert_int_equal(one.score.n, 12);
    assert_true(one.score.rule.n_correct >= 9); /* 4 by chance */
    training_free(&one.training);
    training_free(&three.training);
}

static void given_cells_that_cannot_be_shared_when_begun_expect_user_error(void **state)
{
    (void)state;
    struct training training;
    p.pyramidal.neurons = 81;
    assert_int_equal(training_init(&training, &p, &dataset, kernel_find("naive"), SEED, 1),
                     STATUS_USER);
    support_assert_message("pyramidal.neurons = 81", NULL);
    assert_null(training.curve);
    training_free(&training);
}

int main(void)
{
#define ON_TASK(test) cmocka_unit_test_setup_teardown(test, make_task, free_task)
#define ON_FILES(test)                                                                             \
    cmocka_unit_test_setup_teardown(test, make_task_and_folder, free_task_and_folder)
    const struct CMUnitTest tests[] = {
        ON_TASK(given_active_cells_when_counted_expect_the_class_with_most),
        ON_TASK(given_equal_classes_when_counted_expect_a_tie_for_the_lower),
        ON_TASK(given_no_active_cell_when_counted_expect_no_answer_and_no_tie),
        ON_TASK(given_all_spikes_when_counted_expect_the_class_with_most),
        ON_TASK(given_two_classes_when_trained_expect_the_protocol_written_out),
        ON_TASK(given_no_teacher_when_trained_expect_the_protocol_without),
        ON_TASK(given_the_authors_protocol_when_trained_expect_sample_tests_every_20th),
        ON_TASK(given_sample_images_when_tested_expect_that_many_or_none),
        ON_TASK(given_a_limit_when_reached_expect_the_end),
        ON_TASK(given_strong_synapses_when_stopping_by_presentations_expect_the_limit),
        ON_TASK(given_sample_tests_no_better_when_patience_is_over_expect_the_end),
        ON_TASK(given_patience_without_sample_tests_when_checked_expect_user_error),
        ON_TASK(given_enough_strong_synapses_when_checked_expect_the_end),
        ON_TASK(given_both_reasons_at_once_when_checked_expect_strong),
        ON_TASK(given_weights_when_counted_expect_those_above_the_limit),
        ON_TASK(given_no_plastic_synapses_when_trained_expect_the_limit),
        ON_TASK(given_a_trained_network_when_tested_expect_no_creb_in_it_and_counts_that_add_up),
        ON_TASK(given_cost_when_tested_expect_every_spike_at_every_synapse),
        ON_TASK(given_no_active_cell_when_tested_expect_all_undecided),
        ON_TASK(given_a_seed_when_run_again_expect_the_same_to_the_last_bit),
        ON_TASK(given_one_two_and_three_threads_when_run_expect_the_same_answers),
        ON_TASK(given_patience_when_run_on_two_threads_expect_the_same_end),
        ON_TASK(given_a_sample_test_when_it_goes_on_beside_expect_its_score_once_taken),
        ON_TASK(given_an_error_gate_when_run_on_two_threads_expect_teachers_ahead),
        ON_TASK(given_seldom_errors_when_run_on_two_threads_expect_answers_ahead),
        ON_TASK(given_a_large_network_when_run_on_two_threads_expect_the_same),
        ON_FILES(given_three_classes_when_trained_expect_the_protocol_written_out),
        ON_FILES(given_three_classes_when_trained_expect_them_learned),
        ON_TASK(given_cells_that_cannot_be_shared_when_begun_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
