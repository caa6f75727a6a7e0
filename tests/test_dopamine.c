/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plasticity/dopamine and the gate `reward`: the window in which dopamine makes a tag consequent,
 * what D1 and D2 cells make of bursts and dips, who responds, and training by reward alone. */
#include "plasticity/dopamine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "network/network.h"
#include "store/checkpoint.h"
#include "store/records.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 21, CELLS = 8, BRANCHES = 2, INPUTS = 9, SYNAPSES = 160 };

static struct parameters p;

static int set_defaults(void **state)
{
    (void)state;
    return parameters_preset(&p, "authors");
}

static void set(const char *assignment)
{
    if (parameters_set(&p, assignment) != STATUS_OK)
        fail_msg("%s", status_message());
}

static double consequence_at(double delay_s, bool is_d2, double error)
{
    p.dopamine.delay_s = delay_s;
    return dopamine_act(&p, 1, error).consequence[is_d2];
}

/* ---- the window ---- */

static void given_a_burst_when_it_comes_early_or_late_expect_nothing(void **state)
{
    (void)state;
    const double outside[] = {-100, -1, -0.3, 0, 0.1, 2.25, 2.5, 3, 5, 100};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_true(consequence_at(outside[i], false, 1) < 0.03);
}

static void given_a_burst_when_it_comes_within_the_window_expect_the_tag_to_count(void **state)
{
    (void)state;
    for (double delay = 0.3; delay <= 2.001; delay += 0.1)
        assert_true(consequence_at(delay, false, 1) > 0.8);
}

static void given_bursts_of_smaller_errors_when_compared_expect_less_and_less(void **state)
{
    (void)state;
    double before = 1;
    for (double error = 1; error > 0.05; error -= 0.1) {
        const double consequence = consequence_at(1, false, error);
        assert_true(consequence < before);
        before = consequence;
    }
    assert_true(before < 0.01);
    assert_true(consequence_at(1, false, 0) == 0);
}

/* ---- receptors ---- */

static void given_d1_and_d2_cells_when_it_bursts_or_dips_expect_each_its_own(void **state)
{
    (void)state;
    assert_true(consequence_at(1, false, 1) > 0.95 && consequence_at(1, true, 1) < 0.001);
    assert_true(consequence_at(1, true, -1) > 0.95 && consequence_at(1, false, -1) < 0.001);
}

static void given_short_dips_when_compared_expect_those_from_400_ms_to_be_noticed(void **state)
{
    (void)state;
    p.dopamine.dip_s = 0.4;
    assert_true(consequence_at(0.8, true, -1) > 0.8);
    p.dopamine.dip_s = 0.2;
    assert_true(consequence_at(0.8, true, -1) < 0.1);
}

static void given_amphetamine_when_it_dips_expect_nothing_until_an_antagonist_comes(void **state)
{
    (void)state;
    p.dopamine.amphetamine = 0.6;
    assert_true(consequence_at(1, true, -1) < 0.02);
    p.dopamine.d2_block = 0.5;
    assert_true(consequence_at(1, true, -1) > 0.5);
    assert_true(consequence_at(1, true, 0) < 0.1 && consequence_at(1, true, 1) < 0.1);
}

/* ---- dopamine that is given ---- */

static double given_at(const char *schedule, int32_t number, bool is_d2)
{
    char text[300];
    snprintf(text, sizeof text, "dopamine.schedule=%s", schedule);
    set(text);
    return dopamine_act(&p, number, 0).consequence[is_d2];
}

static void given_a_schedule_when_over_expect_it_from_the_start_again(void **state)
{
    (void)state;
    for (int32_t number = 1; number < 9; number++) {
        const int32_t letter = (number - 1) % 4;
        assert_int_equal(given_at("bb-d", number, false) > 0.9, letter < 2);
        assert_int_equal(given_at("bb-d", number, true) > 0.9, letter == 3);
        assert_true(given_at("bb-d", number, true) == given_at("b b  - d ", number, true));
    }
    assert_true(dopamine_act(&p, 3, -1).dopamine_hz == p.dopamine.tonic_hz);
}

