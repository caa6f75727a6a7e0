/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report: what a finished sweep found, as a page and charts. */
#include "analysis/report.h"

#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"

int command_report(int argc, const char **argv)
{
    const struct poptOption table[] = {POPT_TABLEEND};
    poptContext context = NULL;
    const char **rest = NULL;
    int status = options_parse(argc, argv, table, "DIR", NULL, NULL, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && !(rest && *rest && **rest))
        status = status_fail(STATUS_USER, "report: name the folder of a finished sweep");
    else if (status == STATUS_OK && rest[1])
        status = status_fail(STATUS_USER, "report %s: expected one folder", rest[1]);
    else if (status == STATUS_OK) {
        status = report_write(*rest);
        if (status == STATUS_OK)
            printf("%s/report.html\n", *rest);
    }
    poptFreeContext(context);
    return status;
}
