/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SWEEP_KEYS_H
#define SPINET_SWEEP_KEYS_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>

/* The keys of groups in files that config_read_strictly has read: a group has a list of the keys it
 * may have, each with what takes its value. All functions: USER with file and line. */

/* A key, what takes its value, and where to. The last of a group's keys has no name and says in
 * `right` what keys there are. */
struct key {
    const char *name;
    int (*take)(const char *path, const config_setting_t *setting, const struct key *key, void *to);
    size_t at;
    const char *right; /* what the value should be */
    int least, most;   /* a number; elements of a list; bytes of a text (0: any) */
    /* takes an element of a list */
    int (*each)(const char *path, const config_setting_t *setting, void *to);
};

/* Takes the values of the group's keys; `to` is the structure that they belong to. */
int keys_read(const char *path, const config_setting_t *group, const struct key *keys, void *to);

/* The name of what should be a group that has one; `right` says which. Where it is missing, another
 * of its keys may be misspelt: one that is none of `keys` is refused first. */
int keys_read_name(const char *path, const config_setting_t *group, const struct key *keys,
                   const char *right, const char **name);

/* "PATH:LINE: KEY: expected RIGHT" */
int keys_refuse(const char *path, const config_setting_t *setting, const char *right);

/* Puts file and line before the message of a call that failed; returns its status. */
int keys_locate(const char *path, const config_setting_t *setting, int status);

/* What takes a value: a char * in UTF-8, int32_t, double, bool, or elements by key->each. */
typedef int key_take(const char *path, const config_setting_t *setting, const struct key *key,
                     void *to);
key_take keys_take_text, keys_take_number, keys_take_real, keys_take_switch, keys_take_list;

#endif
