/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet params: every parameter with its value, unit, range, source and meaning. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"
#include "train/train.h"

static int take(int val, const char *argument, void *data)
{
    return options_take_parameter(data, val, argument);
}

int command_params(int argc, const char **argv)
{
    static struct parameters parameters;
    struct parameter_options options = {&parameters, false};
    const struct poptOption table[] = {PARAMETER_OPTIONS, POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table, "[--preset authors|supplement]", take, &options,
                               &context, &rest);
    const bool helped = status == OPTIONS_HELPED;
    if (helped)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = options_refuse_argument("params", *rest);
    else if (status == STATUS_OK)
        status = training_check(&parameters);
    if (status == STATUS_OK && !helped)
        parameters_print(&parameters, stdout);
    poptFreeContext(context);
    return status;
}
