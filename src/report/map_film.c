/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/map_history.h"

enum { ROWS_A_FIGURE = 6, MOMENTS_MAX = 40 };

/* The runs of a figure. */
struct film {
    int32_t n;
    struct map_history history[ROWS_A_FIGURE];
    double most; /* weight, on one scale of colours for all */
};

static void free_film(struct film *film)
{
    for (int32_t i = 0; i < film->n; i++)
        map_history_free(&film->history[i]);
}

/* Adds the maps of a condition's run with the median accuracy, if it recorded them. */
static int read_condition(struct film *film, const struct study *study, int32_t condition)
{
    const struct study_run *run = study_median_run(study, condition);
    struct map_history *h = &film->history[film->n++];
    OWNED char *path = run ? file_join(run->folder, "maps_training.csv") : NULL;
    if (path && file_exists(path))
        TRY(map_history_read(h, path));
    for (size_t k = 0; k < (size_t)h->n * map_history_n_values(h); k++)
        film->most = fmax(film->most, (double)h->weight[k]);
    return STATUS_OK;
}

/* The pixels of each class at a moment. */
static json_t *maps_of(const struct map_history *h, int32_t moment, double most)
{
    const size_t n = (size_t)h->width * (size_t)h->height;
    const float *weight = map_history_weights(h, moment);
    OWNED uint8_t *byte = malloc(n);
    json_t *maps = json_array();
    for (int32_t k = 0; k < h->n_classes && byte; k++) {
        for (size_t i = 0; i < n; i++)
            byte[i] = figure_pixel((double)*weight++ / most);
        json_array_append_new(maps, figure_bytes(byte, n));
    }
    return maps;
}

/* Its moments, or so many of them at even distances. */
static void put_run(struct figure *figure, const struct map_history *h, const char *name,
                    double most)
{
    const int32_t n = h->n < MOMENTS_MAX ? h->n : MOMENTS_MAX;
    for (int32_t i = 0; i < n; i++) {
        const int32_t m = n > 1 ? i * (h->n - 1) / (n - 1) : 0;
        figure_put_row(
            figure, "frames",
            "condition %s, presentation %d, similarity %g, maps %p, width %d, height %d, "
            "palette %s",
            name, h->moment[m].presentation, h->moment[m].similarity, maps_of(h, m, most), h->width,
            h->height, "viridis");
    }
}

/* Conditions from `first` on, up to `end`; of a run alone, which needs no name. */
static int put_film(struct page *page, const struct study *study, int32_t first, int32_t end)
{
    SCOPED(figure_free) struct figure figure = {0};
    SCOPED(free_film) struct film film = {.most = 1e-9};
    char name[512];
    for (int32_t c = first; c < end; c++)
        TRY(read_condition(&film, study, c));
    TRY(figure_begin(&figure, "maps-training"));
    if (study->n_conditions > ROWS_A_FIGURE)
        figure_say(&figure, "name", "maps-training-%02d", first / ROWS_A_FIGURE + 1);
    if (study->n_runs == 1)
        figure_show_one(&figure);
    for (int32_t c = first; c < end; c++)
        put_run(&figure, &film.history[c - first],
                study->n_runs > 1 ? study_name(study, c, 0, study->n_factors, name, sizeof name)
                                  : "",
                film.most);
    return page_put_figure(page, &figure);
}

int map_films_put(struct page *page, const struct study *study)
{
    for (int32_t first = 0; first < study->n_conditions; first += ROWS_A_FIGURE) {
        const int32_t end = first + ROWS_A_FIGURE;
        TRY(put_film(page, study, first, end < study->n_conditions ? end : study->n_conditions));
    }
    return STATUS_OK;
}
