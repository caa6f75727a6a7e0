/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/ahead.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "core/progress.h"
#include "core/status.h"

void ahead_init(struct ahead *ahead)
{
    *ahead = (struct ahead){.image = -1};
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
}

static void make(struct ahead *ahead)
{
    struct presenter *presenter = ahead->presenter;
    struct stimulus *stimulus = &presenter->stimulus[1];
    struct plastic_synapses *s = &ahead->copy.plastic;
    encode_image(&presenter->encoder, ahead->images, ahead->image, ahead->teacher, stimulus);
    if (s->n > 0)
        memset(s->calcium, 0, (size_t)s->n * sizeof *s->calcium);
    present(&presenter->presentation[1], &ahead->copy, stimulus, s->calcium);
}

static void set_state(struct ahead *ahead, enum ahead_state state)
{
    pthread_mutex_lock(&ahead->lock);
    ahead->state = state;
    pthread_mutex_unlock(&ahead->lock);
    pthread_cond_broadcast(&ahead->changed);
}

/* Waits for a presentation that is posted, and takes it over; false if there are to be no more. */
static bool take(struct ahead *ahead)
{
    pthread_mutex_lock(&ahead->lock);
    while (ahead->state != AHEAD_POSTED && ahead->state != AHEAD_ENDS)
        pthread_cond_wait(&ahead->changed, &ahead->lock);
    const bool goes_on = ahead->state == AHEAD_POSTED;
    if (goes_on)
        ahead->state = AHEAD_AT_WORK;
    pthread_mutex_unlock(&ahead->lock);
    return goes_on;
}

static void *work(void *data)
{
    struct ahead *ahead = data;
    while (take(ahead)) {
        make(ahead);
        set_state(ahead, AHEAD_IDLE);
    }
    return NULL;
}

/* Withdraws what is posted, if the thread has not begun it: *was_posted. Otherwise waits until the
 * thread is not at work, for some seconds at most. Whether it is not. */
static bool settle(struct ahead *ahead, double seconds, bool *was_posted)
{
    struct timespec until;
    int waited = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    const double end = (double)until.tv_sec + 1e-9 * (double)until.tv_nsec + seconds;
    until.tv_sec = (time_t)end;
    until.tv_nsec = (long)(1e9 * (end - floor(end)));
    pthread_mutex_lock(&ahead->lock);
    *was_posted = ahead->state == AHEAD_POSTED;
    if (*was_posted)
        ahead->state = AHEAD_IDLE;
    while (ahead->state == AHEAD_AT_WORK && waited == 0)
        waited = pthread_cond_timedwait(&ahead->changed, &ahead->lock, &until);
    const bool is_idle = ahead->state == AHEAD_IDLE;
    pthread_mutex_unlock(&ahead->lock);
    return is_idle;
}

int ahead_begin(struct ahead *ahead, struct presenter *presenter, const struct network *network,
                const struct images *images, int32_t image, int32_t teacher)
{
    bool was_posted;
    if (!settle(ahead, 0, &was_posted))
        return STATUS_OK;
    if (!ahead->has_thread)
        ahead->has_thread = pthread_create(&ahead->thread, NULL, work, ahead) == 0;
    if (!ahead->has_thread)
        return STATUS_OK;
    TRY(network_copy_seen(&ahead->copy, network));
    ahead->presenter = presenter;
    ahead->images = images;
    ahead->image = image;
    ahead->teacher = teacher;
    ahead->begun = progress_clock();
    ahead->n_begun++;
    set_state(ahead, AHEAD_POSTED);
    return STATUS_OK;
}

const struct presentation *ahead_find(struct ahead *ahead, const struct network *network,
                                      int32_t image, int32_t teacher)
{
    if (ahead->image != image || ahead->teacher != teacher ||
        !network_is_seen_same(&ahead->copy, network))
        return NULL;
    bool was_posted;
    if (!settle(ahead, progress_clock() - ahead->begun, &was_posted))
        return NULL;
    if (was_posted)
        make(ahead);
    ahead->n_found++;
    return &ahead->presenter->presentation[1];
}

void ahead_drop(struct ahead *ahead)
{
    const double a_year = 3e7;
    bool was_posted;
    while (!settle(ahead, a_year, &was_posted))
        ;
    ahead->image = -1;
}

void ahead_free(struct ahead *ahead)
{
    ahead_drop(ahead);
    set_state(ahead, AHEAD_ENDS);
    if (ahead->has_thread)
        pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->lock);
    network_free_copy(&ahead->copy);
}
