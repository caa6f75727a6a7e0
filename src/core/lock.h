/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_LOCK_H
#define SPINET_CORE_LOCK_H

/* Locks on folders, which keep two processes from doing the same work at the same time. The kernel
 * drops them with the process that holds them, however that ends. Nothing is damaged where there
 * are none: finished files are put in place by renaming, and the same work has the same result. */

/* Makes the folder if it is not there, and keeps every other process out that asks for it by this,
 * until lock_leave_folder(*lock) or the end of the process; *lock is -1 if it fails. USER if
 * another is at work in it. What was looked up in the folder before has to be looked up again.
 * Where the file system has no locks, none is kept out. */
int lock_folder(const char *folder, int *lock);

/* The same, but keeps out only those who ask by lock_folder. */
int lock_folder_together(const char *folder, int *lock);

/* Gives it back; -1 is none. */
void lock_leave_folder(int lock);

/* The same at the end of a block: SCOPED(lock_leave) int lock = -1; */
static inline void lock_leave(int *lock)
{
    lock_leave_folder(*lock);
}

#endif
