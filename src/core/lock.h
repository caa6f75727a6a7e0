/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_LOCK_H
#define SPINET_CORE_LOCK_H

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

#endif
