/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet completion: a script that completes the command line in bash. It needs nothing but bash,
 * and asks spinet's help for what there is. */
#include <stdio.h>

#include "commands/command.h"
#include "core/status.h"

/* completion.bash: its name, and the script. */
static const char *const script[][2] = {
#include "commands/completion.bash.inc"
};

static int print_completion(void *values)
{
    (void)values;
    fputs(script[0][1], stdout);
    return STATUS_OK;
}

const struct command command_completion = {
    .name = "completion",
    .summary = "print the completion for bash",
    .description = "Prints what bash needs to complete commands, options, parameters and their "
                   "values; `eval \"$(spinet completion)\"` turns it on.",
    .usage = "",
    .options = (const struct option[]){{0}},
    .run = print_completion,
};
