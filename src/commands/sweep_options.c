/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of a sweep, which `spinet experiment` takes, too; and `spinet sweep`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/experiments.h"
#include "commands/options.h"
#include "core/status.h"
#include "report/run_pictures.h"
#include "sweep/sweep.h"

/* Into a list of them, in new memory. */
static int keep(char **list, int *n, int most, const char *option, const char *argument)
{
    if (*n == most)
        return status_fail(STATUS_USER, "%s: given more than %d times", option, most);
    list[*n] = strdup(argument);
    return list[(*n)++] ? STATUS_OK : status_no_memory("an option", strlen(argument));
}

static int take_seeds(struct sweep *s, const char *argument)
{
    char first[32];
    const char *dots = strstr(argument, "..");
    int64_t last;
    if (!dots || (size_t)(dots - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--seeds %.100s: expected FIRST..LAST, as 1..20", argument);
    snprintf(first, sizeof first, "%.*s", (int)(dots - argument), argument);
    int status = options_number("--seeds: first", first, 0, SEED_MAX, &s->first_seed);
    const int64_t most = s->first_seed > SEED_MAX - 99999 ? SEED_MAX : s->first_seed + 99999;
    if (status == STATUS_OK)
        status = options_number("--seeds: last", dots + 2, s->first_seed, most, &last);
    if (status == STATUS_OK)
        s->n_seeds = last - s->first_seed + 1;
    return status;
}

static int take_task(struct sweep *s, enum sweep_task task)
{
    if (s->task != SWEEP_ALL && s->task != task)
        return status_fail(STATUS_USER, "--shard, --gather and --prepare: expected one");
    s->task = task;
    return STATUS_OK;
}

/* "2/8": the second of eight. */
static int take_shard(struct sweep *s, const char *argument)
{
    char first[32];
    const char *slash = strchr(argument, '/');
    if (s->n_shards > 0)
        return status_fail(STATUS_USER, "--shard %.100s: expected once, and without --shards",
                           argument);
    if (!slash || (size_t)(slash - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--shard %.100s: expected I/N, as 2/8", argument);
    snprintf(first, sizeof first, "%.*s", (int)(slash - argument), argument);
    int status = options_number("--shard: N", slash + 1, 1, SHARDS_MAX, &s->n_shards);
    if (status == STATUS_OK)
        status = options_number("--shard: I", first, 1, s->n_shards, &s->shard);
    s->shard--;
    return status == STATUS_OK ? take_task(s, SWEEP_SHARD) : status;
}

int sweep_options_take(struct sweep *s, int val, const char *argument)
{
    switch (val) {
    case OPTION_RUNS:
        return options_number("--runs", argument, 1, 100000, &s->n_seeds);
    case OPTION_SEEDS:
        return take_seeds(s, argument);
    case OPTION_THREADS:
        return options_number("--threads", argument, 1, THREADS_MAX, &s->n_threads);
    case OPTION_SHARD:
        return take_shard(s, argument);
    case OPTION_SHARDS:
        if (s->task == SWEEP_SHARD)
            return status_fail(STATUS_USER, "--shards: --shard I/N says how many already");
        return options_number("--shards", argument, 1, SHARDS_MAX, &s->n_shards);
    case OPTION_GATHER:
        return take_task(s, SWEEP_GATHER);
    case OPTION_PREPARE:
        return take_task(s, SWEEP_PREPARE);
    case OPTION_ONLY:
        return keep(s->only, &s->n_only, FACTORS_MAX, "--only", argument);
    case OPTION_RECORD_NETWORK:
        return keep(s->extra, &s->n_extra, EXTRA_MAX, "--set", "record.network=true");
    case OPTION_SET:
        return keep(s->extra, &s->n_extra, EXTRA_MAX, "--set", argument);
    default: /* --resume, which is so anyway */
        return STATUS_OK;
    }
}

int sweep_options_check(const struct sweep *s)
{
    if (s->folder && !*s->folder)
        return status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    if (s->task == SWEEP_GATHER && s->is_fresh)
        return status_fail(STATUS_USER, "--gather runs nothing: leave --fresh out");
    if (s->n_shards > 0 && s->task == SWEEP_ALL)
        return status_fail(STATUS_USER, "--shards: expected --gather or --prepare, or --shard I/N");
    if (s->task == SWEEP_PREPARE && s->n_shards == 0)
        return status_fail(STATUS_USER, "--prepare: --shards N is missing");
    return STATUS_OK;
}

void sweep_options_init(struct sweep *s)
{
    *s = (struct sweep){.draw = run_draw_pictures,
                        .first_seed = 1,
                        .n_threads = options_compute().n_threads,
                        .kernel = kernel_find(NULL),
                        .lock = -1,
                        .shard_lock = -1};
}

void sweep_options_free(struct sweep *s)
{
    free(s->data);
    for (int i = 0; i < s->n_extra; i++)
        free(s->extra[i]);
    for (int i = 0; i < s->n_only; i++)
        free(s->only[i]);
}

/* ---- spinet sweep ---- */

static int take(int val, const char *argument, void *data)
{
    return sweep_options_take(data, val, argument);
}

static int sweep(struct sweep *s, const char *const *rest)
{
    static char shards[1 << 20], found[EXPERIMENT_PATH_MAX];
    if (!rest || !*rest || rest[1] || (!s->folder && !s->is_dry))
        return status_fail(STATUS_USER, "sweep: an experiment, as shapes or mine.sweep, and --out "
                                        "DIR are needed");
    int status = sweep_options_check(s);
    if (status != STATUS_OK)
        return status;
    status = experiments_find(*rest, found, &s->file);
    if (status == STATUS_OK)
        status = sweep_plan(s);
    if (status != STATUS_OK || s->task != SWEEP_PREPARE)
        return status == STATUS_OK ? sweep_execute(s) : status;
    status = sweep_prepare(s, shards, sizeof shards);
    if (status == STATUS_OK) /* as `sbatch --array` takes them */
        printf("%s\n", shards);
    return status;
}

int command_sweep(int argc, const char **argv)
{
    static struct sweep s;
    char *folder = NULL;
    sweep_options_init(&s);
    const struct poptOption table[] = {
        {"out", 'o', POPT_ARG_STRING, &folder, 0, "folder for the runs and results (needed)",
         "DIR"},
        SWEEP_OPTIONS(s),
        FLAG_OPTION(
            "prepare", NULL, OPTION_PREPARE,
            "run nothing: make DIR ready, print the shards (of --shards) that have runs to do"),
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status =
        options_parse(argc, argv, table, "EXPERIMENT --out DIR", take, &s, &context, &rest);
    s.folder = folder;
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK)
        status = sweep(&s, rest);
    sweep_free(&s);
    sweep_options_free(&s);
    free(folder);
    poptFreeContext(context);
    return status;
}
