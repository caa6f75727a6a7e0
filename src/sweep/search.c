/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches as files, their draws, and the experiments that their rounds are. A draw is a function
 * of draw_seed, set and range: more sets leave those there are as they were. Runs nothing. */
#include "sweep/search.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/utf8.h"
#include "train/train.h"

/* ---- ranges ---- */

#define RANGE_RIGHT "keys, from and to, or levels"
#define AT(member)  offsetof(struct range, member)
static const struct key keys_of_range[] = {
    {.name = "name"},
    {"keys", keys_take_list, AT(keys), "a list of 1 to 8 parameters, as [\"gate.margin\"]", 1,
     RANGE_KEYS_MAX, experiment_read_text},
    {"from", keys_take_real, AT(from), "a number", 0, 0, NULL},
    {"to", keys_take_real, AT(to), "a number", 0, 0, NULL},
    {"log", keys_take_switch, AT(is_log), "true or false", 0, 0, NULL},
    {"levels", keys_take_list, AT(choice), "a list ( { name = …; set = […]; }, … ) of 2 to 1000", 2,
     LEVELS_MAX, experiment_read_level},
    {.right = "name, keys, from, to, log or levels"},
};
#undef AT

/* The kind of a parameter "group.key". */
static enum parameter_kind kind_of(const char *key)
{
    char group[64];
    const char *dot = strchr(key, '.');
    snprintf(group, sizeof group, "%.*s", (int)strcspn(key, "."), key);
    return dot ? parameters_kind(group, dot + 1) : PARAMETER_UNKNOWN;
}

static int check_numbers(const char *path, const config_setting_t *group, struct range *range)
{
    const enum parameter_kind kind = kind_of(range->keys.text[0]);
    const config_setting_t *keys = config_setting_get_member(group, "keys");
    for (int i = 0; i < range->keys.n; i++) {
        const enum parameter_kind other = kind_of(range->keys.text[i]);
        if (other != PARAMETER_INTEGER && other != PARAMETER_REAL)
            return keys_locate(path, keys,
                               status_fail(STATUS_USER,
                                           "keys: %.100s: expected the name of a "
                                           "parameter that is a number",
                                           range->keys.text[i]));
        if (other != kind)
            return keys_refuse(path, keys, "either whole numbers or others");
    }
    range->is_of_whole = kind == PARAMETER_INTEGER;
    if (!(range->from < range->to))
        return keys_refuse(path, group, "from and to, which is to be larger");
    if (range->is_log && range->from <= 0)
        return keys_refuse(path, config_setting_get_member(group, "from"),
                           "a number above 0 where log is true");
    if (range->is_of_whole && (range->from != floor(range->from) || range->to != floor(range->to)))
        return keys_refuse(path, group, "whole numbers for from and to");
    return STATUS_OK;
}

static int check_choice(const char *path, const config_setting_t *group, const struct range *range)
{
    if (range->keys.n > 0 || !isnan(range->from) || !isnan(range->to) || range->is_log)
        return keys_refuse(path, group, RANGE_RIGHT);
    for (int k = 0; k < range->choice.n_levels; k++)
        if (range->choice.level[k].config)
            return keys_refuse(path, group, "levels of name and set, without config");
    return STATUS_OK;
}

static int add_range(const char *path, const config_setting_t *group, void *to)
{
    static const char right[] = "groups { name = …; keys = …; from = …; to = …; }";
    struct search *search = to;
    struct range *range = &search->range[search->n_ranges];
    const char *name;
    TRY(keys_read_name(path, group, keys_of_range, right, &name));
    TRY(keys_locate(path, group, experiment_check_name("range", name)));
    for (int i = 0; i < search->n_ranges; i++)
        if (strcmp(search->range[i].choice.name, name) == 0)
            return keys_refuse(path, config_setting_get_member(group, "name"),
                               "ranges of different names");
    *range = (struct range){.from = (double)NAN, .to = (double)NAN};
    strcpy(range->choice.name, name);
    search->n_ranges++;
    TRY(keys_read(path, group, keys_of_range, range));
    if (range->choice.n_levels > 0)
        return check_choice(path, group, range);
    return range->keys.n > 0 ? check_numbers(path, group, range)
                             : keys_refuse(path, group, RANGE_RIGHT);
}

