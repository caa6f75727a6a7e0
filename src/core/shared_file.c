/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come with spinet, found from wherever it is called. Nothing is compiled in: they are
 * sought from the place of the program, so that an installed tree may be moved. */
#include "core/shared_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/status.h"

const char *shared_file_find(const char *path, char found[SHARED_PATH_MAX])
{
    /* from the program's folder: installed, in build/, in build/asan/ */
    static const char *const places[] = {"../share/spinet", "..", "../.."};
    char program[SHARED_PATH_MAX];
    const char *const folders[] = {"experiments/", "datasets/"};
    if (strncmp(path, folders[0], strlen(folders[0])) != 0 &&
        strncmp(path, folders[1], strlen(folders[1])) != 0)
        return path;
    if (access(path, F_OK) == 0)
        return path;
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return path;
    program[n] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char there[3 * SHARED_PATH_MAX];
        snprintf(there, sizeof there, "%s/%s/%s", program, places[i], path);
        if (realpath(there, found)) /* at most PATH_MAX */
            return found;
    }
    return path;
}

int shared_file_fail_to_open(const char *path)
{
    const int why = errno;
    char found[SHARED_PATH_MAX], script[SHARED_PATH_MAX];
    if (why == ENOENT &&
        (strstr(path, "datasets/mnist/") || strstr(path, "datasets/fashion-mnist/")))
        return status_fail(STATUS_USER, "%s: is not there; `%.200s %s` fetches it", path,
                           shared_file_find("datasets/fetch.sh", script),
                           strstr(path, "datasets/mnist/") ? "mnist" : "fashion-mnist");
    if (why == ENOENT && strncmp(path, "experiments/", strlen("experiments/")) == 0)
        return status_fail(STATUS_USER,
                           "%s: is not there; `ls %.200s` lists those that come with spinet", path,
                           shared_file_find("experiments/", found));
    return status_fail(STATUS_USER, "%s: cannot be opened (%s)", path, strerror(why));
}
