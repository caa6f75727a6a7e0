/* SPDX-License-Identifier: GPL-3.0-or-later */
/* protocol: reading of events, what they do to an untrained population, and that every preset comes
 * to what was published of it. */
#include "spines/protocol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "neuron/presentation.h"
#include "spines/published.h"
#include "spines/spines.h"
#include "support.h"

/* ---- reading ---- */

static struct parameters p;
static struct protocol protocol;

static int read_events(const char *events)
{
    parameters_preset(&p, "authors");
    snprintf(p.protocol.events, sizeof p.protocol.events, "%s", events);
    return protocol_init(&protocol, &p);
}

static void given_events_when_read_expect_times_and_factors(void **state)
{
    (void)state;
    assert_int_equal(read_events(" day 7 for 3: formation 2, survival 0.5 ;\n"
                                 "day 20 for 10.5:elimination 1.5,clustered,restoring 1"),
                     STATUS_OK);
    assert_int_equal(protocol.n, 2);
    assert_true(protocol.event[0].start_day == 7 && protocol.event[0].days == 3);
    assert_true(protocol.event[0].factor[PROTOCOL_FORMATION] == 2);
    assert_true(protocol.event[0].factor[PROTOCOL_SURVIVAL] == 0.5);
    assert_true(isnan(protocol.event[0].factor[PROTOCOL_DRIFT]));
    assert_false(protocol.event[0].clustered);
    assert_true(protocol.event[1].days == 10.5 && protocol.event[1].clustered);
    assert_true(protocol.event[1].factor[PROTOCOL_RESTORING] == 1);
}

static void given_nothing_when_read_expect_no_events_and_factors_of_one(void **state)
{
    (void)state;
    assert_int_equal(read_events("  "), STATUS_OK);
    assert_int_equal(protocol.n, 0);
    const struct protocol_state now = protocol_at(&protocol, 3);
    for (int f = 0; f < PROTOCOL_RESTORING; f++)
        assert_true(now.factor[f] == 1);
    assert_true(now.factor[PROTOCOL_RESTORING] == 0);
    assert_true(now.formation_by == -1 && now.elimination_by == -1);
    assert_true(isinf(protocol_next_change(&protocol, 0)));
}

static void given_events_when_asked_expect_what_holds_at_a_time(void **state)
{
    (void)state;
    assert_int_equal(read_events("day 1 for 2: formation 3, clustered; day 2 for 4: drift 0.5"),
                     STATUS_OK);
    assert_true(protocol_at(&protocol, 0.99).factor[PROTOCOL_FORMATION] == 1);
    assert_true(protocol_at(&protocol, 1).factor[PROTOCOL_FORMATION] == 3);
    assert_int_equal(protocol_at(&protocol, 1).formation_by, 0);
    assert_int_equal(protocol_at(&protocol, 1).elimination_by, -1);
    const struct protocol_state both = protocol_at(&protocol, 2.5);
    assert_true(both.factor[PROTOCOL_FORMATION] == 3 && both.factor[PROTOCOL_DRIFT] == 0.5);
    assert_true(protocol_at(&protocol, 3).factor[PROTOCOL_FORMATION] == 1); /* its end is out */
    const double changes[] = {1, 2, 3, 6};
    double day = 0;
    for (int k = 0; k < 4; k++) {
        day = protocol_next_change(&protocol, day);
        assert_true(day == changes[k]);
    }
    assert_true(isinf(protocol_next_change(&protocol, day)));
}

static void given_a_dose_day_when_read_expect_all_events_later(void **state)
{
    (void)state;
    parameters_preset(&p, "authors");
    parameters_set(&p, "protocol.preset=stress-then-ketamine");
    parameters_set(&p, "protocol.dose_day=10");
    assert_int_equal(protocol_init(&protocol, &p), STATUS_OK);
    assert_true(protocol.event[0].start_day == 10 && protocol.event[1].start_day == 24.5);
}

static void given_every_preset_when_read_expect_no_contradiction(void **state)
{
    (void)state;
    for (int k = PROTOCOL_NONE; k <= PROTOCOL_KETAMINE_THEN_STRESS; k++) {
        parameters_preset(&p, "authors");
        p.protocol.preset = k;
        assert_int_equal(protocol_init(&protocol, &p), STATUS_OK);
        assert_true((protocol.n > 0) == (k != PROTOCOL_NONE && k != PROTOCOL_ZOLPIDEM));
    }
}

