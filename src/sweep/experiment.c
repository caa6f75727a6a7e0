/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments as files: which parameters vary, and how. Runs nothing (sweep.c does). */
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "store/result_row.h"

/* ---- factors and levels, wherever they come from ---- */

/* Names become parts of file names and fields of CSV files. */
static int check_name(const char *what, const char *name)
{
    const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_+.");
    if (n == 0 || name[n] || *name == '.' || n >= EXPERIMENT_NAME_MAX)
        return status_fail(STATUS_USER,
                           "%s '%.100s': expected a name of letters, digits, - _ + and .", what,
                           utf8_is_valid(name) ? name : "…");
    return STATUS_OK;
}

int experiment_add_factor(struct experiment *experiment, const char *name)
{
    TRY(check_name("factor", name));
    for (int i = 0; i < RESULT_SECONDS; i++)
        if (strcmp(name, result_column(i)) == 0)
            return status_fail(STATUS_USER,
                               "factor %s: expected another name, results.csv has a column of this "
                               "one",
                               name);
    for (int i = 0; i < experiment->n_factors; i++)
        if (strcmp(experiment->factor[i].name, name) == 0)
            return status_fail(STATUS_USER, "factor %s: expected factors of different names", name);
    if (experiment->n_factors == FACTORS_MAX)
        return status_fail(STATUS_USER, "factor %s: expected at most %d factors", name,
                           FACTORS_MAX);
    strcpy(experiment->factor[experiment->n_factors++].name, name);
    return STATUS_OK;
}

int experiment_add_level(struct factor *factor, const char *name)
{
    TRY(check_name("level", name));
    for (int i = 0; i < factor->n_levels; i++)
        if (strcmp(factor->level[i].name, name) == 0)
            return status_fail(STATUS_USER, "level %s: expected levels of different names", name);
    if (factor->n_levels == LEVELS_MAX)
        return status_fail(STATUS_USER, "level %s: expected at most %d levels", name, LEVELS_MAX);
    struct level *grown = realloc(factor->level, ((size_t)factor->n_levels + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("a level", sizeof *grown);
    grown[factor->n_levels] = (struct level){0};
    strcpy(grown[factor->n_levels].name, name);
    factor->level = grown;
    factor->n_read = ++factor->n_levels;
    return STATUS_OK;
}

int experiment_add_text(struct texts *texts, const char *text)
{
    if (texts->n == TEXTS_MAX)
        return status_fail(STATUS_USER, "%.100s: expected at most %d texts", text, TEXTS_MAX);
    texts->text[texts->n] = strdup(text);
    return texts->text[texts->n++] ? STATUS_OK : status_no_memory("a text", strlen(text));
}

int experiment_count_conditions(struct experiment *experiment, const char *source)
{
    int64_t n = 1;
    for (int i = 0; i < experiment->n_factors; i++)
        n *= experiment->factor[i].n_levels;
    if (n > CONDITIONS_MAX)
        return status_fail(STATUS_USER, "%s: %lld conditions: expected at most %d", source,
                           (long long)n, CONDITIONS_MAX);
    experiment->n_conditions = (int32_t)n;
    return STATUS_OK;
}

/* ---- keys and their values ---- */

static int refuse(const char *path, const config_setting_t *setting, const char *right)
{
    const char *name = config_setting_name(setting);
    return status_fail(STATUS_USER, "%s:%u: %.100s: expected %s", path,
                       config_setting_source_line(setting), name ? name : "this", right);
}

/* Puts file and line before the message of a call that failed. */
static int locate(const char *path, const config_setting_t *setting, int status)
{
    char why[400];
    snprintf(why, sizeof why, "%s", status_message());
    return status == STATUS_USER
               ? status_fail(status, "%s:%u: %s", path, config_setting_source_line(setting), why)
               : status;
}

/* A key of a group: what takes its value, and where to. The last of a group's keys says what keys
 * there are. */
struct key {
    const char *name;
    int (*take)(const char *path, const config_setting_t *setting, const struct key *key, void *to);
    size_t at;
    const char *right; /* what the value should be */
    int least, most;   /* a number; elements of a list */
    /* takes an element of a list */
    int (*each)(const char *path, const config_setting_t *setting, void *to);
};

static int find_key(const char *path, const config_setting_t *setting, const struct key *keys,
                    const struct key **key)
{
    const char *name = config_setting_name(setting);
    while (keys->name && strcmp(keys->name, name) != 0)
        keys++;
    *key = keys;
    return keys->name ? STATUS_OK : refuse(path, setting, keys->right);
}

static int read_keys(const char *path, const config_setting_t *group, const struct key *keys,
                     void *to)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const struct key *key;
        TRY(find_key(path, setting, keys, &key));
        if (key->take)
            TRY(key->take(path, setting, key, (char *)to + key->at));
    }
    return STATUS_OK;
}

