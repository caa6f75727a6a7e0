/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network/network: the synapse tables, made from rows, rebuilt by turnover, checked. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"

/* A small layout: pyramidal cells 0–3 (A) and 4–7 (B) of 2 dendrites; control 8 and 9, feedback
 * 10 (A) and 11 (B) of 10; inputs 12–20; teachers 21 and 22. Dendrites: 16 pyramidal, then 16–25,
 * 26–35, 36–45, 46–55. */
static void small_layout(struct layout *layout)
{
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.pyramidal.neurons = 8;
    p.pyramidal.n_dendrites = 2;
    assert_int_equal(layout_init(layout, &p, 2, 9), STATUS_OK);
    assert_int_equal(layout->n_ids, 23);
    assert_int_equal(layout->n_dendrites, 56);
}

static const struct synapse_row rows[] = {
    {15, 3, 0.5f, true},     /* id 0 */
    {8, 5, 0.25f, false},    /* control, dendrite-targeting */
    {12, 7, 0.125f, true},   /* 1 */
    {15, 3, 0.75f, true},    /* 2: the same pair again */
    {1, 17, 0.375f, false},  /* pyramidal A to control */
    {20, 15, 1.0f, true},    /* 3 */
    {15, 0, 0.0f, true},     /* 4 */
    {1, 16, 0.0625f, false}, /* the same source, a lower dendrite */
    {0, 17, 2.0f, false},    /* a lower source */
    {21, 6, 1.0f, false},    /* teacher A */
    {6, 50, 1.0f, false},    /* pyramidal B to its feedback */
    {11, 1, 100.0f, false},  /* feedback B to A */
    {9, 14, 0.3f, false},    /* control, soma-targeting */
    {8, 5, 0.625f, false},   /* control again: equal in both, so the order of the rows counts */
};
enum { N_ROWS = sizeof rows / sizeof *rows, N_PLASTIC = 5 };

static void small_network(struct network *network)
{
    struct layout layout;
    small_layout(&layout);
    if (network_init(network, &layout, rows, N_ROWS, 0.01f) != STATUS_OK ||
        network_validate(network) != STATUS_OK)
        fail_msg("%s", status_message());
}

/* The plastic synapses, in the order of the table. */
static void expect_plastic(const struct network *network, int32_t n, const int32_t *id,
                           const int32_t *input, const int32_t *dendrite, const float *weight)
{
    const struct plastic_synapses *s = &network->plastic;
    assert_int_equal(network_validate(network), STATUS_OK);
    assert_int_equal(s->n, n);
    int32_t at = 0;
    for (int32_t k = 0; k < network->layout.n_inputs; k++)
        for (int32_t i = s->start[k]; i < s->start[k + 1]; i++, at++) {
            assert_int_equal(i, at);
            assert_int_equal(k, input[i]);
            assert_int_equal(s->id[i], id[i]);
            assert_int_equal(s->dendrite[i], dendrite[i]);
            assert_true(s->weight[i] == weight[i]);
            assert_true(s->calcium[i] == 0);
        }
    assert_int_equal(at, n);
}

static void given_rows_in_any_order_when_made_a_network_expect_plastic_ones_sorted(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    expect_plastic(&network, N_PLASTIC, (int32_t[]){1, 4, 0, 2, 3}, (int32_t[]){0, 3, 3, 3, 8},
                   (int32_t[]){7, 0, 3, 3, 15}, (float[]){0.125f, 0.0f, 0.5f, 0.75f, 1.0f});
    for (int i = 0; i < N_PLASTIC; i++) {
        assert_true(network.plastic.learning_rate[i] == 0.01f);
        assert_true(network.plastic.tag[i] == 0);
    }
    assert_int_equal(network.plastic.next_id, N_PLASTIC);
    network_free(&network);
}

static void given_rows_in_any_order_when_made_a_network_expect_projections_sorted(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    const struct projection *to_control = network_projection(&network, 0, 2);
    const int32_t start[] = {0, 1, 3, 3, 3}, dendrite[] = {17, 16, 17};
    const float weight[] = {2.0f, 0.0625f, 0.375f};
    assert_int_equal(to_control->n, 3);
    assert_memory_equal(to_control->start, start, sizeof start);
    assert_memory_equal(to_control->dendrite, dendrite, sizeof dendrite);
    assert_memory_equal(to_control->weight, weight, sizeof weight);
    const struct projection *control = network_projection(&network, 2, 0);
    assert_int_equal(control->n, 2);
    assert_true(control->weight[0] == 0.25f && control->weight[1] == 0.625f);
    int32_t n = 0;
    for (int32_t k = 0; k < network.n_projections; k++)
        n += network.projection[k].n;
    assert_int_equal(n, N_ROWS - N_PLASTIC);
    assert_null(network_projection(&network, 0, 1));
    assert_null(network_projection(&network, 6, 0)); /* the inputs' synapses are plastic */
    network_free(&network);
}

