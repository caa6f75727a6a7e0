/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a sweep's folder back. Refuses a table that lacks a column the charts need, a value that is
 * no number, and a level that experiment.json does not name. */
#include "report/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/text.h"
#include "report/effects.h"
#include "report/run_data.h"
#include "store/json_file.h"
#include "store/manifest.h"
#include "store/parameters_json.h"
#include "store/run_tables.h"

enum { CONDITIONS_MOST = 100000, MISSING_NAMED = 5 };

const char *const study_measures[STUDY_N_MEASURES] = {"accuracy", "accuracy_spikes",
                                                      "presentations", "similarity"};
const char *const study_value_names[STUDY_N_VALUES] = {"accuracy", "presentations", "similarity"};

/* ---- experiment.json ---- */

static int read_about(struct study *study)
{
    OWN_PATH(path, study->folder, "experiment.json");
    if (file_is_absent(path))
        return (study->about = json_object()) ? STATUS_OK : status_no_memory("the experiment", 0);
    TRY(json_file_read(path, &study->about));
    return json_is_object(study->about) ? STATUS_OK
                                        : status_fail(STATUS_USER, "%s: expected an object", path);
}

/* ---- factors ---- */

/* Gives a column the levels of experiment.json in their order, also those that no run has. */
static int order_levels(struct results_column *column, const json_t *levels,
                        const struct results *results)
{
    const int32_t n = (int32_t)json_array_size(levels);
    OWN_NEW(int32_t, new_level, column->n_levels, "the levels");
    char **names;
    for (int32_t old = 0; old < column->n_levels; old++) {
        int32_t *level = &new_level[old];
        while (*level < n && strcmp(json_string_value(json_array_get(levels, (size_t)*level)),
                                    column->levels[old]) != 0)
            ++*level;
        if (*level == n)
            return status_fail(STATUS_USER, "%s: %s '%s' is not in experiment.json", results->path,
                               column->name, column->levels[old]);
    }
    TRY_NEW(names, n, "the levels");
    for (size_t r = 0; r < results->n_rows; r++)
        column->level[r] = new_level[column->level[r]];
    for (int32_t old = 0; old < column->n_levels; old++)
        free(column->levels[old]);
    free(column->levels);
    column->levels = names;
    for (column->n_levels = 0; column->n_levels < n; column->n_levels++)
        if (!(names[column->n_levels] =
                  strdup(json_string_value(json_array_get(levels, (size_t)column->n_levels)))))
            return status_no_memory("a level", 0);
    return STATUS_OK;
}

static int add_factor(struct study *study, const struct results_column *column)
{
    if (study->n_factors == STUDY_FACTORS_MAX)
        return status_fail(STATUS_USER, "%s: more than %d factors", study->folder,
                           STUDY_FACTORS_MAX);
    study->factor[study->n_factors++] = column;
    return STATUS_OK;
}

/* A factor as experiment.json has it, the i-th from 0. */
static int read_factor(struct study *study, const json_t *item, size_t i)
{
    const char *name = json_string_value(json_object_get(item, "name"));
    const json_t *levels = json_object_get(item, "levels"), *level;
    const struct results_column *column;
    size_t j;
    if (!name || !json_is_array(levels) || json_array_size(levels) == 0)
        return status_fail(STATUS_USER,
                           "%s/experiment.json: factor %zu: expected a name and levels",
                           study->folder, i + 1);
    json_array_foreach(levels, j, level)
    {
        if (!json_is_string(level))
            return status_fail(STATUS_USER, "%s/experiment.json: %s: level %zu is not a text",
                               study->folder, name, j + 1);
    }
    TRY(results_find_factor(&study->results, study->results.path, name, &column));
    TRY(order_levels(&study->results.columns[column - study->results.columns], levels,
                     &study->results));
    return add_factor(study, column);
}

static bool has_factor(const struct study *study, const struct results_column *column)
{
    for (int32_t f = 0; f < study->n_factors; f++)
        if (study->factor[f] == column)
            return true;
    return false;
}

