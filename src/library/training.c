/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: training, and the parts of its steps. */
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"
#include "train/rest.h"

void spinet_training_free(struct spinet_training *training)
{
    if (!training)
        return;
    training_free(&training->training);
    records_free(&training->records);
    presentation_free(&training->watched);
    stimulus_free(&training->stimulus);
    raster_free(&training->raster);
    free(training->spikes);
    free(training->source);
    free(training->position);
    free(training->born);
    free(training);
}

/* Refuses a call that may not do its work now. */
int handles_enter(const struct spinet_training *training)
{
    if (training->is_called_back)
        return status_fail(STATUS_USER,
                           "a policy, a rule or a look-on may only view, prune and grow, "
                           "and not call this");
    if (training->has_failed)
        return status_fail(STATUS_USER, "an earlier call failed in the middle of its work: the "
                                        "training can only be freed");
    return STATUS_OK;
}

/* Ends a call that changes the training step by step. If it failed, the training is left half
 * changed, and handles_enter refuses every later call. */
static int leave(struct spinet_training *training, int status)
{
    training->has_failed |= status != STATUS_OK;
    return status;
}

static int check_rules(const struct spinet_options *options)
{
    const struct spinet_policy *policy = options->policy;
    const struct spinet_rule *rule = options->rule;
    if (policy)
        TRY(rules_check_fields("policy", policy->state_bytes, policy->fields, policy->n_fields));
    return rule ? rules_check_fields("rule", rule->state_bytes, rule->fields, rule->n_fields)
                : STATUS_OK;
}

static int begin(struct spinet_training *training, const struct spinet_images *images,
                 const struct spinet_options *options)
{
    const struct own_rules own = rules_from_options(training, options);
    const struct kernel *kernel = kernel_find(options->kernel);
    TRY(kernel ? check_rules(options) : STATUS_USER);
    TRY(training_check(&training->parameters));
    if (*training->parameters.data.network)
        return status_fail(STATUS_USER,
                           "data.network = %s: spinet_run begins with a network from a file, "
                           "spinet_training_new with a new one: expected none",
                           training->parameters.data.network);
    TRY(training_build(&training->training, &training->parameters, &images->dataset, kernel,
                       training->seed, options->n_threads > 0 ? options->n_threads : 1, own, NULL));
    TRY(records_init(&training->records, &training->parameters, &images->dataset,
                     &training->training.observers));
    training->training.network.plastic.keeps_outgrown = true;
    return training_begin(&training->training);
}

int spinet_training_new(const struct spinet_parameters *parameters,
                        const struct spinet_images *images, const struct spinet_options *options,
                        struct spinet_training **training)
{
    POINT_FOR_DECIMALS;
    struct spinet_training *new = NULL;
    TRY_NEW(new, 1, "a training");
    new->parameters = parameters->values;
    new->parameters.data = images->made_of.data;
    memcpy(new->parameters.data.network, parameters->values.data.network,
           sizeof new->parameters.data.network);
    new->seed = options->seed;
    new->images_seed = images->seed;
    new->clock_start = progress_clock();
    new->started = time(NULL);
    const int status = begin(new, images, options);
    if (status == STATUS_OK)
        *training = new;
    else
        spinet_training_free(new);
    return status;
}

int spinet_training_past(const struct spinet_training *training, int32_t presentation,
                         struct spinet_step *step)
{
    const struct training *t = &training->training;
    const int32_t n = presentation == 0 ? t->n_presentations : presentation;
    if (n < 1 || n > t->n_presentations)
        return status_fail(STATUS_USER, "presentation %d: %d are done", n, t->n_presentations);
    const struct curve_row *row = &t->curve[n - 1];
    if (n == t->sample->after)
        training_take_sample(t);
    *step = (struct spinet_step){
        .presentation = n,
        .stop = n == t->n_presentations ? (enum spinet_stop)t->stopped_by : SPINET_GOES_ON,
        .n_tested = row->n_samples,
        .n_correct = row->n_correct,
        .strong_fraction = row->strong_fraction,
        .n_pruned = row->turnover.n_pruned,
        .n_grown = row->turnover.n_grown,
        .n_lost = row->spines.n_lost,
        .n_born = row->spines.n_born,
    };
    return STATUS_OK;
}