static void expect_refused(const char *events, const char *message)
{
    assert_int_equal(read_events(events), STATUS_USER);
    support_assert_message("protocol.events: ", message, NULL);
}

static void given_bad_events_when_read_expect_what_is_wrong(void **state)
{
    (void)state;
    expect_refused("in 3 days", "event 1: expected day at 'in 3 days'");
    expect_refused("day 1 for 2: drift 2; days", "event 2: expected day at 'days'");
    expect_refused("day -1 for 2: drift 2", "event 1: expected the day it begins, 0 or later, at");
    expect_refused("day x", "event 1: expected the day it begins, 0 or later, at 'x'");
    expect_refused("day 1 to 2: drift 2", "event 1: expected for at 'to 2: drift 2'");
    expect_refused("day 1 for 0: drift 2", "expected how many days it lasts, more than 0, at");
    expect_refused("day 1 for inf: drift 2", "expected how many days it lasts, more than 0, at");
    expect_refused("day 1 for 2 drift 2", "event 1: expected ':' at 'drift 2'");
    expect_refused("day 1 for 2:",
                   "expected formation, elimination, drift, survival, restoring, protection or "
                   "clustered at ''");
    expect_refused("day 1 for 2: growth 3", "or clustered at 'growth 3'");
    expect_refused("day 1 for 2: formations 3", "or clustered at 'formations 3'");
    expect_refused("day 1 for 2: drift", "event 1: expected a number from 0 to 1000 at ''");
    expect_refused("day 1 for 2: drift nan", "event 1: expected a number from 0 to 1000 at 'nan'");
    expect_refused("day 1 for 2: formation -1",
                   "event 1: expected a number from 0 to 1000 at '-1'");
    expect_refused("day 1 for 2: elimination 1001",
                   "event 1: expected a number from 0 to 1000 at '1001'");
    expect_refused("day 1 for 2: restoring 2", "event 1: expected a number from 0 to 1 at '2'");
    expect_refused("day 1 for 2: drift 2, drift 3", "event 1: sets drift twice");
    expect_refused("day 1 for 2: drift 2 survival 3", "expected ',' or ';' at 'survival 3'");
    expect_refused("day 1 for 5: drift 2; day 4 for 1: survival 2, drift 3",
                   "events 1 (day 1 to 6) and 2 (day 4 to 5) overlap and both set drift");
}

static void given_events_that_touch_or_agree_when_read_expect_both(void **state)
{
    (void)state;
    assert_int_equal(read_events("day 1 for 2: drift 2; day 3 for 2: drift 3"), STATUS_OK);
    assert_int_equal(read_events("day 1 for 5: drift 2; day 2 for 2: survival 3"), STATUS_OK);
}

static void given_too_many_events_when_read_expect_a_message(void **state)
{
    (void)state;
    char text[PARAMETER_TEXT_MAX] = "";
    for (int k = 0; k <= PROTOCOL_EVENTS_MAX; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "day %d for 1: drift 2; ", k);
    expect_refused(text, "more than 32 events");
}

static void given_a_preset_and_events_when_read_expect_a_message(void **state)
{
    (void)state;
    parameters_preset(&p, "authors");
    parameters_set(&p, "protocol.preset=ketamine");
    parameters_set(&p, "protocol.events=day 1 for 2: drift 2");
    assert_int_equal(protocol_init(&protocol, &p), STATUS_USER);
    support_assert_message("protocol.events: expected none with protocol.preset = ketamine", NULL);
}

/* ---- living ---- */

enum { N = 20000, SEED = 1 };
static struct course_start start;
static struct course vehicle;
static const char *kernel;

static int settle(void **state)
{
    (void)state;
    kernel = kernel_find(NULL)->name;
    parameters_preset(&p, "authors");
    p.intrinsic.form = INTRINSIC_KESTEN;
    if (course_settle(&start, &p, N, SEED, kernel, 1) != STATUS_OK)
        return -1;
    return course_run(&vehicle, &start, &p, 5, 63, SEED, kernel, 1) == STATUS_OK ? 0 : -1;
}