/* Takes the factors of experiment.json or, if it has none, those of the table. */
static int take_factors(struct study *study)
{
    static char *all[] = {(char *)"all runs"};
    static const struct results_column none = {.name = (char *)"", .n_levels = 1, .levels = all};
    const json_t *factors = json_object_get(study->about, "factors"), *item;
    size_t i;
    if (factors && !json_is_array(factors))
        return status_fail(STATUS_USER, "%s/experiment.json: factors: expected a list",
                           study->folder);
    json_array_foreach(factors, i, item) TRY(read_factor(study, item, i));
    for (int32_t k = 0; k < study->results.n_columns; k++) {
        const struct results_column *column = &study->results.columns[k];
        if (!column->is_factor || has_factor(study, column))
            continue;
        if (json_array_size(factors) > 0)
            return status_fail(STATUS_USER, "%s: line 1: factor %s is not in experiment.json",
                               study->results.path, column->name);
        TRY(add_factor(study, column));
    }
    return study->n_factors > 0 ? STATUS_OK : add_factor(study, &none);
}

/* ---- results.csv ---- */

static int take_values(struct study *study)
{
    for (int v = 0; v < STUDY_N_VALUES; v++) {
        const struct results_column *column;
        TRY(results_find_measure(&study->results, study->results.path, study_value_names[v],
                                 &column));
        for (int32_t r = 0; r < study->n_runs; r++)
            study->run[r].value[v] = column->number[r];
    }
    return STATUS_OK;
}

/* "easy-none-s3", as the run's folder is called; NULL without memory. */
static char *name_run(const struct study *study, int32_t condition, uint64_t seed)
{
    char levels[1024], *name = NULL;
    study_name(study, condition, 0, study->n_factors, levels, sizeof levels);
    for (char *from; (from = strstr(levels, ", "));) {
        *from = '-';
        memmove(from + 1, from + 2, strlen(from + 2) + 1);
    }
    const bool named = *study->factor[0]->name;
    if (asprintf(&name, "%s%ss%llu", named ? levels : "", named ? "-" : "",
                 (unsigned long long)seed) < 0)
        return NULL;
    return name;
}

static int name_folder(struct study *study, struct study_run *run)
{
    OWNED char *name = name_run(study, run->condition, study->results.seed[run - study->run]);
    if (!name || asprintf(&run->folder, "%s/runs/%s", study->folder, name) < 0)
        run->folder = NULL;
    return run->folder ? STATUS_OK : status_no_memory("a file name", 0);
}

static bool has_run(const struct study *study, int32_t condition, uint64_t seed)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (study->run[r].condition == condition && study->results.seed[r] == seed)
            return true;
    return false;
}

/* Counts, and names the first of, the runs that experiment.json has and results.csv lacks: the
 * sweep was stopped, or they failed. */
static int find_missing(struct study *study)
{
    const json_t *seeds = json_object_get(study->about, "seeds"), *seed;
    size_t i;
    if ((int64_t)json_array_size(seeds) * study->n_conditions <= study->n_runs)
        return STATUS_OK;
    for (int32_t c = 0; c < study->n_conditions; c++)
        json_array_foreach(seeds, i, seed)
        {
            const uint64_t number = (uint64_t)json_integer_value(seed);
            if (has_run(study, c, number) || ++study->n_missing > MISSING_NAMED)
                continue;
            OWNED char *name = name_run(study, c, number);
            if (!name)
                return status_no_memory("a name", 0);
            text_append(study->missing, sizeof study->missing, "%s%.70s",
                        *study->missing ? ", " : "", name);
        }
    if (study->n_missing > MISSING_NAMED)
        text_append(study->missing, sizeof study->missing, ", …");
    return STATUS_OK;
}

static int take_runs(struct study *study)
{
    study->n_runs = (int32_t)study->results.n_rows;
    if (study->n_runs == 0)
        return status_fail(STATUS_USER, "%s: holds no runs", study->results.path);
    TRY_NEW(study->run, study->n_runs, "the runs");
    int64_t n_conditions = 1;
    for (int32_t f = 0; f < study->n_factors; f++) {
        const struct results_column *factor = study->factor[f];
        n_conditions *= factor->n_levels;
        if (n_conditions > CONDITIONS_MOST)
            return status_fail(STATUS_USER, "%s: more than %d conditions", study->results.path,
                               CONDITIONS_MOST);
        for (int32_t r = 0; r < study->n_runs && factor->level; r++)
            study->run[r].condition = study->run[r].condition * factor->n_levels + factor->level[r];
    }
    TRY(take_values(study));
    study->n_first = study->factor[0]->n_levels;
    study->n_last = study->n_factors > 1 ? study->factor[study->n_factors - 1]->n_levels : 1;
    study->n_conditions = (int32_t)n_conditions;
    study->n_middle = study->n_conditions / study->n_first / study->n_last;
    for (int32_t r = 0; r < study->n_runs && !study->is_of_runs; r++)
        TRY(name_folder(study, &study->run[r]));
    return study->is_part ? STATUS_OK : find_missing(study);
}

