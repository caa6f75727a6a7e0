/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come with spinet, found from wherever it is called. Nothing is compiled in: they are
 * sought from the place of the program, so that an installed tree may be moved. */
#include "core/shared_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
        const int length = snprintf(found, SHARED_PATH_MAX, "%s/%s/%s", program, places[i], path);
        if (length < SHARED_PATH_MAX && access(found, F_OK) == 0)
            return found;
    }
    return path;
}