static int forget(void **state)
{
    (void)state;
    course_start_free(&start);
    course_free(&vehicle);
    return 0;
}

static void live_with(struct course *course, const char *events, double days)
{
    parameters_preset(&p, "authors");
    p.intrinsic.form = INTRINSIC_KESTEN;
    snprintf(p.protocol.events, sizeof p.protocol.events, "%s", events);
    assert_int_equal(course_run(course, &start, &p, 5, days, SEED, kernel, 1), STATUS_OK);
}

/* Of what there is under vehicle, over these days. */
static double births(const struct course *course, double from, double to)
{
    return (double)course_count(course, COURSE_BIRTH, from, to) /
           course_count(&vehicle, COURSE_BIRTH, from, to);
}

static double deaths(const struct course *course, double from, double to)
{
    return (double)course_count(course, COURSE_LOSS, from, to) /
           course_count(&vehicle, COURSE_LOSS, from, to);
}

static double size_at_end(const struct course *course)
{
    const struct course_moment *end = &course->moment[course->n_moments - 1];
    return end->size / vehicle.moment[course->n_moments - 1].size;
}

static void given_no_drug_when_living_expect_a_steady_density_and_size(void **state)
{
    (void)state;
    /* a birth rate that is 2 % off for 63 days would make 2 %; chance 0.6 % */
    assert_float_equal(start.birth_rate, 0.0256, 0.0006);
    for (int32_t k = 0; k < vehicle.n_moments; k++) {
        assert_float_equal(vehicle.moment[k].n, N, 0.03 * N);
        assert_float_equal((float)(vehicle.moment[k].size / vehicle.moment[0].size), 1, 0.03);
    }
}

static void given_the_default_birth_rate_when_compared_expect_that_of_the_steady_state(void **state)
{
    (void)state;
    parameters_preset(&p, "authors");
    assert_float_equal(p.intrinsic.birth_rate, start.birth_rate, 0.0006);
}

static void given_new_spines_when_followed_expect_the_lives_of_cortical_ones(void **state)
{
    (void)state;
    /* about 20 % live under a day, about 60 % over 8 days (docs/spines.md) */
    int32_t n = 0, n_a_day = 0, n_8_days = 0;
    for (int32_t i = N; i < vehicle.network.lives->n; i++) {
        const struct life *life = &vehicle.network.lives->life[i];
        if (life->born_day > 50)
            continue;
        const double age = (double)life->died_day - (double)life->born_day;
        n++;
        n_a_day += life->death != DEATH_NONE && age < 1;
        n_8_days += life->death == DEATH_NONE || age > 8;
    }
    /* here 13 % and 54 % */
    assert_in_range(100 * n_a_day / n, 10, 20);
    assert_in_range(100 * n_8_days / n, 50, 60);
}

static void given_more_formation_when_living_expect_so_many_more_births(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 4: formation 2", 8);
    assert_float_equal(births(&course, 0, 4), 2, 0.1); /* sd 0.04 */
    assert_float_equal(births(&course, 4, 8), 1, 1e-9);
    assert_float_equal(births(&course, -5, 0), 1, 1e-9);
    course_free(&course);
    live_with(&course, "day 0 for 4: formation 0", 4);
    assert_int_equal(course_count(&course, COURSE_BIRTH, 0, 4), 0);
    course_free(&course);
}

static void given_more_elimination_when_living_expect_more_deaths_of_small_spines(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 1: elimination 2", 1);
    /* some of those that it takes would have gone by themselves */
    assert_in_range((int)(100 * deaths(&course, 0, 1)), 175, 205);
    assert_true(size_at_end(&course) > 1.005);
    course_free(&course);
    live_with(&course, "day 0 for 1: elimination 0.5", 1);
    assert_in_range((int)(100 * deaths(&course, 0, 1)), 45, 60);
    course_free(&course);
    live_with(&course, "day 0 for 1: elimination 0", 1);
    assert_int_equal(course_count(&course, COURSE_LOSS, 0, 1), 0);
    course_free(&course);
}

