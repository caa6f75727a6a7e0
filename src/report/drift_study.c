/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "report/html.h"
#include "report/page.h"
#include "report/run_measures.h"
#include "spines/intrinsic.h"
#include "store/manifest.h"
#include "store/run_tables.h"
#include "train/retention.h"

enum { BINS = 10 };                          /* of sizes 0 … 1 */
enum { CHANGES_LEAST = 20 };                 /* in a bin of a run: fewer say nothing of a spread */
static const double longest_days = 1 + 1e-6; /* between two sizes */

/* A synapse on two days that follow each other. */
struct change {
    int32_t day; /* the row that its second day begins with */
    int32_t input, cell, bin;
    double days, from, rest; /* rest: to - from, later what is left of it without its bin's drift */
};

/* The changes of all synapses of one run. */
struct changes {
    int32_t n;
    struct change *change; /* [n] day by day, in order of input and cell within a day */
};

static void free_changes(struct changes *changes)
{
    free(changes->change);
}

/* The numbers that a run comes to: mean size, mu and sigma by bin, and the intrinsic part; those of
 * too few changes are NaN. */
enum { AT_SIZE = 0, AT_MU = BINS, AT_SIGMA = 2 * BINS, AT_PART = 3 * BINS, N_AT };

/* ---- a run ---- */

/* Finds the synapses that are there on two consecutive days, at most longest_days apart. */
static int find_changes(struct changes *run, const struct retention_size *row, int32_t n,
                        int32_t dendrites_per_cell)
{
    int32_t n_ids = 0, before = 0;
    for (int32_t i = 0; i < n; i++)
        n_ids = row[i].id >= n_ids ? row[i].id + 1 : n_ids;
    OWN_NEW(int32_t, last, n_ids, "the sizes"); /* 1 + the row that an id was last in */
    TRY_NEW(run->change, n, "the sizes");
    for (int32_t i = 0, day = 0; i < n; i++) {
        if (row[i].days != row[day].days) {
            before = day;
            day = i;
        }
        const struct retention_size *to = &row[i],
                                    *from = last[to->id] > before ? row + last[to->id] - 1 : to;
        if (from < row + day && to->days - from->days <= longest_days)
            run->change[run->n++] =
                (struct change){.day = day,
                                .input = to->input,
                                .cell = to->dendrite / dendrites_per_cell,
                                .bin = (int)fmin(BINS * (double)from->weight, BINS - 1),
                                .days = to->days - from->days,
                                .from = (double)from->weight,
                                .rest = (double)to->weight - (double)from->weight};
        last[to->id] = i + 1;
    }
    return STATUS_OK;
}

/* mu is the mean change a day; sigma the root of the squares of what is left of the changes. */
static void measure_bins(double *value, struct changes *run)
{
    double n[BINS] = {0}, days[BINS] = {0}, size[BINS] = {0}, sum[BINS] = {0}, square[BINS] = {0};
    double *mu = value + AT_MU;
    for (int32_t i = 0; i < run->n; i++) {
        const struct change *change = &run->change[i];
        n[change->bin]++;
        days[change->bin] += change->days;
        size[change->bin] += change->from;
        sum[change->bin] += change->rest;
    }
    for (int b = 0; b < BINS; b++)
        if (n[b] >= CHANGES_LEAST) {
            value[AT_SIZE + b] = size[b] / n[b];
            mu[b] = sum[b] / days[b];
        }
    for (int32_t i = 0; i < run->n; i++) {
        struct change *change = &run->change[i];
        change->rest -= mu[change->bin] * change->days;
        square[change->bin] += change->rest * change->rest;
    }
    for (int b = 0; b < BINS; b++)
        value[AT_SIGMA + b] = sqrt(square[b] / days[b]); /* NaN of none, as mu is */
}

static bool is_same_pair(const struct change *a, const struct change *b)
{
    return a->day == b->day && a->input == b->input && a->cell == b->cell;
}

/* Of two contacts of one input with one cell, the part of the changes that both have: their
 * covariance over their variance. */
static void measure_pairs(double *intrinsic, const struct changes *run)
{
    double product = 0, square = 0;
    int32_t n_pairs = 0;
    for (int32_t i = 0; i < run->n; i++)
        for (int32_t k = i + 1; k < run->n && is_same_pair(&run->change[i], &run->change[k]); k++) {
            const double a = run->change[i].rest, b = run->change[k].rest;
            if (isnan(a) || isnan(b))
                continue;
            n_pairs++;
            product += a * b;
            square += (a * a + b * b) / 2;
        }
    if (n_pairs >= CHANGES_LEAST)
        *intrinsic = 1 - product / square;
}