/* ---- rounds ---- */

static int add_round(const char *path, const config_setting_t *group, void *to)
{
    static const char right[] = "groups { sets = …; seeds = …; set = […]; }";
    static const struct key keys[] = {
        {"sets", keys_take_number, offsetof(struct search_round, n_sets),
         "a whole number from 1 to 999", 1, SETS_MAX, NULL},
        {"seeds", keys_take_number, offsetof(struct search_round, n_seeds),
         "a whole number from 1 to 1000", 1, 1000, NULL},
        EXPERIMENT_SET_KEY(offsetof(struct search_round, set)),
        {.right = "sets, seeds or set"},
    };
    struct search *search = to;
    struct search_round *round = &search->round[search->n_rounds];
    if (!config_setting_is_group(group))
        return keys_refuse(path, group, right);
    *round = (struct search_round){.n_seeds = 1};
    search->n_rounds++;
    TRY(keys_read(path, group, keys, round));
    if (round->n_sets == 0)
        return keys_refuse(path, group, right);
    if (search->n_rounds > 1 && round->n_sets > round[-1].n_sets)
        return keys_refuse(path, config_setting_get_member(group, "sets"),
                           "no more sets than in the round before");
    return STATUS_OK;
}

/* ---- the file ---- */

#define AT(member) offsetof(struct search, member)
static const struct key keys_of_file[] = {
    {"title", keys_take_text, AT(title), "a text of less than 128 bytes, in UTF-8", 0, 127, NULL},
    EXPERIMENT_CONFIG_KEY(AT(base.config)),
    EXPERIMENT_SET_KEY(AT(base.set)),
    {"draws", keys_take_text, AT(draws), "\"sobol\" or \"random\"", 0, 6, NULL},
    {"draw_seed", keys_take_number, AT(draw_seed), "a whole number from 0 to 2147483647", 0,
     INT32_MAX, NULL},
    {"ranges", keys_take_list, 0, "a list ( { name = …; … }, … ) of 1 to 16 ranges", 1, RANGES_MAX,
     add_range},
    {"rounds", keys_take_list, 0, "a list ( { sets = …; … }, … ) of 1 to 7 rounds", 1,
     ROUNDS_MAX - 1, add_round},
    {.name = "final"}, /* read when the rounds are */
    {.right = "title, config, set, draws, draw_seed, ranges, rounds or final"},
};
#undef AT

static int read_file(const char *path, const config_setting_t *root, struct search *search)
{
    const config_setting_t *final = config_setting_get_member(root, "final");
    const config_setting_t *draws = config_setting_get_member(root, "draws");
    TRY(keys_read(path, root, keys_of_file, search));
    if (search->n_ranges == 0 || search->n_rounds == 0 || !final)
        return status_fail(STATUS_USER,
                           "%s: has no %s: expected ranges, rounds and final, as in "
                           "experiments/mnist10.search",
                           path,
                           search->n_ranges == 0   ? "ranges"
                           : search->n_rounds == 0 ? "rounds"
                                                   : "final");
    if (draws && strcmp(search->draws, "sobol") != 0 && strcmp(search->draws, "random") != 0)
        return keys_refuse(path, draws, "\"sobol\" or \"random\"");
    return add_round(path, final, search);
}

/* ---- draws ---- */

/* Sobol's points are shifted by a random point, around the ends of the ranges, so that each seed
 * has its own. */