static void given_another_drift_when_living_expect_other_sizes(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 3: drift 2", 3);
    assert_in_range((int)(100 * size_at_end(&course)), 108, 118);
    course_free(&course);
    live_with(&course, "day 0 for 3: drift 0.5", 3);
    assert_in_range((int)(100 * size_at_end(&course)), 92, 98);
    course_free(&course);
}

static void given_the_other_forms_when_the_drift_is_doubled_expect_larger_spines(void **state)
{
    (void)state;
    for (int form = INTRINSIC_GEOMETRIC_OU; form <= INTRINSIC_LOGNORMAL; form++) {
        struct course_start other;
        struct course without, with;
        parameters_preset(&p, "authors");
        p.intrinsic.form = form;
        assert_int_equal(course_settle(&other, &p, 2000, SEED, kernel, 1), STATUS_OK);
        assert_int_equal(course_run(&without, &other, &p, 1, 3, SEED, kernel, 1), STATUS_OK);
        parameters_set(&p, "protocol.events=day 0 for 3: drift 2");
        assert_int_equal(course_run(&with, &other, &p, 1, 3, SEED, kernel, 1), STATUS_OK);
        assert_true(with.moment[with.n_moments - 1].size >
                    1.08 * without.moment[without.n_moments - 1].size);
        course_free(&without);
        course_free(&with);
        course_start_free(&other);
    }
}

static void given_less_survival_when_living_expect_that_part_to_settle(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 1: survival 0.25", 21);
    const double alone = course_survival(&vehicle, 0, 0.25, 21),
                 found = course_survival(&course, 0, 0.25, 21);
    /* S(t) (f + (1 - f) exp(-t / 4 d)); 130 spines: sd of the quotient 0.1 */
    assert_float_equal((float)(found / alone), (float)(0.25 + 0.75 * exp(-21 / 4.0)), 0.12);
    assert_true(births(&course, 0, 21) == 1);
    for (int32_t i = 0; i < course.network.lives->n; i++) {
        const struct life *life = &course.network.lives->life[i];
        assert_true(life->death != DEATH_UNSETTLED ||
                    (life->born_day > 5 && (double)life->born_day < 6.001));
    }
    course_free(&course);
}

static void given_more_survival_when_living_expect_larger_newborns_that_live_longer(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 1: survival 3", 21);
    assert_true(course_survival(&course, 0, 1, 21) > 1.3 * course_survival(&vehicle, 0, 1, 21));
    for (int32_t i = N; i < course.network.lives->n; i++) {
        const struct life *life = &course.network.lives->life[i];
        const bool in_event = life->born_day > 5 && (double)life->born_day < 6.001;
        /* 0.02 + 3 (0.05 - 0.02) */
        assert_float_equal(life->weight_at_birth, in_event ? 0.11F : 0.05F, 1e-6);
    }
    course_free(&course);
}

/* How many of the stretches of 10 um have a birth, or a death by a protocol, after day 0. */
static double part_of_stretches(const struct course *course, bool deaths_count)
{
    enum { STRETCHES = 10 };
    const struct lives *lives = course->network.lives;
    const int32_t n = course->network.layout.n_pyramidal_dendrites * STRETCHES;
    bool *has = calloc((size_t)n, sizeof *has);
    int32_t n_with = 0;
    for (int32_t i = 0; i < lives->n; i++) {
        const struct life *life = &lives->life[i];
        if (deaths_count ? life->death == DEATH_PROTOCOL
                         : life->birth == BIRTH_INTRINSIC && (double)life->born_day > 5.0001)
            has[life->dendrite * STRETCHES + (int32_t)(life->position_um / 10)] = true;
    }
    for (int32_t k = 0; k < n; k++)
        n_with += has[k];
    free(has);
    return (double)n_with / n;
}

static void given_clustered_events_when_living_expect_only_some_stretches_concerned(void **state)
{
    (void)state;
    struct course course;
    /* 5,000 stretches, 3,000 births and 3,000 deaths: without clusters in 0.45 of them */
    live_with(&course, "day 0 for 2: formation 3, clustered", 2);
    assert_in_range((int)(1000 * part_of_stretches(&course, false)), 150, 215);
    course_free(&course);
    live_with(&course, "day 0 for 4: elimination 2.5, clustered", 4);
    assert_in_range((int)(1000 * part_of_stretches(&course, true)), 130, 215);
    assert_true(course_clustering(&course, 0, 4, 5) > 1.5);
    course_free(&course);
    live_with(&course, "day 0 for 4: elimination 2.5", 4);
    assert_true(part_of_stretches(&course, true) > 0.3);
    assert_float_equal(course_clustering(&course, 0, 4, 5), 1, 0.1);
    course_free(&course);
}

