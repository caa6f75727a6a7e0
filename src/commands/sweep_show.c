/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep at a terminal: how far it is, which runs failed, what it came to; and signals, which stop
 * it. */
#include "commands/sweep_show.h"

#include <stdio.h>

#include "commands/options.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/status.h"

struct show {
    const struct sweep *sweep;
    struct progress progress;
    int32_t n_ended; /* runs, by this call */
};

static void begin(struct show *show, const struct sweep_progress *at)
{
    const struct sweep *s = show->sweep;
    if (at->n_before > 0 && !s->is_quiet)
        fprintf(stderr, "%s: %d of %d runs are done already\n", s->experiment.name, at->n_before,
                at->n_mine);
    progress_start(&show->progress, s->experiment.name, "runs", at->n_mine - at->n_before,
                   s->is_quiet);
}

static int see(const struct sweep_progress *at, void *data)
{
    struct show *show = data;
    char note[400] = "";
    show->n_ended = at->n_ended;
    if (!at->name) {
        begin(show, at);
    } else {
        if (at->status != STATUS_OK) {
            progress_clear(&show->progress);
            fprintf(stderr, "spinet: run %s failed: %s\n", at->name, status_message());
        } else if (at->score.n > 0) {
            snprintf(note, sizeof note, "%s %.3f", at->name, score_accuracy(&at->score));
        } else {
            snprintf(note, sizeof note, "%s", at->name);
        }
        progress_update(&show->progress, at->n_ended, note);
    }
    return interrupt_signal() ? STATUS_INTERRUPTED - interrupt_signal() : STATUS_OK;
}

static int show_gathered(struct sweep *s)
{
    TRY(gather_folder(s));
    printf("%d of %d runs of %s; results in %s/results.csv\n", sweep_count_mine(s, true), s->n_runs,
           s->experiment.name, s->folder);
    return gather_check(s);
}

int sweep_show(struct sweep *s)
{
    struct show show = {.sweep = s};
    char note[40] = "";
    s->observer = (struct sweep_observer){see, options_warn, &show};
    if (s->is_dry)
        return estimate_print(s);
    if (s->task == SWEEP_GATHER)
        return show_gathered(s); /* needs no data */
    TRY(sweep_open(s));
    interrupt_watch();
    const int status = sweep_execute(s);
    progress_finish(&show.progress, show.n_ended, NULL);
    if (s->sample_share > 0)
        snprintf(note, sizeof note, ", %.0f %% of it sample tests", 100 * s->sample_share);
    if (s->is_gathered)
        printf("%d of %d runs of %s in %.1f s%s; results in %s/results.csv\n",
               sweep_count_mine(s, true), s->n_runs, s->experiment.name, s->seconds, note,
               s->folder);
    else if (s->task == SWEEP_SHARD && status > STATUS_INTERRUPTED)
        printf("shard %lld of %lld of %s: %d of %d runs done, in %.1f s\n", (long long)s->shard + 1,
               (long long)s->n_shards, s->experiment.name, sweep_count_mine(s, true),
               sweep_count_mine(s, false), s->seconds);
    return status;
}

int sweep_prepare(struct sweep *s, char **shards)
{
    s->observer.warn = options_warn;
    TRY(sweep_open(s));
    *shards = gather_missing_shards(s);
    return *shards ? STATUS_OK : status_no_memory("the shards", 0);
}