static void expect_refused(struct synapse_row bad, const char *message)
{
    struct layout layout;
    struct network network;
    struct synapse_row two[2] = {rows[0], bad};
    small_layout(&layout);
    assert_int_equal(network_init(&network, &layout, two, 2, 0.01f), STATUS_USER);
    assert_string_equal(status_message(), message);
    assert_null(network.projection);
    network_free(&network);
}

static void given_ids_outside_the_layout_when_made_a_network_expect_the_row(void **state)
{
    (void)state;
    expect_refused((struct synapse_row){23, 0, 1, false}, "synapse 2: source 23: expected 0 to 22");
    expect_refused((struct synapse_row){-1, 0, 1, false}, "synapse 2: source -1: expected 0 to 22");
    expect_refused((struct synapse_row){12, 56, 1, true},
                   "synapse 2: dendrite 56: expected 0 to 55");
    expect_refused((struct synapse_row){12, -1, 1, true},
                   "synapse 2: dendrite -1: expected 0 to 55");
}

static void given_synapses_of_the_wrong_kind_when_made_a_network_expect_the_row(void **state)
{
    (void)state;
    expect_refused((struct synapse_row){12, 0, 1, false},
                   "synapse 2: from source 12: a fixed synapse; those from the inputs (12 to 20) "
                   "are plastic, and no others");
    expect_refused((struct synapse_row){21, 0, 1, true},
                   "synapse 2: from source 21: a plastic synapse; those from the inputs (12 to 20) "
                   "are plastic, and no others");
    expect_refused((struct synapse_row){12, 16, 1, true},
                   "synapse 2: a plastic synapse on dendrite 16: expected a pyramidal cell's, 0 to "
                   "15");
}

/* Every pair of populations, one synapse each: the model's 14 connections are taken, no other. */
static void given_every_pair_of_populations_when_connected_expect_those_of_the_page(void **state)
{
    (void)state;
    /* pyramidal A, B; control, dendrite and soma; feedback A, B; inputs; teachers A, B */
    static const char *const page[] = {"..xxx.", "..xx.x", "xx....", "xx....", ".x....",
                                       "x.....", "xx....", "x.....", ".x...."};
    struct layout layout;
    small_layout(&layout);
    for (int source = 0; source < layout.n_populations; source++)
        for (int target = 0; target < 6; target++) {
            const struct synapse_row row = {layout.population[source].first,
                                            layout.population[target].first_dendrite, 1.0f,
                                            layout.population[source].role == ROLE_INPUT};
            struct network network;
            const int result = network_init(&network, &layout, &row, 1, 0.01f);
            if ((result == STATUS_OK) != (page[source][target] == 'x'))
                fail_msg("from population %d to %d: %d", source, target, result);
            if (result != STATUS_OK && !row.plastic)
                support_assert_message("synapse 1: from source ",
                                       "the model has no such connection", NULL);
            network_free(&network);
        }
}

static void given_no_rows_when_made_a_network_expect_it_empty_and_valid(void **state)
{
    (void)state;
    struct layout layout;
    struct network network;
    struct synapse_row *back;
    int32_t n;
    small_layout(&layout);
    assert_int_equal(network_init(&network, &layout, NULL, 0, 0.01f), STATUS_OK);
    assert_int_equal(network_validate(&network), STATUS_OK);
    assert_int_equal(network.plastic.n, 0);
    assert_int_equal(network_rows(&network, &back, &n), STATUS_OK);
    assert_int_equal(n, 0);
    free(back);
    network_free(&network);
    network_free(&network); /* safe on a zeroed one */
}

