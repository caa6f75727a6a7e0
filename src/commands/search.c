/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet search: round by round, each a sweep in a folder of its own, of the file ROUND.sweep
 * beside it. What is done stays done; so a search that was stopped goes on where it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/conduct.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/search_scores.h"

/* ---- a round ---- */

static void put_experiment(FILE *out, const void *experiment)
{
    experiment_print(experiment, out);
}

/* Writes a round's experiment file. A file that is there must say the same, since the runs beside
 * it are of what it says; is_fresh: it is replaced. */
static int write_file(const char *path, const struct experiment *experiment, bool is_fresh)
{
    SCOPED(file_abandon) struct new_file file = {0};
    OWNED char *text = text_written(put_experiment, experiment), *there = NULL;
    size_t n = 0;
    FILE *in = fopen(path, "r");
    if (in) {
        const ssize_t length = getdelim(&there, &n, '\0', in);
        fclose(in);
        if (text && length >= 0 && strcmp(text, there) == 0)
            return STATUS_OK;
        if (!is_fresh)
            return status_fail(STATUS_USER,
                               "%s: is of another search: name another folder, or say --fresh to "
                               "replace it",
                               path);
    }
    if (!text)
        return status_no_memory("an experiment", 0);
    TRY(file_create(&file, path));
    fputs(text, file.stream);
    return file_commit(&file);
}

/* FOLDER/ROUND and, with an ending, FOLDER/ROUND.sweep. */
static char *name_round(const char *folder, const struct search *search, int round,
                        const char *ending)
{
    char name[2 * SEARCH_NAME_MAX];
    search_name_round(search, round, name);
    strcat(name, ending);
    return file_join(folder, name);
}

static int prepare_round(const struct conduct *asked, const struct search *search, int round,
                         const int32_t *set, const char *path)
{
    struct experiment experiment;
    int status = search_make_round(search, round, set, search->round[round].n_sets, &experiment);
    if (status == STATUS_OK)
        status = write_file(path, &experiment, asked->values.sweep.is_fresh);
    experiment_free(&experiment);
    return status;
}

/* Runs what is missing of a round, and reads what came of it. is_complete: all of it is there. */
static int conduct_round(const struct conduct *asked, const struct search *search, int round,
                         const int32_t *set, struct search_scores *scores, bool *is_complete)
{
    static struct sweep s;
    const char *out = asked->values.folder;
    OWNED char *path = name_round(out, search, round, ".sweep");
    OWNED char *folder = name_round(out, search, round, "");
    if (!path || !folder)
        return status_no_memory("a file name", 0);
    TRY(prepare_round(asked, search, round, set, path));
    const struct search_round *of = &search->round[round];
    printf("── %s: %d of %d sets, %d seed%s ──\n", strrchr(folder, '/') + 1, of->n_sets,
           scores->n_sets, of->n_seeds, of->n_seeds == 1 ? "" : "s");
    fflush(stdout);
    TRY(conduct_experiment(asked, path, folder, &s));
    return search_scores_read(scores, folder, is_complete);
}

/* ---- all rounds ---- */

static int conduct_rounds(const struct conduct *asked, const struct search *search, int32_t *set,
                          struct search_scores *scores)
{
    bool is_complete = true;
    TRY(file_make_folder(asked->values.folder));
    for (int k = 0; k < search->n_rounds && is_complete; k++) {
        if (k > 0)
            search_scores_choose(scores, k - 1, set, search->round[k].n_sets);
        TRY(conduct_round(asked, search, k, set, scores, &is_complete));
    }
    printf(is_complete ? "\n" : "When the jobs have ended, the same command goes on.\n");
    if (!is_complete)
        return STATUS_OK;
    TRY(search_scores_write(scores, asked->values.folder));
    printf("\nResults in %s: final/report.html (open it in a browser), sets.csv, parameters.csv, "
           "and a folder a round\n",
           asked->values.folder);
    return STATUS_OK;
}

static int conduct_search(struct conduct *asked, const struct search *search)
{
    SCOPED(search_scores_free) struct search_scores scores = {0};
    OWNED int32_t *set = NULL;
    TRY_NEW(set, search->round[0].n_sets, "the sets");
    for (int32_t i = 0; i < search->round[0].n_sets; i++)
        set[i] = i;
    TRY(search_scores_init(&scores, search));
    return conduct_rounds(asked, search, set, &scores);
}

static const char *file_of(const char *name, char path[EXPERIMENT_PATH_MAX])
{
    const size_t n = strlen(name);
    if (strchr(name, '/') || (n > 7 && strcmp(name + n - 7, ".search") == 0))
        return name;
    snprintf(path, EXPERIMENT_PATH_MAX, "experiments/%.300s.search", name);
    return path;
}

static int search(void *values)
{
    struct conduct *asked = values;
    struct sweep_values *v = &asked->values;
    static struct search search;
    char path[EXPERIMENT_PATH_MAX];
    if (v->common.n_arguments != 1 || !v->folder)
        return status_fail(STATUS_USER, "search: a file, as mine.search, and --out DIR are needed");
    sweep_options_complete(v);
    TRY(conduct_check(asked));
    const char *file = file_of(*v->common.arguments, path);
    TRY(search_read(&search, file));
    const int status = conduct_search(asked, &search);
    search_free(&search);
    return status;
}

static const struct option options[] = {
    {"out", 'o', "DIR", "folder for the rounds and results (needed)", CONDUCT_AT(values.folder)},
    DATA_OPTION,
    THREADS_OPTION("runs at the same time (default: one a core)"),
    SWEEP_SET_OPTION,
    SWEEP_FRESH_OPTION,
    QUIET_OPTION,
    ENGINE_OPTIONS,
    {0},
};

const struct command command_search = {
    .name = "search",
    .summary = "search for parameters",
    .description =
        "Draws sets of parameters from the ranges of a file, runs them in rounds, each the best of "
        "the one before, judged on training images set aside, and the last with fresh seeds on the "
        "test images; says which parameters mattered. Each round is a sweep. Stopped at any "
        "moment, the same command goes on.",
    .usage = "FILE --out DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct conduct),
    .run = search,
};
