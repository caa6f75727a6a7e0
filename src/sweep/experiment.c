/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments as files: which parameters vary, and how. Runs nothing (sweep.c does). */
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "store/result_row.h"

static int refuse(const char *path, const config_setting_t *setting, const char *right)
{
    const char *name = config_setting_name(setting);
    return status_fail(STATUS_USER, "%s:%u: %.100s: expected %s", path,
                       config_setting_source_line(setting), name ? name : "this", right);
}

/* Names become parts of file names and fields of CSV files. */
static int take_name(const char *path, const config_setting_t *setting, char *name)
{
    const char *text = config_setting_get_string(setting);
    if (!text || !*text || strlen(text) >= EXPERIMENT_NAME_MAX ||
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+.") !=
            strlen(text) ||
        *text == '.')
        return refuse(path, setting, "a name of letters, digits, - _ + and .");
    strcpy(name, text);
    return STATUS_OK;
}

static int take_text(const char *path, const config_setting_t *setting, char **to)
{
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text))
        return refuse(path, setting, "a text in UTF-8");
    free(*to);
    *to = strdup(text);
    return *to ? STATUS_OK : status_no_memory("an experiment", strlen(text));
}

static int take_assignments(const char *path, const config_setting_t *setting, struct level *level)
{
    const int n = config_setting_length(setting);
    if (!(config_setting_is_array(setting) || config_setting_is_list(setting)) ||
        n > ASSIGNMENTS_MAX)
        return refuse(path, setting, "a list of at most 32 texts, as [\"turnover.period=20\"]");
    for (int i = 0; i < n; i++) {
        const int result =
            take_text(path, config_setting_get_elem(setting, (unsigned)i), &level->assignment[i]);
        if (result != STATUS_OK)
            return result;
        level->n_assignments = i + 1;
    }
    return STATUS_OK;
}

static int read_level(const char *path, const config_setting_t *group, struct level *level)
{
    if (!config_setting_is_group(group))
        return refuse(path, group, "groups { name = …; }");
    int result = STATUS_OK;
    for (int i = 0; i < config_setting_length(group) && result == STATUS_OK; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *key = config_setting_name(setting);
        if (strcmp(key, "name") == 0)
            result = take_name(path, setting, level->name);
        else if (strcmp(key, "config") == 0)
            result = take_text(path, setting, &level->config);
        else if (strcmp(key, "set") == 0)
            result = take_assignments(path, setting, level);
        else
            result = refuse(path, setting, "name, config or set");
    }
    if (result == STATUS_OK && !*level->name)
        result = refuse(path, group, "a level with a name");
    return result;
}

static int read_levels(const char *path, const config_setting_t *list, struct factor *factor)
{
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n < 1 || n > LEVELS_MAX)
        return refuse(path, list, "a list ( { name = …; }, … ) of 1 to 64 levels");
    factor->level = calloc((size_t)n, sizeof *factor->level);
    if (!factor->level)
        return status_no_memory("an experiment", (size_t)n * sizeof *factor->level);
    for (int i = 0; i < n; i++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        factor->n_levels = factor->n_read = i + 1;
        const int result = read_level(path, group, &factor->level[i]);
        if (result != STATUS_OK)
            return result;
        for (int k = 0; k < i; k++)
            if (strcmp(factor->level[k].name, factor->level[i].name) == 0)
                return refuse(path, group, "levels of different names");
    }
    return STATUS_OK;
}

static int read_factor(const char *path, const config_setting_t *group, struct factor *factor)
{
    if (!config_setting_is_group(group))
        return refuse(path, group, "groups { name = …; levels = …; }");
    int result = STATUS_OK;
    for (int i = 0; i < config_setting_length(group) && result == STATUS_OK; i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *key = config_setting_name(setting);
        if (strcmp(key, "name") == 0)
            result = take_name(path, setting, factor->name);
        else if (strcmp(key, "levels") == 0)
            result = read_levels(path, setting, factor);
        else
            result = refuse(path, setting, "name or levels");
    }
    for (int i = 0; i < RESULT_SECONDS && result == STATUS_OK; i++)
        if (strcmp(factor->name, result_column(i)) == 0)
            result =
                status_fail(STATUS_USER,
                            "%s:%u: factor %s: expected another name, results.csv has a column "
                            "of this one",
                            path, config_setting_source_line(group), factor->name);
    if (result == STATUS_OK && (!*factor->name || factor->n_levels == 0))
        result = refuse(path, group, "a factor with a name and levels");
    return result;
}

