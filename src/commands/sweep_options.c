/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of a sweep, which `spinet experiment` takes, too; and `spinet sweep`. */
#include "commands/sweep_options.h"

#include <stdio.h>
#include <string.h>

#include "commands/experiments.h"
#include "commands/sweep_show.h"
#include "core/status.h"
#include "report/run_pictures.h"

/* Appends the argument to a list of at most `most`. */
static int keep(const char **list, int *n, int most, const char *option, const char *argument)
{
    if (*n == most)
        return status_fail(STATUS_USER, "%s: given more than %d times", option, most);
    list[(*n)++] = argument;
    return STATUS_OK;
}

static struct sweep *sweep_of(void *values)
{
    return &((struct sweep_values *)values)->sweep;
}

int sweep_take_only(void *values, const char *argument)
{
    struct sweep *s = sweep_of(values);
    return keep(s->only, &s->n_only, FACTORS_MAX, "--only", argument);
}

int sweep_take_set(void *values, const char *argument)
{
    struct sweep *s = sweep_of(values);
    return keep(s->extra, &s->n_extra, EXTRA_MAX, "--set", argument);
}

int sweep_take_resume(void *values, const char *argument)
{
    (void)values, (void)argument; /* unfinished sweeps are continued anyway */
    return STATUS_OK;
}

int sweep_take_seeds(void *values, const char *argument)
{
    struct sweep *s = sweep_of(values);
    char first[32];
    const char *dots = strstr(argument, "..");
    int64_t last;
    if (!dots || (size_t)(dots - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--seeds %.100s: expected FIRST..LAST, as 1..20", argument);
    snprintf(first, sizeof first, "%.*s", (int)(dots - argument), argument);
    TRY(options_number("--seeds: first", first, 0, SEED_MAX, &s->first_seed));
    const int64_t most = s->first_seed > SEED_MAX - 99999 ? SEED_MAX : s->first_seed + 99999;
    TRY(options_number("--seeds: last", dots + 2, s->first_seed, most, &last));
    s->n_seeds = last - s->first_seed + 1;
    ((struct sweep_values *)values)->has_seeds = true;
    return STATUS_OK;
}

static int take_task(struct sweep *s, enum sweep_task task)
{
    if (s->task != SWEEP_ALL && s->task != task)
        return status_fail(STATUS_USER, "--shard and --gather: expected one");
    s->task = task;
    return STATUS_OK;
}

int sweep_take_gather(void *values, const char *argument)
{
    (void)argument;
    return take_task(sweep_of(values), SWEEP_GATHER);
}

/* "2/8": the second of eight. */
int sweep_take_shard(void *values, const char *argument)
{
    struct sweep *s = sweep_of(values);
    char first[32];
    const char *slash = strchr(argument, '/');
    if (s->n_shards > 0)
        return status_fail(STATUS_USER, "--shard %.100s: expected once", argument);
    if (!slash || (size_t)(slash - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--shard %.100s: expected I/N, as 2/8", argument);
    snprintf(first, sizeof first, "%.*s", (int)(slash - argument), argument);
    TRY(options_number("--shard: N", slash + 1, 1, SHARDS_MAX, &s->n_shards));
    TRY(options_number("--shard: I", first, 1, s->n_shards, &s->shard));
    s->shard--;
    return take_task(s, SWEEP_SHARD);
}

void sweep_options_complete(struct sweep_values *values)
{
    struct sweep *s = &values->sweep;
    s->folder = values->folder;
    s->data = values->common.data;
    s->is_quiet = values->common.is_quiet;
    s->n_threads = values->common.n_threads;
    s->draw = run_draw_pictures;
    s->first_seed = values->has_seeds ? s->first_seed : 1;
    sweep_init(s);
}

int sweep_options_check(const struct sweep *s)
{
    if (s->folder && !*s->folder)
        return status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    if (s->task == SWEEP_GATHER && s->is_fresh)
        return status_fail(STATUS_USER, "--gather runs nothing: leave --fresh out");
    if (s->task == SWEEP_SHARD && s->is_fresh)
        return status_fail(STATUS_USER, "--shard: others may be at work: leave --fresh out, or "
                                        "remove the folder first");
    return STATUS_OK;
}

/* ---- spinet sweep ---- */

static int plan_and_execute(struct sweep *s, const char *name)
{
    static char found[EXPERIMENT_PATH_MAX];
    TRY(experiments_find(name, found, &s->file));
    TRY(sweep_plan(s));
    return sweep_show(s);
}

static int sweep(void *values)
{
    struct sweep_values *v = values;
    if (v->common.n_arguments != 1 || (!v->folder && !v->sweep.is_dry))
        return status_fail(STATUS_USER, "sweep: an experiment, as shapes or mine.sweep, and --out "
                                        "DIR are needed");
    sweep_options_complete(v);
    TRY(sweep_options_check(&v->sweep));
    const int status = plan_and_execute(&v->sweep, *v->common.arguments);
    sweep_free(&v->sweep);
    return status;
}

static const struct option options[] = {
    {"out", 'o', "DIR", "folder for the runs and results (needed)",
     .at = offsetof(struct sweep_values, folder)},
    SWEEP_OPTIONS,
    {0},
};

const struct command command_sweep = {
    .name = "sweep",
    .summary = "all runs of an experiment",
    .description = "Trains a network for every condition and seed of an experiment file, several "
                   "at a time, and writes results.csv. Stopped at any moment, the same command "
                   "goes on; parts of the runs (--shard) may be run on many machines.",
    .usage = "EXPERIMENT --out DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct sweep_values),
    .run = sweep,
};
