/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the data of a run that was made elsewhere: run from another folder, moved, or copied to
 * another machine. */
#include "data/locate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"

struct locating {
    const char *sha256; /* the file's, "" if it is not known */
    char *found;        /* [SHARED_PATH_MAX] "" if none of the candidates so far exists */
    char tried[700];    /* these candidates: "PATH, then PATH" */
};

static bool has_checksum(const char *path, const char *sha256)
{
    char hex[65];
    return *sha256 && file_check_regular(path, "a file") == STATUS_OK &&
           file_sha256(path, hex) == STATUS_OK && strcmp(hex, sha256) == 0;
}

static void try_path(struct locating *l, const char *path)
{
    text_append(l->tried, sizeof l->tried, "%s%.230s", *l->tried ? ", then " : "", path);
    if (file_exists(path) &&
        (!*l->found || (!file_is_same(path, l->found) && has_checksum(path, l->sha256))))
        snprintf(l->found, SHARED_PATH_MAX, "%s", path);
}

/* Tries the whole path within the folder, then less and less of it: for a/b/c.csv also b/c.csv and
 * c.csv. */
static void try_in_folder(struct locating *l, const char *folder, const char *path)
{
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += strspn(part, "/");
        OWNED char *within = strncmp(part, "..", 2) == 0 ? NULL : file_join(folder, part);
        if (within)
            try_path(l, within);
    }
}

/* Tries where the manifest in the folder says that the file was. */
static void try_known(struct locating *l, const struct data_file *known, const char *run_folder)
{
    char real[SHARED_PATH_MAX]; /* since ".." after a symbolic link leads out of its target */
    const char *folder = realpath(run_folder, real) ? real : run_folder;
    OWNED char *beside = *known->from_run ? file_join(folder, known->from_run) : NULL;
    if (*known->path)
        try_path(l, known->path);
    if (beside)
        try_path(l, beside);
}

int locate_file(const char *path, const struct data_places *places, const struct data_file *known,
                char found[SHARED_PATH_MAX])
{
    struct locating l = {.sha256 = known ? known->sha256 : "", .found = found};
    char shared[SHARED_PATH_MAX];
    const char *here = shared_file_find(path, shared);
    snprintf(found, SHARED_PATH_MAX, "%s", known || places->folder ? "" : here);
    if (*found) /* if it is not there, what reads it says so */
        return STATUS_OK;
    if (places->folder && !file_is_folder(places->folder))
        return status_fail(STATUS_USER, "--data %s: is no folder", places->folder);
    if (places->folder)
        try_in_folder(&l, places->folder, path);
    else
        try_path(&l, here);
    if (known && !places->folder)
        try_known(&l, known, places->run_folder);
    if (*found)
        return STATUS_OK;
    errno = ENOENT;
    if (!places->folder && shared_file_data_set(path))
        return shared_file_fail_to_open(path);
    return status_fail(STATUS_USER,
                       "%s: the data %s are not there: tried %s: --data DIR names the "
                       "folder that has them",
                       known ? places->run_folder : "--data", path, l.tried);
}