static void given_marked_and_new_synapses_when_rebuilt_expect_order_and_fresh_ids(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    struct plastic_synapses *s = &network.plastic;
    for (int i = 0; i < N_PLASTIC; i++) {
        s->tag[i] = (float)s->id[i] + 0.5f;
        s->learning_rate[i] = (float)s->id[i] * 0.001f;
        s->calcium[i] = 9;
    }
    s->dendrite[0] = -1; /* id 1 */
    s->dendrite[3] = -1; /* id 2 */
    const struct new_synapse grown[] = {{.input = 3, .dendrite = 3, .weight = 0.1f},
                                        {.input = 0, .dendrite = 15, .weight = 0.2f},
                                        {.input = 8, .dendrite = 0, .weight = 0.15f},
                                        {.input = 3, .dendrite = 1, .weight = 0.1f}};
    assert_int_equal(network_rebuild_plastic(&network, grown, 4, 0.01f), STATUS_OK);
    const int32_t id[] = {6, 4, 8, 0, 5, 7, 3};
    expect_plastic(&network, 7, id, (int32_t[]){0, 3, 3, 3, 3, 8, 8},
                   (int32_t[]){15, 0, 1, 3, 3, 0, 15},
                   (float[]){0.2f, 0.0f, 0.1f, 0.5f, 0.1f, 0.15f, 1.0f});
    assert_int_equal(s->next_id, 9);
    for (int i = 0; i < 7; i++) {
        assert_true(s->tag[i] == (id[i] < 5 ? (float)id[i] + 0.5f : 0));
        assert_true(s->learning_rate[i] == (id[i] < 5 ? (float)id[i] * 0.001f : 0.01f));
    }
    network_free(&network);
}

static void given_the_newest_pruned_when_rebuilt_expect_its_id_never_again(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    const struct new_synapse one = {.input = 8, .dendrite = 15, .weight = 0.2f};
    for (int32_t round = 0; round < 5; round++) {
        assert_int_equal(network_rebuild_plastic(&network, &one, 1, 0.01f), STATUS_OK);
        struct plastic_synapses *s = &network.plastic;
        assert_int_equal(s->n, N_PLASTIC + 1);
        assert_int_equal(s->id[N_PLASTIC], N_PLASTIC + round);
        s->dendrite[N_PLASTIC] = -1;
    }
    network_free(&network);
}

static void given_all_pruned_when_rebuilt_expect_none_and_room_to_grow(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    for (int i = 0; i < N_PLASTIC; i++)
        network.plastic.dendrite[i] = -1;
    assert_int_equal(network_rebuild_plastic(&network, NULL, 0, 0.01f), STATUS_OK);
    expect_plastic(&network, 0, NULL, NULL, NULL, NULL);
    /* more than there ever was room for */
    enum { N = 500 };
    struct new_synapse grown[N];
    for (int32_t i = 0; i < N; i++)
        grown[i] = (struct new_synapse){
            .input = (7 * i) % 9, .dendrite = (5 * i) % 16, .weight = 0.001f * (float)i};
    assert_int_equal(network_rebuild_plastic(&network, grown, N, 0.02f), STATUS_OK);
    assert_int_equal(network_validate(&network), STATUS_OK);
    assert_int_equal(network.plastic.n, N);
    for (int32_t i = 0; i < N; i++) {
        const int32_t k = network.plastic.id[i] - N_PLASTIC;
        assert_int_equal(network.plastic.dendrite[i], grown[k].dendrite);
        assert_true(network.plastic.weight[i] == grown[k].weight);
        assert_true(network.plastic.learning_rate[i] == 0.02f);
    }
    network_free(&network);
}

static void given_a_network_when_made_rows_and_back_expect_the_same(void **state)
{
    (void)state;
    struct parameters p;
    struct network network, again;
    struct synapse_row *back;
    int32_t n;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    p.pyramidal.neurons = 48;
    p.pyramidal.n_dendrites = 3;
    assert_int_equal(support_connect(&network, &p, 3, 100, 17), STATUS_OK);
    assert_int_equal(network_rows(&network, &back, &n), STATUS_OK);
    assert_int_equal(network_init(&again, &network.layout, back, n, 0.01f), STATUS_OK);
    const size_t n_plastic = (size_t)network.plastic.n;
    assert_int_equal(again.plastic.n, n_plastic);
    assert_memory_equal(again.plastic.start, network.plastic.start, 101 * 4);
    assert_memory_equal(again.plastic.id, network.plastic.id, n_plastic * 4);
    assert_memory_equal(again.plastic.dendrite, network.plastic.dendrite, n_plastic * 4);
    assert_memory_equal(again.plastic.weight, network.plastic.weight, n_plastic * 4);
    for (int32_t k = 0; k < network.n_projections; k++) {
        const struct projection *a = &network.projection[k], *b = &again.projection[k];
        const size_t size = (size_t)a->n * 4;
        assert_int_equal(a->n, b->n);
        assert_memory_equal(a->dendrite, b->dendrite, size);
        for (int32_t i = 0; i < a->n; i++)
            assert_true(projection_weight(a, i) == projection_weight(b, i));
        assert_memory_equal(a->start, b->start,
                            ((size_t)network.layout.population[a->source].n + 1) * 4);
    }
    free(back);
    network_free(&network);
    network_free(&again);
}

