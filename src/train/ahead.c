/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/ahead.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "core/progress.h"
#include "core/status.h"

void ahead_init(struct ahead *ahead)
{
    *ahead = (struct ahead){.asked.image = -1};
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
}

static void make(struct ahead *ahead, const struct ahead_image *asked)
{
    struct presenter *presenter = asked->presenter;
    struct stimulus *stimulus = &presenter->stimulus[1];
    struct plastic_synapses *s = &ahead->copy.plastic;
    encode_image(&presenter->encoder, asked->images, asked->image, asked->teacher, stimulus);
    if (s->n > 0)
        memset(s->calcium, 0, (size_t)s->n * sizeof *s->calcium);
    present(&presenter->presentation[1], &ahead->copy, stimulus, s->calcium);
}

static void *work(void *data)
{
    struct ahead *ahead = data;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->ends) {
        if (!ahead->is_posted) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
            continue;
        }
        const struct ahead_image asked = ahead->asked;
        ahead->is_posted = false;
        ahead->is_at_work = true;
        pthread_mutex_unlock(&ahead->lock);
        make(ahead, &asked);
        pthread_mutex_lock(&ahead->lock);
        ahead->is_at_work = false;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* Withdraws what the thread has not begun; returns whether there was such. */
static bool withdraw(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    const bool was_posted = ahead->is_posted;
    ahead->is_posted = false;
    pthread_mutex_unlock(&ahead->lock);
    return was_posted;
}

/* Waits at most so many seconds until the thread is idle; returns whether it is. */
static bool settle(struct ahead *ahead, double seconds)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    const double end = (double)until.tv_sec + 1e-9 * (double)until.tv_nsec + seconds;
    until.tv_sec = (time_t)end;
    until.tv_nsec = (long)(1e9 * (end - floor(end)));
    pthread_mutex_lock(&ahead->lock);
    while (ahead->is_at_work && waited == 0 && seconds > 0)
        waited = pthread_cond_timedwait(&ahead->changed, &ahead->lock, &until);
    const bool is_idle = !ahead->is_at_work;
    pthread_mutex_unlock(&ahead->lock);
    return is_idle;
}

int ahead_begin(struct ahead *ahead, struct presenter *presenter, const struct network *network,
                const struct images *images, int32_t image, int32_t teacher)
{
    withdraw(ahead);
    ahead->asked.image = -1;
    if (settle(ahead, 0))
        TRY(network_copy_seen(&ahead->copy, network));
    else if (!network_is_seen_same(&ahead->copy, network))
        return STATUS_OK;
    if (!ahead->has_thread)
        ahead->has_thread = pthread_create(&ahead->thread, NULL, work, ahead) == 0;
    if (!ahead->has_thread)
        return STATUS_OK;
    ahead->begun = progress_clock();
    ahead->n_begun++;
    pthread_mutex_lock(&ahead->lock);
    ahead->asked = (struct ahead_image){presenter, images, image, teacher};
    ahead->is_posted = true;
    pthread_mutex_unlock(&ahead->lock);
    pthread_cond_broadcast(&ahead->changed);
    return STATUS_OK;
}

const struct presentation *ahead_find(struct ahead *ahead, const struct network *network,
                                      int32_t image, int32_t teacher)
{
    struct ahead_image *asked = &ahead->asked;
    if (asked->image != image || asked->teacher != teacher ||
        !network_is_seen_same(&ahead->copy, network))
        return NULL;
    const bool was_posted = withdraw(ahead);
    if (!settle(ahead, was_posted ? 0 : progress_clock() - ahead->begun)) {
        asked->image = -1;
        return NULL;
    }
    if (was_posted)
        make(ahead, asked);
    ahead->n_found++;
    return &asked->presenter->presentation[1];
}

void ahead_drop(struct ahead *ahead)
{
    const double a_year = 3e7;
    withdraw(ahead);
    while (!settle(ahead, a_year))
        ;
    ahead->asked.image = -1;
}

void ahead_free(struct ahead *ahead)
{
    ahead_drop(ahead);
    pthread_mutex_lock(&ahead->lock);
    ahead->ends = true;
    pthread_mutex_unlock(&ahead->lock);
    pthread_cond_broadcast(&ahead->changed);
    if (ahead->has_thread)
        pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    network_free_copy(&ahead->copy);
}
