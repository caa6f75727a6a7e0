/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turnover: MODEL.md, section 5. Limits of chi-square are those that chance passes once in 10,000.
 */
#include "turnover/turnover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "network/network.h"
#include "support.h"

enum { SEED = 53 };

static struct parameters p;
static struct network network;
static struct turnover turnover;
static struct turnover_report report;

/* A base network whose plastic synapses all stay, and what turns it over. */
static int make_network(void **state)
{
    (void)state;
    if (parameters_preset(&p, "authors") != STATUS_OK ||
        support_connect(&network, &p, 2, 400, SEED) != STATUS_OK ||
        turnover_init(&turnover, &p, &network, SEED, NULL) != STATUS_OK)
        return -1;
    for (int32_t i = 0; i < network.plastic.n; i++)
        network.plastic.weight[i] = 0.7f;
    return 0;
}

static int free_network(void **state)
{
    (void)state;
    turnover_free(&turnover);
    network_free(&network);
    return 0;
}

/* Another start, for changed parameters or another seed. */
static void make_again(uint64_t seed)
{
    free_network(NULL);
    const int32_t n_classes = p.pyramidal.neurons % 3 == 0 ? 3 : 2;
    assert_int_equal(support_connect(&network, &p, n_classes, 400, SEED), STATUS_OK);
    assert_int_equal(turnover_init(&turnover, &p, &network, seed, NULL), STATUS_OK);
    for (int32_t i = 0; i < network.plastic.n; i++)
        network.plastic.weight[i] = 0.7f;
}

static int32_t class_of(int32_t dendrite)
{
    return dendrite / p.pyramidal.n_dendrites / layout_cells_per_class(&network.layout);
}

/* Makes n synapses of a class (or -1: of any) weak. */
static void weaken(int32_t class_index, int32_t n)
{
    for (int32_t i = 0; i < network.plastic.n && n > 0; i++)
        if ((class_index < 0 || class_of(network.plastic.dendrite[i]) == class_index) &&
            network.plastic.weight[i] > 0.2f) {
            network.plastic.weight[i] = 0.1f;
            n--;
        }
    assert_int_equal(n, 0);
}

static int32_t count_of_class(int32_t class_index)
{
    int32_t n = 0;
    for (int32_t i = 0; i < network.plastic.n; i++)
        n += class_of(network.plastic.dendrite[i]) == class_index;
    return n;
}