static int take_text(const char *path, const config_setting_t *setting, const struct key *key,
                     void *to)
{
    char **copy = to;
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text) || (key->most && strlen(text) > (size_t)key->most))
        return refuse(path, setting, key->right);
    free(*copy);
    *copy = strdup(text);
    return *copy ? STATUS_OK : status_no_memory("an experiment", strlen(text));
}

static int take_number(const char *path, const config_setting_t *setting, const struct key *key,
                       void *number)
{
    const int value = config_setting_get_int(setting);
    if (config_setting_type(setting) != CONFIG_TYPE_INT || value < key->least || value > key->most)
        return refuse(path, setting, key->right);
    *(int32_t *)number = value;
    return STATUS_OK;
}

static int take_switch(const char *path, const config_setting_t *setting, const struct key *key,
                       void *is_on)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return refuse(path, setting, key->right);
    *(bool *)is_on = config_setting_get_bool(setting);
    return STATUS_OK;
}

static int take_list(const char *path, const config_setting_t *list, const struct key *key,
                     void *to)
{
    const int n = config_setting_length(list);
    if (!(config_setting_is_array(list) || config_setting_is_list(list)) || n < key->least ||
        n > key->most)
        return refuse(path, list, key->right);
    for (int i = 0; i < n; i++)
        TRY(key->each(path, config_setting_get_elem(list, (unsigned)i), to));
    return STATUS_OK;
}

/* ---- elements of lists ---- */

static int add_text(const char *path, const config_setting_t *setting, void *texts)
{
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text))
        return refuse(path, setting, "a text in UTF-8");
    return locate(path, setting, experiment_add_text(texts, text));
}

/* The name of a group, which has these keys and no others. */
static int take_name(const char *path, const config_setting_t *group, const struct key *keys,
                     const char *right, const char **name)
{
    const struct key *key;
    if (!config_setting_is_group(group))
        return refuse(path, group, right);
    for (int i = 0; i < config_setting_length(group); i++)
        TRY(find_key(path, config_setting_get_elem(group, (unsigned)i), keys, &key));
    const config_setting_t *setting = config_setting_get_member(group, "name");
    if (!setting)
        return refuse(path, group, right);
    *name = config_setting_get_string(setting);
    return *name ? STATUS_OK : refuse(path, setting, "a name of letters, digits, - _ + and .");
}

#define SET_KEY(at)                                                                                \
    {                                                                                              \
        "set", take_list, at, "a list of at most 32 texts, as [\"turnover.period=20\"]", 0,        \
            TEXTS_MAX, add_text                                                                    \
    }
#define CONFIG_KEY(at)                                                                             \
    {                                                                                              \
        "config", take_text, at, "a text in UTF-8", 0, 0, NULL                                     \
    }

static int add_level(const char *path, const config_setting_t *group, void *to)
{
    static const struct key keys[] = {
        {.name = "name"},
        CONFIG_KEY(offsetof(struct level, config)),
        SET_KEY(offsetof(struct level, set)),
        {.right = "name, config or set"},
    };
    struct factor *factor = to;
    const char *name;
    TRY(take_name(path, group, keys, "groups { name = …; }", &name));
    TRY(locate(path, group, experiment_add_level(factor, name)));
    return read_keys(path, group, keys, &factor->level[factor->n_levels - 1]);
}

static int add_factor(const char *path, const config_setting_t *group, void *to)
{
    static const struct key keys[] = {
        {.name = "name"},
        {"levels", take_list, 0, "a list ( { name = …; }, … ) of 1 to 64 levels", 1, LEVELS_MAX,
         add_level},
        {.right = "name or levels"},
    };
    struct experiment *experiment = to;
    const char *name;
    TRY(take_name(path, group, keys, "groups { name = …; levels = …; }", &name));
    TRY(locate(path, group, experiment_add_factor(experiment, name)));
    struct factor *factor = &experiment->factor[experiment->n_factors - 1];
    TRY(read_keys(path, group, keys, factor));
    return factor->n_levels > 0 ? STATUS_OK
                                : refuse(path, group, "groups { name = …; levels = …; }");
}

