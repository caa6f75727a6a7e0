/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet params: every parameter with its value, unit, range, source and meaning. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/parameters_json.h"
#include "train/train.h"

struct params_values {
    struct command_values common;
    bool is_json;
};

/* Adds a parameter as an object, under the name that --set takes. */
static void add_parameter(const struct parameter_description *d, void *data)
{
    json_t *const *roots = data;
    json_t *value = json_object_get(json_object_get(roots[0], d->group), d->name ? d->name : "");
    if (!value)
        return;
    json_auto_t *name = json_sprintf("%s.%s", d->group, d->name);
    json_object_set_new(roots[1], json_string_value(name),
                        json_pack("{sO ss ss ss ss}", "value", value, "unit", d->unit, "range",
                                  d->range, "source", d->source, "meaning", d->meaning));
}

static int print_json(const struct parameters *parameters)
{
    json_t *roots[] = {parameters_to_json(parameters), json_object()};
    parameters_describe(parameters, add_parameter, roots);
    json_decref(roots[0]);
    return json_file_write("-", roots[1], 17);
}

static int params(void *values)
{
    const struct params_values *v = values;
    TRY(training_check(&v->common.parameters));
    if (v->is_json)
        return print_json(&v->common.parameters);
    parameters_print(&v->common.parameters, stdout);
    return STATUS_OK;
}

#define AT(member) .at = offsetof(struct params_values, member)
static const struct option options[] = {
    PARAMETER_OPTIONS,
    {"json", 0, NULL, "as JSON", AT(is_json)},
    {0},
};

const struct command command_params = {
    .name = "params",
    .summary = "list every parameter",
    .description = "Prints each parameter with its value, unit, meaning, range and source. With "
                   "--preset, --config and --set, the values they give: a way to check them.",
    .usage = "[--preset authors|supplement] [--json]",
    .options = options,
    .size = sizeof(struct params_values),
    .run = params,
};
