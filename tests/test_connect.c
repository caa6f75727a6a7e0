/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network/connect: counts, weights and choices of MODEL.md, section 1. Limits of chi-square are
 * those that chance passes once in 10,000. */
#include "network/connect.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"

enum { CELLS_MAX = 1000, DENDRITES_MAX = 20 };

static struct parameters p;

static int set_defaults(void **state)
{
    (void)state;
    return parameters_preset(&p, "authors");
}

static void connect_with(struct network *network, int32_t n_classes, int32_t n_inputs,
                         uint64_t seed)
{
    if (support_connect(network, &p, n_classes, n_inputs, seed) != STATUS_OK ||
        network_validate(network) != STATUS_OK)
        fail_msg("%s", status_message());
}

/* How often each neuron of the target is hit: count[n of the target]. */
static void count_targets(const struct network *network, const struct projection *projection,
                          int32_t *count)
{
    const struct population *target = &network->layout.population[projection->target];
    memset(count, 0, (size_t)target->n * sizeof *count);
    for (int32_t i = 0; i < projection->n; i++)
        count[layout_neuron(&network->layout, projection->dendrite[i]) - target->first]++;
}

static bool is_balanced(const int32_t *count, int32_t n)
{
    int32_t least = count[0], most = count[0];
    for (int32_t i = 1; i < n; i++) {
        least = count[i] < least ? count[i] : least;
        most = count[i] > most ? count[i] : most;
    }
    return most - least <= 1;
}

/* The projection has n synapses of one weight, balanced over its targets if it has to be. */
static void expect_row(const struct network *network, int source, int target, int32_t n,
                       float weight, bool balanced)
{
    int32_t count[CELLS_MAX];
    const struct projection *projection = network_projection(network, source, target);
    assert_non_null(projection);
    if (projection->n != n)
        fail_msg("%d to %d: %d synapses, expected %d", source, target, projection->n, n);
    for (int32_t i = 0; i < n; i++)
        assert_true(projection_weight(projection, i) == weight);
    count_targets(network, projection, count);
    if (balanced)
        assert_true(is_balanced(count, network->layout.population[target].n));
}

static int32_t n_between(const struct network *network, int source_first, int source_n,
                         int target_first, int target_n)
{
    int32_t n = 0;
    for (int i = 0; i < source_n; i++)
        for (int k = 0; k < target_n; k++)
            n += network_projection(network, source_first + i, target_first + k)->n;
    return n;
}

static void given_the_base_network_when_connected_expect_the_table_of_the_page(void **state)
{
    (void)state;
    struct network network;
    connect_with(&network, 2, 400, 1);
    /* populations: 0, 1 pyramidal; 2, 3 control; 4, 5 feedback; 6 inputs; 7, 8 teachers */
    assert_int_equal(network.plastic.n, 1000);
    expect_row(&network, 7, 0, 80, 1.0f, true);
    expect_row(&network, 8, 1, 80, 1.0f, true);
    assert_int_equal(n_between(&network, 0, 2, 2, 1), 500);
    assert_int_equal(n_between(&network, 2, 1, 0, 2), 5000);
    assert_int_equal(n_between(&network, 0, 2, 3, 1), 100);
    assert_int_equal(n_between(&network, 3, 1, 0, 2), 200);
    expect_row(&network, 0, 4, 160, 1.0f, true);
    expect_row(&network, 1, 5, 160, 1.0f, true);
    expect_row(&network, 4, 1, 160, 1.0f, true);
    expect_row(&network, 5, 0, 160, 1.0f, true);
    /* and no other rows: 2 x 2 pyramidal to control, 2 x 2 back, 4 feedback, 2 teachers */
    assert_int_equal(network.n_projections, 14);
    for (int k = 0; k < network.n_projections; k++) {
        const struct projection *projection = &network.projection[k];
        if (projection->source < 4 && projection->target < 4)
            for (int32_t i = 0; i < projection->n; i++)
                assert_true(projection_weight(projection, i) == 0.3f);
    }
    for (int n = 0; n < 80; n++)
        assert_true(network.creb[n] == 0);
    network_free(&network);
}

