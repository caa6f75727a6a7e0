/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet params: every parameter with its value, unit, range, source and meaning. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/parameters_json.h"
#include "train/train.h"

static int take(int val, const char *argument, void *data)
{
    return options_take_parameter(data, val, argument);
}

/* One of them as an object, under the name that --set takes. */
static void add_parameter(const struct parameter_description *d, void *data)
{
    json_t *const *roots = data;
    json_t *value = json_object_get(json_object_get(roots[0], d->group), d->name ? d->name : "");
    if (!value)
        return;
    json_t *name = json_sprintf("%s.%s", d->group, d->name);
    json_object_set_new(roots[1], json_string_value(name),
                        json_pack("{sO ss ss ss ss}", "value", value, "unit", d->unit, "range",
                                  d->range, "source", d->source, "meaning", d->meaning));
    json_decref(name);
}

static int print_json(const struct parameters *parameters)
{
    json_t *roots[] = {parameters_to_json(parameters), json_object()};
    parameters_describe(parameters, add_parameter, roots);
    json_decref(roots[0]);
    return json_file_write("-", roots[1], 17);
}

int command_params(int argc, const char **argv)
{
    static struct parameters parameters;
    struct parameter_options options = {&parameters, false};
    int is_json = 0;
    const struct poptOption table[] = {
        PARAMETER_OPTIONS,
        {"json", 0, POPT_ARG_NONE, &is_json, 0, "as JSON", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table, "[--preset authors|supplement] [--json]", take,
                               &options, &context, &rest);
    const bool helped = status == OPTIONS_HELPED;
    if (helped)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = options_refuse_argument("params", *rest);
    else if (status == STATUS_OK)
        status = training_check(&parameters);
    if (status == STATUS_OK && !helped && is_json)
        status = print_json(&parameters);
    else if (status == STATUS_OK && !helped)
        parameters_print(&parameters, stdout);
    poptFreeContext(context);
    return status;
}