static void given_signals_with_times_when_they_come_expect_their_own_onset_and_length(void **state)
{
    (void)state;
    static const char timed[] = "b@0.5b@3 d@0.8:0.4 d@0.8:0.2 b@-1:2";
    const double is_counted[] = {1, 0, 1, 0, 1}; /* the last goes on into the window */
    for (int32_t i = 0; i < 5; i++) {
        const double consequence = given_at(timed, i + 6, i == 2 || i == 3);
        assert_true(is_counted[i] > 0 ? consequence > 0.8 : consequence < 0.1);
    }
    assert_true(given_at("b@0.5", 1, false) == consequence_at(0.5, false, 1));
    set("dopamine.schedule=");
    assert_true(consequence_at(1, false, 0) == 0);
}

static void given_signals_when_strong_expect_dopamine_above_and_below_tonic(void **state)
{
    (void)state;
    const double tonic = p.dopamine.tonic_hz, full = tonic + p.dopamine.burst_hz;
    const double burst = dopamine_act(&p, 1, 1).dopamine_hz;
    assert_true(burst > 0.8 * full && burst < full);
    assert_true(dopamine_act(&p, 1, 0.5).dopamine_hz < burst);
    assert_true(dopamine_act(&p, 1, 0).dopamine_hz == tonic);
    assert_true(dopamine_act(&p, 1, -1).dopamine_hz < 0.01 * tonic);
    p.dopamine.amphetamine = 0.6;
    assert_true(fabs(dopamine_act(&p, 1, -1).dopamine_hz - 0.6 * tonic) < 0.01);
}

/* ---- tags ---- */

static void
given_bursts_and_dips_when_consolidated_expect_promises_kept_in_cells_of_each(void **state)
{
    (void)state;
    struct network network;
    struct consolidation c;
    set("plasticity.rule=dopamine");
    set("dopamine.schedule=b-d");
    set("dopamine.d1_part=0.25");
    p.pyramidal.neurons = CELLS;
    p.pyramidal.n_dendrites = BRANCHES;
    p.connections.plastic = SYNAPSES;
    assert_int_equal(support_connect(&network, &p, 2, INPUTS, SEED), STATUS_OK);
    assert_int_equal(consolidation_init(&c, &p, &network, "naive", NULL), STATUS_OK);
    struct plastic_synapses *s = &network.plastic;
    for (int32_t number = 1; number <= 3; number++) {
        int n_raised = 0;
        float before[SYNAPSES];
        for (int32_t i = 0; i < s->n; i++) {
            before[i] = s->weight[i] = 0.4f;
            s->tag[i] = 0;
            s->calcium[i] = i % 2 ? 0.25f : 0.6f; /* a little, and much */
        }
        c.shown.number = number;
        assert_int_equal(consolidate(&c, &network), STATUS_OK);
        for (int32_t i = 0; i < s->n; i++) {
            const int32_t cell = s->dendrite[i] / BRANCHES;
            const bool is_d1 = cell % (CELLS / 2) == 0,
                       rises = number == (is_d1 ? 1 : 3) && i % 2 == 0;
            assert_int_equal(s->weight[i] > before[i] + 0.01f, rises);
            assert_int_equal(s->weight[i] < before[i] - 0.01f, i % 2); /* needs no dopamine */
            n_raised += rises;
        }
        assert_int_equal(n_raised > 10, number != 2);
    }
    consolidation_free(&c);
    network_free(&network);
}

/* ---- responses ---- */

static void begin_gate(struct gate *gate, struct network *network, const char *responses,
                       int32_t n_classes)
{
    set("plasticity.rule=dopamine");
    set("plasticity.gate=reward");
    set(responses);
    p.pyramidal.neurons = 12;
    assert_int_equal(support_connect(network, &p, n_classes, INPUTS, SEED), STATUS_OK);
    assert_int_equal(gate_init(gate, &p, network, SEED), STATUS_OK);
}

static void end_gate(struct gate *gate, struct network *network)
{
    gate_free(gate);
    network_free(network);
}

