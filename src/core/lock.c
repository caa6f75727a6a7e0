/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks that are folders, and locks on folders. Refuses to guess: a holder on another machine
 * counts as gone only after it has been watched for a while, by no clock but this machine's own. */
#include "core/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/progress.h"
#include "core/status.h"

enum { TRIES_MAX = 16 };
static const char gone_mark[] = ".gone-"; /* in the name of a lock that is being removed */

struct owner {
    char host[256], boot[64], job[64];
    char namespace[64]; /* of process numbers: "pid:[4026531836]", or "" if that cannot be told */
    long process, restarts;
    unsigned long long started; /* of the process, in clock ticks since boot */
};

/* ---- who ---- */

/* A word from a text file; "" if there is none. */
static void read_word(const char *path, char *word, size_t size)
{
    FILE *stream = fopen(path, "r");
    *word = '\0';
    if (stream && fgets(word, (int)size, stream))
        word[strcspn(word, " \n")] = '\0';
    if (stream)
        fclose(stream);
}

/* Where a symbolic link of /proc leads; "" if there is none. */
static void read_link(const char *path, char *text, size_t size)
{
    const ssize_t n = readlink(path, text, size - 1);
    text[n > 0 ? n : 0] = '\0';
}

/* When a process started (/proc/PID/stat, field 22), which tells it from a later one of the same
 * number; 0 where that cannot be told, as where /proc has the numbers of another namespace. */
static unsigned long long start_of(long process)
{
    char path[64], text[1024] = "";
    unsigned long long started = 0;
    read_link("/proc/self", path, sizeof path);
    if (strtol(path, NULL, 10) != (long)getpid())
        return 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *stream = fopen(path, "r");
    const size_t n = stream ? fread(text, 1, sizeof text - 1, stream) : 0;
    text[n] = '\0';
    const char *at = strrchr(text, ')'); /* the name of the program may hold anything */
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at)
        started = strtoull(at + 1, NULL, 10);
    if (stream)
        fclose(stream);
    return started;
}

static void identify(struct owner *me)
{
    const char *job = getenv("SLURM_JOB_ID"), *restarts = getenv("SLURM_RESTART_COUNT");
    *me = (struct owner){.process = (long)getpid(), .started = start_of((long)getpid())};
    gethostname(me->host, sizeof me->host - 1);
    read_word("/proc/sys/kernel/random/boot_id", me->boot, sizeof me->boot);
    read_link("/proc/self/ns/pid", me->namespace, sizeof me->namespace);
    snprintf(me->job, sizeof me->job, "%.60s", job && !strpbrk(job, " \n") ? job : "");
    me->restarts = restarts ? strtol(restarts, NULL, 10) : 0;
}

static void format_owner(const struct owner *o, char *text, size_t size)
{
    snprintf(text, size,
             "host %s\nboot %s\nnamespace %s\nprocess %ld\nstarted %llu\nslurm_job %s\n"
             "slurm_restarts %ld\n",
             o->host, o->boot, o->namespace, o->process, o->started, o->job, o->restarts);
}

static void parse_owner(const char *text, struct owner *o)
{
    *o = (struct owner){0};
    for (const char *line = text; line && *line;) {
        sscanf(line, "host %255[^\n]", o->host);
        sscanf(line, "boot %63[^\n]", o->boot);
        sscanf(line, "namespace %63[^\n]", o->namespace);
        sscanf(line, "process %ld", &o->process);
        sscanf(line, "started %llu", &o->started);
        sscanf(line, "slurm_job %63[^\n]", o->job);
        sscanf(line, "slurm_restarts %ld", &o->restarts);
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
}

/* ---- alive? ---- */

struct sign {
    bool is_there;
    char owner[LOCK_OWNER_MAX]; /* "" if nobody has signed */
    struct timespec touch;      /* of the owner's file, or of the folder */
};

/* Opens the file, since network file systems ask the server for its date only then. */
static void look(const char *path, struct sign *sign)
{
    struct stat info;
    char *name = file_join(path, "owner");
    *sign = (struct sign){0};
    const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        sign->is_there = fstat(file, &info) == 0;
        const ssize_t n = read(file, sign->owner, sizeof sign->owner - 1);
        sign->owner[n > 0 ? n : 0] = '\0';
        close(file);
    } else {
        sign->is_there = stat(path, &info) == 0;
    }
    if (sign->is_there)
        sign->touch = info.st_mtim;
    free(name);
}

static bool same_sign(const struct sign *a, const struct sign *b)
{
    return a->is_there && b->is_there && strcmp(a->owner, b->owner) == 0 &&
           a->touch.tv_sec == b->touch.tv_sec && a->touch.tv_nsec == b->touch.tv_nsec;
}

enum life { GONE, ALIVE, UNKNOWN };

