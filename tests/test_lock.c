/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks on folders: held, given back, left behind by processes that are gone, or not to be had. */
#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/status.h"
#include "support.h"

static int flock_fails_with;

/* Replaces the system's: a file system without locks. */
int flock(int file, int operation)
{
    errno = flock_fails_with;
    return flock_fails_with ? -1 : (int)syscall(SYS_flock, file, operation);
}

static void expect_in_use(const char *folder)
{
    int lock;
    assert_int_equal(lock_folder(folder, &lock), STATUS_USER);
    assert_int_equal(lock, -1);
    support_assert_message("another spinet is at work in it: wait for it, or end it", folder, NULL);
}

static void expect_free(const char *folder)
{
    int lock;
    assert_int_equal(lock_folder(folder, &lock), STATUS_OK);
    lock_leave_folder(lock);
}

static void given_a_locked_folder_when_taken_expect_refusal_until_given_back(void **state)
{
    const char *folder = support_path(state, "a/b");
    int lock, together;
    assert_int_equal(lock_folder(folder, &lock), STATUS_OK);
    expect_in_use(folder);
    assert_int_equal(lock_folder_together(folder, &together), STATUS_USER);
    expect_free(support_path(state, "a"));
    lock_leave_folder(lock);
    expect_free(folder);
}

static void given_two_together_when_taken_alone_expect_refusal_until_both_are_gone(void **state)
{
    const char *folder = support_path(state, "a");
    int first, second;
    assert_int_equal(lock_folder_together(folder, &first), STATUS_OK);
    assert_int_equal(lock_folder_together(folder, &second), STATUS_OK);
    expect_in_use(folder);
    lock_leave_folder(first);
    expect_in_use(folder);
    lock_leave_folder(second);
    expect_free(folder);
}

/* Its process number is there still, as where process 1 of a container waits for nobody. */
static void given_a_zombie_when_its_folder_is_taken_expect_it_at_once(void **state)
{
    const char *folder = support_path(state, "a");
    siginfo_t end;
    int lock;
    const pid_t child = fork();
    if (child == 0)
        _exit(lock_folder(folder, &lock) == STATUS_OK && kill(getpid(), SIGKILL));
    assert_int_equal(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT), 0);
    assert_int_equal(end.si_status, SIGKILL);
    assert_int_equal(kill(child, 0), 0);
    expect_free(folder);
    waitpid(child, NULL, 0);
}

/* A holder in a PID namespace of its own, as in a container; what it is told by is a byte. */
static pid_t hold_in_namespace(const char *folder, int ready)
{
    const pid_t outer = fork();
    if (outer != 0)
        return outer;
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        _exit(77); /* no namespaces for this user */
    const pid_t inner = fork();
    if (inner == 0) {
        int lock;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (lock_folder(folder, &lock) == STATUS_OK && write(ready, "r", 1) == 1)
            pause();
        _exit(1);
    }
    close(ready);
    _exit(inner < 0 || waitpid(inner, NULL, 0) != inner);
}

static void
given_a_holder_in_another_namespace_when_taken_expect_refusal_until_it_is_gone(void **state)
{
    const char *folder = support_path(state, "a");
    int ends[2], status;
    char byte;
    assert_int_equal(pipe(ends), 0);
    const pid_t outer = hold_in_namespace(folder, ends[1]);
    close(ends[1]);
    const bool is_held = read(ends[0], &byte, 1) == 1;
    if (is_held) {
        expect_in_use(folder);
        kill(outer, SIGKILL); /* and so the one within */
    }
    assert_int_equal(waitpid(outer, &status, 0), outer);
    while (is_held && read(ends[0], &byte, 1) > 0)
        ;
    close(ends[0]);
    if (!is_held && WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(is_held);
    expect_free(folder);
}

/* As node might outlive the program that started it. */
static void
given_a_program_that_the_holder_started_when_taken_expect_it_to_hold_nothing(void **state)
{
    const char *folder = support_path(state, "a");
    int lock, ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0); /* is at its end for us when cat has started and ended */
    const pid_t child = fork();
    if (child == 0) {
        if (lock_folder(folder, &lock) != STATUS_OK)
            _exit(1);
        const pid_t grandchild = fork();
        if (grandchild == 0) {
            dup2(ends[0], 0);
            close(ends[1]);
            execlp("cat", "cat", (char *)NULL);
            _exit(127);
        }
        char name[64], program[4096];
        snprintf(name, sizeof name, "/proc/%ld/exe", (long)grandchild);
        ssize_t n = 0;
        while ((n = readlink(name, program, sizeof program - 1)) > 0 &&
               (program[n] = '\0', strstr(program, "test_lock")))
            usleep(1000);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    expect_free(folder); /* while cat still reads */
    close(ends[1]);
    (void)!read(ends[0], &byte, 1);
    close(ends[0]);
}

static void given_a_file_system_without_locks_when_taken_expect_nobody_kept_out(void **state)
{
    static const int reasons[] = {ENOLCK, EOPNOTSUPP, 524 /* ENOTSUPP */, ENOSYS, EINVAL, EBADF,
                                  EIO,    EPERM};
    const char *folder = support_path(state, "a");
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        int first, second;
        flock_fails_with = reasons[i];
        const int taken = lock_folder(folder, &first), again = lock_folder(folder, &second);
        flock_fails_with = 0;
        assert_int_equal(taken, STATUS_OK);
        assert_int_equal(again, STATUS_OK);
        lock_leave_folder(first);
        lock_leave_folder(second);
    }
}

static void given_what_is_opened_when_asked_expect_whether_it_is_kept(void **state)
{
    const char *path = support_write_text(state, "a", "");
    const int mine = open(path, O_RDWR), other = open(path, O_RDONLY);
    assert_int_equal(flock_ask(other), FLOCK_UNUSED);
    close(other);
    assert_true(flock_keep(mine, path));
    const int third = open(path, O_RDONLY);
    assert_int_equal(flock_ask(third), FLOCK_IN_USE);
    flock_fails_with = ENOLCK;
    const enum flock_use unknown = flock_ask(third);
    flock_fails_with = 0;
    assert_int_equal(unknown, FLOCK_UNKNOWN);
    unlink(path); /* another took it for left behind */
    assert_false(flock_keep(mine, path));
    close(mine);
    close(third);
}

static void given_a_file_where_the_folder_should_be_when_taken_expect_a_message(void **state)
{
    const char *path = support_write_text(state, "a", "");
    int lock;
    assert_int_equal(lock_folder(path, &lock), STATUS_USER);
    support_assert_message(path, "is a file", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_locked_folder_when_taken_expect_refusal_until_given_back),
        WITH_FOLDER(given_two_together_when_taken_alone_expect_refusal_until_both_are_gone),
        WITH_FOLDER(given_a_zombie_when_its_folder_is_taken_expect_it_at_once),
        WITH_FOLDER(given_a_holder_in_another_namespace_when_taken_expect_refusal_until_it_is_gone),
        WITH_FOLDER(given_a_program_that_the_holder_started_when_taken_expect_it_to_hold_nothing),
        WITH_FOLDER(given_a_file_system_without_locks_when_taken_expect_nobody_kept_out),
        WITH_FOLDER(given_what_is_opened_when_asked_expect_whether_it_is_kept),
        WITH_FOLDER(given_a_file_where_the_folder_should_be_when_taken_expect_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
