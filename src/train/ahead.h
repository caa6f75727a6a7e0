/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_AHEAD_H
#define SPINET_TRAIN_AHEAD_H

#include <pthread.h>

#include "train/test.h"

/* A training presentation that another thread makes ahead of time, of a copy of the network, with
 * presentation and stimulus 1 of a presenter. It is used only if later the same image and teacher
 * are wanted and the network is still the same to the bit. So no result depends on it. */
struct ahead {
    struct ahead_image {
        struct presenter *presenter;
        const struct images *images;
        int32_t image, teacher; /* image -1: nothing is asked */
    } asked;                    /* the last presentation asked for */
    int32_t n_begun, n_found;   /* presentations asked for, and of these used */
    double begun;               /* when it was asked for, by progress_clock */
    struct network copy;        /* what the image is presented to; takes the calcium */
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* guards the members below, and `asked` while is_posted */
    pthread_cond_t changed;
    bool is_posted;  /* the thread has not yet begun with `asked` */
    bool is_at_work; /* with `asked`, or with an earlier one that nobody needs any more */
    bool ends;
};

void ahead_init(struct ahead *ahead);

/* Asks for the presentation of an image. If the thread is still at work with an earlier one, this
 * comes after it if the network has not changed since; else nothing is asked for. Nothing is either
 * if the thread cannot be started. SYSTEM without memory. */
int ahead_begin(struct ahead *ahead, struct presenter *presenter, const struct network *network,
                const struct images *images, int32_t image, int32_t teacher);

/* If ahead_begin was asked for exactly this: the finished presentation with its counts; its calcium
 * is in ahead->copy. Else NULL. If the thread has not begun, the caller's thread makes it. If the
 * thread has begun, waits at most as long again as it has been at work (other work on the machine
 * may delay it); then NULL. */
const struct presentation *ahead_find(struct ahead *ahead, const struct network *network,
                                      int32_t image, int32_t teacher);

/* Gives up what was asked for and waits until the thread is idle. */
void ahead_drop(struct ahead *ahead);

void ahead_free(struct ahead *ahead);

#endif