static void given_an_answer_when_rewarded_expect_the_part_that_was_not_expected(void **state)
{
    (void)state;
    struct gate gate;
    struct network network;
    begin_gate(&gate, &network, "reward.responses=class", 3);
    p.reward.explore = 0;
    p.reward.half_spikes = 2;
    const int32_t spikes[] = {4, 24, -9}; /* of 4 cells: 6 a cell, so 6 / (6 + 2) is expected */
    assert_true(gate_judge(&gate, &network.layout, 1, 1, spikes));
    assert_int_equal(gate.teacher, 1);
    assert_int_equal(gate.signal[0] + 10 * gate.signal[1] + 100 * gate.signal[2], 10);
    assert_true(fabs(gate.trial.error - 0.25) < 1e-12);
    gate_judge(&gate, &network.layout, 2, 0, spikes); /* what would have been right is not known */
    assert_int_equal(gate.teacher, 1);
    assert_true(fabs(gate.trial.error + 0.75) < 1e-12);
    p.reward.reversed = 3;
    gate_judge(&gate, &network.layout, 3, 0, spikes);
    assert_true(fabs(gate.trial.error - 0.25) < 1e-12);
    end_gate(&gate, &network);
}

static void given_silence_when_asked_expect_responses_at_random(void **state)
{
    (void)state;
    struct gate gate;
    struct network network;
    int32_t n[3] = {0}, n_tried = 0;
    begin_gate(&gate, &network, "reward.responses=class", 3);
    for (int32_t i = 1; i <= 600; i++) {
        gate_judge(&gate, &network.layout, i, 0, (int32_t[]){0, -3, 0});
        assert_true(gate.trial.error == (gate.teacher == 0));
        n[gate.teacher]++;
        gate_judge(&gate, &network.layout, i, 0, (int32_t[]){0, 5, 0});
        n_tried += gate.teacher != 1;
    }
    assert_true(support_chi_square(n, 3) < 13.8); /* 2 degrees of freedom */
    assert_true(n_tried > 20 && n_tried < 65);    /* 600 times 0.1 times 2/3 */
    end_gate(&gate, &network);
}

static void given_one_response_when_asked_expect_both_to_learn_and_silence_to_answer(void **state)
{
    (void)state;
    struct gate gate;
    struct network network;
    struct layout layout;
    int32_t spikes[100] = {0};
    begin_gate(&gate, &network, "reward.responses=one", 2);
    gate_judge(&gate, &network.layout, 1, 0, (int32_t[]){20, 2});
    assert_true(gate.signal[0] == GATE_OPEN && gate.signal[1] == GATE_OPEN);
    assert_int_equal(gate.teacher, TEACHERS_BOTH);
    assert_true(fabs(gate.trial.error - 0.25) < 1e-12); /* 3 of 4 are expected */
    gate_judge(&gate, &network.layout, 2, 1, (int32_t[]){20, 2});
    assert_true(fabs(gate.trial.error + 0.75) < 1e-12);
    const struct readout readout = {READOUT_SPIKES, 0};
    const struct answer silent = answer_from(&network.layout, spikes, readout);
    assert_int_equal(silent.predicted, 1);
    assert_true(answer_share(&silent, 2, 1) == 1 && answer_share(&silent, 2, 0) == 0);
    spikes[2] = 3;
    assert_int_equal(answer_from(&network.layout, spikes, readout).predicted, 0);
    spikes[7] = 3;
    assert_int_equal(answer_from(&network.layout, spikes, readout).predicted, 1);
    assert_true(layout_is_d2(&network.layout, 6) && !layout_is_d2(&network.layout, 5));
    end_gate(&gate, &network);
    assert_int_equal(layout_init(&layout, &p, 3, INPUTS), STATUS_USER);
    assert_non_null(strstr(status_message(), "reward.responses = one: 3 classes: expected 2"));
}

