/* SPDX-License-Identifier: GPL-3.0-or-later */
/* train/schedule, train/carriers, store/continual: which classes the phases of training show, when
 * a phase ends, what happens at a switch, that a training stopped anywhere, also within a switch,
 * goes on to the same end, and what is told of each class. */
#include "train/schedule.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/status.h"
#include "network/network.h"
#include "store/checkpoint.h"
#include "store/records.h"
#include "store/run_tables.h"
#include "support.h"
#include "train/train.h"

enum { SEED = 23 };

static struct parameters p;
static struct dataset dataset;
static struct schedule schedule;

static void set(const char *const *assignments)
{
    for (int i = 0; assignments[i]; i++)
        support_set(&p, assignments[i]);
}

static int make_task(void **state)
{
    if (support_make_folder(state) != 0 || parameters_preset(&p, "authors") != STATUS_OK)
        return -1;
    set((const char *const[]){"data.train_per_class=7", "data.test_per_class=6",
                              "input.duration_ms=600", "input.active_ms=450",
                              "connections.w_max=0.6", "input.rate_max_hz=60",
                              "turnover.threshold=0.25", "turnover.period=3",
                              "test.sample_period=4", "stopping.max_presentations=24", NULL});
    return dataset_init(&dataset, &p, SEED);
}

static int free_task(void **state)
{
    dataset_free(&dataset);
    return support_remove_folder(state);
}

static void phases(const char *text)
{
    snprintf(p.schedule.phases, sizeof p.schedule.phases, "%s", text);
}

/* ---- reading and walking, without a network ---- */

static void expect_refused(const char *text, const char *message)
{
    phases(text);
    assert_int_equal(schedule_init(&schedule, &p, &dataset.labels), STATUS_USER);
    support_assert_message(message, NULL);
}

static void given_phases_that_cannot_be_when_read_expect_one_line_that_says_why(void **state)
{
    (void)state;
    expect_refused("1", "phase 1 has no end: expected strong, accuracy or presentations");
    expect_refused("1: strong", "phase 1: expected a number from 0 to 1 at ''");
    expect_refused("1: strong 0.5; x", "phase 2: expected classes, whole numbers from 0 to 999");
    expect_refused("1 1: strong 1", "each once, at '1: strong 1'");
    expect_refused("1-2: strong 1; 2-1: strong 1",
                   "phase 2: expected the smaller class of a range first, as in 0-9, at '2-1");
    expect_refused("1-: strong 1", "each once, at '1-: strong 1'");
    expect_refused("0-999: strong 1", "each once, at '0-999: strong 1'");
    expect_refused("1: strong 2", "phase 1: expected a number from 0 to 1 at '2'");
    expect_refused("1: presentations 2.5", "expected a whole number from 0 to 1e+08 at '2.5'");
    expect_refused("1: strong 1 2", "phase 1: expected ',' or ';' at '2'");
    expect_refused("1: stong 1", "expected strong, accuracy, presentations, replay, prune, rest, "
                                 "turnover or no-turnover at 'stong 1'");
    expect_refused("1: strong 1, prune 0.5",
                   "phase 1: prune is done at the switch to a phase, which the first has not");
    expect_refused("1: strong 1; 7: strong 1",
                   "phase 2: class 7 is not learned: expected one of 1, 2");
    expect_refused("1: presentations 20; 2: presentations 5",
                   "stopping.max_presentations = 24: expected at least 25");
    p.schedule.new_cells = true;
    expect_refused("", "schedule.new_cells: cells come with the classes of a phase");
    strcpy(p.data.network, "network.csv");
    expect_refused("1: strong 1; 2: strong 1", "expected schedule.phases without data.network");
    p.schedule.new_cells = false;
    p.test.sample_period = 0;
    expect_refused("1: accuracy 0.5", "phase 1 ends by accuracy: needs sample tests");
}

static void given_an_item_of_a_phase_when_read_expect_it_in_place_of_the_parameter(void **state)
{
    (void)state;
    p.schedule.strong = 0.4;
    p.schedule.prune = 0.3;
    phases(" 2 ; 1-2 : strong 0.6 , prune 0.5,no-turnover;");
    assert_int_equal(schedule_init(&schedule, &p, &dataset.labels), STATUS_OK);
    assert_int_equal(schedule.n, 2);
    const struct schedule_phase *phase = schedule.phase;
    assert_true(phase[0].strong == 0.4 && phase[0].turnover > 0);
    assert_int_equal(phase[0].classes.label[0], 2);
    assert_int_equal(phase[1].classes.n, 2);
    assert_true(phase[1].strong == 0.6 && phase[1].prune == 0.5 && phase[1].turnover == 0);
}

