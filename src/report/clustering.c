/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "report/run_columns.h"
#include "report/sections.h"
#include "turnover/clustered.h"

enum { PAIRS_LEAST = 20 }; /* no mean of fewer pairs is drawn */

/* Mean co-activity of pairs of synapses, and its standard error; NaN of no pairs. */
struct co_activity {
    double mean, error;
};

/* The pairs of all runs of a condition together. */
struct pooled {
    bool has_runs;
    char text[512];
    const char *name; /* text, where the row is shown */
    double n_pairs[CLUSTERED_N_BINS], sum[CLUSTERED_N_BINS], squares[CLUSTERED_N_BINS];
    struct co_activity near[2], far[2]; /* [stayers, transients] up to 5 um, from there to 10 um */
};

/* ---- reading ---- */

static void add_bin(struct pooled *pooled, const struct clustered_bin *bin)
{
    const int last = CLUSTERED_BINS - 1, found = (int)(bin->distance_um / CLUSTERED_BIN_UM);
    const int at = bin->kind * CLUSTERED_BINS + (found < last ? found : last);
    pooled->n_pairs[at] += bin->n_pairs;
    pooled->sum[at] += bin->sum;
    pooled->squares[at] += bin->squares;
}

static int add_run(struct pooled *pooled, const struct study_run *run)
{
    OWNED struct clustered_bin *bin = NULL;
    int32_t n;
    TRY(table_read_in(&clustered_distance_table, run->folder, &bin, &n));
    for (int32_t i = 0; i < n; i++)
        add_bin(pooled, &bin[i]);
    pooled->has_runs |= n > 0;
    return STATUS_OK;
}

/* Of the pairs of a kind in the bins `from` to before `to`. */
static struct co_activity co_activity_of(const struct pooled *pooled, int kind, int from, int to)
{
    double n = 0, sum = 0, squares = 0;
    for (int at = kind * CLUSTERED_BINS + from; at < kind * CLUSTERED_BINS + to; at++) {
        n += pooled->n_pairs[at];
        sum += pooled->sum[at];
        squares += pooled->squares[at];
    }
    const double mean = n > 0 ? sum / n : (double)NAN;
    const double variance = n > 1 ? fmax((squares - sum * mean) / (n - 1), 0) : 0;
    return (struct co_activity){mean, sqrt(variance) / sqrt(n)};
}

/* Reads all runs into row[n_conditions], and moves the *n conditions that have runs to its front.
 */
static int read_runs(struct pooled *row, const struct study *study, size_t *n)
{
    *n = 0;
    for (int32_t r = 0; r < study->n_runs; r++)
        TRY(add_run(&row[study->run[r].condition], &study->run[r]));
    for (int32_t c = 0; c < study->n_conditions; c++) {
        if (!row[c].has_runs)
            continue;
        struct pooled *pooled = &row[(*n)++];
        *pooled = row[c];
        pooled->name = study_name(study, c, 0, study->n_factors, pooled->text, sizeof pooled->text);
        for (int kind = CLUSTERED_SURVIVOR; kind <= CLUSTERED_TRANSIENT; kind++) {
            pooled->near[kind] = co_activity_of(pooled, kind, 0, 2);
            pooled->far[kind] = co_activity_of(pooled, kind, 2, 4);
        }
    }
    return STATUS_OK;
}

/* ---- numbers ---- */

#define CO_ACTIVITY(member, head)                                                                  \
    TABLE_COLUMN(struct pooled, member, PAIR, head, .between = " ± ", .format = "%.3f")
static const struct table_column columns[] = {
    TABLE_COLUMN(struct pooled, name, TEXT, ""),
    CO_ACTIVITY(near[CLUSTERED_SURVIVOR], "co-activity of stayers ≤ 5 µm"),
    CO_ACTIVITY(far[CLUSTERED_SURVIVOR], "5–10 µm"),
    CO_ACTIVITY(near[CLUSTERED_TRANSIENT], "of transients ≤ 5 µm"),
    CO_ACTIVITY(far[CLUSTERED_TRANSIENT], "5–10 µm"),
};
static const struct table co_activity_table = TABLE_OF(NULL, struct pooled, columns);

/* ---- figures ---- */

/* Means over runs and standard deviations, of new synapses and of shuffled positions. */
static void put_near(struct figure *figure, const struct means *growth, const char *panel,
                     int first)
{
    static const char *const series[] = {"new synapses", "shuffled positions"};
    const struct study *study = growth->study;
    char name[512];
    for (int i = 0; i < 2 * study->n_conditions; i++) {
        const int32_t c = i / 2, k = i % 2;
        const struct summary s = means_summarize(growth, &growth->column[first + k], c);
        const double sd = s.n > 1 ? s.sd : 0;
        if (s.n == 0)
            continue;
        study_name(study, c, 0, study->n_factors, name, sizeof name);
        figure_put_row(figure, "points", "panel %s, x %s, series %s, value %g, sd %g", panel, name,
                       series[k], s.mean, sd);
        figure_put_row(figure, "boxes", "panel %s, x %s, series %s, mean %g, low %g, high %g",
                       panel, name, series[k], s.mean, fmax(s.mean - sd, 0), s.mean + sd);
    }
}

static int put_near_figure(struct page *page, const struct means *growth)
{
    SCOPED(figure_free) struct figure figure = {0};
    const json_t *near_um = study_shared(growth->study, "clustered", "near_um");
    char label[64];
    TRY(figure_begin(&figure, "clustering-near"));
    snprintf(label, sizeof label, "neighbours within %g µm", json_number_value(near_um));
    if (near_um)
        figure_set(&figure, "y_label %s", label);
    put_near(&figure, growth, "potentiated in earlier sessions", GROWTH_NEAR);
    put_near(&figure, growth, "others", GROWTH_OTHER_NEAR);
    return page_put_figure(page, &figure);
}

static void put_distance(struct figure *figure, const struct pooled *pooled)
{
    static const char *const series[CLUSTERED_N_KINDS] = {
        "new synapses that stay", "transient ones", "established, potentiated ones"};
    for (int i = 0; i < CLUSTERED_N_BINS; i++) {
        const int kind = i / CLUSTERED_BINS, bin = i % CLUSTERED_BINS;
        const struct co_activity value = co_activity_of(pooled, kind, bin, bin + 1);
        if (pooled->n_pairs[i] >= PAIRS_LEAST)
            figure_put_row(figure, "lines",
                           "panel %s, series %s, x %g, y %g, low %g, high %g, pairs %g",
                           pooled->name, series[kind], CLUSTERED_BIN_UM * (bin + 0.5), value.mean,
                           value.mean - value.error, value.mean + value.error, pooled->n_pairs[i]);
    }
}

static int put_distance_figure(struct page *page, const struct pooled *row, size_t n)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "clustering-distance"));
    for (size_t i = 0; i < n; i++)
        put_distance(&figure, &row[i]);
    return page_put_figure(page, &figure);
}

int clustering_put(struct page *page, const struct study *study)
{
    const struct means growth = MEANS_OF(study, &study->results, growth_columns);
    OWN_NEW(struct pooled, row, study->n_conditions, "clustered growth");
    size_t n;
    TRY(read_runs(row, study, &n));
    TRY(means_put(page->html, &growth));
    TRY(html_put_table(page->html, &co_activity_table, row, n));
    TRY(put_near_figure(page, &growth));
    return put_distance_figure(page, row, n);
}
