/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron/raster: spikes there and back, in order, at every edge of a word. What kernels mark is
 * tested with them (test_kernel.c). */
#include "neuron/raster.h"

#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "support.h"

enum { STEPS = 50 };

/* So many pyramidal cells and interneurons. */
static void make(struct raster *raster, int32_t n_pyramidal, int32_t n_others)
{
    const struct layout layout = {.n_pyramidal = n_pyramidal, .n_neurons = n_pyramidal + n_others};
    assert_int_equal(raster_init(raster, &layout, STEPS), STATUS_OK);
}

static void expect_there_and_back(int32_t n_pyramidal, int32_t n_others)
{
    struct raster raster;
    const int32_t n_neurons = n_pyramidal + n_others;
    make(&raster, n_pyramidal, n_others);
    struct spike *marked = malloc((size_t)STEPS * (size_t)n_neurons * sizeof *marked);
    struct spike *listed = malloc((size_t)STEPS * (size_t)n_neurons * sizeof *listed);
    assert_true(marked && listed);
    int64_t n = 0;
    for (int32_t step = 0; step < STEPS; step++)
        for (int32_t neuron = 0; neuron < n_neurons; neuron++) {
            const struct random_words words =
                random_words(7, RANDOM_GROW, (uint32_t)step, (uint32_t)neuron, 0);
            /* all spike in the first step and in the last */
            if (step == 0 || step == STEPS - 1 || words.word[0] % 5 == 0)
                marked[n++] = (struct spike){step, neuron};
        }
    for (int64_t i = n - 1; i >= 0; i--) /* in any order, and twice */
        raster_mark(&raster, marked[i].step, marked[i].neuron);
    raster_mark(&raster, marked[0].step, marked[0].neuron);
    assert_true(raster_n_spikes(&raster) == n);
    raster_list(&raster, listed);
    assert_memory_equal(listed, marked, (size_t)n * sizeof *marked);
    raster_clear(&raster);
    assert_true(raster_n_spikes(&raster) == 0);
    free(marked);
    free(listed);
    raster_free(&raster);
}

static void given_any_numbers_of_cells_when_marked_expect_the_same_spikes_in_order(void **state)
{
    (void)state;
    static const int32_t sizes[] = {1, 2, 15, 16, 17, 32, 40, 80};
    enum { N = sizeof sizes / sizeof *sizes };
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            expect_there_and_back(sizes[i], sizes[j]);
}

static void given_a_zeroed_raster_when_freed_expect_no_harm(void **state)
{
    (void)state;
    struct raster raster = {0};
    raster_free(&raster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_numbers_of_cells_when_marked_expect_the_same_spikes_in_order),
        cmocka_unit_test(given_a_zeroed_raster_when_freed_expect_no_harm),
    };
    return cmocka_run_group_tests_name("raster", tests, NULL, NULL);
}
