/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet stats: groups, analysis of variance and tests of a results file. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/effects.h"
#include "report/findings.h"
#include "report/run_columns.h"
#include "store/json_file.h"

enum { MEASURES_MAX = 8 };

struct stats_values {
    struct command_values common;
    const char *criterion;
    const char *measure, *by, *json, *scale, *test, *reference, *margin, *table;
    const char *against, *again;
    bool is_in_words;
};

/* experiment.json of the sweep whose results these are, if it is beside them. */
static int read_about(const char *path, json_t **about)
{
    OWNED char *copy = strdup(path);
    OWN_PATH(file, copy ? dirname(copy) : ".", "experiment.json");
    return file_is_absent(file) ? STATUS_OK : json_file_read(file, about);
}

static int filter_rows(const struct stats_values *v, struct results *results)
{
    for (int i = 0; i < v->common.n_filters; i++)
        TRY(results_filter(results, v->common.filter[i]));
    return STATUS_OK;
}

/* A sweep's results with what its learning curves and costs say. */
static int read_sweep(const struct stats_values *v, const char *folder, struct study *study)
{
    double criterion = 0.6;
    if (v->criterion &&
        (!number_parse(v->criterion, &criterion) || criterion <= 0 || criterion > 1))
        return status_fail(STATUS_USER, "--criterion %.100s: expected a number above 0, up to 1",
                           v->criterion);
    TRY(study_read(study, folder));
    TRY(criterion_add_columns(study, criterion));
    return run_columns_add(study);
}

enum { BY_SIZE = 1024 };

/* The factors as --by has them, "task,turnover", so that other results are grouped by the same;
 * NULL without any. */
static const char *name_factors(const struct effects *effects, char by[BY_SIZE])
{
    by[0] = '\0';
    for (int f = 0; f < effects->n_factors; f++)
        text_append(by, BY_SIZE, "%s%.240s", f ? "," : "", effects->factor[f]->name);
    return *by ? by : NULL;
}

static int compare_with_reference(const struct stats_values *v, const struct effects *effects,
                                  struct effects_question question)
{
    SCOPED(results_free) struct results results = {0};
    SCOPED(effects_free) struct effects reference = {0};
    char by[BY_SIZE];
    double margin;
    if (!v->margin || !number_parse(v->margin, &margin) || !(margin > 0))
        return status_fail(STATUS_USER, "--reference needs --margin: expected a number above 0%s%s",
                           v->margin ? ", not " : "", v->margin ? v->margin : "");
    question.by = name_factors(effects, by);
    question.is_variance_only = true;
    TRY(results_read(&results, v->reference));
    TRY(filter_rows(v, &results));
    TRY(effects_find(&reference, &results, &question));
    return equivalence_print(effects, &reference, margin, stdout);
}

static void free_measures(struct effects (*effects)[2 * MEASURES_MAX])
{
    for (int i = 0; i < 2 * MEASURES_MAX; i++)
        effects_free(&(*effects)[i]);
}

/* The index of the level that the others are held against, -1 if none is named. */
static int find_level(const struct effects *effects, const char *name, int32_t *level)
{
    const struct results_column *last =
        effects->n_factors > 0 ? effects->factor[effects->n_factors - 1] : NULL;
    *level = -1;
    for (int32_t i = 0; name && last && i < last->n_levels; i++)
        if (strcmp(name, last->levels[i]) == 0)
            *level = i;
    return name && *level < 0 ? status_fail(STATUS_USER, "--against %.100s: no level of %s", name,
                                            last ? last->name : "a factor that varies")
                              : STATUS_OK;
}

/* The means of several measures, "A,B", as a table for a document. */
static int print_table(const struct stats_values *v, const struct results *results,
                       struct effects_question question)
{
    SCOPED(results_free) struct results others = {0};
    SCOPED(free_measures) struct effects effects[2 * MEASURES_MAX] = {0};
    struct effects *again = v->again ? effects + MEASURES_MAX : NULL;
    struct means_table table = {.effects = effects, .again = again};
    OWNED char *names = strdup(v->table);
    char by[BY_SIZE], *rest = names;
    if (!names)
        return status_no_memory("the measures", 0);
    TRY(again ? results_read(&others, v->again) : STATUS_OK);
    TRY(again ? filter_rows(v, &others) : STATUS_OK);
    for (char *name; (name = strsep(&rest, ",")); table.n++) {
        if (table.n == MEASURES_MAX)
            return status_fail(STATUS_USER, "--table %.100s: expected at most %d measures",
                               v->table, MEASURES_MAX);
        question.measure = name;
        TRY(effects_find(&effects[table.n], results, &question));
        question.by = name_factors(effects, by);
        TRY(again ? effects_find(&again[table.n], &others, &question) : STATUS_OK);
    }
    TRY(find_level(effects, v->against, &table.against));
    means_table_print(&table, stdout);
    return STATUS_OK;
}

static int print_words(const struct effects *effects)
{
    OWNED char *text = text_written(findings_put, effects);
    if (!text)
        return status_no_memory("the findings", 0);
    return puts(*text ? text : "Nothing could be tested.") < 0
               ? status_fail(STATUS_SYSTEM, "standard output: not written")
               : STATUS_OK;
}

