/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet experiment: fetches the data, runs the sweep (here, in shards, or by Slurm), gives the
 * commands that the experiment's file says, prints a table and draws the report; one experiment or
 * all of them. What is special about an experiment stands in its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/experiments.h"
#include "commands/slurm.h"
#include "commands/sweep_options.h"
#include "commands/sweep_show.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/number.h"
#include "core/process.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "report/overview.h"
#include "report/report.h"
#include "report/summary.h"
#include "sweep/sweep.h"

struct request {
    struct sweep_values values; /* .sweep: what is asked of each experiment */
    struct slurm_options slurm;
    bool is_slurm;
};

/* ---- before the runs ---- */

/* What is set for all runs is no factor any more. */
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

static int plan_file(struct sweep *s, const struct request *asked, const char *name,
                     char path[EXPERIMENT_PATH_MAX])
{
    *s = asked->values.sweep;
    TRY(experiments_find(name, path, &s->file));
    return sweep_plan(s);
}

/* Plans a sweep of the experiment; of the one that has more levels, if this one lacks those that
 * --only names. */
static int plan(struct sweep *s, const struct request *asked, const char *name,
                char path[EXPERIMENT_PATH_MAX])
{
    int status = plan_file(s, asked, name, path);
    if (status == STATUS_USER && s->n_only > 0 && s->experiment.more_levels) {
        OWNED char *more = scope_take(s->experiment.more_levels);
        sweep_free(s);
        status = plan_file(s, asked, more, path);
    }
    TRY(status);
    TRY(check_settings(s));
    return check_commands(&s->experiment);
}