static int read_factors(const char *path, const config_setting_t *list,
                        struct experiment *experiment)
{
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n < 1 || n > FACTORS_MAX)
        return refuse(path, list, "a list ( { name = …; levels = …; }, … ) of 1 to 4 factors");
    for (int i = 0; i < n; i++) {
        experiment->n_factors = i + 1;
        const int result =
            read_factor(path, config_setting_get_elem(list, (unsigned)i), &experiment->factor[i]);
        if (result != STATUS_OK)
            return result;
        for (int k = 0; k < i; k++)
            if (strcmp(experiment->factor[k].name, experiment->factor[i].name) == 0)
                return refuse(path, list, "factors of different names");
    }
    return STATUS_OK;
}

static int read_mark(const char *path, const config_setting_t *group, struct mark *mark)
{
    const config_setting_t *levels =
        config_setting_is_group(group) ? config_setting_get_member(group, "levels") : NULL;
    const config_setting_t *label =
        config_setting_is_group(group) ? config_setting_get_member(group, "label") : NULL;
    const char *text = label ? config_setting_get_string(label) : NULL;
    const int n = levels ? config_setting_length(levels) : 0;
    if (!text || !*text || strlen(text) >= sizeof mark->label || n < 1 || n > FACTORS_MAX ||
        config_setting_length(group) != 2)
        return refuse(path, group,
                      "groups { label = \"…\"; levels = [\"…\"]; } with 1 to 4 levels");
    if (!utf8_is_valid(text))
        return refuse(path, label, "a text in UTF-8");
    strcpy(mark->label, text);
    for (int i = 0; i < n; i++) {
        const int result = take_name(path, config_setting_get_elem(levels, (unsigned)i),
                                     mark->level[mark->n_levels++]);
        if (result != STATUS_OK)
            return result;
    }
    return STATUS_OK;
}

static int read_marks(const char *path, const config_setting_t *list, struct experiment *experiment)
{
    const int n = config_setting_length(list);
    if (!config_setting_is_list(list) || n > MARKS_MAX)
        return refuse(path, list, "a list of at most 16 groups { label = …; levels = …; }");
    for (int i = 0; i < n; i++) {
        const int result =
            read_mark(path, config_setting_get_elem(list, (unsigned)i), &experiment->mark[i]);
        if (result != STATUS_OK)
            return result;
        experiment->n_marks = i + 1;
    }
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
    for (int m = 0; m < experiment->n_marks; m++)
        for (int i = 0; i < experiment->mark[m].n_levels; i++)
            if (!has_level(experiment, experiment->mark[m].level[i]))
                return status_fail(STATUS_USER, "%s: marks: %s: expected a level of a factor", path,
                                   experiment->mark[m].level[i]);
    return STATUS_OK;
}

static int take_number(const char *path, const config_setting_t *setting, int least, int most,
                       int32_t *number)
{
    char right[64];
    snprintf(right, sizeof right, "a whole number from %d to %d", least, most);
    if (config_setting_type(setting) != CONFIG_TYPE_INT ||
        config_setting_get_int(setting) < least || config_setting_get_int(setting) > most)
        return refuse(path, setting, right);
    *number = config_setting_get_int(setting);
    return STATUS_OK;
}

static int take_switch(const char *path, const config_setting_t *setting, int *is_on)
{
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return refuse(path, setting, "true or false");
    *is_on = config_setting_get_bool(setting);
    return STATUS_OK;
}

static int take_title(const char *path, const config_setting_t *setting, char title[256])
{
    const char *text = config_setting_get_string(setting);
    if (!text || strlen(text) >= 256 || !utf8_is_valid(text))
        return refuse(path, setting, "a text of less than 256 bytes, in UTF-8");
    strcpy(title, text);
    return STATUS_OK;
}

static int take_commands(const char *path, const config_setting_t *setting,
                         struct experiment *experiment)
{
    static const char right[] =
        "a list of at most 8 commands of spinet, as [\"shapes --difficulty easy --out images\"]";
    const int n = config_setting_length(setting);
    if (!(config_setting_is_array(setting) || config_setting_is_list(setting)) || n > AFTER_MAX)
        return refuse(path, setting, right);
    for (int i = 0; i < n; i++) {
        const int result =
            take_text(path, config_setting_get_elem(setting, (unsigned)i), &experiment->after[i]);
        if (result != STATUS_OK)
            return result;
        experiment->n_after = i + 1;
    }
    return STATUS_OK;
}