int spinet_training_step(struct spinet_training *training, struct spinet_step *step)
{
    struct training *t = &training->training;
    TRY(handles_enter(training));
    if (t->stopped_by != STOP_NOT_YET)
        return status_fail(STATUS_USER, "training has stopped after %d presentations (%s)",
                           t->n_presentations, training_stop_name(t->stopped_by));
    TRY(leave(training, training_step(t)));
    return step ? spinet_training_past(training, 0, step) : STATUS_OK;
}

enum spinet_stop spinet_training_stopped(const struct spinet_training *training)
{
    return (enum spinet_stop)training->training.stopped_by;
}

void spinet_training_next(const struct spinet_training *training, int32_t *image,
                          int32_t *class_index)
{
    *image = training_next_image(&training->training, class_index);
}

/* ---- presenting ---- */

static void show_moment(void *data, const struct step_state *state)
{
    struct spinet_training *training = data;
    const struct layout *layout = &training->training.network.layout;
    training->is_called_back = true;
    training->look(&(struct spinet_moment){.step = state->step,
                                           .n_neurons = layout->n_neurons,
                                           .n_dendrites = layout->n_dendrites,
                                           .v = state->v,
                                           .v_b = state->v_b,
                                           .has_spike = state->spiked},
                   training->look_data);
    training->is_called_back = false;
}

int spinet_training_watch(struct spinet_training *training,
                          void (*look)(const struct spinet_moment *moment, void *data), void *data)
{
    TRY(handles_enter(training));
    if (look && !training->watched.spikes)
        TRY(presentation_init(&training->watched, &training->training.network,
                              &training->parameters, kernel_find("naive"), 1));
    training->watch = (struct step_watch){show_moment, training};
    training->watched.watch = &training->watch;
    training->look = look;
    training->look_data = data;
    return STATUS_OK;
}

static int show(struct spinet_training *training, const struct stimulus *stimulus, int32_t teacher,
                bool learns)
{
    struct training *t = &training->training;
    struct presentation *presentation =
        training->look ? &training->watched : &t->presenter.presentation[0];
    if (!training->raster.word)
        TRY(raster_init(&training->raster, &t->network.layout, stimulus->n_steps));
    raster_clear(&training->raster);
    presentation->raster = &training->raster;
    training_show(t, presentation, stimulus, teacher, learns);
    presentation->raster = NULL;
    return STATUS_OK;
}

int spinet_training_present(struct spinet_training *training, const uint8_t *pixels,
                            int32_t teacher, bool learns)
{
    struct presenter *presenter = &training->training.presenter;
    const int32_t n_classes = training->training.network.layout.n_classes;
    TRY(handles_enter(training));
    if (teacher < -1 || teacher >= n_classes)
        return status_fail(STATUS_USER, "teacher %d: expected a class, 0 to %d, or -1 for none",
                           teacher, n_classes - 1);
    encode(&presenter->encoder, pixels, teacher, &presenter->stimulus[0]);
    return show(training, &presenter->stimulus[0], teacher, learns);
}

static int compare_spikes(const void *a, const void *b)
{
    const struct spinet_spike *x = a, *y = b;
    return NUMBER_ORDER(x->step, y->step) ?: NUMBER_ORDER(x->source, y->source);
}

static int check_spikes(const struct layout *layout, int32_t n_steps,
                        const struct spinet_spike *spikes, int64_t n)
{
    const int32_t n_sources = layout->n_inputs + layout->n_classes;
    for (int64_t i = 0; i < n; i++) {
        if (spikes[i].step < 0 || spikes[i].step >= n_steps)
            return status_fail(STATUS_USER, "spike %lld: step %d: expected 0 to %d", (long long)i,
                               spikes[i].step, n_steps - 1);
        if (spikes[i].source < 0 || spikes[i].source >= n_sources)
            return status_fail(STATUS_USER, "spike %lld: source %d: expected 0 to %d", (long long)i,
                               spikes[i].source, n_sources - 1);
    }
    return n >= 0 && n <= INT32_MAX
               ? STATUS_OK
               : status_fail(STATUS_USER, "%lld spikes: expected 0 to %d", (long long)n, INT32_MAX);
}

