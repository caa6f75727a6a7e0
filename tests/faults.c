/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disturbed runs of the real binary: see faults.h. */
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"

/* ---- what is left ---- */

const char *names_in(const char *folder)
{
    static char names[4096];
    struct dirent **entries;
    const int n = scandir(folder, &entries, NULL, alphasort);
    *names = '\0';
    for (int i = 0; i < n; i++) {
        if (*entries[i]->d_name != '.') {
            strcat(names, *names ? " " : "");
            strcat(names, entries[i]->d_name);
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return names;
}

void expect_line(void **state, const char *arguments, int (*prepare)(void), int code,
                 const char *line)
{
    struct support_run run;
    char expected[4096];
    support_run_with(state, &run, arguments, prepare);
    snprintf(expected, sizeof expected, "spinet: %s\n", line);
    assert_string_equal(run.err, expected);
    assert_int_equal(run.exit_code, code);
    assert_string_equal(run.out, "");
    support_run_free(&run);
}

void expect_verified(void **state, const char *name)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments, "verify --threads 1 %s", name);
    char *said = support_run_well(state, arguments);
    assert_non_null(strstr(said, ": verified: "));
    free(said);
    assert_null(strstr(names_in(support_path(state, name)), "tmp"));
    assert_null(strstr(names_in(support_path(state, name)), "checkpoint"));
}

void resume(void **state, const char *name)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments, "train --quiet --no-pictures --threads 1 --resume %s",
             name);
    free(support_run_well(state, arguments));
}

/* ---- a program at work ---- */

pid_t start(void **state, const char *arguments, int (*prepare)(void))
{
    char *copy = strdup(arguments), *words[64] = {support_program()};
    int n = 1;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[n++] = word;
    const char *folder = support_path(state, "");
    const pid_t child = fork();
    if (child == 0) {
        alarm(1800);
        support_default_signals();
        dup2(open("/dev/null", O_RDONLY), 0);
        dup2(open("/dev/null", O_WRONLY), 1);
        if (chdir(folder) != 0 || dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2) < 0 ||
            (prepare && prepare() != 0))
            _exit(126);
        execv(words[0], words);
        _exit(127);
    }
    assert_true(child > 0);
    free(copy);
    return child;
}

int finish(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void wait_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

void wait_for(const char *path)
{
    for (int i = 0; i < 60000 && !file_exists(path); i++)
        wait_ms(1);
    assert_true(file_exists(path));
}

char *said(void **state)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, "err"), &n);
    text[n] = '\0';
    return text;
}

/* What the kernel says: a bit a signal. */
static bool handles(pid_t child, int number)
{
    char path[64], line[256];
    unsigned long long caught = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "SigCgt: %llx", &caught) == 1)
            break;
    if (file)
        fclose(file);
    return caught >> (number - 1) & 1;
}

void wait_for_handler(pid_t child)
{
    for (int i = 0; i < 60000 && !handles(child, SIGTERM); i++)
        wait_ms(1);
    assert_true(handles(child, SIGTERM));
}

/* ---- faults ---- */

void need_plain_program(void)
{
#if defined(SPINET_DEBUG) || defined(SPINET_COVERAGE)
    skip();
#endif
}

void need_no_thread_sanitizer(void)
{
#ifdef __has_feature
#    if __has_feature(thread_sanitizer)
    skip();
#    endif
#endif
}

int limit_files_to_100_kib(void)
{
    const struct rlimit limit = {100 << 10, 100 << 10};
    return setrlimit(RLIMIT_FSIZE, &limit);
}

static char shim[PATH_MAX];

int load_shim(void)
{
    return setenv("LD_PRELOAD", shim, 1);
}

void find_shim(void)
{
    char *program = strdup(support_program()), path[PATH_MAX + 16];
    assert_non_null(program);
    snprintf(path, sizeof path, "%s/tests/shim.so", dirname(program));
    free(program);
    if (!realpath(path, shim))
        fail_msg("%s is not there", path);
}

const char *write_idx(void **state, uint32_t n)
{
    const uint8_t size[] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    uint8_t images[16] = {0, 0, 8, 3, [10] = 4, [14] = 4}; /* of 0x400 x 0x400 */
    uint8_t *labels = calloc(8 + (size_t)n, 1);
    assert_non_null(labels);
    memcpy(images + 4, size, sizeof size);
    memcpy(labels, "\0\0\x08\x01", 4);
    memcpy(labels + 4, size, sizeof size);
    for (uint32_t i = 0; i < n; i++)
        labels[8 + i] = (uint8_t)(1 + i % 2);
    support_write(state, "l", labels, 8 + (size_t)n);
    free(labels);
    const char *path = support_write(state, "i", images, sizeof images);
    assert_int_equal(truncate(path, (off_t)sizeof images + ((off_t)n << 20)), 0);
    return path;
}
