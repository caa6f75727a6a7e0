/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training: making it, freeing it, showing it a stimulus, changing its network or kernel. */
#include "train/training.h"

#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "spines/silent.h"
#include "train/surgery.h"

/* Makes the network, new or by `origin`, with lives if they are needed. */
static int begin_network(struct training *training, uint64_t seed, struct network_origin *origin)
{
    const struct parameters *p = training->parameters;
    const struct dataset *dataset = training->dataset;
    struct network *network = &training->network;
    if (origin) {
        TRY(origin->make_network(origin, training, seed));
    } else {
        struct layout layout;
        TRY(layout_init(&layout, p, dataset->classes.n, (int32_t)images_n_pixels(&dataset->train)));
        layout.input_use = dataset->input_use;
        for (int32_t k = 0; k < layout.n_classes; k++)
            layout.is_absent[k] =
                p->schedule.new_cells && !schedule_has_come(&training->schedule, dataset, k);
        TRY(connect_layout(network, p, &layout, seed, NULL, 0));
    }
    network->layout.input_use = dataset->input_use;
    if (!spines_need_lives(p))
        return STATUS_OK;
    if (!network->lives) {
        TRY(network_keep_lives(network, seed, p->spines.dendrite_um));
        network->lives->presentation = training->age_at_start;
        for (int32_t i = 0; i < network->lives->n; i++)
            network->lives->life[i].born = training->age_at_start;
    }
    silent_begin(network, p, seed, origin != NULL);
    return STATUS_OK;
}

static int make_parts(struct training *training, const struct kernel *kernel, uint64_t seed,
                      int32_t n_threads, struct own_rules own, struct network_origin *origin)
{
    const struct parameters *p = training->parameters;
    struct network *network = &training->network;
    snprintf(training->kernels, sizeof training->kernels, "%s", kernel->name);
    TRY(schedule_init(&training->schedule, p, &training->dataset->labels));
    TRY(begin_network(training, seed, origin));
    TRY_NEW(training->spikes, network->layout.n_neurons, "the spikes");
    TRY_NEW(training->dendritic_spikes, network->layout.n_dendrites, "the spikes");
    TRY(presenter_init(&training->presenter, p, network, kernel, n_threads));
    TRY(consolidation_init(&training->consolidation, p, network, kernel->name, own.rule));
    TRY(gate_init(&training->gate, p, network, seed));
    training->consolidation.seed = seed;
    training->consolidation.shown.teacher = -1;
    training->consolidation.shown.spikes = training->spikes;
    TRY(turnover_init(&training->turnover, p, network, seed, own.policy));
    TRY(spines_init(&training->spines, p, network, seed, kernel->name, n_threads));
    if (origin)
        TRY(origin->restore_state(origin, training));
    if (training->schedule.n > 0)
        turnover_set(&training->turnover, training->schedule.phase->turnover > 0);
    TRY(training_operate(training, p->surgery.before_training, "surgery.before_training",
                         2 * (uint32_t)p->surgery.draw));
    TRY_NEW(training->curve, p->stopping.max_presentations + 1, "the learning curve");
    TRY_NEW(training->sample, 1, "the sample test");
    return retention_init(&training->retention, p);
}

int training_build(struct training *training, const struct parameters *p,
                   const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                   int32_t n_threads, struct own_rules own, struct network_origin *origin)
{
    *training = (struct training){.parameters = p, .dataset = dataset, .learning = 1};
    RETURN_OR_FREE(make_parts(training, kernel, seed, n_threads, own, origin), training_free,
                   training);
}

int training_renew(struct training *training)
{
    const bool may_stop = training->presenter.may_stop;
    const struct kernel *kernel = training->presenter.presentation->kernel;
    presenter_free(&training->presenter);
    const int status = presenter_init(&training->presenter, training->parameters,
                                      &training->network, kernel, training->spines.n_threads);
    training->presenter.may_stop = may_stop;
    return status;
}

