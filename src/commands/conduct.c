/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conducts an experiment: fetches the data, runs the sweep (here, in shards, or by Slurm), gives
 * the commands that the experiment's file says, prints a table and draws the report. */
#include "commands/conduct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/sweep_show.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/process.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/text.h"
#include "report/readouts.h"
#include "report/report.h"
#include "report/run_columns.h"
#include "sweep/sweep.h"

/* ---- before the runs ---- */

/* Refuses a --set of what every level of a factor sets: over them it would make all levels alike.
 */
static int check_settings(const struct sweep *s)
{
    for (int i = 0; i < s->n_extra; i++) {
        const size_t n = strcspn(s->extra[i], "=") + 1;
        for (int f = 0; f < s->experiment.n_factors; f++) {
            const struct factor *factor = &s->experiment.factor[f];
            int n_that_set = 0;
            for (int k = 0; k < factor->n_levels; k++)
                for (int a = 0; a < factor->level[k].set.n; a++)
                    n_that_set += strncmp(factor->level[k].set.text[a], s->extra[i], n) == 0;
            if (factor->n_levels > 1 && n_that_set >= factor->n_levels)
                return status_fail(STATUS_USER,
                                   "--set %.200s: %s compares what its factor %s sets: leave it "
                                   "out, or choose by --only",
                                   s->extra[i], s->experiment.name, factor->name);
        }
    }
    return STATUS_OK;
}

static int check_commands(const struct experiment *experiment)
{
    for (int i = 0; i < experiment->after.n; i++) {
        char name[64];
        const char *line = experiment->after.text[i];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
        const struct command *command = command_find(name);
        if (!command || command == &command_experiment)
            return status_fail(STATUS_USER, "%s.sweep: after: %.200s: expected a command of spinet",
                               experiment->name, line);
    }
    return STATUS_OK;
}

int conduct_plan(struct sweep *s, const struct conduct *asked, const char *name,
                 char path[EXPERIMENT_PATH_MAX])
{
    *s = asked->values.sweep;
    TRY(experiments_find(name, path, &s->file));
    TRY(sweep_plan(s));
    TRY(check_settings(s));
    return check_commands(&s->experiment);
}

/* Has datasets/fetch.sh fetch the data sets that a planned sweep reads and that are missing. */
static int fetch_data(const struct sweep *s)
{
    char script[SHARED_PATH_MAX];
    const char *fetched = ""; /* the last; neighbouring conditions mostly have the same data */
    for (int32_t i = 0; i < 2 * s->experiment.n_conditions; i++) {
        const struct parameters *p = &s->condition[i % s->experiment.n_conditions].parameters;
        const bool are_first = i < s->experiment.n_conditions;
        const char *images = are_first ? p->data.train_images : p->data.other_train_images;
        const char *data_set = p->data.kind == DATA_FILES && strncmp(images, "datasets/", 9) == 0
                                   ? shared_file_data_set(images)
                                   : NULL;
        if (!data_set || strcmp(data_set, fetched) == 0)
            continue;
        fetched = data_set;
        interrupt_end_with("spinet: stopped before the runs: the same command begins again\n");
        const char *const call[] = {"bash", shared_file_find("datasets/fetch.sh", script),
                                    "--quiet", data_set, NULL};
        if (process_run(call, NULL) != 0)
            return status_fail(STATUS_SYSTEM, "the data set %s is not there, and not fetched",
                               data_set);
    }
    return STATUS_OK;
}

/* ---- after the runs ---- */

/* A command of the experiment's file; its --out is in the folder of the results. */
static int give_command(const char *line, const char *folder)
{
    enum { WORDS_MAX = 32 };
    const char *words[WORDS_MAX + 1] = {NULL};
    OWNED char *copy = strdup(line), *out = NULL;
    char *rest = copy;
    int n = 0;
    if (!copy)
        return status_no_memory("a command", strlen(line));
    for (char *word; n < WORDS_MAX && (word = strtok_r(rest, " ", &rest)); n++) {
        const bool is_folder = n > 0 && !out && strcmp(words[n - 1], "--out") == 0;
        words[n] = is_folder ? (out = file_join(folder, word)) : word;
    }
    return command_run(command_find(words[0]), n, words);
}

/* Prints the means of the conditions and, where that takes seconds only, how plain classifiers
 * answer the same images. */
static int print_tables(const struct sweep *s)
{
    enum { PRESENTATIONS_MAX = 5000 };
    SCOPED(study_free) struct study study = {0};
    double most = 0;
    TRY(study_read(&study, s->folder));
    TRY(run_columns_add(&study));
    TRY(readouts_print(&study));
    for (int32_t r = 0; r < study.n_runs; r++)
        most = fmax(most, study.run[r].value[STUDY_PRESENTATIONS]);
    if (!readouts_any(&study) || most > PRESENTATIONS_MAX)
        return STATUS_OK;
    study.data_folder = s->data;
    TRY(readouts_find_baselines(&study, s->is_quiet));
    printf("\nPlain classifiers that learned from the same images:\n");
    return readouts_print_baselines(&study);
}