static void given_restoring_when_living_expect_births_where_spines_were_lost(void **state)
{
    (void)state;
    struct course course;
    live_with(&course, "day 0 for 5: elimination 2; day 5 for 2: restoring 0.5", 7);
    const double n_born = course_count(&course, COURSE_BIRTH, 5, 7),
                 restored = course_count(&course, COURSE_RESTORING, 5, 7) / n_born;
    assert_true(fabs(restored - 0.5) < 0.06);
    assert_int_equal(course_count(&course, COURSE_RESTORING, 0, 5), 0);
    const struct lives *lives = course.network.lives;
    int32_t n_restored = 0;
    for (int32_t i = 0; i < lives->n; i++) {
        const struct life *life = &lives->life[i];
        n_restored += life->is_restored;
        bool is_there = life->birth != BIRTH_RESTORED;
        for (int32_t k = 0; k < i && !is_there; k++)
            is_there = lives->life[k].is_restored && lives->life[k].dendrite == life->dendrite &&
                       lives->life[k].position_um == life->position_um &&
                       lives->life[k].input == life->input;
        assert_true(is_there);
        assert_true(!life->is_restored || life->death == DEATH_PROTOCOL);
    }
    assert_int_equal(n_restored, course_count(&course, COURSE_RESTORING, 5, 7));
    course_free(&course);
}

static void given_balanced_births_when_formation_is_raised_expect_more_spines(void **state)
{
    (void)state;
    struct network network = {0};
    struct layout layout;
    struct spines spines;
    struct spines_report report = {0};
    static struct synapse_row rows[N];
    parameters_preset(&p, "authors");
    parameters_set(&p, "intrinsic.form=kesten");
    parameters_set(&p, "protocol.events=day 0 for 4: formation 2");
    assert_int_equal(layout_init(&layout, &p, 2, 400), STATUS_OK);
    for (int32_t i = 0; i < N; i++)
        rows[i] = (struct synapse_row){layout_first_input(&layout) + i % 400, i % 800,
                                       start.weight[i], true};
    assert_int_equal(network_init(&network, &layout, rows, N, 0.01F), STATUS_OK);
    assert_int_equal(network_keep_lives(&network, SEED, 100), STATUS_OK);
    assert_int_equal(spines_init(&spines, &p, &network, SEED, kernel, 1), STATUS_OK);
    assert_int_equal(spines_live(&spines, &network, spines.day + 4, true, false, &report),
                     STATUS_OK);
    assert_true(abs(report.n_born - 2 * report.n_lost) <= 1);
    assert_int_equal(network.plastic.n, N + report.n_born - report.n_lost);
    const int32_t n = network.plastic.n;
    assert_int_equal(spines_live(&spines, &network, spines.day + 4, true, false, &report),
                     STATUS_OK);
    assert_true(abs(network.plastic.n - n) <= 1);
    spines_free(&spines);
    network_free(&network);
}

static void expect_same(const struct course *one, const struct course *other)
{
    assert_int_equal(one->network.plastic.n, other->network.plastic.n);
    assert_memory_equal(one->network.plastic.weight, other->network.plastic.weight,
                        (size_t)one->network.plastic.n * sizeof(float));
}

static void given_any_number_of_threads_when_living_expect_the_same_course(void **state)
{
    (void)state;
    struct course one, three;
    live_with(&one, "day 0 for 1: formation 3, clustered; day 0 for 2: elimination 2, drift 2", 2);
    assert_int_equal(course_run(&three, &start, &p, 5, 2, SEED, kernel, 3), STATUS_OK);
    expect_same(&one, &three);
    course_free(&one);
    course_free(&three);
}

