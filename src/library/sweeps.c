/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: sweeps. */
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/utf8.h"
#include "library/handles.h"
#include "sweep/sweep.h"

static int see(const struct sweep_progress *at, void *data)
{
    const struct spinet_sweep_options *options = data;
    const bool has_failed = at->name && at->status != STATUS_OK;
    const struct spinet_progress progress = {
        .n_runs = at->n_mine,
        .n_done = at->n_before + at->n_ended - at->n_failed,
        .n_failed = at->n_failed,
        .run = at->name,
        .failure = has_failed ? status_message() : NULL,
        .score = handles_score(&at->score),
    };
    return options->progress(&progress, options->progress_data) ? STATUS_INTERRUPTED : STATUS_OK;
}

/* Whether this is a list of texts, none of which is NULL. */
static int check_texts(const char *what, const char *const *texts, int32_t n, int most)
{
    if (n < 0 || n > most || (n > 0 && !texts))
        return status_fail(STATUS_USER, "%s: %d texts: expected 0 to %d", what, n, most);
    for (int32_t i = 0; i < n; i++)
        if (!texts[i] || !utf8_is_valid(texts[i]))
            return status_fail(STATUS_USER, "%s: text %d: expected a text in UTF-8", what, i);
    return STATUS_OK;
}

static int add_level(struct experiment *experiment, const struct spinet_level *level)
{
    const char *name = level->factor ? level->factor : "";
    int f = 0;
    while (f < experiment->n_factors && strcmp(experiment->factor[f].name, name) != 0)
        f++;
    if (f == experiment->n_factors)
        TRY(experiment_add_factor(experiment, name));
    struct factor *factor = &experiment->factor[f];
    TRY(experiment_add_level(factor, level->name ? level->name : ""));
    TRY(check_texts("level: set", level->set, level->n_set, TEXTS_MAX));
    for (int32_t i = 0; i < level->n_set; i++)
        TRY(experiment_add_text(&factor->level[factor->n_levels - 1].set, level->set[i]));
    return STATUS_OK;
}

/* An experiment of parameters and levels. */
static int make_experiment(const struct spinet_sweep_options *options,
                           struct experiment *experiment)
{
    const char *name = options->name ? options->name : "sweep";
    if (!options->parameters || options->n_levels < 1 || !options->levels)
        return status_fail(STATUS_USER, "sweep: expected an experiment, or parameters and levels");
    TRY(check_texts("sweep: name", &name, 1, 1));
    *experiment =
        (struct experiment){.first_seed = 1, .n_runs = 20, .start = &options->parameters->values};
    utf8_copy(experiment->name, sizeof experiment->name, name, strlen(name));
    experiment->title = strdup(name);
    for (int32_t i = 0; i < options->n_levels; i++)
        TRY(add_level(experiment, &options->levels[i]));
    return experiment_count_conditions(experiment, name);
}

static int execute(const struct spinet_sweep_options *options, struct sweep *s)
{
    if (options->first_seed < 0 || options->n_seeds < 0 || options->n_threads < 0)
        return status_fail(STATUS_USER, "sweep: seeds or threads below 0: expected 0 or more");
    TRY(check_texts("sweep: only", options->only, options->n_only, FACTORS_MAX));
    TRY(check_texts("sweep: set", options->set, options->n_set, EXTRA_MAX));
    for (; s->n_only < options->n_only; s->n_only++)
        s->only[s->n_only] = options->only[s->n_only];
    for (; s->n_extra < options->n_set; s->n_extra++)
        s->extra[s->n_extra] = options->set[s->n_extra];
    if (!options->experiment)
        TRY(make_experiment(options, &s->experiment));
    TRY(sweep_plan(s));
    TRY(sweep_open(s));
    return sweep_execute(s);
}

int spinet_sweep(const struct spinet_sweep_options *options, const char *folder)
{
    POINT_FOR_DECIMALS;
    if (!folder || !*folder)
        return status_fail(STATUS_USER, "sweep: an empty name: expected a folder");
    OWN_NEW(struct sweep, s, 1, "a sweep");
    *s = (struct sweep){
        .file = options->experiment,
        .folder = folder,
        .data = options->data,
        .first_seed = options->first_seed,
        .n_seeds = options->n_seeds,
        .n_threads = options->n_threads,
        .is_fresh = options->fresh,
        .observer = {options->progress ? see : NULL, NULL, (void *)options},
    };
    sweep_init(s);
    const int status = execute(options, s);
    sweep_free(s);
    return status;
}
