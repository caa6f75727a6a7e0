/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/clustering.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "report/html.h"

enum { NAME_BYTES = 512, PANELS_MAX = 12, PAIRS_LEAST = 20 }; /* no mean of fewer pairs is drawn */

/* ---- reading ---- */

static bool has_both(const struct study_run *run)
{
    return file_exists_in(run->folder, clustered_births_table.file) &&
           file_exists_in(run->folder, clustered_distance_table.file);
}

bool clustering_study_any(const struct study *study)
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

/* Runs of a condition that have come in so far, with sums of their values and squares. */
struct tally {
    double n[CLUSTERING_N_MEASURES], sum[CLUSTERING_N_MEASURES], squares[CLUSTERING_N_MEASURES];
};

static void add_run(struct tally *tally, const struct births *births, double n_presentations)
{
    for (int m = 0; m < CLUSTERING_N_MEASURES; m++) {
        const double value = m == CLUSTERING_BORN       ? births->n / n_presentations
                             : m == CLUSTERING_SURVIVED ? births->sum[m] / births->n_judged
                                                        : births->sum[m] / births->n;
        if (!isfinite(value))
            continue;
        tally->n[m] += 1;
        tally->sum[m] += value;
        tally->squares[m] += value * value;
    }
}

static struct clustering_value value_of(double n, double sum, double squares)
{
    const double mean = sum / n, variance = n > 1 ? fmax((squares - sum * mean) / (n - 1), 0) : 0;
    return (struct clustering_value){.mean = n > 0 ? mean : (double)NAN,
                                     .sd = n > 0 ? sqrt(variance) : (double)NAN};
}

static int read_runs(struct clustering_study *clustering)
{
    const struct study *study = clustering->study;
    const size_t n = (size_t)study->n_conditions;
    OWNED struct tally *tally = calloc(n + 1, sizeof *tally);
    clustering->condition = calloc(n + 1, sizeof *clustering->condition);
    if (!tally || !clustering->condition)
        return status_no_memory("clustered growth", n * sizeof *tally);
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct study_run *run = &study->run[r];
        struct births births = {0};
        if (!has_both(run))
            continue;
        clustering->condition[run->condition].n_runs++;
        TRY(read_run(run, &births, &clustering->condition[run->condition]));
        add_run(&tally[run->condition], &births, run->value[STUDY_PRESENTATIONS]);
    }
    for (size_t c = 0; c < n; c++)
        for (int m = 0; m < CLUSTERING_N_MEASURES; m++)
            clustering->condition[c].value[m] =
                value_of(tally[c].n[m], tally[c].sum[m], tally[c].squares[m]);
    return STATUS_OK;
}

int clustering_study_read(struct clustering_study *clustering, const struct study *study)
{
    *clustering = (struct clustering_study){.study = study};
    const int status = read_runs(clustering);
    if (status != STATUS_OK)
        clustering_study_free(clustering);
    return status;
}

void clustering_study_free(struct clustering_study *clustering)
{
    free(clustering->condition);
    *clustering = (struct clustering_study){0};
}

