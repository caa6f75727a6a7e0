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

#define NAME_RIGHT "a name of letters, digits, - _ + and ."
#define SET_RIGHT  "a list of at most 32 texts, as [\"turnover.period=20\"]"

static int refuse(const char *path, const config_setting_t *setting, const char *right)
{
    const char *name = config_setting_name(setting);
    return status_fail(STATUS_USER, "%s:%u: %.100s: expected %s", path,
                       config_setting_source_line(setting), name ? name : "this", right);
}

/* ---- keys and their values ---- */

/* A key of a group: what takes its value, and where to. Of the last entry of a list only `right`
 * counts, which says what keys there are. */
struct key {
    const char *name;
    int (*take)(const char *path, const config_setting_t *setting, const struct key *key, void *to);
    size_t at;
    const char *right; /* what a value should be */
    int least, most;   /* a number; texts in a list */
};

static int read_keys(const char *path, const config_setting_t *group, const struct key *keys,
                     void *to)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const struct key *key = keys;
        while (key->name && strcmp(key->name, config_setting_name(setting)) != 0)
            key++;
        if (!key->name)
            return refuse(path, setting, key->right);
        TRY(key->take(path, setting, key, (char *)to + key->at));
    }
    return STATUS_OK;
}

static bool is_name(const char *name)
{
    return *name && *name != '.' && strlen(name) < EXPERIMENT_NAME_MAX &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789-_+.")] == '\0';
}

static int take_name(const char *path, const config_setting_t *setting, const struct key *key,
                     void *name)
{
    (void)key;
    const char *text = config_setting_get_string(setting);
    if (!text || !is_name(text))
        return refuse(path, setting, NAME_RIGHT);
    strcpy(name, text);
    return STATUS_OK;
}

static int take_text(const char *path, const config_setting_t *setting, const struct key *key,
                     void *to)
{
    (void)key;
    char **copy = to;
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text))
        return refuse(path, setting, "a text in UTF-8");
    free(*copy);
    *copy = strdup(text);
    return *copy ? STATUS_OK : status_no_memory("an experiment", strlen(text));
}

static int take_texts(const char *path, const config_setting_t *setting, const struct key *key,
                      void *to)
{
    struct texts *texts = to;
    const int n = config_setting_length(setting);
    if (!(config_setting_is_array(setting) || config_setting_is_list(setting)) || n > key->most)
        return refuse(path, setting, key->right);
    for (int i = 0; i < n; i++) {
        TRY(take_text(path, config_setting_get_elem(setting, (unsigned)i), key, &texts->text[i]));
        texts->n = i + 1;
    }
    return STATUS_OK;
}

static int take_number(const char *path, const config_setting_t *setting, const struct key *key,
                       void *number)
{
    char right[64];
    snprintf(right, sizeof right, "a whole number from %d to %d", key->least, key->most);
    const int value = config_setting_get_int(setting);
    if (config_setting_type(setting) != CONFIG_TYPE_INT || value < key->least || value > key->most)
        return refuse(path, setting, right);
    *(int32_t *)number = value;
    return STATUS_OK;
}

static int take_switch(const char *path, const config_setting_t *setting, const struct key *key,
                       void *is_on)
{
    (void)key;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return refuse(path, setting, "true or false");
    *(int *)is_on = config_setting_get_bool(setting);
    return STATUS_OK;
}

static int take_title(const char *path, const config_setting_t *setting, const struct key *key,
                      void *title)
{
    const char *text = config_setting_get_string(setting);
    if (!text || strlen(text) >= TITLE_MAX || !utf8_is_valid(text))
        return refuse(path, setting, key->right);
    strcpy(title, text);
    return STATUS_OK;
}

/* ---- levels and factors ---- */

static int read_level(const char *path, const config_setting_t *group, struct level *level)
{
    static const struct key keys[] = {
        {"name", take_name, offsetof(struct level, name), NULL, 0, 0},
        {"config", take_text, offsetof(struct level, config), NULL, 0, 0},
        {"set", take_texts, offsetof(struct level, set), SET_RIGHT, 0, TEXTS_MAX},
        {.right = "name, config or set"},
    };
    if (!config_setting_is_group(group))
        return refuse(path, group, "groups { name = …; }");
    TRY(read_keys(path, group, keys, level));
    return *level->name ? STATUS_OK : refuse(path, group, "a level with a name");
}

static int take_levels(const char *path, const config_setting_t *list, const struct key *key,
                       void *to)
{
    struct factor *factor = to;
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n < 1 || n > LEVELS_MAX)
        return refuse(path, list, key->right);
    factor->level = calloc((size_t)n, sizeof *factor->level);
    if (!factor->level)
        return status_no_memory("an experiment", (size_t)n * sizeof *factor->level);
    for (int i = 0; i < n; i++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        factor->n_levels = factor->n_read = i + 1;
        TRY(read_level(path, group, &factor->level[i]));
        for (int k = 0; k < i; k++)
            if (strcmp(factor->level[k].name, factor->level[i].name) == 0)
                return refuse(path, group, "levels of different names");
    }
    return STATUS_OK;
}

