/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/clustering.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"
#include "turnover/clustered.h"

enum { PAIRS_LEAST = 20 }; /* no mean of fewer pairs is drawn */

/* Mean and standard deviation over runs. */
struct clustering_value {
    double mean, sd; /* mean is NaN for no runs; sd is 0 for one */
};

/* Measures of new synapses; `near` is within clustered.near_um. */
enum clustering_measure {
    CLUSTERING_BORN,          /* new synapses for each presentation */
    CLUSTERING_NEW_PARTNERS,  /* fraction whose input had no synapse on the dendrite, 0 … 1 */
    CLUSTERING_SURVIVED,      /* fraction of those judged that stayed, 0 … 1 */
    CLUSTERING_NEAR,          /* potentiated neighbours near */
    CLUSTERING_NEAR_SHUFFLED, /* the same at a place of the dendrite drawn at random */
    CLUSTERING_OTHER_NEAR,    /* other neighbours near */
    CLUSTERING_OTHER_SHUFFLED,
    CLUSTERING_N_MEASURES
};

struct clustering_condition {
    int32_t n_runs; /* runs that have both files */
    char text[512];
    const char *name; /* text, where the row is shown */
    struct running run[CLUSTERING_N_MEASURES];
    struct clustering_value value[CLUSTERING_N_MEASURES]; /* of these */
    struct clustering_value co_activity[2][2]; /* [stayers, transients][up to 5 um, 5 to 10 um] */
    /* of all runs together, as in clustered_distance.csv */
    double n_pairs[CLUSTERED_N_BINS], sum[CLUSTERED_N_BINS], squares[CLUSTERED_N_BINS];
};

/* ---- reading ---- */

static bool has_both(const struct study_run *run)
{
    return file_exists_in(run->folder, clustered_births_table.file) &&
           file_exists_in(run->folder, clustered_distance_table.file);
}

bool clustering_any(const struct study *study)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (has_both(&study->run[r]))
            return true;
    return false;
}

/* Sums over the new synapses of a run. */
struct births {
    double n, n_judged, sum[CLUSTERING_N_MEASURES];
};

static void add_birth(struct births *births, const struct clustered_birth *birth)
{
    births->n += 1;
    births->sum[CLUSTERING_NEW_PARTNERS] += birth->is_new_partner;
    births->sum[CLUSTERING_NEAR] += birth->near;
    births->sum[CLUSTERING_NEAR_SHUFFLED] += birth->near_shuffled;
    births->sum[CLUSTERING_OTHER_NEAR] += birth->other_near;
    births->sum[CLUSTERING_OTHER_SHUFFLED] += birth->other_shuffled;
    births->n_judged += birth->survived >= 0;
    births->sum[CLUSTERING_SURVIVED] += birth->survived > 0;
}

static void add_bin(struct clustering_condition *condition, const struct clustered_bin *bin)
{
    const int last = CLUSTERED_BINS - 1, found = (int)(bin->distance_um / CLUSTERED_BIN_UM);
    const int at = bin->kind * CLUSTERED_BINS + (found < last ? found : last);
    condition->n_pairs[at] += bin->n_pairs;
    condition->sum[at] += bin->sum;
    condition->squares[at] += bin->squares;
}

static int read_run(const struct study_run *run, struct births *births,
                    struct clustering_condition *condition)
{
    OWNED struct clustered_birth *birth = NULL;
    OWNED struct clustered_bin *bin = NULL;
    int32_t n_births, n_bins;
    TRY(table_read_in(&clustered_births_table, run->folder, &birth, &n_births));
    TRY(table_read_in(&clustered_distance_table, run->folder, &bin, &n_bins));
    for (int32_t i = 0; i < n_births; i++)
        add_birth(births, &birth[i]);
    for (int32_t i = 0; i < n_bins; i++)
        add_bin(condition, &bin[i]);
    return STATUS_OK;
}