static void given_protection_when_more_are_to_die_expect_that_part_of_them_to_live(void **state)
{
    (void)state;
    struct course protected, less, stressed;
    live_with(&protected, "day 0 for 3: elimination 2; day 1 for 5: protection 0.5", 3);
    live_with(&less, "day 0 for 1: elimination 2; day 1 for 2: elimination 1.5", 3);
    live_with(&stressed, "day 0 for 3: elimination 2", 3);
    expect_same(&protected, &less);
    assert_true(stressed.network.plastic.n < less.network.plastic.n - 100);
    course_free(&protected);
    course_free(&less);
    course_free(&stressed);
}

/* [L]: nothing before 12 hours. */
static void given_ketamine_when_half_a_day_has_gone_expect_the_spines_of_vehicle(void **state)
{
    (void)state;
    struct course ketamine, none;
    live_with(&none, "", 0.5);
    p.protocol.preset = PROTOCOL_KETAMINE;
    assert_int_equal(course_run(&ketamine, &start, &p, 5, 0.5, SEED, kernel, 1), STATUS_OK);
    expect_same(&ketamine, &none);
    course_free(&ketamine);
    assert_int_equal(course_run(&ketamine, &start, &p, 5, 0.75, SEED, kernel, 1), STATUS_OK);
    assert_true(ketamine.network.plastic.n > none.network.plastic.n + 100);
    course_free(&ketamine);
    course_free(&none);
}

/* Whether the course of a preset keeps to a band; prints it if not. */
static bool keeps_to(const struct published *what, const struct course *course)
{
    const double found = published_find(what, course, &vehicle);
    if (found >= what->low && found <= what->high)
        return true;
    print_message("preset %d, %s (%s): %.2f\n", what->preset, published_names[what->what],
                  what->words, found);
    return false;
}

/* Every band that the presets were fitted to is kept, and of those held back all but one, the
 * survival of psilocybin's new spines to day 7 (docs/spines.md). [L]: ketamine has declined at day
 * 35, psilocybin and 5-MeO-DMT have not. */
static void given_presets_when_lived_through_expect_what_was_published(void **state)
{
    (void)state;
    const struct published month = {.what = PUBLISHED_DENSITY, .from_day = 28, .to_day = 35};
    double after_month[PROTOCOL_KETAMINE_THEN_STRESS + 1];
    int n_fitted_missed = 0, n_held_back = 0;
    for (int k = PROTOCOL_KETAMINE; k <= PROTOCOL_KETAMINE_THEN_STRESS; k++) {
        struct course course;
        parameters_preset(&p, "authors");
        p.intrinsic.form = INTRINSIC_KESTEN;
        p.protocol.preset = k;
        assert_int_equal(course_run(&course, &start, &p, 5, published_days(k), SEED, kernel, 1),
                         STATUS_OK);
        for (int i = 0; i < n_published; i++) {
            const struct published *what = &published[i];
            if (what->preset != k)
                continue;
            const bool is_kept = keeps_to(what, &course);
            n_held_back += what->is_held_back;
            if (what->is_held_back)
                assert_int_equal(is_kept, !(k == PROTOCOL_PSILOCYBIN && what->to_day == 7));
            else
                n_fitted_missed += !is_kept;
        }
        after_month[k] = published_find(&month, &course, &vehicle);
        course_free(&course);
    }
    assert_true(after_month[PROTOCOL_KETAMINE] < after_month[PROTOCOL_PSILOCYBIN] - 4);
    assert_true(after_month[PROTOCOL_KETAMINE] < after_month[PROTOCOL_5_MEO_DMT] - 4);
    assert_int_equal(n_fitted_missed, 0);
    assert_true(2 * n_held_back >= n_published - 4);
}

/* ---- the command ---- */

static void expect_lines(void **state, const char *name, const char *first, int n)
{
    size_t size;
    uint8_t *bytes = support_read(support_path(state, name), &size);
    int n_lines = 0;
    assert_memory_equal(bytes, first, strlen(first));
    for (size_t i = 0; i < size; i++)
        n_lines += bytes[i] == '\n';
    assert_int_equal(n_lines, n);
    free(bytes);
}