static int check_options(const struct stats_values *v)
{
    const char *path = v->common.arguments[0];
    if (!path)
        return status_fail(STATUS_USER, "stats: expected a results file, such as results.csv");
    if (v->common.n_arguments > 1)
        return status_fail(STATUS_USER, "stats %s: expected one results file",
                           v->common.arguments[1]);
    if (v->scale && strcmp(v->scale, "logit") != 0 && strcmp(v->scale, "plain") != 0)
        return status_fail(STATUS_USER, "--scale %.100s: expected plain or logit", v->scale);
    if (v->again && !v->table)
        return status_fail(STATUS_USER, "--again %.100s: needs --table", v->again);
    if (v->margin && !v->reference)
        return status_fail(STATUS_USER, "--margin %.100s: needs --reference", v->margin);
    return STATUS_OK;
}

/* The family of all comparisons with a level, in place of the experiment's. */
static int declare_family(const char *level, json_t **about)
{
    OWNED char *pair = NULL;
    if (asprintf(&pair, "%s:*", level) < 0)
        return status_no_memory("a name", 0);
    *about = *about ? *about : json_object();
    return json_object_set_new(*about, "families",
                               json_pack("[{s:s, s:[s]}]", "name", "against", "compare", pair)) == 0
               ? STATUS_OK
               : status_no_memory("a family", 0);
}

/* What is asked of the results at the path, or those of a folder. */
static int answer(const struct stats_values *v, const char *path, const struct results *results,
                  json_t **about)
{
    SCOPED(effects_free) struct effects effects = {0};
    TRY(v->against ? declare_family(v->against, about) : STATUS_OK);
    const struct effects_question question = {
        .measure = v->measure ? v->measure : "accuracy",
        .by = v->by,
        .about = *about,
        .test = v->test,
        .is_logit = v->scale && strcmp(v->scale, "logit") == 0,
        .is_brief = v->table || v->is_in_words,
    };
    if (v->table)
        return print_table(v, results, question);
    TRY(effects_find(&effects, results, &question));
    TRY(find_level(&effects, v->against, &(int32_t){0}));
    if (v->is_in_words)
        return print_words(&effects);
    if (v->json) {
        TRY(options_check_not_read("--json", v->json, path));
        TRY(options_check_file("--json", v->json));
    }
    if (!(v->json && file_is_standard_output(v->json)))
        TRY(effects_print(&effects, stdout));
    if (strcmp(question.measure, "to_criterion") == 0 && results_find(results, "criterion_reached"))
        TRY(criterion_print(&effects, stdout));
    if (v->reference)
        TRY(compare_with_reference(v, &effects, question));
    return v->json ? effects_write_json(&effects, v->json) : STATUS_OK;
}

static int stats(void *values)
{
    const struct stats_values *v = values;
    SCOPED(results_free) struct results results = {0};
    SCOPED(study_free) struct study study = {0};
    json_auto_t *about = NULL;
    TRY(check_options(v));
    const char *path = v->common.arguments[0];
    if (file_is_folder(path)) {
        TRY(read_sweep(v, path, &study));
        TRY(filter_rows(v, &study.results));
        return answer(v, path, &study.results, &study.about);
    }
    TRY(results_read(&results, path));
    TRY(filter_rows(v, &results));
    TRY(read_about(path, &about));
    return answer(v, path, &results, &about);
}

#define AT(member) .at = offsetof(struct stats_values, member)
static const struct option options[] = {
    {"measure", 0, "NAME", "column to analyse (default: accuracy)", AT(measure)},
    {"by", 0, "A,B,...", "factors; levels of the last are compared (default: all that vary)",
     AT(by)},
    FILTER_OPTION(
        "runs that count, as turnover=none|random, seed=1..20, task!=easy; may be repeated"),
    {"scale", 0, "plain|logit", "logit: of the log-odds of an accuracy (default: plain)",
     AT(scale)},
    {"test", 0, "NAME",
     "that decides: paired, signed-rank, permutation, welch, pooled (default: the experiment's, or "
     "paired where seeds recur, else welch)",
     AT(test)},
    {"criterion", 0, "X",
     "of a sweep's folder: sample accuracy that is to be reached, for the measures to_criterion "
     "and "
     "curve_area (default: 0.6)",
     AT(criterion)},
    {"reference", 0, "FILE.csv", "results to which these are to be equivalent (default: none)",
     AT(reference)},
    {"margin", 0, "X", "difference of means that does not matter (needed with --reference)",
     AT(margin)},
    {"table", 0, "MEASURE,...",
     "print the means of these measures as a table in Markdown (default: all tables of one)",
     AT(table)},
    {"against", 0, "LEVEL",
     "of the last factor: comparisons with it are corrected together; --table has a row a group "
     "and its difference from it (default: the experiment's families)",
     AT(against)},
    {"again", 0, "FILE.csv",
     "other runs of the same experiment: --table has their differences beside (default: none)",
     AT(again)},
    {.name = "words", .help = "print what the tests say, in words", AT(is_in_words)},
    {"json", 0, "FILE", "write all of it there as well, or to - alone (default: not written)",
     AT(json)},
    {0},
};

const struct command command_stats = {
    .name = "stats",
    .summary = "groups, ANOVA and t-tests of a results file",
    .description =
        "Prints means, standard deviations and confidence intervals of each group of runs. Runs of "
        "one seed belong together: analysis of variance, t-tests, signed-rank and permutation "
        "tests "
        "are seed by seed, with effect sizes and the smallest effect that would have been seen. "
        "The "
        "paper's tests, which take all runs as independent, stand beside, with Welch's.",
    .usage = "RESULTS.csv|SWEEP [--measure NAME] [--by A,B,...] [--filter COLUMN=VALUE]... [--json "
             "FILE]",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct stats_values),
    .run = stats,
};
