/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crowding: what grows finds room, numbers are kept, and without a limit nothing is otherwise. */
#include "turnover/crowding.h"

#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "network/network.h"
#include "support.h"
#include "turnover/turnover.h"

enum { SEED = 53, N_CLASSES = 2 };

static struct parameters p;
static struct network network;
static struct turnover turnover;
static struct turnover_report report;

static int free_all(void **state)
{
    (void)state;
    turnover_free(&turnover);
    network_free(&network);
    return 0;
}

/* A small network: 8 cells of 10 dendrites, 160 synapses, 2 a dendrite in the mean. */
static void make_network(const char *policy)
{
    free_all(NULL);
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    support_set(&p, "pyramidal.neurons=8");
    support_set(&p, "connections.plastic=160");
    support_set(&p, policy);
    assert_int_equal(support_connect(&network, &p, N_CLASSES, 400, SEED), STATUS_OK);
    assert_int_equal(network_keep_lives(&network, SEED, p.spines.dendrite_um), STATUS_OK);
}

static int begin(void)
{
    const int status = turnover_init(&turnover, &p, &network, SEED, NULL);
    for (int32_t i = 0; i < network.plastic.n; i++)
        network.plastic.weight[i] = i % 3 ? 0.7f : 0.1f;
    return status;
}

static int32_t count_on(int32_t first, int32_t n)
{
    int32_t count = 0;
    for (int32_t i = 0; i < network.plastic.n; i++)
        count += network.plastic.dendrite[i] >= first && network.plastic.dendrite[i] < first + n;
    return count;
}

static int32_t most_on_a_dendrite(void)
{
    int32_t most = 0;
    for (int32_t d = 0; d < network.layout.n_pyramidal_dendrites; d++)
        most = count_on(d, 1) > most ? count_on(d, 1) : most;
    return most;
}

/* Room for 3 on each of 40 dendrites of a class is more than its 80 synapses; dendrites that had
 * more at first lose what turns over. */
static void
given_a_limit_when_turned_over_expect_numbers_kept_and_no_full_dendrite_fuller(void **state)
{
    static const char *const policies[] = {"turnover.policy=random", "turnover.policy=constrained"};
    (void)state;
    for (int k = 0; k < 2; k++) {
        make_network(policies[k]);
        support_set(&p, "spines.most_per_um=0.03");
        assert_int_equal(begin(), STATUS_OK);
        const int32_t of_class = count_on(0, 40);
        assert_true(most_on_a_dendrite() > 3);
        for (int32_t n = 1; n <= 60; n++) {
            int32_t before[80];
            for (int32_t d = 0; d < 80; d++)
                before[d] = count_on(d, 1);
            assert_int_equal(turnover_run(&turnover, &network, n, &report), STATUS_OK);
            assert_int_equal(report.n_grown, report.n_pruned);
            assert_int_equal(network.plastic.n, 160);
            for (int32_t d = 0; d < 80; d++)
                assert_true(count_on(d, 1) <= 3 || count_on(d, 1) <= before[d]);
            if (k == 1)
                assert_int_equal(count_on(0, 40), of_class);
            for (int32_t i = 0; i < network.plastic.n; i++) /* others are weak next time */
                network.plastic.weight[i] = (network.plastic.id[i] + n) % 3 ? 0.7f : 0.1f;
        }
        assert_int_equal(most_on_a_dendrite(), 3);
    }
}

/* As many as there is room for: every dendrite has two in the end. */
static void given_exactly_enough_room_when_turned_over_expect_every_dendrite_full(void **state)
{
    (void)state;
    make_network("turnover.policy=constrained");
    support_set(&p, "spines.most_per_um=0.02");
    assert_int_equal(begin(), STATUS_OK);
    for (int32_t i = 0; i < network.plastic.n; i++)
        network.plastic.weight[i] = 0.1f;
    assert_int_equal(turnover_run(&turnover, &network, 1, &report), STATUS_OK);
    assert_int_equal(report.n_grown, 160);
    for (int32_t d = 0; d < 80; d++)
        assert_int_equal(count_on(d, 1), 2);
}

