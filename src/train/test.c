/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests: images are presented in parallel; the score does not depend on the order. */
#include "train/test.h"

#include <stdlib.h>
#include <string.h>

#include "core/interrupt.h"
#include "core/scope.h"
#include "core/status.h"

/* Above this number of dendrites all threads share the presentation of a test image. Below, each
 * thread presents images of its own: this is faster, but takes memory for each thread. */
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
    TRY_NEW(presenter->helper, presenter->n_threads, "the threads");
    TRY(encoder_init(&presenter->encoder, p, network->layout.n_inputs));
    for (int32_t i = 0; i < presenter->n_threads; i++) {
        TRY(presentation_init(&presenter->presentation[i], network, p, kernel,
                              i == 0 ? n_threads : 1)); /* training uses the first one */
        TRY(stimulus_init(&presenter->stimulus[i], &presenter->encoder));
    }
    return STATUS_OK;
}

int presenter_init(struct presenter *presenter, const struct parameters *p,
                   const struct network *network, const struct kernel *kernel, int32_t n_threads)
{
    RETURN_OR_FREE(make_parts(presenter, p, network, kernel, n_threads), presenter_free, presenter);
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
    free(presenter->helper);
    encoder_free(&presenter->encoder);
    *presenter = (struct presenter){0};
}

/* ---- a test ---- */

static void test_image(struct test *test, int32_t thread, int32_t i)
{
    struct presenter *presenter = test->presenter;
    const struct network *network = test->network;
    struct presentation *presentation = &presenter->presentation[thread];
    struct stimulus *stimulus = &presenter->stimulus[thread];
    struct score of_image = {0};
    encode_image(&presenter->encoder, test->tests.images, test->tests.image[i], -1, stimulus);
    presentation->raster = test->raster ? &test->raster[i - test->first] : NULL;
    present(presentation, network, stimulus, NULL);
    presentation->raster = NULL;
    const struct reading reading = score_take(&of_image, &network->layout, presentation->spikes,
                                              presenter->readout, test->tests.class_index[i]);
    if (test->readings)
        test->readings[i] = reading;
    if (presenter->pyramidal_spikes)
        memcpy(presenter->pyramidal_spikes + (size_t)i * (size_t)network->layout.n_pyramidal,
               presentation->spikes,
               (size_t)network->layout.n_pyramidal * sizeof *presentation->spikes);
    if (presenter->counts_cost)
        of_image.cost = cost_of(network, stimulus, presentation);
    pthread_mutex_lock(&test->lock);
    score_add(&test->score, &of_image);
    if (presenter->activity)
        activity_add(presenter->activity, test->tests.images->labels[test->tests.image[i]],
                     presentation->spikes, presentation->dendritic_spikes);
    pthread_mutex_unlock(&test->lock);
}

static void take_images(struct test *test, int32_t thread)
{
    bool *is_alone = &test->presenter->presentation[thread].is_alone;
    *is_alone = test->presenter->n_threads > 1; /* the other threads present other images */
    for (int32_t i; (i = atomic_fetch_add(&test->next, 1)) < test->end;)
        if (!test->presenter->may_stop || !interrupt_signal())
            test_image(test, thread, i);
    *is_alone = false;
}

static void *help(void *data)
{
    struct test *test = data;
    take_images(test, atomic_fetch_add(&test->n_started, 1) + 1);
    atomic_fetch_add(&test->n_ended, 1);
    return NULL;
}

/* Starts the other threads, or as many as the system allows. */
static void start(struct test *test)
{
    const int32_t n = test->presenter->n_threads - 1, n_images = test->end - test->first;
    pthread_mutex_init(&test->lock, NULL);
    while (test->n_helpers < n && test->n_helpers < n_images &&
           pthread_create(&test->presenter->helper[test->n_helpers], NULL, help, test) == 0)
        test->n_helpers++;
}

struct score test_finish(struct test *test)
{
    take_images(test, 0);
    for (int32_t i = 0; i < test->n_helpers; i++)
        pthread_join(test->presenter->helper[i], NULL);
    pthread_mutex_destroy(&test->lock);
    return test->score;
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
    struct test test = {.presenter = presenter,
                        .network = network,
                        .tests = *tests,
                        .first = first,
                        .end = end,
                        .readings = readings,
                        .raster = raster,
                        .next = first};
    start(&test);
    return test_finish(&test);
}

int test_begin(struct test *test, struct presenter *presenter, const struct network *network,
               const struct test_set *tests, int32_t n)
{
    TRY(network_copy_seen(&test->copy, network));
    *test = (struct test){.presenter = presenter,
                          .network = &test->copy,
                          .tests = *tests,
                          .end = n,
                          .copy = test->copy};
    start(test);
    return STATUS_OK;
}

bool test_is_over(struct test *test)
{
    return atomic_load(&test->next) >= test->end && atomic_load(&test->n_ended) == test->n_helpers;
}

void test_clear(struct test *test)
{
    network_free_copy(&test->copy);
    *test = (struct test){0};
}
