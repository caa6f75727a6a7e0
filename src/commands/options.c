/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading options with popt, strictly. */
#include "commands/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/status.h"

enum { OPTION_HELP = 1000 };

int options_parse(int argc, const char **argv, const struct poptOption *table, const char *usage,
                  int (*take)(int val, const char *argument, void *data), void *data,
                  poptContext *context, const char ***rest)
{
    char name[64];
    const struct poptOption with_help[] = {
        {NULL, 0, POPT_ARG_INCLUDE_TABLE, (void *)table, 0, "Options:", NULL},
        {"help", 'h', POPT_ARG_NONE, NULL, OPTION_HELP, "print this and stop", NULL},
        POPT_TABLEEND,
    };
    snprintf(name, sizeof name, "spinet %s", argv[0]);
    *context = poptGetContext(name, argc, argv, with_help, 0);
    if (!*context)
        return status_no_memory("the options", 0);
    poptSetOtherOptionHelp(*context, usage);
    int val;
    while ((val = poptGetNextOpt(*context)) > 0) {
        if (val == OPTION_HELP) {
            printf("Usage: spinet %s %s\n\n", argv[0], usage);
            poptPrintHelp(*context, stdout, 0);
            return OPTIONS_HELPED;
        }
        char *argument = poptGetOptArg(*context);
        const int result = take(val, argument ? argument : "", data);
        free(argument);
        if (result != STATUS_OK)
            return result;
    }
    if (val < -1)
        return status_fail(STATUS_USER, "%s: %s; `spinet %s --help` lists the options",
                           poptBadOption(*context, 0), poptStrerror(val), argv[0]);
    *rest = poptGetArgs(*context);
    return STATUS_OK;
}

int options_take_parameter(struct parameter_options *options, int val, const char *argument)
{
    if (val == OPTION_PRESET && options->any)
        return status_fail(STATUS_USER,
                           "--preset %s: expected before --config and --set, which it would undo",
                           argument);
    options->any = true;
    if (val == OPTION_PRESET)
        return parameters_preset(options->parameters, argument);
    if (val == OPTION_CONFIG)
        return parameters_read(options->parameters, argument);
    return parameters_set(options->parameters, argument);
}

int options_number(const char *option, const char *text, int64_t least, int64_t most,
                   int64_t *number)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno || value < least || value > most)
        return status_fail(STATUS_USER, "%s %.100s: expected a whole number from %lld to %lld",
                           option, text, (long long)least, (long long)most);
    *number = value;
    return STATUS_OK;
}

int options_check_file(const char *option, const char *path)
{
    struct new_file probe;
    if (!*path)
        return status_fail(STATUS_USER, "%s: the name of a file is empty", option);
    if (file_is_folder(path))
        return status_fail(STATUS_USER, "%s: is a folder, a file is needed", path);
    const int status = file_create(&probe, path);
    if (status == STATUS_OK)
        file_abandon(&probe);
    return status;
}
