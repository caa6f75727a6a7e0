/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet stats: groups, analysis of variance and t-tests of a results file. */
#include <stdio.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/status.h"
#include "report/effects.h"

static int analyse(const char *path, const char *measure, const char *by, const char *json)
{
    struct results results = {0};
    struct effects effects = {0};
    int status = results_read(&results, path);
    if (status == STATUS_OK)
        status = effects_find(&effects, &results, measure, by);
    if (status == STATUS_OK && json)
        status = options_check_not_read("--json", json, path);
    if (status == STATUS_OK && json)
        status = options_check_file("--json", json);
    if (status == STATUS_OK && !(json && file_is_standard_output(json)))
        status = effects_print(&effects, stdout);
    if (status == STATUS_OK && json)
        status = effects_write_json(&effects, json);
    effects_free(&effects);
    results_free(&results);
    return status;
}

int command_stats(int argc, const char **argv)
{
    char *measure = NULL, *by = NULL, *json = NULL;
    const struct poptOption table[] = {
        {"measure", 0, POPT_ARG_STRING, &measure, 0, "column to analyse (default: accuracy)",
         "NAME"},
        {"by", 0, POPT_ARG_STRING, &by, 0,
         "factors; levels of the last are compared (default: the first two that vary)", "A,B"},
        {"json", 0, POPT_ARG_STRING, &json, 0,
         "write all of it there as well, or to - alone (default: not written)", "FILE"},
        POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status =
        options_parse(argc, argv, table, "RESULTS.csv [--measure NAME] [--by A,B] [--json FILE]",
                      NULL, NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && (!rest || !rest[0]))
        status = status_fail(STATUS_USER, "stats: expected a results file, such as results.csv");
    else if (status == STATUS_OK && rest[1])
        status = status_fail(STATUS_USER, "stats %s: expected one results file", rest[1]);
    else if (status == STATUS_OK)
        status = analyse(rest[0], measure ? measure : "accuracy", by, json);
    free(measure);
    free(by);
    free(json);
    poptFreeContext(context);
    return status;
}
