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
    if (*target)
        return STATUS_OK;
    return errno == ENOMEM ? status_no_memory("a file name", strlen(path))
                           : status_fail(status_of_errno(errno), "%s: cannot be written (%s)", path,
                                         strerror(errno));
}

static void read_host(char host[HOST_MAX + 1])
{
    memset(host, 0, HOST_MAX + 1);
    gethostname(host, HOST_MAX);
}

/* Writes the n-th temporary name of this process in the folder of `target`. It does not contain the
 * file's own name, which may be as long as names can be; it contains the machine's, since two
 * machines may share the folder. */
static void name_temporary(const char *target, int n, char *path, size_t size)
{
    char host[HOST_MAX + 1];
    const char *slash = strrchr(target, '/');
    read_host(host);
    snprintf(path, size, "%.*s.%s-%ld-%d%s", slash ? (int)(slash + 1 - target) : 0, target, host,
             (long)getpid(), n, temporary_mark);
}

/* Makes a temporary file or folder whose name no other has: a killed process of the same number may
 * have left one. Returns a descriptor that keeps it locked, or -1 and errno. */
static int make_temporary(const char *target, bool is_folder, char *path, size_t size)
{
    for (int i = 1; i < TEMPORARY_MAX; i++) {
        name_temporary(target, i, path, size);
        const bool is_made = !is_folder || mkdir(path, 0777) == 0;
        const int descriptor = !is_made ? -1
                                        : open(path,
                                               is_folder ? O_RDONLY | O_DIRECTORY | O_CLOEXEC
                                                         : O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                                               0666);
        if (descriptor >= 0 && flock_keep(descriptor, path))
            return descriptor;
        if (descriptor >= 0)
            close(descriptor); /* another process removes it */
        else if (errno != EEXIST && !(is_folder && is_made))
            return -1;
    }
    return -1;
}

/* Opens a temporary file. *lock is a second descriptor of it, which keeps it locked. */
static FILE *open_temporary(const char *target, char *path, size_t size, int *lock)
{
    const int descriptor = make_temporary(target, false, path, size);
    *lock = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    FILE *stream = *lock < 0 ? NULL : fdopen(descriptor, "w+b");
    if (!stream && descriptor >= 0) {
        const int reason = errno;
        if (*lock >= 0)
            close(*lock);
        close(descriptor);
        unlink(path);
        errno = reason;
    }
    return stream;
}

static void free_names(struct new_file *file)
{
    if (file->temporary_path && file->lock >= 0)
        close(file->lock);
    free(file->path);
    free(file->target);
    free(file->temporary_path);
    *file = (struct new_file){0};
}

static int open_standard_output(struct new_file *file)
{
    const int descriptor = dup(STDOUT_FILENO);
    fflush(stdout);
    file->path = strdup("standard output");
    file->stream = descriptor >= 0 && file->path ? fdopen(descriptor, "wb") : NULL;
    if (file->stream)
        return STATUS_OK;
    free_names(file);
    return status_fail(STATUS_SYSTEM, "standard output cannot be written (%s)", strerror(errno));
}

static int begin(struct new_file *file, const char *path)
{
    TRY(find_target(&file->target, path));
    const size_t size = strlen(file->target) + HOST_MAX + 64;
    file->lock = -1;
    file->path = strdup(path);
    file->temporary_path = malloc(size);
    if (!file->path || !file->temporary_path)
        return status_no_memory("a file name", size);
    file->stream = open_temporary(file->target, file->temporary_path, size, &file->lock);
    return file->stream ? STATUS_OK
                        : status_fail(status_of_errno(errno), "%s: cannot be written (%s)", path,
                                      strerror(errno));
}

int file_create(struct new_file *file, const char *path)
{
    *file = (struct new_file){0};
    if (file_is_standard_output(path))
        return open_standard_output(file);
    RETURN_OR_FREE(begin(file, path), free_names, file);
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
    if (!file->stream)
        return STATUS_OK;
    errno = 0;
    bool written = fflush(file->stream) == 0 && !ferror(file->stream);
    written = written && (!file->target || sync_file(fileno(file->stream)));
    int reason = errno;
    if (!written && reason == 0)
        reason = ask_again(file->stream);
    if (fclose(file->stream) != 0 && written) {
        written = false;
        reason = errno;
    }
    file->stream = NULL;
    if (!written) {
        status_fail(STATUS_SYSTEM, "%s: not written (%s)", file->path, strerror(reason));
        file_abandon(file);
        return STATUS_SYSTEM;
    }
    return STATUS_OK;
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
    TRY(file_finish(file));
    if (file->target && !file_rename(file->temporary_path, file->target)) {
        const int status = status_of_errno(errno);
        status_fail(status, "%s: cannot be put in place (%s)", file->path, strerror(errno));
        file_abandon(file);
        return status;
    }
    free_names(file);
    return STATUS_OK;
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
    if (file->stream)
        fclose(file->stream);
    if (file->temporary_path)
        unlink(file->temporary_path);
    free_names(file);
}

/* ---- what killed processes left ---- */

/* The place of "-PID-N.spinet.tmp" in a temporary name (.HOST-PID-N.spinet.tmp, or with a file's
 * name before it, as older versions wrote them); NULL in any other name. */
static const char *find_process(const char *name)
{
    const size_t n = strlen(name), n_mark = sizeof temporary_mark - 1;
    if (n <= n_mark || strcmp(name + n - n_mark, temporary_mark) != 0)
        return NULL;
    const char *at = name + n - n_mark;
    for (int number = 0; number < 2; number++) {
        const char *end = at;
        while (at > name && at[-1] >= '0' && at[-1] <= '9')
            at--;
        if (at == end || at == name || *--at != '-')
            return NULL;
    }
    return memchr(name, '.', (size_t)(at - name)) ? at : NULL;
}

bool file_is_temporary(const char *name)
{
    return find_process(name) != NULL;
}

int file_make_folder_beside(const char *target, char **path, int *lock)
{
    const size_t size = strlen(target) + HOST_MAX + 64;
    *path = NULL;
    *lock = -1;
    OWN_NEW(char, made, size, "a folder name");
    *lock = make_temporary(target, true, made, size);
    if (*lock < 0)
        return status_fail(status_of_errno(errno), "%s: no folder can be made beside it (%s)",
                           target, strerror(errno));
    *path = scope_take(made);
    return STATUS_OK;
}

/* Whether a temporary name is one of this machine. */
static bool is_of_this_host(const char *name)
{
    char host[HOST_MAX + 1];
    read_host(host);
    const size_t n = strlen(host);
    const char *at = find_process(name);
    return (size_t)(at - name) > n && at[-1 - (ptrdiff_t)n] == '.' && strncmp(at - n, host, n) == 0;
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

void file_remove_temporary_beside(const char *path)
{
    OWNED char *file = file_resolve(path);
    char *slash = file ? strrchr(file, '/') : NULL;
    if (slash) {
        slash[slash == file] = '\0'; /* for "/NAME" the slash itself stays */
        file_remove_temporary(file);
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
