/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/flock.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>

/* All other errors of flock(2), which differ from one file system to another, mean that it has no
 * locks. */
bool flock_is_taken(int descriptor, int kind)
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