static void given_replay_when_walked_expect_that_part_of_earlier_classes_in_turn(void **state)
{
    (void)state;
    const int32_t expected[] = {5, 6, 1, 5, 6, 2, 5, 6, 1};
    phases("1 2 5: presentations 2; 5 6: presentations 9, replay 0.34");
    p.stopping.max_presentations = 11;
    assert_int_equal(schedule_init(&schedule, &p, NULL), STATUS_OK);
    schedule_advance(&schedule, 2);
    for (int32_t i = 0; i < 9; i++)
        assert_int_equal(schedule_next_label(&schedule, 2 + i), expected[i]);
}

static void given_the_ends_of_a_phase_when_asked_expect_the_first_that_is_reached(void **state)
{
    (void)state;
    phases("1: strong 0.5, accuracy 0.75, presentations 10");
    assert_int_equal(schedule_init(&schedule, &p, &dataset.labels), STATUS_OK);
    assert_int_equal(schedule_end(&schedule, 9, 0.49f), STOP_NOT_YET);
    assert_int_equal(schedule_end(&schedule, 10, 0.49f), STOP_LIMIT);
    schedule.n_samples = 4;
    schedule.n_correct = 2;
    assert_int_equal(schedule_end(&schedule, 9, 0.49f), STOP_NOT_YET);
    schedule.n_correct = 3;
    assert_int_equal(schedule_end(&schedule, 9, 0.49f), STOP_ACCURACY);
    assert_int_equal(schedule_end(&schedule, 9, 0.5f), STOP_STRONG);
}

/* ---- in training ---- */

static void given_phases_when_trained_expect_each_class_its_images_in_order(void **state)
{
    (void)state;
    struct training training;
    phases("2: presentations 5; 1: presentations 3; 2: presentations 4");
    support_begin_training(&training, &p, &dataset, SEED);
    for (int32_t n = 0; n < 12; n++) {
        int32_t k;
        const bool is_second = n < 5 || n >= 8;
        support_train_to(&training, n);
        if (training.schedule.is_switching)
            continue; /* the next step belongs to the next phase */
        const int32_t image = training_next_image(&training, &k);
        assert_int_equal(k, is_second);
        assert_int_equal(image,
                         dataset_label_image(&dataset, k, is_second ? n - 3 * (n > 5) : n - 5));
    }
    support_train_to(&training, 24);
    assert_int_equal(training.n_presentations, 12);
    assert_int_equal(training.stopped_by, STOP_LIMIT);
    assert_int_equal(training.schedule.shown[0], 3);
    assert_int_equal(training.schedule.shown[1], 9);
    training_free(&training);
}

static void given_a_purge_when_switched_expect_the_weak_replaced_and_the_strong_kept(void **state)
{
    (void)state;
    struct training training;
    phases("1: presentations 4; 2: presentations 4, prune 0.5, no-turnover");
    p.turnover.policy = TURNOVER_NONE;
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 4);
    const struct plastic_synapses *s = &training.network.plastic;
    const int32_t n = s->n, next_id = s->next_id;
    int32_t n_weak = 0;
    for (int32_t i = 0; i < n; i++)
        n_weak += s->weight[i] <= 0.5f;
    assert_true(n_weak > 0 && n_weak < n);
    support_train_to(&training, 5);
    assert_int_equal(s->n, n);
    assert_int_equal(s->next_id, next_id + n_weak);
    assert_int_equal(training.curve[3].turnover.n_pruned, n_weak);
    assert_int_equal(training.curve[3].turnover.n_grown, n_weak);
    training_free(&training);
}

static void given_a_phase_without_turnover_when_trained_expect_none_and_then_some(void **state)
{
    (void)state;
    struct training training;
    phases("1: presentations 6, no-turnover; 2: presentations 6");
    support_begin_training(&training, &p, &dataset, SEED);
    support_train_to(&training, 24);
    for (int32_t n = 0; n < 12; n++)
        assert_int_equal(training.curve[n].turnover.n_pruned > 0, n == 8 || n == 11);
    training_free(&training);
}

