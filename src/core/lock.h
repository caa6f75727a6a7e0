/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_LOCK_H
#define SPINET_CORE_LOCK_H

#include <stdbool.h>

/* Locks on folders, so that two processes do not do the same work at the same time. The kernel
 * releases them when the process ends, however it ends. Where a file system has no locks nothing is
 * damaged: finished files are put in place by renaming, and the same work has the same result. */

/* Makes the folder if it does not exist and locks it against every other process that calls
 * lock_folder or lock_folder_together, until lock_leave_folder(*lock) or the end of this process.
 * *lock is -1 if it fails. USER if another process holds it. What the caller has looked up in the
 * folder before may have changed: look again. Where the file system has no locks it succeeds and
 * locks nobody out. */
int lock_folder(const char *folder, int *lock);

/* Does what lock_folder does, but lets other processes in that call lock_folder_together, too. */
int lock_folder_together(const char *folder, int *lock);

/* Releases a lock; does nothing for -1. */
void lock_leave_folder(int lock);

/* Releases the lock at the end of a block: SCOPED(lock_leave) int lock = -1; */
static inline void lock_leave(int *lock)
{
    lock_leave_folder(*lock);
}

/* ---- what they are made of ---- */

/* Advisory locks on open files and folders (flock(2)), which the kernel releases when the process
 * that holds them ends. */

/* Whether the path still names the file or folder that is open as this descriptor. */
bool flock_is_there(int descriptor, const char *path);

/* Locks a file or folder that this process has just made and opened, so that flock_ask of another
 * process finds it in use. False if another process has removed it meanwhile, or is about to. */
bool flock_keep(int descriptor, const char *path);

/* Asks whether another process uses (has locked) what is open. FLOCK_IN_USE: yes. FLOCK_UNUSED: no,
 * and this process has locked it now, so that no other takes it for unused. FLOCK_UNKNOWN: the file
 * system has no locks. */
enum flock_use { FLOCK_UNUSED, FLOCK_IN_USE, FLOCK_UNKNOWN };
enum flock_use flock_ask(int descriptor);

#endif
