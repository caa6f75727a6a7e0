/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report: what a finished sweep found, as a page and charts; many of them on one page. */
#include "analysis/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/overview.h"
#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"

static int check_overview(const char *overview, const char *const *folders)
{
    int status = STATUS_OK;
    for (; *folders && status == STATUS_OK; folders++)
        status = options_check_not_read("--overview", overview, *folders);
    return status == STATUS_OK ? options_check_file("--overview", overview) : status;
}

static int report(const char *overview, const char *const *folders)
{
    if (!(folders && *folders && **folders))
        return status_fail(STATUS_USER, "report: name the folder of a finished sweep");
    if (!overview && folders[1])
        return status_fail(STATUS_USER, "report %s: expected one folder", folders[1]);
    int status = overview ? check_overview(overview, folders) : STATUS_OK;
    if (status == STATUS_OK)
        status = overview ? overview_write(overview, folders) : report_write(*folders);
    if (status == STATUS_OK && overview)
        printf("%s\n", overview);
    else if (status == STATUS_OK)
        printf("%s/report.html\n", *folders);
    return status;
}

int command_report(int argc, const char **argv)
{
    char *overview = NULL;
    const struct poptOption table[] = {
        {"overview", 0, POPT_ARG_STRING, &overview, 0,
         "instead, one page about many sweeps that have a report (default: a report of one)",
         "FILE.html"},
        POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table, "DIR | --overview FILE.html DIR...", NULL, NULL,
                               &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK)
        status = report(overview, rest);
    free(overview);
    poptFreeContext(context);
    return status;
}
