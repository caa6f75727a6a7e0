/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For LD_PRELOAD (tests/test_faults.c, tests/long/faults.sh): a machine with faults.
 *   SHIM_CLOCK=1  the wall clock runs backwards, an hour each time it is asked
 *   SHIM_FAIL=N   the program's own N-th allocation fails, and all after it (calls by libraries are
 *                 left alone)
 *   SHIM_COUNT=F  writes the number of the program's own allocations to the file F when it ends
 *   SHIM_FLOCK=E  no file can be locked, for the reason of number E
 *   SHIM_SYNC=E   nothing can be synced, for the reason of number E
 *   SHIM_RENAME=1 every file is renamed, and said not to be there, as by a server asked twice
 *   SHIM_LOCK=C   runs the command C, without the shim, before the program locks its first file
 *   SHIM_HURRY=1  nobody sleeps
 *   SHIM_HDF5=1   the HDF5 library is not there
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* what glibc's own are called besides */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long n_calls;
static long fail_at;
static int is_backwards;
static const char *count_file;
static struct {
    uintptr_t from, to;
} program;

/* The program itself comes first; the addresses of its code. */
static int find_program(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X)) {
            program.from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            program.to = program.from + info->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *fail = getenv("SHIM_FAIL");
    is_backwards = getenv("SHIM_CLOCK") != NULL;
    count_file = getenv("SHIM_COUNT");
    if (fail || count_file)
        dl_iterate_phdr(find_program, NULL);
    fail_at = fail ? strtol(fail, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
    FILE *file = count_file ? fopen(count_file, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&n_calls));
        fclose(file);
    }
}

static int fails(const void *caller)
{
    const uintptr_t at = (uintptr_t)caller;
    if (at < program.from || at >= program.to)
        return 0;
    const long n = 1 + atomic_fetch_add(&n_calls, 1);
    if (fail_at == 0 || n < fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
    return fails(CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(CALLER) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails(CALLER) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(CALLER) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails(CALLER))
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

char *strdup(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = fails(CALLER) ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

/* ---- time ---- */

static time_t set_back(time_t now)
{
    static atomic_long n_asked;
    return is_backwards ? now - 3600 * (1 + atomic_fetch_add(&n_asked, 1)) : now;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME)
        now->tv_sec = set_back(now->tv_sec);
    return result;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to)
        *to = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec at;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &at);
    *now = (struct timeval){at.tv_sec, at.tv_nsec / 1000};
    return 0;
}

int nanosleep(const struct timespec *pause, struct timespec *left)
{
    return getenv("SHIM_HURRY") ? 0 : (int)syscall(SYS_nanosleep, pause, left);
}

void *dlopen(const char *path, int flags)
{
    void *(*load)(const char *, int);
    if (path && strstr(path, "hdf5") && getenv("SHIM_HDF5"))
        return NULL;
    *(void **)&load = dlsym(RTLD_NEXT, "dlopen");
    return load(path, flags);
}

int fsync(int file)
{
    const char *reason = getenv("SHIM_SYNC");
    if (!reason)
        return (int)syscall(SYS_fsync, file);
    errno = atoi(reason);
    return -1;
}

int rename(const char *from, const char *to)
{
    const int result = (int)syscall(SYS_rename, from, to);
    if (result != 0 || !getenv("SHIM_RENAME"))
        return result;
    errno = ENOENT;
    return -1;
}

/* ---- locks, and another that comes between ---- */

int flock(int file, int operation)
{
    const char *command = getenv("SHIM_LOCK"), *reason = getenv("SHIM_FLOCK");
    if (reason) {
        errno = atoi(reason);
        return -1;
    }
    if (command && (operation & LOCK_EX)) {
        char *copy = __libc_malloc(strlen(command) + 1);
        if (!copy)
            return -1;
        strcpy(copy, command);
        unsetenv("SHIM_LOCK");
        unsetenv("LD_PRELOAD");
        const int result = system(copy);
        free(copy);
        if (result != 0) {
            errno = ECANCELED;
            return -1;
        }
    }
    return (int)syscall(SYS_flock, file, operation);
}