static void given_the_supplement_when_connected_expect_400_onto_somas(void **state)
{
    (void)state;
    struct network network;
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    connect_with(&network, 2, 400, 1);
    assert_int_equal(n_between(&network, 3, 1, 0, 2), 400);
    assert_int_equal(n_between(&network, 2, 1, 0, 2), 5000);
    network_free(&network);
}

static void given_a_network_when_connected_expect_effects_by_role(void **state)
{
    (void)state;
    struct network network;
    connect_with(&network, 2, 400, 1);
    for (int k = 0; k < network.n_projections; k++) {
        const struct projection *projection = &network.projection[k];
        const enum role source = network.layout.population[projection->source].role;
        const enum effect expected = source == ROLE_CONTROL_SOMA ? EFFECT_INHIBIT_SOMA
                                     : source == ROLE_CONTROL_DENDRITE || source == ROLE_FEEDBACK
                                         ? EFFECT_INHIBIT
                                         : EFFECT_EXCITE;
        assert_int_equal(projection->effect, expected);
    }
    network_free(&network);
}

static void given_plastic_synapses_when_connected_expect_weights_and_rates_of_new_ones(void **state)
{
    (void)state;
    struct network network;
    enum { BINS = 20 };
    int32_t bin[BINS] = {0};
    p.connections.plastic = 20000;
    connect_with(&network, 2, 400, 3);
    for (int32_t i = 0; i < network.plastic.n; i++) {
        const float weight = network.plastic.weight[i];
        assert_true(weight >= 0.1f && weight <= 0.2f);
        const int k = (int)((weight - 0.1f) * 10 * BINS);
        bin[k < BINS ? k : BINS - 1]++;
        assert_true(network.plastic.learning_rate[i] == 0.01f);
        assert_true(network.plastic.tag[i] == 0);
        assert_true(network.plastic.calcium[i] == 0);
    }
    assert_true(support_chi_square(bin, BINS) < 50.8); /* 19 degrees of freedom */
    network_free(&network);
}

static void given_one_weight_alone_when_connected_expect_exactly_that(void **state)
{
    (void)state;
    struct network network;
    p.connections.w_min = p.connections.w_max = 0.3;
    connect_with(&network, 2, 400, 3);
    for (int32_t i = 0; i < network.plastic.n; i++)
        assert_true(network.plastic.weight[i] == 0.3f);
    network_free(&network);
}

/* Ids count in the order of creation, so each round of 80 must be a permutation of the cells. */
static void given_plastic_synapses_when_connected_expect_each_round_a_new_permutation(void **state)
{
    (void)state;
    struct network network;
    struct synapse_row *rows;
    int32_t n_rows, n_same = 0;
    connect_with(&network, 2, 400, 5);
    assert_int_equal(network_rows(&network, &rows, &n_rows), STATUS_OK);
    for (int32_t round = 0; round < 12; round++) {
        bool seen[80] = {false};
        for (int32_t i = 80 * round; i < 80 * (round + 1); i++) {
            const int32_t cell = rows[i].dendrite / 10;
            assert_true(rows[i].plastic && cell < 80);
            assert_false(seen[cell]);
            seen[cell] = true;
            n_same += round > 0 && cell == rows[i - 80].dendrite / 10;
        }
    }
    assert_true(n_same < 40); /* 11 by chance; 880 if the permutation were not drawn anew */
    free(rows);
    network_free(&network);
}

/* The control cells' targets are drawn, not dealt out: uniform, and as uneven as chance makes it.
 */
