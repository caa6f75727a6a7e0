/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training protocol (docs/model.md §6), a presentation at a time. Reads and writes no file. */
#include "train/train.h"

#include <stdlib.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "plasticity/dopamine.h"
#include "spines/silent.h"
#include "train/rest.h"
#include "train/surgery.h"

enum { MINUTES_A_DAY = 1440 };

/* The draw (surgery.h) of each surgery: with d = surgery.draw, 2 d before training, 2 d + 1 after
 * it, and SWITCH_DRAWS or more at switches of phases. */
enum { SWITCH_DRAWS = 1 << 22 };

int training_check(const struct parameters *p)
{
    SCOPED(retention_free) struct retention retention = {0};
    struct schedule schedule;
    TRY(parameters_validate(p));
    TRY(spines_check(p));
    TRY(surgery_check(p));
    TRY(schedule_init(&schedule, p, NULL));
    TRY(dopamine_check(p));
    return retention_init(&retention, p);
}

/* Calls `event` of every observer that has it. If one fails, returns its status. */
#define TELL(training, event, ...)                                                                 \
    for (struct observer *o = (training)->observers; o; o = o->next)                               \
        if (o->event)                                                                              \
    TRY(o->event(o, __VA_ARGS__))

/* The first observer with rasters, to which spikes are recorded; NULL: no observer needs spikes. */
static const struct observer *find_rasters(const struct training *training)
{
    const struct observer *o = training->observers;
    while (o && o->n_rasters == 0)
        o = o->next;
    return o;
}

/* Before training and at the end of a phase: tests all test images without CREB, if there are
 * phases and an observer has `tested`. */
static int test_midway(struct training *training)
{
    const struct test_set tests = dataset_tests(training->dataset);
    SCOPED(activity_free) struct activity activity = {0};
    const struct observer *asking = training->observers;
    while (asking && !asking->tested)
        asking = asking->next;
    if (!asking || training->schedule.n == 0)
        return STATUS_OK;
    OWN_NEW(struct reading, readings, tests.n, "the test");
    const struct network network = network_without_creb(&training->network);
    TRY(activity_init(&activity, &network.layout, &training->dataset->labels,
                      training->presenter.readout.active_spikes));
    training->presenter.activity = &activity;
    test_images(&training->presenter, &network, &tests, 0, tests.n, readings, NULL);
    training->presenter.activity = NULL;
    const struct midway_test test = {true, &tests, tests.n, readings, &activity};
    TELL(training, tested, training, &test);
    return STATUS_OK;
}

static int begin(struct training *training)
{
    const struct parameters *p = training->parameters;
    struct spines_report before = {0};
    TRY(rest_begin(training, p->rest.before_training_days, &before));
    for (struct observer *o = training->observers; o; o = o->next)
        for (int k = 0; k < OBSERVED_MAX && o->observed[k].table; k++)
            *o->observed[k].n = 0;
    TELL(training, begun, training);
    if (p->stopping.max_presentations == 0)
        training->stopped_by = STOP_LIMIT;
    return test_midway(training);
}

int training_begin(struct training *training)
{
    RETURN_OR_FREE(begin(training), training_free, training);
}

/* Shows a training image. */
static void present_image(struct training *training, struct presentation *presentation,
                          int32_t image, int32_t teacher)
{
    struct stimulus *stimulus = &training->presenter.stimulus[0];
    struct sample_test *sample = training->sample;
    encode_image(&training->presenter.encoder, &training->dataset->train, image, teacher, stimulus);
    presentation->is_alone = training->ahead || (sample->after > 0 && !test_is_over(&sample->test));
    training_show(training, presentation, stimulus, teacher, true);
    presentation->is_alone = false;
}

/* Uses the presentation that was made ahead of time, if it is of this image and teacher; returns
 * whether it was. */
static bool use_ahead(struct training *training, int32_t image, int32_t teacher)
{
    struct plastic_synapses *s = &training->network.plastic;
    struct ahead *ahead = training->ahead;
    const struct presentation *made =
        ahead ? ahead_find(ahead, &training->network, image, teacher) : NULL;
    if (!made)
        return false;
    if (s->n > 0)
        memcpy(s->calcium, ahead->copy.plastic.calcium, (size_t)s->n * sizeof *s->calcium);
    training_note_shown(training, made, teacher, true);
    return true;
}

/* While the network answers to an image of class k, another thread presents ahead of time what may
 * be needed next: the same image with its teacher (needed if there is something to learn from it),
 * or the next image without teacher (needed if there is not, since then the network does not
 * change). If there is something to learn from a fraction p of the images, an image takes the time
 * of 1 presentation with the first guess and of (1 + 2p - p²) / (2 - p) with the second, on
 * average: less if p < 0.38. */
