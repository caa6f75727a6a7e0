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

enum { CHANGES_LEAST = 20 };                 /* in a bin of a run: fewer say nothing of a spread */
static const double longest_days = 1 + 1e-6; /* between two sizes */

/* A synapse on two days that follow each other. */
struct change {
    int32_t day; /* the row that its second day begins with */
    int32_t input, cell, bin;
    double days, from, rest; /* rest: to - from, later what is left of it without its bin's drift */
};

/* What one run says. */
struct drift_run {
    int32_t n;
    struct change *change; /* [n] day by day, in order of input and cell within a day */
    int32_t n_pairs;
    double size[DRIFT_BINS], mu[DRIFT_BINS], sigma[DRIFT_BINS], intrinsic; /* NaN of too few */
};

static void free_run(struct drift_run *run)
{
    free(run->change);
}

bool drift_study_any(const struct study *study)
{
    for (int32_t r = 0; r < study->n_runs; r++)
        if (file_exists_in(study->run[r].folder, sizes_table.file))
            return true;
    return false;
}

/* ---- a run ---- */

/* Finds the synapses that are there on two consecutive days, at most longest_days apart. */
static int find_changes(struct drift_run *run, const struct retention_size *row, int32_t n,
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
                                .bin = (int)fmin(DRIFT_BINS * (double)from->weight, DRIFT_BINS - 1),
                                .days = to->days - from->days,
                                .from = (double)from->weight,
                                .rest = (double)to->weight - (double)from->weight};
        last[to->id] = i + 1;
    }
    return STATUS_OK;
}

/* mu is the mean change a day; sigma the root of the squares of what is left of the changes. */
static void measure_bins(struct drift_run *run)
{
    double n[DRIFT_BINS] = {0}, days[DRIFT_BINS] = {0}, square[DRIFT_BINS] = {0};
    for (int b = 0; b < DRIFT_BINS; b++)
        run->size[b] = run->mu[b] = 0;
    for (int32_t i = 0; i < run->n; i++) {
        const struct change *change = &run->change[i];
        n[change->bin]++;
        days[change->bin] += change->days;
        run->size[change->bin] += change->from;
        run->mu[change->bin] += change->rest;
    }
    for (int b = 0; b < DRIFT_BINS; b++) {
        const bool is_enough = n[b] >= CHANGES_LEAST;
        run->size[b] = is_enough ? run->size[b] / n[b] : (double)NAN;
        run->mu[b] = is_enough ? run->mu[b] / days[b] : (double)NAN;
    }
    for (int32_t i = 0; i < run->n; i++) {
        struct change *change = &run->change[i];
        change->rest -= run->mu[change->bin] * change->days;
        square[change->bin] += change->rest * change->rest;
    }
    for (int b = 0; b < DRIFT_BINS; b++)
        run->sigma[b] = sqrt(square[b] / days[b]); /* NaN of none, as mu is */
}

static bool is_same_pair(const struct change *a, const struct change *b)
{
    return a->day == b->day && a->input == b->input && a->cell == b->cell;
}

/* Of two contacts of one input with one cell, the part of the changes that both have: their
 * covariance over their variance. */
static void measure_pairs(struct drift_run *run)
{
    double product = 0, square = 0;
    for (int32_t i = 0; i < run->n; i++)
        for (int32_t k = i + 1; k < run->n && is_same_pair(&run->change[i], &run->change[k]); k++) {
            const double a = run->change[i].rest, b = run->change[k].rest;
            if (isnan(a) || isnan(b))
                continue;
            run->n_pairs++;
            product += a * b;
            square += (a * a + b * b) / 2;
        }
    run->intrinsic = run->n_pairs >= CHANGES_LEAST ? 1 - product / square : (double)NAN;
}

static int read_run(struct drift_run *run, struct manifest *manifest, const char *folder)
{
    OWNED struct retention_size *row = NULL;
    int32_t n;
    TRY(table_read_in(&sizes_table, folder, &row, &n));
    TRY(manifest_read(manifest, folder));
    TRY(find_changes(run, row, n, manifest->parameters.pyramidal.n_dendrites));
    measure_bins(run);
    measure_pairs(run);
    return STATUS_OK;
}

/* ---- conditions ---- */

/* The values of the group's runs, a run in a row of `of_runs`. */
static int summarize(struct drift_value *value, const double *of_runs, int32_t n, size_t stride)
{
    struct summary summary;
    OWN_NEW(double, finite, n, "the sizes");
    for (int32_t i = 0; i < n; i++)
        if (!isnan(of_runs[(size_t)i * stride]))
            finite[value->n_runs++] = of_runs[(size_t)i * stride];
    TRY(statistics_summarize(&summary, finite, (size_t)value->n_runs));
    value->mean = summary.mean;
    value->low = summary.ci_low;
    value->high = summary.ci_high;
    return STATUS_OK;
}

/* The forms at the mean sizes of the bins. */
static void add_form(struct drift_group *group, const struct parameters *p)
{
    const bool is_on = p->intrinsic.form != INTRINSIC_NONE;
    for (int b = 0; b < DRIFT_BINS; b++) {
        const double size = group->bin[b].size.mean;
        group->mu_form[b] = is_on && !isnan(size) ? intrinsic_drift(p, size) : (double)NAN;
        group->sigma_form[b] = is_on && !isnan(size) ? intrinsic_noise(p, size) : (double)NAN;
    }
}