static int draw(struct search *search)
{
    const int32_t n_sets = search->round[0].n_sets;
    const bool is_random = search->draws && strcmp(search->draws, "random") == 0;
    double point[RANGES_MAX] = {0};
    TRY_NEW(search->position, n_sets * search->n_ranges, "the draws");
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)search->n_ranges);
    if (!sobol)
        return status_no_memory("the draws", 0);
    for (int32_t set = 0; set < n_sets; set++) {
        if (!is_random)
            gsl_qrng_get(sobol, point);
        for (int i = 0; i < search->n_ranges; i++) {
            const struct random_words words =
                random_words((uint64_t)search->draw_seed, RANDOM_SEARCH, (uint32_t)i,
                             is_random ? (uint32_t)set + 1 : 0, 0);
            const double sum = point[i] + random_unit(random_bits(&words, 0));
            search->position[set * search->n_ranges + i] = sum - floor(sum);
        }
    }
    gsl_qrng_free(sobol);
    return STATUS_OK;
}

int search_choice(const struct range *range, double position)
{
    return (int)(position * range->choice.n_levels);
}

void search_write_value(const struct range *range, double position, char text[SEARCH_VALUE_MAX])
{
    const double end = range->is_of_whole ? range->to + 1 : range->to;
    const double value = range->is_log ? range->from * pow(end / range->from, position)
                                       : range->from + position * (end - range->from);
    if (range->choice.n_levels > 0)
        strcpy(text, range->choice.level[search_choice(range, position)].name);
    else if (range->is_of_whole) /* a position just below 1 rounds up */
        snprintf(text, SEARCH_VALUE_MAX, "%.0f", fmin(floor(value), range->to));
    else
        snprintf(text, SEARCH_VALUE_MAX, "%.4g", value);
}

/* ---- experiments ---- */

void search_name_round(const struct search *search, int round, char name[SEARCH_NAME_MAX])
{
    snprintf(name, SEARCH_NAME_MAX, round < search->n_rounds - 1 ? "round-%d" : "final", round + 1);
}

void search_name_set(const struct search *search, int32_t set, char name[SEARCH_NAME_MAX])
{
    const int n_digits = snprintf(NULL, 0, "%d", search->round[0].n_sets);
    snprintf(name, SEARCH_NAME_MAX, "s%0*d", n_digits, set + 1);
}

static int add_texts(struct texts *to, const struct texts *from)
{
    for (int i = 0; i < from->n; i++)
        TRY(experiment_add_text(to, from->text[i]));
    return STATUS_OK;
}

/* Adds what a range gives a set. */
static int add_value(struct texts *to, const struct range *range, double position)
{
    char value[SEARCH_VALUE_MAX], text[256];
    if (range->choice.n_levels > 0)
        return add_texts(to, &range->choice.level[search_choice(range, position)].set);
    search_write_value(range, position, value);
    for (int i = 0; i < range->keys.n; i++) {
        snprintf(text, sizeof text, "%.100s=%s", range->keys.text[i], value);
        TRY(experiment_add_text(to, text));
    }
    return STATUS_OK;
}

static int add_set(const struct search *search, int32_t set, struct factor *factor)
{
    char name[SEARCH_NAME_MAX];
    search_name_set(search, set, name);
    TRY(experiment_add_level(factor, name));
    for (int i = 0; i < search->n_ranges; i++)
        TRY(add_value(&factor->level[factor->n_levels - 1].set, &search->range[i],
                      search->position[set * search->n_ranges + i]));
    return STATUS_OK;
}

/* The last seed of all rounds but `final`. */
static int32_t last_seed(const struct search *search)
{
    int32_t most = 0;
    for (int k = 0; k < search->n_rounds - 1; k++)
        most = search->round[k].n_seeds > most ? search->round[k].n_seeds : most;
    return most;
}