static int filter_runs(struct study *study, const char *const *filters, int n)
{
    for (int i = 0; i < n; i++) {
        TRY(results_filter(&study->results, filters[i]));
        json_object_set_new(
            study->about, "title",
            json_sprintf("%s%s%s", study_title(study), i ? ", " : ": ", filters[i]));
        study->is_part = true;
    }
    return STATUS_OK;
}

/* Makes room for what the study keeps once it has been asked for. */
static int begin(struct study *study)
{
    TRY_NEW(study->known, STUDY_N_MEASURES, "the effects");
    TRY_NEW(study->data, 1, "the effects");
    study->parameters = json_array();
    return study->parameters ? STATUS_OK : status_no_memory("the effects", 0);
}

/* Whether results.csv is there. USER, with what to do, if not. */
static int check_gathered(const char *folder, const char *path)
{
    if (file_is_absent(path) && file_exists_in(folder, "conditions.json"))
        return status_fail(STATUS_USER,
                           "%s: its sweep has not ended, results.csv is missing: the same "
                           "`spinet sweep` command goes on, or, with --gather, makes it of "
                           "the runs that are done",
                           folder);
    if (file_is_absent(path))
        return status_fail(STATUS_USER,
                           "%s: holds neither a sweep, results.csv is missing, nor a run, "
                           "manifest.json is missing",
                           folder);
    return STATUS_OK;
}

/* Reads the study of the runs in results.csv, or in `text` in its place. */
static int read_sweep(struct study *study, const char *text, const char *const *filters,
                      int n_filters)
{
    OWN_PATH(path, study->folder, "results.csv");
    if (!text)
        TRY(check_gathered(study->folder, path));
    TRY(begin(study));
    TRY(read_about(study));
    TRY(text ? results_read_text(&study->results, path, text)
             : results_read(&study->results, path));
    TRY(take_factors(study));
    TRY(filter_runs(study, filters, n_filters));
    return take_runs(study);
}

int study_read_part(struct study *study, const char *folder, const char *text,
                    const char *const *filters, int n)
{
    *study = (struct study){.folder = folder};
    if (!file_is_folder(folder))
        return shared_file_no_folder(folder);
    RETURN_OR_FREE(read_sweep(study, text, filters, n), study_free, study);
}

int study_read(struct study *study, const char *folder)
{
    return study_read_part(study, folder, NULL, NULL, 0);
}

/* "2 runs: shapes-s1-o2, classes 1-2": what is the same in all of them; of one, its seed too. */
static int title_runs(struct study *study)
{
    static const char *const columns[][2] = {
        {"data_set", ""}, {"classes", "classes "}, {"policy", "turnover "}};
    char text[1024] = "";
    if (study->n_runs > 1)
        text_append(text, sizeof text, "%d runs", study->n_runs);
    const char *between = study->n_runs > 1 ? ": " : "";
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const struct results_column *column = results_find(&study->results, columns[i][0]);
        if (!column || column->kind != RESULTS_TEXT || column->n_levels > 1)
            continue;
        text_append(text, sizeof text, "%s%s%.200s", between, columns[i][1], column->levels[0]);
        between = ", ";
    }
    if (study->n_runs == 1)
        text_append(text, sizeof text, "%sseed %llu", between,
                    (unsigned long long)study->results.seed[0]);
    return json_object_set_new(study->about, "title", json_string(text)) == 0
               ? STATUS_OK
               : status_no_memory("a title", 0);
}

/* The manifest of a single run has revision, machine and time under the names of experiment.json
 * and so stands in its place; several runs have nothing in its place. */
static int read_about_runs(struct study *study, int32_t n)
{
    OWN_PATH(path, study->folder, "manifest.json");
    if (n == 1)
        return json_file_read(path, &study->about);
    study->about = json_object();
    return study->about ? STATUS_OK : status_no_memory("the runs", 0);
}

