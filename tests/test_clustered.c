/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clustered: growth near potentiated synapses, probation, survival by co-activity, and what is
 * recorded of it. */
#include "turnover/clustered.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"
#include "turnover/turnover.h"

enum { N_ANCHORS = 4, N_WEAK = 60, N = N_ANCHORS + N_WEAK, N_INPUTS = 50, SEED = 5 };

static struct parameters p;
static struct network network;
static struct turnover turnover;

/* Synapses 0 … 3, strong, on dendrites 10 … 13 at 20, 40, 60, 98 um; the others weak, on dendrite
 * 500 and up. */
static const struct clustered_birth *births(void)
{
    int32_t n;
    return clustering_births(turnover.state, &n);
}

static int32_t n_births(void)
{
    int32_t n;
    clustering_births(turnover.state, &n);
    return n;
}

static void begin(const char *set)
{
    struct layout layout;
    struct synapse_row rows[N];
    static const float place[N_ANCHORS] = {20, 40, 60, 98};
    parameters_preset(&p, "authors");
    assert_int_equal(parameters_set(&p, "turnover.policy=clustered"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "record.synapses=true"), STATUS_OK);
    if (set)
        assert_int_equal(parameters_set(&p, set), STATUS_OK);
    assert_int_equal(layout_init(&layout, &p, 2, N_INPUTS), STATUS_OK);
    for (int32_t i = 0; i < N; i++)
        rows[i] = (struct synapse_row){layout_first_input(&layout) + i % N_INPUTS,
                                       i < N_ANCHORS ? 10 + i : 500 + i,
                                       i < N_ANCHORS ? 0.25F : 0.1F, true};
    assert_int_equal(network_init(&network, &layout, rows, N, 0.01F), STATUS_OK);
    assert_int_equal(network_keep_lives(&network, SEED, 100), STATUS_OK);
    for (int32_t i = 0; i < N_ANCHORS; i++)
        network.lives->life[i].position_um = place[i];
    assert_int_equal(turnover_init(&turnover, &p, &network, SEED, NULL), STATUS_OK);
}

static int release(void **state)
{
    (void)state;
    turnover_free(&turnover);
    network_free(&network);
    return 0;
}

/* Two patterns over presentations whose correlation over 10 of them from 11 on is 0. */
static float wave(int32_t n)
{
    return n % 2 ? 1.0F : 0.0F;
}

static float other_wave(int32_t n)
{
    return (n - 1) / 2 % 2 ? 1.0F : 0.0F;
}

/* What the calcium of a synapse that is no anchor is at presentation n. */
typedef float (*calcium_of)(int32_t id, int32_t n);

static float silent(int32_t id, int32_t n)
{
    (void)id;
    (void)n;
    return 0;
}

static float even_with_the_anchors(int32_t id, int32_t n)
{
    return id % 2 ? other_wave(n) : wave(n);
}

/* Presentations first … last; anchors are active as `wave` and potentiated every time. */
static void present_some(int32_t first, int32_t last, calcium_of calcium, bool potentiate)
{
    struct plastic_synapses *s = &network.plastic;
    for (int32_t n = first; n <= last; n++) {
        for (int32_t i = 0; i < s->n; i++)
            s->calcium[i] = s->id[i] < N_ANCHORS ? wave(n) : calcium(s->id[i], n);
        assert_int_equal(turnover_observe_calcium(&turnover, &network, n), STATUS_OK);
        for (int32_t i = 0; i < s->n && potentiate; i++)
            s->weight[i] += s->id[i] < N_ANCHORS ? 0.011F : 0;
        network.lives->presentation = n;
        turnover_observe_weights(&turnover, &network, n);
        network_note_weights(&network);
    }
}

static struct turnover_report turn_over(int32_t n)
{
    struct turnover_report report = {0};
    assert_int_equal(turnover_run(&turnover, &network, n, &report), STATUS_OK);
    assert_int_equal(network_validate(&network), STATUS_OK);
    return report;
}

