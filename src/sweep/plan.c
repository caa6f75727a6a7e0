/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an experiment to the list of its runs: a function of the experiment's file and of what is
 * asked for besides. Writes nothing and needs no data. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/parameters_json.h"
#include "sweep/sweep.h"
#include "train/train.h"

/* ---- names ---- */

/* The name of a factor's level in a condition. */
static const char *level_of(const struct sweep_condition *condition, int factor)
{
    const json_t *levels = json_object_get(condition->json, "levels");
    return json_string_value(json_array_get(levels, (size_t)factor));
}

int sweep_name_condition(struct sweep_condition *condition, const char *path)
{
    const int n_levels = (int)json_array_size(json_object_get(condition->json, "levels"));
    for (int i = 0; i < n_levels; i++) {
        const char *word = level_of(condition, i);
        if (!word || strlen(word) >= EXPERIMENT_NAME_MAX || i >= FACTORS_MAX)
            return status_fail(STATUS_USER, "%s: expected names of levels", path);
        text_append(condition->cells, RUN_NAME_MAX, "%s,", word);
        text_append(condition->name, RUN_NAME_MAX, "%s-", word);
    }
    return STATUS_OK;
}

void sweep_name_run(const struct sweep *s, const struct sweep_run *run, char name[RUN_NAME_MAX])
{
    snprintf(name, RUN_NAME_MAX, "%.*ss%llu", RUN_NAME_MAX - 32, s->condition[run->condition].name,
             (unsigned long long)run->seed);
}

char *sweep_run_folder(const struct sweep *s, const struct sweep_run *run)
{
    char name[5 + RUN_NAME_MAX] = "runs/";
    sweep_name_run(s, run, name + 5);
    return file_join(s->folder, name);
}

/* "difficulty = easy, turnover = none" */
static void describe_condition(const struct sweep *s, const struct sweep_condition *condition,
                               char *text, size_t size)
{
    *text = '\0';
    for (int i = 0; i < s->experiment.n_factors; i++)
        text_append(text, size, "%s%s = %s", i ? ", " : "", s->experiment.factor[i].name,
                    level_of(condition, i));
}

static int refuse_shared_name(const struct sweep *s, const struct sweep_condition *a,
                              const struct sweep_condition *b)
{
    char first[400], second[400];
    describe_condition(s, a, first, sizeof first);
    describe_condition(s, b, second, sizeof second);
    return status_fail(
        STATUS_USER,
        "%.200s: runs of two conditions would have one name%s, %.100ss%lld: %.300s and "
        "%.300s: rename a level",
        s->source, strcmp(a->name, b->name) == 0 ? "" : " where disks do not tell a from A",
        a->name, (long long)s->first_seed, first, second);
}

/* Each run needs a folder of its own, on any disk: levels may hold the '-' that joins them, and
 * differ by case only. */
static int check_names(const struct sweep *s)
{
    enum { FILE_NAME_MAX = 255 };
    json_auto_t *seen = json_object(); /* {name in small letters: condition} */
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        const struct sweep_run last = {c, .seed = (uint64_t)(s->first_seed + s->n_seeds - 1)};
        char name[RUN_NAME_MAX];
        sweep_name_run(s, &last, name);
        if (strlen(name) > FILE_NAME_MAX)
            return status_fail(STATUS_USER,
                               "%.200s: run %.300s: a name of %zu bytes: expected at most %d: "
                               "shorten names of levels",
                               s->source, name, strlen(name), FILE_NAME_MAX);
        for (char *letter = name; *letter; letter++)
            *letter = (char)tolower((unsigned char)*letter);
        const json_t *other = json_object_get(seen, name);
        if (other)
            return refuse_shared_name(s, &s->condition[json_integer_value(other)],
                                      &s->condition[c]);
        json_object_set_new(seen, name, json_integer(c));
    }
    return STATUS_OK;
}

/* ---- costs ---- */

double sweep_n_final_tests(const struct parameters *p)
{
    const char *at = p->record.test_days;
    int n_days = *at != '\0';
    while ((at = strchr(at, ',')))
        n_days++, at++;
    return 1 + n_days * (p->record.silence_classes ? N_SIZE_CLASSES : 1);
}

/* Estimates the presentations in training; most trainings stop early. */
static double n_training(const struct parameters *p)
{
    return p->turnover.policy == 0 ? p->stopping.max_presentations
                                   : p->stopping.max_presentations / 3.0;
}

/* Estimates the presentations of a run, tests included. */
static double presentations_of(const struct parameters *p)
{
    const double tests = p->data.kind == DATA_SHAPES ? 2.0 * p->data.test_per_class : 2000;
    const double most = p->test.max_images > 0 ? p->test.max_images : tests;
    const double samples = p->test.sample_period > 0
                               ? n_training(p) / p->test.sample_period * p->test.sample_images
                               : 0;
    return n_training(p) * 1.5 + fmin(tests, most) * sweep_n_final_tests(p) + samples;
}