/* A group's runs as rows of numbers: size, mu and sigma by bin, and the intrinsic part. */
enum { AT_SIZE = 0, AT_MU = DRIFT_BINS, AT_SIGMA = 2 * DRIFT_BINS, AT_PART = 3 * DRIFT_BINS, N_AT };

static int read_group(struct drift_study *drift, const struct study *study, int32_t g)
{
    const struct panels *v = &drift->panels;
    struct drift_group *group = &drift->group[g];
    OWN_NEW(double, row, (size_t)study->n_runs *N_AT, "the sizes");
    OWN_NEW(struct manifest, manifest, 1, "a manifest");
    int32_t n = 0;
    panels_name(v, g / v->n_lines, g % v->n_lines, group->name, sizeof group->name);
    for (int32_t r = 0; r < study->n_runs; r++) {
        SCOPED(free_run) struct drift_run run = {0};
        if (!panels_belongs(v, &study->run[r], g / v->n_lines, g % v->n_lines) ||
            !file_exists_in(study->run[r].folder, sizes_table.file))
            continue;
        TRY(read_run(&run, manifest, study->run[r].folder));
        double *at = row + (size_t)n++ * N_AT;
        memcpy(at + AT_SIZE, run.size, sizeof run.size);
        memcpy(at + AT_MU, run.mu, sizeof run.mu);
        memcpy(at + AT_SIGMA, run.sigma, sizeof run.sigma);
        at[AT_PART] = run.intrinsic;
        group->n_changes += run.n;
        group->n_pairs += run.n_pairs;
    }
    for (int b = 0; b < DRIFT_BINS; b++) {
        TRY(summarize(&group->bin[b].size, row + AT_SIZE + b, n, N_AT));
        TRY(summarize(&group->bin[b].mu, row + AT_MU + b, n, N_AT));
        TRY(summarize(&group->bin[b].sigma, row + AT_SIGMA + b, n, N_AT));
    }
    TRY(summarize(&group->intrinsic, row + AT_PART, n, N_AT));
    if (n > 0) {
        group->n_changes /= n;
        group->n_pairs /= n;
        add_form(group, &manifest->parameters);
    }
    return STATUS_OK;
}

int drift_study_read(struct drift_study *drift, const struct study *study)
{
    *drift = (struct drift_study){.panels = panels_of(study)};
    drift->n_groups = drift->panels.n_panels * drift->panels.n_lines;
    TRY_NEW(drift->group, drift->n_groups, "the sizes");
    for (int32_t g = 0; g < drift->n_groups; g++)
        TRY(read_group(drift, study, g));
    return STATUS_OK;
}

void drift_study_free(struct drift_study *drift)
{
    free(drift->group);
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

static void add_row(struct drift_row *row, int32_t *n, const struct drift_group *group,
                    const char *what, const struct drift_value *value, double size, double form)
{
    if (value->n_runs > 0)
        row[(*n)++] = (struct drift_row){group->name, what,       size,        value->n_runs,
                                         value->mean, value->low, value->high, form};
}

static int put_figure(const struct drift_study *drift, bool is_sigma, struct page *page)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, is_sigma ? "drift-sigma" : "drift-mu"));
    for (int32_t g = 0; g < drift->n_groups; g++)
        for (int is_form = 0; is_form < 2; is_form++)
            for (int b = 0; b < DRIFT_BINS; b++) {
                const struct drift_group *group = &drift->group[g];
                const struct drift_bin *bin = &group->bin[b];
                const struct drift_value *value = is_sigma ? &bin->sigma : &bin->mu;
                const double form = is_sigma ? group->sigma_form[b] : group->mu_form[b],
                             y = is_form ? form : value->mean;
                const bool has_interval = !is_form && value->n_runs > 1;
                if (value->n_runs > 0 && !isnan(y))
                    figure_put_row(&figure, "lines",
                                   "panel %s, series %s, x %g, y %g, low %g, high %g, runs %d",
                                   group->name, is_form ? "form" : "measured", bin->size.mean, y,
                                   has_interval ? value->low : y, has_interval ? value->high : y,
                                   value->n_runs);
            }
    return page_put_figure(page, &figure);
}

/* Rows of the bins, mu and sigma, if `of_bins`, and of the intrinsic part. */
static int make_rows(const struct drift_study *drift, bool of_bins, struct drift_row **row,
                     int32_t *n)
{
    TRY_NEW(*row, (size_t)drift->n_groups * (2 * DRIFT_BINS + 1), "the sizes");
    *n = 0;
    for (int32_t g = 0; g < drift->n_groups; g++) {
        const struct drift_group *group = &drift->group[g];
        const struct drift_bin *bin = group->bin;
        for (int b = 0; b < DRIFT_BINS && of_bins; b++)
            add_row(*row, n, group, "mu", &bin[b].mu, bin[b].size.mean, group->mu_form[b]);
        for (int b = 0; b < DRIFT_BINS && of_bins; b++)
            add_row(*row, n, group, "sigma", &bin[b].sigma, bin[b].size.mean, group->sigma_form[b]);
        add_row(*row, n, group, "intrinsic", &group->intrinsic, (double)NAN, (double)NAN);
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
