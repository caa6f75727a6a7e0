/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the folders of the runs to results.csv. The order is that of the sweep, so that the bytes do
 * not depend on who ran what, or when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/sweep.h"
#include "core/file.h"
#include "core/status.h"

enum { NAMED_MAX = 5, FIELDS = 13 };

/* A run's row of result.csv: the levels, the seed, then the rest; its seconds go to `times`. */
static int merge_run(const struct sweep *s, const struct sweep_run *run, FILE *results, FILE *times)
{
    char *folder = sweep_run_folder(s, run);
    char *path = folder ? file_join(folder, "result.csv") : NULL;
    struct text_reader reader;
    int status = path ? text_open(&reader, path) : status_no_memory("a file name", 0);
    if (status == STATUS_OK) {
        int more = text_next(&reader);
        more = more == 1 ? text_next(&reader) : more;
        char *field[16];
        int n = 0;
        for (char *at = more == 1 ? reader.text : NULL; at && n < 16; n++) {
            field[n] = at;
            at = strchr(at, ',');
            if (at)
                *at++ = '\0';
        }
        if (more < 0)
            status = more;
        else if (n != FIELDS)
            status = status_fail(STATUS_USER,
                                 "%s: %d fields: expected %d; remove the folder and "
                                 "run the sweep again",
                                 path, n, FIELDS);
        for (int i = 0; i < s->experiment.n_factors && status == STATUS_OK; i++)
            fprintf(results, "%s,", experiment_level(&s->experiment, run->condition, i)->name);
        if (status == STATUS_OK) {
            fprintf(results, "%s,%s,%s,%s,%s", field[4], field[0], field[1], field[2], field[3]);
            for (int i = 5; i < 12; i++)
                fprintf(results, ",%s", field[i]);
            fprintf(results, "\n");
            char name[RUN_NAME_MAX];
            sweep_name_run(s, run, name);
            fprintf(times, "%s,%s\n", name, field[12]);
        }
        text_close(&reader);
    }
    free(folder);
    free(path);
    return status;
}

int gather_results(const struct sweep *s)
{
    struct new_file results, times = {0};
    int status = file_create_in(&results, s->folder, "results.csv");
    if (status == STATUS_OK)
        status = file_create_in(&times, s->folder, "times.csv");
    if (status == STATUS_OK) {
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results.stream, "%s,", s->experiment.factor[i].name);
        fprintf(results.stream, "seed,data_set,classes,synapses,policy,presentations,stopped_by,"
                                "tests,accuracy,ties,undecided,similarity\n");
        fprintf(times.stream, "run,seconds\n");
    }
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK; i++)
        if (s->run[i].is_done)
            status = merge_run(s, &s->run[i], results.stream, times.stream);
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