static int look_ahead(struct training *training, int32_t image, int32_t k)
{
    const float guess_below = 0.38F;
    const struct dataset *dataset = training->dataset;
    int32_t teacher = training->parameters->teacher.enabled ? k : TEACHERS_NONE;
    if (training->sample->after > 0 && test_is_over(&training->sample->test))
        training_take_sample(training);
    if (training->presenter.n_threads < 2 || training->sample->after > 0 || find_rasters(training))
        return STATUS_OK;
    if (!training->ahead) {
        TRY_NEW(training->ahead, 1, "a presentation");
        ahead_init(training->ahead);
    }
    /* the second guess did not help although nothing was learned, because decaying CREB changed the
     * network: prefer the first */
    if (!training->has_learned && training->ahead->asked.image == image &&
        training->ahead->asked.teacher == TEACHERS_NONE)
        training->learning = 1;
    if (training->learning < guess_below) {
        image =
            schedule_next_image(&training->schedule, dataset, training->n_presentations + 1, &k);
        teacher = TEACHERS_NONE;
    }
    return ahead_begin(training->ahead, &training->presenter, &training->network, &dataset->train,
                       image, teacher);
}

/* Shows a training image, and tells the observers. */
static int show_image(struct training *training, int32_t image, int32_t k, int32_t teacher)
{
    const struct observer *recorder = find_rasters(training);
    struct presentation *presentation = &training->presenter.presentation[0];
    presentation->raster = recorder ? recorder->raster : NULL;
    if (!use_ahead(training, image, teacher)) {
        if (training->gate.asks && teacher == TEACHERS_NONE)
            TRY(look_ahead(training, image, k));
        present_image(training, presentation, image, teacher);
    }
    const struct showing showing = {PHASE_TRAIN, image, training->dataset->train.labels[image],
                                    presentation->raster};
    presentation->raster = NULL;
    TELL(training, shown, &showing);
    return STATUS_OK;
}

/* Finds whether there is anything to learn from the image. If the gate asks for the network's
 * answer, presents the image without its teacher first. */
static int ask(struct training *training, int32_t image, int32_t k, bool *learns)
{
    const struct layout *layout = &training->network.layout;
    struct gate *gate = &training->gate;
    struct answer answer = {0};
    if (gate->asks) {
        TRY(show_image(training, image, k, TEACHERS_NONE));
        TRY(gate_take_answer(gate, &training->network));
        answer = answer_from(layout, training->spikes, (struct readout){READOUT_SPIKES, 0});
    }
    *learns = gate_judge(gate, layout, training->n_presentations + 1, k, answer.votes);
    return STATUS_OK;
}

/* Presents the next training image as the gate demands, and leaves the calcium to be
 * consolidated. */
static int show_next(struct training *training)
{
    struct gate *gate = &training->gate;
    int32_t k;
    const int32_t image = training_next_image(training, &k);
    bool learns = true;
    schedule_note_shown(&training->schedule, training->dataset, image);
    if (gate->is_on)
        TRY(ask(training, image, k, &learns));
    training->has_learned = learns;
    training->learning += ((learns ? 1 : 0) - training->learning) / 64;
    if (learns)
        TRY(show_image(training, image, k,
                       !training->parameters->teacher.enabled ? TEACHERS_NONE
                       : gate->is_on                          ? gate->teacher
                                                              : k));
    if (gate->is_on) {
        gate_admit(gate, &training->network);
        training->consolidation.shown.signal = gate->of_dendrite;
        training->consolidation.shown.error = gate->trial.error;
    }
    return STATUS_OK;
}

/* Whether n is 100, 300, 1000, 3000, … */
static bool is_early(int32_t n)
{
    while (n >= 1000 && n % 10 == 0)
        n /= 10;
    return n == 100 || n == 300;
}

static bool sample_is_due(const struct parameters *p, int32_t n)
{
    return (p->test.sample_period > 0 && n % p->test.sample_period == 0) ||
           (p->test.sample_early && is_early(n));
}

/* Makes the sample test of the last presentation. In a phase, also counts the answers to images of
 * its classes. */
static int test_at_once(struct training *training, const struct test_set *samples, int32_t n)
{
    struct schedule *schedule = &training->schedule;
    OWNED struct reading *readings = NULL;
    if (schedule->n > 0)
        TRY_NEW(readings, n, "the sample test");
    const struct score score =
        test_images(&training->presenter, &training->network, samples, 0, n, readings, NULL);
    training_note_sample(training, training->n_presentations, &score);
    for (int32_t i = 0; i < n && readings; i++) {
        const bool is_of_phase = schedule_has_label(&schedule->phase[schedule->now],
                                                    samples->images->labels[samples->image[i]]);
        schedule->n_samples += is_of_phase;
        schedule->n_correct +=
            is_of_phase && readings[i].answer.predicted == samples->class_index[i];
    }
    const struct midway_test test = {.tests = samples, .n = n, .readings = readings};
    if (readings)
        TELL(training, tested, training, &test);
    return STATUS_OK;
}

