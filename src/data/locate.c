/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the data of a run that was made elsewhere: run from another folder, moved, copied to
 * another machine, packed or unpacked since. A name is believed only if the checksum is right. */
#include "data/locate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/scope.h"
#include "core/status.h"

struct locating {
    const struct file_search *search;
    char *found; /* [SHARED_PATH_MAX] the first candidate that exists; "" if there is none yet */
    bool is_certain; /* `found` has the right checksum, or none is known */
    char tried[700]; /* the candidates so far: "PATH, nor PATH" */
    size_t length;
};

static bool is_given(const char *text)
{
    return text && *text;
}

bool locate_is_same(const char *path, const char *sha256, const char *unpacked_sha256)
{
    char hex[65];
    if (file_sha256(path, hex) != STATUS_OK)
        return false;
    if (strcmp(hex, sha256) == 0)
        return true;
    if (is_given(unpacked_sha256) && strcmp(hex, unpacked_sha256) == 0)
        return true;
    return gzip_sha256(path, hex) == STATUS_OK &&
           strcmp(hex, is_given(unpacked_sha256) ? unpacked_sha256 : sha256) == 0;
}

static bool is_right(const struct file_search *search, const char *path)
{
    return !is_given(search->sha256) || file_is_folder(path) ||
           (file_check_regular(path, "a file") == STATUS_OK &&
            locate_is_same(path, search->sha256, search->unpacked_sha256));
}

static void look_at(struct locating *l, const char *path)
{
    if (l->is_certain || !file_exists(path))
        return;
    l->is_certain = is_right(l->search, path);
    if (l->is_certain || !*l->found)
        snprintf(l->found, SHARED_PATH_MAX, "%s", path);
}

/* Tries the path, and the same with .gz added or taken away. */
static void try_path(struct locating *l, const char *path)
{
    char other[SHARED_PATH_MAX], shared[SHARED_PATH_MAX];
    const size_t n = strlen(path);
    const bool is_packed = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    snprintf(other, sizeof other, "%.*s%s", (int)(is_packed ? n - 3 : n), path,
             is_packed ? "" : ".gz");
    look_at(l, shared_file_find(path, shared));
    look_at(l, shared_file_find(other, shared));
    if (l->length < sizeof l->tried)
        l->length += (size_t)snprintf(l->tried + l->length, sizeof l->tried - l->length, "%s%.230s",
                                      l->length ? ", nor " : "", path);
}

/* Tries the whole path within the folder, then less and less of it: for a/b/c.csv also b/c.csv and
 * c.csv. */
static void try_in_folder(struct locating *l, const char *folder)
{
    for (const char *part = l->search->path; part && !l->is_certain;) {
        part += strspn(part, "/");
        OWNED char *path = strncmp(part, "..", 2) == 0 ? NULL : file_join(folder, part);
        if (path)
            try_path(l, path);
        part = strchr(part, '/');
    }
}

/* Tries all files in the folder, whatever their names, if a checksum is known. */
static void try_all_files(struct locating *l, const char *folder)
{
    SCOPED(scope_close_folder)
    DIR *entries = is_given(l->search->sha256) ? opendir(folder) : NULL;
    for (const struct dirent *entry; entries && !l->is_certain && (entry = readdir(entries));) {
        OWNED char *path = *entry->d_name == '.' ? NULL : file_join(folder, entry->d_name);
        if (path && !file_is_folder(path) && is_right(l->search, path))
            look_at(l, path);
    }
}

int locate_file(const struct file_search *search, const char *whose, char found[SHARED_PATH_MAX])
{
    struct locating l = {.search = search, .found = found};
    *found = '\0';
    if (is_given(search->folder)) {
        if (!file_is_folder(search->folder))
            return status_fail(STATUS_USER, "--data %s: is no folder", search->folder);
        try_in_folder(&l, search->folder);
        if (!l.is_certain)
            try_all_files(&l, search->folder);
    } else {
        try_path(&l, search->path);
        for (int i = 0; i < 2; i++)
            if (is_given(search->places[i]) && !l.is_certain)
                try_path(&l, search->places[i]);
    }
    if (*found)
        return STATUS_OK;
    errno = ENOENT;
    if (!is_given(search->folder) && shared_file_data_set(search->path))
        return shared_file_fail_to_open(search->path);
    return status_fail(STATUS_USER,
                       "%s: the data %s are not there: tried %s: --data DIR names the "
                       "folder that has them",
                       whose, search->path, l.tried);
}
