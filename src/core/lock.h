/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_LOCK_H
#define SPINET_CORE_LOCK_H

#include <pthread.h>
#include <stdbool.h>

/* A lock that is a folder, FOLDER/NAME, with a file `owner` in it that says who holds it. It is
 * made beside, signed, and renamed to its name, which all shared file systems do for one process
 * only as long as a folder with something in it has the name. A thread touches
 * `owner` every LOCK_BEAT_S seconds, so that others can see that the holder is alive. */
enum { LOCK_BEAT_S = 10, LOCK_PATIENCE_S = 60, LOCK_OWNER_MAX = 768 };

struct lock {
    char *path; /* NULL: not held */
    char owner[LOCK_OWNER_MAX];
    int file; /* `owner`, open */
    pthread_t beating;
    pthread_mutex_t mutex;
    pthread_cond_t ends;
    bool is_beating, is_ending;
};

/* Takes FOLDER/NAME (FOLDER is made if needed), until lock_release or the end of the process. A
 * holder that is gone is told by its process where it ran on this machine (and in this container),
 * by Slurm's restart count where it was the same job, and else by `patience_s` seconds without a
 * touch, which it waits for. USER if the holder is alive: "`what` is at work already: …". */
int lock_take(struct lock *lock, const char *folder, const char *name, const char *what,
              double patience_s);

/* USER if a lock in `folder` whose name does not begin with `prefix` has a living holder: "another
 * sweep is at work …"; those of gone ones are removed. Two that take their own locks first and then
 * ask this may both be refused, but never both go on. */
int lock_refuse_others(const char *folder, const char *prefix, double patience_s);

/* Gives it back. Safe on a zeroed or released lock. */
void lock_release(struct lock *lock);

/* Makes the folder if it is not there, and keeps every other process out that asks for it by this,
 * until lock_leave_folder(*lock) or the end of the process; *lock is -1 if it fails. USER if
 * another is at work in it. What was looked up in the folder before has to be looked up again.
 * Where the file system has no such locks, none is kept out. */
int lock_folder(const char *folder, int *lock);
void lock_leave_folder(int lock);

#endif