/* Has datasets/fetch.sh see to the data sets. */
static int fetch_data(const struct sweep *s)
{
    char script[SHARED_PATH_MAX];
    const char *fetched = ""; /* conditions that follow each other have the same, as a rule */
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        const struct parameters *p = &s->condition[c].parameters;
        const char *images = p->data.train_images;
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

/* Commands, table and report. */
static int finish(const struct sweep *s)
{
    fflush(stdout);
    interrupt_end_with("spinet: stopped with all runs done: the same command draws the report\n");
    for (int i = 0; i < s->experiment.after.n; i++)
        TRY(give_command(s->experiment.after.text[i], s->folder));
    printf("\n");
    TRY(summary_print(s));
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

/* results/NAME, or results/NAME-LEVEL… where only some levels are asked for. */
static char *name_folder(const struct sweep *s, const char *name)
{
    char text[1024];
    const char *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    size_t n = (size_t)snprintf(text, sizeof text, "results/%.*s", (int)strcspn(name, "."), name);
    for (int i = 0; i < s->n_only && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "-%s", strchr(s->only[i], '=') + 1);
    for (char *bar = text; (bar = strchr(bar, '|'));)
        *bar = '+';
    return strdup(text);
}

/* The runs by Slurm, or here if there is nothing to submit: then all are done. */
static int run_by_slurm(const struct request *asked, struct sweep *s, const char *name)
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

static int conduct_planned(const struct request *asked, struct sweep *s, const char *name)
{
    TRY(fetch_data(s));
    if (asked->is_slurm && !s->is_dry)
        return run_by_slurm(asked, s, name);
    TRY(sweep_show(s));
    return s->is_dry || s->task == SWEEP_SHARD ? STATUS_OK : finish(s);
}

/* In a folder; NULL for its own. */
static int conduct(const struct request *asked, const char *name, const char *folder,
                   struct sweep *s)
{
    char path[EXPERIMENT_PATH_MAX];
    OWNED char *own = NULL;
    int status = plan(s, asked, name, path);
    if (status == STATUS_OK) {
        s->folder = folder ? folder : (own = name_folder(s, name));
        status = s->folder ? conduct_planned(asked, s, name) : status_no_memory("a folder name", 0);
    }
    sweep_free(s);
    return status;
}

/* ---- all of them ---- */

/* Those that `all` means, and what became of them. */
struct tally {
    int n, n_failed, n_runs;
    double estimate; /* seconds */
    struct listed {
        const char *name;
        char *folder;
        double seconds;
        bool has_failed;
    } item[EXPERIMENTS_MAX];
};

/* A mistake is to be found before the first hour is over. */
static int check_all(const struct request *asked, const char *out,
                     const struct experiment_list *list, struct tally *tally)
{
    static struct sweep s;
    for (int i = 0; i < list->n; i++) {
        char path[EXPERIMENT_PATH_MAX];
        const char *name = list->item[i].name;
        if (list->item[i].place == 0)
            continue;
        tally->item[tally->n++] = (struct listed){.name = name, .folder = file_join(out, name)};
        if (!tally->item[tally->n - 1].folder)
            return status_no_memory("a folder name", 0);
        const int status = plan(&s, asked, name, path);
        sweep_free(&s);
        TRY(status);
    }
    return STATUS_OK;
}

/* What is done stays done, so that a second call goes on. Goes on after a failure of the machine.
 */
static int conduct_each(const struct request *asked, struct tally *tally)
{
    static struct sweep s;
    for (struct listed *item = tally->item; item < tally->item + tally->n; item++) {
        const double start = progress_clock();
        if (!asked->values.sweep.is_dry)
            printf("── %s ──\n", item->name);
        fflush(stdout);
        const int status = conduct(asked, item->name, item->folder, &s);
        if (status == STATUS_USER || status <= STATUS_INTERRUPTED)
            return status;
        item->seconds = progress_clock() - start;
        item->has_failed = status != STATUS_OK;
        tally->n_failed += item->has_failed;
        tally->n_runs += s.n_runs;
        tally->estimate += item->has_failed ? 0 : s.seconds;
        if (item->has_failed)
            fprintf(stderr, "spinet: %s\n", status_message());
    }
    return STATUS_OK;
}

static void print_minutes(const char *name, double seconds, const char *note)
{
    printf("%-12s %d:%02d min%s\n", name, (int)seconds / 60, (int)seconds % 60, note);
}

/* One page about all. */
static int write_overview(const char *out, const struct tally *tally)
{
    const char *folders[EXPERIMENTS_MAX + 1] = {NULL};
    OWNED char *page = file_join(out, "index.html");
    for (int k = 0; k < tally->n; k++)
        folders[k] = tally->item[k].folder;
    TRY(page ? overview_write(page, folders) : status_no_memory("a file name", 0));
    printf("Results in %s: index.html (all of it on one page), and a report.html in each folder\n",
           out);
    return STATUS_OK;
}

/* The times, and the page where there are reports of all. */
static int conclude(const struct request *asked, const char *out, const struct tally *tally)
{
    double seconds = 0;
    printf("\n");
    for (int k = 0; k < tally->n; k++) {
        const struct listed *item = &tally->item[k];
        print_minutes(item->name, item->seconds, item->has_failed ? "  FAILED" : "");
        seconds += item->seconds;
    }
    print_minutes("all", seconds, "");
    if (!asked->is_slurm && asked->values.sweep.task != SWEEP_SHARD && tally->n_failed == 0)
        return write_overview(out, tally);
    printf("Results in %s, a folder each\n", out);
    return STATUS_OK;
}

static int conduct_all(const struct request *asked, const char *out, struct tally *tally)
{
    static struct experiment_list list;
    experiments_list(&list);
    TRY(check_all(asked, out, &list, tally));
    TRY(conduct_each(asked, tally));
    if (asked->values.sweep.is_dry) {
        printf("%-12s ", "all");
        estimate_print_line(tally->n_runs, tally->estimate, asked->values.sweep.n_threads);
    } else {
        TRY(conclude(asked, out, tally));
    }
    if (tally->n_failed == 0)
        return STATUS_OK;
    return status_fail(STATUS_SYSTEM,
                       "%d of %d experiments failed; the same command tries them again",
                       tally->n_failed, tally->n);
}

static int experiment_all(struct request *asked, const char *out)
{
    static struct tally tally;
    if (asked->values.sweep.n_only > 0)
        return status_fail(STATUS_USER, "--only %.200s: is for one experiment, not for all",
                           asked->values.sweep.only[0]);
    asked->values.sweep.is_brief = true;
    const int status = conduct_all(asked, out, &tally);
    for (int k = 0; k < tally.n; k++)
        free(tally.item[k].folder);
    return status;
}

/* ---- options ---- */

/* Says `--only` of what has been put together for it: NULL if there was no memory. */
static int take_formatted(struct sweep_values *values, int n, char *only)
{
    TRY(options_keep(&values->common, n < 0 ? NULL : only));
    return sweep_take_only(values, only);
}

/* "8,3" as the level "3-8"; a level's own name as it is. */
static int take_pair(void *values, const char *argument)
{
    char *only = NULL;
    OWNED char *first = strndup(argument, strcspn(argument, ","));
    const char *comma = strchr(argument, ',');
    int64_t a, b;
    if (!comma) {
        const int n = asprintf(&only, "pair=%.100s", argument);
        return take_formatted(values, n, only);
    }
    if (!first || !number_parse_whole(first, &a) || !number_parse_whole(comma + 1, &b) || a == b)
        return status_fail(STATUS_USER, "--pair %.100s: expected two different digits, as 3,8",
                           argument);
    const int n =
        asprintf(&only, "pair=%lld-%lld", (long long)(a < b ? a : b), (long long)(a < b ? b : a));
    return take_formatted(values, n, only);
}

static int take_difficulty(void *values, const char *argument)
{
    char *only = NULL;
    const int n = asprintf(&only, "difficulty=%.100s", argument);
    return take_formatted(values, n, only);
}

static int take_engine(void *values, const char *argument)
{
    struct request *asked = values;
    asked->is_slurm = strcmp(argument, "slurm") == 0;
    if (!asked->is_slurm && strcmp(argument, "local") != 0)
        return status_fail(STATUS_USER, "--engine %.100s: expected local or slurm", argument);
    return STATUS_OK;
}

/* What goes only with --engine slurm, and what does not. */
static int check_engine(struct request *asked)
{
    const struct slurm_options *slurm = &asked->slurm;
    struct sweep *s = &asked->values.sweep;
    const char *option = slurm->partition ? "--partition"
                         : slurm->time    ? "--time"
                         : slurm->memory  ? "--memory"
                         : slurm->n_cores ? "--cores"
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
    s->n_shards = s->n_shards ? s->n_shards : 32;
    asked->slurm.n_cores = slurm->n_cores ? slurm->n_cores : 1;
    return s->is_dry ? STATUS_OK : slurm_check(&s->n_shards);
}

static int experiment(void *values)
{
    static struct sweep s;
    struct request *asked = values;
    const struct command_values *common = &asked->values.common;
    if (common->n_arguments != 1)
        return status_fail(STATUS_USER, "experiment: name one; `spinet experiments` lists them");
    const char *name = *common->arguments, *out = asked->values.folder;
    sweep_options_complete(&asked->values);
    TRY(check_engine(asked));
    return strcmp(name, "all") == 0 ? experiment_all(asked, out ? out : "results")
                                    : conduct(asked, name, out, &s);
}

#define AT(member) .at = offsetof(struct request, member)
static const struct option options[] = {
    {"out", 'o', "DIR", "folder for the results (default: results/NAME, of all: results)",
     AT(values.folder)},
    {.name = "pair",
     .value = "A,B",
     .help = "short for --only pair=A-B (default: all pairs)",
     .take = take_pair},
    {.name = "difficulty",
     .value = "D",
     .help = "short for --only difficulty=D (default: all)",
     .take = take_difficulty},
    SWEEP_OPTIONS,
    {.name = "engine",
     .value = "local|slurm",
     .help = "run here, or as a job array, and a job that gathers and reports (default: local)",
     .take = take_engine},
    {"cores", 0, "N", "slurm: of a task (default: 1)", AT(slurm.n_cores), 1, THREADS_MAX},
    {"partition", 0, "P", "slurm: of the jobs, as for sbatch (default: the cluster's)",
     AT(slurm.partition)},
    {"time", 0, "T", "slurm: of a task, as for sbatch (default: the cluster's)", AT(slurm.time)},
    {"memory", 0, "M", "slurm: of a task, as for sbatch --mem (default: the cluster's)",
     AT(slurm.memory)},
    {0},
};

const struct command command_experiment = {
    .name = "experiment",
    .summary = "reproduce an experiment, or all of them",
    .description =
        "Does what `sweep` does, and all around it: fetches the data, runs every condition and "
        "seed, prints a table and draws the report. `spinet experiments` lists what can be named; "
        "a file of one's own can, too. Stopped at any moment, the same command goes on. `all` does "
        "one after the other and writes one page about them.",
    .usage = "NAME|all [--out DIR]",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct request),
    .run = experiment,
};
