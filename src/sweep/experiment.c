/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments as files: which parameters vary, and how. Runs nothing (sweep.c does). */
#include "sweep/experiment.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/text.h"
#include "core/utf8.h"
#include "store/result_row.h"
#include "sweep/keys.h"

/* ---- factors and levels, wherever they come from ---- */

int experiment_check_name(const char *what, const char *name)
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
    TRY(experiment_check_name("factor", name));
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
    TRY(experiment_check_name("level", name));
    for (int i = 0; i < factor->n_levels; i++)
        if (strcmp(factor->level[i].name, name) == 0)
            return status_fail(STATUS_USER, "level %s: expected levels of different names", name);
    if (factor->n_levels == LEVELS_MAX)
        return status_fail(STATUS_USER, "level %s: expected at most %d levels", name, LEVELS_MAX);
    TRY_RESIZE(factor->level, factor->n_levels + 1, "a level");
    struct level *level = &factor->level[factor->n_levels];
    *level = (struct level){0};
    strcpy(level->name, name);
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

/* ---- elements of lists ---- */

int experiment_read_text(const char *path, const config_setting_t *setting, void *texts)
{
    const char *text = config_setting_get_string(setting);
    if (!text || !utf8_is_valid(text))
        return keys_refuse(path, setting, "a text in UTF-8");
    return keys_locate(path, setting, experiment_add_text(texts, text));
}

int experiment_read_level(const char *path, const config_setting_t *group, void *to)
{
    static const struct key keys[] = {
        {.name = "name"},
        EXPERIMENT_CONFIG_KEY(offsetof(struct level, config)),
        EXPERIMENT_SET_KEY(offsetof(struct level, set)),
        {.right = "name, config or set"},
    };
    struct factor *factor = to;
    const char *name;
    TRY(keys_read_name(path, group, keys, "groups { name = …; }", &name));
    TRY(keys_locate(path, group, experiment_add_level(factor, name)));
    return keys_read(path, group, keys, &factor->level[factor->n_levels - 1]);
}

static int add_factor(const char *path, const config_setting_t *group, void *to)
{
    static const struct key keys[] = {
        {.name = "name"},
        {"title", keys_take_text, offsetof(struct factor, title),
         "a text of less than 64 bytes, in UTF-8", 0, 63, NULL},
        {"levels", keys_take_list, 0, "a list ( { name = …; }, … ) of 1 to 1000 levels", 1,
         LEVELS_MAX, experiment_read_level},
        {.right = "name, title or levels"},
    };
    struct experiment *experiment = to;
    const char *name;
    TRY(keys_read_name(path, group, keys, "groups { name = …; levels = …; }", &name));
    TRY(keys_locate(path, group, experiment_add_factor(experiment, name)));
    struct factor *factor = &experiment->factor[experiment->n_factors - 1];
    TRY(keys_read(path, group, keys, factor));
    return factor->n_levels > 0 ? STATUS_OK
                                : keys_refuse(path, group, "groups { name = …; levels = …; }");
}

/* Appends a group { NAME = "…"; LIST = ["…", …]; } of nothing else, with 1 to `most` texts in the
 * list, to *groups, as JSON. */
static int add_group(const char *path, const config_setting_t *group, const char *name_key,
                     const char *list_key, int most, const char *right, json_t **groups)
{
    const bool is_group = config_setting_is_group(group) && config_setting_length(group) == 2;
    const config_setting_t *list = is_group ? config_setting_get_member(group, list_key) : NULL;
    const int n = list && config_setting_is_aggregate(list) ? config_setting_length(list) : 0;
    const char *name = NULL;
    if (n < 1 || n > most || !config_setting_lookup_string(group, name_key, &name) || !*name)
        return keys_refuse(path, group, right);
    if (!utf8_is_valid(name))
        return keys_refuse(path, config_setting_get_member(group, name_key), "a text in UTF-8");
    json_t *texts = json_array();
    for (int i = 0; i < n; i++) {
        const char *text = config_setting_get_string_elem(list, i);
        json_array_append_new(texts, json_string(text && utf8_is_valid(text) ? text : ""));
    }
    *groups = *groups ? *groups : json_array();
    json_array_append_new(*groups, json_pack("{s:s, s:o}", name_key, name, list_key, texts));
    return STATUS_OK;
}