static int32_t n_on_class(const struct training *training, int32_t k)
{
    const struct plastic_synapses *s = &training->network.plastic;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++)
        n += layout_class(&training->network.layout, s->dendrite[i]) == k;
    return n;
}

static void
given_new_cells_when_their_class_comes_expect_their_part_of_the_synapses_and_the_others_kept(
    void **state)
{
    (void)state;
    struct training training;
    int32_t n_on[80] = {0};
    phases("2: presentations 3, no-turnover; 1: presentations 3");
    set((const char *const[]){"schedule.new_cells=true", "connections.plastic=804",
                              "connections.contacts=2", NULL});
    support_begin_training(&training, &p, &dataset, SEED);
    const struct plastic_synapses *s = &training.network.plastic;
    support_train_to(&training, 3);
    assert_int_equal(n_on_class(&training, 0), 0);
    assert_int_equal(n_on_class(&training, 1), s->n);
    const int32_t n = s->n, first_new = s->next_id;
    assert_in_range(n, 2 * (402 - 40), 2 * (402 + 40)); /* shared evenly up to a whole round */
    training.turnover.policy = &turnover_none;
    support_train_to(&training, 4);
    assert_int_equal(s->n, n + 804);
    assert_int_equal(training.curve[2].turnover.n_grown, 804);
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t cell = layout_neuron(&training.network.layout, s->dendrite[i]);
        assert_true((cell < 40) == (s->id[i] >= first_new));
        n_on[cell]++;
    }
    for (int32_t cell = 0; cell < 40; cell++)
        assert_in_range(n_on[cell], 20, 22);
    training_free(&training);
}

/* Turnover of each kind, spontaneous births, a purge and surgery leave the cells alone that are not
 * there. */
static void given_cells_to_come_when_synapses_move_expect_none_on_them(void **state)
{
    static const char *const policies[] = {"random", "constrained", "clustered"};
    (void)state;
    phases("1: presentations 8; 2: presentations 4");
    set((const char *const[]){"schedule.new_cells=true", "intrinsic.form=kesten", NULL});
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct training training;
        struct turnover_report report = {0};
        char policy[64];
        snprintf(policy, sizeof policy, "turnover.policy=%s", policies[i]);
        support_set(&p, policy);
        support_begin_training(&training, &p, &dataset, SEED);
        support_train_to(&training, 8);
        const int32_t n_born = training.network.plastic.next_id;
        assert_true(n_born > p.connections.plastic / 2);
        assert_false(training.turnover.is_over);
        assert_int_equal(turnover_purge(&training.turnover, &training.network, 0.3, &report),
                         STATUS_OK);
        assert_true(report.n_grown > 0);
        assert_int_equal(training_operate(&training, "scatter all", "surgery.at_switch", 1),
                         STATUS_OK);
        assert_int_equal(n_on_class(&training, 1), 0);
        assert_true(n_on_class(&training, 0) > 0);
        support_train_to(&training, 9);
        assert_true(n_on_class(&training, 1) > 0);
        training_free(&training);
    }
}

static struct continual of_whole, of_parts;

static void expect_same_end(struct training *whole, struct training *parts)
{
    const struct plastic_synapses *x = &whole->network.plastic, *y = &parts->network.plastic;
    const size_t size = (size_t)x->n * sizeof *x->id;
    assert_int_equal(whole->n_presentations, parts->n_presentations);
    assert_int_equal(whole->stopped_by, parts->stopped_by);
    assert_int_equal(x->n, y->n);
    assert_memory_equal(x->id, y->id, size);
    assert_memory_equal(x->dendrite, y->dendrite, size);
    assert_memory_equal(x->weight, y->weight, size);
    assert_memory_equal(x->tag, y->tag, size);
    assert_true(whole->spines.day == parts->spines.day);
    assert_memory_equal(whole->curve, parts->curve,
                        (size_t)whole->n_presentations * sizeof *whole->curve);
    assert_memory_equal(whole->schedule.shown, parts->schedule.shown, sizeof whole->schedule.shown);
    const struct continual *a = (struct continual *)whole->observers,
                           *b = (struct continual *)parts->observers;
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->n_overlaps, b->n_overlaps);
    assert_memory_equal(a->row, b->row, (size_t)a->n_rows * sizeof *a->row);
    assert_memory_equal(a->overlap, b->overlap, (size_t)a->n_overlaps * sizeof *a->overlap);
    training_free(whole);
    training_free(parts);
    continual_free(&of_whole);
    continual_free(&of_parts);
}

