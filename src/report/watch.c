/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/report.h"
#include "sweep/sweep.h"

enum { SECONDS_BETWEEN = 2 };

/* Writes the page if more runs of the sweep are done than *n_shown; *has_ended if these are all. */
static int show_done(struct sweep *s, int32_t *n_shown, bool *has_ended)
{
    OWNED char *results = NULL;
    TRY(sweep_read_folder(s));
    const int32_t n_done = sweep_find_done(s);
    if (n_done <= *n_shown)
        return STATUS_OK;
    TRY(gather_text(s, &results));
    *n_shown = n_done;
    *has_ended = n_done == s->n_runs;
    TRY(report_write(&(struct report_request){.folder = &s->folder,
                                              .n_folders = 1,
                                              .data_folder = s->data,
                                              .results = results,
                                              .is_growing = !*has_ended}));
    printf("%s/report.html: %d of %d runs %s done\n", s->folder, n_done, s->n_runs,
           n_done == 1 ? "is" : "are");
    fflush(stdout);
    return STATUS_OK;
}

/* Looks at what is there now: nothing is kept of the folder in between, nor locked. */
static int look(const char *folder, const char *data_folder, int32_t *n_shown, bool *has_ended)
{
    OWN_NEW(struct sweep, s, 1, "the sweep");
    sweep_init(s);
    s->folder = folder;
    s->data = data_folder;
    const int status = show_done(s, n_shown, has_ended);
    sweep_free(s);
    return status;
}

int watch_sweep(const char *folder, const char *data_folder)
{
    int32_t n_shown = 0;
    bool has_ended = false;
    if (!file_exists_in(folder, "conditions.json"))
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