static void given_d2_cells_when_read_out_expect_them_to_speak_against(void **state)
{
    (void)state;
    struct layout layout;
    int32_t spikes[100] = {0};
    set("plasticity.rule=dopamine");
    p.pyramidal.neurons = 12;
    assert_int_equal(layout_init(&layout, &p, 3, INPUTS), STATUS_OK);
    memcpy(spikes, (int32_t[]){9, 9, 8, 8, 7, 0, 0, 4, 0, 0, 30, 30}, 12 * sizeof *spikes);
    const struct answer by_spikes =
        answer_from(&layout, spikes, (struct readout){READOUT_SPIKES, 0});
    assert_int_equal(by_spikes.predicted, 1);
    assert_int_equal(by_spikes.votes[0], 2);
    assert_int_equal(by_spikes.votes[1], 3);
    assert_int_equal(by_spikes.votes[2], -60);
    const struct answer active = answer_from(&layout, spikes, (struct readout){READOUT_ACTIVE, 8});
    assert_int_equal(active.predicted, 0);
}

static void given_another_rule_when_laid_out_expect_no_cells_that_speak_against(void **state)
{
    (void)state;
    struct layout layout;
    set("dopamine.d1_part=0.25");
    for (int32_t n_classes = 2; n_classes <= 3; n_classes++) {
        set(n_classes == 2 ? "reward.responses=one" : "reward.responses=class");
        p.pyramidal.neurons = 12;
        assert_int_equal(layout_init(&layout, &p, n_classes, INPUTS), STATUS_OK);
        assert_false(layout.has_one_response);
        for (int32_t cell = 0; cell < 12; cell++)
            assert_false(layout_is_d2(&layout, cell));
    }
}

/* ---- training ---- */

enum responses { ONE, CLASS }; /* reward.responses, each with presentations enough to learn */

static void begin(struct training *training, struct dataset *dataset, const char *gate,
                  enum responses responses)
{
    const bool is_one = responses == ONE;
    const char *const sets[] = {
        "data.train_per_class=40",
        "data.test_per_class=10",
        "data.stability=2",
        "data.overlap=0",
        "plasticity.rule=dopamine",
        gate,
        is_one ? "reward.responses=one" : "reward.responses=class",
        is_one ? "schedule.phases=1: presentations 10; 1 2: presentations 30" : "schedule.phases=",
        "stopping.by=presentations",
        is_one ? "stopping.max_presentations=40" : "stopping.max_presentations=80",
        "test.sample_period=0",
        "input.duration_ms=1500",
        "input.active_ms=1400",
        "test.active_spikes=7"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        set(sets[i]);
    assert_int_equal(dataset_init(dataset, &p, SEED), STATUS_OK);
    if (training_init(training, &p, dataset, kernel_find("fast"), SEED, 1) != STATUS_OK)
        fail_msg("%s", status_message());
}

static struct score train(double delay_s, enum responses responses)
{
    struct training training;
    struct dataset dataset;
    struct score score;
    p.dopamine.delay_s = delay_s;
    begin(&training, &dataset, "plasticity.gate=reward", responses);
    while (training.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&training), STATUS_OK);
    assert_int_equal(training_test(&training, NULL, &score), STATUS_OK);
    training_free(&training);
    dataset_free(&dataset);
    return score;
}

static void given_rewards_when_trained_expect_learning_within_the_window_alone(void **state)
{
    (void)state;
    assert_true(train(1, ONE).rule.n_correct >= 18);
    assert_int_equal(train(-1, ONE).rule.n_correct,
                     10); /* never responds: right for half of them */
    assert_int_equal(train(5, ONE).rule.n_correct, 10);
}

static void given_a_response_for_each_class_when_rewarded_expect_it_to_be_learned(void **state)
{
    (void)state;
    assert_true(train(1, CLASS).rule.n_correct >= 18);
    assert_int_equal(train(5, CLASS).rule.n_undecided, 20);
}

/* The mean of what was expected in trials `from` … `end` - 1 of a cue. */
static float mean_expected(const struct trials *trials, int32_t from, int32_t end, int32_t cue)
{
    float sum = 0;
    int32_t n = 0;
    for (int32_t i = from; i < end; i++)
        if (trials->row[i].cue == cue) {
            sum += trials->row[i].expected;
            n++;
        }
    return sum / (float)n;
}

