/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs gnuplot on a script in memory. No file name and no text of the user's reaches its command
 * line: the script comes in on stdin, the picture goes out on stdout. */
#include "analysis/chart.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"

extern char **environ;

const char chart_palette[] =
    "set palette defined (0 '#440154', 1 '#482878', 2 '#3e4989', 3 '#31688e', 4 '#26828e', "
    "5 '#1f9e89', 6 '#35b779', 7 '#6ece58', 8 '#b5de2b', 9 '#fde725')";

int chart_init(struct chart *chart, int width, int height)
{
    *chart = (struct chart){0};
    chart->script = open_memstream(&chart->text, &chart->size);
    if (!chart->script)
        return status_no_memory("a chart", 0);
    fprintf(chart->script, "set terminal pngcairo size %d,%d font ',11' background '#ffffff'\n",
            width, height);
    return STATUS_OK;
}

static int run_gnuplot(const struct chart *chart, FILE *picture, const char *name)
{
    FILE *script = tmpfile();
    if (!script)
        return status_fail(STATUS_SYSTEM, "%s: no temporary file (%s)", name, strerror(errno));
    fwrite(chart->text, 1, chart->size, script);
    fflush(script);
    rewind(script);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(picture), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
    char *arguments[] = {"gnuplot", "-", NULL};
    pid_t pid;
    const int error = posix_spawnp(&pid, "gnuplot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    int exit_status = 0;
    if (error == 0)
        while (waitpid(pid, &exit_status, 0) < 0 && errno == EINTR)
            ;
    fclose(script);
    if (error != 0 || (WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 127))
        return status_fail(STATUS_SYSTEM,
                           "%s: not drawn, gnuplot cannot be run (%s); install "
                           "gnuplot-nox",
                           name, strerror(error ? error : ENOENT));
    if (!WIFEXITED(exit_status) || WEXITSTATUS(exit_status) != 0)
        return status_fail(STATUS_SYSTEM, "%s: not drawn, gnuplot failed", name);
    return STATUS_OK;
}

int chart_write(struct chart *chart, const char *folder, const char *name)
{
    struct new_file file;
    fclose(chart->script);
    int result = file_create_in(&file, folder, name);
    if (result == STATUS_OK) {
        result = run_gnuplot(chart, file.stream, name);
        if (result == STATUS_OK)
            result = file_commit(&file);
        else
            file_abandon(&file);
    }
    free(chart->text);
    *chart = (struct chart){0};
    return result;
}