/* Puts the spikes, in order, into training->stimulus. USER for one that is there twice. */
static int take_spikes(struct spinet_training *training, const struct spinet_spike *sorted,
                       int32_t n)
{
    struct stimulus *stimulus = &training->stimulus;
    const int32_t n_steps = training->parameters.input.duration_ms;
    stimulus_free(stimulus);
    *stimulus = (struct stimulus){.n_steps = n_steps, .capacity = n};
    TRY_NEW(stimulus->start, n_steps + 2, "the spikes");
    TRY_NEW(stimulus->source, n, "the spikes");
    for (int32_t i = 0; i < n; i++) {
        if (i > 0 && compare_spikes(&sorted[i - 1], &sorted[i]) == 0)
            return status_fail(STATUS_USER, "source %d: two spikes in step %d", sorted[i].source,
                               sorted[i].step);
        stimulus->source[i] = sorted[i].source;
        stimulus->start[sorted[i].step + 1]++;
    }
    for (int32_t t = 0; t < n_steps; t++)
        stimulus->start[t + 1] += stimulus->start[t];
    return STATUS_OK;
}

int spinet_training_present_spikes(struct spinet_training *training,
                                   const struct spinet_spike *spikes, int64_t n, bool learns)
{
    const struct layout *layout = &training->training.network.layout;
    TRY(handles_enter(training));
    TRY(check_spikes(layout, training->parameters.input.duration_ms, spikes, n));
    OWN_NEW(struct spinet_spike, sorted, n, "the spikes");
    int32_t teacher = -1; /* the class whose teacher spikes first, for rules */
    if (n > 0) {
        memcpy(sorted, spikes, (size_t)n * sizeof *sorted);
        qsort(sorted, (size_t)n, sizeof *sorted, compare_spikes);
    }
    for (int64_t i = 0; i < n && teacher < 0; i++)
        teacher = sorted[i].source >= layout->n_inputs ? sorted[i].source - layout->n_inputs : -1;
    TRY(take_spikes(training, sorted, (int32_t)n));
    return show(training, &training->stimulus, teacher, learns);
}

/* ---- what follows a presentation ---- */

int spinet_training_consolidate(struct spinet_training *training)
{
    TRY(handles_enter(training));
    return leave(training,
                 consolidate(&training->training.consolidation, &training->training.network));
}

int spinet_training_rest(struct spinet_training *training, double days)
{
    TRY(handles_enter(training));
    if (!(days >= 0 && days <= 36500))
        return status_fail(STATUS_USER, "%g days: expected 0 to 36500", days);
    return leave(training, rest_begin(&training->training, days, &(struct spines_report){0}));
}

int spinet_training_turnover(struct spinet_training *training, int32_t *n_pruned, int32_t *n_grown)
{
    struct training *t = &training->training;
    struct turnover_report report = {0};
    TRY(handles_enter(training));
    if (t->turnover.policy->choose)
        TRY(turnover_run(&t->turnover, &t->network, t->n_presentations, &report));
    *n_pruned = report.n_pruned;
    *n_grown = report.n_grown;
    return STATUS_OK;
}

struct spinet_score handles_score(const struct score *score)
{
    return (struct spinet_score){
        .n = score->n,
        .n_correct = score->rule.n_correct,
        .n_ties = score->rule.n_ties,
        .n_undecided = score->rule.n_undecided,
        .n_wrong = score->rule.n_wrong,
        .n_correct_by_spikes = score->spikes.n_correct,
        .n_ties_by_spikes = score->spikes.n_ties,
        .n_undecided_by_spikes = score->spikes.n_undecided,
        .accuracy_over_thresholds = score->n > 0 ? score_accuracy_over_thresholds(score) : 0,
    };
}

