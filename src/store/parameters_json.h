/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_PARAMETERS_JSON_H
#define SPINET_STORE_PARAMETERS_JSON_H

#include <jansson.h>

#include "core/parameters.h"

/* {"group": {"key": value}}; NULL without memory. The caller owns it. */
json_t *parameters_to_json(const struct parameters *p);

/* Sets the parameters that the object has; others in `p` stay. `where` begins the messages. USER.
 */
int parameters_from_json(struct parameters *p, const json_t *json, const char *where);

#endif