/* Of a mark only the label and the names of levels count, as JSON. */
static int add_mark(const char *path, const config_setting_t *group, void *to)
{
    json_t **marks = to;
    const bool is_group = config_setting_is_group(group) && config_setting_length(group) == 2;
    const config_setting_t *levels = is_group ? config_setting_get_member(group, "levels") : NULL;
    const config_setting_t *label = is_group ? config_setting_get_member(group, "label") : NULL;
    const char *text = label ? config_setting_get_string(label) : NULL;
    const int n = levels ? config_setting_length(levels) : 0;
    if (!text || !*text || strlen(text) >= EXPERIMENT_NAME_MAX || n < 1 || n > FACTORS_MAX)
        return refuse(path, group,
                      "groups { label = \"…\"; levels = [\"…\"]; } with 1 to 4 levels");
    if (!utf8_is_valid(text))
        return refuse(path, label, "a text in UTF-8");
    json_t *names = json_array();
    for (int i = 0; i < n; i++) {
        const char *name = config_setting_get_string_elem(levels, i);
        json_array_append_new(names, json_string(name ? name : ""));
    }
    *marks = *marks ? *marks : json_array();
    json_array_append_new(*marks, json_pack("{s:s, s:o}", "label", text, "levels", names));
    return STATUS_OK;
}

static bool has_level(const struct experiment *experiment, const char *name)
{
    for (int f = 0; f < experiment->n_factors; f++)
        for (int i = 0; i < experiment->factor[f].n_levels; i++)
            if (strcmp(experiment->factor[f].level[i].name, name) == 0)
                return true;
    return false;
}

static int check_marks(const char *path, const struct experiment *experiment)
{
    size_t m, i;
    const json_t *mark, *level;
    json_array_foreach(experiment->marks, m, mark)
    {
        json_array_foreach(json_object_get(mark, "levels"), i, level)
        {
            const char *name = json_string_value(level);
            if (!has_level(experiment, name ? name : ""))
                return status_fail(STATUS_USER, "%s: marks: %s: expected a level of a factor", path,
                                   name ? name : "");
        }
    }
    return STATUS_OK;
}

/* ---- the file ---- */

#define AT(member) offsetof(struct experiment, member)

static const struct key keys_of_file[] = {
    {"title", take_text, AT(title), "a text of less than 256 bytes, in UTF-8", 0, 255, NULL},
    {"runs", take_number, AT(n_runs), "a whole number from 1 to 100000", 1, 100000, NULL},
    {"first_seed", take_number, AT(first_seed), "a whole number from 0 to 2147483647", 0, INT32_MAX,
     NULL},
    CONFIG_KEY(AT(base.config)),
    SET_KEY(AT(base.set)),
    {"factors", take_list, 0, "a list ( { name = …; levels = …; }, … ) of 1 to 4 factors", 1,
     FACTORS_MAX, add_factor},
    {"marks", take_list, AT(marks), "a list of at most 16 groups { label = …; levels = …; }", 0, 16,
     add_mark},
    {"pictures", take_switch, AT(pictures), "true or false", 0, 0, NULL},
    {"after", take_list, AT(after),
     "a list of at most 8 commands of spinet, as [\"shapes --difficulty easy --out images\"]", 0, 8,
     add_text},
    {"place_in_all", take_number, AT(place_in_all), "a whole number from 1 to 1000", 1, 1000, NULL},
    {"more_levels", take_text, AT(more_levels), "a text in UTF-8", 0, 0, NULL},
    {.right = "title, runs, first_seed, config, set, factors, marks, pictures, after, "
              "place_in_all or more_levels"},
};

static int read_experiment(const char *path, const config_setting_t *root,
                           struct experiment *experiment)
{
    TRY(read_keys(path, root, keys_of_file, experiment));
    if (experiment->n_factors == 0)
        return status_fail(
            STATUS_USER,
            "%s: has no factors: expected a list of them, as in experiments/shapes.sweep", path);
    TRY(check_marks(path, experiment));
    return experiment_count_conditions(experiment, path);
}

int experiment_read(struct experiment *experiment, const char *path)
{
    *experiment = (struct experiment){.first_seed = 1, .n_runs = 20};
    const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (!utf8_is_valid(path))
        return status_fail(
            STATUS_USER, "%s: the name is not UTF-8, as experiment.json needs it: rename it", path);
    utf8_copy(experiment->name, sizeof experiment->name, file, strcspn(file, "."));
    SCOPED(config_destroy) config_t config;
    TRY(config_read_strictly(&config, path));
    const int status = read_experiment(path, config_root_setting(&config), experiment);
    if (status != STATUS_OK)
        experiment_free(experiment);
    return status;
}

static void texts_free(struct texts *texts)
{
    for (int i = 0; i < texts->n; i++)
        free(texts->text[i]);
}

static void level_free(struct level *level)
{
    free(level->config);
    texts_free(&level->set);
}