/* Makes the sample test of the last presentation; or only begins it, if its result is not needed
 * yet. */
static int test_samples(struct training *training)
{
    const struct parameters *p = training->parameters;
    struct presenter *presenter = &training->presenter;
    struct sample_test *sample = training->sample;
    const struct test_set samples = dataset_samples(training->dataset);
    const int32_t most = p->test.sample_images < samples.n ? p->test.sample_images : samples.n;
    const double start = progress_clock();
    training_take_sample(training);
    if (presenter->n_threads > 1 && p->stopping.by != STOPPING_BY_PATIENCE &&
        training->schedule.n == 0) {
        TRY(test_begin(&sample->test, presenter, &training->network, &samples, most));
        sample->after = training->n_presentations;
        return STATUS_OK;
    }
    TRY(test_at_once(training, &samples, most));
    sample->seconds += progress_clock() - start;
    return STATUS_OK;
}

int32_t training_count_samples(const struct parameters *p, int32_t n)
{
    int32_t n_samples = 0;
    for (int32_t i = 1; i <= n; i++)
        n_samples += sample_is_due(p, i);
    return n_samples;
}

/* Makes the next presentation, its consolidation and sample test, and the rest after it. */
static int present_next(struct training *training)
{
    const struct parameters *p = training->parameters;
    struct network *network = &training->network;
    struct curve_row *row = &training->curve[training->n_presentations];
    const int32_t n = training->n_presentations + 1, age = training->age_at_start + n;
    TRY(show_next(training));
    TRY(turnover_observe_calcium(&training->turnover, network, age));
    TELL(training, presented, training);
    TRY(consolidate(&training->consolidation, network));
    training->n_presentations = n;
    if (network->lives) {
        network->lives->presentation = age;
        turnover_observe_weights(&training->turnover, network, age);
        if (p->record.potentiation)
            network_note_potentiation(network, p->clustered.potentiated_by, age);
        silent_learn(network, p);
        network_note_weights(network);
    }

    training->schedule.n_samples = training->schedule.n_correct = 0;
    if (sample_is_due(p, n))
        TRY(test_samples(training));
    TRY(training_live(training,
                      training->spines.day + p->plasticity.consolidation_min / MINUTES_A_DAY, false,
                      &row->spines));
    return rest_begin(training, p->rest.between_presentations_days, &row->spines);
}

/* Whether none of the last stopping.patience sample tests was better than the best before them. */
static bool is_out_of_patience(const struct training *training)
{
    int32_t best = -1, n_worse = 0;
    if (training->curve[training->n_presentations - 1].n_samples == 0)
        return false; /* there was no sample test after this presentation */
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        if (row->n_samples == 0)
            continue;
        n_worse = row->n_correct > best ? 0 : n_worse + 1;
        best = row->n_correct > best ? row->n_correct : best;
    }
    return n_worse >= training->parameters->stopping.patience;
}

/* What ends training, or with a schedule the phase, after a presentation. */
static enum stop_reason find_stop(const struct training *training, float strong_fraction)
{
    const struct parameters *p = training->parameters;
    if (training->schedule.n > 0)
        return schedule_end(&training->schedule, training->n_presentations, strong_fraction);
    if (p->stopping.by == STOPPING_BY_STRONG && training->network.plastic.n > 0 &&
        strong_fraction >= (float)p->stopping.fraction)
        return STOP_STRONG;
    if (p->stopping.by == STOPPING_BY_PATIENCE && is_out_of_patience(training))
        return STOP_PATIENCE;
    return STOP_NOT_YET;
}

/* Makes the switch to the next phase, or continues the rest in it. */
static int pass_switch(struct training *training, struct curve_row *row)
{
    struct schedule *schedule = &training->schedule;
    const struct schedule_phase *next = &schedule->phase[schedule->now + 1];
    const uint32_t draw = SWITCH_DRAWS + PHASES_MAX * (uint32_t)training->parameters->surgery.draw +
                          (uint32_t)schedule->now;
    if (training->rest_until > 0) {
        TRY(rest_on(training, &row->spines));
    } else {
        if (next->prune > 0)
            TRY(turnover_purge(&training->turnover, &training->network, next->prune,
                               &row->turnover));
        TRY(training_operate(training, training->parameters->surgery.at_switch, "surgery.at_switch",
                             draw));
        TRY(rest_begin(training, next->rest_days, &row->spines));
    }
    turnover_set(&training->turnover, next->turnover > 0);
    schedule_advance(schedule, training->n_presentations);
    return training_admit_cells(training, &row->turnover);
}