static int add_mark(const char *path, const config_setting_t *group, void *marks)
{
    return add_group(path, group, "label", "levels", FACTORS_MAX,
                     "groups { label = \"…\"; levels = [\"…\"]; } with 1 to 4 levels", marks);
}

static int add_family(const char *path, const config_setting_t *group, void *families)
{
    return add_group(path, group, "name", "compare", INT_MAX,
                     "groups { name = \"…\"; compare = [\"A:B\"]; }", families);
}

/* Whether these n bytes are a level of the last factor, or *. */
static bool is_compared(const struct experiment *experiment, const char *name, size_t n)
{
    const struct factor *last = &experiment->factor[experiment->n_factors - 1];
    for (int i = 0; i < last->n_levels; i++)
        if (strlen(last->level[i].name) == n && strncmp(last->level[i].name, name, n) == 0)
            return true;
    return n == 1 && *name == '*';
}

static int check_families(const char *path, const struct experiment *experiment)
{
    size_t f, i;
    const json_t *family, *pair;
    json_array_foreach(experiment->families, f, family)
    {
        json_array_foreach(json_object_get(family, "compare"), i, pair)
        {
            const char *text = json_string_value(pair), *colon = strchr(text, ':');
            if (!colon || !is_compared(experiment, text, (size_t)(colon - text)) ||
                !is_compared(experiment, colon + 1, strlen(colon + 1)))
                return status_fail(STATUS_USER,
                                   "%s: families: '%.100s': expected two levels of %s, A:B, or * "
                                   "for any",
                                   path, text, experiment->factor[experiment->n_factors - 1].name);
        }
    }
    return STATUS_OK;
}

const char *const comparison_test_names[COMPARISON_N_TESTS] = {"paired", "signed-rank",
                                                               "permutation", "welch", "pooled"};

enum comparison_test comparison_test_find(const char *name)
{
    int test = 0;
    while (test < COMPARISON_N_TESTS && strcmp(name, comparison_test_names[test]) != 0)
        test++;
    return (enum comparison_test)test;
}

static int take_test(const char *path, const config_setting_t *setting, const struct key *key,
                     void *to)
{
    const char *name = config_setting_get_string(setting);
    if (!name || comparison_test_find(name) == COMPARISON_N_TESTS)
        return keys_refuse(path, setting, key->right);
    return keys_take_text(path, setting, key, to);
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
            if (!has_level(experiment, name))
                return status_fail(STATUS_USER, "%s: marks: %s: expected a level of a factor", path,
                                   name);
        }
    }
    return STATUS_OK;
}

/* ---- the file ---- */

#define AT(member) offsetof(struct experiment, member)

