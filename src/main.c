/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet: chooses the subcommand, prints its message if it fails, and exits: 0, 2 for a user's
 * mistake, 1 for what the machine could not do. The only file that exits. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "commands/command.h"
#include "core/machine.h"
#include "core/status.h"
#include "core/version.h"

enum { STACK_BYTES = 640 << 10 }; /* more than any command takes of the stack */

static void print_usage(FILE *out)
{
    fprintf(out, "Usage: spinet COMMAND [OPTION]...\n\n");
    for (const struct command *const *command = commands; *command; command++)
        fprintf(out, "  %-11s %s\n", (*command)->name, (*command)->summary);
    fprintf(out,
            "\n`spinet COMMAND --help` says what it does and lists its options, `spinet params` "
            "the\nparameters; `man spinet` (or `spinet manual | man -l -`) has both. "
            "`spinet --version` says\nwhat this is.\n");
}

/* Opens /dev/null in place of standard input, output or error that is closed, so that no other file
 * takes its number and receives what is printed. It cannot be written to, so that printing fails.
 */
static void occupy_standard_files(void)
{
    int file;
    do
        file = open("/dev/null", O_RDONLY);
    while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0)
        close(file);
}

/* Undoes what the parent process may have passed on unasked: blocked signals, and non-blocking
 * output, which fails where its reader is slow. */
static void undo_what_parents_leave(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++) {
        const int flags = fcntl(file, F_GETFL);
        if (flags >= 0 && flags & O_NONBLOCK)
            fcntl(file, F_SETFL, flags & ~O_NONBLOCK);
    }
}

/* Removes environment variables that the libraries in this program would obey although they are
 * meant for other programs: options end at the first word that is none (popt), other drivers and
 * plugins (HDF5), the stack size of threads (libgomp). libgomp has read them by now, so the program
 * starts anew without them. */
static void forget_settings_of_others(char **argv)
{
    static const char *const names[] = {
        "POSIXLY_CORRECT", "POSIX_ME_HARDER",    "OMP_STACKSIZE",    "GOMP_STACKSIZE",
        "HDF5_DRIVER",     "HDF5_VOL_CONNECTOR", "HDF5_PLUGIN_PATH", "HDF5_PLUGIN_PRELOAD",
        "HDF5_DEBUG",      "HDF5_DRIVER_CONFIG"};
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            any = unsetenv(names[i]) == 0 || any;
    if (any)
        execv("/proc/self/exe", argv); /* without /proc only libgomp's setting stays */
}

__attribute__((noinline)) static void grow_stack(void)
{
    volatile char lowest[STACK_BYTES];
    *lowest = 0;
}

/* Takes the stack that commands need before any other memory: what cannot be had ends in a message
 * here, not in a crash on the way. */
static int take_stack(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < STACK_BYTES + STACK_BYTES / 2)
        return status_fail(STATUS_USER, "the stack may take %llu KiB: spinet needs %d (ulimit -s)",
                           (unsigned long long)limit.rlim_cur >> 10, STACK_BYTES * 3 / 2 >> 10);
    TRY(machine_ask_memory("the stack", STACK_BYTES + STACK_BYTES / 2));
    grow_stack();
    return STATUS_OK;
}

static int run(const char *name, int argc, char **argv)
{
    TRY(take_stack());
    const struct command *command = command_find(name);
    if (command)
        return command_run(command, argc - 1, (const char **)argv + 1);
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        print_usage(stdout);
    else if (strcmp(name, "--version") == 0)
        printf("spinet %s (%s)\n", version_number, version_revision);
    else
        return command_unknown(name);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    occupy_standard_files();
    undo_what_parents_leave();
    forget_settings_of_others(argv);
    const char *name = argc > 1 ? argv[1] : "";
    signal(SIGXFSZ, SIG_IGN); /* then a limit on file sizes makes the write fail */
    if (!*name) {
        print_usage(stderr);
        return 2;
    }
    int status = run(name, argc, argv);
    if (status == STATUS_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = status_fail(STATUS_SYSTEM, "standard output cannot be written");
    if (status != STATUS_OK)
        fprintf(stderr, "spinet: %s\n", status_message());
    return status_exit_code(status);
}
