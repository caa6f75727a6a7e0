/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of `spinet train` as a study: its factors are the parameters that differ between them, of
 * those that always differ together the first. Where these are too many to lay out, each run is a
 * level of its own. */
#include "report/study_runs.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/manifest.h"
#include "store/parameters_json.h"

enum { FACTORS_LAID_OUT = 3, NAME_BYTES = 128 };

struct run_factor {
    char name[NAME_BYTES]; /* "turnover.policy" */
    int32_t *first_like;   /* [n] the first run with the same value */
    char **level;          /* [n] the value as a text that fits a cell of a table */
};

struct runs {
    const char *const *folders; /* [n] */
    int32_t n;
    json_t **parameters; /* [n] */
    uint64_t *seed;      /* [n] */
    int n_factors;       /* one more than FACTORS_LAID_OUT if there are more */
    struct run_factor factor[FACTORS_LAID_OUT + 1];
};

static void free_factor(struct run_factor *factor, int32_t n)
{
    for (int32_t r = 0; r < n && factor->level; r++)
        free(factor->level[r]);
    free(factor->level);
    free(factor->first_like);
    *factor = (struct run_factor){0};
}

/* ---- what differs ---- */

static int read_parameters(struct runs *runs)
{
    OWN_NEW(struct manifest, manifest, 1, "the runs");
    TRY_NEW(runs->parameters, runs->n, "the runs");
    TRY_NEW(runs->seed, runs->n, "the runs");
    for (int32_t r = 0; r < runs->n; r++) {
        const char *folder = runs->folders[r];
        if (!file_is_folder(folder))
            return status_fail(STATUS_USER, "%s: no such folder", folder);
        TRY(manifest_read(manifest, folder));
        if (!file_exists_in(folder, "DONE"))
            return status_fail(STATUS_USER,
                               "%s: is not finished: `spinet train --resume %s` goes on", folder,
                               folder);
        if (!(runs->parameters[r] = parameters_to_json(&manifest->parameters)))
            return status_no_memory("the parameters", 0);
        runs->seed[r] = manifest->seed;
    }
    return STATUS_OK;
}

