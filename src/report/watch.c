/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/watch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/report.h"
#include "report/study.h"

enum { SECONDS_BETWEEN = 2 };

/* Folders of runs that are done. */
struct run_list {
    char **folder; /* [n] */
    int32_t n;
};

static void free_list(struct run_list *list)
{
    for (int32_t i = 0; i < list->n; i++)
        free(list->folder[i]);
    free(list->folder);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_runs(const char *runs, struct run_list *list)
{
    SCOPED(scope_close_folder) DIR *entries = opendir(runs);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        OWNED char *folder = *entry->d_name == '.' ? NULL : file_join(runs, entry->d_name);
        if (!folder || !file_exists_in(folder, "DONE"))
            continue;
        TRY_RESIZE(list->folder, list->n + 1, "the runs");
        list->folder[list->n++] = scope_take(folder);
    }
    if (list->n > 0)
        qsort(list->folder, (size_t)list->n, sizeof *list->folder, compare_names);
    return STATUS_OK;
}

/* What results.csv has of the runs; 0 without it. */
static int read_gathered(const char *folder, int32_t *n_runs, int32_t *n_missing)
{
    SCOPED(study_free) struct study study = {0};
    *n_runs = *n_missing = 0;
    if (!file_exists_in(folder, "results.csv"))
        return STATUS_OK;
    TRY(study_read(&study, folder));
    *n_runs = study.n_runs;
    *n_missing = study.n_missing;
    return STATUS_OK;
}

/* Writes the page if more runs are done than *n_shown; *has_ended if these are all. */
static int look(const char *folder, const char *data_folder, int32_t *n_shown, bool *has_ended)
{
    SCOPED(free_list) struct run_list list = {0};
    OWN_PATH(runs, folder, "runs");
    OWN_PATH(page, folder, "report.html");
    int32_t n_gathered, n_missing;
    TRY(list_runs(runs, &list));
    TRY(read_gathered(folder, &n_gathered, &n_missing));
    const bool is_gathered = n_gathered > 0 && n_gathered >= list.n;
    *has_ended = is_gathered && n_missing == 0;
    if (list.n <= *n_shown && !*has_ended)
        return STATUS_OK;
    TRY(report_write(
        &(struct report_request){.folder = is_gathered ? &folder : (const char *const *)list.folder,
                                 .n_folders = is_gathered ? 1 : list.n,
                                 .data_folder = data_folder,
                                 .page = is_gathered ? NULL : page,
                                 .is_growing = !*has_ended}));
    *n_shown = is_gathered ? n_gathered : list.n;
    printf("%s: %d run%s done%s\n", page, *n_shown, *n_shown == 1 ? " is" : "s are",
           *has_ended ? ", which is all" : "");
    fflush(stdout);
    return STATUS_OK;
}

int watch_sweep(const char *folder, const char *data_folder)
{
    int32_t n_shown = 0;
    bool has_ended = false;
    if (!file_exists_in(folder, "conditions.json") && !file_exists_in(folder, "results.csv"))
        return status_fail(STATUS_USER,
                           "--watch %.200s: holds no sweep: expected a folder that `spinet sweep` "
                           "or `spinet experiment` works in",
                           folder);
    interrupt_watch();
    while (!has_ended && !interrupt_signal()) {
        TRY(look(folder, data_folder, &n_shown, &has_ended));
        if (!has_ended && !interrupt_signal())
            sleep(SECONDS_BETWEEN); /* a signal wakes it */
    }
    return has_ended ? STATUS_OK
                     : status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                                   "no longer watched; the page is of %d runs", n_shown);
}