static int read_key(const char *path, const config_setting_t *setting,
                    struct experiment *experiment)
{
    const char *key = config_setting_name(setting);
    if (strcmp(key, "title") == 0)
        return take_title(path, setting, experiment->title);
    if (strcmp(key, "runs") == 0)
        return take_number(path, setting, 1, 100000, &experiment->n_runs);
    if (strcmp(key, "first_seed") == 0)
        return take_number(path, setting, 0, INT32_MAX, &experiment->first_seed);
    if (strcmp(key, "place_in_all") == 0)
        return take_number(path, setting, 1, 1000, &experiment->place_in_all);
    if (strcmp(key, "pictures") == 0)
        return take_switch(path, setting, &experiment->pictures);
    if (strcmp(key, "more_levels") == 0)
        return take_text(path, setting, &experiment->more_levels);
    if (strcmp(key, "after") == 0)
        return take_commands(path, setting, experiment);
    if (strcmp(key, "config") == 0)
        return take_text(path, setting, &experiment->base.config);
    if (strcmp(key, "set") == 0)
        return take_assignments(path, setting, &experiment->base);
    if (strcmp(key, "factors") == 0)
        return read_factors(path, setting, experiment);
    if (strcmp(key, "marks") == 0)
        return read_marks(path, setting, experiment);
    return refuse(path, setting,
                  "title, runs, first_seed, config, set, factors, marks, pictures, after, "
                  "place_in_all or more_levels");
}

static int read_experiment(const char *path, const config_setting_t *root,
                           struct experiment *experiment)
{
    int result = STATUS_OK;
    for (int i = 0; i < config_setting_length(root) && result == STATUS_OK; i++)
        result = read_key(path, config_setting_get_elem(root, (unsigned)i), experiment);
    if (result == STATUS_OK && experiment->n_factors == 0)
        result = status_fail(
            STATUS_USER,
            "%s: has no factors: expected a list of them, as in experiments/shapes.sweep", path);
    return result == STATUS_OK ? check_marks(path, experiment) : result;
}

static int count_conditions(const char *path, struct experiment *experiment)
{
    int64_t n = 1;
    for (int i = 0; i < experiment->n_factors; i++)
        n *= experiment->factor[i].n_levels;
    if (n > CONDITIONS_MAX)
        return status_fail(STATUS_USER, "%s: %lld conditions: expected at most %d", path,
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
    int result = config_read_strictly(&config, path);
    if (result == STATUS_OK)
        result = read_experiment(path, config_root_setting(&config), experiment);
    config_destroy(&config);
    if (result == STATUS_OK)
        result = count_conditions(path, experiment);
    if (result != STATUS_OK)
        experiment_free(experiment);
    return result;
}

static void level_free(struct level *level)
{
    free(level->config);
    for (int i = 0; i < ASSIGNMENTS_MAX; i++)
        free(level->assignment[i]);
}

void experiment_free(struct experiment *experiment)
{
    level_free(&experiment->base);
    free(experiment->more_levels);
    for (int i = 0; i < experiment->n_after; i++)
        free(experiment->after[i]);
    for (int i = 0; i < experiment->n_factors; i++) {
        for (int k = 0; k < experiment->factor[i].n_levels; k++)
            level_free(&experiment->factor[i].level[k]);
        free(experiment->factor[i].level);
    }
    *experiment = (struct experiment){0};
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
    int result = level->config ? parameters_read(p, level->config) : STATUS_OK;
    if (result != STATUS_OK)
        return result;
    for (int i = 0; i < level->n_assignments && result == STATUS_OK; i++)
        result = parameters_set(p, level->assignment[i]);
    if (result == STATUS_USER && strncmp(status_message(), option, sizeof option - 1) == 0) {
        char why[1024];
        snprintf(why, sizeof why, "%s", status_message() + sizeof option - 1);
        result = status_fail(STATUS_USER, "%.200s.sweep: set: %s", experiment->name, why);
    }
    return result;
}

int experiment_parameters(const struct experiment *experiment, int32_t condition,
                          const char *const *extra, int n_extra, struct parameters *p)
{
    int result = parameters_preset(p, "authors");
    p->record.network = false; /* ten thousand times over unless it is asked for */
    if (result == STATUS_OK)
        result = apply(experiment, &experiment->base, p);
    for (int i = 0; i < experiment->n_factors && result == STATUS_OK; i++)
        result = apply(experiment, experiment_level(experiment, condition, i), p);
    for (int i = 0; i < n_extra && result == STATUS_OK; i++)
        result = parameters_set(p, extra[i]);
    if (result == STATUS_OK)
        result = parameters_validate(p);
    return result;
}