static const struct key keys_of_file[] = {
    {.name = "full"}, /* a group of the other keys, which read_full reads after them */
    {"title", keys_take_text, AT(title), "a text of less than 256 bytes, in UTF-8", 0, 255, NULL},
    {"runs", keys_take_number, AT(n_runs), "a whole number from 1 to 100000", 1, 100000, NULL},
    {"first_seed", keys_take_number, AT(first_seed), "a whole number from 0 to 2147483647", 0,
     INT32_MAX, NULL},
    EXPERIMENT_CONFIG_KEY(AT(base.config)),
    EXPERIMENT_SET_KEY(AT(base.set)),
    {"factors", keys_take_list, 0, "a list ( { name = …; levels = …; }, … ) of 1 to 4 factors", 1,
     FACTORS_MAX, add_factor},
    {"marks", keys_take_list, AT(marks), "a list of at most 16 groups { label = …; levels = …; }",
     0, 16, add_mark},
    {"pictures", keys_take_switch, AT(pictures), "true or false", 0, 0, NULL},
    {"after", keys_take_list, AT(after),
     "a list of at most 8 commands of spinet, as [\"shapes --difficulty easy --out images\"]", 0, 8,
     experiment_read_text},
    {"place_in_all", keys_take_number, AT(place_in_all), "a whole number from 1 to 1000", 1, 1000,
     NULL},
    {"primary_test", take_test, AT(primary_test),
     "paired, signed-rank, permutation, welch or pooled", 0, 0, NULL},
    {"families", keys_take_list, AT(families),
     "a list of 1 to 16 groups { name = …; compare = [\"A:B\"]; }", 1, 16, add_family},
    {.right = "title, runs, first_seed, config, set, factors, marks, pictures, after, "
              "place_in_all, primary_test, families or full"},
};

static void free_factors(struct experiment *experiment)
{
    for (int i = 0; i < experiment->n_factors; i++) {
        for (int k = 0; k < experiment->factor[i].n_levels; k++)
            experiment_free_level(&experiment->factor[i].level[k]);
        free(experiment->factor[i].title);
        free(experiment->factor[i].level);
        experiment->factor[i] = (struct factor){0};
    }
    experiment->n_factors = 0;
    json_decref(experiment->marks);
    json_decref(experiment->families);
    experiment->marks = experiment->families = NULL;
}

/* Reads the group `full`, after the keys of the file: its values replace theirs, its factors all of
 * theirs, and its `set` is appended to theirs. */
static int read_full(const char *path, const config_setting_t *full, struct experiment *experiment)
{
    if (!config_setting_is_group(full))
        return keys_refuse(path, full, "a group { runs = …; set = […]; factors = …; }");
    if (config_setting_get_member(full, "factors"))
        free_factors(experiment);
    return keys_read(path, full, keys_of_file + 1, experiment);
}

static int read_experiment(const char *path, const config_setting_t *root,
                           struct experiment *experiment, bool is_full)
{
    const config_setting_t *full = config_setting_get_member(root, "full");
    TRY(keys_read(path, root, keys_of_file, experiment));
    if (is_full && !full)
        return status_fail(STATUS_USER, "%s: has no full version: leave --full out", path);
    if (is_full)
        TRY(read_full(path, full, experiment));
    if (experiment->n_factors == 0)
        return status_fail(
            STATUS_USER,
            "%s: has no factors: expected a list of them, as in experiments/shapes.sweep", path);
    TRY(check_marks(path, experiment));
    TRY(check_families(path, experiment));
    return experiment_count_conditions(experiment, path);
}

/* experiment_read of a file that has been parsed. */
static int read_parsed(struct experiment *experiment, const char *path,
                       const config_setting_t *root, bool is_full)
{
    *experiment = (struct experiment){.first_seed = 1, .n_runs = 20};
    const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    utf8_copy(experiment->name, sizeof experiment->name, file, strcspn(file, "."));
    const int status = read_experiment(path, root, experiment, is_full);
    if (status != STATUS_OK)
        experiment_free(experiment);
    return status;
}

int experiment_read(struct experiment *experiment, const char *path, bool is_full)
{
    if (!utf8_is_valid(path))
        return status_fail(
            STATUS_USER, "%s: the name is not UTF-8, as experiment.json needs it: rename it", path);
    SCOPED(config_destroy) config_t config;
    TRY(config_read_strictly(&config, path));
    const config_setting_t *root = config_root_setting(&config);
    if (!is_full && config_setting_get_member(root, "full")) { /* for its mistakes */
        TRY(read_parsed(experiment, path, root, true));
        experiment_free(experiment);
    }
    return read_parsed(experiment, path, root, is_full);
}

/* ---- writing */

/* A text as libconfig reads it. */
static void put_text(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    putc('"', out);
}