static void given_rewards_when_trained_expect_every_trial_in_the_log(void **state)
{
    struct training training;
    struct dataset dataset;
    SCOPED(trials_free) struct trials trials;
    struct trial_row *found;
    int32_t n;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    trials_init(&trials);
    begin(&training, &dataset, "plasticity.gate=reward", ONE);
    training.observers = &trials.observer;
    while (training.stopped_by == STOP_NOT_YET)
        assert_int_equal(training_step(&training), STATUS_OK);
    assert_int_equal(trials.n, 40);
    for (int32_t i = 0; i < 40; i++) {
        const struct trial_row *row = &trials.row[i];
        const struct dopamine_effect effect = dopamine_act(&p, i + 1, (double)row->error);
        assert_int_equal(row->presentation, i + 1);
        assert_int_equal(row->cue, i < 10 || i % 2 == 0 ? 1 : 2);
        assert_int_equal(row->cue, dataset.train.labels[row->image]);
        assert_int_equal(row->response, 1);
        assert_int_equal(row->reward, row->cue == 1);
        assert_int_equal(row->answer, row->expected > 0 ? 1 : 2);
        assert_true(fabsf(row->error - ((float)row->reward - row->expected)) < 1e-6f);
        assert_true(fabs((double)row->dopamine_hz - effect.dopamine_hz) < 1e-3);
        assert_true(fabs((double)row->d1 - effect.consequence[0]) < 1e-3);
        assert_true(fabs((double)row->d2 - effect.consequence[1]) < 1e-3);
    }
    assert_true(trials.row[0].expected == 0);
    assert_true(mean_expected(&trials, 30, 40, 1) > 0.5f);
    assert_true(mean_expected(&trials, 30, 40, 2) < 0.2f);
    assert_int_equal(
        table_write(&trials_table, trials.row, (size_t)trials.n, support_path(state, ".")),
        STATUS_OK);
    assert_int_equal(table_read_in(&trials_table, support_path(state, "."), &found, &n), STATUS_OK);
    assert_int_equal(n, 40);
    for (int32_t i = 0; i < n; i++)
        assert_true(found[i].image == trials.row[i].image &&
                    fabsf(found[i].error - trials.row[i].error) < 1e-6f);
    free(found);
    training_free(&training);
    dataset_free(&dataset);
}

static void given_dopamine_by_schedule_when_logged_expect_no_rewards(void **state)
{
    (void)state;
    struct training training;
    struct dataset dataset;
    SCOPED(trials_free) struct trials trials;
    trials_init(&trials);
    set("dopamine.schedule=bd-");
    begin(&training, &dataset, "plasticity.gate=none", ONE);
    training.observers = &trials.observer;
    for (int i = 0; i < 3; i++)
        assert_int_equal(training_step(&training), STATUS_OK);
    for (int i = 0; i < 3; i++)
        assert_true(trials.row[i].answer == -1 && trials.row[i].response == -1 &&
                    trials.row[i].reward == -1 && isnan(trials.row[i].expected) &&
                    isnan(trials.row[i].error));
    assert_true(trials.row[0].d1 > 0.9f && trials.row[1].d2 > 0.9f);
    assert_true(trials.row[2].d1 == 0 && (double)trials.row[2].dopamine_hz == p.dopamine.tonic_hz);
    training_free(&training);
    dataset_free(&dataset);
}

