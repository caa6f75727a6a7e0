/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of groups in experiment and search files, and their values. */
#include "sweep/keys.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "core/utf8.h"

int keys_refuse(const char *path, const config_setting_t *setting, const char *right)
{
    const char *name = config_setting_name(setting);
    return status_fail(STATUS_USER, "%s:%u: %.100s: expected %s", path,
                       config_setting_source_line(setting), name ? name : "this", right);
}

int keys_locate(const char *path, const config_setting_t *setting, int status)
{
    return status == STATUS_USER
               ? status_fail(status, "%s:%u: %s", path, config_setting_source_line(setting),
                             status_message())
               : status;
}

/* The key of this name; the last of the keys, which has no name, if there is none. */
static const struct key *find_key(const struct key *key, const char *name)
{
    while (key->name && strcmp(key->name, name) != 0)
        key++;
    return key;
}

int keys_read(const char *path, const config_setting_t *group, const struct key *keys, void *to)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const struct key *key = find_key(keys, config_setting_name(setting));
        if (!key->name)
            return keys_refuse(path, setting, key->right);
        if (key->take)
            TRY(key->take(path, setting, key, (char *)to + key->at));
    }
    return STATUS_OK;
}

int keys_take_text(const char *path, const config_setting_t *setting, const struct key *key,
                   void *to)
{
    char **copy = to;
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text) || (key->most && strlen(text) > (size_t)key->most))
        return keys_refuse(path, setting, key->right);
    free(*copy);
    *copy = strdup(text);
    return *copy ? STATUS_OK : status_no_memory("an experiment", strlen(text));
}

int keys_take_number(const char *path, const config_setting_t *setting, const struct key *key,
                     void *number)
{
    const int value = config_setting_get_int(setting);
    if (config_setting_type(setting) != CONFIG_TYPE_INT || value < key->least || value > key->most)
        return keys_refuse(path, setting, key->right);
    *(int32_t *)number = value;
    return STATUS_OK;
}

int keys_take_real(const char *path, const config_setting_t *setting, const struct key *key,
                   void *real)
{
    if (!config_setting_is_number(setting))
        return keys_refuse(path, setting, key->right);
    const double value = config_setting_type(setting) == CONFIG_TYPE_FLOAT
                             ? config_setting_get_float(setting)
                             : (double)config_setting_get_int64(setting);
    *(double *)real = value;
    return isfinite(value) ? STATUS_OK : keys_refuse(path, setting, key->right);
}

int keys_take_switch(const char *path, const config_setting_t *setting, const struct key *key,
                     void *is_on)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return keys_refuse(path, setting, key->right);
    *(bool *)is_on = config_setting_get_bool(setting);
    return STATUS_OK;
}

int keys_take_list(const char *path, const config_setting_t *list, const struct key *key, void *to)
{
    const int n = config_setting_length(list);
    if (!(config_setting_is_array(list) || config_setting_is_list(list)) || n < key->least ||
        n > key->most)
        return keys_refuse(path, list, key->right);
    for (int i = 0; i < n; i++)
        TRY(key->each(path, config_setting_get_elem(list, (unsigned)i), to));
    return STATUS_OK;
}

int keys_read_name(const char *path, const config_setting_t *group, const struct key *keys,
                   const char *right, const char **name)
{
    const config_setting_t *setting = config_setting_get_member(group, "name");
    for (int i = 0; !setting && config_setting_is_group(group) && i < config_setting_length(group);
         i++) {
        const config_setting_t *other = config_setting_get_elem(group, (unsigned)i);
        const struct key *key = find_key(keys, config_setting_name(other));
        if (!key->name) /* "nmae", say */
            return keys_refuse(path, other, key->right);
    }
    if (!setting)
        return keys_refuse(path, group, right);
    *name = config_setting_get_string(setting);
    return *name ? STATUS_OK : keys_refuse(path, setting, "a name of letters, digits, - _ + and .");
}
