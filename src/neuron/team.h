/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_TEAM_H
#define SPINET_NEURON_TEAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The threads that share a presentation. They meet twice a simulated millisecond, so that one which
 * other work on the machine keeps from running holds up all: then one thread alone is faster. Which
 * it is, is measured. No result depends on who computes what. */

/* Of training, or of tests, whose presentations take less. */
struct team_pace {
    double one_s, all_s; /* the last presentation by one thread, and by all; 0: none yet */
    int32_t n_until;     /* presentations until all try again, */
    int32_t n_between;   /* of so many */
};

struct team {
    int32_t n;
    atomic_int n_met, n_meetings;
    pthread_mutex_t mutex; /* for those who sleep until all have met */
    pthread_cond_t all_met;
    struct team_pace paces[2], *pace; /* [is_training]; of this presentation */
    double started, patience_s;       /* for what slows all a little, in a presentation */
    atomic_bool is_left_to_one;
};

void team_init(struct team *team);
void team_free(struct team *team);

/* Has all threads do all presentations from now on, however slow they are: to be measured. */
void team_share_always(struct team *team);

/* Begins a presentation: whether one thread should do it by itself. */
bool team_starts_with_one(struct team *team, bool is_training);

/* One of the threads that share it says how many they are. */
void team_gather(struct team *team, int32_t n);

/* Comes back when all n threads have called it. They wait awake for some microseconds, then asleep,
 * so that what they wait for can run. */
void team_meet(struct team *team);

/* All threads meet before step t of n. False: what is left, from this step on, is for the first of
 * them alone. */
bool team_shares_step(struct team *team, int32_t t, int32_t n_steps, bool is_first_thread);

/* The presentation is over. */
void team_end(struct team *team, bool was_of_one);

#endif