void experiment_free(struct experiment *experiment)
{
    level_free(&experiment->base);
    free(experiment->more_levels);
    free(experiment->title);
    texts_free(&experiment->after);
    json_decref(experiment->marks);
    for (int i = 0; i < experiment->n_factors; i++) {
        for (int k = 0; k < experiment->factor[i].n_levels; k++)
            level_free(&experiment->factor[i].level[k]);
        free(experiment->factor[i].level);
    }
    *experiment = (struct experiment){0};
}

/* Whether `name` is one of the words of "A|B|…". */
static bool is_among(const char *words, const char *name)
{
    const size_t length = strlen(name);
    for (const char *word = words;; word += strcspn(word, "|") + 1) {
        if (strcspn(word, "|") == length && strncmp(word, name, length) == 0)
            return true;
        if (word[strcspn(word, "|")] == '\0')
            return false;
    }
}

/* Appends a name to "a, b, c", which is cut where it is full. */
static void append_name(char *names, size_t size, const char *name)
{
    const size_t length = strlen(names);
    snprintf(names + length, size - length, "%s%s", length ? ", " : "", name);
}

int experiment_restrict(struct experiment *experiment, const char *restriction)
{
    const char *equals = strchr(restriction, '=');
    for (int i = 0; equals && i < experiment->n_factors; i++) {
        struct factor *factor = &experiment->factor[i];
        const size_t length = (size_t)(equals - restriction);
        if (strlen(factor->name) != length || strncmp(factor->name, restriction, length) != 0)
            continue;
        int n = 0;
        char names[512] = "";
        struct suggestion near = suggest_for(equals + 1);
        for (int k = 0; k < factor->n_levels; k++) {
            append_name(names, sizeof names, factor->level[k].name);
            suggest_offer(&near, factor->level[k].name);
            if (is_among(equals + 1, factor->level[k].name))
                factor->level[n++] = factor->level[k];
            else
                level_free(&factor->level[k]);
        }
        factor->n_levels = n;
        if (n == 0)
            return status_fail(STATUS_USER, "--only %.200s: no level of %s; it has: %s%s",
                               restriction, factor->name, names, suggest_ending(&near));
        return experiment_count_conditions(experiment, restriction);
    }
    char names[512] = "", asked[EXPERIMENT_NAME_MAX];
    snprintf(asked, sizeof asked, "%.*s", (int)strcspn(restriction, "="), restriction);
    struct suggestion near = suggest_for(asked);
    for (int i = 0; i < experiment->n_factors; i++) {
        append_name(names, sizeof names, experiment->factor[i].name);
        suggest_offer(&near, experiment->factor[i].name);
    }
    return status_fail(STATUS_USER, "--only %.200s: expected FACTOR=LEVEL of %s; its factors: %s%s",
                       restriction, experiment->name, names, suggest_ending(&near));
}

const struct level *experiment_level(const struct experiment *experiment, int32_t condition,
                                     int factor)
{
    for (int i = experiment->n_factors - 1; i > factor; i--)
        condition /= experiment->factor[i].n_levels;
    return &experiment->factor[factor].level[condition % experiment->factor[factor].n_levels];
}

static int apply(const struct experiment *experiment, const struct level *level,
                 struct parameters *p)
{
    static const char option[] = "--set ";
    int status = STATUS_OK;
    if (level->config)
        TRY(parameters_read(p, level->config));
    for (int i = 0; i < level->set.n && status == STATUS_OK; i++)
        status = parameters_set(p, level->set.text[i]);
    if (status == STATUS_USER && strncmp(status_message(), option, sizeof option - 1) == 0) {
        char why[1024];
        snprintf(why, sizeof why, "%s", status_message() + sizeof option - 1);
        status = experiment->start
                     ? status_fail(STATUS_USER, "level %s: %s", level->name, why)
                     : status_fail(STATUS_USER, "%.200s.sweep: set: %s", experiment->name, why);
    }
    return status;
}

int experiment_parameters(const struct experiment *experiment, int32_t condition,
                          const char *const *extra, int n_extra, struct parameters *p)
{
    if (experiment->start) {
        *p = *experiment->start;
    } else {
        TRY(parameters_preset(p, "authors"));
        p->record.network =
            false; /* networks of ten thousand runs are not kept unless that is asked for */
    }
    TRY(apply(experiment, &experiment->base, p));
    for (int i = 0; i < experiment->n_factors; i++)
        TRY(apply(experiment, experiment_level(experiment, condition, i), p));
    for (int i = 0; i < n_extra; i++)
        TRY(parameters_set(p, extra[i]));
    return parameters_validate(p);
}