/* Positions on dendrites that were not asked for are uniform, and in the dendrite. */
static void
given_full_dendrites_when_moved_expect_another_place_of_the_class_by_seed_and_id(void **state)
{
    struct crowding crowding;
    (void)state;
    make_network("turnover.policy=random");
    support_set(&p, "spines.most_per_um=0.05");
    assert_int_equal(crowding_init(&crowding, &p, &network), STATUS_OK);
    for (int32_t d = 40; d < 80; d++)
        crowding.n_on[d] = d == 71 ? 4 : 5;
    struct new_synapse one = {.dendrite = 44, .is_placed = true, .position_um = 7};
    assert_true(crowding_place(&crowding, &network.layout, SEED, 1000, &one));
    assert_int_equal(one.dendrite, 71); /* the only one of class 1 with room */
    assert_false(one.is_placed);
    one.dendrite = 44;
    assert_false(crowding_place(&crowding, &network.layout, SEED, 1001, &one));
    int32_t seen[40] = {0};
    for (int32_t id = 0; id < 4000; id++) {
        memset(crowding.n_on, 0, 80 * sizeof *crowding.n_on);
        crowding.n_on[3] = 5;
        one = (struct new_synapse){.dendrite = 3};
        assert_true(crowding_place(&crowding, &network.layout, SEED, id, &one));
        seen[one.dendrite]++;
    }
    assert_int_equal(seen[3], 0);
    seen[3] = seen[39]; /* the others are equally likely: 38 degrees of freedom, about */
    assert_true(support_chi_square(seen, 39) < 85);
    crowding_free(&crowding);
}

static void given_no_room_for_what_there_is_when_begun_expect_refusal(void **state)
{
    (void)state;
    make_network("turnover.policy=random");
    support_set(&p, "spines.most_per_um=0.01");
    assert_int_equal(begin(), STATUS_USER);
    support_assert_message("spines.most_per_um = 0.01: 80 synapses of a class on 40 dendrites",
                           NULL);
    support_set(&p, "spines.most_per_um=0.001");
    assert_int_equal(begin(), STATUS_USER);
    support_assert_message("a dendrite of 100 um has no room for a synapse", "0.01", NULL);
    support_set(&p, "spines.most_per_um=1");
    support_set(&p, "connections.contacts=2");
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    support_assert_message("expected 0 with connections.contacts = 2", NULL);
}

/* A limit that is never reached changes nothing. */
static void given_a_limit_far_away_when_turned_over_expect_the_same_synapses(void **state)
{
    int32_t dendrite[160];
    (void)state;
    for (int k = 0; k < 2; k++) {
        make_network("turnover.policy=random");
        support_set(&p, k == 0 ? "spines.most_per_um=0" : "spines.most_per_um=2");
        assert_int_equal(begin(), STATUS_OK);
        assert_int_equal(turnover_run(&turnover, &network, 1, &report), STATUS_OK);
        if (k == 0)
            memcpy(dendrite, network.plastic.dendrite, sizeof dendrite);
    }
    assert_memory_equal(dendrite, network.plastic.dendrite, sizeof dendrite);
}

/* Clustered growth, which without a task puts one synapse beside the other: from end to end, with a
 * run that is stopped by nothing but its end, from the log of synapses. */
static void
given_clustered_growth_with_a_limit_when_trained_expect_it_on_every_dendrite(void **state)
{
    size_t n;
    free(support_run_well(
        state, "train -q --no-pictures --out run --seed 2 --set data.stability=0 --set "
               "data.overlap=4 --set turnover.policy=clustered --set teacher.enabled=false --set "
               "stopping.max_presentations=60 --set data.test_per_class=2 --set "
               "test.sample_period=0 --set connections.plastic=200 --set spines.most_per_um=0.05"));
    char *text = (char *)support_read(support_path(state, "run/network.csv"), &n);
    int32_t count[800] = {0}, most = 0, n_plastic = 0;
    for (char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
        int source, dendrite, is_plastic;
        double weight;
        assert_int_equal(sscanf(line + 1, "%d,%d,%lf,%d", &source, &dendrite, &weight, &is_plastic),
                         4);
        if (!is_plastic)
            continue;
        n_plastic++;
        most = ++count[dendrite] > most ? count[dendrite] : most;
    }
    assert_int_equal(n_plastic, 200);
    assert_true(most <= 5);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(
            given_a_limit_when_turned_over_expect_numbers_kept_and_no_full_dendrite_fuller,
            free_all),
        cmocka_unit_test_teardown(
            given_exactly_enough_room_when_turned_over_expect_every_dendrite_full, free_all),
        cmocka_unit_test_teardown(
            given_full_dendrites_when_moved_expect_another_place_of_the_class_by_seed_and_id,
            free_all),
        cmocka_unit_test_teardown(given_no_room_for_what_there_is_when_begun_expect_refusal,
                                  free_all),
        cmocka_unit_test_teardown(given_a_limit_far_away_when_turned_over_expect_the_same_synapses,
                                  free_all),
        WITH_FOLDER(given_clustered_growth_with_a_limit_when_trained_expect_it_on_every_dendrite),
    };
    return cmocka_run_group_tests_name("crowding", tests, NULL, NULL);
}