/* training_init with an observer of the classes. */
static void begin_watched(struct training *training, struct continual *continual)
{
    continual_free(continual);
    continual_init(continual);
    assert_int_equal(training_prepare(training, &p, &dataset, kernel_find("fast"), SEED, 1),
                     STATUS_OK);
    training->observers = &continual->observer;
    assert_int_equal(training_begin(training), STATUS_OK);
}

/* Writes the training, frees it, and begins it anew from what was written. */
static void write_and_read(void **state, struct training *training)
{
    const char *folder = support_path(state, "");
    const int32_t n = training->n_presentations;
    assert_int_equal(checkpoint_write(training, SEED, folder), STATUS_OK);
    training_free(training);
    begin_watched(training, &of_parts);
    if (checkpoint_read(training, SEED, folder, n) != STATUS_OK)
        fail_msg("%s", status_message());
}

#define SWITCHES                                                                                   \
    "1: presentations 5; 2: presentations 6, prune 0.3, rest 2, replay 0.4; 1 2: strong 1"

static void stop_anywhere(void **state)
{
    struct training whole, parts;
    set((const char *const[]){"intrinsic.form=kesten", "stopping.max_presentations=14", NULL});
    begin_watched(&whole, &of_whole);
    support_train_to(&whole, 24);
    begin_watched(&parts, &of_parts);
    for (int32_t n = 2; n < 14; n += n < 4 ? 2 : 1) { /* at 5 and 11 between two phases */
        support_train_to(&parts, n);
        assert_int_equal(parts.schedule.is_switching, n == 5 || n == 11);
        write_and_read(state, &parts);
    }
    support_train_to(&parts, 24);
    expect_same_end(&whole, &parts);
}

static void given_phases_when_stopped_anywhere_expect_the_same_end(void **state)
{
    phases(SWITCHES);
    stop_anywhere(state);
}

static void given_new_cells_when_stopped_anywhere_expect_the_same_end(void **state)
{
    phases(SWITCHES);
    support_set(&p, "schedule.new_cells=true");
    support_set(&p, "intrinsic.birth_rate=0.2");
    stop_anywhere(state);
}

/* Of 48 images of 8x8 pixels each `step`-th: a line, which moves with the label and the image;
 * twelve of each label. */
static const char *write_some_lines(void **state, const char *name, const int *labels, int first,
                                    int step)
{
    char text[16384] = "", *end = text;
    for (int i = first; i < 48; i += step) {
        end += sprintf(end, "%d", labels[i % 4]);
        for (int pixel = 0; pixel < 64; pixel++)
            end += sprintf(end, ",%d", pixel / 8 == 2 * (i % 4) + i % 12 / 6 ? 255 : 0);
        *end++ = '\n';
    }
    return support_write_text(state, name, text);
}

static const char *write_lines(void **state, const char *name, const int *labels)
{
    return write_some_lines(state, name, labels, 0, 1);
}

static void given_phases_of_other_data_when_stopped_anywhere_expect_the_same_end(void **state)
{
    const char *path = write_lines(state, "lines.csv", (const int[]){1, 2, 3, 4});
    dataset_free(&dataset);
    set((const char *const[]){"data.kind=files", "schedule.new_cells=true", NULL});
    snprintf(p.data.train_images, sizeof p.data.train_images, "%s", path);
    snprintf(p.data.test_images, sizeof p.data.test_images, "%s", path);
    path = write_some_lines(state, "other.csv", (const int[]){1, 2, 3, 4}, 0, 2);
    snprintf(p.data.other_train_images, sizeof p.data.other_train_images, "%s", path);
    snprintf(p.data.other_test_images, sizeof p.data.other_test_images, "%s", path);
    support_set(&p, "data.classes=1,2,101,103");
    assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    phases("1 2: presentations 5; 101: presentations 6, replay 0.4; 101 103: presentations 3");
    stop_anywhere(state);
}

static void given_phases_of_shared_cells_when_stopped_anywhere_expect_the_same_end(void **state)
{
    const char *path = write_lines(state, "lines.csv", (const int[]){1, 2, 3, 4});
    dataset_free(&dataset);
    set((const char *const[]){"data.kind=files", "data.share=1 3; 2 4", NULL});
    snprintf(p.data.train_images, sizeof p.data.train_images, "%s", path);
    snprintf(p.data.test_images, sizeof p.data.test_images, "%s", path);
    assert_int_equal(dataset_init(&dataset, &p, SEED), STATUS_OK);
    phases("1 2: presentations 5; 3 4: presentations 6, replay 0.4; 1 4: presentations 3");
    stop_anywhere(state);
}