static void given_potentiated_synapses_when_grown_expect_places_near_them(void **state)
{
    (void)state;
    begin(NULL);
    present_some(1, 10, silent, true);
    const struct turnover_report report = turn_over(10);
    assert_int_equal(report.n_pruned, N_WEAK);
    assert_int_equal(report.n_grown, N_WEAK);
    int32_t n_at[N_ANCHORS] = {0}, n_below = 0;
    for (int32_t id = N; id < N + N_WEAK; id++) {
        const struct life *life = &network.lives->life[id];
        const int32_t anchor = life->dendrite - 10;
        assert_in_range(anchor, 0, N_ANCHORS - 1);
        const float away = life->position_um - network.lives->life[anchor].position_um;
        assert_true(fabsf(away) <= 5 && life->position_um >= 0 && life->position_um <= 100);
        assert_int_equal(life->birth, BIRTH_CLUSTERED);
        assert_int_equal(life->judged_at, 20);
        assert_true(life->weight_at_birth >= 0.1F && life->weight_at_birth <= 0.2F);
        n_at[anchor]++;
        n_below += away < 0;
    }
    for (int k = 0; k < N_ANCHORS; k++) /* 15 expected, sd 3.4 */
        assert_in_range(n_at[k], 5, 28);
    assert_in_range(n_below, 15, 45);
}

static void given_nothing_potentiated_when_grown_expect_places_anywhere(void **state)
{
    (void)state;
    begin(NULL);
    present_some(1, 10, silent, false);
    turn_over(10);
    int32_t n_on_anchors = 0;
    for (int32_t id = N; id < N + N_WEAK; id++) {
        const int32_t dendrite = network.lives->life[id].dendrite;
        n_on_anchors += dendrite >= 10 && dendrite < 10 + N_ANCHORS;
        assert_float_equal(network.lives->life[id].position_um,
                           lives_uniform_position(network.lives, id), 0);
    }
    assert_true(n_on_anchors < 5); /* 60 x 4 / 800 expected */
}

static void given_an_old_potentiation_when_grown_expect_it_to_attract_no_more(void **state)
{
    (void)state;
    begin("clustered.recent=5");
    present_some(1, 5, silent, true);
    present_some(6, 10, silent, false);
    turn_over(10);
    for (int32_t i = 0; i < n_births(); i++)
        assert_int_equal(births()[i].near, 0);
}

static void given_many_turnovers_when_done_expect_a_constant_number(void **state)
{
    (void)state;
    begin(NULL);
    for (int32_t n = 10; n <= 60; n += 10) {
        present_some(n - 9, n, even_with_the_anchors, true);
        const struct turnover_report report = turn_over(n);
        assert_int_equal(network.plastic.n, N);
        assert_int_equal(report.n_pruned, report.n_grown);
    }
}

static void given_a_probation_when_it_lasts_expect_weak_synapses_to_stay(void **state)
{
    (void)state;
    begin("clustered.probation=15");
    present_some(1, 10, silent, true);
    turn_over(10);
    present_some(11, 20, silent, true);
    assert_int_equal(turn_over(20).n_pruned, 0); /* although all are weak */
    present_some(21, 30, silent, true);
    assert_int_equal(turn_over(30).n_pruned, N_WEAK);
    for (int32_t id = N; id < N + N_WEAK; id++) {
        assert_int_equal(network.lives->life[id].death, DEATH_PROBATION);
        assert_int_equal(network.lives->life[id].died, 30);
    }
}

static void given_co_activity_when_judged_expect_those_active_together_to_stay(void **state)
{
    (void)state;
    begin(NULL);
    present_some(1, 10, silent, true);
    turn_over(10);
    present_some(11, 20, even_with_the_anchors, true);
    turn_over(20);
    for (int32_t id = N; id < N + N_WEAK; id++) {
        const struct life *life = &network.lives->life[id];
        const struct clustered_birth *birth = &births()[id - N];
        assert_int_equal(birth->id, id);
        assert_int_equal(birth->survived, id % 2 == 0);
        if (id % 2) {
            assert_int_equal(life->death, DEATH_PROBATION);
        } else {
            assert_int_equal(life->death, DEATH_NONE);
            assert_int_equal(life->judged_at, -1);
        }
    }
    /* from then on a weak one is pruned as any other */
    present_some(21, 30, even_with_the_anchors, true);
    turn_over(30);
    for (int32_t id = N; id < N + N_WEAK; id += 2)
        assert_int_equal(network.lives->life[id].death, DEATH_PRUNED);
}

static void given_no_condition_when_judged_expect_all_with_a_neighbour_to_stay(void **state)
{
    (void)state;
    begin("clustered.survive_above=-1");
    present_some(1, 10, silent, true);
    turn_over(10);
    present_some(11, 20, silent, true);
    turn_over(20);
    for (int32_t id = N; id < N + N_WEAK; id++)
        assert_int_equal(network.lives->life[id].death, DEATH_NONE);
}