/* A run's numbers; the parameters of the last that has any are those of its condition. */
static int measure(double *value, const struct study_run *run, int32_t condition, void *data)
{
    struct parameters *p = (struct parameters *)data + condition;
    SCOPED(free_changes) struct changes changes = {0};
    OWNED struct retention_size *row = NULL;
    OWN_NEW(struct manifest, manifest, 1, "a manifest");
    int32_t n;
    if (!file_exists_in(run->folder, sizes_table.file))
        return STATUS_OK;
    TRY(table_read_in(&sizes_table, run->folder, &row, &n));
    TRY(manifest_read(manifest, run->folder));
    *p = manifest->parameters;
    TRY(find_changes(&changes, row, n, p->pyramidal.n_dendrites));
    measure_bins(value, &changes);
    measure_pairs(&value[AT_PART], &changes);
    return STATUS_OK;
}

static const char *name_of(int at)
{
    return at < AT_MU ? "size" : at < AT_SIGMA ? "mu" : at < AT_PART ? "sigma" : "intrinsic";
}

/* mu or sigma of intrinsic.form at a size; NaN without a form. */
static double form_at(const struct parameters *p, bool is_sigma, double size)
{
    if (p->intrinsic.form == INTRINSIC_NONE || isnan(size))
        return NAN;
    return is_sigma ? intrinsic_noise(p, size) : intrinsic_drift(p, size);
}

/* Keeps the rows of mu, sigma and the intrinsic part that some run has. Rows of sizes go: each row
 * of mu and sigma gets the mean size of its bin. */
static void complete_rows(struct run_measures *drift, const struct parameters *parameters)
{
    int32_t n = 0;
    for (int32_t c = 0; c < drift->n_conditions; c++) {
        double size[BINS];
        for (int b = 0; b < BINS; b++)
            size[b] = drift->row[c * N_AT + AT_SIZE + b].mean;
        for (int at = AT_MU; at < N_AT; at++) {
            struct measure_row row = drift->row[c * N_AT + at];
            row.size = at == AT_PART ? NAN : size[at % BINS];
            row.form = form_at(&parameters[c], at >= AT_SIGMA, row.size);
            if (row.n_runs > 0)
                drift->row[n++] = row;
        }
    }
    drift->n_rows = n;
}

int drift_study_read(struct run_measures *drift, const struct study *study)
{
    const char *names[N_AT];
    OWN_NEW(struct parameters, parameters, study->n_conditions, "the sizes");
    for (int at = 0; at < N_AT; at++)
        names[at] = name_of(at);
    TRY(run_measures_read(drift, study, names, N_AT, measure, parameters));
    complete_rows(drift, parameters);
    return STATUS_OK;
}

/* ---- tables and figures ---- */

static const struct table_column columns[] = {
    MEASURE_NAMES,
    MEASURE_NUMBER(size, "size", "%.3f"),
    MEASURE_MEANS("%.4f"),
    MEASURE_NUMBER(form, "form", "%.4f"),
};
const struct table drift_study_table = TABLE_OF("drift.csv", struct measure_row, columns);

/* mu or sigma with intervals, then those of the form, a panel a condition. */
static int put_figure(const struct run_measures *drift, const char *what, const char *look,
                      struct page *page)
{
    SCOPED(figure_free) struct figure figure = {0};
    const struct measure_row *row = drift->row, *end = row;
    TRY(figure_begin(&figure, look));
    for (const struct measure_row *first = row; first < row + drift->n_rows; first = end)
        for (int is_form = 0; is_form < 2; is_form++)
            for (end = first; end < row + drift->n_rows && end->condition == first->condition;
                 end++) {
                const double y = is_form ? end->form : end->mean;
                const bool has_interval = !is_form && end->n_runs > 1;
                if (strcmp(end->what, what) == 0 && !isnan(y))
                    figure_put_row(&figure, "lines",
                                   "panel %s, series %s, x %g, y %g, low %g, high %g, runs %d",
                                   end->condition, is_form ? "form" : "measured", end->size, y,
                                   has_interval ? end->low : y, has_interval ? end->high : y,
                                   end->n_runs);
            }
    return page_put_figure(page, &figure);
}

int drift_study_put(struct page *page, const struct run_measures *drift)
{
    OWN_NEW(struct measure_row, part, drift->n_conditions, "the sizes");
    size_t n = 0;
    for (int32_t i = 0; i < drift->n_rows; i++)
        if (strcmp(drift->row[i].what, "intrinsic") == 0)
            part[n++] = drift->row[i];
    if (n > 0)
        TRY(html_put_table(page->html, &drift_study_table, part, n));
    TRY(put_figure(drift, "mu", "drift-mu", page));
    return put_figure(drift, "sigma", "drift-sigma", page);
}