static void add_run(struct clustering_condition *condition, const struct births *births,
                    double n_presentations)
{
    condition->n_runs++;
    for (int m = 0; m < CLUSTERING_N_MEASURES; m++) {
        const double value = m == CLUSTERING_BORN       ? births->n / n_presentations
                             : m == CLUSTERING_SURVIVED ? births->sum[m] / births->n_judged
                                                        : births->sum[m] / births->n;
        if (isfinite(value))
            running_add(&condition->run[m], value);
    }
}

/* Mean co-activity of pairs of a kind in the bins from to before `to`, and its standard error; NaN
 * of none. */
static struct clustering_value co_activity_of(const struct clustering_condition *condition,
                                              enum clustered_kind kind, int from, int to)
{
    double n = 0, sum = 0, squares = 0;
    for (int bin = from; bin < to; bin++) {
        const int at = (int)kind * CLUSTERED_BINS + bin;
        n += condition->n_pairs[at];
        sum += condition->sum[at];
        squares += condition->squares[at];
    }
    const double mean = n > 0 ? sum / n : (double)NAN;
    const double variance = n > 1 ? fmax((squares - sum * mean) / (n - 1), 0) : 0;
    return (struct clustering_value){mean, sqrt(variance) / sqrt(n)};
}

/* Means and standard deviations of a condition's runs, and its name. */
static void summarize(struct clustering_condition *condition, const struct study *study, int32_t c)
{
    condition->name =
        study_name(study, c, 0, study->n_factors, condition->text, sizeof condition->text);
    for (int m = 0; m < CLUSTERING_N_MEASURES; m++) {
        const struct running *run = &condition->run[m];
        condition->value[m] = (struct clustering_value){run->n > 0 ? run->mean : (double)NAN,
                                                        run->n == 1 ? 0 : running_sd(run)};
    }
    for (int i = 0; i < 4; i++)
        condition->co_activity[i / 2][i % 2] =
            co_activity_of(condition, (enum clustered_kind)(CLUSTERED_SURVIVOR + i / 2),
                           2 * (i % 2), 2 * (i % 2) + 2);
}

/* Reads all runs into row[n_conditions], and moves the *n conditions that have runs to its front.
 */
static int read_runs(struct clustering_condition *row, const struct study *study, size_t *n)
{
    *n = 0;
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct study_run *run = &study->run[r];
        struct births births = {0};
        if (!has_both(run))
            continue;
        TRY(read_run(run, &births, &row[run->condition]));
        add_run(&row[run->condition], &births, run->value[STUDY_PRESENTATIONS]);
    }
    for (int32_t c = 0; c < study->n_conditions; c++)
        if (row[c].n_runs > 0) {
            row[*n] = row[c];
            summarize(&row[(*n)++], study, c);
        }
    return STATUS_OK;
}

/* ---- numbers ---- */

#define VALUE(member, head, ...)                                                                   \
    TABLE_COLUMN(struct clustering_condition, member, PAIR, head, .between = " ± ", __VA_ARGS__)
static const struct table_column columns[] = {
    TABLE_COLUMN(struct clustering_condition, name, TEXT, ""),
    TABLE_COLUMN(struct clustering_condition, n_runs, WHOLE, "runs"),
    VALUE(value[CLUSTERING_BORN], "new a presentation", .format = "%.1f"),
    VALUE(value[CLUSTERING_NEW_PARTNERS], "new partners %", .format = "%.1f", .scale = 100),
    VALUE(value[CLUSTERING_SURVIVED], "stay %", .format = "%.1f", .scale = 100),
    VALUE(value[CLUSTERING_NEAR], "potentiated near", .format = "%.2f"),
    VALUE(value[CLUSTERING_NEAR_SHUFFLED], "shuffled", .format = "%.2f"),
    VALUE(value[CLUSTERING_OTHER_NEAR], "others near", .format = "%.2f"),
    VALUE(value[CLUSTERING_OTHER_SHUFFLED], "shuffled", .format = "%.2f"),
    VALUE(co_activity[0][0], "co-activity of stayers ≤ 5 µm", .format = "%.3f"),
    VALUE(co_activity[0][1], "5–10 µm", .format = "%.3f"),
    VALUE(co_activity[1][0], "of transients ≤ 5 µm", .format = "%.3f"),
    VALUE(co_activity[1][1], "5–10 µm", .format = "%.3f"),
};
static const struct table table = TABLE_OF(NULL, struct clustering_condition, columns);

