/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "neuron/team.h"

#include "core/progress.h"

enum {
    LOOKS = 2000, /* looks of a thread that waits awake, before it sleeps */
    BETWEEN_MIN = 4,
    BETWEEN_MAX = 64, /* presentations */
};
static const double patience = 1.25;

void team_init(struct team *team)
{
    const struct team_pace pace = {.n_between = BETWEEN_MIN};
    *team = (struct team){.n = 1, .paces = {pace, pace}, .pace = team->paces, .patience_s = 0.01};
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->all_met, NULL);
}

void team_free(struct team *team)
{
    pthread_cond_destroy(&team->all_met);
    pthread_mutex_destroy(&team->mutex);
}

void team_share_always(struct team *team)
{
    for (int k = 0; k < 2; k++)
        team->paces[k] = (struct team_pace){.one_s = 1e9};
    team->patience_s = 1e9;
}

/* ---- meeting ---- */

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void team_meet(struct team *team)
{
    const int meeting = atomic_load(&team->n_meetings);
    if (atomic_fetch_add(&team->n_met, 1) + 1 == team->n) {
        atomic_store(&team->n_met, 0);
        pthread_mutex_lock(&team->mutex);
        atomic_store(&team->n_meetings, (int)((unsigned)meeting + 1));
        pthread_mutex_unlock(&team->mutex);
        pthread_cond_broadcast(&team->all_met);
        return;
    }
    for (int i = 0; i < LOOKS; i++) {
        if (atomic_load_explicit(&team->n_meetings, memory_order_acquire) != meeting)
            return;
        pause_briefly();
    }
    pthread_mutex_lock(&team->mutex);
    while (atomic_load(&team->n_meetings) == meeting)
        pthread_cond_wait(&team->all_met, &team->mutex);
    pthread_mutex_unlock(&team->mutex);
}

/* ---- all together, or one alone? ---- */

bool team_starts_with_one(struct team *team, bool is_training)
{
    struct team_pace *pace = team->pace = &team->paces[is_training];
    team->started = progress_clock();
    atomic_store(&team->is_left_to_one, false);
    if (pace->one_s <= 0)
        return true;
    return pace->all_s >= pace->one_s && pace->n_until-- > 0;
}

void team_gather(struct team *team, int32_t n)
{
    team->n = n;
}

/* Leaves the presentation to one thread from step t on. How long one thread takes now is not known,
 * either, if all together have been faster until now. */
static void leave_to_one(struct team *team, double seconds, int32_t t, int32_t n_steps)
{
    struct team_pace *pace = team->pace;
    if (pace->all_s < pace->one_s)
        pace->one_s = 0;
    pace->all_s = seconds * n_steps / (t + 1);
    atomic_store(&team->is_left_to_one, true);
}

bool team_shares_step(struct team *team, int32_t t, int32_t n_steps, bool is_first_thread)
{
    if (is_first_thread) {
        const double seconds = progress_clock() - team->started;
        if (seconds > patience * team->pace->one_s * t / n_steps + team->patience_s)
            leave_to_one(team, seconds, t, n_steps);
    }
    team_meet(team);
    return !atomic_load(&team->is_left_to_one);
}

void team_end(struct team *team, bool was_of_one)
{
    struct team_pace *pace = team->pace;
    const double seconds = progress_clock() - team->started;
    if (was_of_one) {
        pace->one_s = seconds;
        return;
    }
    if (!atomic_load(&team->is_left_to_one))
        pace->all_s = seconds;
    if (pace->all_s < pace->one_s) {
        pace->n_between = BETWEEN_MIN;
        return;
    }
    pace->n_until = pace->n_between;
    pace->n_between = pace->n_between < BETWEEN_MAX ? 2 * pace->n_between : BETWEEN_MAX;
}
