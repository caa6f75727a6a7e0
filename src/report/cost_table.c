/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an image costs: spikes and synaptic events of cost.csv (docs/files.md), by condition. */
#include "report/cost_table.h"

#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"

enum { N_COSTS = 6 };

struct costs {
    const char *condition; /* `name`, where the row is shown */
    char name[300];
    double mean[N_COSTS];
};

#define COST(i, file_name) TABLE_COLUMN(struct costs, mean[i], NUMBER, file_name, .format = "%.0f")

static const struct table_column columns[] = {
    TABLE_COLUMN(struct costs, condition, TEXT, "condition", .may_be_missing = true),
    COST(0, "input_spikes"),
    COST(1, "somatic_spikes"),
    COST(2, "dendritic_spikes"),
    COST(3, "synaptic_events"),
    COST(4, "plastic_synapses"),
    COST(5, "fixed_synapses"),
};
static const struct table table = TABLE_OF("cost.csv", struct costs, columns);

/* Adds a run's costs to the sums of its condition, and counts it, if it has any. */
static int add_run(const struct study_run *run, struct costs *sums, int32_t *n_runs)
{
    struct costs *rows = NULL;
    int32_t n = 0;
    TRY(table_read_in(&table, run->folder, &rows, &n));
    for (int k = 0; k < N_COSTS && n > 0; k++)
        sums->mean[k] += rows[0].mean[k];
    *n_runs += n > 0;
    table_free(&table, rows, n);
    return STATUS_OK;
}

int cost_table_put(FILE *html, const struct study *study)
{
    const size_t n = (size_t)study->n_conditions;
    OWN_NEW(struct costs, costs, n, "the costs");
    OWN_NEW(int32_t, n_runs, n, "the costs");
    for (int32_t r = 0; r < study->n_runs; r++)
        TRY(add_run(&study->run[r], &costs[study->run[r].condition],
                    &n_runs[study->run[r].condition]));
    size_t n_rows = 0;
    for (int32_t c = 0; c < study->n_conditions; c++) {
        if (n_runs[c] == 0)
            continue;
        struct costs *row = &costs[n_rows];
        for (int k = 0; k < N_COSTS; k++)
            row->mean[k] = costs[c].mean[k] / n_runs[c];
        row->condition = study_name(study, c, 0, study->n_factors, row->name, sizeof row->name);
        n_rows++;
    }
    if (n_rows == 0)
        return STATUS_OK;
    fputs(
        "<h3>What an image costs</h3>\n<p>Spikes of an image in the final test, and how often one "
        "arrived at a synapse; pyramidal cells and interneurons together. Means of the images and "
        "runs; synapses of the network then.</p>\n",
        html);
    return html_put_table(html, &table, costs, n_rows);
}
