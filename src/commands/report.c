/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report: what a sweep or runs came to, as a page and charts; many sweeps on one page. */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/status.h"
#include "report/overview.h"

static int check_page(const char *option, const char *page, const char *const *folders)
{
    int status = STATUS_OK;
    for (; *folders && status == STATUS_OK; folders++)
        status = options_check_not_read(option, page, *folders);
    return status == STATUS_OK ? options_check_file(option, page) : status;
}

static int report(const char *overview, const char *page, const char *data,
                  const char *const *folders)
{
    int32_t n = 0;
    while (folders && folders[n] && *folders[n])
        n++;
    if (n == 0 || folders[n])
        return status_fail(STATUS_USER,
                           "report: name the folder of a sweep, or of one or more runs");
    if (overview && page)
        return status_fail(STATUS_USER, "report: --overview and --out: expected one");
    if (!overview && !page && n > 1)
        return status_fail(STATUS_USER, "report: of %d runs: --out FILE.html is missing", n);
    int status = overview ? check_page("--overview", overview, folders)
                 : page   ? check_page("--out", page, folders)
                          : STATUS_OK;
    if (status == STATUS_OK)
        status =
            overview ? overview_write(overview, folders) : report_write(folders, n, data, page);
    if (status != STATUS_OK)
        return status;
    if (!(overview || page))
        printf("%s/report.html\n", *folders);
    else if (!file_is_standard_output(overview ? overview : page))
        printf("%s\n", overview ? overview : page);
    return STATUS_OK;
}

int command_report(int argc, const char **argv)
{
    char *overview = NULL, *page = NULL, *data = NULL;
    const struct poptOption table[] = {
        {"out", 'o', POPT_ARG_STRING, &page, 0,
         "the page, with its charts in FILE-charts (default: DIR/report.html, and charts; needed "
         "for several runs)",
         "FILE.html"},
        {"overview", 0, POPT_ARG_STRING, &overview, 0,
         "instead, one page about many sweeps that have a report (default: a report of one)",
         "FILE.html"},
        DATA_OPTION(&data),
        POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table,
                               "DIR | RUN... [--out FILE.html] | --overview FILE.html DIR...", NULL,
                               NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK)
        status = report(overview, page, data, rest);
    free(overview);
    free(page);
    free(data);
    poptFreeContext(context);
    return status;
}