static void given_random_targets_when_connected_expect_uniform_but_not_balanced(void **state)
{
    (void)state;
    struct network network;
    connect_with(&network, 2, 400, 7);
    int32_t count[80];
    count_targets(&network, network_projection(&network, 2, 0), count);
    count_targets(&network, network_projection(&network, 2, 1), count + 40);
    const double chi_square = support_chi_square(count, 80); /* 79 degrees of freedom */
    assert_true(chi_square > 40 && chi_square < 135);
    count_targets(&network, network_projection(&network, 0, 2), count);
    assert_false(is_balanced(count, 10));
    network_free(&network);
}

static void given_many_synapses_when_connected_expect_sources_and_dendrites_uniform(void **state)
{
    (void)state;
    struct network network;
    int32_t from[400] = {0}, branch[10] = {0};
    p.connections.plastic = 40000;
    connect_with(&network, 2, 400, 9);
    for (int32_t input = 0; input < 400; input++)
        from[input] = network.plastic.start[input + 1] - network.plastic.start[input];
    for (int32_t i = 0; i < network.plastic.n; i++)
        branch[network.plastic.dendrite[i] % 10]++;
    assert_true(support_chi_square(from, 400) < 512);
    assert_true(support_chi_square(branch, 10) < 33.7);
    /* teachers and feedback too */
    int32_t source[10];
    const struct projection *feedback = network_projection(&network, 4, 1);
    for (int32_t i = 0; i < 10; i++)
        source[i] = feedback->start[i + 1] - feedback->start[i];
    assert_true(support_chi_square(source, 10) < 33.7);
    assert_false(is_balanced(source, 10));
    network_free(&network);
}

static void given_classes_when_connected_expect_no_feedback_onto_their_own(void **state)
{
    (void)state;
    for (int32_t n_classes = 2; n_classes <= 5; n_classes += 1) {
        struct network network;
        p.pyramidal.neurons = 60;
        connect_with(&network, n_classes, 100, 11);
        const int first_feedback = n_classes + 2, first_teacher = 2 * n_classes + 3;
        for (int32_t k = 0; k < n_classes; k++)
            for (int32_t j = 0; j < n_classes; j++) {
                const bool own = j == k;
                assert_int_equal(network_projection(&network, first_feedback + k, j) != NULL, !own);
                assert_int_equal(network_projection(&network, k, first_feedback + j) != NULL, own);
                assert_int_equal(network_projection(&network, first_teacher + k, j) != NULL, own);
            }
        network_free(&network);
    }
}

static void given_three_classes_when_connected_expect_4_feedback_synapses_a_cell(void **state)
{
    (void)state;
    struct network network;
    p.pyramidal.neurons = 48;
    p.pyramidal.n_dendrites = 3;
    connect_with(&network, 3, 100, 13);
    assert_int_equal(network.plastic.n, 600);
    int32_t onto[3][16] = {{0}}, count[16];
    /* populations: 0–2 pyramidal; 3, 4 control; 5–7 feedback; 8 inputs; 9–11 teachers */
    for (int k = 0; k < 3; k++) {
        expect_row(&network, 9 + k, k, 32, 1.0f, true);
        expect_row(&network, k, 5 + k, 64, 1.0f, true);
        int32_t sent = 0;
        for (int j = 0; j < 3; j++) {
            if (j == k)
                continue;
            const struct projection *projection = network_projection(&network, 5 + k, j);
            count_targets(&network, projection, count);
            for (int n = 0; n < 16; n++) {
                assert_int_equal(count[n], 2); /* 64 over 32 cells: two rounds */
                onto[j][n] += count[n];
            }
            sent += projection->n;
        }
        assert_int_equal(sent, 64);
    }
    for (int k = 0; k < 3; k++)
        for (int n = 0; n < 16; n++)
            assert_int_equal(onto[k][n], 4);
    assert_int_equal(n_between(&network, 0, 3, 3, 1), 300);
    assert_int_equal(n_between(&network, 3, 1, 0, 3), 3000);
    assert_int_equal(n_between(&network, 0, 3, 4, 1), 60);
    assert_int_equal(n_between(&network, 4, 1, 0, 3), 120);
    network_free(&network);
}

