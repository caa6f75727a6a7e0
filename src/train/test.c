/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Testing: images are presented in parallel; the score does not depend on how. */
#include "train/test.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "core/interrupt.h"
#include "core/scope.h"
#include "core/status.h"

/* Above this number of dendrites all threads work on one presentation; below, each thread presents
 * an image of its own. (Sharing costs two barriers a step, so a step must be long:
 * docs/performance.md.) */
enum { DENDRITES_SHARED = 80000 };

static int make_parts(struct presenter *presenter, const struct parameters *p,
                      const struct network *network, const struct kernel *kernel, int32_t n_threads)
{
    const bool shared = network->layout.n_dendrites > DENDRITES_SHARED;
    *presenter = (struct presenter){
        .readout = readout_from(p),
        .counts_cost = p->record.cost,
        .n_threads = shared ? 1 : n_threads,
    };
    TRY_NEW(presenter->presentation, presenter->n_threads, "the threads");
    TRY_NEW(presenter->stimulus, presenter->n_threads, "the threads");
    TRY(encoder_init(&presenter->encoder, p, network->layout.n_inputs));
    for (int32_t i = 0; i < presenter->n_threads; i++) {
        TRY(presentation_init(&presenter->presentation[i], network, p, kernel,
                              shared ? n_threads : 1));
        TRY(stimulus_init(&presenter->stimulus[i], &presenter->encoder));
    }
    return STATUS_OK;
}

int presenter_init(struct presenter *presenter, const struct parameters *p,
                   const struct network *network, const struct kernel *kernel, int32_t n_threads)
{
    const int status = make_parts(presenter, p, network, kernel, n_threads);
    if (status != STATUS_OK)
        presenter_free(presenter);
    return status;
}

void presenter_free(struct presenter *presenter)
{
    for (int32_t i = 0; i < presenter->n_threads; i++) {
        if (presenter->presentation)
            presentation_free(&presenter->presentation[i]);
        if (presenter->stimulus)
            stimulus_free(&presenter->stimulus[i]);
    }
    free(presenter->presentation);
    free(presenter->stimulus);
    encoder_free(&presenter->encoder);
    *presenter = (struct presenter){0};
}

struct readout readout_from(const struct parameters *p)
{
    return (struct readout){(enum test_readout)p->test.readout, p->test.active_spikes};
}

struct answer answer_from(const struct layout *layout, const int32_t *spikes,
                          struct readout readout)
{
    const int32_t n_cells = layout_cells_per_class(layout);
    struct answer answer = {.predicted = -1};
    int32_t most = 0;
    for (int32_t k = 0; k < layout->n_classes; k++) {
        int32_t votes = 0;
        for (int32_t n = k * n_cells; n < (k + 1) * n_cells; n++)
            votes +=
                readout.counts == READOUT_SPIKES ? spikes[n] : spikes[n] > readout.active_spikes;
        answer.votes[k] = votes;
        if (votes > most) {
            most = votes;
            answer.predicted = k;
            answer.is_tie = false;
        } else if (votes == most && most > 0) {
            answer.is_tie = true;
        }
    }
    return answer;
}

double score_accuracy(const struct score *score)
{
    return score->n > 0 ? (double)score->n_correct / score->n : NAN;
}

struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct answer *answers)
{
    const struct test_set tests = dataset_tests(dataset);
    return test_images(presenter, network, &tests, 0, n < tests.n ? n : tests.n, answers, NULL);
}

struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct answer *answers, struct raster *raster)
{
    int32_t n_correct = 0, n_ties = 0, n_undecided = 0;
    struct cost cost = {0};
#pragma omp parallel for schedule(dynamic) num_threads(presenter->n_threads)                       \
    reduction(+ : n_correct, n_ties, n_undecided)
    for (int32_t i = first; i < end; i++) {
        const int thread = omp_get_thread_num();
        if (presenter->may_stop && interrupt_signal())
            continue;
        struct presentation *presentation = &presenter->presentation[thread];
        struct stimulus *stimulus = &presenter->stimulus[thread];
        encode(&presenter->encoder, images_pixels(tests->images, tests->image[i]), -1, stimulus);
        presentation->raster = raster ? &raster[i - first] : NULL;
        present(presentation, network, stimulus, NULL);
        presentation->raster = NULL;
        const struct answer answer =
            answer_from(&network->layout, presentation->spikes, presenter->readout);
        n_correct += answer.predicted == tests->class_index[i];
        n_ties += answer.is_tie;
        n_undecided += answer.predicted < 0;
        if (answers)
            answers[i] = answer;
        if (presenter->counts_cost) {
            const struct cost of_image = cost_of(network, stimulus, presentation);
#pragma omp critical
            cost_add(&cost, of_image);
        }
    }
    return (struct score){end - first, n_correct, n_ties, n_undecided, cost};
}