/* ---- figures ---- */

/* Mean over runs and standard deviation, of new synapses and of shuffled positions. */
static void put_near(struct figure *figure, const struct clustering_condition *condition,
                     const char *panel, enum clustering_measure first)
{
    static const char *const series[] = {"new synapses", "shuffled positions"};
    for (int k = 0; k < 2; k++) {
        const struct clustering_value value = condition->value[(int)first + k];
        if (isnan(value.mean))
            continue;
        figure_put_row(figure, "points", "panel %s, x %s, series %s, value %g, sd %g", panel,
                       condition->name, series[k], value.mean, value.sd);
        figure_put_row(figure, "boxes", "panel %s, x %s, series %s, mean %g, low %g, high %g",
                       panel, condition->name, series[k], value.mean,
                       fmax(value.mean - value.sd, 0), value.mean + value.sd);
    }
}

static int put_near_figure(struct page *page, const struct study *study,
                           const struct clustering_condition *row, size_t n)
{
    SCOPED(figure_free) struct figure figure = {0};
    const json_t *near_um = study_shared(study, "clustered", "near_um");
    char label[64];
    TRY(figure_begin(&figure, "clustering-near"));
    snprintf(label, sizeof label, "neighbours within %g µm", json_number_value(near_um));
    if (near_um)
        figure_set(&figure, "y_label %s", label);
    for (size_t i = 0; i < n; i++)
        put_near(&figure, &row[i], "potentiated in earlier sessions", CLUSTERING_NEAR);
    for (size_t i = 0; i < n; i++)
        put_near(&figure, &row[i], "others", CLUSTERING_OTHER_NEAR);
    return page_put_figure(page, &figure);
}

static void put_distance(struct figure *figure, const struct clustering_condition *condition)
{
    static const char *const series[CLUSTERED_N_KINDS] = {
        "new synapses that stay", "transient ones", "established, potentiated ones"};
    for (int i = 0; i < CLUSTERED_N_BINS; i++) {
        const int kind = i / CLUSTERED_BINS, bin = i % CLUSTERED_BINS;
        const struct clustering_value value =
            co_activity_of(condition, (enum clustered_kind)kind, bin, bin + 1);
        if (condition->n_pairs[i] >= PAIRS_LEAST)
            figure_put_row(
                figure, "lines", "panel %s, series %s, x %g, y %g, low %g, high %g, pairs %g",
                condition->name, series[kind], CLUSTERED_BIN_UM * (bin + 0.5), value.mean,
                value.mean - value.sd, value.mean + value.sd, condition->n_pairs[i]);
    }
}

static int put_distance_figure(struct page *page, const struct clustering_condition *row, size_t n)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "clustering-distance"));
    for (size_t i = 0; i < n; i++)
        put_distance(&figure, &row[i]);
    return page_put_figure(page, &figure);
}

int clustering_put(struct page *page, const struct study *study)
{
    OWN_NEW(struct clustering_condition, row, study->n_conditions, "clustered growth");
    size_t n;
    TRY(read_runs(row, study, &n));
    fprintf(page->html,
            "<p>From clustered_births.csv and clustered_distance.csv of the runs. Mean and "
            "standard deviation over runs; of co-activity (correlation of calcium, a value a "
            "presentation) over all pairs, and its standard error.</p>\n");
    TRY(html_put_table(page->html, &table, row, n));
    TRY(put_near_figure(page, study, row, n));
    return put_distance_figure(page, row, n);
}
