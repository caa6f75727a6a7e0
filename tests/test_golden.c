/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model against the authors' program, spike by spike, for every kernel this machine has and for
 * one and several threads. */
#include <stdlib.h>

#include "core/status.h"
#include "golden.h"
#include "neuron/kernel_state.h"
#include "plasticity/consolidation.h"
#include "support.h"
#include "train/train.h"

static struct parameters p;

/* One way to compute the same thing. */
struct way {
    const struct kernel *kernel;
    int n_threads; /* sharing one presentation */
};

/* Threads that share a network this small mostly wait for each other: the images
 * whose synapses are compared are enough. */
static int n_images_for(const struct way *way, const struct images *images)
{
    if (support_is_slow())
        return 2;
    return way->n_threads == 1 ? images->n_images : 3;
}

static void start(struct presenter *presenter, const struct network *network, const struct way *way)
{
    assert_int_equal(presenter_init(presenter, &p, network, way->kernel, 1), STATUS_OK);
    presentation_free(&presenter->presentation[0]);
    assert_int_equal(
        presentation_init(&presenter->presentation[0], network, &p, way->kernel, way->n_threads),
        STATUS_OK);
    if (way->n_threads > 1) {
        struct team *team = &presenter->presentation[0].state->team;
        team_share_always(team);
        team->n_looks = 20; /* who waits is to leave the processor to the tests beside this one */
    }
}

/* Rows of the spikes file: phase, index, label, prediction, n0 … */
static void expect_counts(const struct golden_table *spikes, int row,
                          const struct presentation *now)
{
    for (int n = 0; n < GOLDEN_NEURONS; n++)
        if (now->spikes[n] != (int)golden_at(spikes, row, 4 + n))
            fail_msg("row %d, neuron %d: %d spikes, golden %g", row, n, now->spikes[n],
                     golden_at(spikes, row, 4 + n));
    const struct answer answer = answer_from(&now->layout, now->spikes, readout_from(&p));
    assert_int_equal(answer.predicted + 1, (int)golden_at(spikes, row, 3));
}

static void expect_tests(const char *network_name, const char *images_name, const char *spikes_name,
                         int first_row, const struct way *way)
{
    struct network network;
    struct images images;
    struct golden_table spikes;
    struct presenter presenter;
    golden_network(&network, network_name);
    golden_images(&images, images_name);
    golden_read(&spikes, spikes_name, 1);
    start(&presenter, &network, way);
    assert_int_equal(images.n_images, 60);
    for (int i = 0; i < n_images_for(way, &images); i++) {
        encode(&presenter.encoder, images_pixels(&images, i), -1, &presenter.stimulus[0]);
        present(&presenter.presentation[0], &network, &presenter.stimulus[0], NULL);
        expect_counts(&spikes, first_row + i, &presenter.presentation[0]);
    }
    presenter_free(&presenter);
    golden_free(&spikes);
    images_free(&images);
    network_free(&network);
}

static void given_the_trained_network_when_tested_expect_every_count(void **state)
{
    expect_tests("trained/network.csv.gz", "trained/test_images.csv.gz", "trained/spikes.csv.gz", 0,
                 *state);
}

static void given_the_end_of_the_chain_when_tested_expect_every_count(void **state)
{
    expect_tests("chain/network_end.csv.gz", "chain/test_images.csv.gz", "chain/spikes.csv.gz", 160,
                 *state);
}

/* The plastic synapse of each row of the golden table, by its id, which is its place among them. */
static int32_t *places_by_id(const struct plastic_synapses *s)
{
    int32_t *place = calloc((size_t)s->n, sizeof *place);
    assert_non_null(place);
    for (int32_t i = 0; i < s->n; i++)
        place[s->id[i]] = i;
    return place;
}

static void expect_near(double value, double golden, const char *what, int row)
{
    if (!(value >= golden - 1e-5 && value <= golden + 1e-5))
        fail_msg("%s, row %d: %.9g, golden %.9g", what, row, value, golden);
}

/* synapses: stage, pattern, synapse, source_id, dendrite_id, weight, calcium, tag, learning_rate */
static void expect_synapses(const struct golden_table *golden, int first_row,
                            const struct network *network, const int32_t *place)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int id = 0; id < s->n; id++) {
        const int row = first_row + id;
        assert_int_equal(golden_at(golden, row, 4), s->dendrite[place[id]]);
        expect_near(s->weight[place[id]], golden_at(golden, row, 5), "weight", row);
        expect_near(s->calcium[place[id]], golden_at(golden, row, 6), "calcium", row);
        expect_near(s->tag[place[id]], golden_at(golden, row, 7), "tag", row);
        expect_near(s->learning_rate[place[id]], golden_at(golden, row, 8), "rate", row);
    }
}

