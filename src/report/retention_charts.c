/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "report/panels.h"
#include "report/run_lines.h"
#include "report/statistics.h"
#include "store/run_tables.h"

enum { CLASS_PANELS_MAX = 15 };

/* The days of all files, and the means of a panel and line on each. */
struct retention_days {
    const struct panels *panels;
    int32_t n_groups, n;
    double day[RETENTION_DAYS_MAX];
    bool has_silenced;                             /* tests with a class of spines silenced */
    struct running (*mean)[2][RETENTION_DAYS_MAX]; /* [n_groups] accuracy and undecided part */
};

static void free_days(struct retention_days *days)
{
    free(days->mean);
}

/* The index of a day, which is added if it is new; RETENTION_DAYS_MAX: one too many. */
static int32_t find_day(struct retention_days *days, double day)
{
    int32_t at = 0;
    while (at < days->n && days->day[at] != day)
        at++;
    if (at == days->n && at < RETENTION_DAYS_MAX)
        days->day[days->n++] = day;
    return at;
}

static int add_run(struct retention_days *days, int32_t group, const struct study_run *run)
{
    OWNED struct retention_row *row = NULL;
    int32_t n;
    TRY(table_read_in(&retention_table, run->folder, &row, &n));
    for (int32_t i = 0; i < n; i++) {
        const int32_t day = find_day(days, row[i].days);
        if (day == RETENTION_DAYS_MAX)
            return status_fail(STATUS_USER,
                               "%s/retention.csv: line %d: more than %d different days in a sweep",
                               run->folder, i + 2, RETENTION_DAYS_MAX);
        if (row[i].size_class != SIZE_ALL)
            days->has_silenced = days->has_silenced || !isnan(row[i].accuracy);
        else if (row[i].n_tests > 0) {
            running_add(&days->mean[group][0][day], row[i].accuracy);
            running_add(&days->mean[group][1][day], (double)row[i].n_undecided / row[i].n_tests);
        }
    }
    return STATUS_OK;
}

static int read_days(struct retention_days *days)
{
    const struct panels *v = days->panels;
    TRY_NEW(days->mean, days->n_groups, "the days of rest");
    for (int32_t g = 0; g < days->n_groups; g++)
        for (int32_t r = 0; r < v->study->n_runs; r++)
            if (panels_belongs(v, &v->study->run[r], g / v->n_lines, g % v->n_lines))
                TRY(add_run(days, g, &v->study->run[r]));
    return STATUS_OK;
}

/* The index of the first day after one, -1 if it is the last. */
static int32_t next_day(const struct retention_days *days, double after)
{
    int32_t next = -1;
    for (int32_t i = 0; i < days->n; i++)
        if (days->day[i] > after && (next < 0 || days->day[i] < days->day[next]))
            next = i;
    return next;
}

/* Accuracy and the undecided part: a row a condition, a column a day. */
static void put_rows(FILE *out, const void *of_days)
{
    const struct retention_days *days = of_days;
    const struct panels *v = days->panels;
    char name[512];
    for (int what = 0; what < 2; what++) {
        fprintf(out, "%s (%%) after days:", what == 0 ? "accuracy" : "undecided");
        for (int32_t d = next_day(days, -1); d >= 0; d = next_day(days, days->day[d]))
            fprintf(out, "\t%.4g", days->day[d]);
        fprintf(out, "\t\n");
        for (int32_t g = 0; g < days->n_groups; g++) {
            fputs(panels_name(v, g / v->n_lines, g % v->n_lines, name, sizeof name), out);
            for (int32_t d = next_day(days, -1); d >= 0; d = next_day(days, days->day[d])) {
                const struct running *m = &days->mean[g][what][d];
                if (m->n > 0)
                    fprintf(out, "\t%.1f ± %.1f", 100 * m->mean,
                            m->n > 1 ? 100 * running_sd(m) : 0);
                else
                    fprintf(out, "\t–");
            }
            fprintf(out, "\t\n");
        }
    }
}

bool retention_any(const struct study *study)
{
    return study_has_file(study, retention_table.file);
}

int retention_put(struct page *page, const struct study *study)
{
    static const char *const looks[] = {
        "retention",       "retention-undecided", "retention-decoded", "retention-vectors",
        "retention-alive", "retention-weight",    "retention-without"};
    enum { N_LOOKS = sizeof looks / sizeof *looks, OF_CLASSES = 4 };
    const struct panels v = panels_of(study);
    SCOPED(free_days)
    struct retention_days days = {.panels = &v, .n_groups = v.n_panels * v.n_lines};
    TRY(read_days(&days));
    TRY(html_put_cells(page->html, put_rows, &days, 1));
    const int n = days.n < 2                         ? 0
                  : days.n_groups > CLASS_PANELS_MAX ? OF_CLASSES
                  : days.has_silenced                ? N_LOOKS
                                                     : N_LOOKS - 1;
    for (int i = 0; i < n; i++)
        TRY(run_lines_put(page, study, looks[i]));
    return STATUS_OK;
}