static void run(int32_t n_pruned, int32_t n_grown)
{
    if (turnover_run(&turnover, &network, 1, &report) != STATUS_OK ||
        network_validate(&network) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(report.n_pruned, n_pruned);
    assert_int_equal(report.n_grown, n_grown);
}

/* The place of the synapse with this id, or -1. */
static int32_t place_of(int32_t id)
{
    for (int32_t i = 0; i < network.plastic.n; i++)
        if (network.plastic.id[i] == id)
            return i;
    return -1;
}

static void given_weights_around_the_threshold_when_pruned_expect_it_included(void **state)
{
    (void)state;
    struct plastic_synapses *s = &network.plastic;
    const int32_t at = s->id[10], above = s->id[11], below = s->id[12], zero = s->id[13];
    s->weight[10] = 0.2f;
    s->weight[11] = nextafterf(0.2f, 1);
    s->weight[12] = nextafterf(0.2f, 0);
    s->weight[13] = 0;
    run(3, 3);
    assert_true(place_of(at) < 0 && place_of(below) < 0 && place_of(zero) < 0);
    assert_true(place_of(above) >= 0);
}

static void given_another_threshold_when_pruned_expect_it_taken(void **state)
{
    (void)state;
    p.turnover.threshold = 0;
    weaken(-1, 50);
    network.plastic.weight[900] = 0;
    run(1, 1);
    p.turnover.threshold = 1;
    run(1000, 1000);
}

static void given_synapses_that_stay_when_others_go_expect_them_untouched(void **state)
{
    (void)state;
    struct plastic_synapses *s = &network.plastic, old;
    for (int32_t i = 0; i < s->n; i++) {
        s->weight[i] = i % 4 == 0 ? 0.15f : 0.3f + 0.0001f * (float)i;
        s->tag[i] = 0.01f * (float)i;
        s->learning_rate[i] = 0.001f + 0.000001f * (float)i;
    }
    const size_t size = (size_t)s->n * 4;
    old = *s;
    void *copies[5];
    void *arrays[] = {s->id, s->dendrite, s->weight, s->tag, s->learning_rate};
    for (int i = 0; i < 5; i++) {
        copies[i] = malloc(size);
        assert_non_null(copies[i]);
        memcpy(copies[i], arrays[i], size);
    }
    old.id = copies[0];
    old.dendrite = copies[1];
    old.weight = copies[2];
    old.tag = copies[3];
    old.learning_rate = copies[4];
    run(250, 250);
    assert_int_equal(s->n, 1000);
    for (int32_t i = 0; i < old.n; i++) {
        const int32_t now = place_of(old.id[i]);
        if (i % 4 == 0) {
            assert_int_equal(now, -1);
            continue;
        }
        assert_true(now >= 0);
        assert_int_equal(s->dendrite[now], old.dendrite[i]);
        assert_true(s->weight[now] == old.weight[i] && s->tag[now] == old.tag[i] &&
                    s->learning_rate[now] == old.learning_rate[i]);
    }
    for (int i = 0; i < 5; i++)
        free(copies[i]);
}

static void given_new_synapses_when_grown_expect_fresh_ids_weights_and_rates(void **state)
{
    (void)state;
    struct plastic_synapses *s = &network.plastic;
    for (int32_t i = 0; i < s->n; i++)
        s->tag[i] = 1;
    weaken(-1, 300);
    run(300, 300);
    assert_int_equal(s->next_id, 1300);
    for (int32_t id = 1000; id < 1300; id++) {
        const int32_t i = place_of(id);
        assert_true(i >= 0);
        assert_true(s->weight[i] >= 0.1f && s->weight[i] < 0.2f);
        assert_true(s->learning_rate[i] == 0.01f);
        assert_true(s->tag[i] == 0 && s->calcium[i] == 0);
    }
}

static void given_many_new_synapses_when_grown_expect_places_and_weights_uniform(void **state)
{
    (void)state;
    int32_t input[400] = {0}, cell[80] = {0}, branch[10] = {0}, weight[20] = {0};
    p.connections.plastic = 40000;
    make_again(SEED);
    weaken(-1, 40000);
    run(40000, 40000);
    const struct plastic_synapses *s = &network.plastic;
    for (int32_t k = 0; k < 400; k++) {
        input[k] = s->start[k + 1] - s->start[k];
        for (int32_t i = s->start[k]; i < s->start[k + 1]; i++) {
            cell[s->dendrite[i] / 10]++;
            branch[s->dendrite[i] % 10]++;
            const int bin = (int)((s->weight[i] - 0.1f) * 200);
            weight[bin < 20 ? bin : 19]++;
        }
    }
    assert_true(support_chi_square(input, 400) < 512);
    const double cells = support_chi_square(cell, 80);
    assert_true(cells > 40 && cells < 135); /* drawn, not dealt out */
    assert_true(support_chi_square(branch, 10) < 33.7);
    assert_true(support_chi_square(weight, 20) < 50.8);
}

static void given_a_fraction_when_grown_expect_that_part_of_the_pruned(void **state)
{
    (void)state;
    p.turnover.fraction = 0.7;
    weaken(-1, 101);
    run(101, 71); /* 70.7 */
    assert_int_equal(network.plastic.n, 1000 - 101 + 71);
    p.turnover.fraction = 0;
    weaken(-1, 100);
    run(171, 0); /* and the 71, which are weak */
    assert_int_equal(network.plastic.n, 799);
}

static void given_five_or_fewer_pruned_when_run_expect_them_replaced_and_then_the_end(void **state)
{
    (void)state;
    assert_true(turnover_is_due(&turnover, 10));
    weaken(-1, 6);
    run(6, 6);
    assert_false(turnover.is_over);
    assert_true(turnover_is_due(&turnover, 20));
    for (int32_t i = 0; i < 1000; i++)
        network.plastic.weight[i] = 0.7f;
    weaken(-1, 5);
    run(5, 5);
    assert_true(turnover.is_over);
    assert_int_equal(network.plastic.n, 1000);
    weaken(-1, 500);
    for (int32_t n = 0; n <= 100; n++) /* for good */
        assert_false(turnover_is_due(&turnover, n));
}

static void given_none_pruned_when_run_the_first_time_expect_the_end(void **state)
{
    (void)state;
    run(0, 0);
    assert_true(turnover.is_over);
}

static void given_no_limit_when_none_pruned_expect_no_end(void **state)
{
    (void)state;
    p.turnover.over_at = -1;
    run(0, 0);
    assert_false(turnover.is_over);
    p.turnover.over_at = 100;
    weaken(-1, 101);
    run(101, 101);
    assert_false(turnover.is_over);
    for (int32_t i = 0; i < 1000; i++)
        network.plastic.weight[i] = 0.7f;
    weaken(-1, 100);
    run(100, 100);
    assert_true(turnover.is_over);
}

static void given_a_period_when_asked_expect_its_multiples(void **state)
{
    (void)state;
    p.turnover.period = 7;
    for (int32_t n = 1; n < 50; n++)
        assert_int_equal(turnover_is_due(&turnover, n), n % 7 == 0);
}

static void given_constrained_when_run_expect_each_class_to_keep_its_number(void **state)
{
    (void)state;
    p.turnover.policy = TURNOVER_CONSTRAINED;
    assert_string_equal(parameters_choice(&p, "turnover.policy"), "constrained");
    make_again(SEED);
    const int32_t before[] = {count_of_class(0), count_of_class(1)};
    weaken(0, 300);
    weaken(1, 40);
    run(340, 340);
    assert_int_equal(count_of_class(0), before[0]);
    assert_int_equal(count_of_class(1), before[1]);
    assert_false(turnover.is_over);
}

static void given_random_when_run_expect_classes_to_exchange(void **state)
{
    (void)state;
    const int32_t before = count_of_class(0);
    weaken(0, 400);
    run(400, 400);
    assert_in_range(before - count_of_class(0), 150, 250); /* about half went to the other */
}

static void given_constrained_when_one_class_is_done_expect_all_replaced_and_the_end(void **state)
{
    (void)state;
    p.turnover.policy = TURNOVER_CONSTRAINED;
    make_again(SEED);
    weaken(0, 6);
    weaken(1, 100);
    run(106, 106);
    assert_false(turnover.is_over);
    for (int32_t i = 0; i < 1000; i++)
        network.plastic.weight[i] = 0.7f;
    weaken(0, 100);
    weaken(1, 5);
    run(105, 105);
    assert_true(turnover.is_over);
    make_again(SEED); /* and if it is the first */
    weaken(0, 5);
    weaken(1, 100);
    run(105, 105);
    assert_true(turnover.is_over);
}

static void given_constrained_and_three_classes_when_run_expect_a_fraction_of_each(void **state)
{
    (void)state;
    p.turnover.policy = TURNOVER_CONSTRAINED;
    p.turnover.fraction = 0.5;
    p.pyramidal.neurons = 48;
    p.pyramidal.n_dendrites = 3;
    make_again(SEED);
    int32_t before[3];
    for (int k = 0; k < 3; k++)
        before[k] = count_of_class(k);
    weaken(0, 20);
    weaken(1, 60);
    weaken(2, 100);
    run(180, 10 + 30 + 50);
    assert_int_equal(count_of_class(0), before[0] - 10);
    assert_int_equal(count_of_class(1), before[1] - 30);
    assert_int_equal(count_of_class(2), before[2] - 50);
}

static void given_no_policy_when_asked_expect_it_never_due(void **state)
{
    (void)state;
    p.turnover.policy = TURNOVER_NONE;
    make_again(SEED);
    for (int32_t n = 0; n <= 100; n++)
        assert_false(turnover_is_due(&turnover, n));
}

struct grown {
    int32_t input, dendrite;
    float weight;
};

/* What the synapse with this id is. */
static struct grown grown_as(int32_t id)
{
    const struct plastic_synapses *s = &network.plastic;
    const int32_t i = place_of(id);
    assert_true(i >= 0);
    int32_t input = 0;
    while (s->start[input + 1] <= i)
        input++;
    return (struct grown){input, s->dendrite[i], s->weight[i]};
}

static int n_alike(const struct grown *a, const struct grown *b, int n)
{
    int n_same = 0;
    for (int i = 0; i < n; i++)
        n_same += a[i].input == b[i].input && a[i].dendrite == b[i].dendrite &&
                  a[i].weight == b[i].weight;
    return n_same;
}

/* Neither what is pruned nor how many at once decides what a new synapse becomes. */
static void given_ids_when_grown_expect_a_function_of_seed_and_id(void **state)
{
    (void)state;
    enum { N = 60 };
    struct grown first[N], again[N];
    weaken(0, 400);
    run(400, 400);
    for (int i = 0; i < N; i++)
        first[i] = grown_as(1000 + i);
    assert_int_equal(n_alike(first, first + 1, N - 1), 0);

    make_again(SEED); /* other synapses go, in turnovers of 30 */
    for (int round = 0; round < 2; round++) {
        weaken(1, 30);
        run(30, 30);
        for (int32_t i = 0; i < 1000; i++)
            network.plastic.weight[i] =
                network.plastic.id[i] < 1000 ? 0.7f : network.plastic.weight[i] + 0.5f;
    }
    for (int i = 0; i < N; i++) {
        again[i] = grown_as(1000 + i);
        assert_int_equal(again[i].input, first[i].input);
        assert_int_equal(again[i].dendrite, first[i].dendrite);
    }

    make_again(SEED + 1);
    weaken(0, 400);
    run(400, 400);
    for (int i = 0; i < N; i++)
        again[i] = grown_as(1000 + i);
    assert_int_equal(n_alike(first, again, N), 0);
}

static void given_all_pruned_twice_when_run_expect_room_for_all(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int32_t i = 0; i < 1000; i++)
            network.plastic.weight[i] = 0;
        run(1000, 1000);
    }
    assert_int_equal(network.plastic.next_id, 4000);
}