/* One new synapse between two anchors of opposite activity, nearer to the first. */
static bool stays_between(double to_first_um, double to_second_um)
{
    begin(NULL);
    struct life *life = network.lives->life;
    present_some(1, 10, silent, true);
    turn_over(10);
    /* anchor 1 comes to the dendrite of anchor 0, and is active when that is not */
    for (int32_t i = 0; i < network.plastic.n; i++)
        if (network.plastic.id[i] == 1)
            network.plastic.dendrite[i] = 10;
    life = network.lives->life;
    life[1].position_um = life[0].position_um + 9;
    int32_t id = N;
    while (life[id].dendrite != 10)
        id++;
    life[id].position_um = life[0].position_um + (float)to_first_um;
    assert_float_equal(life[1].position_um - life[id].position_um, (float)to_second_um, 1e-4);
    for (int32_t n = 11; n <= 20; n++) {
        for (int32_t i = 0; i < network.plastic.n; i++)
            network.plastic.calcium[i] = network.plastic.id[i] == 1 ? 1 - wave(n) : wave(n);
        assert_int_equal(turnover_observe_calcium(&turnover, &network, n), STATUS_OK);
        for (int32_t i = 0; i < network.plastic.n; i++)
            network.plastic.weight[i] += network.plastic.id[i] < N_ANCHORS ? 0.011F : 0;
        turnover_observe_weights(&turnover, &network, n);
        network_note_weights(&network);
    }
    turnover_run(&turnover, &network, 20, &(struct turnover_report){0});
    const bool stays = network.lives->life[id].death == DEATH_NONE;
    release(NULL);
    return stays;
}

static void given_two_neighbours_when_judged_expect_the_nearer_one_to_count_more(void **state)
{
    (void)state;
    /* (0.9 - 0.2) / 1.1 = 0.64 and (0.2 - 0.9) / 1.1 */
    assert_true(stays_between(1, 8));
    assert_false(stays_between(8, 1));
    /* (0.6 - 0.5) / 1.1 = 0.09 is not above 0.2 */
    assert_false(stays_between(4, 5));
}

static void given_series_when_correlated_expect_pearsons_coefficient(void **state)
{
    (void)state;
    static const double a[5] = {1, 2, 3, 4, 5}, b[5] = {2, 1, 4, 3, 7}, c[5] = {3, 3, 3, 3, 3},
                        d[5] = {10, 8, 6, 4, 2};
    /* sum of products 12, of squares 10 and 21.2 */
    assert_float_equal((float)clustering_correlation(a, b, 5), (float)(12 / sqrt(212.0)), 1e-6);
    assert_float_equal((float)clustering_correlation(b, a, 5), (float)(12 / sqrt(212.0)), 1e-6);
    assert_float_equal((float)clustering_correlation(a, d, 5), -1, 1e-6);
    assert_true(clustering_correlation(a, c, 5) == 0);
    assert_true(clustering_correlation(a, b, 0) == 0);
}

/* New synapses whose input was on their dendrite already. Half of the weak synapses are made strong
 * and put onto dendrite 10, which so has many of the inputs. */
static int32_t count_old_partners(const char *set)
{
    begin(set);
    for (int32_t i = 0; i < network.plastic.n; i++) {
        const int32_t id = network.plastic.id[i];
        if (id < N_ANCHORS || id % 2 == 0)
            continue;
        network.plastic.dendrite[i] = network.lives->life[id].dendrite = 10;
        network.plastic.weight[i] = 0.4F;
    }
    network_note_weights(&network);
    present_some(1, 10, silent, true);
    turn_over(10);
    int32_t n_old = 0;
    for (int32_t k = 0; k < n_births(); k++) {
        const struct clustered_birth *birth = &births()[k];
        const struct life *life = &network.lives->life[birth->id];
        bool was_there = false;
        for (int32_t id = 0; id < N && !was_there; id++)
            was_there = network.lives->life[id].dendrite == life->dendrite &&
                        network.lives->life[id].input == life->input &&
                        (network.lives->life[id].death == DEATH_NONE);
        assert_int_equal(birth->is_new_partner, !was_there);
        n_old += was_there;
    }
    release(NULL);
    return n_old;
}

