/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each tile holds the maps of all classes side by side; all tiles share one scale of colours. */
#include "report/map_film.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "store/map_history.h"

enum { ROWS_A_PAGE = 6, N_FRAMES = 6, TILE_HEIGHT = 62 };

int32_t map_film_n_pages(const struct study *study)
{
    return (study->n_conditions + ROWS_A_PAGE - 1) / ROWS_A_PAGE;
}

static int read_history(const struct study *study, int32_t condition, struct map_history *history)
{
    const struct study_run *run = study_median_run(study, condition);
    char *path = run ? file_join(run->folder, "maps_training.csv") : NULL;
    int result = run && !path ? status_no_memory("a file name", 0) : STATUS_OK;
    if (path && file_exists(path))
        result = map_history_read(history, path);
    free(path);
    return result;
}

/* The moment that a frame shows: frame 0 is before training, the last one at its end, those between
 * are at even distances. */
static int32_t moment_of(const struct map_history *history, int32_t frame)
{
    const double end = history->moment[history->n - 1].presentation;
    const double wanted = end * frame / (N_FRAMES - 1);
    int32_t best = 0;
    for (int32_t m = 1; m < history->n; m++)
        if (fabs(history->moment[m].presentation - wanted) <
            fabs(history->moment[best].presentation - wanted))
            best = m;
    return best;
}

static void put_frame(const struct map_history *history, const struct map_moment *moment,
                      struct chart *chart)
{
    FILE *script = chart->script;
    const int32_t width = history->width, height = history->height;
    fprintf(script, "$tile << END\n");
    for (int32_t y = 0; y < height; y++) {
        for (int32_t k = 0; k < history->n_classes; k++) {
            for (int32_t x = 0; x < width; x++)
                fprintf(script, "%.4g ",
                        (double)moment
                            ->weight[((size_t)k * (size_t)height + (size_t)y) * (size_t)width +
                                     (size_t)x]);
            fprintf(script, k < history->n_classes - 1 ? "NaN " : "\n"); /* a white line between */
        }
    }
    fprintf(script, "END\nset title '%d", moment->presentation);
    if (!isnan(moment->similarity))
        fprintf(script, "  (%.2f)",
                round(moment->similarity * 100) / 100 + 0.0); /* adding 0 avoids "-0" */
    fprintf(script,
            "' font ',9' offset 0,-0.7\nset xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\n"
            "plot $tile matrix with image\n",
            history->n_classes * (width + 1) - 2, height - 1);
    chart_end_panel(chart);
}

static void put_row(const struct study *study, int32_t condition, const struct map_history *history,
                    struct chart *chart)
{
    FILE *script = chart->script;
    char name[512];
    study_name(study, condition, 0, study->n_factors, name, sizeof name);
    fprintf(script, "set label 1 ");
    chart_put_text(chart, name);
    fprintf(script, " at graph -0.06, graph 0.5 right font ',10'\n");
    for (int32_t frame = 0; frame < N_FRAMES; frame++) {
        if (history->n > 0)
            put_frame(history, &history->moment[moment_of(history, frame)], chart);
        else
            fprintf(script, "set multiplot next\n");
        fprintf(script, "unset label 1\n");
    }
}

static double largest_weight(const struct map_history *history, int32_t n_rows)
{
    float most = 1e-9F;
    for (int32_t row = 0; row < n_rows; row++) {
        const struct map_history *h = &history[row];
        const size_t n = (size_t)h->n_classes * (size_t)h->width * (size_t)h->height;
        for (int32_t m = 0; m < h->n; m++)
            for (size_t i = 0; i < n; i++)
                most = fmaxf(most, h->moment[m].weight[i]);
    }
    return (double)most;
}

/* Room for the rows' names, in pixels. */
static int name_width(const struct study *study, int32_t first, int32_t n_rows)
{
    enum { A_CHARACTER = 8, MOST = 240 };
    char name[512];
    int width = 0;
    for (int32_t i = 0; i < n_rows; i++) {
        study_name(study, first + i, 0, study->n_factors, name, sizeof name);
        const int of_row = A_CHARACTER * (int)strlen(name);
        width = of_row > width ? of_row : width;
    }
    return width < MOST ? width : MOST;
}

static int draw(const struct study *study, int32_t first, const struct map_history *history,
                int32_t n_rows, struct chart *chart)
{
    double shape = 2; /* width over height */
    for (int32_t i = 0; i < n_rows; i++)
        if (history[i].n > 0)
            shape = (double)history[i].n_classes * history[i].width / history[i].height;
    const struct chart_grid grid = {.n_panels = N_FRAMES * n_rows,
                                    .n_columns = N_FRAMES,
                                    .panel_width = (int)(TILE_HEIGHT * fmin(fmax(shape, 0.5), 4)),
                                    .panel_height = TILE_HEIGHT,
                                    .left = 25 + name_width(study, first, n_rows),
                                    .right = 20,
                                    .top = 58,
                                    .bottom = 15,
                                    .gap_x = 12,
                                    .gap_y = 34};
    TRY(chart_init_grid(chart, &grid,
                        "Maps over training: presentations (similarity of maps and images)"));
    fprintf(chart->script,
            "unset tics\nunset key\nset border 15 lw 0.5\n%s\nunset colorbox\n"
            "set cbrange [0:%g]\n",
            chart_palette, largest_weight(history, n_rows));
    for (int32_t i = 0; i < n_rows; i++)
        put_row(study, first + i, &history[i], chart);
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}

int map_film_plot(const struct study *study, int32_t page, struct chart *chart, bool *any)
{
    struct map_history history[ROWS_A_PAGE] = {0};
    const int32_t first = page * ROWS_A_PAGE, left = study->n_conditions - first;
    const int32_t n_rows = left < ROWS_A_PAGE ? left : ROWS_A_PAGE;
    int result = STATUS_OK;
    *any = false;
    for (int32_t i = 0; i < n_rows && result == STATUS_OK; i++) {
        result = read_history(study, first + i, &history[i]);
        *any = *any || history[i].n > 0;
    }
    if (result == STATUS_OK && *any)
        result = draw(study, first, history, n_rows, chart);
    for (int32_t i = 0; i < n_rows; i++)
        map_history_free(&history[i]);
    return result;
}