static bool is_column(const char *name)
{
    for (int i = 0; i < RESULT_SECONDS; i++)
        if (strcmp(name, result_column(i)) == 0)
            return true;
    return false;
}

static int read_factor(const char *path, const config_setting_t *group, struct factor *factor)
{
    static const struct key keys[] = {
        {"name", take_name, offsetof(struct factor, name), NULL, 0, 0},
        {"levels", take_levels, 0, "a list ( { name = …; }, … ) of 1 to 64 levels", 0, 0},
        {.right = "name or levels"},
    };
    if (!config_setting_is_group(group))
        return refuse(path, group, "groups { name = …; levels = …; }");
    TRY(read_keys(path, group, keys, factor));
    if (is_column(factor->name))
        return status_fail(STATUS_USER,
                           "%s:%u: factor %s: expected another name, results.csv has a column "
                           "of this one",
                           path, config_setting_source_line(group), factor->name);
    return *factor->name && factor->n_levels > 0
               ? STATUS_OK
               : refuse(path, group, "a factor with a name and levels");
}

static int take_factors(const char *path, const config_setting_t *list, const struct key *key,
                        void *to)
{
    struct experiment *experiment = to;
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n < 1 || n > FACTORS_MAX)
        return refuse(path, list, key->right);
    for (int i = 0; i < n; i++) {
        experiment->n_factors = i + 1;
        TRY(read_factor(path, config_setting_get_elem(list, (unsigned)i), &experiment->factor[i]));
        for (int k = 0; k < i; k++)
            if (strcmp(experiment->factor[k].name, experiment->factor[i].name) == 0)
                return refuse(path, list, "factors of different names");
    }
    return STATUS_OK;
}

/* ---- marks ---- */

static int read_mark(const char *path, const config_setting_t *group, json_t *marks)
{
    const bool is_group = config_setting_is_group(group);
    const config_setting_t *levels = is_group ? config_setting_get_member(group, "levels") : NULL;
    const config_setting_t *label = is_group ? config_setting_get_member(group, "label") : NULL;
    const char *text = label ? config_setting_get_string(label) : NULL;
    const int n = levels ? config_setting_length(levels) : 0;
    if (!text || !*text || strlen(text) >= EXPERIMENT_NAME_MAX || n < 1 || n > FACTORS_MAX ||
        config_setting_length(group) != 2)
        return refuse(path, group,
                      "groups { label = \"…\"; levels = [\"…\"]; } with 1 to 4 levels");
    if (!utf8_is_valid(text))
        return refuse(path, label, "a text in UTF-8");
    json_t *names = json_array();
    json_array_append_new(marks, json_pack("{s:s, s:o}", "label", text, "levels", names));
    for (int i = 0; i < n; i++) {
        char name[EXPERIMENT_NAME_MAX];
        TRY(take_name(path, config_setting_get_elem(levels, (unsigned)i), NULL, name));
        json_array_append_new(names, json_string(name));
    }
    return STATUS_OK;
}

static int take_marks(const char *path, const config_setting_t *list, const struct key *key,
                      void *to)
{
    json_t **marks = to;
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n > key->most)
        return refuse(path, list, key->right);
    *marks = n > 0 ? json_array() : NULL;
    for (int i = 0; i < n; i++)
        TRY(read_mark(path, config_setting_get_elem(list, (unsigned)i), *marks));
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
            if (!has_level(experiment, json_string_value(level)))
                return status_fail(STATUS_USER, "%s: marks: %s: expected a level of a factor", path,
                                   json_string_value(level));
        }
    }
    return STATUS_OK;
}

/* ---- the file ---- */

static int read_experiment(const char *path, const config_setting_t *root,
                           struct experiment *experiment)
{
#define AT(member) offsetof(struct experiment, member)
    static const struct key keys[] = {
        {"title", take_title, AT(title), "a text of less than 256 bytes, in UTF-8", 0, 0},
        {"runs", take_number, AT(n_runs), NULL, 1, 100000},
        {"first_seed", take_number, AT(first_seed), NULL, 0, INT32_MAX},
        {"config", take_text, AT(base.config), NULL, 0, 0},
        {"set", take_texts, AT(base.set), SET_RIGHT, 0, TEXTS_MAX},
        {"factors", take_factors, 0, "a list ( { name = …; levels = …; }, … ) of 1 to 4 factors", 0,
         0},
        {"marks", take_marks, AT(marks), "a list of at most 16 groups { label = …; levels = …; }",
         0, 16},
        {"pictures", take_switch, AT(pictures), NULL, 0, 0},
        {"after", take_texts, AT(after),
         "a list of at most 8 commands of spinet, as [\"shapes --difficulty easy --out images\"]",
         0, 8},
        {"place_in_all", take_number, AT(place_in_all), NULL, 1, 1000},
        {"more_levels", take_text, AT(more_levels), NULL, 0, 0},
        {.right = "title, runs, first_seed, config, set, factors, marks, pictures, after, "
                  "place_in_all or more_levels"},
    };
    TRY(read_keys(path, root, keys, experiment));
    if (experiment->n_factors == 0)
        return status_fail(
            STATUS_USER,
            "%s: has no factors: expected a list of them, as in experiments/shapes.sweep", path);
    return check_marks(path, experiment);
}