/* What can be told without waiting. Machines may share a name, so that only one boot of one machine
 * is "here"; and there only processes of this namespace (a container has its own) can be seen by
 * their numbers. */
static enum life judge(const struct owner *o)
{
    struct owner me;
    identify(&me);
    if (*o->job && strcmp(o->job, me.job) == 0 && o->restarts < me.restarts)
        return GONE; /* Slurm starts a job again only when it has ended */
    if (o->process <= 0 || !*o->boot || strcmp(o->host, me.host) != 0 ||
        strcmp(o->boot, me.boot) != 0)
        return UNKNOWN;
    if (*o->namespace && strcmp(o->namespace, me.namespace) != 0)
        return UNKNOWN; /* locks of older spinets do not say */
    if (kill((pid_t)o->process, 0) != 0 && errno == ESRCH)
        return GONE;
    const unsigned long long started = start_of(o->process);
    return o->started && started && started != o->started ? GONE : ALIVE;
}

/* Whether the lock's holder is alive, waiting for a touch if that must be; *last: what was seen. */
static enum life watch(const char *path, double patience_s, struct sign *last)
{
    struct owner owner;
    look(path, last);
    parse_owner(last->owner, &owner);
    if (!last->is_there || !*last->owner)
        return GONE; /* no lock is without its owner but one that is being given back */
    enum life life = judge(&owner);
    const double start = progress_clock();
    if (life == UNKNOWN)
        fprintf(stderr,
                "spinet: %s: of process %ld on %s; watching for %.0f s whether it is alive\n", path,
                owner.process, *owner.host ? owner.host : "an unknown machine", patience_s);
    while (life == UNKNOWN && progress_clock() - start < patience_s) {
        struct sign now;
        nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
        look(path, &now);
        if (!now.is_there)
            return GONE;
        if (!same_sign(last, &now))
            life = ALIVE;
    }
    return life == ALIVE ? ALIVE : GONE;
}

/* Takes a gone holder's lock away. One process only succeeds in renaming it; if what it got is not
 * what it saw, another was faster and the lock is put back. */
static void remove_gone(const char *path, const struct sign *seen)
{
    struct owner me;
    struct sign got;
    char *away = NULL;
    identify(&me);
    if (asprintf(&away, "%s%s%.60s-%ld", path, gone_mark, me.host, me.process) < 0)
        return;
    if (rename(path, away) == 0) {
        look(away, &got);
        if (same_sign(seen, &got) || rename(away, path) != 0) {
            file_remove(away, "owner");
            file_remove_temporary(away);
            rmdir(away);
        }
    }
    free(away);
}

static int refuse(const char *path, const struct sign *sign, const char *what)
{
    struct owner owner;
    parse_owner(sign->owner, &owner);
    return status_fail(STATUS_USER,
                       "%.600s: %s is at work already: process %ld on %.100s: wait for it, or end "
                       "it",
                       path, what, owner.process, *owner.host ? owner.host : "an unknown machine");
}

/* ---- holding ---- */

static void *beat(void *argument)
{
    struct lock *lock = argument;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&lock->mutex);
    while (!lock->is_ending) {
        next.tv_sec += LOCK_BEAT_S;
        while (!lock->is_ending &&
               pthread_cond_timedwait(&lock->ends, &lock->mutex, &next) != ETIMEDOUT)
            ;
        if (!lock->is_ending)
            (void)futimens(lock->file, NULL); /* if it fails once, the next one may not */
    }
    pthread_mutex_unlock(&lock->mutex);
    return NULL;
}

/* The thread takes no signals: those are for the work. */
static int start_beating(struct lock *lock)
{
    sigset_t all, before;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&lock->mutex, NULL);
    pthread_cond_init(&lock->ends, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int reason = pthread_create(&lock->beating, NULL, beat, lock);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    lock->is_beating = reason == 0;
    return reason == 0
               ? STATUS_OK
               : status_fail(STATUS_SYSTEM, "no thread can be started (%s)", strerror(reason));
}

/* A folder beside the lock's, signed already: a process that is killed on the way leaves no lock.
 * *place: its name, in new memory. */
static int prepare(struct lock *lock, const char *folder, const char *name, char **place)
{
    struct owner me;
    struct new_file file;
    identify(&me);
    format_owner(&me, lock->owner, sizeof lock->owner);
    if (asprintf(place, "%s/.%s-%.60s-%ld", folder, name, me.host, me.process) < 0) {
        *place = NULL;
        return status_no_memory("a file name", 0);
    }
    int status = file_make_folder(*place);
    if (status == STATUS_OK)
        status = file_create_in(&file, *place, "owner");
    if (status == STATUS_OK) {
        fputs(lock->owner, file.stream);
        status = file_commit(&file);
    }
    return status;
}