int training_live(struct training *training, double end, bool is_rest, struct spines_report *report)
{
    struct spines *spines = &training->spines;
    const bool renews = homeostasis_scales_fixed(&spines->homeostasis, is_rest);
    if (renews) /* a test that is running reads these fixed synapses */
        training_take_sample(training);
    TRY(spines_live(spines, &training->network, end, is_rest, is_rest && training->may_stop,
                    report));
    return renews ? training_renew(training) : STATUS_OK;
}

int training_operate(struct training *training, const char *text, const char *key, uint32_t draw)
{
    training_take_sample(training);
    TRY(surgery_do(text, key, draw, training->parameters, &training->network,
                   training->spines.seed));
    return *text ? training_renew(training) : STATUS_OK;
}

int training_admit_cells(struct training *training, struct turnover_report *report)
{
    struct layout *layout = &training->network.layout;
    const int32_t n_cells = layout_cells_per_class(layout),
                  n = connect_n_of_class(training->parameters, layout->n_classes);
    for (int32_t k = 0; k < layout->n_classes; k++) {
        if (!layout->is_absent[k] || !schedule_has_come(&training->schedule, training->dataset, k))
            continue;
        layout->is_absent[k] = false;
        training->spines.n_reference += n;
        if (report)
            TRY(turnover_bring(&training->turnover, &training->network, k * n_cells, n_cells, n,
                               report));
    }
    return STATUS_OK;
}

void training_free(struct training *training)
{
    training_take_sample(training);
    if (training->ahead)
        ahead_free(training->ahead);
    free(training->ahead);
    if (training->sample)
        test_clear(&training->sample->test);
    free(training->sample);
    retention_free(&training->retention);
    task_free(&training->task);
    spines_free(&training->spines);
    turnover_free(&training->turnover);
    gate_free(&training->gate);
    consolidation_free(&training->consolidation);
    presenter_free(&training->presenter);
    network_free(&training->network);
    free(training->curve);
    free(training->spikes);
    free(training->dendritic_spikes);
    *training = (struct training){0};
}

void training_note_shown(struct training *training, const struct presentation *presentation,
                         int32_t teacher, bool learns)
{
    const struct layout *layout = &training->network.layout;
    if (learns)
        training->spines.homeostasis.has_target = false;
    training->consolidation.shown.number = training->n_presentations + 1;
    training->consolidation.shown.teacher = teacher;
    training->consolidation.shown.signal = NULL;
    memcpy(training->spikes, presentation->spikes, (size_t)layout->n_neurons * sizeof(int32_t));
    memcpy(training->dendritic_spikes, presentation->dendritic_spikes,
           (size_t)layout->n_dendrites * sizeof(int32_t));
}

void training_show(struct training *training, struct presentation *presentation,
                   const struct stimulus *stimulus, int32_t teacher, bool learns)
{
    present(presentation, &training->network, stimulus,
            learns ? training->network.plastic.calcium : NULL);
    training_note_shown(training, presentation, teacher, learns);
}

float training_strong_fraction(const struct parameters *p, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    const float strong = (float)p->stopping.strong_weight;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++)
        n += s->weight[i] > strong;
    return s->n > 0 ? (float)n / (float)s->n : 0;
}

int32_t training_next_image(const struct training *training, int32_t *class_index)
{
    return schedule_next_image(&training->schedule, training->dataset, training->n_presentations,
                               class_index);
}

void training_note_sample(const struct training *training, int32_t n, const struct score *score)
{
    training->curve[n - 1].n_samples = score->n;
    training->curve[n - 1].n_correct = score->rule.n_correct;
    training->sample->last = n;
}

void training_take_sample(const struct training *training)
{
    struct sample_test *sample = training->sample;
    if (training->ahead)
        ahead_drop(training->ahead);
    if (!sample || sample->after == 0)
        return;
    const double start = progress_clock();
    const struct score score = test_finish(&sample->test);
    training_note_sample(training, sample->after, &score);
    sample->after = 0;
    sample->seconds += progress_clock() - start;
}
