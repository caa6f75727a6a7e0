/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_AHEAD_H
#define SPINET_TRAIN_AHEAD_H

#include <pthread.h>

#include "train/test.h"

/* A presentation for training that thread 1 of a presenter makes ahead of time, of a copy of the
 * network: what it comes to counts only if it is asked for the same image and teacher, and the
 * network is still the same to the bit. So no result depends on what was made ahead. */
struct ahead {
    struct ahead_image {
        struct presenter *presenter;
        const struct images *images;
        int32_t image, teacher; /* image -1: none */
    } asked;                    /* last, and not given up */
    int32_t n_begun, n_found;
    double begun;        /* tick of progress_clock */
    struct network copy; /* what is presented to; its calcium is what comes in */
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* guards `asked`, where it is posted, and the following */
    pthread_cond_t changed;
    bool is_posted;  /* the thread has not begun what is asked */
    bool is_at_work; /* on that, or on something asked before, which nobody needs any more */
    bool ends;
};

void ahead_init(struct ahead *ahead);

/* Has an image presented; after the one that the thread is still at work on, if there is one and
 * the network is the same. Does nothing if it is not, or if there is no thread. SYSTEM without
 * memory.
 */
int ahead_begin(struct ahead *ahead, struct presenter *presenter, const struct network *network,
                const struct images *images, int32_t image, int32_t teacher);

/* The presentation of this image to this network, with its counts, and with its calcium in
 * ahead->copy, if it was begun; else NULL. Makes it if the thread has not begun; waits for the
 * thread at most as long again as it has been at work, for other work on the machine may hold it
 * up. */
const struct presentation *ahead_find(struct ahead *ahead, const struct network *network,
                                      int32_t image, int32_t teacher);

/* Returns when thread 1 of the presenter is free. */
void ahead_drop(struct ahead *ahead);

void ahead_free(struct ahead *ahead);

#endif
