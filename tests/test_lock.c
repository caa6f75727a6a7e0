/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks that are folders: held, given back, left behind by processes here and elsewhere. */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/status.h"
#include "support.h"

/* FOLDER/NAME/owner as another process would have left it. */
static void leave(const char *folder, const char *name, const char *owner)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(file_make_folder(path), STATUS_OK);
    strcat(path, "/owner");
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(owner, stream);
    assert_int_equal(fclose(stream), 0);
}

static bool is_there(const char *folder, const char *name)
{
    char *path = file_join(folder, name);
    const bool is = file_exists(path);
    free(path);
    return is;
}

/* The line of this process's own signature that begins with `key`, behind `text`. */
static void add_own_line(void **state, char *text, size_t size, const char *key)
{
    const char *folder = support_path(state, "own");
    char path[4096];
    struct lock lock;
    size_t n;
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 0), STATUS_OK);
    snprintf(path, sizeof path, "%s/a/owner", folder);
    char *bytes = (char *)support_read(path, &n);
    bytes[n] = '\0';
    const char *line = strstr(bytes, key);
    assert_non_null(line);
    const size_t length = strlen(text);
    snprintf(text + length, size - length, "%.*s", (int)strcspn(line, "\n") + 1, line);
    free(bytes);
    lock_release(&lock);
}

static void given_a_lock_held_when_taken_expect_refusal_until_it_is_released(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock first, second;
    char process[32];
    snprintf(process, sizeof process, "process %ld", (long)getpid());
    assert_int_equal(lock_take(&first, folder, "a", "a test", 60), STATUS_OK);
    assert_int_equal(lock_take(&second, folder, "a", "a test", 60), STATUS_USER);
    support_assert_message("locks/a: a test is at work already", process, NULL);
    assert_int_equal(lock_take(&second, folder, "b", "a test", 60), STATUS_OK);
    lock_release(&second);
    lock_release(&second);
    lock_release(&first);
    assert_false(is_there(folder, "a"));
    assert_int_equal(lock_take(&second, folder, "a", "a test", 60), STATUS_OK);
    lock_release(&second);
}

static void given_a_process_killed_here_when_its_lock_is_taken_expect_it_at_once(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock lock;
    const pid_t child = fork();
    if (child == 0)
        _exit(lock_take(&lock, folder, "a", "a test", 0) == STATUS_OK && kill(getpid(), SIGKILL));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(is_there(folder, "a"));
    /* a patience that would outlast the test */
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 100000), STATUS_OK);
    lock_release(&lock);
}

static void given_a_number_of_a_later_process_when_taken_expect_the_first_to_be_gone(void **state)
{
    const char *folder = support_path(state, "locks");
    char owner[1024] = "started 1\n";
    struct lock lock;
    add_own_line(state, owner, sizeof owner, "host");
    add_own_line(state, owner, sizeof owner, "boot");
    add_own_line(state, owner, sizeof owner, "process");
    leave(folder, "a", owner);
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 100000), STATUS_OK);
    lock_release(&lock);
}

static void given_another_machine_that_is_silent_when_taken_expect_it_after_a_while(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock lock;
    leave(folder, "a", "host node7\nboot 1\nprocess 12\nstarted 34\nslurm_job \n");
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 0.6), STATUS_OK);
    lock_release(&lock);
    assert_int_equal(file_make_folder(folder), STATUS_OK);
    leave(folder, "b", ""); /* killed before it signed */
    assert_int_equal(lock_take(&lock, folder, "b", "a test", 0.6), STATUS_OK);
    lock_release(&lock);
}

static void given_another_machine_that_touches_its_lock_when_taken_expect_refusal(void **state)
{
    const char *folder = support_path(state, "locks");
    char path[4096];
    struct lock lock;
    leave(folder, "a", "host node7\nboot 1\nprocess 12\nstarted 34\nslurm_job \n");
    snprintf(path, sizeof path, "%s/a/owner", folder);
    const pid_t child = fork();
    if (child == 0)
        for (;;) {
            usleep(50000);
            utimensat(AT_FDCWD, path, NULL, 0);
        }
    const int status = lock_take(&lock, folder, "a", "a test", 60);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(status, STATUS_USER);
    support_assert_message("process 12 on node7", NULL);
    assert_true(is_there(folder, "a"));
}

