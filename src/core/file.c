/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole or absent, text line by line, checksums. */
#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "core/flock.h"
#include "core/gzip.h"
#include "core/shared_file.h"
#include "core/status.h"

enum { HOST_MAX = 64, TEMPORARY_MAX = 10000 };

static const char temporary_mark[] = ".spinet.tmp";

/* USER if the path is a symbolic link, and to nothing. */
static int check_link(const char *path)
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

/* What stands there that is neither file nor folder. */
static const char *name_of_kind(mode_t mode)
{
    return S_ISFIFO(mode) ? "pipe" : S_ISSOCK(mode) ? "socket" : "device";
}

/* Where a file of this name is to stand: renaming to the name of a link, a device or a pipe would
 * put the file in place of it. In new memory. */
static int find_target(char **target, const char *path)
{
    struct stat info;
    *target = NULL;
    const int status = check_link(path);
    if (status != STATUS_OK)
        return status;
    const bool is_there = stat(path, &info) == 0;
    if (is_there && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return status_fail(STATUS_USER, "%s: is a %s, expected a new or an ordinary file", path,
                           name_of_kind(info.st_mode));
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

/* The n-th temporary name in the folder of `target`; short, since a long one of the file's own may
 * leave no room for more. Two machines may share the folder. */
static void name_temporary(const char *target, int n, char *path, size_t size)
{
    char host[HOST_MAX + 1];
    const char *slash = strrchr(target, '/');
    read_host(host);
    snprintf(path, size, "%.*s.%s-%ld-%d%s", slash ? (int)(slash + 1 - target) : 0, target, host,
             (long)getpid(), n, temporary_mark);
}

/* Opens a file of which nobody else has the name; what a process of the same number left when it
 * was killed may be there. *lock: another descriptor of it, which keeps it locked. */
static FILE *open_temporary(const char *target, char *path, size_t size, int *lock)
{
    FILE *stream = NULL;
    int descriptor = -1;
    for (int i = 1; descriptor < 0 && (i == 1 || errno == EEXIST) && i < TEMPORARY_MAX; i++) {
        name_temporary(target, i, path, size);
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0 && !flock_keep(descriptor, path)) {
            close(descriptor);
            descriptor = -1;
            errno = EEXIST;
        }
    }
    *lock = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (*lock >= 0)
        stream = fdopen(descriptor, "w+b");
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

bool file_is_standard_output(const char *path)
{
    return strcmp(path, "-") == 0;
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

int file_create(struct new_file *file, const char *path)
{
    *file = (struct new_file){0};
    if (file_is_standard_output(path))
        return open_standard_output(file);
    int result = find_target(&file->target, path);
    if (result != STATUS_OK)
        return result;
    const size_t size = strlen(file->target) + HOST_MAX + 64;
    file->lock = -1;
    file->path = strdup(path);
    file->temporary_path = malloc(size);
    if (!file->path || !file->temporary_path) {
        free_names(file);
        return status_no_memory("a file name", size);
    }
    file->stream = open_temporary(file->target, file->temporary_path, size, &file->lock);
    if (!file->stream) {
        result = status_fail(status_of_errno(errno), "%s: cannot be written (%s)", path,
                             strerror(errno));
        free_names(file);
    }
    return result;
}

int file_create_in(struct new_file *file, const char *folder, const char *name)
{
    *file = (struct new_file){0};
    char *path = file_join(folder, name);
    if (!path)
        return status_no_memory("a file name", strlen(folder));
    const int result = file_create(file, path);
    free(path);
    return result;
}

/* A write that failed before the last one has left no errno: one more byte fails as it did. */
static int ask_again(FILE *stream)
{
    errno = 0;
    return write(fileno(stream), "", 1) < 0 ? errno : EIO;
}

/* Some file systems cannot be told to. */
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
    const int result = file_finish(file);
    if (result != STATUS_OK)
        return result;
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
    int result = STATUS_OK;
    for (int i = 0; i < n && result == STATUS_OK; i++)
        result = file_finish(&files[i]);
    for (int i = 0; i < n && result == STATUS_OK; i++)
        result = file_commit(&files[i]);
    for (int i = 0; i < n; i++)
        file_abandon(&files[i]);
    return result;
}

void file_sync_folder(const char *folder)
{
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    fsync(descriptor);
    close(descriptor);
}

int file_write_gzip(const char *folder, const char *name, const void *bytes, size_t n)
{
    enum { GZIP_HEADER = 16 + MAX_WBITS, CHUNK = 1 << 16 };
    struct new_file file;
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_HEADER, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return status_no_memory(name, CHUNK);
    int result = file_create_in(&file, folder, name);
    unsigned char *out = malloc(CHUNK);
    if (result == STATUS_OK && !out)
        result = status_no_memory(name, CHUNK);
    const unsigned char *next = bytes;
    for (int code = Z_OK; result == STATUS_OK && code != Z_STREAM_END;) {
        if (stream.avail_in == 0) { /* its counters are 32 bits */
            stream.avail_in = n > INT32_MAX ? INT32_MAX : (unsigned)n;
            stream.next_in = (unsigned char *)(uintptr_t)next;
            next += stream.avail_in;
            n -= stream.avail_in;
        }
        stream.avail_out = CHUNK;
        stream.next_out = out;
        code = deflate(&stream, n == 0 ? Z_FINISH : Z_NO_FLUSH);
        fwrite(out, 1, CHUNK - stream.avail_out, file.stream); /* file_commit says if that failed */
    }
    deflateEnd(&stream);
    free(out);
    if (result == STATUS_OK)
        return file_commit(&file);
    file_abandon(&file);
    return result;
}

void file_abandon(struct new_file *file)
{
    if (file->stream)
        fclose(file->stream);
    if (file->temporary_path)
        unlink(file->temporary_path);
    free_names(file);
}

/* Makes one folder, of those above it which are there. */
static int make_part(const char *part, bool *is_made)
{
    struct stat info;
    *is_made = mkdir(part, 0777) == 0;
    if (*is_made)
        return STATUS_OK;
    const int reason = errno, status = check_link(part);
    if (status != STATUS_OK)
        return status;
    if (stat(part, &info) != 0)
        return status_fail(status_of_errno(reason), "%s: the folder cannot be made (%s)", part,
                           strerror(reason));
    return S_ISDIR(info.st_mode)
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: is a file, a folder is needed", part);
}

/* Removes those of the parts that were made; is_made[i]: that of the first i bytes. */
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
    char *part = strdup(path);
    bool *is_made = calloc(n + 1, sizeof *is_made);
    int result = part && is_made ? STATUS_OK : status_no_memory("a folder name", n);
    for (size_t i = 1; i <= n && result == STATUS_OK; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        part[i] = '\0';
        result = make_part(part, &is_made[i]);
        part[i] = path[i];
    }
    if (result != STATUS_OK && part && is_made)
        remove_parts(part, is_made);
    free(is_made);
    free(part);
    return result;
}

char *file_join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

bool file_exists_in(const char *folder, const char *name)
{
    char *path = file_join(folder, name);
    const bool is_there = path && file_exists(path);
    free(path);
    return is_there;
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

/* The one name of a file, without links and dots, in new memory; of one that is yet to be made,
 * that of its folder and its own. NULL if there is no such folder. */
static char *resolve(const char *path)
{
    char *whole = realpath(path, NULL), *resolved = NULL;
    if (whole)
        return whole;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    whole = folder ? realpath(folder, NULL) : NULL;
    if (whole)
        resolved = file_join(whole, slash ? slash + 1 : path);
    free(folder);
    free(whole);
    return resolved;
}

bool file_is_same(const char *a, const char *b)
{
    struct stat of_a, of_b;
    if (stat(a, &of_a) == 0 && stat(b, &of_b) == 0)
        return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
    char *whole_a = resolve(a), *whole_b = resolve(b);
    const bool is_same = whole_a && whole_b && strcmp(whole_a, whole_b) == 0;
    free(whole_a);
    free(whole_b);
    return is_same;
}

bool file_is_within(const char *path, const char *folder)
{
    char *file = resolve(path), *whole = realpath(folder, NULL);
    const size_t n = whole ? strlen(whole) : 0;
    const bool is_within =
        file && n > 0 && strncmp(file, whole, n) == 0 && (file[n] == '/' || whole[n - 1] == '/');
    free(file);
    free(whole);
    return is_within;
}

int file_check_regular(const char *path, const char *needed)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return shared_file_fail_to_open(path);
    if (S_ISREG(info.st_mode))
        return STATUS_OK;
    return status_fail(STATUS_USER, "%s: is a %s, %s is needed", path,
                       S_ISDIR(info.st_mode) ? "folder" : name_of_kind(info.st_mode), needed);
}

/* Where "-PID-N.spinet.tmp" begins in .HOST-PID-N.spinet.tmp, or with a name before it, as older
 * spinets wrote them; NULL in any other name. */
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

bool file_is_ignored(const char *name)
{
    static const char *const others[] = {
        "lost+found", "Thumbs.db", "desktop.ini", "$RECYCLE.BIN", "System Volume Information",
        "@eaDir",     "Icon\r"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(name, others[i]) == 0)
            return true;
    return *name == '.' || file_is_temporary(name);
}

bool file_folder_is_empty(const char *path)
{
    DIR *entries = opendir(path);
    bool empty = true;
    const struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        empty = empty && file_is_ignored(entry->d_name);
    if (entries)
        closedir(entries);
    return empty;
}

void file_remove(const char *folder, const char *name)
{
    char *path = file_join(folder, name);
    if (path)
        unlink(path);
    free(path);
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

int file_make_folder_beside(const char *target, char **path, int *lock)
{
    const size_t size = strlen(target) + HOST_MAX + 64;
    bool is_made = false;
    *lock = -1;
    *path = malloc(size);
    if (!*path)
        return status_no_memory("a folder name", size);
    for (int i = 1; !is_made && i < TEMPORARY_MAX && (i == 1 || errno == EEXIST); i++) {
        name_temporary(target, i, *path, size);
        is_made = mkdir(*path, 0777) == 0;
        if (is_made)
            *lock = open(*path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (is_made && (*lock < 0 || !flock_keep(*lock, *path))) { /* it is being cleared away */
            if (*lock >= 0)
                close(*lock);
            *lock = -1;
            is_made = false;
            errno = EEXIST;
        }
    }
    if (is_made)
        return STATUS_OK;
    free(*path);
    *path = NULL;
    return status_fail(status_of_errno(errno), "%s: no folder can be made beside it (%s)", target,
                       strerror(errno));
}

/* Of a name that is temporary. */
static bool is_of_this_host(const char *name)
{
    char host[HOST_MAX + 1];
    read_host(host);
    const size_t n = strlen(host);
    const char *at = find_process(name);
    return (size_t)(at - name) > n && at[-1 - (ptrdiff_t)n] == '.' && strncmp(at - n, host, n) == 0;
}

/* A descriptor of what nobody is writing any more, else -1. It is locked, so that whoever has just
 * made it, and not locked it yet, takes another. Whoever writes holds a lock on it, which the
 * kernel drops with the process, in whatever container it ran. Network file systems show locks on
 * files to all machines, those on folders to one. */
static int hold_left_behind(const char *folder, const char *name)
{
    enum { WEEK_S = 7 * 24 * 3600 };
    struct stat info;
    char *path = file_join(folder, name);
    int file = path ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (file >= 0) {
        const enum flock_use use = flock_ask(file);
        /* what was opened may be in its place by now, and another at work under its name */
        const bool is_left =
            fstat(file, &info) == 0 && flock_is_there(file, path) &&
            ((use == FLOCK_UNUSED && (!S_ISDIR(info.st_mode) || is_of_this_host(name))) ||
             (use != FLOCK_IN_USE && time(NULL) - info.st_mtime > WEEK_S));
        if (!is_left) {
            close(file);
            file = -1;
        }
    }
    free(path);
    return file;
}

void file_remove_temporary(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        const int held =
            file_is_temporary(entry->d_name) ? hold_left_behind(folder, entry->d_name) : -1;
        if (held < 0)
            continue;
        char *path = file_join(folder, entry->d_name);
        if (path)
            file_remove_folder(path); /* or a file */
        free(path);
        close(held);
    }
    if (entries)
        closedir(entries);
}

void file_remove_temporary_beside(const char *path)
{
    char *file = resolve(path), *slash = file ? strrchr(file, '/') : NULL;
    if (slash) {
        slash[slash == file] = '\0'; /* of "/" itself that remains */
        file_remove_temporary(file);
    }
    free(file);
}

const char *file_find_bomb(void *gz)
{
    const z_off_t unpacked = gztell(gz), packed = gzoffset(gz);
    return unpacked > (64 << 20) && packed > 0 && unpacked / packed > 200
               ? "unpacks to over 200 times its size, as hardly any data do: if these should, "
                 "unpack "
                 "the file first"
               : NULL;
}

int text_open(struct text_reader *reader, const char *path)
{
    *reader = (struct text_reader){.path = path, .plain_bytes = -1};
    struct stat info;
    const int result = file_check_regular(path, "a file");
    if (result != STATUS_OK)
        return result;
    reader->gz = gzopen(path, "rb");
    if (!reader->gz)
        return shared_file_fail_to_open(path);
    if (gzdirect(reader->gz) && stat(path, &info) == 0)
        reader->plain_bytes = (int64_t)info.st_size;
    reader->capacity = 1 << 14;
    reader->buffer = malloc(reader->capacity + 1);
    if (!reader->buffer) {
        text_close(reader);
        return status_no_memory("a line of text", 1 << 14);
    }
    return STATUS_OK;
}

int text_open_memory(struct text_reader *reader, const char *name, const char *text)
{
    const size_t size = strlen(text);
    *reader = (struct text_reader){.path = name, .capacity = size, .filled = size};
    reader->buffer = strdup(text);
    return reader->buffer ? STATUS_OK : status_no_memory(name, size);
}

/* Moves what is left of the buffer to its start and reads more behind it; 1, or 0 at the end. */
static int text_fill(struct text_reader *reader)
{
    if (!reader->gz)
        return 0;
    reader->filled -= reader->next;
    memmove(reader->buffer, reader->buffer + reader->next, reader->filled);
    reader->next = 0;
    if (reader->filled == reader->capacity) {
        if (reader->capacity >= TEXT_LINE_MAX)
            return status_fail(STATUS_USER, "%s: line %zu: longer than %d bytes", reader->path,
                               reader->line + 1, TEXT_LINE_MAX);
        char *larger = realloc(reader->buffer, 2 * reader->capacity + 1);
        if (!larger)
            return status_no_memory("a line of text", 2 * reader->capacity);
        reader->buffer = larger;
        reader->capacity *= 2;
    }
    const int n = gzread(reader->gz, reader->buffer + reader->filled,
                         (unsigned)(reader->capacity - reader->filled));
    int code = Z_OK;
    const char *reason = gzerror(reader->gz, &code);
    if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
        return status_fail(STATUS_USER, "%s: line %zu: cannot be read (%s)", reader->path,
                           reader->line + 1,
                           code == Z_ERRNO       ? strerror(errno)
                           : code == Z_BUF_ERROR ? "it ends in the middle"
                                                 : reason);
    if (n == 0 && gztell(reader->gz) < reader->plain_bytes)
        return status_fail(STATUS_USER, "%s: ends after %lld bytes, it had %lld when it was opened",
                           reader->path, (long long)gztell(reader->gz),
                           (long long)reader->plain_bytes);
    reader->filled += (size_t)n;
    if (n == 0 && reader->plain_bytes < 0)
        return gzip_check_end(reader->path, (int64_t)gztell(reader->gz));
    const char *wrong = file_find_bomb(reader->gz);
    return wrong ? status_fail(STATUS_USER, "%s: %s", reader->path, wrong) : n > 0;
}

int text_next(struct text_reader *reader)
{
    size_t searched = 0;
    char *newline;
    while (!(newline = memchr(reader->buffer + reader->next + searched, '\n',
                              reader->filled - reader->next - searched))) {
        searched = reader->filled - reader->next;
        const int more = text_fill(reader);
        if (more < 0)
            return more;
        if (more == 0)
            break;
    }
    if (!newline && reader->filled == reader->next)
        return 0;
    char *end = newline ? newline : reader->buffer + reader->filled;
    reader->text = reader->buffer + reader->next;
    reader->next = (size_t)(end - reader->buffer) + (newline != NULL);
    reader->line++;
    if (memchr(reader->text, '\0', (size_t)(end - reader->text)))
        return status_fail(STATUS_USER, "%s: line %zu: holds a NUL byte, this is not text",
                           reader->path, reader->line);
    const bool has_cr = end > reader->text && end[-1] == '\r';
    if (memchr(reader->text, '\r', (size_t)(end - has_cr - reader->text)))
        return status_fail(STATUS_USER,
                           "%s: line %zu: a CR alone ends no line: save it with LF or CR LF",
                           reader->path, reader->line);
    reader->end = newline ? (has_cr ? "\r\n" : "\n") : has_cr ? "\r" : "";
    end[-has_cr] = '\0';
    reader->has_mark = reader->line == 1 && strncmp(reader->text, "\xef\xbb\xbf", 3) == 0;
    if (reader->has_mark) /* which some programs begin UTF-8 with */
        reader->text += 3;
    return 1;
}

void text_close(struct text_reader *reader)
{
    if (reader->gz)
        gzclose(reader->gz);
    free(reader->buffer);
    *reader = (struct text_reader){0};
}

int file_sha256(const char *path, char hex[65])
{
    if (!SHA256File(path, hex))
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(errno));
    return STATUS_OK;
}