static void given_used_inputs_when_grown_expect_no_others(void **state)
{
    (void)state;
    double use[401] = {0};
    for (int i = 0; i < 400; i++) /* the third row of pixels alone */
        use[i + 1] = use[i] + (i / 20 == 2);
    network.layout.input_use = use;
    weaken(-1, 300);
    const int32_t first = network.plastic.next_id;
    run(300, 300);
    for (int32_t input = 0; input < 400; input++)
        for (int32_t i = network.plastic.start[input]; i < network.plastic.start[input + 1]; i++)
            if (network.plastic.id[i] >= first)
                assert_int_equal(input / 20, 2);
}

int main(void)
{
#define ON_NETWORK(test) cmocka_unit_test_setup_teardown(test, make_network, free_network)
    const struct CMUnitTest tests[] = {
        ON_NETWORK(given_weights_around_the_threshold_when_pruned_expect_it_included),
        ON_NETWORK(given_another_threshold_when_pruned_expect_it_taken),
        ON_NETWORK(given_synapses_that_stay_when_others_go_expect_them_untouched),
        ON_NETWORK(given_new_synapses_when_grown_expect_fresh_ids_weights_and_rates),
        ON_NETWORK(given_many_new_synapses_when_grown_expect_places_and_weights_uniform),
        ON_NETWORK(given_used_inputs_when_grown_expect_no_others),
        ON_NETWORK(given_a_fraction_when_grown_expect_that_part_of_the_pruned),
        ON_NETWORK(given_five_or_fewer_pruned_when_run_expect_them_replaced_and_then_the_end),
        ON_NETWORK(given_none_pruned_when_run_the_first_time_expect_the_end),
        ON_NETWORK(given_no_limit_when_none_pruned_expect_no_end),
        ON_NETWORK(given_a_period_when_asked_expect_its_multiples),
        ON_NETWORK(given_constrained_when_run_expect_each_class_to_keep_its_number),
        ON_NETWORK(given_random_when_run_expect_classes_to_exchange),
        ON_NETWORK(given_constrained_when_one_class_is_done_expect_all_replaced_and_the_end),
        ON_NETWORK(given_constrained_and_three_classes_when_run_expect_a_fraction_of_each),
        ON_NETWORK(given_no_policy_when_asked_expect_it_never_due),
        ON_NETWORK(given_ids_when_grown_expect_a_function_of_seed_and_id),
        ON_NETWORK(given_all_pruned_twice_when_run_expect_room_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
