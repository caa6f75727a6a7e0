/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet experiment: one experiment, or all of them. What is special about an experiment stands in
 * its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/conduct.h"
#include "commands/sweep_show.h"
#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/report.h"

/* ---- all of them ---- */

/* The experiments that `all` means, and what became of them. */
struct tally {
    int n, n_failed, n_runs;
    const char *name[EXPERIMENTS_MAX];       /* [n] */
    const char *folder[EXPERIMENTS_MAX + 1]; /* [n], then NULL; owned */
    char failed[512];                        /* "a, b": names of those that failed */
    double estimate;                         /* seconds */
};

/* Plans each of them, so that a mistake shows before any of them runs. */
static int check_all(const struct conduct *asked, const char *out,
                     const struct experiment_list *list, struct tally *tally)
{
    static struct sweep s;
    for (int i = 0; i < list->n && list->item[i].place > 0; i++) {
        char path[EXPERIMENT_PATH_MAX];
        tally->name[i] = list->item[i].name;
        tally->folder[i] = file_join(out, tally->name[i]);
        if (!tally->folder[i])
            return status_no_memory("a folder name", 0);
        tally->n++;
        const int status = conduct_plan(&s, asked, tally->name[i], path);
        sweep_free(&s);
        TRY(status);
    }
    return STATUS_OK;
}

/* Conducts one after the other. A user's mistake or a signal ends it; an experiment that fails
 * otherwise (a full disk, say) does not keep the others from being run. */
static int conduct_each(const struct conduct *asked, struct tally *tally)
{
    static struct sweep s;
    for (int i = 0; i < tally->n; i++) {
        if (!asked->values.sweep.is_dry)
            printf("── %s ──\n", tally->name[i]);
        fflush(stdout);
        const int status = conduct_experiment(asked, tally->name[i], tally->folder[i], &s);
        if (status == STATUS_USER || status <= STATUS_INTERRUPTED)
            return status;
        tally->n_runs += s.n_runs;
        tally->estimate += status == STATUS_OK ? s.seconds : 0;
        if (status == STATUS_OK)
            continue;
        fprintf(stderr, "spinet: %s\n", status_message());
        text_append(tally->failed, sizeof tally->failed, "%s%s", tally->n_failed++ ? ", " : "",
                    tally->name[i]);
    }
    return STATUS_OK;
}

/* Says where the results are, after a page about all of them where there are reports of all. */
static int conclude(const struct conduct *asked, const char *out, const struct tally *tally)
{
    if (asked->is_slurm || asked->values.sweep.task == SWEEP_SHARD || tally->n_failed > 0) {
        printf("\nResults in %s, a folder each\n", out);
        return STATUS_OK;
    }
    OWN_PATH(page, out, "index.html");
    file_remove_temporary(out);
    TRY(report_write_overview(page, tally->folder));
    printf(
        "\nResults in %s: index.html (all of it on one page), and a report.html in each folder\n",
        out);
    return STATUS_OK;
}

static int conduct_all(struct conduct *asked, const char *out, struct tally *tally)
{
    static struct experiment_list list;
    experiments_list(&list);
    TRY(check_all(asked, out, &list, tally));
    asked->values.sweep.is_one_line = true;
    TRY(conduct_each(asked, tally));
    if (asked->values.sweep.is_dry)
        estimate_print_line("all", tally->n_runs, tally->estimate, asked->values.sweep.n_threads);
    else
        TRY(conclude(asked, out, tally));
    if (tally->n_failed == 0)
        return STATUS_OK;
    return status_fail(STATUS_SYSTEM,
                       "%d of %d experiments failed (%s); the same command tries them again",
                       tally->n_failed, tally->n, tally->failed);
}

static int experiment_all(struct conduct *asked, const char *out)
{
    static struct tally tally;
    if (asked->values.sweep.n_only > 0)
        return status_fail(STATUS_USER, "--only %.200s: is for one experiment, not for all",
                           asked->values.sweep.only[0]);
    if (asked->values.sweep.is_full)
        return status_fail(STATUS_USER, "--full: is for one experiment, not for all");
    const int status = conduct_all(asked, out, &tally);
    for (int k = 0; k < tally.n; k++)
        free((char *)tally.folder[k]);
    return status;
}

/* ---- options ---- */

/* "8,3" as `--only pair=3-8`; a level's own name as it is. */
static int take_pair(void *values, const char *argument)
{
    struct sweep_values *v = values;
    char *only = NULL;
    const char *comma = strchr(argument, ',');
    int64_t a, b;
    int n;
    if (!comma) {
        n = asprintf(&only, "pair=%.100s", argument);
    } else {
        OWNED char *first = strndup(argument, (size_t)(comma - argument));
        if (!first || !number_parse_whole(first, &a) || !number_parse_whole(comma + 1, &b) ||
            a == b)
            return status_fail(STATUS_USER, "--pair %.100s: expected two different digits, as 3,8",
                               argument);
        n = asprintf(&only, "pair=%lld-%lld", (long long)(a < b ? a : b),
                     (long long)(a < b ? b : a));
    }
    TRY(options_keep(&v->common, n < 0 ? NULL : only));
    return sweep_take_only(values, only);
}

static int experiment(void *values)
{
    static struct sweep s;
    struct conduct *asked = values;
    const struct command_values *common = &asked->values.common;
    if (common->n_arguments != 1)
        return status_fail(STATUS_USER, "experiment: name one; `spinet experiments` lists them");
    const char *name = *common->arguments, *out = asked->values.folder;
    const char *of_all = asked->values.sweep.is_held_out ? "results/held-out" : "results";
    sweep_options_complete(&asked->values);
    TRY(conduct_check(asked));
    return strcmp(name, "all") == 0 ? experiment_all(asked, out ? out : of_all)
                                    : conduct_experiment(asked, name, out, &s);
}

#define AT(member) .at = offsetof(struct conduct, member)
static const struct option options[] = {
    {"out", 'o', "DIR", "folder for the results (default: results/NAME, of all: results)",
     AT(values.folder)},
    {.name = "pair",
     .value = "A,B",
     .help = "short for --only pair=A-B (default: all pairs)",
     .take = take_pair},
    SWEEP_OPTIONS,
    ENGINE_OPTIONS,
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
    .size = sizeof(struct conduct),
    .run = experiment,
};
