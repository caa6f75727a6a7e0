/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron/team: threads that send each other spikes, and who does a presentation. Nothing here waits
 * for a clock: times are put into the team's own. */
#include "neuron/team.h"

#include <omp.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/progress.h"
#include "support.h"

/* Step t of thread i: t % 5 spikes, of neurons that tell both. */
static int32_t spike_of(int32_t i, int32_t t, int32_t k)
{
    return 100000 * i + 10 * t + k;
}

static void
given_more_threads_than_processors_when_they_send_spikes_expect_all_of_each_step(void **state)
{
    (void)state;
    enum { THREADS = 4, STEPS = 300, SPIKES_MAX = 5 };
    struct team team;
    struct mail *mail[2][THREADS]; /* a step has two mails, so that none is replaced unread */
    atomic_int n_wrong = 0;
    team_init(&team);
    for (int i = 0; i < 2 * THREADS; i++) {
        mail[i / THREADS][i % THREADS] = calloc(1, sizeof(struct mail) + SPIKES_MAX * 4);
        assert_non_null(mail[i / THREADS][i % THREADS]);
        mail[i / THREADS][i % THREADS]->step = -1;
    }
#pragma omp parallel num_threads(THREADS)
    {
        const int32_t me = omp_get_thread_num(), n = omp_get_num_threads();
        int32_t id[SPIKES_MAX];
        for (int32_t t = 0; t < STEPS; t++)
            for (int half = 0; half < 2; half++) {
                const struct spikes spikes = {t % SPIKES_MAX, id};
                for (int32_t k = 0; k < spikes.n; k++)
                    id[k] = spike_of(me, t, k);
                team_post(&team, mail[half][me], &spikes, t);
                for (int32_t i = 0; i < n; i++) {
                    team_await(&team, mail[half][i], t);
                    if (mail[half][i]->n != spikes.n)
                        atomic_fetch_add(&n_wrong, 1);
                    for (int32_t k = 0; k < spikes.n; k++)
                        if (mail[half][i]->id[k] != spike_of(i, t, k))
                            atomic_fetch_add(&n_wrong, 1);
                }
            }
    }
    for (int i = 0; i < 2 * THREADS; i++)
        free(mail[i / THREADS][i % THREADS]);
    team_free(&team);
    assert_int_equal(n_wrong, 0);
}

/* Makes a presentation of training that takes so many seconds by one thread, or by all, who may
 * leave it to one in the middle. Returns how long it takes; *by_all, unless it is NULL, says
 * whether it was of all. */
static double present_in(struct team *team, double one_s, double all_s, bool *by_all)
{
    enum { STEPS = 400 };
    const bool is_of_all = team_begins_with_all(team, true);
    const double began = team->started;
    int32_t t = 0;
    while (is_of_all && t < STEPS && !atomic_load(&team->is_left_to_one)) {
        t++;
        team->started = began - all_s * t / STEPS;
        team_judge(team, t, STEPS);
    }
    const double seconds = (all_s * t + one_s * (STEPS - t)) / STEPS;
    team->started = progress_clock() - seconds;
    team->processor_started -= seconds;
    team_end(team, is_of_all, STEPS);
    if (by_all)
        *by_all = is_of_all && !atomic_load(&team->is_left_to_one);
    return seconds;
}

/* Seconds of n presentations. */
static double present_all_in(struct team *team, int n, double one_s, double all_s)
{
    double seconds = 0;
    for (int i = 0; i < n; i++)
        seconds += present_in(team, one_s, all_s, NULL);
    return seconds;
}

static void expect_within(double seconds, double limit)
{
    if (!(seconds <= limit))
        fail_msg("%.6g s, expected at most %.6g", seconds, limit);
}

