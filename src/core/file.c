/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths, folders, and what is there. */
#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/scope.h"
#include "core/sha256.h"
#include "core/shared_file.h"
#include "core/status.h"

int file_check_link(const char *path)
{
    struct stat info;
    char to[PATH_MAX];
    const ssize_t n = readlink(path, to, sizeof to - 1);
    if (n < 0 || stat(path, &info) == 0)
        return STATUS_OK;
    to[n] = '\0';
    return status_fail(STATUS_USER, "%s: is a symbolic link to %s, which cannot be reached (%s)",
                       path, to, strerror(errno));
}

const char *file_name_kind(unsigned mode)
{
    return S_ISDIR(mode)    ? "folder"
           : S_ISFIFO(mode) ? "pipe"
           : S_ISSOCK(mode) ? "socket"
                            : "device";
}

/* Makes the folder of this path, whose parent exists, unless it is there. */
static int make_part(const char *part, bool *is_made)
{
    struct stat info;
    *is_made = mkdir(part, 0777) == 0;
    if (*is_made)
        return STATUS_OK;
    const int reason = errno;
    TRY(file_check_link(part));
    if (stat(part, &info) != 0)
        return status_fail(status_of_errno(reason), "%s: the folder cannot be made (%s)", part,
                           strerror(reason));
    return S_ISDIR(info.st_mode)
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: is a file, a folder is needed", part);
}

/* Removes the folders that were made: is_made[i] says whether the first i bytes of the path name
 * one. */
static void remove_parts(char *part, const bool *is_made)
{
    for (size_t i = strlen(part); i > 0; i--)
        if (is_made[i]) {
            part[i] = '\0';
            rmdir(part);
        }
}

int file_make_folder(const char *path)
{
    const size_t n = strlen(path);
    if (strncmp(path, "~/", 2) == 0)
        return status_fail(STATUS_USER,
                           "%s: `~` is no home folder here, only where a word of a shell begins: "
                           "name that in full (or ./%s)",
                           path, path);
    OWNED char *part = strdup(path);
    OWNED bool *is_made = calloc(n + 1, sizeof *is_made);
    int status = part && is_made ? STATUS_OK : status_no_memory("a folder name", n);
    for (size_t i = 1; i <= n && status == STATUS_OK; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        part[i] = '\0';
        status = make_part(part, &is_made[i]);
        part[i] = path[i];
    }
    if (status != STATUS_OK && part && is_made)
        remove_parts(part, is_made);
    return status;
}

char *file_join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

bool file_is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0;
}

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

bool file_exists_in(const char *folder, const char *name)
{
    OWNED char *path = file_join(folder, name);
    return path && file_exists(path);
}

bool file_is_absent(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool file_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The absolute path of a file without symbolic links, `.` and `..`, in new memory (free it). The
 * file need not exist, but its folder must: NULL if it does not. */
static char *file_resolve(const char *path)
{
    char *whole = realpath(path, NULL);
    if (whole)
        return whole;
    const char *slash = strrchr(path, '/');
    OWNED char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    OWNED char *whole_folder = folder ? realpath(folder, NULL) : NULL;
    return whole_folder ? file_join(whole_folder, slash ? slash + 1 : path) : NULL;
}

bool file_is_same(const char *a, const char *b)
{
    struct stat of_a, of_b;
    if (stat(a, &of_a) == 0 && stat(b, &of_b) == 0)
        return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
    OWNED char *whole_a = file_resolve(a);
    OWNED char *whole_b = file_resolve(b);
    return whole_a && whole_b && strcmp(whole_a, whole_b) == 0;
}

bool file_is_within(const char *path, const char *folder)
{
    OWNED char *file = file_resolve(path);
    OWNED char *whole = realpath(folder, NULL);
    const size_t n = whole ? strlen(whole) : 0;
    return file && n > 0 && strncmp(file, whole, n) == 0 && (file[n] == '/' || whole[n - 1] == '/');
}

int file_check_regular(const char *path, const char *needed)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return shared_file_fail_to_open(path);
    if (S_ISREG(info.st_mode))
        return STATUS_OK;
    return status_fail(STATUS_USER, "%s: is a %s, %s is needed", path, file_name_kind(info.st_mode),
                       needed);
}

bool file_is_ignored(const char *name)
{
    static const char *const others[] = {"lost+found",  "Thumbs.db",    "ehthumbs.db",
                                         "desktop.ini", "$RECYCLE.BIN", "System Volume Information",
                                         "@eaDir",      "__MACOSX",     "Icon\r"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(name, others[i]) == 0)
            return true;
    return *name == '.';
}

bool file_folder_is_empty(const char *path)
{
    SCOPED(scope_close_folder) DIR *entries = opendir(path);
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (!file_is_ignored(entry->d_name))
            return false;
    return true;
}

void file_remove(const char *folder, const char *name)
{
    OWNED char *path = file_join(folder, name);
    if (path)
        unlink(path);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void file_remove_folder(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int file_sha256(const char *path, char hex[65])
{
    unsigned char bytes[1 << 16];
    struct sha256 sum;
    ssize_t n = -1;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    sha256_start(&sum);
    while (file >= 0 && (n = read(file, bytes, sizeof bytes)) > 0)
        sha256_add(&sum, bytes, (size_t)n);
    const int why = errno;
    if (file >= 0)
        close(file);
    if (n < 0)
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(why));
    sha256_end(&sum, hex);
    return STATUS_OK;
}
