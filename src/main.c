/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet: chooses the subcommand, prints its message if it fails, and exits: 0, 2 for a user's
 * mistake, 1 for what the machine could not do. The only file that exits. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/version.h"
#include "core/status.h"

static const struct {
    const char *name, *summary;
    int (*run)(int argc, const char **argv);
} commands[] = {
    {"train", "train and test one network", command_train},
    {"replay", "present given images to a given network", command_replay},
    {"shapes", "generate shape images", command_shapes},
    {"sweep", "all runs of an experiment", command_sweep},
    {"verify", "run finished runs again and compare every result", command_verify},
    {"maps", "representation maps and similarity of finished runs", command_maps},
    {"stats", "groups, ANOVA and t-tests of a results file", command_stats},
    {"report", "charts and a page about a finished sweep", command_report},
    {"spines", "what the dynamics of spines come to", command_spines},
    {"params", "list every parameter", command_params},
    {"bench", "measure how fast it is", command_bench},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_usage(FILE *out)
{
    fprintf(out, "Usage: spinet COMMAND [OPTION]...\n\n");
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n`spinet COMMAND --help` lists its options; `spinet --version` says what this "
                 "is.\n");
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of the write that meets it */
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_usage(stdout);
        return 0;
    }
    if (strcmp(name, "--version") == 0) {
        printf("spinet %s (%s)\n", version_number, version_revision);
        return 0;
    }
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0) {
            int status = commands[i].run(argc - 1, (const char **)argv + 1);
            if (status == STATUS_OK && (fflush(stdout) != 0 || ferror(stdout)))
                status = status_fail(STATUS_SYSTEM, "standard output cannot be written");
            if (status != STATUS_OK)
                fprintf(stderr, "spinet: %s\n", status_message());
            return status_exit_code(status);
        }
    if (!*name) {
        print_usage(stderr);
        return 2;
    }
    const int status =
        status_fail(STATUS_USER, "%s: no such command; `spinet --help` lists them", name);
    fprintf(stderr, "spinet: %s\n", status_message());
    return status_exit_code(status);
}
