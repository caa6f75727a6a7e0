/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the folders of the runs to results.csv. The order is that of the sweep, so that the bytes do
 * not depend on who ran what, or when. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/result_row.h"
#include "store/run.h"
#include "sweep/sweep.h"

enum { NAMED_MAX = 5 };

/* A run's row of result.csv: the levels, the seed, then the rest; its seconds go to `times`. */
static int merge_run(struct sweep_checker *checker, struct sweep_run *run, FILE *results,
                     FILE *times)
{
    const struct sweep *s = checker->sweep;
    struct result_row row;
    const int status = sweep_check_run(checker, run, &row);
    if (status == STATUS_OK) {
        char name[RUN_NAME_MAX];
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results, "%s,", experiment_level(&s->experiment, run->condition, i)->name);
        result_row_print_gathered(&row, results);
        sweep_name_run(s, run, name);
        fprintf(times, "%s,%s\n", name, row.field[RESULT_SECONDS]);
        number_parse(row.field[RESULT_ACCURACY], &run->accuracy);
        number_parse(row.field[RESULT_PRESENTATIONS], &run->presentations);
        number_parse(row.field[RESULT_SECONDS], &run->seconds);
    }
    result_row_free(&row);
    return status;
}

int gather_results(const struct sweep *s)
{
    struct sweep_checker checker;
    struct new_file results, times = {0};
    int status = file_create_in(&results, s->folder, "results.csv");
    if (status == STATUS_OK)
        status = file_create_in(&times, s->folder, "times.csv");
    if (status == STATUS_OK) {
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results.stream, "%s,", s->experiment.factor[i].name);
        result_print_gathered_header(results.stream);
        fprintf(times.stream, "run,seconds\n");
    }
    sweep_checker_init(&checker, s);
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK; i++)
        if (s->run[i].is_done)
            status = merge_run(&checker, &s->run[i], results.stream, times.stream);
    sweep_checker_free(&checker);
    if (status == STATUS_OK)
        status = file_commit(&results);
    if (status == STATUS_OK)
        status = file_commit(&times);
    file_abandon(&results);
    file_abandon(&times);
    return status;
}

int gather_check(const struct sweep *s)
{
    char names[512] = "", shards[256], of_shards[320] = "";
    int32_t n_missing = 0;
    size_t length = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        char name[RUN_NAME_MAX];
        if (s->run[i].is_done || n_missing++ >= NAMED_MAX)
            continue;
        sweep_name_run(s, &s->run[i], name);
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%.80s",
                                   n_missing > 1 ? ", " : "", name);
    }
    if (n_missing == 0)
        return STATUS_OK;
    if (s->n_shards > 0) {
        shards_list_missing(s, shards, sizeof shards);
        snprintf(of_shards, sizeof of_shards, " (shards %s of %lld)", shards,
                 (long long)s->n_shards);
    }
    return status_fail(
        STATUS_SYSTEM, "%.200s: %d of %d runs are missing%s: %s%s: run them, then gather again",
        s->folder, n_missing, s->n_runs, of_shards, names, n_missing > NAMED_MAX ? ", …" : "");
}
