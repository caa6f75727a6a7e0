/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spread: a depression tag that was just set spreads along its dendrite, falling off with distance,
 * never onto a potentiation tag; a potentiation tag never spreads. */
#include "plasticity/spread.h"

#include <math.h>
#include <stdlib.h>

#include "core/status.h"
#include "plasticity/consolidation.h"
#include "support.h"

enum { N = 6 };

static struct parameters p;
static struct network network;
static struct spread spread;

/* Six synapses: four on dendrite 3 at 10, 15, 22 and 60 um, two on dendrite 4 at 10 and 12 um. */
static int make(void **state)
{
    (void)state;
    static const int32_t dendrite[N] = {3, 3, 3, 3, 4, 4};
    static const float place[N] = {15, 60, 10, 22, 12, 10};
    struct layout layout;
    struct synapse_row rows[N];
    parameters_preset(&p, "authors");
    parameters_set(&p, "plasticity.ltd_spread_fraction=0.5");
    parameters_set(&p, "plasticity.ltd_spread_um=10");
    if (layout_init(&layout, &p, 2, 9) != STATUS_OK)
        return -1;
    for (int32_t i = 0; i < N; i++)
        rows[i] = (struct synapse_row){layout_first_input(&layout) + i, dendrite[i], 0.5F, true};
    if (network_init(&network, &layout, rows, N, 0.01F) != STATUS_OK ||
        network_keep_lives(&network, 1, 100) != STATUS_OK ||
        spread_init(&spread, &p, &network) != STATUS_OK)
        return -1;
    for (int32_t i = 0; i < N; i++) /* input i has synapse i */
        network.lives->life[i].position_um = place[i];
    return 0;
}

static int release(void **state)
{
    (void)state;
    spread_free(&spread);
    network_free(&network);
    return 0;
}

/* Sets the tags and spreads those that are new. */
static void set_and_spread(const float *before, const float *after)
{
    for (int32_t i = 0; i < N; i++)
        network.plastic.tag[i] = before[i];
    assert_int_equal(spread_begin(&spread, &network), STATUS_OK);
    for (int32_t i = 0; i < N; i++)
        network.plastic.tag[i] = after[i];
    spread_tags(&spread, &network);
}

static void expect_tags(const float *expected)
{
    for (int32_t i = 0; i < N; i++)
        assert_float_equal(network.plastic.tag[i], expected[i], 1e-6);
}

static const float none[N] = {0};

static void given_a_new_depression_tag_when_spread_expect_it_to_fall_off_with_distance(void **state)
{
    (void)state;
    /* 0.5 (1 - d / 10) of it: 5 um to synapse 2, 7 um to synapse 3, 45 um to synapse 1 */
    const float after[N] = {-0.8F, 0, 0, 0, 0, 0};
    set_and_spread(none, after);
    expect_tags((const float[N]){-0.8F, 0, -0.8F * 0.25F, -0.8F * 0.15F, 0, 0});
}

static void given_two_sources_when_spread_expect_the_sum_of_both(void **state)
{
    (void)state;
    const float after[N] = {-0.8F, 0, -0.4F, 0, 0, 0};
    set_and_spread(none, after);
    expect_tags((const float[N]){-0.8F - 0.4F * 0.25F, 0, -0.4F - 0.8F * 0.25F, -0.8F * 0.15F, 0,
                                 0}); /* 12 um from 2 to 3 is out of reach */
}

static void given_a_potentiation_tag_when_reached_expect_it_to_stay(void **state)
{
    (void)state;
    const float after[N] = {-0.8F, 0, 0.3F, 0, 0, 0};
    set_and_spread(none, after);
    expect_tags((const float[N]){-0.8F, 0, 0.3F, -0.8F * 0.15F, 0, 0});
}

static void given_only_potentiation_when_spread_expect_nothing_to_change(void **state)
{
    (void)state;
    const float after[N] = {0.9F, 0.1F, 0, 0, 0.5F, 0};
    set_and_spread(none, after);
    expect_tags(after);
}

static void given_an_old_depression_tag_when_spread_expect_it_to_stay_where_it_is(void **state)
{
    (void)state;
    const float tags[N] = {-0.8F, 0, 0, 0, 0, 0};
    set_and_spread(tags, tags);
    expect_tags(tags);
}

static void given_strong_sources_when_spread_expect_no_tag_below_minus_one(void **state)
{
    (void)state;
    const float after[N] = {-1, 0, -0.9F, -0.95F, -1, -1};
    set_and_spread(none, after);
    for (int32_t i = 0; i < N; i++)
        assert_true(network.plastic.tag[i] >= -1);
    assert_float_equal(network.plastic.tag[2], -1, 1e-6);
}

static void given_another_dendrite_when_spread_expect_nothing_there(void **state)
{
    (void)state;
    const float after[N] = {0, 0, 0, 0, -0.5F, 0};
    set_and_spread(none, after);
    expect_tags((const float[N]){0, 0, 0, 0, -0.5F, -0.5F * 0.5F * 0.8F});
}

static void given_it_is_off_when_consolidated_expect_no_lives_needed(void **state)
{
    (void)state;
    struct parameters off;
    parameters_preset(&off, "authors");
    assert_false(spread_is_on(&off));
    parameters_set(&off, "plasticity.ltd_spread_fraction=0.2");
    assert_true(spread_is_on(&off));
    parameters_set(&off, "plasticity.ltd_spread_um=0");
    assert_false(spread_is_on(&off));
}

/* A little calcium depresses (docs/model.md §4); with spread on, a silent neighbour is too. */
static void given_a_consolidation_when_spread_is_on_expect_silent_neighbours_depressed(void **state)
{
    (void)state;
    struct consolidation c;
    for (int32_t i = 0; i < N; i++)
        network.plastic.tag[i] = 0;
    network.plastic.calcium[0] = 0.25F;
    const struct tag_constants constants = tag_constants_from(&p);
    const float own = tag_from_calcium(&constants, 0.25F), rest = tag_from_calcium(&constants, 0);
    assert_true(own < -0.5F);
    assert_int_equal(consolidation_init(&c, &p, &network, "portable", NULL), STATUS_OK);
    assert_int_equal(consolidate(&c, &network), STATUS_OK);
    const float keep = c.tag_keep_all;
    assert_float_equal(network.plastic.tag[2], (rest + 0.25F * own) * keep, 1e-6);
    assert_float_equal(network.plastic.tag[1], rest * keep, 1e-6);
    consolidation_free(&c);
}

#define ON_NETWORK(test) cmocka_unit_test_setup_teardown(test, make, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_NETWORK(given_a_new_depression_tag_when_spread_expect_it_to_fall_off_with_distance),
        ON_NETWORK(given_two_sources_when_spread_expect_the_sum_of_both),
        ON_NETWORK(given_a_potentiation_tag_when_reached_expect_it_to_stay),
        ON_NETWORK(given_only_potentiation_when_spread_expect_nothing_to_change),
        ON_NETWORK(given_an_old_depression_tag_when_spread_expect_it_to_stay_where_it_is),
        ON_NETWORK(given_strong_sources_when_spread_expect_no_tag_below_minus_one),
        ON_NETWORK(given_another_dendrite_when_spread_expect_nothing_there),
        ON_NETWORK(given_it_is_off_when_consolidated_expect_no_lives_needed),
        ON_NETWORK(given_a_consolidation_when_spread_is_on_expect_silent_neighbours_depressed),
    };
    return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