static void put_texts(FILE *out, const char *key, const struct texts *texts)
{
    for (int i = 0; i < texts->n; i++) {
        fprintf(out, i ? ", " : "%s = [", key);
        put_text(out, texts->text[i]);
    }
    fputs(texts->n ? "];" : "", out);
}

static void put_level(FILE *out, const struct level *level, bool is_last)
{
    fprintf(out, "      { name = \"%s\"; ", level->name);
    put_texts(out, "set", &level->set);
    fputs(is_last ? " }\n" : " },\n", out);
}

void experiment_print(const struct experiment *experiment, FILE *out)
{
    fputs("title = ", out);
    put_text(out, experiment->title);
    fprintf(out, ";\nruns = %d;\nfirst_seed = %d;\n", experiment->n_runs, experiment->first_seed);
    if (experiment->base.config) {
        fputs("config = ", out);
        put_text(out, experiment->base.config);
        fputs(";\n", out);
    }
    put_texts(out, "set", &experiment->base.set);
    fputs("\nfactors: (\n", out);
    for (int i = 0; i < experiment->n_factors; i++) {
        const struct factor *factor = &experiment->factor[i];
        fprintf(out, "  { name = \"%s\";\n    levels = (\n", factor->name);
        for (int k = 0; k < factor->n_levels; k++)
            put_level(out, &factor->level[k], k == factor->n_levels - 1);
        fprintf(out, "    ); }%s\n", i < experiment->n_factors - 1 ? "," : "");
    }
    fputs(");\n", out);
}

void experiment_free_texts(struct texts *texts)
{
    for (int i = 0; i < texts->n; i++)
        free(texts->text[i]);
}

void experiment_free_level(struct level *level)
{
    free(level->config);
    experiment_free_texts(&level->set);
}

void experiment_free(struct experiment *experiment)
{
    experiment_free_level(&experiment->base);
    free(experiment->title);
    experiment_free_texts(&experiment->after);
    free(experiment->primary_test);
    free_factors(experiment);
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
            text_append(names, sizeof names, "%s%s", k ? ", " : "", factor->level[k].name);
            suggest_offer(&near, factor->level[k].name);
            if (is_among(equals + 1, factor->level[k].name))
                factor->level[n++] = factor->level[k];
            else
                experiment_free_level(&factor->level[k]);
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
        text_append(names, sizeof names, "%s%s", i ? ", " : "", experiment->factor[i].name);
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

/* Sets what all conditions share (factor NULL), or what a level of a factor says. A mistake in it
 * is of the experiment's file, not of --set. */
static int apply(const struct experiment *experiment, const struct factor *factor,
                 const struct level *level, struct parameters *p)
{
    static const char option[] = "--set ";
    char file[EXPERIMENT_NAME_MAX + 16] = "", where[3 * EXPERIMENT_NAME_MAX] = "set";
    int status = STATUS_OK;
    if (level->config)
        TRY(parameters_read(p, level->config));
    for (int i = 0; i < level->set.n && status == STATUS_OK; i++)
        status = parameters_set(p, level->set.text[i]);
    if (status != STATUS_USER || strncmp(status_message(), option, sizeof option - 1) != 0)
        return status;
    if (!experiment->start)
        snprintf(file, sizeof file, "%s.sweep: ", experiment->name);
    if (factor)
        snprintf(where, sizeof where, "factor %s, level %s", factor->name, level->name);
    return status_fail(STATUS_USER, "%s%s: %s", file, where, status_message() + sizeof option - 1);
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
    TRY(apply(experiment, NULL, &experiment->base, p));
    for (int i = 0; i < experiment->n_factors; i++)
        TRY(apply(experiment, &experiment->factor[i], experiment_level(experiment, condition, i),
                  p));
    for (int i = 0; i < n_extra; i++)
        TRY(parameters_set(p, extra[i]));
    return STATUS_OK;
}
