/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "neuron/team.h"

#include <math.h>
#include <time.h>

#include "core/progress.h"

enum {
    LOOKS = 2000,        /* how often a waiting thread looks for mail before it sleeps */
    STEPS_UNWATCHED = 8, /* steps between two looks at the clock */
    TRIAL_SHARE = 100    /* a trial of the slower way may cost 1/100 of the time until the next */
};
/* Way 1 is given up if it takes this much longer than way 0. */
static const double patience = 1.25;
static const double preparing = 0.1; /* part of the time: copying synapses */
/* Seconds. In a step shorter than this nothing can be gained by sharing: it takes as long for
 * spikes to travel between processors twice. */
static const double shortest_step = 0.3e-6;

/* Processor time of this thread in seconds. */
static double processor_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void team_init(struct team *team)
{
    *team = (struct team){.pace = team->paces, .n_looks = LOOKS, .patience_s = 0.0005};
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->posted, NULL);
}

void team_free(struct team *team)
{
    pthread_cond_destroy(&team->posted);
    pthread_mutex_destroy(&team->mutex);
}

void team_share_always(struct team *team)
{
    team->always_shares = true;
}

/* ---- mail ---- */

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void team_post(struct team *team, struct mail *mail, const struct spikes *spikes, int32_t t)
{
    mail->n = spikes->n;
    for (int32_t i = 0; i < spikes->n; i++)
        mail->id[i] = spikes->id[i];
    atomic_store(&mail->step, t);
    if (atomic_load(&team->n_asleep) > 0) {
        pthread_mutex_lock(&team->mutex); /* a sleeper has either seen the step or sleeps by now */
        pthread_mutex_unlock(&team->mutex);
        pthread_cond_broadcast(&team->posted);
    }
}

void team_await(struct team *team, struct mail *mail, int32_t t)
{
    for (int i = 0; i < team->n_looks; i++) {
        if (atomic_load_explicit(&mail->step, memory_order_acquire) == t)
            return;
        pause_briefly();
    }
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add(&team->n_asleep, 1);
    while (atomic_load(&mail->step) != t)
        pthread_cond_wait(&team->posted, &team->mutex);
    atomic_fetch_sub(&team->n_asleep, 1);
    pthread_mutex_unlock(&team->mutex);
}

/* ---- all together, or one alone? ---- */

bool team_begins_with_all(struct team *team, bool is_training)
{
    struct team_pace *pace = team->pace = &team->paces[is_training];
    team->started = progress_clock();
    team->processor_started = processor_clock();
    atomic_store(&team->is_left_to_one, false);
    if (team->always_shares || pace->is_too_short || pace->seconds[0] == 0)
        return team->always_shares;
    if (pace->seconds[1] == 0)
        return true;
    return pace->until_trial_s > 0 ? !pace->slower : pace->slower;
}

void team_judge(struct team *team, int32_t n, int32_t n_steps)
{
    struct team_pace *pace = team->pace;
    if (team->always_shares || (n > STEPS_UNWATCHED && n % STEPS_UNWATCHED != 0))
        return;
    const double of_one = pace->seconds[0] * (patience * n / n_steps + preparing);
    if (progress_clock() - team->started > of_one + team->patience_s)
        atomic_store(&team->is_left_to_one, true);
}

/* The time of way 0 is a running mean, since other work on the machine comes and goes. */
void team_end(struct team *team, bool was_of_all, int32_t n_steps)
{
    struct team_pace *pace = team->pace;
    const double seconds = progress_clock() - team->started;
    if (was_of_all && !pace->has_shared) { /* slower, as it touched new memory */
        pace->has_shared = true;
        return;
    }
    if (was_of_all || pace->seconds[0] == 0)
        pace->seconds[was_of_all] = seconds;
    else
        pace->seconds[0] += (seconds - pace->seconds[0]) / 4;
    if (!was_of_all)
        pace->is_too_short = processor_clock() - team->processor_started < shortest_step * n_steps;
    pace->until_trial_s -= seconds;
    if (pace->seconds[0] == 0 || pace->seconds[1] == 0)
        return;
    const double loss = pace->seconds[1] - pace->seconds[0];
    const int slower = loss > 0;
    if (slower != pace->slower)
        pace->n_lost = 0;
    else if (slower != was_of_all && pace->n_lost > 0)
        return;
    pace->slower = slower;
    pace->until_trial_s = TRIAL_SHARE * ++pace->n_lost * fabs(loss);
}
