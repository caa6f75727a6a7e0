/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. Help, manual page and completion are made from it. */
#include <stddef.h>
#include <string.h>

#include "commands/command.h"
#include "core/status.h"
#include "core/suggest.h"

/* clang-format off */
const struct command *const commands[] = {
    &command_train,
    &command_replay,
    &command_shapes,
    &command_sweep,
    &command_search,
    &command_experiment,
    &command_experiments,
    &command_verify,
    &command_trace,
    &command_surgery,
    &command_maps,
    &command_baselines,
    &command_stats,
    &command_report,
    &command_spines,
    &command_params,
    &command_bench,
    &command_manual,
    &command_completion,
    NULL,
};
/* clang-format on */

const struct command *command_find(const char *name)
{
    for (const struct command *const *command = commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

int command_unknown(const char *name)
{
    struct suggestion near = suggest_for(name);
    for (const struct command *const *command = commands; *command; command++)
        suggest_offer(&near, (*command)->name);
    return status_fail(STATUS_USER, "%s: no such command; %s", name,
                       suggest_words(&near, "`spinet --help` lists them"));
}
