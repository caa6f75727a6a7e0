/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/run_tables.h"
#include "turnover/clustered.h"

const struct mean_column sample_columns[N_SAMPLE_COLUMNS] = {
    {"100", "sample_100", 3, NULL},           {"300", "sample_300", 3, NULL},
    {"1000", "sample_1000", 3, NULL},         {"3000", "sample_3000", 3, NULL},
    {"10000", "sample_10000", 3, NULL},       {"30000", "sample_30000", 3, NULL},
    {"100000", "sample_100000", 3, NULL},     {"300000", "sample_300000", 3, NULL},
    {"1000000", "sample_1000000", 3, NULL},   {"3000000", "sample_3000000", 3, NULL},
    {"10000000", "sample_10000000", 3, NULL},
};
const struct mean_column cost_columns[N_COST_COLUMNS] = {
    {"input spikes", "input_spikes", 0, NULL},
    {"somatic spikes", "somatic_spikes", 0, NULL},
    {"dendritic spikes", "dendritic_spikes", 0, NULL},
    {"synaptic events", "synaptic_events", 0, NULL},
    {"plastic synapses", "plastic_synapses", 0, NULL},
    {"fixed synapses", "fixed_synapses", 0, NULL},
};
const struct mean_column growth_columns[N_GROWTH_COLUMNS] = {
    [GROWTH_NEW] = {"new a presentation", "new_a_presentation", 2, NULL},
    [GROWTH_NEW_PARTNERS] = {"new partners", "new_partners", 3, NULL},
    [GROWTH_STAY] = {"stay", "new_that_stay", 3, NULL},
    [GROWTH_NEAR] = {"potentiated near", "potentiated_near", 2, NULL},
    [GROWTH_NEAR_SHUFFLED] = {"shuffled", "potentiated_near_shuffled", 2, NULL},
    [GROWTH_OTHER_NEAR] = {"others near", "others_near", 2, NULL},
    [GROWTH_OTHER_SHUFFLED] = {"shuffled", "others_near_shuffled", 2, NULL},
};

/* The number of run r in the column of that name, which is added with the first number of any run;
 * one that results.csv has already stays. */
static int put_number(struct study *study, const char *name, double **column, int32_t r,
                      double number)
{
    if (isnan(number) || (!*column && results_find(&study->results, name)))
        return STATUS_OK;
    if (!*column)
        TRY(results_add_column(&study->results, name, column));
    (*column)[r] = number;
    return STATUS_OK;
}

static int add_samples(struct study *study)
{
    for (int k = 0; k < N_SAMPLE_COLUMNS; k++) {
        const long after = strtol(sample_columns[k].head, NULL, 10);
        double *column = NULL;
        for (int32_t r = 0; r < study->n_runs; r++) {
            const struct curve *curve = &study->run[r].curve;
            if (curve->n >= after)
                TRY(put_number(study, sample_columns[k].name, &column, r,
                               curve->line[after - 1].sample_accuracy));
        }
    }
    return STATUS_OK;
}

static int add_costs(struct study *study)
{
    double *column[N_COST_COLUMNS] = {NULL};
    struct table_column columns[N_COST_COLUMNS];
    for (int k = 0; k < N_COST_COLUMNS; k++)
        columns[k] = (struct table_column){
            .name = cost_columns[k].name, .type = TABLE_NUMBER, .at = (size_t)k * sizeof(double)};
    const struct table table = TABLE_OF("cost.csv", double[N_COST_COLUMNS], columns);
    for (int32_t r = 0; r < study->n_runs; r++) {
        OWNED double *cost = NULL;
        int32_t n;
        TRY(table_read_in(&table, study->run[r].folder, &cost, &n));
        for (int k = 0; k < N_COST_COLUMNS && n > 0; k++)
            TRY(put_number(study, cost_columns[k].name, &column[k], r, cost[k]));
    }
    return STATUS_OK;
}

/* What a run's new synapses come to, into value[N_GROWTH_COLUMNS]. */
static int measure_growth(const struct study_run *run, double *value)
{
    OWNED struct clustered_birth *birth = NULL;
    int32_t n, n_judged = 0;
    TRY(table_read_in(&clustered_births_table, run->folder, &birth, &n));
    for (int32_t i = 0; i < n; i++) {
        const struct clustered_birth *b = &birth[i];
        const double of_one[N_GROWTH_COLUMNS] = {1,
                                                 b->is_new_partner,
                                                 b->survived > 0,
                                                 b->near,
                                                 b->near_shuffled,
                                                 b->other_near,
                                                 b->other_shuffled};
        n_judged += b->survived >= 0;
        for (int k = 0; k < N_GROWTH_COLUMNS; k++)
            value[k] += of_one[k];
    }
    for (int k = 0; k < N_GROWTH_COLUMNS; k++)
        value[k] /= k == GROWTH_NEW    ? run->value[STUDY_PRESENTATIONS]
                    : k == GROWTH_STAY ? n_judged
                                       : n;
    return STATUS_OK;
}

static int add_growth(struct study *study)
{
    double *column[N_GROWTH_COLUMNS] = {NULL};
    for (int32_t r = 0; r < study->n_runs; r++) {
        double value[N_GROWTH_COLUMNS] = {0};
        if (!file_exists_in(study->run[r].folder, clustered_births_table.file))
            continue;
        TRY(measure_growth(&study->run[r], value));
        for (int k = 0; k < N_GROWTH_COLUMNS; k++)
            TRY(put_number(study, growth_columns[k].name, &column[k], r, value[k]));
    }
    return STATUS_OK;
}

struct run_time {
    const char *run;
    double seconds;
};
static const struct table_column time_columns[] = {
    TABLE_COLUMN(struct run_time, run, TEXT, "run"),
    TABLE_COLUMN(struct run_time, seconds, NUMBER, "seconds"),
};
static const struct table time_table = TABLE_OF("times.csv", struct run_time, time_columns);

/* Its rows are in the order of results.csv, of which filters may have left some out. */
static int add_seconds(struct study *study)
{
    struct run_time *time;
    double *column = NULL;
    int32_t n, i = 0;
    TRY(table_read_in(&time_table, study->folder, &time, &n));
    int status = STATUS_OK;
    for (int32_t r = 0; r < study->n_runs && status == STATUS_OK; r++) {
        while (i < n && strcmp(time[i].run, study_run_name(&study->run[r])) != 0)
            i++;
        if (i < n)
            status = put_number(study, "seconds", &column, r, time[i].seconds);
    }
    table_free(&time_table, time, n);
    return status;
}

int run_columns_add(struct study *study)
{
    TRY(add_samples(study));
    TRY(add_costs(study));
    TRY(add_growth(study));
    return add_seconds(study);
}
