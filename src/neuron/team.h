/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_TEAM_H
#define SPINET_NEURON_TEAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The threads that share a presentation. They meet twice in each simulated millisecond, so one
 * thread that other work on the machine holds up holds up all. Then one thread alone is faster,
 * which is found out by measuring. No result depends on which thread computes what. */

/* Measured times of training, or of tests, whose presentations take less time. */
struct team_pace {
    double one_s,
        all_s; /* seconds of the last presentation by one thread, and by all; 0: not measured yet */
    int32_t n_until;   /* presentations until all try again, */
    int32_t n_between; /* the length of that wait, in presentations */
};

struct team {
    int32_t n;
    atomic_int n_met, n_meetings;
    pthread_mutex_t mutex; /* for those who sleep until all have met */
    pthread_cond_t all_met;
    struct team_pace paces[2], *pace; /* [is_training]; `pace` is that of this presentation */
    double started, patience_s;       /* for what slows all a little, in a presentation */
    atomic_bool is_left_to_one;
};

void team_init(struct team *team);
void team_free(struct team *team);

/* Has all threads do all presentations from now on, however slow they are: to be measured. */
void team_share_always(struct team *team);

/* Begins a presentation; returns whether one thread should make it alone. */
bool team_starts_with_one(struct team *team, bool is_training);

/* To be called by one of the threads that share the presentation: says that there are n. */
void team_gather(struct team *team, int32_t n);

/* Returns when all n threads have called it. They wait awake for some microseconds, then asleep, so
 * that what they wait for can run. */
void team_meet(struct team *team);

/* All threads meet before step t of n_steps. False if the first thread is to compute all the rest,
 * from this step on. */
bool team_shares_step(struct team *team, int32_t t, int32_t n_steps, bool is_first_thread);

/* Ends a presentation and notes how long it took. */
void team_end(struct team *team, bool was_of_one);

#endif