static void given_a_signal_in_the_rest_of_a_switch_when_resumed_expect_the_same_end(void **state)
{
    struct training whole, parts;
    phases(SWITCHES);
    set((const char *const[]){"intrinsic.form=kesten", "stopping.max_presentations=12", NULL});
    begin_watched(&whole, &of_whole);
    support_train_to(&whole, 24);
    begin_watched(&parts, &of_parts);
    support_train_to(&parts, 5);
    interrupt_watch();
    raise(SIGUSR1);
    parts.may_stop = true;
    assert_true(training_step(&parts) <= STATUS_INTERRUPTED);
    assert_true(parts.rest_until > parts.spines.day && parts.schedule.is_switching);
    write_and_read(state, &parts);
    support_train_to(&parts, 24);
    expect_same_end(&whole, &parts);
}

/* ---- what is told of each class ---- */

static void
given_spikes_by_hand_when_weighed_expect_what_carries_each_class_and_its_age(void **state)
{
    (void)state;
    struct network network;
    struct activity activity;
    struct carriers carriers;
    const int32_t fires[2] = {4, 0}, both[2] = {2, 6}, dendritic[4] = {1, 0, 0, 3};
    const int64_t intensity[2 * 3] = {255, 0, 0, 0, 510, 0}; /* of one image, and of two */
    p.pyramidal.neurons = 2;
    p.pyramidal.n_dendrites = 2;
    p.connections.plastic = 40;
    assert_int_equal(support_connect(&network, &p, 2, 3, SEED), STATUS_OK);
    assert_int_equal(network_keep_lives(&network, SEED, 100), STATUS_OK);
    for (int32_t i = 0; i < 40; i++)
        network.lives->life[i].born = i % 2 ? 10 : 30;
    assert_int_equal(activity_init(&activity, &network.layout, &dataset.labels, 20), STATUS_OK);
    activity_add(&activity, 1, fires, dendritic);
    activity_add(&activity, 2, both, dendritic);
    activity_add(&activity, 2, both, dendritic);
    assert_int_equal(carriers_init(&carriers, &network, &activity, intensity, 50), STATUS_OK);
    /* cells 4, 0 against 2, 6 */
    support_expect_near((double)carriers_overlap(carriers.cell, 2, 0, 1), 2.0 / 10, 1e-6);
    support_expect_near((double)carriers_overlap(carriers.dendrite, 4, 0, 1), 1, 1e-6);
    /* each class has an input of its own */
    support_expect_near((double)carriers_overlap(carriers.synapse, 40, 0, 1), 0, 1e-6);
    double sum = 0, aged = 0;
    for (int32_t i = 0; i < 40; i++) {
        const struct plastic_synapses *s = &network.plastic;
        const double w = i < s->start[1] && s->dendrite[i] < 2 ? 4 * (double)s->weight[i] : 0;
        support_expect_near((double)carriers.synapse[i], w, 1e-6);
        sum += w;
        aged += w * (s->id[i] % 2 ? 40 : 20);
    }
    assert_true(sum > 0);
    support_expect_near((double)carriers.age[0], aged / sum, 1e-4);
    carriers_free(&carriers);
    activity_free(&activity);
    network_free(&network);
}

#define SMALL_RUN                                                                                  \
    "--quiet --set data.train_per_class=7 --set data.test_per_class=6 "                            \
    "--set stopping.max_presentations=12 --set test.sample_period=3 "

/* The part of class `label` that was answered rightly at the end of a phase. */
static double recall_at(const struct continual_row *row, int32_t n, int32_t phase, int32_t label)
{
    for (int32_t i = 0; i < n; i++)
        if (row[i].is_end && row[i].phase == phase && row[i].label == label) {
            assert_int_equal(row[i].n, 6);
            return row[i].n_correct / 6.0;
        }
    fail_msg("no end of phase %d", phase);
    return NAN;
}

