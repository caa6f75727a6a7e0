/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/dataset.h"
#include "store/checkpoint.h"
#include "store/spike_record.h"

bool run_is_finished(const char *folder)
{
    return file_exists_in(folder, "DONE");
}

int run_check_finished(const char *folder)
{
    return run_is_finished(folder)
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "%s: the run is not finished (no DONE in it): `spinet train --resume` "
                             "goes on with it",
                             folder);
}

/* Refuses to replace a run whose network is the one to go on learning. */
static int check_network(const struct run_request *request)
{
    const char *network = request->parameters->data.network;
    OWN_PATH(own, request->folder, images_is_csv(network) ? "network.csv" : "network.h5");
    return *network && file_is_same(own, network)
               ? status_fail(STATUS_USER,
                             "%s: would be replaced, and is data.network, which is read: name "
                             "another folder",
                             network)
               : STATUS_OK;
}

int run_folder_check(const struct run_request *request)
{
    const char *folder = request->folder;
    if (!file_is_folder(folder))
        return file_exists(folder)
                   ? status_fail(STATUS_USER, "%s: is a file, a folder is needed", folder)
                   : STATUS_OK;
    if (request->resume && access(folder, W_OK) != 0)
        return status_fail(STATUS_USER, "%s: cannot be written (%s)", folder, strerror(errno));
    if (access(folder, R_OK | X_OK) != 0)
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", folder, strerror(errno));
    if (request->resume && run_is_finished(folder))
        return status_fail(STATUS_USER, "%s: is finished, there is nothing to go on with", folder);
    if (request->resume || file_folder_is_empty(folder))
        return STATUS_OK;
    if (!file_exists_in(folder, "manifest.json"))
        return status_fail(
            STATUS_USER, "%s: holds something else than a run: name a new or empty folder", folder);
    if (request->overwrite)
        return check_network(request);
    if (run_is_finished(folder))
        return status_fail(STATUS_USER,
                           "%s: holds a run already: name another folder, or say --overwrite",
                           folder);
    return status_fail(STATUS_USER,
                       "%s: holds an unfinished run: go on with it by --resume %s, name another "
                       "folder, or say --overwrite",
                       folder, folder);
}

void run_folder_clear(const char *folder)
{
    file_remove(folder, "DONE");
    for (int i = 0; run_file_at(i).name; i++)
        file_remove(folder, run_file_at(i).name);
    checkpoint_remove_all(folder);
    spike_record_remove(folder);
    file_remove_temporary(folder);
}

int run_folder_enter(const struct run_request *request, int *lock)
{
    TRY(lock_folder(request->folder, lock));
    return run_folder_check(request);
}

static int move_file(const char *from, const char *to, const char *name)
{
    OWN_PATH(old, from, name);
    OWN_PATH(new, to, name);
    return file_rename(old, new)
               ? STATUS_OK
               : status_fail(status_of_errno(errno), "%s: cannot be put in place (%s)", new,
                             strerror(errno));
}

/* Moves all files, DONE last, so that the run does not count as finished before it is whole. */
static int move_files(const char *from, const char *to)
{
    SCOPED(scope_close_folder) DIR *entries = opendir(from);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (*entry->d_name != '.' && strcmp(entry->d_name, "DONE") != 0)
            TRY(move_file(from, to, entry->d_name));
    return move_file(from, to, "DONE");
}

int run_folder_replace(const char *from, const char *folder)
{
    SCOPED(lock_leave) int lock = -1;
    TRY(lock_folder(folder, &lock));
    if (run_is_finished(folder))
        return STATUS_OK;
    run_folder_clear(folder);
    return move_files(from, folder);
}