static void given_160_training_presentations_when_replayed_expect_the_chain(void **state)
{
    const struct way *way = *state;
    struct network network, golden_end;
    struct images images;
    struct golden_table spikes, dendritic, synapses, neurons;
    struct presenter presenter;
    struct consolidation consolidation;
    golden_network(&network, "chain/network_start.csv.gz");
    golden_network(&golden_end, "chain/network_end.csv.gz");
    golden_images(&images, "chain/train_images.csv.gz");
    golden_read(&spikes, "chain/spikes.csv.gz", 1);
    golden_read(&dendritic, "chain/dendritic_spikes.csv.gz", 1);
    golden_read(&synapses, "chain/synapses.csv.gz", 1);
    golden_read(&neurons, "chain/neurons.csv.gz", 1);
    assert_int_equal(consolidation_init(&consolidation, &p, &network, way->kernel->name, NULL),
                     STATUS_OK);
    start(&presenter, &network, way);
    int32_t *place = places_by_id(&network.plastic);
    const int n = network.plastic.n, n_cells = network.layout.n_pyramidal;
    assert_int_equal(n, 1000);
    assert_int_equal(images.n_images, 160);
    const struct presentation *now = &presenter.presentation[0];

    const int n_shown = n_images_for(way, &images);
    for (int i = 0; i < n_shown; i++) {
        encode(&presenter.encoder, images_pixels(&images, i), images.labels[i] - 1,
               &presenter.stimulus[0]);
        present(&presenter.presentation[0], &network, &presenter.stimulus[0],
                network.plastic.calcium);
        expect_counts(&spikes, i, now);
        for (int d = 0; i < 40 && d < GOLDEN_DENDRITES; d++)
            if (now->dendritic_spikes[d] != (int)golden_at(&dendritic, i, 1 + d))
                fail_msg("presentation %d, dendrite %d: %d dendritic spikes, golden %g", i, d,
                         now->dendritic_spikes[d], golden_at(&dendritic, i, 1 + d));
        if (i < 3) /* the files have n rows presented, then n consolidated, for each of three */
            expect_synapses(&synapses, 2 * i * n, &network, place);
        assert_int_equal(consolidate(&consolidation, &network), STATUS_OK);
        if (i < 3) {
            expect_synapses(&synapses, (2 * i + 1) * n, &network, place);
            for (int cell = 0; cell < n_cells; cell++) {
                const int row = (2 * i + 1) * n_cells + cell;
                expect_near(consolidation.cell_calcium[cell], golden_at(&neurons, row, 3),
                            "summed calcium", row);
                expect_near(network.creb[cell], golden_at(&neurons, row, 4), "CREB", row);
                assert_int_equal(consolidation.cell_synthesis[cell],
                                 (int)golden_at(&neurons, row, 5));
            }
        }
    }
    for (int id = 0; id < n && n_shown == images.n_images; id++)
        expect_near(network.plastic.weight[place[id]], golden_end.plastic.weight[place[id]],
                    "weight at the end", id);

    free(place);
    presenter_free(&presenter);
    consolidation_free(&consolidation);
    golden_free(&spikes);
    golden_free(&dendritic);
    golden_free(&synapses);
    golden_free(&neurons);
    images_free(&images);
    network_free(&network);
    network_free(&golden_end);
}

int main(void)
{
    enum { WAYS_MAX = 32, TESTS = 3 };
    static struct way ways[WAYS_MAX];
    static struct CMUnitTest tests[WAYS_MAX * TESTS];
    static char names[WAYS_MAX * TESTS][160];
    const int threads[] = {1, 2, 7};
    const struct CMUnitTest all[TESTS] = {
        cmocka_unit_test(given_the_trained_network_when_tested_expect_every_count),
        cmocka_unit_test(given_the_end_of_the_chain_when_tested_expect_every_count),
        cmocka_unit_test(given_160_training_presentations_when_replayed_expect_the_chain),
    };
    int n_ways = 0, n = 0;
    parameters_preset(&p, "authors");
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
        for (int k = 0; (*kernel)->is_supported() && k < 3; k++) {
            if (k > 0 && *kernel == kernels[0]) /* the naive kernel has no threads */
                continue;
            ways[n_ways] = (struct way){*kernel, threads[k]};
            for (int t = 0; t < TESTS; t++) {
                tests[n] = all[t];
                snprintf(names[n], sizeof names[n], "%s_by_%s_on_%d", all[t].name, (*kernel)->name,
                         threads[k]);
                tests[n].name = names[n];
                tests[n++].initial_state = &ways[n_ways];
            }
            n_ways++;
        }
    return _cmocka_run_group_tests("golden", tests, (size_t)n, NULL, NULL);
}
