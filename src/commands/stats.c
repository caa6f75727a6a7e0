/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet stats: groups, analysis of variance and tests of a results file. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/effects.h"

struct stats_values {
    struct command_values common;
    const char *measure, *by, *json;
};

static int stats(void *values)
{
    const struct stats_values *v = values;
    const char *path = v->common.arguments[0];
    SCOPED(results_free) struct results results = {0};
    SCOPED(effects_free) struct effects effects = {0};
    if (!path)
        return status_fail(STATUS_USER, "stats: expected a results file, such as results.csv");
    if (v->common.n_arguments > 1)
        return status_fail(STATUS_USER, "stats %s: expected one results file",
                           v->common.arguments[1]);
    TRY(results_read(&results, path));
    TRY(effects_find(&effects, &results, v->measure ? v->measure : "accuracy", v->by));
    if (v->json) {
        TRY(options_check_not_read("--json", v->json, path));
        TRY(options_check_file("--json", v->json));
    }
    if (!(v->json && file_is_standard_output(v->json)))
        TRY(effects_print(&effects, stdout));
    return v->json ? effects_write_json(&effects, v->json) : STATUS_OK;
}

#define AT(member) .at = offsetof(struct stats_values, member)
static const struct option options[] = {
    {"measure", 0, "NAME", "column to analyse (default: accuracy)", AT(measure)},
    {"by", 0, "A,B,...", "factors; levels of the last are compared (default: all that vary)",
     AT(by)},
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
    .usage = "RESULTS.csv [--measure NAME] [--by A,B,...] [--json FILE]",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct stats_values),
    .run = stats,
};