/* A cell may hold neither commas nor quotes, and not nothing. */
static char *cell_of(const char *text)
{
    char *cell = strdup(*text ? text : "–");
    for (char *c = cell; cell && *c; c++)
        if (*c == ',' || *c == '"' || (unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    return cell;
}

static char *text_of(const json_t *value)
{
    if (json_is_string(value))
        return cell_of(json_string_value(value));
    OWNED char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    return text ? cell_of(text) : NULL;
}

static const json_t *value_of(const struct runs *runs, int32_t r, const char *group,
                              const char *key)
{
    return json_object_get(json_object_get(runs->parameters[r], group), key);
}

static bool is_alike(const struct run_factor *a, const struct run_factor *b, int32_t n)
{
    return memcmp(a->first_like, b->first_like, (size_t)n * sizeof *a->first_like) == 0;
}

/* Takes the parameter as a factor if it differs between the runs as no other one before. */
static int take_parameter(struct runs *runs, const char *group, const char *key)
{
    struct run_factor *factor = &runs->factor[runs->n_factors];
    bool differs = false;
    TRY_NEW(factor->first_like, runs->n, "the runs");
    TRY_NEW(factor->level, runs->n, "the runs");
    for (int32_t r = 0; r < runs->n; r++) {
        const json_t *value = value_of(runs, r, group, key);
        int32_t first = 0;
        while (!json_equal(value, value_of(runs, first, group, key)))
            first++;
        factor->first_like[r] = first;
        differs = differs || first > 0;
        if (!(factor->level[r] = text_of(value)))
            return status_no_memory("a level", 0);
    }
    for (int f = 0; f < runs->n_factors && differs; f++)
        differs = !is_alike(factor, &runs->factor[f], runs->n);
    snprintf(factor->name, sizeof factor->name, "%s.%s", group, key);
    if (differs)
        runs->n_factors++;
    else
        free_factor(factor, runs->n);
    return STATUS_OK;
}

/* Instead of all others: each run for itself. */
static int take_folders(struct runs *runs)
{
    for (int f = 1; f < runs->n_factors; f++)
        free_factor(&runs->factor[f], runs->n);
    runs->n_factors = 1;
    struct run_factor *factor = &runs->factor[0];
    snprintf(factor->name, sizeof factor->name, "run");
    for (int32_t r = 0; r < runs->n; r++) {
        free(factor->level[r]);
        if (!(factor->level[r] = cell_of(runs->folders[r])))
            return status_no_memory("a level", 0);
    }
    return STATUS_OK;
}

static int find_factors(struct runs *runs)
{
    const char *group, *key;
    json_t *members, *value;
    json_object_foreach(runs->parameters[0], group, members)
    {
        json_object_foreach(members, key, value)
        {
            const bool matters = strcmp(group, "record") != 0; /* to what comes out */
            if (matters && runs->n_factors <= FACTORS_LAID_OUT)
                TRY(take_parameter(runs, group, key));
        }
    }
    return runs->n_factors > FACTORS_LAID_OUT ? take_folders(runs) : STATUS_OK;
}

/* USER for a run that is there twice. */
static int check_twice(const struct runs *runs)
{
    for (int32_t r = 0; r < runs->n; r++)
        for (int32_t s = 0; s < r; s++) {
            bool same = runs->seed[r] == runs->seed[s];
            for (int f = 0; f < runs->n_factors && same; f++)
                same = strcmp(runs->factor[f].level[r], runs->factor[f].level[s]) == 0;
            if (same)
                return status_fail(STATUS_USER, "%s: has the parameters and the seed of %s",
                                   runs->folders[r], runs->folders[s]);
        }
    return STATUS_OK;
}

/* ---- the table ---- */

/* The cells of run r, then the line of its result.csv; before the first run the same of the heads,
 * which is what all others must have. */
static int put_run(const struct runs *runs, int32_t r, const char *path, char **heads, FILE *table)
{
    SCOPED(text_close) struct text_reader reader = {0};
    SCOPED(results_free) struct results alone = {0};
    TRY(results_read(&alone, path)); /* its mistakes are named by its own file and line */
    TRY(text_open(&reader, path));
    int more = text_next(&reader);
    if (more == 1 && r == 0) {
        if (!(*heads = strdup(reader.text)))
            return status_no_memory("the results", 0);
        for (int f = 0; f < runs->n_factors; f++)
            fprintf(table, "%s,", runs->factor[f].name);
        fprintf(table, "%s\n", *heads);
    }
    if (more == 1 && strcmp(*heads, reader.text) != 0)
        return status_fail(STATUS_USER, "%s: line 1: expected the columns of %s/result.csv: %s",
                           path, runs->folders[0], *heads);
    more = more == 1 ? text_next(&reader) : more;
    for (int f = 0; f < runs->n_factors && more == 1; f++)
        fprintf(table, "%s,", runs->factor[f].level[r]);
    if (more == 1)
        fprintf(table, "%s\n", reader.text);
    return more < 0 ? more : STATUS_OK;
}

static int put_runs(const struct runs *runs, FILE *table)
{
    OWNED char *heads = NULL;
    for (int32_t r = 0; r < runs->n; r++) {
        OWN_PATH(path, runs->folders[r], "result.csv");
        TRY(put_run(runs, r, path, &heads, table));
    }
    return STATUS_OK;
}

static int read_table(const struct runs *runs, struct results *results)
{
    OWNED char *text = NULL;
    size_t size;
    FILE *table = open_memstream(&text, &size);
    if (!table)
        return status_no_memory("the results", 0);
    const int status = put_runs(runs, table);
    if (fclose(table) != 0 && status == STATUS_OK)
        return status_no_memory("the results", size);
    TRY(status);
    TRY(results_read_text(results, "result.csv", text));
    for (int32_t k = runs->n_factors; k < results->n_columns; k++)
        results->columns[k].is_factor = false;
    return STATUS_OK;
}

static void free_runs(struct runs *runs)
{
    for (int f = 0; f <= FACTORS_LAID_OUT; f++)
        free_factor(&runs->factor[f], runs->n);
    for (int32_t r = 0; r < runs->n && runs->parameters; r++)
        json_decref(runs->parameters[r]);
    free(runs->parameters);
    free(runs->seed);
}

int study_runs_read(const char *const *folders, int32_t n, struct results *results)
{
    SCOPED(free_runs) struct runs runs = {.folders = folders, .n = n};
    *results = (struct results){0};
    TRY(read_parameters(&runs));
    TRY(find_factors(&runs));
    TRY(check_twice(&runs));
    return read_table(&runs, results);
}