static void given_a_reward_when_resumed_expect_the_same_to_the_last_bit(void **state)
{
    struct training whole, part;
    struct dataset dataset;
    SCOPED(trials_free) struct trials of_whole;
    SCOPED(trials_free) struct trials of_part;
    trials_init(&of_whole);
    trials_init(&of_part);
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    begin(&whole, &dataset, "plasticity.gate=reward", ONE);
    whole.observers = &of_whole.observer;
    for (int i = 0; i < 13; i++)
        assert_int_equal(training_step(&whole), STATUS_OK);
    assert_int_equal(checkpoint_write(&whole, SEED, support_path(state, ".")), STATUS_OK);
    if (training_init(&part, &p, &dataset, kernel_find("fast"), SEED, 1) != STATUS_OK)
        fail_msg("%s", status_message());
    part.observers = &of_part.observer;
    if (checkpoint_read(&part, SEED, support_path(state, "."), 13) != STATUS_OK)
        fail_msg("%s", status_message());
    while (whole.stopped_by == STOP_NOT_YET) {
        assert_int_equal(training_step(&whole), STATUS_OK);
        assert_int_equal(training_step(&part), STATUS_OK);
    }
    assert_int_equal(part.network.plastic.n, whole.network.plastic.n);
    assert_memory_equal(part.network.plastic.weight, whole.network.plastic.weight,
                        (size_t)whole.network.plastic.n * sizeof(float));
    assert_int_equal(of_part.n, 40);
    assert_memory_equal(of_part.row, of_whole.row, 40 * sizeof *of_part.row);
    training_free(&whole);
    training_free(&part);
    dataset_free(&dataset);
}

static void given_parts_that_do_not_fit_when_checked_expect_what_is_missing(void **state)
{
    (void)state;
    assert_int_equal(dopamine_check(&p), STATUS_OK);
    set("plasticity.gate=reward");
    assert_int_equal(training_check(&p), STATUS_USER);
    assert_string_equal(status_message(), "plasticity.gate = reward: plasticity.rule = capture: "
                                          "expected dopamine, which tells of the reward");
    set("plasticity.rule=dopamine");
    assert_int_equal(training_check(&p), STATUS_OK);
    set("plasticity.gate=none");
    assert_int_equal(training_check(&p), STATUS_USER);
    assert_non_null(strstr(status_message(), "nothing makes dopamine"));
    static const struct {
        const char *schedule, *place;
    } wrong[] = {{"bbx", "bbx: character 3: expected b for a burst"},
                 {"b d@0.5:", "character 3: "},
                 {"-@1", "character 2: "},
                 {"b@", "character 1: "},
                 {"b@1e9", "character 1: "},
                 {"b@1:-1", "character 1: "},
                 {" b", "character 1: "}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        strcpy(p.dopamine.schedule, wrong[i].schedule);
        assert_int_equal(training_check(&p), STATUS_USER);
        assert_non_null(strstr(status_message(), wrong[i].place));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_defaults)
    const struct CMUnitTest tests[] = {
        TEST(given_a_burst_when_it_comes_early_or_late_expect_nothing),
        TEST(given_a_burst_when_it_comes_within_the_window_expect_the_tag_to_count),
        TEST(given_bursts_of_smaller_errors_when_compared_expect_less_and_less),
        TEST(given_d1_and_d2_cells_when_it_bursts_or_dips_expect_each_its_own),
        TEST(given_short_dips_when_compared_expect_those_from_400_ms_to_be_noticed),
        TEST(given_amphetamine_when_it_dips_expect_nothing_until_an_antagonist_comes),
        TEST(given_a_schedule_when_over_expect_it_from_the_start_again),
        TEST(given_signals_with_times_when_they_come_expect_their_own_onset_and_length),
        TEST(given_signals_when_strong_expect_dopamine_above_and_below_tonic),
        TEST(given_bursts_and_dips_when_consolidated_expect_promises_kept_in_cells_of_each),
        TEST(given_an_answer_when_rewarded_expect_the_part_that_was_not_expected),
        TEST(given_silence_when_asked_expect_responses_at_random),
        TEST(given_one_response_when_asked_expect_both_to_learn_and_silence_to_answer),
        TEST(given_d2_cells_when_read_out_expect_them_to_speak_against),
        TEST(given_another_rule_when_laid_out_expect_no_cells_that_speak_against),
        TEST(given_rewards_when_trained_expect_learning_within_the_window_alone),
        TEST(given_a_response_for_each_class_when_rewarded_expect_it_to_be_learned),
        WITH_FOLDER(given_rewards_when_trained_expect_every_trial_in_the_log),
        TEST(given_dopamine_by_schedule_when_logged_expect_no_rewards),
        WITH_FOLDER(given_a_reward_when_resumed_expect_the_same_to_the_last_bit),
        TEST(given_parts_that_do_not_fit_when_checked_expect_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
