/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_FLOCK_H
#define SPINET_CORE_FLOCK_H

#include <stdbool.h>

/* Advisory locks on open files and folders (flock(2)), which the kernel releases when the process
 * that holds them ends. */

/* Tries to take the lock, LOCK_SH or LOCK_EX, on what is open. True if another process holds one
 * that excludes it; false if this process holds it now, or the file system has no locks. */
bool flock_is_taken(int descriptor, int kind);

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