/* As in a container: alive, but its number means nothing here. */
static void given_a_process_of_another_namespace_at_work_when_taken_expect_refusal(void **state)
{
    const char *folder = support_path(state, "locks");
    char path[4096];
    struct lock lock;
    snprintf(path, sizeof path, "%s/a/owner", folder);
    const pid_t outer = fork();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0 &&
            unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS) != 0)
            _exit(77);
        const pid_t inner = fork();
        if (inner == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            /* a /proc of its own, where that is allowed: there its process is the first */
            if (mount(NULL, "/", "none", MS_REC | MS_PRIVATE, NULL) == 0)
                (void)!mount("proc", "/proc", "proc", 0, NULL);
            if (lock_take(&lock, folder, "a", "a test", 0) != STATUS_OK)
                _exit(1);
            for (;;) { /* oftener than the lock does by itself */
                usleep(50000);
                utimensat(AT_FDCWD, path, NULL, 0);
            }
        }
        _exit(inner < 0 || waitpid(inner, NULL, 0) != inner);
    }
    int status;
    pid_t ended = 0;
    while (!file_exists(path) && !(ended = waitpid(outer, &status, WNOHANG)))
        usleep(10000);
    if (ended) {
        assert_int_equal(WEXITSTATUS(status), 77);
        skip(); /* no namespaces for this user */
    }
    status = lock_take(&lock, folder, "a", "a test", 60);
    kill(outer, SIGKILL);
    waitpid(outer, NULL, 0);
    assert_int_equal(status, STATUS_USER);
    support_assert_message("locks/a: a test is at work already", NULL);
}

static void
given_a_process_of_another_namespace_that_is_silent_when_taken_expect_it_after_a_while(void **state)
{
    const char *folder = support_path(state, "locks");
    char owner[1024] = "namespace pid:[1]\n";
    struct lock lock;
    add_own_line(state, owner, sizeof owner, "host");
    add_own_line(state, owner, sizeof owner, "boot");
    add_own_line(state, owner, sizeof owner, "process"); /* alive here, but another there */
    leave(folder, "a", owner);
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 0.6), STATUS_OK);
    lock_release(&lock);
}

/* Of a spinet that did not write its namespace: told by the number, at once. */
static void given_a_lock_without_a_namespace_when_taken_expect_it_as_before(void **state)
{
    const char *folder = support_path(state, "locks");
    char owner[1024] = "";
    struct lock lock;
    add_own_line(state, owner, sizeof owner, "host");
    add_own_line(state, owner, sizeof owner, "boot");
    leave(folder, "a", strcat(owner, "process 99999999\nstarted 1\n"));
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 100000), STATUS_OK);
    lock_release(&lock);
    *strstr(owner, "process") = '\0';
    add_own_line(state, owner, sizeof owner, "process");
    leave(folder, "b", owner);
    assert_int_equal(lock_take(&lock, folder, "b", "a test", 100000), STATUS_USER);
}

static void given_the_same_slurm_job_started_again_when_taken_expect_it_at_once(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock lock;
    leave(folder, "a",
          "host node7\nboot 1\nprocess 12\nstarted 34\nslurm_job 99\n"
          "slurm_restarts 0\n");
    setenv("SLURM_JOB_ID", "99", 1);
    setenv("SLURM_RESTART_COUNT", "1", 1);
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 100000), STATUS_OK);
    unsetenv("SLURM_JOB_ID");
    unsetenv("SLURM_RESTART_COUNT");
    lock_release(&lock);
}

