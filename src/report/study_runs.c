/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of `spinet train` as a study: of several, each is a level named by its folder, from where
 * the paths differ on. */
#include "report/study.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "store/manifest.h"

struct runs {
    const char *const *folders; /* [n] */
    int32_t n;
};

/* USER for a folder that holds no finished run, or is named twice. */
static int check_folders(const struct runs *runs)
{
    OWN_NEW(struct manifest, manifest, 1, "the runs");
    for (int32_t r = 0; r < runs->n; r++) {
        const char *folder = runs->folders[r];
        if (!file_is_folder(folder))
            return status_fail(STATUS_USER, "%s: no such folder", folder);
        TRY(manifest_read(manifest, folder));
        if (!file_exists_in(folder, "DONE"))
            return status_fail(STATUS_USER,
                               "%s: is not finished: `spinet train --resume %s` goes on", folder,
                               folder);
        for (int32_t before = 0; before < r; before++)
            if (strcmp(runs->folders[before], folder) == 0)
                return status_fail(STATUS_USER, "%s: is named twice", folder);
    }
    return STATUS_OK;
}

/* How many characters of their paths are the folders that all runs are in. */
static size_t shared_length(const struct runs *runs)
{
    const char *first = runs->folders[0];
    size_t length = 0;
    for (size_t i = 0; first[i]; i++) {
        for (int32_t r = 0; r < runs->n; r++)
            if (runs->folders[r][i] != first[i] || !runs->folders[r][i + 1])
                return length;
        length = first[i] == '/' ? i + 1 : length;
    }
    return length;
}

/* A cell may hold neither commas nor quotes. */
static void put_cell(FILE *table, const char *text)
{
    for (; *text; text++)
        fputc(strchr(",\"\x7f", *text) || (unsigned char)*text < ' ' ? ' ' : *text, table);
}

/* Puts the run's row: of several runs its folder, then the line of its result.csv. The first run's
 * heads are put before, and kept in *heads: other runs must have the same. */
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
        fprintf(table, "%s%s\n", runs->n > 1 ? "run," : "", *heads);
    }
    if (more == 1 && strcmp(*heads, reader.text) != 0)
        return status_fail(STATUS_USER, "%s: line 1: expected the columns of %s/result.csv: %s",
                           path, runs->folders[0], *heads);
    more = more == 1 ? text_next(&reader) : more;
    if (more == 1 && runs->n > 1)
        put_cell(table, runs->folders[r] + shared_length(runs));
    if (more == 1)
        fprintf(table, "%s%s\n", runs->n > 1 ? "," : "", reader.text);
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
    for (int32_t k = runs->n > 1; k < results->n_columns; k++)
        results->columns[k].is_factor = false;
    return STATUS_OK;
}

int study_runs_read(const char *const *folders, int32_t n, struct results *results)
{
    const struct runs runs = {folders, n};
    *results = (struct results){0};
    TRY(check_folders(&runs));
    return read_table(&runs, results);
}