int spinet_training_test(struct spinet_training *training, int32_t n, int32_t *predictions,
                         struct spinet_score *score)
{
    struct training *t = &training->training;
    const struct network network = network_without_creb(&t->network);
    TRY(handles_enter(training));
    training_take_sample(t);
    const int32_t n_tests = n > 0 && n < t->dataset->n_test ? n : t->dataset->n_test;
    OWN_NEW(struct reading, readings, n_tests, "the answers");
    const struct score s = test_network(&t->presenter, &network, t->dataset, n_tests, readings);
    *score = handles_score(&s);
    for (int32_t i = 0; i < n_tests && predictions; i++)
        predictions[i] = readings[i].answer.predicted;
    return STATUS_OK;
}

/* ---- changing synapses ---- */

int handles_find_synapses(const struct spinet_training *training, const int32_t *ids, int32_t n,
                          int32_t **places)
{
    const struct plastic_synapses *s = &training->training.network.plastic;
    if (n < 0)
        return status_fail(STATUS_USER, "%d synapses: expected 0 or more", n);
    /* [id] the place of the synapse + 1; 0: there is none of this id; -1: it was named before */
    OWN_NEW(int32_t, place, s->next_id, "the synapses");
    OWN_NEW(int32_t, found, n, "the synapses");
    for (int32_t i = 0; i < s->n; i++)
        place[s->id[i]] = i + 1;
    for (int32_t i = 0; i < n; i++) {
        const bool is_there = ids[i] >= 0 && ids[i] < s->next_id && place[ids[i]] != 0;
        if (!is_there)
            return status_fail(STATUS_USER, "synapse %d: there is none of this id", ids[i]);
        if (place[ids[i]] < 0)
            return status_fail(STATUS_USER, "synapse %d: is named twice", ids[i]);
        found[i] = place[ids[i]] - 1;
        place[ids[i]] = -1;
    }
    *places = scope_take(found);
    return STATUS_OK;
}

int spinet_training_set_weights(struct spinet_training *training, const int32_t *ids,
                                const double *weights, int32_t n)
{
    OWNED int32_t *places = NULL;
    TRY(handles_enter(training));
    TRY(handles_find_synapses(training, ids, n, &places));
    for (int32_t i = 0; i < n; i++)
        if (!(weights[i] >= 0 && weights[i] <= 1))
            return status_fail(STATUS_USER, "synapse %d: weight %g: expected 0 to 1", ids[i],
                               weights[i]);
    for (int32_t i = 0; i < n; i++)
        training->training.network.plastic.weight[places[i]] = (float)weights[i];
    return STATUS_OK;
}

int spinet_training_set_synapses(struct spinet_training *training,
                                 const struct spinet_synapse *synapses, int32_t n)
{
    struct network *network = &training->training.network;
    TRY(handles_enter(training));
    if (n < 0)
        return status_fail(STATUS_USER, "%d synapses: expected 0 or more", n);
    if (network->lives)
        return status_fail(STATUS_USER, "the synapses have places and lives (record.synapses, or "
                                        "a mechanism that needs them): set their weights only");
    OWN_NEW(struct plastic_synapse, rows, n, "the synapses");
    int32_t next_id = network->plastic.next_id;
    for (int32_t i = 0; i < n; i++) {
        const struct spinet_synapse *s = &synapses[i];
        rows[i] = (struct plastic_synapse){.input = s->source,
                                           .dendrite = s->dendrite,
                                           .id = s->id,
                                           .weight = s->weight,
                                           .learning_rate = s->learning_rate,
                                           .tag = s->tag};
        if (s->id >= next_id && s->id < SYNAPSE_IDS_MAX)
            next_id = s->id + 1;
    }
    return network_restore_plastic(network, rows, n, next_id);
}

int spinet_training_surgery(struct spinet_training *training, const char *operations, uint32_t draw)
{
    POINT_FOR_DECIMALS;
    TRY(handles_enter(training));
    const int status = training_operate(&training->training, operations, "surgery", draw);
    return status == STATUS_USER ? status : leave(training, status);
}