static int read_runs(struct study *study, const char *const *folders, int32_t n)
{
    TRY(begin(study));
    TRY(study_runs_read(folders, n, &study->results));
    TRY(read_about_runs(study, n));
    TRY(take_factors(study));
    TRY(take_runs(study));
    for (int32_t r = 0; r < n; r++)
        if (!(study->run[r].folder = strdup(folders[r])))
            return status_no_memory("a file name", 0);
    return title_runs(study);
}

int study_of_runs(struct study *study, const char *const *folders, int32_t n)
{
    *study = (struct study){.folder = folders[0], .is_of_runs = true};
    RETURN_OR_FREE(read_runs(study, folders, n), study_free, study);
}

void study_free(struct study *study)
{
    for (int32_t r = 0; r < study->n_runs; r++) {
        free(study->run[r].folder);
        free(study->run[r].curve.line);
    }
    for (int m = 0; study->known && m < STUDY_N_MEASURES; m++)
        effects_free(&study->known[m]);
    free(study->known);
    run_data_free(study->data);
    free(study->run);
    results_free(&study->results);
    json_decref(study->about);
    json_decref(study->parameters);
    *study = (struct study){0};
}

/* ---- the runs ---- */

int study_read_each(int32_t n, int chunk, int (*read)(int32_t i, void *data), void *data)
{
    int32_t first_bad = n;
#pragma omp parallel for schedule(dynamic, chunk) reduction(min : first_bad)
    for (int32_t i = 0; i < n; i++)
        if (read(i, data) != STATUS_OK && i < first_bad)
            first_bad = i;
    return first_bad == n ? STATUS_OK : read(first_bad, data);
}

static int read_curve(int32_t r, void *data)
{
    struct study_run *run = &((struct study *)data)->run[r];
    return table_read_in(&curve_table, run->folder, &run->curve.line, &run->curve.n);
}

int study_read_curves(struct study *study)
{
    return study_read_each(study->n_runs, 16, read_curve, study);
}

/* ---- asking ---- */

const char *study_title(const struct study *study)
{
    const char *title = study_about(study, "title"), *name = study_about(study, "name");
    return *title ? title : *name ? name : "A sweep of spinet";
}

bool study_has_file(const struct study *study, const char *name)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (file_exists_in(study->run[r].folder, name))
            return true;
    return false;
}

const char *study_run_name(const struct study_run *run)
{
    const char *slash = strrchr(run->folder, '/');
    return slash ? slash + 1 : run->folder;
}

const char *study_about(const struct study *study, const char *key)
{
    const char *text = json_string_value(json_object_get(study->about, key));
    return text ? text : "";
}

const char *study_factor_title(const struct study *study, int32_t factor)
{
    const char *title = NULL, *name = study->factor[factor]->name;
    const json_t *item;
    size_t i;
    json_array_foreach(json_object_get(study->about, "factors"), i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "name")), name) == 0)
            title = json_string_value(json_object_get(item, "title"));
    }
    return title ? title : name;
}

enum named { NAMED_NONE, NAMED_NUMBERS, NAMED_ALL }; /* factors beside their levels */

static const char *join_levels(const struct study *study, int32_t condition, int32_t from,
                               int32_t to, enum named named, char *text, size_t size)
{
    int32_t level[STUDY_FACTORS_MAX];
    for (int32_t f = study->n_factors - 1; f >= 0; f--) {
        level[f] = condition % study->factor[f]->n_levels;
        condition /= study->factor[f]->n_levels;
    }
    *text = '\0';
    for (int32_t f = from; f < to; f++) {
        const struct results_column *factor = study->factor[f];
        double number;
        const bool is_named =
            named == NAMED_ALL ||
            (named == NAMED_NUMBERS && number_parse(factor->levels[level[f]], &number));
        text_append(text, size, "%s%s%s%s", f > from ? ", " : "", is_named ? factor->name : "",
                    is_named ? " " : "", factor->levels[level[f]]);
    }
    return text;
}

const char *study_name(const struct study *study, int32_t condition, int32_t from, int32_t to,
                       char *text, size_t size)
{
    return join_levels(study, condition, from, to, NAMED_NONE, text, size);
}

const char *study_describe(const struct study *study, int32_t condition, int32_t from, int32_t to,
                           char *text, size_t size)
{
    return join_levels(study, condition, from, to, NAMED_ALL, text, size);
}

