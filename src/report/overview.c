/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/overview.h"

#include <ctype.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/findings.h"
#include "report/html.h"

/* Puts a link from the page FILE to the file PATH: relative where PATH is in the page's folder or
 * below, so that all can be moved together. */
static void put_link(FILE *html, const char *file, const char *path)
{
    OWNED char *copy = strdup(file);
    OWNED char *folder = copy ? realpath(dirname(copy), NULL) : NULL;
    OWNED char *target = realpath(path, NULL);
    const size_t n = folder ? strlen(folder) : 0;
    const char *link = target ? target : path;
    if (folder && target && strncmp(target, folder, n) == 0 && target[n] == '/')
        link = target + n + 1;
    for (const char *c = link; *c; c++)
        if (strchr("/._-~", *c) || isalnum((unsigned char)*c))
            fputc(*c, html);
        else
            fprintf(html, "%%%02X", (unsigned)(unsigned char)*c);
}

static int put_picture(FILE *html, const char *folder)
{
    static const char *const names[] = {"charts/accuracy-heat-map.png", "charts/accuracy.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        OWNED char *path = file_join(folder, names[i]);
        if (!path)
            return status_no_memory("a file name", 0);
        if (!file_exists(path))
            continue;
        fputs("<figure><img alt=\"Accuracy of each condition\" src=\"data:image/png;base64,", html);
        TRY(html_put_base64(html, path));
        fputs("\" style=\"max-height:26rem\"></figure>\n", html);
        return STATUS_OK;
    }
    return STATUS_OK;
}

static int put_experiment(FILE *html, const struct study *study, const char *file,
                          const char *report)
{
    const double seconds = json_number_value(json_object_get(study->about, "seconds"));
    html_put_between(html, "<h2>", study_title(study), "</h2>\n");
    fprintf(html, "<p class=\"about\">%d runs of %d conditions", study->n_runs,
            study->n_conditions);
    if (seconds > 0)
        fprintf(html, ", %d:%02d min", (int)seconds / 60, (int)seconds % 60);
    fputs(". <a href=\"", html);
    put_link(html, file, report);
    fputs("\">The report</a></p>\n", html);
    TRY(findings_put_list(html, study));
    return put_picture(html, study->folder);
}

static int put_folder(FILE *html, const char *file, const char *folder)
{
    SCOPED(study_free) struct study study = {0};
    OWNED char *report = file_join(folder, "report.html");
    if (!report)
        return status_no_memory("a file name", 0);
    TRY(study_read(&study, folder));
    if (!file_exists(report))
        return status_fail(STATUS_USER, "%s: there is none yet: spinet report %s makes it", report,
                           folder);
    return put_experiment(html, &study, file, report);
}

int overview_write(const char *file, const char *const *folders)
{
    SCOPED(file_abandon) struct new_file page = {0};
    file_remove_temporary_beside(file);
    TRY(file_create(&page, file));
    html_begin(page.stream, "Synaptic turnover: the experiments");
    fputs("<p class=\"about\">Each verdict is that of a test: analysis of variance over all "
          "factors, seed by "
          "seed where seeds recur; t-tests with Bonferroni's correction.</p>\n",
          page.stream);
    for (; *folders; folders++)
        TRY(put_folder(page.stream, file, *folders));
    html_end(page.stream);
    return file_commit(&page);
}