/* Commands, tables and report. */
static int finish(const struct sweep *s)
{
    fflush(stdout);
    interrupt_end_with("spinet: stopped with all runs done: the same command draws the report\n");
    for (int i = 0; i < s->experiment.after.n; i++)
        TRY(give_command(s->experiment.after.text[i], s->folder));
    printf("\n");
    TRY(print_tables(s));
    fflush(stdout);
    TRY(report_write(
        &(struct report_request){.folder = &s->folder, .n_folders = 1, .data_folder = s->data}));
    printf("\n%s/report.html\n", s->folder);
    if (s->pictures)
        printf("Pictures: %s/runs/*/maps.png and learning_curve.png\n", s->folder);
    printf("Results in %s: report.html (open it in a browser), results.csv, and a folder a run in "
           "runs/\n",
           s->folder);
    return STATUS_OK;
}

/* ---- one experiment ---- */

/* results/NAME, or results/NAME-LEVEL… where only some levels are asked for; -held-out, where other
 * seeds are. */
static char *name_folder(const struct sweep *s, const char *name)
{
    char text[1024];
    const char *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    snprintf(text, sizeof text, "results/%.*s%s", (int)strcspn(name, "."), name,
             s->is_full ? "-full" : "");
    for (int i = 0; i < s->n_only; i++)
        text_append(text, sizeof text, "-%s", strchr(s->only[i], '=') + 1);
    text_append(text, sizeof text, "%s", s->is_held_out ? "-held-out" : "");
    for (char *bar = text; (bar = strchr(bar, '|'));)
        *bar = '+';
    return strdup(text);
}

/* Submits what is to be done to Slurm; if all runs are done, gathers and reports here. */
static int run_by_slurm(const struct conduct *asked, struct sweep *s, const char *name)
{
    OWNED char *shards = NULL;
    const int status = sweep_prepare(s, &shards);
    sweep_folder_release(s);
    TRY(status);
    if (*shards)
        return slurm_submit(&asked->slurm, s, name, shards);
    printf("All runs are done.\n");
    s->task = SWEEP_GATHER;
    TRY(sweep_show(s));
    return finish(s);
}

static int conduct_planned(const struct conduct *asked, struct sweep *s, const char *name)
{
    TRY(fetch_data(s));
    if (asked->is_slurm && !s->is_dry)
        return run_by_slurm(asked, s, name);
    TRY(sweep_show(s));
    return s->is_dry || s->task == SWEEP_SHARD ? STATUS_OK : finish(s);
}

int conduct_experiment(const struct conduct *asked, const char *name, const char *folder,
                       struct sweep *s)
{
    char path[EXPERIMENT_PATH_MAX];
    OWNED char *own = NULL;
    int status = conduct_plan(s, asked, name, path);
    if (status == STATUS_OK) {
        s->folder = folder ? folder : (own = name_folder(s, name));
        status = s->folder ? conduct_planned(asked, s, name) : status_no_memory("a folder name", 0);
    }
    sweep_free(s);
    return status;
}

/* ---- options ---- */

int conduct_take_engine(void *values, const char *argument)
{
    struct conduct *asked = values;
    asked->is_slurm = strcmp(argument, "slurm") == 0;
    if (!asked->is_slurm && strcmp(argument, "local") != 0)
        return status_fail(STATUS_USER, "--engine %.100s: expected local or slurm", argument);
    return STATUS_OK;
}

int conduct_check(struct conduct *asked)
{
    const struct slurm_options *slurm = &asked->slurm;
    struct sweep *s = &asked->values.sweep;
    const char *option = slurm->partition  ? "--partition"
                         : slurm->time     ? "--time"
                         : slurm->memory   ? "--memory"
                         : slurm->n_cores  ? "--cores"
                         : slurm->n_shards ? "--shards"
                                           : NULL;
    if (!asked->is_slurm && option)
        return status_fail(STATUS_USER, "%s: is for --engine slurm", option);
    if (!asked->is_slurm)
        return sweep_options_check(s);
    if (asked->values.common.has_threads)
        return status_fail(STATUS_USER, "--threads: with --engine slurm say --cores");
    if (s->task != SWEEP_ALL)
        return status_fail(STATUS_USER, "--shard and --gather: not with --engine slurm, which does "
                                        "this itself");
    s->task = SWEEP_PREPARE;
    s->n_shards = slurm->n_shards ? slurm->n_shards : 32;
    asked->slurm.n_cores = slurm->n_cores ? slurm->n_cores : 1;
    return s->is_dry ? STATUS_OK : slurm_check(&s->n_shards);
}