static void given_counts_that_do_not_divide_when_connected_expect_balance_within_one(void **state)
{
    (void)state;
    struct network network;
    int32_t count[80] = {0};
    p.connections.plastic = 1037;
    p.connections.teacher_per_cell = 1.55;
    connect_with(&network, 2, 400, 15);
    assert_int_equal(network.plastic.n, 1037);
    for (int32_t i = 0; i < network.plastic.n; i++)
        count[network.plastic.dendrite[i] / 10]++;
    assert_true(is_balanced(count, 80));
    expect_row(&network, 7, 0, 62, 1.0f, true);
    network_free(&network);
}

static void given_no_synapses_at_all_when_connected_expect_an_empty_network(void **state)
{
    (void)state;
    struct network network;
    p.connections.plastic = 0;
    p.connections.teacher_per_cell = 0;
    p.connections.pyramidal_to_control_dendrite_per_cell = 0;
    p.connections.control_dendrite_to_pyramidal_per_cell = 0;
    p.connections.pyramidal_to_control_soma_per_cell = 0;
    p.connections.control_soma_to_pyramidal_per_cell = 0;
    p.connections.pyramidal_to_feedback_per_cell = 0;
    p.connections.feedback_to_pyramidal_per_cell = 0;
    connect_with(&network, 2, 400, 1);
    assert_int_equal(network.plastic.n, 0);
    for (int k = 0; k < network.n_projections; k++)
        assert_int_equal(network.projection[k].n, 0);
    network_free(&network);
}

static void expect_same_rows(uint64_t seed, uint64_t other, int expected)
{
    struct network a, b;
    struct synapse_row *rows_a, *rows_b;
    int32_t n_a, n_b, n_same = 0;
    connect_with(&a, 2, 400, seed);
    connect_with(&b, 2, 400, other);
    assert_int_equal(network_rows(&a, &rows_a, &n_a), STATUS_OK);
    assert_int_equal(network_rows(&b, &rows_b, &n_b), STATUS_OK);
    assert_int_equal(n_a, n_b);
    for (int32_t i = 0; i < a.plastic.n; i++)
        n_same += rows_a[i].source == rows_b[i].source &&
                  rows_a[i].dendrite == rows_b[i].dendrite && rows_a[i].weight == rows_b[i].weight;
    if (expected)
        for (int32_t i = a.plastic.n; i < n_a; i++) {
            assert_int_equal(rows_a[i].source, rows_b[i].source);
            assert_int_equal(rows_a[i].dendrite, rows_b[i].dendrite);
        }
    assert_int_equal(n_same, expected);
    free(rows_a);
    free(rows_b);
    network_free(&a);
    network_free(&b);
}

static void given_seeds_when_connected_expect_one_network_a_seed(void **state)
{
    (void)state;
    expect_same_rows(1, 1, 1000);
    expect_same_rows(1, 2, 0);
    expect_same_rows(0, UINT64_MAX, 0);
    expect_same_rows(1, 1 + (1ULL << 32), 0);
}

static void
given_parameters_when_asked_for_their_plastic_synapses_expect_default_or_own(void **state)
{
    (void)state;
    assert_int_equal(connect_n_plastic(&p), 1000);
    p.pyramidal.neurons = 20;
    assert_int_equal(connect_n_plastic(&p), 250);
    p.connections.plastic = 1750;
    assert_int_equal(connect_n_plastic(&p), 1750);
    p.connections.plastic = 0;
    assert_int_equal(connect_n_plastic(&p), 0);
}

static void given_too_many_synapses_when_connected_expect_user_error(void **state)
{
    (void)state;
    struct network network;
    p.pyramidal.neurons = 1000000;
    p.connections.control_dendrite_to_pyramidal_per_cell = 10000;
    assert_int_equal(support_connect(&network, &p, 2, 400, 1), STATUS_USER);
    support_assert_message("connections: ", "synapses: expected at most 2000000000", NULL);
    network_free(&network);
}

