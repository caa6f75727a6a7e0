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

struct listing {
    json_t *values, *parameters; /* {group: {name: value}}; {"group.name": what there is to say} */
};

/* Adds a parameter as an object, under the name that --set takes. */
static void add_parameter(const struct parameter_description *d, void *data)
{
    const struct listing *listing = data;
    json_t *group = json_object_get(listing->values, d->group);
    json_t *value = json_object_get(group, d->name ? d->name : "");
    if (!value)
        return;
    json_auto_t *name = json_sprintf("%s.%s", d->group, d->name);
    json_object_set_new(listing->parameters, json_string_value(name),
                        json_pack("{sO ss ss ss ss}", "value", value, "unit", d->unit, "range",
                                  d->range, "source", d->source, "meaning", d->meaning));
}

static int print_json(const struct parameters *parameters)
{
    struct listing listing = {parameters_to_json(parameters), json_object()};
    parameters_describe(parameters, add_parameter, &listing);
    json_decref(listing.values);
    return json_file_write("-", listing.parameters, 17);
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
