/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New files and folders, which appear whole or not at all: written under a temporary name, put in
 * place by renaming; and the removal of what killed processes left of them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/scope.h"
#include "core/status.h"

enum { HOST_MAX = 64, TEMPORARY_MAX = 10000 };

static const char temporary_mark[] = ".spinet.tmp";

/* USER or SYSTEM, by errno: "PATH: cannot be written". */
static int refuse_to_write(const char *path)
{
    return status_fail(status_of_errno(errno), "%s: cannot be written (%s)", path, strerror(errno));
}

/* The path to rename the temporary file to, in new memory: renaming it to the name of a symbolic
 * link, a device or a pipe would replace that itself. */
static int find_target(char **target, const char *path)
{
    struct stat info;
    *target = NULL;
    TRY(file_check_link(path));
    const bool is_there = stat(path, &info) == 0;
    if (is_there && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return status_fail(STATUS_USER, "%s: is a %s, expected a new or an ordinary file", path,
                           file_name_kind(info.st_mode));
    const bool is_link = is_there && lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
    *target = is_link ? realpath(path, NULL) : strdup(path);
    return *target ? STATUS_OK : refuse_to_write(path);
}

static void read_host(char host[HOST_MAX + 1])
{
    memset(host, 0, HOST_MAX + 1);
    gethostname(host, HOST_MAX);
}

/* Makes a temporary file or folder in the folder of `target`, under a name that no other has: a
 * killed process of the same number may have left one. The name does not contain the target's own,
 * which may be as long as names can be; it contains the machine's, since two machines may share the
 * folder. Returns a descriptor that keeps it locked, and the path in new memory; -1 and errno if it
 * fails, and NULL. */
static int make_temporary(const char *target, bool is_folder, char **path)
{
    char host[HOST_MAX + 1];
    const char *slash = strrchr(target, '/');
    const size_t size = strlen(target) + HOST_MAX + 64;
    read_host(host);
    *path = malloc(size);
    for (int i = 1; *path && i < TEMPORARY_MAX; i++) {
        snprintf(*path, size, "%.*s.%s-%ld-%d%s", slash ? (int)(slash + 1 - target) : 0, target,
                 host, (long)getpid(), i, temporary_mark);
        const bool is_made = is_folder && mkdir(*path, 0777) == 0;
        int descriptor = -1;
        if (is_made)
            descriptor = open(*path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        else if (!is_folder)
            descriptor = open(*path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 && flock_keep(descriptor, *path))
            return descriptor;
        if (descriptor >= 0)
            close(descriptor); /* another process is about to remove it */
        else if (errno != EEXIST && !(is_made && errno == ENOENT)) /* … or has removed it */
            break;
    }
    const int reason = errno;
    free(*path);
    *path = NULL;
    errno = reason;
    return -1;
}

static int open_standard_output(struct new_file *file)
{
    const int descriptor = dup(STDOUT_FILENO);
    fflush(stdout);
    file->path = strdup("standard output");
    file->stream = descriptor >= 0 && file->path ? fdopen(descriptor, "wb") : NULL;
    return file->stream ? STATUS_OK
                        : status_fail(STATUS_SYSTEM, "standard output cannot be written (%s)",
                                      strerror(errno));
}

static int begin(struct new_file *file, const char *path)
{
    if (file_is_standard_output(path))
        return open_standard_output(file);
    TRY(find_target(&file->target, path));
    file->path = strdup(path);
    const int descriptor =
        file->path ? make_temporary(file->target, false, &file->temporary_path) : -1;
    file->stream = descriptor < 0 ? NULL : fdopen(descriptor, "w+b");
    if (file->stream)
        return STATUS_OK;
    const int status = refuse_to_write(path);
    if (descriptor >= 0)
        close(descriptor);
    return status;
}

int file_create(struct new_file *file, const char *path)
{
    *file = (struct new_file){0};
    RETURN_OR_FREE(begin(file, path), file_abandon, file);
}

int file_create_in(struct new_file *file, const char *folder, const char *name)
{
    *file = (struct new_file){0};
    OWNED char *path = file_join(folder, name);
    return path ? file_create(file, path) : status_no_memory("a file name", strlen(folder));
}

/* The errno of a stream on which an earlier write failed, which has kept none: writing one more
 * byte fails for the same reason. */
static int ask_again(FILE *stream)
{
    errno = 0;
    return write(fileno(stream), "", 1) < 0 ? errno : EIO;
}

/* fsync(2), which some file systems do not support: that counts as done. */
static bool sync_file(int descriptor)
{
    return fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

int file_finish(struct new_file *file)
{
    errno = 0;
    if (!file->stream || (fflush(file->stream) == 0 && !ferror(file->stream) &&
                          (!file->target || sync_file(fileno(file->stream)))))
        return STATUS_OK;
    const int reason = errno ? errno : ask_again(file->stream);
    status_fail(STATUS_SYSTEM, "%s: not written (%s)", file->path, strerror(reason));
    file_abandon(file);
    return STATUS_SYSTEM;
}

bool file_rename(const char *from, const char *to)
{
    struct stat before, after;
    const bool was_there = stat(from, &before) == 0;
    if (rename(from, to) == 0)
        return true;
    const int reason = errno;
    const bool is_done = reason == ENOENT && was_there && stat(to, &after) == 0 &&
                         before.st_dev == after.st_dev && before.st_ino == after.st_ino;
    errno = reason;
    return is_done;
}

int file_commit(struct new_file *file)
{
    int status = STATUS_OK;
    TRY(file_finish(file));
    if (!file->target || file_rename(file->temporary_path, file->target)) {
        free(file->temporary_path);
        file->temporary_path = NULL; /* nothing is left to be removed */
    } else {
        status = status_of_errno(errno);
        status_fail(status, "%s: cannot be put in place (%s)", file->path, strerror(errno));
    }
    file_abandon(file);
    return status;
}

int file_commit_all(struct new_file *files, int n)
{
    int status = STATUS_OK;
    for (int i = 0; i < n && status == STATUS_OK; i++)
        status = file_finish(&files[i]);
    for (int i = 0; i < n && status == STATUS_OK; i++)
        status = file_commit(&files[i]);
    for (int i = 0; i < n; i++)
        file_abandon(&files[i]);
    return status;
}

void file_sync_folder(const char *folder)
{
    SCOPED(scope_close_descriptor)
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0)
        fsync(descriptor);
}

void file_abandon(struct new_file *file)
{
    if (file->temporary_path)
        unlink(file->temporary_path);
    if (file->stream)
        fclose(file->stream);
    free(file->path);
    free(file->target);
    free(file->temporary_path);
    *file = (struct new_file){0};
}

/* ---- what killed processes left ---- */

bool file_is_temporary(const char *name)
{
    const size_t n = strlen(name), n_mark = strlen(temporary_mark);
    return *name == '.' && n > n_mark && strcmp(name + n - n_mark, temporary_mark) == 0;
}

int file_make_folder_beside(const char *target, char **path, int *lock)
{
    *lock = make_temporary(target, true, path);
    return *lock >= 0
               ? STATUS_OK
               : status_fail(status_of_errno(errno), "%s: no folder can be made beside it (%s)",
                             target, strerror(errno));
}

/* Whether a temporary name, .HOST-PID-N.spinet.tmp, is one of this machine. */
static bool is_of_this_host(const char *name)
{
    char host[HOST_MAX + 1];
    read_host(host);
    const char *at = name + 1 + strlen(host);
    return strncmp(name + 1, host, strlen(host)) == 0 &&
           strcmp(at + strspn(at, "-0123456789"), temporary_mark) == 0;
}

/* Opens a temporary file or folder that no process is writing any more and returns its descriptor,
 * else -1. The descriptor is locked, so that a process that has just made it, but not yet locked
 * it, chooses another. (A process that writes holds a lock, which the kernel releases at its end,
 * in whatever container it ran. Network file systems show locks on files to all machines, but those
 * on folders to one machine only.) */
static int hold_left_behind(const char *folder, const char *name)
{
    enum { WEEK_S = 7 * 24 * 3600 };
    struct stat info;
    OWNED char *path = file_join(folder, name);
    const int file = path ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (file < 0)
        return -1;
    const enum flock_use use = flock_ask(file);
    /* it may have been renamed into its place meanwhile, and another file have its name */
    if (fstat(file, &info) == 0 && flock_is_there(file, path) &&
        ((use == FLOCK_UNUSED && (!S_ISDIR(info.st_mode) || is_of_this_host(name))) ||
         (use != FLOCK_IN_USE && time(NULL) - info.st_mtime > WEEK_S)))
        return file;
    close(file);
    return -1;
}

void file_remove_temporary(const char *folder)
{
    SCOPED(scope_close_folder) DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        if (!file_is_temporary(entry->d_name))
            continue;
        OWNED char *path = file_join(folder, entry->d_name);
        SCOPED(scope_close_descriptor) int held = hold_left_behind(folder, entry->d_name);
        if (held >= 0 && path)
            file_remove_folder(path); /* or a file */
    }
}

int file_make_folder_for_now(char path[4096], const char *command)
{
    const char *const places[] = {getenv("TMPDIR"), "/tmp", "/var/tmp", "."};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i] || !*places[i])
            continue;
        snprintf(path, 4096, "%s/spinet-%s.XXXXXX", places[i], command);
        if (mkdtemp(path))
            return STATUS_OK;
    }
    return status_fail(STATUS_USER,
                       "%s: no folder can be made in /tmp, nor here (%s): set TMPDIR to one that "
                       "can be written",
                       command, strerror(errno));
}