struct clustering_value clustering_co_activity(const struct clustering_condition *condition,
                                               enum clustered_kind kind, int from, int to)
{
    double n = 0, sum = 0, squares = 0;
    for (int bin = from; bin < to; bin++) {
        const int at = (int)kind * CLUSTERED_BINS + bin;
        n += condition->n_pairs[at];
        sum += condition->sum[at];
        squares += condition->squares[at];
    }
    struct clustering_value value = value_of(n, sum, squares);
    value.sd /= sqrt(n);
    return value;
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

int clustering_put_table(const struct clustering_study *clustering, FILE *html)
{
    const struct study *study = clustering->study;
    const size_t n = (size_t)study->n_conditions;
    OWNED struct clustering_condition *row = malloc((n + 1) * sizeof *row);
    OWNED char *names = malloc((n + 1) * NAME_BYTES);
    size_t n_rows = 0;
    if (!row || !names)
        return status_no_memory("a table", n * sizeof *row);
    for (int32_t c = 0; c < study->n_conditions; c++) {
        if (clustering->condition[c].n_runs == 0)
            continue;
        struct clustering_condition *shown = &row[n_rows];
        *shown = clustering->condition[c];
        shown->name =
            study_name(study, c, 0, study->n_factors, names + n_rows * NAME_BYTES, NAME_BYTES);
        for (int i = 0; i < 4; i++)
            shown->co_activity[i / 2][i % 2] = clustering_co_activity(
                &clustering->condition[c], (enum clustered_kind)(CLUSTERED_SURVIVOR + i / 2),
                2 * (i % 2), 2 * (i % 2) + 2);
        n_rows++;
    }
    return html_put_table(html, &table, row, n_rows);
}

/* ---- charts ---- */

static int count_shown(const struct clustering_study *clustering)
{
    int n = 0;
    for (int32_t c = 0; c < clustering->study->n_conditions; c++)
        n += clustering->condition[c].n_runs > 0;
    return n < PANELS_MAX ? n : PANELS_MAX;
}

int clustering_plot_near(const struct clustering_study *clustering, struct chart *chart)
{
    const struct chart_key key[] = {{CHART_KEY_BOX, 0, "new synapses"},
                                    {CHART_KEY_BOX, -1, "shuffled positions"}};
    const int n = count_shown(clustering);
    const struct chart_grid grid = {.n_panels = 2,
                                    .n_columns = 2,
                                    .panel_width = n > 3 ? 420 : 300,
                                    .panel_height = 260,
                                    .left = 80,
                                    .right = 120,
                                    .top = 60,
                                    .bottom = 80,
                                    .gap_x = 60,
                                    .key = key,
                                    .n_keys = 2};
    TRY(chart_init_grid(chart, &grid, "Neighbours of new synapses"));
    FILE *script = chart->script;
    fprintf(script, "set grid y lc '#e4e4e4' lw 0.8\nset xrange [-0.6:%d-0.4]\nset boxwidth 0.36\n",
            n);
    for (int panel = 0; panel < 2; panel++) {
        const int first = panel ? CLUSTERING_OTHER_NEAR : CLUSTERING_NEAR;
        fprintf(script, "$near << END\n");
        char name[512];
        double top = 1e-3;
        int place = 0;
        for (int32_t c = 0; c < clustering->study->n_conditions && place < n; c++) {
            const struct clustering_value *value = clustering->condition[c].value;
            if (clustering->condition[c].n_runs == 0)
                continue;
            fprintf(script, "%d %.6g %.6g %.6g %.6g\n", place++, value[first].mean, value[first].sd,
                    value[first + 1].mean, value[first + 1].sd);
            top = fmax(top, value[first].mean + value[first].sd);
            top = fmax(top, value[first + 1].mean + value[first + 1].sd);
        }
        fprintf(script, "END\nunset xtics\nset xtics rotate by -20 nomirror ()\n");
        place = 0;
        for (int32_t c = 0; c < clustering->study->n_conditions && place < n; c++)
            if (clustering->condition[c].n_runs > 0) {
                study_name(clustering->study, c, 0, clustering->study->n_factors, name,
                           sizeof name);
                fprintf(script, "set xtics add (");
                chart_put_text(chart, name);
                fprintf(script, " %d)\n", place++);
            }
        fprintf(
            script,
            "set title '%s' offset 0,-0.5\nset ylabel '%s'\nset yrange [0:%g]\n"
            "plot $near using ($1-0.2):2 with boxes lc '%s' fs solid 0.35 noborder notitle, \\\n"
            " '' using ($1+0.2):4 with boxes fs solid 1 noborder lc '#bbbbbb' notitle, \\\n"
            " '' using ($1-0.2):2:3 with yerrorbars pt 7 ps 0.3 lw 1.2 lc '#444444' notitle, \\\n"
            " '' using ($1+0.2):4:5 with yerrorbars pt 7 ps 0.3 lw 1.2 lc '#444444' notitle\n",
            panel ? "others" : "potentiated in earlier sessions",
            panel ? "" : "neighbours within clustered.near_um", 1.05 * top, chart_color(0));
        chart_end_panel(chart);
    }
    fprintf(script, "unset multiplot\n");
    return STATUS_OK;
}

static void put_distance(const struct clustering_condition *condition, int kind, FILE *script)
{
    fprintf(script, "$%s << END\nNaN NaN NaN\n", clustered_kinds[kind]);
    for (int bin = 0; bin < CLUSTERED_BINS; bin++) {
        const struct clustering_value value =
            clustering_co_activity(condition, (enum clustered_kind)kind, bin, bin + 1);
        if (condition->n_pairs[kind * CLUSTERED_BINS + bin] >= PAIRS_LEAST)
            fprintf(script, "%g %.6g %.6g\n", CLUSTERED_BIN_UM * (bin + 0.5), value.mean, value.sd);
    }
    fprintf(script, "END\n");
}

int clustering_plot_distance(const struct clustering_study *clustering, struct chart *chart)
{
    const struct chart_key key[] = {{CHART_KEY_LINE, 0, "new synapses that stay"},
                                    {CHART_KEY_LINE, 1, "transient ones"},
                                    {CHART_KEY_LINE, 2, "established, potentiated ones"}};
    const int n = count_shown(clustering), n_columns = n < 3 ? n : n == 4 ? 2 : 3;
    const struct chart_grid grid = {.n_panels = n,
                                    .n_columns = n_columns,
                                    .panel_width = n_columns < 3 ? 340 : 270,
                                    .panel_height = 230,
                                    CHART_MARGINS,
                                    .gap_y = 60,
                                    .key = key,
                                    .n_keys = CLUSTERED_N_KINDS};
    TRY(chart_init_grid(chart, &grid, "Co-activity with potentiated neighbours by distance"));
    FILE *script = chart->script;
    int place = 0;
    fprintf(script, "set grid lc '#e4e4e4' lw 0.8\nset xrange [0:%g]\nset yrange [-0.3:0.6]\n",
            CLUSTERED_BINS * CLUSTERED_BIN_UM);
    for (int32_t c = 0; c < clustering->study->n_conditions && place < n; c++) {
        char name[512];
        if (clustering->condition[c].n_runs == 0)
            continue;
        for (int k = 0; k < CLUSTERED_N_KINDS; k++)
            put_distance(&clustering->condition[c], k, script);
        study_name(clustering->study, c, 0, clustering->study->n_factors, name, sizeof name);
        fprintf(script, "set title ");
        chart_put_text(chart, name);
        fprintf(script,
                " offset 0,-0.5\nset xlabel '%s'\nset ylabel '%s'\nset format y '%s'\nplot ",
                place + n_columns >= n ? "distance (µm)" : "",
                place % n_columns ? "" : "correlation of calcium", place % n_columns ? "" : "%g");
        for (int k = 0; k < CLUSTERED_N_KINDS; k++)
            fprintf(script,
                    "%s$%s using 1:2:3 with yerrorbars pt 7 ps 0.7 lc '%s' notitle, \\\n"
                    " '' using 1:2 with lines lw 2 dt %s lc '%s' notitle",
                    k ? ", \\\n " : "", clustered_kinds[k], chart_color(k), chart_dash(k),
                    chart_color(k));
        fprintf(script, "\n");
        chart_end_panel(chart);
        place++;
    }
    fprintf(script, "unset multiplot\n");
    return STATUS_OK;
}