/* The lock's folder is ours. */
static int hold(struct lock *lock, char *path)
{
    lock->path = path;
    int status = STATUS_OK;
    char *name = file_join(path, "owner");
    if (name) {
        lock->file = open(name, O_WRONLY | O_CLOEXEC);
        status = lock->file < 0 ? status_fail(STATUS_SYSTEM, "%s: cannot be opened (%s)", name,
                                              strerror(errno))
                                : start_beating(lock);
    } else {
        status = status_no_memory("a file name", 0);
    }
    free(name);
    if (status != STATUS_OK)
        lock_release(lock);
    return status;
}

int lock_take(struct lock *lock, const char *folder, const char *name, const char *what,
              double patience_s)
{
    *lock = (struct lock){.file = -1};
    char *path = file_join(folder, name), *place = NULL;
    int status = path ? file_make_folder(folder) : status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = prepare(lock, folder, name, &place);
    for (int i = 0; i < TRIES_MAX && status == STATUS_OK; i++) {
        struct sign seen;
        if (rename(place, path) == 0) {
            free(place);
            return hold(lock, path);
        }
        if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
            status = status_fail(status_of_errno(errno), "%s: the folder cannot be made (%s)", path,
                                 strerror(errno));
        else if (watch(path, patience_s, &seen) == ALIVE)
            status = refuse(path, &seen, what);
        else
            remove_gone(path, &seen);
    }
    if (status == STATUS_OK)
        status = status_fail(STATUS_USER,
                             "%s: cannot be taken: if nothing is at work there, "
                             "remove it",
                             path);
    if (place) {
        file_remove(place, "owner");
        rmdir(place);
    }
    free(place);
    free(path);
    return status;
}

int lock_refuse_others(const char *folder, const char *prefix, double patience_s)
{
    DIR *entries = opendir(folder);
    int status = entries
                     ? STATUS_OK
                     : status_fail(STATUS_USER, "%s: cannot be read (%s)", folder, strerror(errno));
    const struct dirent *entry;
    while (status == STATUS_OK && (entry = readdir(entries))) {
        struct sign seen;
        if (*entry->d_name == '.' || strncmp(entry->d_name, prefix, strlen(prefix)) == 0 ||
            strstr(entry->d_name, gone_mark))
            continue;
        char *path = file_join(folder, entry->d_name);
        if (!path)
            status = status_no_memory("a file name", 0);
        else if (watch(path, patience_s, &seen) == ALIVE)
            status = refuse(path, &seen, "another sweep");
        else
            remove_gone(path, &seen);
        free(path);
    }
    if (entries)
        closedir(entries);
    return status;
}

void lock_release(struct lock *lock)
{
    struct sign now;
    if (!lock->path)
        return;
    if (lock->is_beating) {
        pthread_mutex_lock(&lock->mutex);
        lock->is_ending = true;
        pthread_cond_signal(&lock->ends);
        pthread_mutex_unlock(&lock->mutex);
        pthread_join(lock->beating, NULL);
        pthread_cond_destroy(&lock->ends);
        pthread_mutex_destroy(&lock->mutex);
    }
    if (lock->file >= 0)
        close(lock->file);
    look(lock->path, &now);
    if (!*now.owner || strcmp(now.owner, lock->owner) == 0) { /* another may have taken it over */
        file_remove(lock->path, "owner");
        rmdir(lock->path);
    }
    free(lock->path);
    *lock = (struct lock){.file = -1};
}

/* ---- on folders ---- */

static int lock_descriptor(const char *folder, int *lock)
{
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return status_fail(status_of_errno(errno), "%s: cannot be locked (%s)", folder,
                           strerror(errno));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0 || errno == EOPNOTSUPP || errno == ENOSYS ||
        errno == ENOLCK || errno == EINVAL || errno == EBADF) /* NFS of old wants it writable */
        return STATUS_OK;
    const int reason = errno;
    close(*lock);
    *lock = -1;
    if (reason == EWOULDBLOCK)
        return status_fail(STATUS_USER,
                           "%s: another spinet is at work in it: wait for it, or end it", folder);
    return status_fail(status_of_errno(reason), "%s: cannot be locked (%s)", folder,
                       strerror(reason));
}

int lock_folder(const char *folder, int *lock)
{
    const bool was_there = file_is_folder(folder);
    *lock = -1;
    int status = was_there ? STATUS_OK : file_make_folder(folder);
    if (status != STATUS_OK)
        return status;
    status = lock_descriptor(folder, lock);
    if (status == STATUS_SYSTEM && !was_there) /* if USER, it may be another's by now */
        rmdir(folder);
    return status;
}

void lock_leave_folder(int lock)
{
    if (lock >= 0)
        close(lock);
}