static void given_a_wish_for_new_partners_when_grown_expect_them(void **state)
{
    (void)state;
    const int32_t never = count_old_partners("clustered.candidates=1"),
                  wished = count_old_partners("clustered.new_partners=1"),
                  mostly = count_old_partners(NULL);
    /* 30 births, a quarter on dendrite 10, which has 26 of 50 inputs */
    assert_in_range(never, 1, 9);
    assert_true(wished <= 2 && wished <= mostly && mostly <= never);
}

static void given_births_when_recorded_expect_their_neighbours(void **state)
{
    (void)state;
    begin(NULL);
    present_some(1, 10, silent, true);
    turn_over(10);
    int32_t n_shuffled = 0;
    for (int32_t k = 0; k < n_births(); k++) {
        const struct clustered_birth *birth = &births()[k];
        assert_int_equal(birth->presentation, 10);
        assert_int_equal(birth->near, 1);
        assert_int_equal(birth->other_near, 0);
        assert_int_equal(birth->survived, -1);
        n_shuffled += birth->near_shuffled;
    }
    assert_int_equal(n_births(), N_WEAK);
    assert_true(n_shuffled < 15); /* 60 x 10 um of 100 um expected: 6 */
}

static void given_judgements_when_recorded_expect_their_pairs_by_distance(void **state)
{
    (void)state;
    begin(NULL);
    present_some(1, 10, silent, true);
    turn_over(10);
    present_some(11, 20, even_with_the_anchors, true);
    turn_over(20);
    const struct clustering *c = turnover.state;
    double n[CLUSTERED_N_KINDS] = {0}, sum[CLUSTERED_N_KINDS] = {0};
    for (int i = 0; i < CLUSTERED_N_BINS; i++) {
        n[i / CLUSTERED_BINS] += c->n_pairs[i];
        sum[i / CLUSTERED_BINS] += c->sum[i];
        assert_true(c->squares[i] <= c->n_pairs[i] + 1e-9);
        assert_true(i % CLUSTERED_BINS < 2 || c->n_pairs[i] == 0); /* within 5 um of the anchor */
    }
    /* each with its one anchor: half of them in step with it */
    assert_true(n[CLUSTERED_SURVIVOR] == N_WEAK / 2 && n[CLUSTERED_TRANSIENT] == N_WEAK / 2);
    assert_float_equal((float)sum[CLUSTERED_SURVIVOR], N_WEAK / 2, 1e-4);
    assert_float_equal((float)sum[CLUSTERED_TRANSIENT], 0, 1e-4);
    assert_true(n[CLUSTERED_ESTABLISHED] == 0); /* the anchors have a dendrite each */
}

static void
given_a_turnover_before_the_window_is_full_when_recorded_expect_what_there_was(void **state)
{
    (void)state;
    begin(NULL);
    for (int32_t i = 0; i < network.plastic.n; i++) /* anchor 1 beside anchor 0 */
        if (network.plastic.id[i] == 1)
            network.plastic.dendrite[i] = network.lives->life[0].dendrite;
    network.lives->life[1].dendrite = network.lives->life[0].dendrite;
    network.lives->life[1].position_um = network.lives->life[0].position_um;
    present_some(1, 5, silent, true);
    turn_over(5);
    const struct clustering *c = turnover.state;
    const int bin = CLUSTERED_ESTABLISHED * CLUSTERED_BINS;
    assert_true(c->n_pairs[bin] == 1);
    assert_float_equal((float)c->sum[bin], 1, 1e-5);
}

static void given_nothing_to_record_when_turned_over_expect_the_same_network(void **state)
{
    (void)state;
    float weights[2][N];
    for (int k = 0; k < 2; k++) {
        begin(k ? "record.synapses=false" : NULL);
        for (int32_t n = 10; n <= 50; n += 10) {
            present_some(n - 9, n, even_with_the_anchors, true);
            turn_over(n);
        }
        memcpy(weights[k], network.plastic.weight, sizeof weights[k]);
        assert_int_equal(n_births() > 0, k == 0);
        release(NULL);
    }
    assert_memory_equal(weights[0], weights[1], sizeof weights[0]);
}

/* ---- the whole ---- */