const char *study_label(const struct study *study, int32_t condition, int32_t from, int32_t to,
                        char *text, size_t size)
{
    return join_levels(study, condition, from, to, NAMED_NUMBERS, text, size);
}

const char *study_last(const struct study *study, int32_t last)
{
    return study->n_factors > 1 ? study->factor[study->n_factors - 1]->levels[last] : "";
}

int32_t study_values(const struct study *study, int32_t condition, enum study_value what,
                     double *values)
{
    int32_t n = 0;
    for (int32_t r = 0; r < study->n_runs; r++)
        if (study->run[r].condition == condition && !isnan(study->run[r].value[what]))
            values[n++] = study->run[r].value[what];
    return n;
}

struct summary study_summary(const struct study *study, int32_t condition, enum study_value what)
{
    struct summary summary = {0};
    OWNED double *values = malloc((size_t)study->n_runs * sizeof *values);
    const int32_t n = values ? study_values(study, condition, what, values) : 0;
    if (!values || statistics_summarize(&summary, values, (size_t)n) != STATUS_OK)
        statistics_summarize(&summary, NULL, 0);
    return summary;
}

int32_t study_most_runs(const struct study *study)
{
    int32_t most = 0;
    OWNED int32_t *n = calloc((size_t)study->n_conditions, sizeof *n);
    for (int32_t r = 0; r < study->n_runs && n; r++)
        if (++n[study->run[r].condition] > most)
            most = n[study->run[r].condition];
    return most;
}

const struct study_run *study_median_run(const struct study *study, int32_t condition)
{
    const struct study_run *best = NULL;
    const double median = study_summary(study, condition, STUDY_ACCURACY).median;
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct study_run *run = &study->run[r];
        if (run->condition == condition && !isnan(run->value[STUDY_ACCURACY]) &&
            (!best || fabs(run->value[STUDY_ACCURACY] - median) <
                          fabs(best->value[STUDY_ACCURACY] - median)))
            best = run;
    }
    return best;
}

/* The parameters of the condition's first run whose folder is here; null without any. */
static json_t *read_parameters(const struct study *study, int32_t condition)
{
    OWNED struct manifest *manifest = malloc(sizeof *manifest);
    for (int32_t r = 0; manifest && r < study->n_runs; r++) {
        const char *folder = study->run[r].folder;
        if (study->run[r].condition == condition && file_exists_in(folder, "manifest.json") &&
            manifest_read(manifest, folder) == STATUS_OK)
            return parameters_to_json(&manifest->parameters);
    }
    return json_null();
}

const json_t *study_parameters(const struct study *study, int32_t condition)
{
    const bool is_known = json_array_size(study->parameters) > 0;
    for (int32_t c = 0; c < study->n_conditions && !is_known; c++)
        json_array_append_new(study->parameters, read_parameters(study, c));
    const json_t *of = json_array_get(study->parameters, (size_t)condition);
    return json_is_object(of) ? of : NULL;
}

json_t *study_values_of(const struct study *study, const char *group, const char *key)
{
    json_t *values = json_array(), *other;
    size_t i;
    for (int32_t c = 0; c < study->n_conditions; c++) {
        json_t *value = json_object_get(json_object_get(study_parameters(study, c), group), key);
        bool is_seen = !value;
        json_array_foreach(values, i, other) is_seen = is_seen || json_equal(value, other);
        if (!is_seen)
            json_array_append(values, value);
    }
    return values;
}

const json_t *study_shared(const struct study *study, const char *group, const char *key)
{
    json_auto_t *values = study_values_of(study, group, key);
    return json_array_size(values) == 1 ? json_array_get(values, 0) : NULL;
}

bool study_has_stops(const struct study *study)
{
    for (size_t i = 0; i < study->results.n_rows; i++)
        if (!results_is_at_limit(&study->results, i))
            return true;
    return false;
}

int study_effects(const struct study *study, const char *measure, const struct effects **effects)
{
    int m = 0;
    while (m < STUDY_N_MEASURES - 1 && strcmp(study_measures[m], measure) != 0)
        m++;
    struct effects *known = &study->known[m];
    const struct effects_question question = {.measure = measure, .about = study->about};
    *effects = known;
    if (strcmp(measure, "presentations") == 0 && !study_has_stops(study))
        return status_fail(STATUS_USER, "all runs were stopped at stopping.max_presentations");
    return known->results ? STATUS_OK : effects_find(known, &study->results, &question);
}
