/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lives: places, births and deaths, and that the log of a run, replayed, is its final network. */
#include "network/lives.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "core/text.h"
#include "support.h"

static void given_many_ids_when_placed_expect_uniform_positions(void **state)
{
    (void)state;
    enum { BINS = 20, SPINES = 100000 };
    struct lives lives;
    int32_t count[BINS] = {0};
    lives_init(&lives, 7, 100);
    for (int32_t id = 0; id < SPINES; id++) {
        const float at = lives_uniform_position(&lives, id);
        assert_true(at >= 0 && at < 100);
        count[(int)(at / 5)]++;
    }
    assert_true(support_chi_square(count, BINS) < 43.8); /* 0.999 quantile, 19 degrees of freedom */
    lives_free(&lives);
}

static void given_a_seed_and_id_when_placed_expect_always_the_same_place(void **state)
{
    (void)state;
    struct lives a, b, other;
    lives_init(&a, 7, 100);
    lives_init(&b, 7, 50);
    lives_init(&other, 8, 100);
    assert_true(lives_uniform_position(&a, 3) == 2 * lives_uniform_position(&b, 3));
    assert_true(lives_uniform_position(&a, 3) != lives_uniform_position(&other, 3));
    assert_true(lives_uniform_position(&a, 3) != lives_uniform_position(&a, 4));
}

static void given_births_and_deaths_when_recorded_expect_times_causes_and_weights(void **state)
{
    (void)state;
    struct lives lives;
    lives_init(&lives, 7, 100);
    assert_int_equal(lives_reserve(&lives, 2), STATUS_OK);
    lives_add(&lives, 5, 6, -1, 0.1F, BIRTH_INITIAL);
    lives.presentation = 10;
    lives.day = 0.958;
    lives_add(&lives, 7, 8, 42, 0.05F, BIRTH_CLUSTERED);
    lives_end(&lives, 0, 0.02F, DEATH_INTRINSIC);
    assert_int_equal(lives.n, 2);
    assert_int_equal(lives.life[0].died, 10);
    assert_float_equal(lives.life[0].died_day, 0.958, 1e-6);
    assert_float_equal(lives.life[0].weight, 0.02, 1e-7);
    assert_int_equal(lives.life[0].death, DEATH_INTRINSIC);
    assert_float_equal(lives.life[1].position_um, 42, 0);
    assert_int_equal(lives.life[1].born, 10);
    assert_int_equal(lives.life[1].death, DEATH_NONE);
    lives_free(&lives);
}

/* A line of the log. */
struct row {
    int32_t id, input, dendrite, born, died;
    double position, born_day, weight_at_birth, weight_max, weight_at_end;
    char birth[16], death[16];
};

enum { ROWS_MAX = 40000 };
static struct row log_rows[ROWS_MAX];

static int32_t read_log(void **state, const char *name)
{
    struct text_reader reader;
    int32_t n = 0;
    assert_int_equal(text_open(&reader, support_path(state, name)), STATUS_OK);
    assert_int_equal(text_next(&reader), 1);
    assert_string_equal(reader.text,
                        "id,input,dendrite,position_um,birth,born_presentation,born_day,"
                        "weight_at_birth,weight_max,death,died_presentation,died_day,"
                        "weight_at_end");
    while (text_next(&reader) == 1) {
        struct row *row = &log_rows[n++];
        char *field[13], *rest = reader.text;
        assert_true(n < ROWS_MAX);
        for (int i = 0; i < 13; i++)
            assert_non_null(field[i] = strsep(&rest, ","));
        assert_null(rest);
        *row = (struct row){.id = atoi(field[0]),
                            .input = atoi(field[1]),
                            .dendrite = atoi(field[2]),
                            .position = atof(field[3]),
                            .born = atoi(field[5]),
                            .born_day = atof(field[6]),
                            .weight_at_birth = atof(field[7]),
                            .weight_max = atof(field[8]),
                            .died = *field[9] ? atoi(field[10]) : -1,
                            .weight_at_end = atof(field[12])};
        snprintf(row->birth, sizeof row->birth, "%s", field[4]);
        snprintf(row->death, sizeof row->death, "%s", field[9]);
        assert_int_equal(row->id, n - 1);
        assert_true(row->weight_max >= row->weight_at_birth - 1e-6 &&
                    row->weight_max >= row->weight_at_end - 1e-6);
    }
    text_close(&reader);
    return n;
}

/* The living of the log, in order of id, are the plastic rows of network.csv. */
static void expect_the_network(void **state, int32_t n, int32_t first_input)
{
    struct text_reader reader;
    assert_int_equal(text_open(&reader, support_path(state, "run/network.csv")), STATUS_OK);
    assert_int_equal(text_next(&reader), 1);
    for (int32_t i = 0; i < n; i++) {
        if (*log_rows[i].death)
            continue;
        int source, dendrite, plastic;
        double weight;
        assert_int_equal(text_next(&reader), 1);
        assert_int_equal(sscanf(reader.text, "%d,%d,%lf,%d", &source, &dendrite, &weight, &plastic),
                         4);
        assert_int_equal(plastic, 1);
        assert_int_equal(source, first_input + log_rows[i].input);
        assert_int_equal(dendrite, log_rows[i].dendrite);
        assert_float_equal(weight, log_rows[i].weight_at_end, 1e-6);
    }
    while (text_next(&reader) == 1) { /* the rest are the fixed ones */
        int plastic;
        assert_int_equal(sscanf(reader.text, "%*d,%*d,%*f,%d", &plastic), 1);
        assert_int_equal(plastic, 0);
    }
    text_close(&reader);
}