static void given_a_run_in_phases_when_done_expect_measures_by_the_published_formulas(void **state)
{
    struct continual_row *row;
    int32_t n;
    free(support_run_well(state, "train " SMALL_RUN
                                 "--no-pictures --out out --set input.rate_max_hz=60 --set "
                                 "connections.w_max=0.9 --set "
                                 "schedule.phases=2:" SUPPORT_SPACE "presentations" SUPPORT_SPACE
                                 "6;1:" SUPPORT_SPACE "presentations" SUPPORT_SPACE "6"));
    assert_int_equal(table_read_in(&continual_table, support_path(state, "out"), &row, &n),
                     STATUS_OK);
    assert_int_equal(n, 2 * (3 + 4)); /* before, two ends, four sample tests, of two classes */
    const double before = recall_at(row, n, 0, 1), learned = recall_at(row, n, 1, 2),
                 next = recall_at(row, n, 1, 1), kept = recall_at(row, n, 2, 2),
                 last = recall_at(row, n, 2, 1);
    char expected[128];
    snprintf(expected, sizeof expected, ",%.6f,%.6f,%.6f,%.6f,", (learned + last) / 2,
             learned - kept, kept - learned, next - before);
    size_t length;
    char *result = (char *)support_read(support_path(state, "out/result.csv"), &length);
    result = realloc(result, length + 1);
    result[length] = '\0';
    assert_non_null(strstr(
        result, ",accuracy_learned,forgetting,backward_transfer,forward_transfer,active_overlap,"));
    if (!strstr(result, expected))
        fail_msg("%s is not in %s", expected, result);
    free(result);
    table_free(&continual_table, row, n);
}

#define LINES(name) "--set data.train_images=" name ".csv --set data.test_images=" name ".csv "
#define SHARE                                                                                      \
    "--set data.share=1" SUPPORT_SPACE "3;" SUPPORT_SPACE "2" SUPPORT_SPACE "4 " LINES("four")
#define LINES_RUN                                                                                  \
    "train --quiet --no-pictures --set data.kind=files --set stopping.max_presentations=16 "       \
    "--set stopping.by=presentations --set test.sample_period=0 --set test.readout=spikes "        \
    "--set connections.w_max=0.9 --set turnover.period=4 --out "

/* What a class of two labels learns is what one of two kinds of images does. */
static void
given_labels_that_share_cells_when_learned_expect_the_same_as_of_classes_with_both(void **state)
{
    static const char *const same[] = {"network.csv", "predictions.csv", "confusion.csv",
                                       "learning_curve.csv", "maps.csv"};
    write_lines(state, "four.csv", (const int[]){1, 2, 3, 4});
    write_lines(state, "two.csv", (const int[]){1, 2, 1, 2});
    free(support_run_well(state, LINES_RUN "two " LINES("two")));
    free(support_run_well(state, LINES_RUN "four " SHARE));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char of_two[64], of_four[64];
        snprintf(of_two, sizeof of_two, "two/%s", same[i]);
        snprintf(of_four, sizeof of_four, "four/%s", same[i]);
        support_expect_same(support_path(state, of_two), support_path(state, of_four));
    }
}

#define OTHER_LINES                                                                                \
    "--set data.other_train_images=other.csv --set data.other_test_images=other.csv "
#define OTHER_PHASES                                                                               \
    "--set schedule.new_cells=true --set schedule.presentations=8 --set "                          \
    "schedule.phases=1-2;101-102 "

static void
given_other_data_when_learned_in_phases_expect_the_same_as_of_one_file_with_both(void **state)
{
    static const char *const same[] = {"network.csv", "predictions.csv", "learning_curve.csv",
                                       "maps.csv", "continual.csv"};
    write_lines(state, "both.csv", (const int[]){1, 101, 2, 102});
    write_some_lines(state, "first.csv", (const int[]){1, 0, 2, 0}, 0, 2);
    write_some_lines(state, "other.csv", (const int[]){0, 1, 0, 2}, 1, 2);
    free(support_run_well(state, LINES_RUN "both " LINES("both") OTHER_PHASES));
    free(support_run_well(state, LINES_RUN "two " LINES("first") OTHER_LINES OTHER_PHASES));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char of_one[64], of_two[64];
        snprintf(of_one, sizeof of_one, "both/%s", same[i]);
        snprintf(of_two, sizeof of_two, "two/%s", same[i]);
        support_expect_same(support_path(state, of_one), support_path(state, of_two));
    }
    free(support_run_well(state, "verify two"));
    support_write_text(state, "other.csv", "1,0,0,0,0\n2,9,9,9,9\n");
    struct support_run run;
    support_run(state, &run, "verify two");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(strstr(run.err, "other.csv: images of 2x2 pixels: expected 8x8 as in"));
    support_run_free(&run);
}