static int count_conditions(const char *source, struct experiment *experiment)
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

int experiment_read(struct experiment *experiment, const char *path)
{
    *experiment = (struct experiment){.first_seed = 1, .n_runs = 20};
    const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (!utf8_is_valid(path))
        return status_fail(
            STATUS_USER, "%s: the name is not UTF-8, as experiment.json needs it: rename it", path);
    utf8_copy(experiment->name, sizeof experiment->name, file, strcspn(file, "."));
    config_t config;
    int status = config_read_strictly(&config, path);
    if (status == STATUS_OK)
        status = read_experiment(path, config_root_setting(&config), experiment);
    config_destroy(&config);
    if (status == STATUS_OK)
        status = count_conditions(path, experiment);
    if (status != STATUS_OK)
        experiment_free(experiment);
    return status;
}

static void texts_free(struct texts *texts)
{
    for (int i = 0; i < TEXTS_MAX; i++)
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
    texts_free(&experiment->after);
    json_decref(experiment->marks);
    for (int i = 0; i < experiment->n_factors; i++) {
        for (int k = 0; k < experiment->factor[i].n_levels; k++)
            level_free(&experiment->factor[i].level[k]);
        free(experiment->factor[i].level);
    }
    *experiment = (struct experiment){0};
}

/* ---- without a file ---- */

/* The factor of this name, at its end if there is none yet; NULL if there is no room for one. */
static struct factor *find_factor(struct experiment *experiment, const char *name)
{
    for (int i = 0; i < experiment->n_factors; i++)
        if (strcmp(experiment->factor[i].name, name) == 0)
            return &experiment->factor[i];
    if (experiment->n_factors == FACTORS_MAX)
        return NULL;
    return strcpy(experiment->factor[experiment->n_factors++].name, name),
           &experiment->factor[experiment->n_factors - 1];
}

static int fill_level(struct level *level, const char *name, const char *const *set, int n_set)
{
    strcpy(level->name, name);
    for (int i = 0; i < n_set; i++) {
        if (!utf8_is_valid(set[i]))
            return status_fail(STATUS_USER, "level %s: set: expected texts in UTF-8", name);
        if (!(level->set.text[level->set.n++] = strdup(set[i])))
            return status_no_memory("a level", strlen(set[i]));
    }
    return STATUS_OK;
}

int experiment_add_level(struct experiment *experiment, const char *of, const char *name,
                         const char *const *set, int n_set)
{
    if (!is_name(of) || is_column(of))
        return status_fail(STATUS_USER, "factor '%.100s': expected %s", of,
                           is_name(of) ? "another name, results.csv has a column of this one"
                                       : NAME_RIGHT);
    if (!is_name(name))
        return status_fail(STATUS_USER, "factor %s: level '%.100s': expected " NAME_RIGHT, of,
                           name);
    if (n_set < 0 || n_set > TEXTS_MAX)
        return status_fail(STATUS_USER,
                           "factor %s: level %s: sets %d parameters: expected at "
                           "most %d",
                           of, name, n_set, TEXTS_MAX);
    struct factor *factor = find_factor(experiment, of);
    if (!factor || factor->n_levels == LEVELS_MAX)
        return status_fail(STATUS_USER,
                           "factor %s: expected at most %d factors of at most %d levels", of,
                           FACTORS_MAX, LEVELS_MAX);
    for (int i = 0; i < factor->n_levels; i++)
        if (strcmp(factor->level[i].name, name) == 0)
            return status_fail(STATUS_USER,
                               "factor %s: level %s: expected levels of different names", of, name);
    struct level *grown = realloc(factor->level, ((size_t)factor->n_levels + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("a level", sizeof *grown);
    factor->level = grown;
    grown[factor->n_levels] = (struct level){0};
    factor->n_read = ++factor->n_levels;
    TRY(fill_level(&grown[factor->n_levels - 1], name, set, n_set));
    return count_conditions(experiment->name, experiment);
}

/* Is `name` one of the words of "A|B|…"? */
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

/* "a, b, c", cut where it is full. */
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
        return count_conditions(restriction, experiment);
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
                     ? status_fail(STATUS_USER, "level %s: set: %s", level->name, why)
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
        p->record.network = false; /* ten thousand times over unless it is asked for */
    }
    TRY(apply(experiment, &experiment->base, p));
    for (int i = 0; i < experiment->n_factors; i++)
        TRY(apply(experiment, experiment_level(experiment, condition, i), p));
    for (int i = 0; i < n_extra; i++)
        TRY(parameters_set(p, extra[i]));
    return parameters_validate(p);
}