static void read_means(void **state, const char *name, double *near, double *shuffled, int *n)
{
    size_t size;
    char *text = (char *)support_read(support_path(state, name), &size);
    char *rest = text, *line = strsep(&rest, "\n");
    assert_string_equal(line, "id,presentation,new_partner,potentiated_near,"
                              "potentiated_near_shuffled,other_near,other_near_shuffled,survived");
    *near = *shuffled = *n = 0;
    while ((line = strsep(&rest, "\n")) && *line) {
        int a, b;
        assert_int_equal(sscanf(line, "%*d,%*d,%*d,%d,%d,", &a, &b), 2);
        *near += a;
        *shuffled += b;
        ++*n;
    }
    free(text);
}

static void given_a_task_when_learned_expect_growth_near_what_was_potentiated(void **state)
{
    double near, shuffled;
    int n;
    free(support_run_well(state, "train --quiet --no-pictures --threads 1 --seed 2 --log-synapses "
                                 "--set turnover.policy=clustered --set data.test_per_class=10 "
                                 "--set stopping.max_presentations=60 --out run"));
    read_means(state, "run/clustered_births.csv", &near, &shuffled, &n);
    assert_true(n > 500);
    assert_true(near > 3 * shuffled); /* 6 times, as a rule */
}

static void given_a_sweep_when_reported_expect_a_section_on_it(void **state)
{
    support_write_text(state, "c.sweep",
                       "title = \"c\"; runs = 1; set = [\"turnover.policy=clustered\", "
                       "\"record.synapses=true\", \"data.test_per_class=10\", "
                       "\"stopping.max_presentations=40\"]; factors: ( { name = \"task\"; levels = "
                       "( { name = \"task\"; }, { name = \"no-task\"; set = "
                       "[\"teacher.enabled=false\"]; } ); } );");
    free(support_run_well(state, "sweep c.sweep --quiet --threads 1 --out c"));
    free(support_run_well(state, "spines --protocol zolpidem --spines 1000 --days 1 --threads 1 "
                                 "--out c/protocols"));
    free(support_run_well(state, "report c"));
    size_t size;
    char *html = (char *)support_read(support_path(state, "c/report.html"), &size);
    assert_non_null(strstr(html, "<h2 id=\"clustering\">Clustered growth</h2>"));
    assert_non_null(strstr(html, "<h2 id=\"protocols\">Protocols</h2>"));
    assert_non_null(strstr(html, "<a href=\"#clustering\">"));
    assert_non_null(strstr(html, "id=\"figure-clustering-near\""));
    assert_non_null(strstr(html, "id=\"figure-clustering-distance\""));
    assert_non_null(strstr(html, "<figure id=\"figure-protocols-size\""));
    free(html);
    support_write_text(state, "c/runs/task-s1/clustered_distance.csv", "kind,x\nsurvivor,1.25,3\n");
    struct support_run run;
    support_run(state, &run, "report c");
    assert_int_equal(run.exit_code, 2);
    assert_non_null(
        strstr(run.err, "clustered_distance.csv: line 1: 'kind,x': has no column distance_um"));
    support_run_free(&run);
}

#define ALONE(test) cmocka_unit_test_teardown(test, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(given_potentiated_synapses_when_grown_expect_places_near_them),
        ALONE(given_nothing_potentiated_when_grown_expect_places_anywhere),
        ALONE(given_an_old_potentiation_when_grown_expect_it_to_attract_no_more),
        ALONE(given_many_turnovers_when_done_expect_a_constant_number),
        ALONE(given_a_probation_when_it_lasts_expect_weak_synapses_to_stay),
        ALONE(given_co_activity_when_judged_expect_those_active_together_to_stay),
        ALONE(given_no_condition_when_judged_expect_all_with_a_neighbour_to_stay),
        ALONE(given_two_neighbours_when_judged_expect_the_nearer_one_to_count_more),
        ALONE(given_series_when_correlated_expect_pearsons_coefficient),
        ALONE(given_a_wish_for_new_partners_when_grown_expect_them),
        ALONE(given_births_when_recorded_expect_their_neighbours),
        ALONE(given_judgements_when_recorded_expect_their_pairs_by_distance),
        ALONE(given_a_turnover_before_the_window_is_full_when_recorded_expect_what_there_was),
        ALONE(given_nothing_to_record_when_turned_over_expect_the_same_network),
        WITH_FOLDER(given_a_task_when_learned_expect_growth_near_what_was_potentiated),
        WITH_FOLDER(given_a_sweep_when_reported_expect_a_section_on_it),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests_name("clustered", tests, NULL, NULL);
}