static void
given_locks_of_others_when_asked_expect_those_alive_refused_and_the_rest_gone(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock mine, other;
    assert_int_equal(lock_take(&mine, folder, "plan-1", "a test", 0), STATUS_OK);
    leave(folder, "else-1", "host node7\nboot 1\nprocess 12\n");
    assert_int_equal(lock_refuse_others(folder, "plan-", 0), STATUS_OK);
    assert_false(is_there(folder, "else-1"));
    assert_int_equal(lock_take(&other, folder, "plan-2", "a test", 0), STATUS_OK);
    assert_int_equal(lock_refuse_others(folder, "plan-", 0), STATUS_OK);
    assert_int_equal(lock_refuse_others(folder, "plan-1", 0), STATUS_USER);
    support_assert_message("plan-2: another sweep is at work", NULL);
    lock_release(&other);
    lock_release(&mine);
}

static void given_a_lock_taken_over_when_released_expect_the_new_holder_to_keep_it(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock lock;
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 0), STATUS_OK);
    leave(folder, "a", "host node7\nboot 1\nprocess 12\n");
    lock_release(&lock);
    assert_true(is_there(folder, "a/owner"));
}

/* What a process leaves that is killed while it gives its lock back. */
static void given_a_lock_that_nobody_signed_when_taken_expect_it_at_once(void **state)
{
    enum { FOR_EVER_S = 1000000 };
    const char *folder = support_path(state, "locks");
    struct lock lock;
    assert_int_equal(file_make_folder(folder), STATUS_OK);
    for (int others = 0; others < 2; others++) {
        assert_int_equal(file_make_folder(support_path(state, "locks/a")), STATUS_OK);
        if (others) {
            assert_int_equal(lock_refuse_others(folder, "b", FOR_EVER_S), STATUS_OK);
            assert_false(is_there(folder, "a"));
        } else {
            assert_int_equal(lock_take(&lock, folder, "a", "a test", FOR_EVER_S), STATUS_OK);
            assert_true(is_there(folder, "a/owner"));
            lock_release(&lock);
        }
    }
}

static void given_a_lock_refused_when_looked_for_expect_nothing_left_of_the_other(void **state)
{
    const char *folder = support_path(state, "locks");
    struct lock lock, other;
    assert_int_equal(lock_take(&lock, folder, "a", "a test", 0), STATUS_OK);
    assert_int_equal(lock_take(&other, folder, "a", "a test", 0), STATUS_USER);
    DIR *entries = opendir(folder);
    int n = 0;
    while (readdir(entries))
        n++;
    closedir(entries);
    assert_int_equal(n, 3); /* ., .. and the lock */
    lock_release(&lock);
}

static void given_a_file_where_the_folder_should_be_when_taken_expect_a_message(void **state)
{
    const char *path = support_write_text(state, "locks", "");
    struct lock lock;
    assert_int_equal(lock_take(&lock, path, "a", "a test", 0), STATUS_USER);
    support_assert_message(path, "is a file", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_lock_held_when_taken_expect_refusal_until_it_is_released),
        WITH_FOLDER(given_a_process_killed_here_when_its_lock_is_taken_expect_it_at_once),
        WITH_FOLDER(given_a_number_of_a_later_process_when_taken_expect_the_first_to_be_gone),
        WITH_FOLDER(given_another_machine_that_is_silent_when_taken_expect_it_after_a_while),
        WITH_FOLDER(given_another_machine_that_touches_its_lock_when_taken_expect_refusal),
        WITH_FOLDER(given_a_process_of_another_namespace_at_work_when_taken_expect_refusal),
        WITH_FOLDER(
            given_a_process_of_another_namespace_that_is_silent_when_taken_expect_it_after_a_while),
        WITH_FOLDER(given_a_lock_without_a_namespace_when_taken_expect_it_as_before),
        WITH_FOLDER(given_a_lock_that_nobody_signed_when_taken_expect_it_at_once),
        WITH_FOLDER(given_a_lock_refused_when_looked_for_expect_nothing_left_of_the_other),
        WITH_FOLDER(given_the_same_slurm_job_started_again_when_taken_expect_it_at_once),
        WITH_FOLDER(given_locks_of_others_when_asked_expect_those_alive_refused_and_the_rest_gone),
        WITH_FOLDER(given_a_lock_taken_over_when_released_expect_the_new_holder_to_keep_it),
        WITH_FOLDER(given_a_file_where_the_folder_should_be_when_taken_expect_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
