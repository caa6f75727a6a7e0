/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron/team: threads that meet, and who does a presentation. Nothing here waits for a clock:
 * times are put into the team's own. */
#include "neuron/team.h"

#include <omp.h>
#include <stdint.h>

#include "support.h"

static void given_threads_when_they_meet_expect_none_to_go_ahead(void **state)
{
    (void)state;
    enum { THREADS = 4, MEETINGS = 300 };
    struct team team;
    atomic_int n_come = 0, n_early = 0;
    team_init(&team);
    team_gather(&team, THREADS);
#pragma omp parallel num_threads(THREADS)
    {
        for (int i = 1; i <= MEETINGS; i++) {
            atomic_fetch_add(&n_come, 1);
            team_meet(&team);
            if (atomic_load(&n_come) < i * THREADS)
                atomic_fetch_add(&n_early, 1);
            team_meet(&team);
        }
    }
    team_free(&team);
    assert_int_equal(n_early, 0);
    assert_int_equal(n_come, MEETINGS * THREADS);
}

/* A presentation of training that takes so long by one thread, or by all, who are stopped in the
 * middle if they take too long; true if it was of one. */
static bool present_in(struct team *team, double one_s, double all_s)
{
    enum { STEPS = 40 };
    team->patience_s = 0.01;
    const bool is_of_one = team_starts_with_one(team, true);
    const double began = team->started;
    team_gather(team, 1);
    for (int32_t t = 0; t < STEPS && !is_of_one; t++) {
        team->started = began - all_s * t / STEPS;
        if (!team_shares_step(team, t, STEPS, true))
            break;
    }
    team->started = began - (is_of_one ? one_s : all_s);
    team_end(team, is_of_one);
    return is_of_one;
}

/* Of n presentations, those by one thread. */
static int count_by_one(struct team *team, int n, double one_s, double all_s)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        count += present_in(team, one_s, all_s);
    return count;
}

static void
given_threads_that_are_faster_when_presented_expect_them_from_the_second_on(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    assert_true(present_in(&team, 1000, 700));
    assert_int_equal(count_by_one(&team, 500, 1000, 700), 0);
    team_free(&team);
}

static void given_threads_that_hold_each_other_up_expect_one_and_seldom_a_trial(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    assert_int_equal(count_by_one(&team, 2, 1000, 3000), 1);
    assert_int_equal(500 - count_by_one(&team, 500, 1000, 3000), 10); /* 4, 8, 16 … 64 between */
    team_free(&team);
}

static void given_other_work_that_begins_and_ends_when_presented_expect_it_noticed(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    count_by_one(&team, 20, 1000, 600);
    assert_false(present_in(&team, 2000, 6000)); /* and left to one in its midst */
    assert_true(atomic_load(&team.is_left_to_one));
    assert_true(present_in(&team, 2000, 6000));
    assert_true(count_by_one(&team, 20, 2000, 6000) >= 17);
    count_by_one(&team, 65, 1000, 600);
    assert_int_equal(count_by_one(&team, 100, 1000, 600), 0);
    team_free(&team);
}

static void given_tests_between_when_presented_expect_a_pace_of_their_own(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    count_by_one(&team, 5, 1000, 600);
    assert_true(team_starts_with_one(&team, false));
    team_end(&team, true);
    assert_int_equal(count_by_one(&team, 5, 1000, 600), 0);
    team_free(&team);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_threads_when_they_meet_expect_none_to_go_ahead),
        cmocka_unit_test(
            given_threads_that_are_faster_when_presented_expect_them_from_the_second_on),
        cmocka_unit_test(given_threads_that_hold_each_other_up_expect_one_and_seldom_a_trial),
        cmocka_unit_test(given_other_work_that_begins_and_ends_when_presented_expect_it_noticed),
        cmocka_unit_test(given_tests_between_when_presented_expect_a_pace_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