/* The cells of class 1 answer for labels 1 and 3, those of class 2 for 2 and 4. */
static void
given_labels_that_share_cells_when_tested_expect_them_to_be_of_their_images(void **state)
{
    struct activity_line *line;
    int32_t n, n_cells[5] = {0}, n_own[5] = {0};
    write_lines(state, "four.csv", (const int[]){1, 2, 3, 4});
    free(support_run_well(state, LINES_RUN "four " SHARE));
    assert_int_equal(table_read_in(&activity_table, support_path(state, "four"), &line, &n),
                     STATUS_OK);
    for (int32_t i = 0; i < n; i++) {
        const bool is_own = (line[i].cell < 40) == (line[i].images % 2 == 1);
        assert_int_equal(line[i].label, is_own ? line[i].images : line[i].cell < 40 ? 1 : 2);
        n_cells[line[i].images] += line[i].dendrite < 0;
        n_own[line[i].images] += line[i].dendrite < 0 && is_own;
    }
    free(line);
    for (int label = 1; label <= 4; label++) {
        assert_int_equal(n_cells[label], 80);
        assert_int_equal(n_own[label], 40);
    }
}

static void given_phases_that_share_cells_when_done_expect_rows_of_each_label_that_make_up_the_test(
    void **state)
{
    struct continual_row *row;
    int32_t n, n_right = 0;
    char accuracy[32];
    write_lines(state, "four.csv", (const int[]){1, 2, 3, 4});
    free(support_run_well(state,
                          LINES_RUN "out " SHARE "--set schedule.presentations=8 --set "
                                    "schedule.phases=1" SUPPORT_SPACE "2;3" SUPPORT_SPACE "4"));
    assert_int_equal(table_read_in(&continual_table, support_path(state, "out"), &row, &n),
                     STATUS_OK);
    assert_int_equal(n, 3 * 4); /* before, two ends, of four labels */
    for (int32_t i = 0; i < n; i++) {
        assert_int_equal(row[i].label, i % 4 + 1);
        assert_int_equal(row[i].n, 12);
        assert_int_equal(row[i].n_within, row[i].n_correct); /* each phase shows all classes */
        n_right += i >= 8 ? row[i].n_correct : 0;
    }
    table_free(&continual_table, row, n);
    assert_true(n_right > 0 && n_right < 48);
    snprintf(accuracy, sizeof accuracy, ",48,%.6f,", n_right / 48.0);
    size_t length;
    char *result = (char *)support_read(support_path(state, "out/result.csv"), &length);
    result = realloc(result, length + 1);
    result[length] = '\0';
    if (!strstr(result, accuracy) || !strstr(result, ",1-2-3-4,"))
        fail_msg("%s is not in %s", accuracy, result);
    free(result);
}

/* The spines of a run have lived through the rest between its phases as well. */
static void given_a_rest_at_the_switch_when_counted_expect_its_days(void **state)
{
    free(support_run_well(
        state, "train " SMALL_RUN "--no-pictures --out out --set record.synapses=true "
               "--set turnover.period=2 --set turnover.threshold=0.4 --set schedule.rest_days=3 "
               "--set schedule.presentations=5 --set schedule.phases=1;2"));
    char *out = support_run_well(state, "spines out");
    if (!strstr(out, "1   4.0 ")) /* ten presentations of 138 minutes are 0.96 days */
        fail_msg("%s", out);
    free(out);
}

/* The last point of a figure of the page: of class 2, or of synapses, after the second phase. */
static double last_y(void **state, const char *name)
{
    json_t *figure = support_figure(state, "out/report.html", name);
    const json_t *lines = json_object_get(json_object_get(figure, "tables"), "lines");
    const json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    assert_string_equal(json_string_value(json_object_get(last, "panel")), "phases");
    assert_true(json_number_value(json_object_get(last, "x")) == 2);
    const double y = json_number_value(json_object_get(last, "y"));
    json_decref(figure);
    return y;
}

