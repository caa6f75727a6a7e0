/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the folders of the runs to results.csv. The order is that of the sweep, so that the bytes do
 * not depend on who ran what, or when. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics.h"
#include "analysis/table.h"
#include "commands/result_row.h"
#include "commands/run.h"
#include "commands/sweep.h"
#include "core/file.h"
#include "core/json_file.h"
#include "core/number.h"
#include "core/status.h"

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

/* ---- a table of it ---- */

/* "\t0.980 ± 0.012", of the values there are. */
static int put_mean(FILE *out, const double *values, size_t n_values, int digits)
{
    struct summary summary;
    const int status = statistics_summarize(&summary, values, n_values);
    if (status == STATUS_OK && summary.n > 0)
        fprintf(out, "\t%.*f ± %.*f", digits, summary.mean, digits,
                summary.n > 1 ? summary.sd : 0.0);
    else
        fputs("\t-", out);
    return status;
}

/* A row of a condition; `values` has room for two numbers a seed. */
static int put_condition(FILE *out, const struct sweep *s, int32_t condition, double *values)
{
    const int64_t most = s->n_seeds;
    size_t n = 0, n_accuracies = 0;
    double seconds = 0;
    for (int64_t i = condition * most; i < (condition + 1) * most; i++) {
        const struct sweep_run *run = &s->run[i];
        if (!run->is_done)
            continue;
        if (isfinite(run->accuracy))
            values[n_accuracies++] = run->accuracy;
        values[most + (int64_t)n++] = run->presentations;
        seconds += run->seconds;
    }
    if (n == 0)
        return STATUS_OK;
    for (int i = 0; i < s->experiment.n_factors; i++)
        fprintf(out, "%s\t", experiment_level(&s->experiment, condition, i)->name);
    fprintf(out, "%zu", n);
    int status = put_mean(out, values, n_accuracies, 3);
    if (status == STATUS_OK)
        status = put_mean(out, values + most, n, 1);
    fprintf(out, "\t%.2f\n", seconds / (double)n);
    return status;
}

int gather_print_table(const struct sweep *s)
{
    char *rows = NULL;
    size_t size;
    FILE *out = open_memstream(&rows, &size);
    double *values = malloc(2 * (size_t)s->n_seeds * sizeof *values);
    int status = out && values ? STATUS_OK : status_no_memory("the table", 0);
    for (int i = 0; i < s->experiment.n_factors && status == STATUS_OK; i++)
        fprintf(out, "%s\t", s->experiment.factor[i].name);
    if (status == STATUS_OK)
        fputs("runs\taccuracy\tpresentations\tseconds a run\n", out);
    for (int32_t c = 0; c < s->experiment.n_conditions && status == STATUS_OK; c++)
        status = put_condition(out, s, c, values);
    if (out && fclose(out) != 0 && status == STATUS_OK)
        status = status_no_memory("the table", 0);
    if (status == STATUS_OK)
        table_print(stdout, rows, s->experiment.n_factors);
    free(rows);
    free(values);
    return status;
}
