/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated against analytic distributions of sizes, as numbers and as a picture. */
#include "report/stationary_chart.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/scope.h"
#include "core/status.h"
#include "neuron/presentation.h"
#include "report/chart.h"
#include "report/stationary.h"
#include "spines/intrinsic.h"

enum { DAYS_FIRST = 100, DAYS_THEN = 20, POINTS = 8001, BINS = 40, N_FORMS = 3 };
static const double end = 0.8, no_limit = 1000; /* um^3: of the picture; for largest_size = 0 */

static const struct {
    enum intrinsic_form form;
    const char *name;
} forms[N_FORMS] = {{INTRINSIC_GEOMETRIC_OU, "geometric-ou"},
                    {INTRINSIC_KESTEN, "kesten"},
                    {INTRINSIC_LOGNORMAL, "lognormal"}};

struct result {
    struct stationary stationary;
    double bin[BINS]; /* density a um^3 of those simulated, in 0 … end */
    double mean, sd;
    double distance; /* Kolmogorov-Smirnov */
};

static int compare(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void judge(struct result *result, float *weight, int32_t n)
{
    double square = 0;
    qsort(weight, (size_t)n, sizeof *weight, compare);
    for (int32_t i = 0; i < n; i++) {
        const double w = (double)weight[i], part = stationary_cumulative(&result->stationary, w);
        const double low = (double)i / n, high = (i + 1.0) / n;
        result->distance = fmax(result->distance, fmax(part - low, high - part));
        result->mean += w / n;
        square += w * w / n;
        const int b = (int)fmin(w / end * BINS, BINS);
        if (b < BINS)
            result->bin[b] += BINS / end / n;
    }
    result->sd = sqrt(square - result->mean * result->mean);
}

static int simulate(struct result *result, const struct parameters *of, enum intrinsic_form form,
                    int32_t n, uint64_t seed, int n_threads)
{
    struct parameters p = *of;
    p.intrinsic.form = (int32_t)form;
    p.intrinsic.boundary = INTRINSIC_REFLECT;
    const double high = p.intrinsic.largest_size > 0 ? p.intrinsic.largest_size : no_limit;
    const double days = p.plasticity.consolidation_min / (24 * 60);
    TRY(parameters_validate(&p));
    TRY(stationary_init(&result->stationary, &p, p.intrinsic.elimination_size, high, POINTS));
    OWNED float *weight = malloc((size_t)n * sizeof *weight);
    OWNED int32_t *id = malloc((size_t)n * sizeof *id);
    if (!weight || !id)
        return status_no_memory("spines", (size_t)n * (sizeof *weight + sizeof *id));
    const char *kernel = kernel_find(NULL)->name;
    const struct intrinsic day = intrinsic_init(&p, 1, seed, kernel);
    const struct intrinsic presentation = intrinsic_init(&p, days, seed, kernel);
    uint32_t n_steps = 0;
    for (int32_t i = 0; i < n; i++) {
        id[i] = i;
        weight[i] = (float)p.intrinsic.birth_size;
    }
    for (int k = 0; k < DAYS_FIRST; k++)
        intrinsic_step(&day, n, id, n_steps++, weight, n_threads);
    for (int k = 0; k < DAYS_THEN / days; k++)
        intrinsic_step(&presentation, n, id, n_steps++, weight, n_threads);
    judge(result, weight, n);
    return STATUS_OK;
}

static int write_table(const struct result *result, const char *folder)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "stationary.csv"));
    fprintf(file.stream, "form,size_um3,simulated_density,density\n");
    for (int f = 0; f < N_FORMS; f++)
        for (int b = 0; b < BINS; b++) {
            const struct stationary *s = &result[f].stationary;
            const double low = end * b / BINS, high = end * (b + 1) / BINS;
            fprintf(file.stream, "%s,%.6g,%.6g,%.6g\n", forms[f].name, (low + high) / 2,
                    result[f].bin[b],
                    (stationary_cumulative(s, high) - stationary_cumulative(s, low)) * BINS / end);
        }
    return file_commit(&file);
}