/* The rows come back in the order of creation, and fixed ones after the plastic. */
static void given_rows_when_asked_for_expect_plastic_first_in_order_of_id(void **state)
{
    (void)state;
    struct network network;
    struct synapse_row *back;
    int32_t n, at = 0;
    small_network(&network);
    network.plastic.dendrite[0] = -1; /* id 1 */
    const struct new_synapse one = {.input = 0, .dendrite = 0, .weight = 0.2f};
    assert_int_equal(network_rebuild_plastic(&network, &one, 1, 0.01f), STATUS_OK);
    assert_int_equal(network_rows(&network, &back, &n), STATUS_OK);
    assert_int_equal(n, N_ROWS);
    for (int i = 0; i < N_ROWS; i++)
        if (rows[i].plastic && rows[i].source != 12) {
            assert_int_equal(back[at].source, rows[i].source);
            assert_int_equal(back[at].dendrite, rows[i].dendrite);
            assert_true(back[at].weight == rows[i].weight);
            at++;
        }
    assert_int_equal(at, N_PLASTIC - 1);
    assert_int_equal(back[at].source, 12);
    assert_int_equal(back[at].dendrite, 0);
    for (int i = 0; i < n; i++)
        assert_int_equal(back[i].plastic, i < N_PLASTIC);
    free(back);
    network_free(&network);
}

static void expect_broken(struct network *network, const char *what)
{
    assert_int_equal(network_validate(network), STATUS_SYSTEM);
    support_assert_message("the network is broken", what, NULL);
    network_free(network);
    small_network(network);
}

static void given_a_broken_network_when_validated_expect_what_is_wrong(void **state)
{
    (void)state;
    struct network network;
    small_network(&network);
    network.plastic.weight[2] = 1.0001f;
    expect_broken(&network, "weight of a plastic synapse at 2");
    network.plastic.weight[2] = -0.0001f;
    expect_broken(&network, "weight of a plastic synapse at 2");
    network.plastic.weight[4] = (float)NAN;
    expect_broken(&network, "weight of a plastic synapse at 4");
    network.plastic.dendrite[0] = -1;
    expect_broken(&network, "dendrite of a plastic synapse at 0");
    network.plastic.dendrite[0] = 16;
    expect_broken(&network, "dendrite of a plastic synapse at 0");
    network.plastic.dendrite[1] = 4; /* before 3 */
    expect_broken(&network, "order of plastic synapses at 2");
    network.plastic.id[3] = network.plastic.id[2];
    expect_broken(&network, "order of plastic synapses at 3");
    network.plastic.id[4] = 5;
    expect_broken(&network, "id of a plastic synapse at 4");
    network.plastic.start[9]--;
    expect_broken(&network, "ranges of plastic synapses");
    network.plastic.start[2] = 4;
    expect_broken(&network, "range of an input at 2");
    ((struct projection *)network_projection(&network, 2, 0))->dendrite[1] = 8; /* a cell of B */
    expect_broken(&network, "target of a projection");
    ((struct projection *)network_projection(&network, 2, 0))->start[1]++;
    expect_broken(&network, "ranges of a projection");
    network_free(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_rows_in_any_order_when_made_a_network_expect_plastic_ones_sorted),
        cmocka_unit_test(given_rows_in_any_order_when_made_a_network_expect_projections_sorted),
        cmocka_unit_test(given_ids_outside_the_layout_when_made_a_network_expect_the_row),
        cmocka_unit_test(given_synapses_of_the_wrong_kind_when_made_a_network_expect_the_row),
        cmocka_unit_test(given_every_pair_of_populations_when_connected_expect_those_of_the_page),
        cmocka_unit_test(given_no_rows_when_made_a_network_expect_it_empty_and_valid),
        cmocka_unit_test(given_marked_and_new_synapses_when_rebuilt_expect_order_and_fresh_ids),
        cmocka_unit_test(given_the_newest_pruned_when_rebuilt_expect_its_id_never_again),
        cmocka_unit_test(given_all_pruned_when_rebuilt_expect_none_and_room_to_grow),
        cmocka_unit_test(given_a_network_when_made_rows_and_back_expect_the_same),
        cmocka_unit_test(given_rows_when_asked_for_expect_plastic_first_in_order_of_id),
        cmocka_unit_test(given_a_broken_network_when_validated_expect_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
