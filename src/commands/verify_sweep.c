/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify of a sweep: that each of its runs is what the sweep says of its name; the runs,
 * done again; and the table of them, gathered again. What the sweep is, its folder says
 * (conditions.json, experiment.json): the file of the experiment is not asked for. */
#include <stdio.h>
#include <stdlib.h>

#include "commands/verify.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "sweep/sweep.h"

/* Does the sample of the n_done runs again, and prints how many are the same. */
static int verify_runs(const struct verify_values *values, const struct sweep *s, int32_t n_done,
                       struct verify_count *count)
{
    const int32_t n =
        values->n_sample > 0 && values->n_sample < n_done ? (int32_t)values->n_sample : n_done;
    OWN_PATH(runs, s->folder, "runs");
    struct progress progress;
    struct verify_count here = {0};
    struct verify_outcome outcome, other = {0}; /* the last with another kernel */
    int status = STATUS_OK;
    int32_t n_verified = 0;
    int64_t n_seen = 0;
    progress_start(&progress, "verify", "runs", n, false);
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK && !interrupt_signal(); i++) {
        if (!s->run[i].is_done || n_seen++ * n % n_done >= n) /* n of n_done, evenly */
            continue;
        OWNED char *folder = sweep_run_folder(s, &s->run[i]);
        status = folder ? verify_run(values, folder, &outcome) : status_no_memory("a file name", 0);
        if (status == STATUS_OK)
            verify_count_in(&here, &outcome);
        if (status == STATUS_OK && *outcome.kernels)
            other = outcome;
        n_verified += status == STATUS_OK;
        progress_update(&progress, n_verified, folder);
    }
    progress_clear(&progress);
    count->n_differ += here.n_differ;
    count->n_unproven += here.n_unproven;
    const int32_t n_same = n_verified - here.n_differ;
    if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                           "stopped: %d runs were the same, %d differed", n_same, here.n_differ);
    TRY(status);
    printf("%s: %d of %d runs verified, %d differ\n", runs, n_same, n, here.n_differ);
    if (*other.kernels)
        printf("%s: done again%s, %d of them the same to within %g only\n", runs, other.kernels,
               here.n_agree, VERIFY_ROUNDING);
    return STATUS_OK;
}

/* Gathers what is done into a text, and compares. */
static int compare_table(struct sweep *s, struct file_difference *difference)
{
    OWNED char *again = NULL;
    OWN_PATH(was, s->folder, "results.csv");
    TRY(gather_text(s, &again));
    if (file_exists(was))
        return verify_text(was, again, difference);
    verify_presence(false, difference);
    return STATUS_OK;
}

/* Compares the table, unless runs are missing: then it says so, and the table may be an earlier
 * one. Where only shards were at work, or the sweep was cut off, there is none yet: gathering
 * writes it and times.csv. */
static int verify_table(struct sweep *s, struct verify_count *count)
{
    struct file_difference difference = {0};
    if (!file_exists_in(s->folder, "results.csv") && !file_exists_in(s->folder, "times.csv"))
        return STATUS_OK;
    if (gather_check(s) != STATUS_OK) {
        printf("%s\n", status_message());
        count->n_incomplete++;
        return STATUS_OK;
    }
    TRY(compare_table(s, &difference));
    if (*difference.where)
        verify_print(s->folder, "results.csv", &difference);
    count->n_tables += *difference.where != '\0';
    return STATUS_OK;
}

static int verify_folder(const struct verify_values *values, struct sweep *s,
                         struct verify_count *count)
{
    TRY(sweep_read_folder(s));
    if (s->n_runs == 0)
        return status_fail(
            STATUS_USER,
            "%s: its runs are not known, %s is missing or lists none: `spinet sweep` writes it",
            s->folder, s->experiment.n_conditions == 0 ? "conditions.json" : "experiment.json");
    const int32_t n_done = sweep_find_done(s);
    if (n_done == 0)
        return status_fail(STATUS_USER, "%s: none of its %d runs is finished", s->folder,
                           s->n_runs);
    TRY(sweep_check_found(s));
    TRY(verify_runs(values, s, n_done, count));
    return verify_table(s, count);
}

int verify_sweep(const struct verify_values *values, const char *folder, struct verify_count *count)
{
    OWN_NEW(struct sweep, s, 1, "the sweep");
    sweep_init(s);
    s->folder = folder;
    const int status = verify_folder(values, s, count);
    sweep_free(s);
    return status;
}
