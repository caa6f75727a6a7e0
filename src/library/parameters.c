/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: errors, version, parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/version.h"
#include "library/handles.h"

_Static_assert((int)SPINET_USER == (int)STATUS_USER && (int)SPINET_SYSTEM == (int)STATUS_SYSTEM &&
                   (int)SPINET_STOPPED == (int)STATUS_INTERRUPTED,
               "the codes are those of core/status.h");

const char *spinet_error(void)
{
    return status_message();
}

int spinet_fail(int code, const char *message)
{
    return status_fail(code, "%s", message);
}

const char *spinet_version(void)
{
    return version_text;
}

int spinet_parameters_new(const char *preset, struct spinet_parameters **parameters)
{
    POINT_FOR_DECIMALS;
    OWN_NEW(struct spinet_parameters, new, 1, "the parameters");
    TRY(parameters_preset(&new->values, preset));
    *parameters = scope_take(new);
    return STATUS_OK;
}

void spinet_parameters_free(struct spinet_parameters *parameters)
{
    free(parameters);
}

int spinet_parameters_read(struct spinet_parameters *parameters, const char *path)
{
    POINT_FOR_DECIMALS;
    return parameters_read(&parameters->values, path);
}

int spinet_parameters_set(struct spinet_parameters *parameters, const char *key, const char *value)
{
    POINT_FOR_DECIMALS;
    char group[64];
    const char *dot = strchr(key, '.');
    if (!dot || dot - key >= (ptrdiff_t)sizeof group)
        return status_fail(STATUS_USER, "%.200s: expected group.key, as in turnover.period", key);
    snprintf(group, sizeof group, "%.*s", (int)(dot - key), key);
    return parameters_store(&parameters->values, group, dot + 1, value, "");
}

int spinet_parameters_get(const struct spinet_parameters *parameters, const char *key, char *value,
                          size_t size)
{
    POINT_FOR_DECIMALS;
    return parameters_get(&parameters->values, key, value, size);
}

struct visitor {
    void (*visit)(const struct spinet_description *description, void *data);
    void *data;
};

static void pass_on(const struct parameter_description *d, void *data)
{
    const struct visitor *visitor = data;
    visitor->visit(&(struct spinet_description){d->group, d->name, d->value, d->unit, d->range,
                                                d->source, d->meaning},
                   visitor->data);
}

void spinet_parameters_describe(const struct spinet_parameters *parameters,
                                void (*visit)(const struct spinet_description *, void *),
                                void *data)
{
    POINT_FOR_DECIMALS;
    parameters_describe(&parameters->values, pass_on, &(struct visitor){visit, data});
}