static void
given_threads_that_are_faster_when_presented_expect_them_from_the_second_on(void **state)
{
    (void)state;
    struct team team;
    bool by_all;
    team_init(&team);
    present_in(&team, 1000, 700, &by_all);
    assert_false(by_all);
    present_in(&team, 1000, 700, &by_all);
    assert_true(by_all);
    expect_within(present_all_in(&team, 500, 1000, 700), 1.02 * 500 * 700);
    team_free(&team);
}

static void
given_a_first_presentation_by_all_that_is_slow_when_presented_expect_another(void **state)
{
    (void)state;
    struct team team;
    bool by_all;
    team_init(&team);
    present_in(&team, 1000, 700, NULL);
    present_in(&team, 1000, 1150, NULL); /* it fetches the memory of the parts */
    expect_within(present_all_in(&team, 100, 1000, 700), 1.02 * 100 * 700);
    present_in(&team, 1000, 700, &by_all);
    assert_true(by_all);
    team_free(&team);
}

static void
given_synapses_copied_before_the_first_step_when_judged_expect_all_to_go_on(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    present_in(&team, 1000, 700, NULL);
    assert_true(team_begins_with_all(&team, true));
    team.started -= 80;
    team_judge(&team, 1, 400);
    assert_false(atomic_load(&team.is_left_to_one));
    team.started -= 80;
    team_judge(&team, 1, 400);
    assert_true(atomic_load(&team.is_left_to_one));
    team_free(&team);
}

static void given_threads_that_hold_each_other_up_expect_one_and_seldom_a_trial(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    expect_within(present_all_in(&team, 5, 1000, 90000), 1.5 * 5 * 1000);
    expect_within(present_all_in(&team, 500, 1000, 90000), 1.02 * 500 * 1000);
    expect_within(present_all_in(&team, 500, 1000, 90000), 1.01 * 500 * 1000);
    team_free(&team);
}

static void given_a_network_too_small_to_share_expect_little_lost(void **state)
{
    (void)state;
    struct team team;
    team_init(&team);
    team.patience_s = 2000; /* nothing is left in the middle */
    expect_within(present_all_in(&team, 2000, 500, 2000), 1.03 * 2000 * 500);
    team_free(&team);
}

static void given_other_work_that_begins_and_ends_when_presented_expect_it_noticed(void **state)
{
    (void)state;
    struct team team;
    bool by_all;
    team_init(&team);
    present_all_in(&team, 200, 1000, 600);
    expect_within(present_all_in(&team, 20, 2000, 60000), 1.2 * 20 * 2000);
    expect_within(present_all_in(&team, 200, 2000, 60000), 1.02 * 200 * 2000);
    present_all_in(&team, 300, 1000, 600);
    expect_within(present_all_in(&team, 100, 1000, 600), 1.02 * 100 * 600);
    present_in(&team, 1000, 600, &by_all);
    assert_true(by_all);
    team_free(&team);
}

static void given_tests_between_when_presented_expect_a_pace_of_their_own(void **state)
{
    (void)state;
    struct team team;
    bool by_all;
    team_init(&team);
    present_all_in(&team, 5, 1000, 600);
    assert_false(team_begins_with_all(&team, false));
    team_end(&team, false, 1);
    present_in(&team, 1000, 600, &by_all);
    assert_true(by_all);
    team_free(&team);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_more_threads_than_processors_when_they_send_spikes_expect_all_of_each_step),
        cmocka_unit_test(
            given_threads_that_are_faster_when_presented_expect_them_from_the_second_on),
        cmocka_unit_test(
            given_a_first_presentation_by_all_that_is_slow_when_presented_expect_another),
        cmocka_unit_test(
            given_synapses_copied_before_the_first_step_when_judged_expect_all_to_go_on),
        cmocka_unit_test(given_threads_that_hold_each_other_up_expect_one_and_seldom_a_trial),
        cmocka_unit_test(given_a_network_too_small_to_share_expect_little_lost),
        cmocka_unit_test(given_other_work_that_begins_and_ends_when_presented_expect_it_noticed),
        cmocka_unit_test(given_tests_between_when_presented_expect_a_pace_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
