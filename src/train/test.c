/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Testing: images are presented in parallel; the score does not depend on how. */
#include "train/test.h"

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

struct score test_network(struct presenter *presenter, const struct network *network,
                          const struct dataset *dataset, int32_t n, struct reading *readings)
{
    const struct test_set tests = dataset_tests(dataset);
    return test_images(presenter, network, &tests, 0, n < tests.n ? n : tests.n, readings, NULL);
}

struct score test_images(struct presenter *presenter, const struct network *network,
                         const struct test_set *tests, int32_t first, int32_t end,
                         struct reading *readings, struct raster *raster)
{
    struct score score = {0};
#pragma omp parallel for schedule(dynamic) num_threads(presenter->n_threads)
    for (int32_t i = first; i < end; i++) {
        const int thread = omp_get_thread_num();
        if (presenter->may_stop && interrupt_signal())
            continue;
        struct presentation *presentation = &presenter->presentation[thread];
        struct stimulus *stimulus = &presenter->stimulus[thread];
        struct score of_image = {0};
        encode(&presenter->encoder, images_pixels(tests->images, tests->image[i]), -1, stimulus);
        presentation->raster = raster ? &raster[i - first] : NULL;
        present(presentation, network, stimulus, NULL);
        presentation->raster = NULL;
        const struct reading reading = score_take(&of_image, &network->layout, presentation->spikes,
                                                  presenter->readout, tests->class_index[i]);
        if (readings)
            readings[i] = reading;
        if (presenter->counts_cost)
            of_image.cost = cost_of(network, stimulus, presentation);
#pragma omp critical
        score_add(&score, &of_image);
    }
    return score;
}
