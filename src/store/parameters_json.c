/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters as JSON, as manifests have them. */
#include "store/parameters_json.h"

#include <stdlib.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

static json_t *item_of(const struct parameter_description *d)
{
    switch (d->kind) {
    case PARAMETER_INTEGER:
        return json_integer(strtoll(d->value, NULL, 10));
    case PARAMETER_REAL:
        return json_real(strtod(d->value, NULL));
    case PARAMETER_SWITCH:
        return json_boolean(*d->value == 't');
    default:
        return json_string(d->value);
    }
}

static void add(const struct parameter_description *d, void *root)
{
    if (d->kind == PARAMETER_GROUP)
        json_object_set_new(root, d->group, json_object());
    else
        json_object_set_new(json_object_get(root, d->group), d->name, item_of(d));
}

json_t *parameters_to_json(const struct parameters *p)
{
    json_t *root = json_object();
    if (root)
        parameters_describe(p, add, root);
    return root;
}

/* Whether the value has the type that parameters_to_json writes, or is a whole number in place of a
 * real. */
static bool has_type(enum parameter_kind kind, const json_t *item)
{
    switch (kind) {
    case PARAMETER_INTEGER:
        return json_is_integer(item);
    case PARAMETER_REAL:
        return json_is_number(item);
    case PARAMETER_SWITCH:
        return json_is_boolean(item);
    default:
        return json_is_string(item);
    }
}

static int refuse(const char *group, const char *name, const json_t *item, const char *where)
{
    if (json_is_object(item) || json_is_array(item))
        return parameters_refuse(group, name, json_is_object(item) ? "a group" : "a list", where);
    OWNED char *given = json_dumps(item, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    return given ? parameters_refuse(group, name, given, where) : status_no_memory("a message", 0);
}

static int store(struct parameters *p, const char *group, const char *name, const json_t *item,
                 const char *where)
{
    char text[64];
    const enum parameter_kind kind = parameters_kind(group, name);
    if (kind != PARAMETER_UNKNOWN && !has_type(kind, item))
        return refuse(group, name, item, where);
    if (json_is_string(item))
        return parameters_store(p, group, name, json_string_value(item), where);
    if (json_is_integer(item))
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(item));
    else if (json_is_real(item))
        number_format(json_real_value(item), text, sizeof text);
    return parameters_store(p, group, name,
                            json_is_boolean(item) ? (json_is_true(item) ? "true" : "false") : text,
                            where);
}

int parameters_from_json(struct parameters *p, const json_t *json, const char *where)
{
    const char *group, *name;
    json_t *members, *item;
    json_object_foreach((json_t *)json, group, members)
    {
        if (!json_is_object(members))
            return status_fail(STATUS_USER, "%s%.100s: expected a group of parameters", where,
                               group);
        json_object_foreach(members, name, item) TRY(store(p, group, name, item, where));
    }
    return STATUS_OK;
}
