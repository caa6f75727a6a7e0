/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"

/* Tries to take the lock, LOCK_SH or LOCK_EX, on what is open. True if another process holds one
 * that excludes it; false if this process holds it now, or the file system has no locks: that is
 * what all other errors of flock(2) mean, which differ from one file system to another. */
static bool flock_is_taken(int descriptor, int kind)
{
    while (flock(descriptor, kind | LOCK_NB) != 0)
        if (errno != EINTR)
            return errno == EWOULDBLOCK;
    return false;
}

bool flock_is_there(int descriptor, const char *path)
{
    struct stat opened, there;
    return fstat(descriptor, &opened) == 0 && stat(path, &there) == 0 &&
           opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

bool flock_keep(int descriptor, const char *path)
{
    return !flock_is_taken(descriptor, LOCK_EX) && flock_is_there(descriptor, path);
}

enum flock_use flock_ask(int descriptor)
{
    errno = 0;
    return flock_is_taken(descriptor, LOCK_EX) ? FLOCK_IN_USE
           : errno == 0                        ? FLOCK_UNUSED
                                               : FLOCK_UNKNOWN;
}

/* Tries again if another process removes the folder between its making and its opening. */
static int take(const char *folder, int kind, int *lock)
{
    enum { TRIES = 16 };
    for (int i = 0; i < TRIES; i++) {
        TRY(file_is_folder(folder) ? STATUS_OK : file_make_folder(folder));
        *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (*lock < 0 && errno != ENOENT)
            return status_fail(status_of_errno(errno), "%s: cannot be locked (%s)", folder,
                               strerror(errno));
        if (*lock >= 0 && flock_is_taken(*lock, kind))
            break;
        if (*lock >= 0 && flock_is_there(*lock, folder))
            return STATUS_OK;
        lock_leave_folder(*lock);
        *lock = -1;
    }
    lock_leave_folder(*lock);
    *lock = -1;
    return status_fail(STATUS_USER, "%s: another spinet is at work in it: wait for it, or end it",
                       folder);
}

static int take_or_undo(const char *folder, int kind, int *lock)
{
    const bool was_there = file_is_folder(folder);
    *lock = -1;
    const int status = take(folder, kind, lock);
    if (status == STATUS_SYSTEM && !was_there) /* after USER it may be another process's */
        rmdir(folder);
    return status;
}

int lock_folder(const char *folder, int *lock)
{
    return take_or_undo(folder, LOCK_EX, lock);
}

int lock_folder_together(const char *folder, int *lock)
{
    return take_or_undo(folder, LOCK_SH, lock);
}

void lock_leave_folder(int lock)
{
    if (lock >= 0)
        close(lock);
}
