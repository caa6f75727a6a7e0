/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the folders of the runs to results.csv. The order is that of the sweep, so that the bytes do
 * not depend on who ran what, or when. */
#include <stdio.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/result_row.h"
#include "store/run.h"
#include "sweep/sweep.h"

int32_t sweep_find_done(struct sweep *s)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        OWNED char *folder = sweep_run_folder(s, &s->run[i]);
        n += s->run[i].is_done = folder && run_is_finished(folder);
    }
    return n;
}

static bool has_phases(const struct sweep *s)
{
    bool any = false;
    for (int32_t i = 0; i < s->experiment.n_conditions; i++)
        any = any || schedule_is_on(&s->condition[i].parameters);
    return any;
}

/* Writes a run's row of results.csv: levels, seed, then the rest of its result.csv; its seconds go
 * to `times`. */
static int gather_run(const struct sweep *s, const struct sweep_run *run, FILE *results,
                      FILE *times)
{
    char name[RUN_NAME_MAX];
    SCOPED(result_row_free) struct result_row row = {0};
    TRY(sweep_check_run(s, run, &row));
    fputs(s->condition[run->condition].cells, results);
    result_row_print_gathered(&row, results, has_phases(s));
    sweep_name_run(s, run, name);
    fprintf(times, "%s,%s\n", name, row.field[RESULT_SECONDS]);
    return STATUS_OK;
}

/* Puts results.csv and times.csv of the runs that are done. */
static int put_runs(struct sweep *s, FILE *results, FILE *times)
{
    for (int i = 0; i < s->experiment.n_factors; i++)
        fprintf(results, "%s,", s->experiment.factor[i].name);
    result_print_gathered_header(results, has_phases(s));
    fprintf(times, "run,seconds\n");
    for (int32_t i = 0; i < s->n_runs; i++)
        if (s->run[i].is_done)
            TRY(gather_run(s, &s->run[i], results, times));
    return STATUS_OK;
}

int gather_text(struct sweep *s, char **results)
{
    OWNED char *times = NULL;
    size_t n;
    FILE *of_results = open_memstream(results, &n), *of_times = open_memstream(&times, &n);
    int status = of_results && of_times ? put_runs(s, of_results, of_times)
                                        : status_no_memory("the table", 0);
    if (of_results && fclose(of_results) != 0 && status == STATUS_OK)
        status = status_no_memory("the table", 0);
    if (of_times)
        fclose(of_times);
    return status;
}

int gather_results(struct sweep *s)
{
    SCOPED(file_abandon) struct new_file results = {0}, times = {0};
    TRY(file_create_in(&results, s->folder, "results.csv"));
    TRY(file_create_in(&times, s->folder, "times.csv"));
    TRY(put_runs(s, results.stream, times.stream));
    TRY(file_commit(&results));
    TRY(file_commit(&times));
    return sweep_folder_describe(s);
}

int gather_folder(struct sweep *s)
{
    TRY(sweep_folder_check(s));
    sweep_find_done(s);
    return gather_results(s);
}

static void put_missing_shards(FILE *out, const void *sweep)
{
    const struct sweep *s = sweep;
    OWNED bool *is_missing = calloc((size_t)s->n_shards + 1, sizeof *is_missing);
    const char *comma = "";
    for (int32_t i = 0; is_missing && i < s->n_runs; i++)
        is_missing[s->run[i].shard] |= !s->run[i].is_done;
    for (int64_t first = 0, last; is_missing && first < s->n_shards; first = last + 1) {
        last = first;
        if (!is_missing[first])
            continue;
        while (last + 1 < s->n_shards && is_missing[last + 1])
            last++;
        fprintf(out, last > first ? "%s%lld-%lld" : "%s%lld", comma, (long long)first + 1,
                (long long)last + 1);
        comma = ",";
    }
}

char *gather_missing_shards(const struct sweep *s)
{
    return text_written(put_missing_shards, s);
}

/* ": easy-none-s1, easy-none-s2, …" */
static void put_missing(FILE *out, const void *sweep)
{
    enum { NAMED_MAX = 5 };
    const struct sweep *s = sweep;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        char name[RUN_NAME_MAX];
        if (s->run[i].is_done || n++ >= NAMED_MAX)
            continue;
        sweep_name_run(s, &s->run[i], name);
        fprintf(out, "%s%.80s", n > 1 ? ", " : ": ", name);
    }
    fputs(n > NAMED_MAX ? ", …" : "", out);
}

int gather_check(const struct sweep *s)
{
    int32_t n_missing = 0;
    for (int32_t i = 0; i < s->n_runs; i++)
        n_missing += !s->run[i].is_done;
    if (n_missing == 0)
        return STATUS_OK;
    OWNED char *which = text_written(put_missing, s);
    return status_fail(STATUS_SYSTEM,
                       "%.200s: %d of %d runs are missing%s: run them, then gather again",
                       s->folder, n_missing, s->n_runs, which ? which : "");
}
