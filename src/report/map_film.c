/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/map_film.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/map_history.h"
#include "store/table_json.h"

enum { ROWS_A_FIGURE = 6, N_PLACES = 6, MOMENTS_MAX = 40 };

/* What a row is called; a run alone needs no name. */
static const char *row_name(const struct study *study, int32_t condition, char *name, size_t size)
{
    *name = '\0';
    return study->n_runs > 1 ? study_name(study, condition, 0, study->n_factors, name, size) : name;
}

/* The runs of a figure. */
struct film {
    const struct study *study;
    int32_t first, n; /* conditions */
    struct map_history history[ROWS_A_FIGURE];
    float most; /* weight, on one scale of colours for all */
};

static void free_film(struct film *film)
{
    for (int32_t i = 0; i < film->n; i++)
        map_history_free(&film->history[i]);
}

static int read_film(struct film *film)
{
    film->most = 1e-9F;
    for (int32_t i = 0; i < film->n; i++) {
        const struct study_run *run = study_median_run(film->study, film->first + i);
        struct map_history *h = &film->history[i];
        OWNED char *path = run ? file_join(run->folder, "maps_training.csv") : NULL;
        if (path && file_exists(path))
            TRY(map_history_read(h, path));
        for (size_t k = 0; k < (size_t)h->n * map_history_n_values(h); k++)
            film->most = fmaxf(film->most, h->weight[k]);
    }
    return STATUS_OK;
}

/* How the maps of the classes stand beside each other: about twice as wide as high. */
struct sheet {
    int32_t n_columns, width, height; /* maps a row; pixels, with a white line between maps */
};

static struct sheet sheet_of(const struct map_history *h)
{
    const int32_t n = h->n_classes <= 3 ? h->n_classes : (int32_t)ceil(sqrt(2.0 * h->n_classes));
    const int32_t n_rows = n > 0 ? (h->n_classes + n - 1) / n : 0;
    return (struct sheet){n, n * (h->width + 1) - 1, n_rows * (h->height + 1) - 1};
}

/* The maps of a moment as one image. */
static json_t *image_of(const struct film *film, const struct map_history *h, int32_t moment,
                        const struct sheet *sheet)
{
    const size_t n = (size_t)sheet->width * (size_t)sheet->height;
    OWNED uint8_t *byte = malloc(n);
    if (!byte)
        return NULL;
    memset(byte, FIGURE_NO_PIXEL, n);
    const float *weight = map_history_weights(h, moment);
    for (int32_t k = 0; k < h->n_classes; k++)
        for (int32_t y = 0; y < h->height; y++)
            for (int32_t x = 0; x < h->width; x++) {
                const int32_t row = k / sheet->n_columns * (h->height + 1) + y,
                              column = k % sheet->n_columns * (h->width + 1) + x;
                byte[row * sheet->width + column] =
                    figure_pixel((double)*weight++ / (double)film->most);
            }
    return figure_bytes(byte, n);
}

/* The moment nearest to this part of the training. */
static int32_t moment_at(const struct map_history *h, double part)
{
    const double wanted = part * h->moment[h->n - 1].presentation;
    int32_t best = 0;
    for (int32_t m = 1; m < h->n; m++)
        if (fabs(h->moment[m].presentation - wanted) < fabs(h->moment[best].presentation - wanted))
            best = m;
    return best;
}

/* One of N_PLACES moments at even distances, from before training to its end, or -1. */
static int32_t place_of(const struct map_history *h, int32_t moment)
{
    for (int32_t place = N_PLACES - 1; place >= 0; place--)
        if (moment_at(h, (double)place / (N_PLACES - 1)) == moment)
            return place;
    return -1;
}

static void put_run(struct figure *figure, const struct film *film, int32_t row)
{
    const struct map_history *h = &film->history[row];
    const struct sheet sheet = sheet_of(h);
    const int32_t every = (h->n + MOMENTS_MAX - 1) / MOMENTS_MAX;
    char name[512];
    row_name(film->study, film->first + row, name, sizeof name);
    for (int32_t m = 0; m < h->n; m++) {
        const int32_t place = place_of(h, m);
        if (place < 0 && m % every != 0)
            continue;
        figure_put_row(figure, "frames",
                       "condition %s, presentation %d, similarity %g, place %i, "
                       "values %p, width %d, height %d, palette %s",
                       name, h->moment[m].presentation, h->moment[m].similarity, place,
                       image_of(film, h, m, &sheet), sheet.width, sheet.height, "viridis");
    }
}

/* The slider goes to the end of the longest training, in steps of the most frequent maps. */
static void set_slider(struct figure *figure, const struct film *film)
{
    int32_t last = 1, step = 0;
    double shape = 1;
    for (int32_t i = 0; i < film->n; i++) {
        const struct map_history *h = &film->history[i];
        if (h->n == 0)
            continue;
        const struct sheet sheet = sheet_of(h);
        const int32_t end = h->moment[h->n - 1].presentation;
        const int32_t apart = h->n > 1 ? h->moment[1].presentation : 1;
        last = end > last ? end : last;
        step = step == 0 || apart < step ? apart : step;
        shape = (double)sheet.width / sheet.height;
    }
    figure_set(figure, "last %d, step %d, shape %g", last, step > 0 ? step : 1, shape);
}

static int put_film(struct page *page, struct film *film, const char *name)
{
    enum { A_CHARACTER = 8, MOST = 200 };
    SCOPED(figure_free) struct figure figure = {0};
    bool any = false;
    int n_letters = 0;
    char condition[512];
    for (int32_t i = 0; i < film->n; i++) {
        any = any || film->history[i].n > 0;
        row_name(film->study, film->first + i, condition, sizeof condition);
        n_letters = (int)fmax(n_letters, (double)strlen(condition));
    }
    if (!any)
        return STATUS_OK;
    TRY(figure_begin(&figure, "maps-training"));
    figure_say(&figure, "name", name);
    if (film->study->n_runs == 1)
        figure_show_one(&figure);
    set_slider(&figure, film);
    figure_set(&figure, "names %d",
               n_letters > 0 ? (int)fmin(24 + n_letters * A_CHARACTER, MOST) : 0);
    for (int32_t i = 0; i < film->n; i++)
        if (film->history[i].n > 0)
            put_run(&figure, film, i);
    return page_put_figure(page, &figure);
}

int map_films_put(struct page *page, const struct study *study)
{
    for (int32_t first = 0; first < study->n_conditions; first += ROWS_A_FIGURE) {
        const int32_t left = study->n_conditions - first;
        SCOPED(free_film)
        struct film film = {
            .study = study, .first = first, .n = left < ROWS_A_FIGURE ? left : ROWS_A_FIGURE};
        char name[64];
        snprintf(name, sizeof name,
                 study->n_conditions > ROWS_A_FIGURE ? "maps-training-%02d" : "maps-training",
                 first / ROWS_A_FIGURE + 1);
        TRY(read_film(&film));
        TRY(put_film(page, &film, name));
    }
    return STATUS_OK;
}
