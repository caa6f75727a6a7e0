/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_TEAM_H
#define SPINET_NEURON_TEAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The threads that share a presentation. Twice in each simulated millisecond they need each other's
 * spikes, so one thread that other work on the machine holds up holds up all; and in a small
 * network the spikes take longer than what there is to share. Then one thread alone is faster,
 * which is found out by measuring. No result depends on which thread computes what. */

/* Measured times of training, or of tests, whose presentations take less time. Ways: 0 is one
 * thread, 1 is all. */
struct team_pace {
    double seconds[2]; /* of a presentation, by each way; 0: not measured yet */
    bool is_too_short; /* its steps are so short that all cannot be faster */
    bool has_shared;   /* all have done one, which is not measured */
    int slower;        /* way */
    int32_t n_lost;    /* how often it was tried, one time after the other, and was slower again */
    double until_trial_s; /* seconds of presentations until it is tried again */
};

struct team {
    pthread_mutex_t mutex; /* for those who wait asleep */
    pthread_cond_t posted;
    atomic_int n_asleep;
    struct team_pace paces[2], *pace; /* [is_training]; `pace` is that of this presentation */
    double started, processor_started;
    double patience_s; /* for what slows all a little, in a presentation */
    bool always_shares;
    atomic_bool is_left_to_one;
};

/* Spikes of one step, by the ids of the neurons, ascending. */
struct spikes {
    int32_t n, *id;
};

/* Spikes from one part of a network to all others. A few travel in the cache line of the step. */
struct mail {
    atomic_int step; /* the step they are of; written last */
    int32_t n, id[];
};

void team_init(struct team *team);
void team_free(struct team *team);

/* Has all threads do all presentations from now on, however slow they are: to be measured. */
void team_share_always(struct team *team);

/* Begins a presentation; returns whether all should share it. */
bool team_begins_with_all(struct team *team, bool is_training);

/* Sends the spikes of step t. What a mail held before must have been read by all. */
void team_post(struct team *team, struct mail *mail, const struct spikes *spikes, int32_t t);

/* Returns when the mail of step t is there: waits awake for some microseconds, then asleep, so that
 * the thread it comes from can run. */
void team_await(struct team *team, struct mail *mail, int32_t t);

/* Leaves the presentation to one thread (is_left_to_one) if the n steps of n_steps that are done
 * have taken all too long. To be called by one thread, before it posts. */
void team_judge(struct team *team, int32_t n, int32_t n_steps);

/* Ends a presentation of n_steps and notes how long it took. */
void team_end(struct team *team, bool was_of_all, int32_t n_steps);

#endif