static int draw(const struct result *result, const char *folder)
{
    const struct chart_key key[] = {{CHART_KEY_BOX, -1, "simulated"},
                                    {CHART_KEY_LINE, 0, "analytic density"}};
    const struct chart_grid grid = {.n_panels = N_FORMS,
                                    .n_columns = N_FORMS,
                                    .panel_width = 270,
                                    .panel_height = 230,
                                    CHART_MARGINS,
                                    .key = key,
                                    .n_keys = 2};
    struct chart chart;
    TRY(chart_init_grid(&chart, &grid, "Sizes of spines that change by themselves"));
    double top = 0;
    for (int f = 0; f < N_FORMS; f++)
        for (int32_t i = 0; i < result[f].stationary.n; i++)
            top = fmax(top, result[f].stationary.density[i]);
    fprintf(chart.script,
            "set grid lc '#e4e4e4' lw 0.8\nset xrange [0:%g]\nset yrange [0:%g]\n"
            "set boxwidth %g\nset xlabel 'spine size (µm³)'\n",
            end, 1.1 * top, end / BINS);
    for (int f = 0; f < N_FORMS; f++) {
        const struct stationary *s = &result[f].stationary;
        fprintf(chart.script, "$bins << END\n");
        for (int b = 0; b < BINS; b++)
            fprintf(chart.script, "%.6g %.6g\n", end * (b + 0.5) / BINS, result[f].bin[b]);
        fprintf(chart.script, "END\n$line << END\n%.6g 0\n", s->size[0]);
        for (int32_t i = 0; i < s->n; i += 10)
            fprintf(chart.script, "%.6g %.6g\n", s->size[i], s->density[i]);
        fprintf(chart.script,
                "END\nset title '%s' offset 0,-0.5\nset ylabel '%s'\nset format y '%s'\n"
                "plot $bins using 1:2 with boxes fs solid 1 noborder lc '#bbbbbb' notitle, \\\n"
                " $line using 1:2 with lines lw 2 lc '%s' notitle\n",
                forms[f].name, f ? "" : "density (a µm³)", f ? "" : "%g", chart_color(0));
        chart_end_panel(&chart);
    }
    fprintf(chart.script, "unset multiplot\n");
    return chart_write(&chart, folder, "stationary.png");
}

static int write_and_draw(struct result *result, const struct parameters *p, int32_t n,
                          uint64_t seed, int n_threads, const char *folder)
{
    SCOPED(lock_leave) int lock = -1;
    for (int f = 0; f < N_FORMS; f++)
        TRY(simulate(&result[f], p, forms[f].form, n, seed, n_threads));
    TRY(lock_folder(folder, &lock));
    file_remove_temporary(folder);
    TRY(write_table(result, folder));
    return draw(result, folder);
}

int stationary_chart_write(const struct parameters *p, int32_t n, uint64_t seed, int n_threads,
                           const char *folder, FILE *out)
{
    struct result result[N_FORMS] = {0};
    const int status = write_and_draw(result, p, n, seed, n_threads, folder);
    if (status == STATUS_OK)
        fprintf(out, "%-14s %10s %10s %10s %10s %10s\n", "form", "mean um^3", "analytic", "sd um^3",
                "analytic", "KS");
    for (int f = 0; f < N_FORMS; f++) {
        if (status == STATUS_OK)
            fprintf(out, "%-14s %10.4f %10.4f %10.4f %10.4f %10.4f\n", forms[f].name,
                    result[f].mean, result[f].stationary.mean, result[f].sd,
                    result[f].stationary.sd, result[f].distance);
        stationary_free(&result[f].stationary);
    }
    if (status == STATUS_OK)
        fprintf(out, "%s/stationary.png\n", folder);
    return status;
}
