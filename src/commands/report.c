/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet report: what a sweep or runs came to, as a page and pictures. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/status.h"
#include "report/report.h"

struct report_values {
    struct command_values common;
    const char *page;
    bool is_watched;
};

static int check_page(const char *page, const char *const *folders)
{
    for (; *folders; folders++)
        TRY(options_check_not_read("--out", page, *folders));
    return options_check_file("--out", page);
}

static int report(void *values)
{
    const struct report_values *v = values;
    const char *const *folders = v->common.arguments, *page = v->page;
    int32_t n = 0;
    while (folders[n] && *folders[n])
        n++;
    if (n == 0 || folders[n])
        return status_fail(STATUS_USER,
                           "report: name the folder of a sweep, or of one or more runs");
    if (v->is_watched && (page || n > 1 || v->common.pictures))
        return status_fail(STATUS_USER, "report: --watch: expected the folder of one sweep alone");
    if (v->common.n_filters > 0 && !page)
        return status_fail(STATUS_USER, "report: --filter: --out FILE.html is missing, so that the "
                                        "page of all runs stays");
    if (v->is_watched)
        return watch_sweep(*folders, v->common.data);
    if (!page && n > 1)
        return status_fail(STATUS_USER, "report: of %d runs: --out FILE.html is missing", n);
    if (page)
        TRY(check_page(page, folders));
    TRY(report_write(&(struct report_request){.folder = folders,
                                              .n_folders = n,
                                              .data_folder = v->common.data,
                                              .page = page,
                                              .pictures = v->common.pictures,
                                              .filter = v->common.filter,
                                              .n_filters = v->common.n_filters}));
    if (!page)
        printf("%s/report.html\n", *folders);
    else if (!file_is_standard_output(page))
        printf("%s\n", page);
    return STATUS_OK;
}

#define AT(member) .at = offsetof(struct report_values, member)
static const struct option options[] = {
    {"out", 'o', "FILE.html", "the page (default: DIR/report.html; needed for several runs)",
     AT(page)},
    PICTURES_OPTION(
        "the figures as files, too, in DIR/charts, of FILE.html in FILE-charts (default: "
        "in the page alone)"),
    FILTER_OPTION(
        "runs of a sweep that count, as task=easy|hard, seed=1..20; may be repeated; with --out"),
    {"watch", 0, NULL,
     "of a sweep that is still running: write the page again whenever runs are done, until all are "
     "(default: once)",
     AT(is_watched)},
    DATA_OPTION,
    {0},
};

const struct command command_report = {
    .name = "report",
    .summary = "a page with figures about sweeps and runs",
    .description =
        "Writes report.html, one page with figures, statistics and maps, into the folder "
        "of a sweep or a run. Of several runs (--out) it puts one beside the other and says "
        "which parameters differ; tests over seeds need a sweep.",
    .usage = "DIR | RUN... [--out FILE.html] [--pictures svg|png] | --watch DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct report_values),
    .run = report,
};