static void given_cells_that_cannot_be_shared_when_connected_expect_user_error(void **state)
{
    (void)state;
    struct network network;
    assert_int_equal(support_connect(&network, &p, 3, 400, 1), STATUS_USER);
    support_assert_message("pyramidal.neurons = 80", "3 classes", NULL);
    network_free(&network);
}

static void given_scaled_feedback_when_connected_expect_4_synapses_from_each_class(void **state)
{
    (void)state;
    struct network network;
    p.pyramidal.neurons = 60;
    p.connections.feedback_scaled = true;
    connect_with(&network, 5, 100, 1);
    int n = 0;
    for (int32_t i = 0; i < network.n_projections; i++) {
        const struct projection *projection = &network.projection[i];
        if (network.layout.population[projection->source].role == ROLE_FEEDBACK)
            n += projection->n;
    }
    assert_int_equal(n, 60 * 4 * 4); /* onto each cell 4 from each of 4 other classes */
    network_free(&network);
}

static void given_used_inputs_when_connected_expect_them_by_their_use_and_no_others(void **state)
{
    (void)state;
    struct layout layout;
    struct network network;
    const double use[] = {0, 1, 1, 4, 4, 4}; /* inputs 0 and 2, the latter three times as much */
    p.connections.plastic = 4000;
    assert_int_equal(layout_init(&layout, &p, 2, 5), STATUS_OK);
    layout.input_use = use;
    assert_int_equal(connect_layout(&network, &p, &layout, 1, NULL, 0), STATUS_OK);
    const int32_t *start = network.plastic.start;
    assert_int_equal(start[2] - start[1], 0);
    assert_int_equal(start[5] - start[3], 0);
    const int32_t n = start[1] - start[0];
    assert_in_range(n, 1000 - 107, 1000 + 107); /* 3.9 standard deviations of 27.4 */
    network_free(&network);
}

int main(void)
{
#define FROM_DEFAULTS(test) cmocka_unit_test_setup(test, set_defaults)
    const struct CMUnitTest tests[] = {
        FROM_DEFAULTS(given_the_base_network_when_connected_expect_the_table_of_the_page),
        FROM_DEFAULTS(given_the_supplement_when_connected_expect_400_onto_somas),
        FROM_DEFAULTS(given_a_network_when_connected_expect_effects_by_role),
        FROM_DEFAULTS(given_plastic_synapses_when_connected_expect_weights_and_rates_of_new_ones),
        FROM_DEFAULTS(given_one_weight_alone_when_connected_expect_exactly_that),
        FROM_DEFAULTS(given_plastic_synapses_when_connected_expect_each_round_a_new_permutation),
        FROM_DEFAULTS(given_random_targets_when_connected_expect_uniform_but_not_balanced),
        FROM_DEFAULTS(given_many_synapses_when_connected_expect_sources_and_dendrites_uniform),
        FROM_DEFAULTS(given_classes_when_connected_expect_no_feedback_onto_their_own),
        FROM_DEFAULTS(given_three_classes_when_connected_expect_4_feedback_synapses_a_cell),
        FROM_DEFAULTS(given_scaled_feedback_when_connected_expect_4_synapses_from_each_class),
        FROM_DEFAULTS(given_used_inputs_when_connected_expect_them_by_their_use_and_no_others),
        FROM_DEFAULTS(given_counts_that_do_not_divide_when_connected_expect_balance_within_one),
        FROM_DEFAULTS(given_no_synapses_at_all_when_connected_expect_an_empty_network),
        FROM_DEFAULTS(given_seeds_when_connected_expect_one_network_a_seed),
        FROM_DEFAULTS(given_parameters_when_asked_for_their_plastic_synapses_expect_default_or_own),
        FROM_DEFAULTS(given_too_many_synapses_when_connected_expect_user_error),
        FROM_DEFAULTS(given_cells_that_cannot_be_shared_when_connected_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
