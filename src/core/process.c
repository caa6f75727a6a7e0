/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#    include <sys/prctl.h>
#endif

/* In the child process: becomes the program, with stdout and stderr to `output`. */
static void start(const char *const *arguments, int output)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    signal(SIGPIPE, SIG_DFL);
    if (output >= 0) {
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
    }
    execvp(arguments[0], (char *const *)arguments);
    _exit(127);
}

/* Reads until the other end is closed; the text is in new memory. */
static char *read_all(int file)
{
    char *text = NULL, part[4096];
    size_t size;
    ssize_t n = 0;
    FILE *out = open_memstream(&text, &size);
    while ((n = read(file, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))
        if (out && n > 0)
            fwrite(part, 1, (size_t)n, out);
    if (out)
        fclose(out);
    return text ? text : calloc(1, 1);
}

int process_run(const char *const *arguments, char **output)
{
    int ends[2] = {-1, -1}, status = 0;
    if (output && pipe2(ends, O_CLOEXEC) != 0)
        return 127;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        start(arguments, ends[1]);
    if (output) {
        close(ends[1]);
        *output = read_all(ends[0]);
        close(ends[0]);
    }
    if (child < 0)
        return 127;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void process_put_quoted(FILE *out, const char *word)
{
    fputc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}