/* Births and deaths of each presentation are those of learning_curve.csv. */
static void expect_the_curve(void **state, int32_t n)
{
    struct text_reader reader;
    assert_int_equal(text_open(&reader, support_path(state, "run/learning_curve.csv")), STATUS_OK);
    assert_int_equal(text_next(&reader), 1);
    for (int32_t t = 1; text_next(&reader) == 1; t++) {
        char *field[8], *rest = reader.text;
        int32_t born = 0, died = 0;
        for (int i = 0; i < 8; i++)
            assert_non_null(field[i] = strsep(&rest, ","));
        for (int32_t i = 0; i < n; i++) {
            born += log_rows[i].born == t;
            died += log_rows[i].died == t;
        }
        assert_int_equal(born, atoi(field[4]) + atoi(field[7]));
        assert_int_equal(died, atoi(field[3]) + atoi(field[6]));
    }
    text_close(&reader);
}

/* The program's own reader sees the same. */
static void expect_the_same_read(void **state, int32_t n)
{
    struct lives lives;
    assert_int_equal(lives_read(&lives, support_path(state, "run/synapse_log.csv.gz")), STATUS_OK);
    assert_int_equal(lives.n, n);
    for (int32_t i = 0; i < n; i++) {
        const struct life *life = &lives.life[i];
        assert_int_equal(life->input, log_rows[i].input);
        assert_int_equal(life->dendrite, log_rows[i].dendrite);
        assert_string_equal(birth_names[life->birth], log_rows[i].birth);
        assert_string_equal(death_names[life->death], log_rows[i].death);
        assert_float_equal(life->position_um, log_rows[i].position, 1e-4);
        assert_float_equal(life->weight, log_rows[i].weight_at_end, 1e-6);
        assert_float_equal(life->born_day, log_rows[i].born_day, 1e-4);
        assert_true(life->death == DEATH_NONE || life->died == log_rows[i].died);
    }
    lives_free(&lives);
}

static void expect_a_log_that_replays(void **state, const char *options)
{
    char arguments[1024];
    snprintf(arguments, sizeof arguments,
             "train --quiet --no-pictures --threads 1 --seed 2 --log-synapses "
             "--set data.test_per_class=10 --set stopping.max_presentations=40 %s --out run",
             options);
    free(support_run_well(state, arguments));
    const int32_t n = read_log(state, "run/synapse_log.csv.gz");
    expect_the_network(state, n,
                       120); /* inputs follow 80 pyramidal cells and 4 x 10 interneurons */
    expect_the_curve(state, n);
    expect_the_same_read(state, n);
}

static void given_random_turnover_when_logged_expect_the_final_network(void **state)
{
    expect_a_log_that_replays(state, "--set turnover.policy=random");
    int32_t n_pruned = 0, n_random = 0;
    for (int32_t i = 0; i < ROWS_MAX && log_rows[i].id == i; i++) {
        n_pruned += strcmp(log_rows[i].death, "pruned") == 0;
        n_random += strcmp(log_rows[i].birth, "random") == 0;
    }
    assert_true(n_pruned > 1000 && n_random == n_pruned);
}

static void given_living_spines_when_logged_expect_the_final_network(void **state)
{
    expect_a_log_that_replays(state, "--set intrinsic.form=kesten --set intrinsic.noise_factor=2 "
                                     "--set turnover.policy=none");
    int32_t n_intrinsic = 0;
    for (int32_t i = 0; i < ROWS_MAX && log_rows[i].id == i; i++)
        n_intrinsic += strcmp(log_rows[i].death, "intrinsic") == 0;
    assert_true(n_intrinsic > 20);
}

static void given_clustered_growth_when_logged_expect_the_final_network(void **state)
{
    expect_a_log_that_replays(state, "--set turnover.policy=clustered");
}

/* Everything at once: several contacts, rests before, between and after, births at a rate. */
static void given_contacts_and_rests_when_logged_expect_the_final_network(void **state)
{
    expect_a_log_that_replays(state,
                              "--set connections.plastic=300 --set connections.contacts=3 --set "
                              "intrinsic.form=lognormal --set intrinsic.noise_factor=2 --set "
                              "intrinsic.births=rate --set rest.between_presentations_days=0.2 "
                              "--set plasticity.ltd_spread_fraction=0.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_many_ids_when_placed_expect_uniform_positions),
        cmocka_unit_test(given_a_seed_and_id_when_placed_expect_always_the_same_place),
        cmocka_unit_test(given_births_and_deaths_when_recorded_expect_times_causes_and_weights),
        WITH_FOLDER(given_random_turnover_when_logged_expect_the_final_network),
        WITH_FOLDER(given_living_spines_when_logged_expect_the_final_network),
        WITH_FOLDER(given_clustered_growth_when_logged_expect_the_final_network),
        WITH_FOLDER(given_contacts_and_rests_when_logged_expect_the_final_network),
    };
    return cmocka_run_group_tests_name("lives", tests, NULL, NULL);
}