static int add_all(const struct search *search, int round, const int32_t *set, int32_t n_sets,
                   struct experiment *experiment)
{
    const bool is_final = round == search->n_rounds - 1;
    struct texts *base = &experiment->base.set;
    if (search->base.config && !(experiment->base.config = strdup(search->base.config)))
        return status_no_memory("an experiment", 0);
    TRY(add_texts(base, &search->base.set));
    TRY(add_texts(base, &search->round[round].set));
    TRY(experiment_add_text(base,
                            is_final ? "test.final_from=test" : "test.final_from=validation"));
    TRY(experiment_add_factor(experiment, "set"));
    if (is_final)
        TRY(experiment_add_level(&experiment->factor[0], "given"));
    for (int32_t i = 0; i < n_sets; i++)
        TRY(add_set(search, set[i], &experiment->factor[0]));
    return experiment_count_conditions(experiment, search->name);
}

int search_make_round(const struct search *search, int round, const int32_t *set, int32_t n_sets,
                      struct experiment *experiment)
{
    const bool is_final = round == search->n_rounds - 1;
    *experiment = (struct experiment){.first_seed = is_final ? last_seed(search) + 1 : 1,
                                      .n_runs = search->round[round].n_seeds};
    search_name_round(search, round, experiment->name);
    if (asprintf(&experiment->title, "%s: %s, %d set%s of parameters%s",
                 search->title ? search->title : search->name, experiment->name, n_sets,
                 n_sets == 1 ? "" : "s",
                 is_final ? " beside the given one" : ", on images set aside") < 0) {
        experiment->title = NULL;
        return status_no_memory("a title", 0);
    }
    return add_all(search, round, set, n_sets, experiment);
}

/* ---- all of it ---- */

/* Checks that a network could be trained by each set in this round: a mistake should show before
 * the runs, not after an hour of them. */
static int check_sets(const struct search *search, int round, const int32_t *set)
{
    struct experiment experiment;
    struct parameters p;
    char name[SEARCH_NAME_MAX];
    int status = search_make_round(search, round, set, search->round[0].n_sets, &experiment);
    for (int32_t c = 0; c < experiment.n_conditions && status == STATUS_OK; c++) {
        status = experiment_parameters(&experiment, c, NULL, 0, &p);
        status = status == STATUS_OK ? training_check(&p) : status;
        search_name_round(search, round, name);
        if (status == STATUS_USER)
            status = status_fail(status, "%s.search: set %s in %s: %s", search->name,
                                 experiment_level(&experiment, c, 0)->name, name, status_message());
    }
    experiment_free(&experiment);
    return status;
}

static int check_rounds(const struct search *search)
{
    OWNED int32_t *all = NULL;
    TRY_NEW(all, search->round[0].n_sets, "the sets");
    for (int32_t i = 0; i < search->round[0].n_sets; i++)
        all[i] = i;
    for (int k = 0; k < search->n_rounds; k++)
        TRY(check_sets(search, k, all));
    return STATUS_OK;
}

int search_read(struct search *search, const char *path)
{
    SCOPED(config_destroy) config_t config;
    const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    *search = (struct search){.draw_seed = 1};
    utf8_copy(search->name, sizeof search->name, file, strcspn(file, "."));
    TRY(config_read_strictly(&config, path));
    int status = read_file(path, config_root_setting(&config), search);
    if (status == STATUS_OK)
        status = draw(search);
    if (status == STATUS_OK)
        status = check_rounds(search);
    if (status != STATUS_OK)
        search_free(search);
    return status;
}

void search_free(struct search *search)
{
    for (int i = 0; i < search->n_ranges; i++) {
        struct range *range = &search->range[i];
        experiment_free_texts(&range->keys);
        for (int k = 0; k < range->choice.n_levels; k++)
            experiment_free_level(&range->choice.level[k]);
        free(range->choice.level);
    }
    for (int k = 0; k < search->n_rounds; k++)
        experiment_free_texts(&search->round[k].set);
    experiment_free_level(&search->base);
    free(search->title);
    free(search->draws);
    free(search->position);
    *search = (struct search){0};
}
