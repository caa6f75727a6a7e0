/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/overview.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/findings.h"
#include "report/html.h"
#include "report/page.h"
#include "report/values.h"

static int put_experiment(struct page *page, const struct study *study, const char *report)
{
    FILE *html = page->html;
    OWNED char *link = page_link(page, report);
    const double seconds = json_number_value(json_object_get(study->about, "seconds"));
    char id[32];
    snprintf(id, sizeof id, "experiment-%d", page->n_figures + 1);
    page_put_section(page, id, study_title(study));
    fprintf(html, "<p class=\"about\">%d runs of %d conditions", study->n_runs,
            study->n_conditions);
    if (seconds > 0)
        fprintf(html, ", %d:%02d min", (int)seconds / 60, (int)seconds % 60);
    fprintf(html, ". <a href=\"%s\">The report</a></p>\n", link ? link : "");
    TRY(findings_put_list(html, study));
    return (values_tiles_instead(study) ? values_put_tiles : values_put_boxes)(page, study,
                                                                               STUDY_ACCURACY);
}

static int put_folder(struct page *page, const char *folder)
{
    SCOPED(study_free) struct study study = {0};
    OWN_PATH(report, folder, "report.html");
    TRY(study_read(&study, folder));
    if (!file_exists(report))
        return status_fail(STATUS_USER, "%s: there is none yet: spinet report %s makes it", report,
                           folder);
    return put_experiment(page, &study, report);
}

int overview_write(const char *file, const char *const *folders)
{
    SCOPED(page_free) struct page page = {0};
    OWNED char *copy = strdup(file);
    file_remove_temporary_beside(file);
    TRY(page_begin(&page, copy ? dirname(copy) : ".", "Synaptic turnover: the experiments"));
    fputs("<p class=\"about\">Each verdict is that of a test: analysis of variance over all "
          "factors, seed by seed where seeds recur; t-tests with Bonferroni's correction.</p>\n",
          page.html);
    for (; *folders; folders++)
        TRY(put_folder(&page, *folders));
    return page_write(&page, file);
}
