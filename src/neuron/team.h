/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_TEAM_H
#define SPINET_NEURON_TEAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The threads that share a presentation. Twice in each simulated millisecond they need each other's
 * spikes. So if other work on the machine delays one thread, all wait; and in a small network
 * exchanging spikes takes longer than computing them. Then one thread alone is faster. Which way is
 * faster is measured. No result depends on which thread computes what. */

/* Measured times of presentations: one structure for training, one for tests, which are faster.
 * There are two ways to present: 0, by one thread; 1, shared by all threads. */
struct team_pace {
    double seconds[2];    /* of a presentation, by way; 0: not measured yet */
    bool is_too_short;    /* steps are so short that way 1 cannot be faster */
    bool has_shared;      /* way 1 was used once; the first time is not measured */
    int slower;           /* the slower way */
    int32_t n_lost;       /* how often in a row the slower way was tried and was slower again */
    double until_trial_s; /* seconds of presentations until the slower way is tried again */
};

struct team {
    pthread_mutex_t mutex; /* of `posted`, for threads that wait asleep */
    pthread_cond_t posted;
    atomic_int n_asleep;
    int32_t n_looks;                  /* of a thread that waits awake, before it sleeps */
    struct team_pace paces[2], *pace; /* [is_training]; `pace`: that of the present presentation */
    double started, processor_started;
    double patience_s; /* seconds that way 1 may take longer than expected */
    bool always_shares;
    atomic_bool is_left_to_one;
};

/* The ids of the neurons that spiked in one step, ascending. */
struct spikes {
    int32_t n, *id;
};

/* The spikes of one part of a network in one step, for all other parts to read. If there are few,
 * they are in the same cache line as `step`. */
struct mail {
    atomic_int step; /* number of the step; written last */
    int32_t n, id[];
};

void team_init(struct team *team);
void team_free(struct team *team);

/* From now on all threads share every presentation, however slow that is. (For benchmarks.) */
void team_share_always(struct team *team);

/* Begins a presentation; returns whether all threads should share it. */
bool team_begins_with_all(struct team *team, bool is_training);

/* Sends the spikes of step t. All parts must have read what the mail held before. */
void team_post(struct team *team, struct mail *mail, const struct spikes *spikes, int32_t t);

/* Returns when the mail of step t is there: waits awake for some microseconds, then asleep, so that
 * the thread it comes from can run. */
void team_await(struct team *team, struct mail *mail, int32_t t);

/* Sets is_left_to_one, so that one thread goes on alone, if the first n of n_steps steps took all
 * threads together too long. To be called by one thread, before it posts. */
void team_judge(struct team *team, int32_t n, int32_t n_steps);

/* Ends a presentation of n_steps, shared by all threads or not, and notes how long it took. */
void team_end(struct team *team, bool was_of_all, int32_t n_steps);

#endif
