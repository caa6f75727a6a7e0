/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come with spinet, found from wherever it is called. Nothing is compiled in: they are
 * sought from the place of the program, so that an installed tree may be moved. */
#include "core/shared_file.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/status.h"
#include "core/suggest.h"

/* Folders of shared files relative to that of the program or library: installed (a distribution's
 * library lies one folder deeper), built in build/ or build/asan/, or built elsewhere. */
static const char *const places[] = {"../share/spinet", "../../share/spinet", "..", "../..",
                                     "sources"};

/* The file that this code was loaded from: a shared library, or the program. */
static bool find_self(char path[SHARED_PATH_MAX])
{
    Dl_info info;
    const bool is_known = dladdr(places, &info) && info.dli_fname;
    if (is_known && strstr(info.dli_fname, ".so") && realpath(info.dli_fname, path))
        return true;
    const ssize_t n = readlink("/proc/self/exe", path, SHARED_PATH_MAX - 1);
    path[n > 0 ? n : 0] = '\0';
    return n > 0;
}

const char *shared_file_own(const char *path, char found[SHARED_PATH_MAX])
{
    char program[SHARED_PATH_MAX];
    if (!find_self(program))
        return NULL;
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char there[3 * SHARED_PATH_MAX];
        snprintf(there, sizeof there, "%s/%s/%s", program, places[i], path);
        if (realpath(there, found)) /* at most PATH_MAX */
            return found;
    }
    return NULL;
}

const char *shared_file_find(const char *path, char found[SHARED_PATH_MAX])
{
    const bool is_shared = strncmp(path, "experiments/", strlen("experiments/")) == 0 ||
                           strncmp(path, "datasets/", strlen("datasets/")) == 0;
    const char *own = is_shared && access(path, F_OK) != 0 ? shared_file_own(path, found) : NULL;
    return own ? own : path;
}

const char *shared_file_data_set(const char *path)
{
    static const char *const names[] = {"mnist", "fashion-mnist"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char folder[64];
        snprintf(folder, sizeof folder, "datasets/%s/", names[i]);
        if (strstr(path, folder))
            return names[i];
    }
    return NULL;
}

int shared_file_fail_to_open(const char *path)
{
    const int why = errno;
    char found[SHARED_PATH_MAX];
    struct suggestion near = suggest_for(path);
    if (why != ENOENT)
        return status_fail(STATUS_USER, "%s: cannot be opened (%s)", path, strerror(why));
    if (strncmp(path, "~/", 2) == 0)
        return status_fail(STATUS_USER,
                           "%s: `~` is no home folder here, only where a word of a shell begins: "
                           "name that in full",
                           path);
    const char *data_set = shared_file_data_set(path);
    if (data_set)
        return status_fail(STATUS_USER, "%s: is not there; `%.200s %s` fetches it", path,
                           shared_file_find("datasets/fetch.sh", found), data_set);
    suggest_offer_files(&near, NULL);
    if (strncmp(path, "experiments/", strlen("experiments/")) != 0)
        return status_fail(STATUS_USER, "%s: cannot be opened (%s)%s", path, strerror(why),
                           suggest_ending(&near));
    const char *folder = shared_file_find("experiments/", found);
    suggest_offer_files(&near, folder);
    return status_fail(STATUS_USER,
                       "%s: is not there; `ls %.200s` lists those that come with spinet%s", path,
                       folder, suggest_ending(&near));
}

int shared_file_no_folder(const char *path)
{
    struct suggestion near = suggest_for(path);
    suggest_offer_files(&near, NULL);
    return status_fail(STATUS_USER, "%s: no such folder%s", path, suggest_ending(&near));
}
