/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/drift_study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"
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

/* All that one run has. */
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

bool drift_study_any(const struct study *study)
{
    return study_has_file(study, sizes_table.file);
}

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

/* A run's numbers; the parameters of the last that has any are those of its group. */
static int measure(double *value, const struct study_run *run, int32_t group, void *data)
{
    struct parameters *p = &((struct drift_study *)data)->parameters[group];
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

int drift_study_read(struct drift_study *drift, const struct study *study)
{
    const struct panels panels = panels_of(study);
    *drift = (struct drift_study){0};
    TRY_NEW(drift->parameters, panels.n_panels * panels.n_lines, "the sizes");
    return run_measures_read(&drift->measures, &panels, N_AT, measure, drift);
}

void drift_study_free(struct drift_study *drift)
{
    run_measures_free(&drift->measures);
    free(drift->parameters);
    *drift = (struct drift_study){0};
}

/* ---- tables and figures ---- */

struct drift_row {
    const char *condition, *what;
    double size;
    int32_t n_runs;
    double value, low, high, form;
};

static const struct table_column columns[] = {
    TABLE_COLUMN(struct drift_row, condition, TEXT, "condition"),
    TABLE_COLUMN(struct drift_row, what, TEXT, "what"),
    TABLE_COLUMN(struct drift_row, size, NUMBER, "size", .format = "%.3f"),
    TABLE_COLUMN(struct drift_row, n_runs, WHOLE, "runs"),
    TABLE_COLUMN(struct drift_row, value, NUMBER, "mean", .format = "%.4f"),
    TABLE_COLUMN(struct drift_row, low, NUMBER, "ci_low", .format = "%.4f"),
    TABLE_COLUMN(struct drift_row, high, NUMBER, "ci_high", .format = "%.4f"),
    TABLE_COLUMN(struct drift_row, form, NUMBER, "form", .format = "%.4f"),
};
static const struct table table = TABLE_OF("drift.csv", struct drift_row, columns);

/* mu or sigma of the group's intrinsic.form at a size; NaN without a form. */
static double form_at(const struct drift_study *drift, int32_t group, bool is_sigma, double size)
{
    const struct parameters *p = &drift->parameters[group];
    if (p->intrinsic.form == INTRINSIC_NONE || isnan(size))
        return NAN;
    return is_sigma ? intrinsic_noise(p, size) : intrinsic_drift(p, size);
}

static int put_figure(const struct drift_study *drift, bool is_sigma, struct page *page)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, is_sigma ? "drift-sigma" : "drift-mu"));
    for (int32_t g = 0; g < drift->measures.n_groups; g++)
        for (int is_form = 0; is_form < 2; is_form++)
            for (int b = 0; b < BINS; b++) {
                const struct summary *of = run_measures_of(&drift->measures, g),
                                     *value = &of[(is_sigma ? AT_SIGMA : AT_MU) + b];
                const double x = of[AT_SIZE + b].mean,
                             y = is_form ? form_at(drift, g, is_sigma, x) : value->mean;
                const bool has_interval = !is_form && value->n > 1;
                if (value->n > 0 && !isnan(y))
                    figure_put_row(&figure, "lines",
                                   "panel %s, series %s, x %g, y %g, low %g, high %g, runs %d",
                                   drift->measures.name[g], is_form ? "form" : "measured", x, y,
                                   has_interval ? value->ci_low : y,
                                   has_interval ? value->ci_high : y, (int)value->n);
            }
    return page_put_figure(page, &figure);
}

/* Rows of what at least one run of a group has: of the bins, mu and sigma, if `of_bins`, and of the
 * intrinsic part. */
static int make_rows(const struct drift_study *drift, bool of_bins, struct drift_row **row,
                     int32_t *n)
{
    const struct run_measures *measures = &drift->measures;
    *n = 0;
    TRY_NEW(*row, measures->n_groups * N_AT, "the sizes");
    for (int32_t g = 0; g < measures->n_groups; g++)
        for (int at = of_bins ? AT_MU : AT_PART; at < N_AT; at++) {
            const struct summary *of = run_measures_of(measures, g), *value = &of[at];
            const bool is_sigma = at >= AT_SIGMA, is_part = at == AT_PART;
            const double size = is_part ? NAN : of[AT_SIZE + at % BINS].mean;
            if (value->n > 0)
                (*row)[(*n)++] = (struct drift_row){.condition = measures->name[g],
                                                    .what = is_part    ? "intrinsic"
                                                            : is_sigma ? "sigma"
                                                                       : "mu",
                                                    .size = size,
                                                    .n_runs = (int32_t)value->n,
                                                    .value = value->mean,
                                                    .low = value->ci_low,
                                                    .high = value->ci_high,
                                                    .form = form_at(drift, g, is_sigma, size)};
        }
    return STATUS_OK;
}

int drift_study_write(const struct drift_study *drift, const char *folder, FILE *out)
{
    OWNED struct drift_row *row = NULL;
    int32_t n;
    TRY(make_rows(drift, true, &row, &n));
    TRY(table_write(&table, row, (size_t)n, folder));
    return table_print(&table, row, (size_t)n, out);
}

int drift_study_put(struct page *page, const struct drift_study *drift)
{
    OWNED struct drift_row *row = NULL;
    int32_t n;
    TRY(make_rows(drift, false, &row, &n));
    if (n > 0)
        TRY(html_put_table(page->html, &table, row, (size_t)n));
    TRY(put_figure(drift, false, page));
    return put_figure(drift, true, page);
}