/* What a page says of a sweep with one run in two phases of four presentations. */
static void expect_figures_of_phases(void **state)
{
    struct continual_row *row;
    struct continual_overlap *overlap;
    int32_t n, n_overlaps;
    const char *run = support_path(state, "out/runs/phases-s1");
    assert_int_equal(table_read_in(&continual_table, run, &row, &n), STATUS_OK);
    run = support_path(state, "out/runs/phases-s1");
    assert_int_equal(table_read_in(&continual_overlap_table, run, &overlap, &n_overlaps),
                     STATUS_OK);
    const struct continual_row *end = &row[n - 1];
    assert_true(end->is_end && end->label == 2);
    support_expect_near(last_y(state, "continual"), end->n_correct / 6.0, 1e-5);
    support_expect_near(last_y(state, "continual-undecided"), end->n_undecided / 6.0, 1e-5);
    support_expect_near(last_y(state, "continual-age"), (double)end->age, 1e-4);
    support_expect_near(last_y(state, "continual-overlap"),
                        (double)overlap[n_overlaps - 1].synapses, 1e-5);
    table_free(&continual_table, row, n);
    table_free(&continual_overlap_table, overlap, n_overlaps);
}

static void
given_a_sweep_with_phases_and_without_when_gathered_expect_columns_and_gaps(void **state)
{
    support_write_text(
        state, "two.sweep",
        "title = \"two\"; runs = 1; factors: ({ name = \"order\"; levels = ({ name = \"mixed\"; }, "
        "{ name = \"phases\"; set = [\"schedule.phases=1: presentations 4; 2: presentations 4\"]; "
        "}); });");
    free(support_run_well(state,
                          "sweep two.sweep " SMALL_RUN
                          "--set input.rate_max_hz=60 --set connections.w_max=0.9 --out out"));
    free(support_run_well(state, "verify out"));
    free(support_run_well(state, "report out"));
    expect_figures_of_phases(state);
    size_t length;
    char *results = (char *)support_read(support_path(state, "out/results.csv"), &length);
    results = realloc(results, length + 1);
    results[length] = '\0';
    assert_non_null(strstr(results, ",backward_transfer,forward_transfer,active_overlap,"));
    const char *mixed = strstr(results, "\nmixed,"), *phases = strstr(results, "\nphases,");
    const char *gap = strstr(mixed, ",,,,,"); /* no measures of phases: four empty fields */
    assert_true(mixed < gap && gap < phases);
    assert_null(strstr(phases, ",,,,,"));
    free(results);
}

#define TASK(test) cmocka_unit_test_setup_teardown(test, make_task, free_task)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TASK(given_phases_that_cannot_be_when_read_expect_one_line_that_says_why),
        TASK(given_an_item_of_a_phase_when_read_expect_it_in_place_of_the_parameter),
        TASK(given_replay_when_walked_expect_that_part_of_earlier_classes_in_turn),
        TASK(given_the_ends_of_a_phase_when_asked_expect_the_first_that_is_reached),
        TASK(given_phases_when_trained_expect_each_class_its_images_in_order),
        TASK(given_a_purge_when_switched_expect_the_weak_replaced_and_the_strong_kept),
        TASK(given_a_phase_without_turnover_when_trained_expect_none_and_then_some),
        TASK(
            given_new_cells_when_their_class_comes_expect_their_part_of_the_synapses_and_the_others_kept),
        TASK(given_cells_to_come_when_synapses_move_expect_none_on_them),
        TASK(given_new_cells_when_stopped_anywhere_expect_the_same_end),
        TASK(given_phases_of_other_data_when_stopped_anywhere_expect_the_same_end),
        TASK(given_other_data_when_learned_in_phases_expect_the_same_as_of_one_file_with_both),
        TASK(given_phases_when_stopped_anywhere_expect_the_same_end),
        TASK(given_spikes_by_hand_when_weighed_expect_what_carries_each_class_and_its_age),
        TASK(given_a_run_in_phases_when_done_expect_measures_by_the_published_formulas),
        TASK(given_a_rest_at_the_switch_when_counted_expect_its_days),
        TASK(given_a_sweep_with_phases_and_without_when_gathered_expect_columns_and_gaps),
        TASK(given_phases_of_shared_cells_when_stopped_anywhere_expect_the_same_end),
        TASK(given_labels_that_share_cells_when_learned_expect_the_same_as_of_classes_with_both),
        TASK(given_labels_that_share_cells_when_tested_expect_them_to_be_of_their_images),
        TASK(
            given_phases_that_share_cells_when_done_expect_rows_of_each_label_that_make_up_the_test),
        TASK(given_a_signal_in_the_rest_of_a_switch_when_resumed_expect_the_same_end),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
