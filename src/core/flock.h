/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_FLOCK_H
#define SPINET_CORE_FLOCK_H

#include <stdbool.h>

/* Locks on what is open, of the kind that the kernel drops with the process. */

/* Whether another process holds a lock that excludes this one, LOCK_SH or LOCK_EX; else it is held
 * now, if the file system has locks. */
bool flock_is_taken(int descriptor, int kind);

/* Is what is open what the path names? */
bool flock_is_there(int descriptor, const char *path);

/* Locks what has just been made and opened, so that flock_ask finds it in use; false if another has
 * removed it, or is about to. */
bool flock_keep(int descriptor, const char *path);

/* Whether what is opened is locked by another; FLOCK_UNUSED: it was not, and is locked now, so that
 * nobody else takes it for unused; FLOCK_UNKNOWN: the file system has no locks. */
enum flock_use { FLOCK_UNUSED, FLOCK_IN_USE, FLOCK_UNKNOWN };
enum flock_use flock_ask(int descriptor);

#endif
