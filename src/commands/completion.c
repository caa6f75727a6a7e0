/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet completion: a script that completes the command line in bash, made from the tables of
 * commands, options and parameters. It needs nothing but bash, and spinet itself for the names of
 * experiments. */
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "core/status.h"

/* completion.bash: its name, and the part of the script that does not depend on the tables. */
static const char *const script[][2] = {
#include "commands/completion.bash.inc"
};

/* The kind of value that an option takes, which follows from how the help names it. */
static const char *value_kind(const char *name)
{
    if (strcmp(name, "GROUP.KEY=VALUE") == 0)
        return "PARAMETER";
    if (strcmp(name, "DIR") == 0)
        return "FOLDER";
    return strstr(name, "FILE") || (strchr(name, '.') && !strstr(name, "..")) ? "FILE" : "ANY";
}

/* Whether the help lists all values, as "a|b". A list that ends in "…" or has names in it ("A=B|…")
 * does not. */
static bool is_list(const char *name)
{
    return strchr(name, '|') && !strstr(name, "…") && !strchr(name, '=');
}

static void put_list(const char *list, FILE *out)
{
    for (; *list; list++)
        fputc(*list == '|' ? ' ' : *list, out);
}

static void put_options(const struct command *command, FILE *out)
{
    fprintf(out, "    %s) echo '", command->name);
    for (const struct option *option = command->options; option->name; option++)
        fprintf(out, "--%s ", option->name);
    fprintf(out, "' ;;\n");
}

static void put_values(const struct command *command, FILE *out)
{
    for (const struct option *option = command->options; option->name; option++) {
        const char *value = option->value;
        if (!value)
            continue;
        fprintf(out, "    '%s --%s'", command->name, option->name);
        if (option->letter)
            fprintf(out, " | '%s -%c'", command->name, option->letter);
        fprintf(out, ") echo '");
        put_list(is_list(value) ? value : value_kind(value), out);
        fprintf(out, "' ;;\n");
    }
}

static void put_key(const struct parameter_description *d, void *data)
{
    if (d->name)
        fprintf(data, " %s.%s", d->group, d->name);
}

static void put_key_values(const struct parameter_description *d, void *data)
{
    FILE *out = data;
    if (!d->name || !is_list(d->range))
        return;
    fprintf(out, "    %s.%s) echo '", d->group, d->name);
    put_list(d->range, out);
    fprintf(out, "' ;;\n");
}

static void put_function(const char *name, const char *subject, FILE *out)
{
    fprintf(out, "\n_spinet_%s()\n{\n    case %s in\n", name, subject);
}

static int print_completion(void *values)
{
    struct parameters *p = &((struct command_values *)values)->parameters;
    const struct command *const *command;
    FILE *out = stdout;
    fprintf(out, "# Completion of spinet for bash, made by `spinet completion`.\n"
                 "_spinet_commands='");
    for (command = commands; *command; command++)
        fprintf(out, "%s%s", command == commands ? "" : " ", (*command)->name);
    fprintf(out, "'\n_spinet_parameters='");
    parameters_describe(p, put_key, out);
    fprintf(out, "'\n");
    put_function("options", "$1", out);
    for (command = commands; *command; command++)
        put_options(*command, out);
    fprintf(out, "    esac\n}\n");
    put_function("values", "\"$1 $2\"", out);
    for (command = commands; *command; command++)
        put_values(*command, out);
    fprintf(out, "    esac\n}\n");
    put_function("parameter_values", "$1", out);
    parameters_describe(p, put_key_values, out);
    fprintf(out, "    esac\n}\n\n%s", script[0][1]);
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