static int compare_turns(const void *a, const void *b)
{
    const struct sweep_turn *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return (x->run > y->run) - (x->run < y->run);
}

/* Puts the runs into the order in which they are begun, longest first, and deals them to the shards
 * in turn: shards then differ by one run's cost at most. A function of the sweep alone, not of what
 * is done. */
static void deal_runs(struct sweep *s)
{
    for (int32_t i = 0; i < s->n_runs; i++)
        s->turn[i] =
            (struct sweep_turn){presentations_of(&s->condition[s->run[i].condition].parameters), i};
    qsort(s->turn, (size_t)s->n_runs, sizeof *s->turn, compare_turns);
    for (int32_t i = 0; i < s->n_runs; i++)
        s->run[s->turn[i].run].shard = s->n_shards > 0 ? (int32_t)(i % s->n_shards) : 0;
}

/* ---- the plan ---- */

/* Checks the number of runs before memory is taken for them. */
static int check_number(struct sweep *s)
{
    const struct experiment *e = &s->experiment;
    if (s->n_seeds == 0) {
        s->first_seed = e->first_seed;
        s->n_seeds = e->n_runs;
    }
    s->first_seed += s->is_held_out ? SEEDS_HELD_OUT : 0;
    s->pictures |= e->pictures;
    if (s->n_seeds > SEED_MAX - s->first_seed + 1)
        return status_fail(STATUS_USER, "%s: %lld seeds from %lld: expected none above %lld",
                           s->source, (long long)s->n_seeds, (long long)s->first_seed,
                           (long long)SEED_MAX);
    if (e->n_conditions * s->n_seeds > RUNS_MAX)
        return status_fail(STATUS_USER, "%s: %d conditions of %lld seeds: expected at most %d runs",
                           s->source, e->n_conditions, (long long)s->n_seeds, RUNS_MAX);
    return STATUS_OK;
}

int sweep_allocate(struct sweep *s, int32_t n_conditions, int64_t n_seeds)
{
    const size_t n = (size_t)n_conditions, n_runs = n * (size_t)n_seeds;
    s->experiment.n_conditions = n_conditions;
    s->condition = calloc(n, sizeof *s->condition);
    s->run = calloc(n_runs, sizeof *s->run);
    s->turn = calloc(n_runs, sizeof *s->turn);
    return s->condition && s->run && s->turn
               ? STATUS_OK
               : status_no_memory("the runs", n_runs * sizeof *s->run);
}

/* Whether a network can be trained by the condition's parameters; a mistake is said with its
 * levels, which may contradict each other. */
static int check_condition(const struct sweep *s, int32_t c)
{
    const struct experiment *e = &s->experiment;
    const int status = training_check(&s->condition[c].parameters);
    char levels[FACTORS_MAX * (2 * EXPERIMENT_NAME_MAX + 3)] = "";
    if (status != STATUS_USER || e->n_conditions == 1)
        return status;
    for (int i = 0; i < e->n_factors; i++)
        text_append(levels, sizeof levels, "%s%s %s", i ? ", " : "", e->factor[i].name,
                    experiment_level(e, c, i)->name);
    return status_fail(STATUS_USER, "%s: %s: %s", s->source, levels, status_message());
}

static int plan_condition(struct sweep *s, int32_t c)
{
    struct sweep_condition *condition = &s->condition[c];
    const struct experiment *e = &s->experiment;
    TRY(experiment_parameters(e, c, (const char *const *)s->extra, s->n_extra,
                              &condition->parameters));
    TRY(check_condition(s, c));
    json_t *levels = json_array();
    for (int i = 0; i < e->n_factors; i++)
        json_array_append_new(levels, json_string(experiment_level(e, c, i)->name));
    condition->json = json_pack("{s:o, s:o}", "levels", levels, "parameters",
                                parameters_to_json(&condition->parameters));
    return condition->json ? sweep_name_condition(condition, s->source)
                           : status_no_memory("the conditions", 0);
}

int sweep_plan(struct sweep *s)
{
    struct experiment *e = &s->experiment;
    if (s->file)
        TRY(experiment_read(e, s->file, s->is_full));
    s->source = s->file ? s->file : e->name;
    for (int i = 0; i < s->n_only; i++)
        TRY(experiment_restrict(e, s->only[i]));
    TRY(check_number(s));
    TRY(sweep_allocate(s, e->n_conditions, s->n_seeds));
    for (int32_t c = 0; c < e->n_conditions; c++) {
        TRY(plan_condition(s, c));
        for (int64_t i = 0; i < s->n_seeds; i++)
            s->run[s->n_runs++] =
                (struct sweep_run){.condition = c, .seed = (uint64_t)(s->first_seed + i)};
    }
    TRY(check_names(s));
    deal_runs(s);
    return STATUS_OK;
}