static void given_a_preset_when_shown_expect_tables_and_figures(void **state)
{
    char *out = support_run_well(state, "spines --protocol psilocybin --spines 1000 --days 9 "
                                        "--threads 1 --out out");
    assert_non_null(strstr(out, "psilocybin             survival     day    7 to 7"));
    free(out);
    /* 14 days from -4 on, two rows a day, of vehicle and psilocybin */
    expect_lines(state, "out/protocols.csv",
                 "protocol,day,spines,density_percent,formed_percent,lost_percent,"
                 "new_alive_percent,size_um3,size_percent\nvehicle,-4,",
                 1 + 2 * 27);
    /* of its findings those within 9 days: formation, survival */
    expect_lines(state, "out/published.csv", "protocol,what,from_day,to_day,", 1 + 2);
    static const char *const figures[] = {"density", "turnover", "survival", "size"};
    size_t size;
    char *page = (char *)support_read(support_path(state, "out/protocols.html"), &size);
    for (int k = 0; k < 4; k++) {
        char name[64];
        snprintf(name, sizeof name, "id=\"figure-protocols-%s\"", figures[k]);
        assert_non_null(strstr(page, name));
    }
    free(page);
}

static void given_events_of_ones_own_when_shown_expect_their_course(void **state)
{
    free(support_run_well(state, "spines --protocol events --spines 1000 --days 1 --out out --set "
                                 "protocol.events=day0for1:formation9"));
    expect_lines(state, "out/published.csv", "protocol,what,from_day,to_day,", 1);
    size_t size;
    char *text = (char *)support_read(support_path(state, "out/protocols.csv"), &size);
    const char *row = strstr(text, "\nevents,1,");
    double more;
    assert_non_null(row);
    assert_int_equal(sscanf(row, "\nevents,1,%*d,%lf", &more), 1);
    assert_true(more > 10 && more < 25);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_events_when_read_expect_times_and_factors),
        cmocka_unit_test(given_nothing_when_read_expect_no_events_and_factors_of_one),
        cmocka_unit_test(given_events_when_asked_expect_what_holds_at_a_time),
        cmocka_unit_test(given_a_dose_day_when_read_expect_all_events_later),
        cmocka_unit_test(given_every_preset_when_read_expect_no_contradiction),
        cmocka_unit_test(given_bad_events_when_read_expect_what_is_wrong),
        cmocka_unit_test(given_events_that_touch_or_agree_when_read_expect_both),
        cmocka_unit_test(given_too_many_events_when_read_expect_a_message),
        cmocka_unit_test(given_a_preset_and_events_when_read_expect_a_message),
        cmocka_unit_test(given_no_drug_when_living_expect_a_steady_density_and_size),
        cmocka_unit_test(
            given_the_default_birth_rate_when_compared_expect_that_of_the_steady_state),
        cmocka_unit_test(given_new_spines_when_followed_expect_the_lives_of_cortical_ones),
        cmocka_unit_test(given_more_formation_when_living_expect_so_many_more_births),
        cmocka_unit_test(given_more_elimination_when_living_expect_more_deaths_of_small_spines),
        cmocka_unit_test(given_another_drift_when_living_expect_other_sizes),
        cmocka_unit_test(given_the_other_forms_when_the_drift_is_doubled_expect_larger_spines),
        cmocka_unit_test(given_less_survival_when_living_expect_that_part_to_settle),
        cmocka_unit_test(given_more_survival_when_living_expect_larger_newborns_that_live_longer),
        cmocka_unit_test(given_clustered_events_when_living_expect_only_some_stretches_concerned),
        cmocka_unit_test(given_restoring_when_living_expect_births_where_spines_were_lost),
        cmocka_unit_test(given_balanced_births_when_formation_is_raised_expect_more_spines),
        cmocka_unit_test(given_any_number_of_threads_when_living_expect_the_same_course),
        cmocka_unit_test(given_protection_when_more_are_to_die_expect_that_part_of_them_to_live),
        cmocka_unit_test(given_ketamine_when_half_a_day_has_gone_expect_the_spines_of_vehicle),
        cmocka_unit_test(given_presets_when_lived_through_expect_what_was_published),
        WITH_FOLDER(given_a_preset_when_shown_expect_tables_and_figures),
        WITH_FOLDER(given_events_of_ones_own_when_shown_expect_their_course),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests_name("protocol", tests, settle, forget);
}