/* Makes the switch to the next phase, if it is due, and the next presentation; or continues a
 * rest. */
static int advance(struct training *training)
{
    if (training->schedule.is_switching)
        TRY(pass_switch(training, &training->curve[training->n_presentations - 1]));
    if (training->rest_until <= 0)
        TRY(present_next(training));
    const int32_t n = training->n_presentations;
    return rest_on(training, &training->curve[n > 0 ? n - 1 : 0].spines);
}

int training_step(struct training *training)
{
    const struct parameters *p = training->parameters;
    struct network *network = &training->network;
    const int status = advance(training);
    const int32_t n = training->n_presentations;
    struct curve_row *row = &training->curve[n > 0 ? n - 1 : 0];
    if (status <= STATUS_INTERRUPTED) /* interrupted in a rest: observers may save the state */
        TELL(training, paused, training);
    TRY(status);
    if (turnover_is_due(&training->turnover, training_age(training)))
        TRY(turnover_run(&training->turnover, network, training_age(training), &row->turnover));
    row->strong_fraction = training_strong_fraction(p, network);
    training->stopped_by = find_stop(training, row->strong_fraction);
    const bool is_end = training->stopped_by != STOP_NOT_YET;
    if (is_end && !schedule_is_last(&training->schedule)) {
        training->schedule.is_switching = true;
        training->stopped_by = STOP_NOT_YET;
    }
    if (training->stopped_by == STOP_NOT_YET && n >= p->stopping.max_presentations)
        training->stopped_by = STOP_LIMIT;
    if (training->stopped_by != STOP_NOT_YET)
        training_take_sample(training);
    if (is_end)
        TRY(test_midway(training));
    TELL(training, stepped, training);
    TELL(training, paused, training);
    return STATUS_OK;
}

int training_end(struct training *training)
{
    const struct parameters *p = training->parameters;
    struct retention *retention = &training->retention;
    struct spines_report report = {0};
    double day = 0;
    if (training->has_ended)
        return STATUS_OK;
    TRY(training_operate(training, p->surgery.after_training, "surgery.after_training",
                         2 * (uint32_t)p->surgery.draw + 1));
    TRY(retention_begin(retention, p, &training->network));
    for (int32_t i = 0; i < retention->n_days; i++) {
        if (training->presenter.may_stop && interrupt_signal())
            return STATUS_OK;
        TRY(rest_begin(training, retention->day[i] - day, &report));
        day = retention->day[i];
        TRY(retention_take(retention, p, &training->presenter, &training->network,
                           training->dataset, day));
    }
    TRY(rest_begin(training, p->rest.before_test_days - day, &report));
    network_note_weights(&training->network);
    TRY(task_relate(&training->task, &training->presenter, &training->network, training->dataset,
                    p->record.task_images, training->spines.seed));
    training->has_ended = true;
    return STATUS_OK;
}

/* Calls `shown` of the observers for the test images first … end - 1; their spikes are raster[0] …,
 * or `raster` is NULL. */
static int tell_tested(struct training *training, int32_t first, int32_t end,
                       const struct raster *raster)
{
    const struct dataset *dataset = training->dataset;
    for (int32_t i = first; i < end; i++) {
        const struct showing showing = {PHASE_TEST, dataset->test_image[i],
                                        dataset->test.labels[dataset->test_image[i]],
                                        raster ? &raster[i - first] : NULL};
        TELL(training, shown, &showing);
    }
    return STATUS_OK;
}

int training_test(struct training *training, struct reading *readings, struct score *score)
{
    const struct test_set tests = dataset_tests(training->dataset);
    /* as many images at a time as there are rasters */
    const struct observer *recorder = find_rasters(training);
    const int32_t at_once = recorder ? recorder->n_rasters : tests.n;
    struct raster *raster = recorder ? recorder->raster : NULL;
    *score = (struct score){0};
    const struct network network = network_without_creb(&training->network);
    for (int32_t first = 0; first < tests.n; first += at_once) {
        const int32_t end = tests.n - first < at_once ? tests.n : first + at_once;
        const struct score part =
            test_images(&training->presenter, &network, &tests, first, end, readings, raster);
        score_add(score, &part);
        TRY(tell_tested(training, first, end, raster));
    }
    return STATUS_OK;
}

const char *training_stop_name(enum stop_reason reason)
{
    static const char *const names[] = {"not yet", "strong", "limit", "patience", "accuracy"};
    return names[reason];
}
