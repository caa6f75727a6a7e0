/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maps are read from the runs' maps.csv, the mean images computed from their data. */
#include "report/maps_figure.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "core/text.h"
#include "report/glossary.h"
#include "report/run_data.h"
#include "store/map_history.h"

enum { ROWS_A_FIGURE = 6, MOMENTS_MAX = 40, GREY_MOST = 255 };
static const char maps_file[] = "maps.csv";

/* ---- tiles ---- */

/* What a set of tiles, one a class, shows. */
struct tile_set {
    const char *heading, *palette;
    const struct maps *maps;
    const struct label_list *classes;
    const double *values; /* [n_classes][height][width] of the maps; NULL: an empty place */
    double most;          /* the end of the colours */
    const char *run, *link;
    double accuracy, similarity; /* NaN without a run */
};

static void put_set(struct figure *figure, const struct tile_set *set)
{
    const int number = (int)json_array_size(figure_table(figure, "tiles"));
    const struct maps *maps = set->maps;
    const size_t n = (size_t)maps->width * (size_t)maps->height;
    char name[32];
    if (!set->values) {
        figure_put_row(figure, "tiles", "set %d, heading %s, at %d, of %d", number, set->heading, 0,
                       0);
        return;
    }
    for (int32_t k = 0; k < maps->n_classes; k++) {
        snprintf(name, sizeof name, "class %d", set->classes->label[k]);
        figure_put_row(figure, "tiles",
                       "set %d, heading %s, class %s, run %s, accuracy %g, "
                       "similarity %g, href %s, at %d, of %d, width %d, height %d, "
                       "most %g, palette %s, values %p",
                       number, set->heading, name, set->run, set->accuracy, set->similarity,
                       set->link, k, maps->n_classes, maps->width, maps->height, set->most,
                       set->palette, figure_matrix(set->values + (size_t)k * n, n, set->most));
    }
}

static size_t count_values(const struct maps *maps)
{
    return (size_t)maps->width * (size_t)maps->height * (size_t)maps->n_classes;
}

static double largest_weight(const struct maps *maps, const double *weight)
{
    double most = 1e-9;
    for (size_t i = 0; i < count_values(maps); i++)
        most = fmax(most, weight[i]);
    return most;
}

static void put_means(struct figure *figure, const struct maps *maps,
                      const struct label_list *classes, const char *heading)
{
    const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
    char text[1200];
    bool has_all = true;
    snprintf(text, sizeof text, "%s", heading);
    for (int32_t k = 0; k < maps->n_classes; k++)
        if (isnan(maps->class_mean[(size_t)k * n_pixels])) {
            text_append(text, sizeof text, has_all ? ", none of class %d" : " %d",
                        classes->label[k]);
            has_all = false;
        }
    put_set(figure, &(struct tile_set){text, "gray", maps, classes, maps->class_mean, GREY_MOST, "",
                                       "", NAN, NAN});
}

int maps_figure_put_run(struct page *page, const struct maps *maps, const struct dataset *dataset,
                        const char *title)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "maps"));
    figure_say(&figure, "title", "%s", title);
    figure_set(&figure, "columns %d", 2);
    put_means(&figure, maps, &dataset->classes, "mean test images");
    put_set(&figure, &(struct tile_set){"what the cells of each class hold", "viridis", maps,
                                        &dataset->classes, maps->weight,
                                        largest_weight(maps, maps->weight), "", "", NAN, NAN});
    return page_put_figure(page, &figure);
}

/* ---- of a study ---- */

struct condition_maps {
    const struct study_run *run; /* the one of median accuracy; NULL: it has no maps, or not yet */
    struct maps maps;            /* its own; with mean images if it is the first of a row */
    double *mean;                /* of the weights of all runs, as maps.weight; NULL: not yet */
    struct label_list classes;
};

void maps_figure_free(struct condition_maps **maps, const struct study *study)
{
    for (int32_t c = 0; c < study->n_conditions && *maps; c++) {
        maps_free(&(*maps)[c].maps);
        free((*maps)[c].mean);
    }
    free(*maps);
    *maps = NULL;
}

/* What a figure has of them. */
struct sheet {
    const struct study *study;
    const struct condition_maps *of; /* [n_conditions] */
    bool is_of_means; /* of the maps of all runs of a condition; else of its median run's */
    double most;      /* the largest summed weight of all */
};

static const double *weights_of(const struct sheet *sheet, const struct condition_maps *of)
{
    return sheet->is_of_means ? of->mean : of->maps.weight;
}

/* Adds what FOLDER/maps.csv has: n_classes rows of a label and the pixels. */
static int add_maps(const struct maps *maps, const char *folder, double *weight)
{
    const int32_t n_pixels = maps->width * maps->height;
    SCOPED(table_close) struct table_reader reader = {0};
    OWN_PATH(path, folder, maps_file);
    TRY(table_open(&reader, NULL, path));
    if (reader.n_fields != n_pixels + 1)
        return status_fail(STATUS_USER, "%s: %d columns: expected %d", path, reader.n_fields,
                           n_pixels + 1);
    for (int32_t k = 0; k < maps->n_classes; k++) {
        const int more = table_next(&reader, NULL);
        TRY(more < 0 ? more : STATUS_OK);
        for (int32_t i = 0; i < n_pixels && more; i++) {
            double more_weight;
            if (!number_parse(reader.field[i + 1], &more_weight))
                return table_refuse(&reader, i + 1, "a number");
            weight[k * n_pixels + i] += more_weight;
        }
    }
    return STATUS_OK;
}

/* The maps of the run with the median accuracy; none where it has none. */
static int read_median(const struct study *study, int32_t condition, bool is_first,
                       struct condition_maps *of)
{
    struct run_data *data = study->data;
    const struct study_run *median = study_median_run(study, condition);
    if (!median || !file_exists_in(median->folder, maps_file))
        return STATUS_OK;
    maps_free(&of->maps); /* of an attempt that failed */
    TRY(run_data_open(data, median->folder, study->data_folder));
    TRY(maps_begin(&of->maps, &data->dataset));
    TRY(is_first ? maps_average_images(&of->maps, &data->dataset) : STATUS_OK);
    TRY(add_maps(&of->maps, median->folder, of->maps.weight));
    of->classes = data->dataset.classes;
    of->run = median;
    return STATUS_OK;
}

static int read_mean(const struct study *study, int32_t condition, struct condition_maps *of)
{
    const size_t n = count_values(&of->maps);
    int32_t n_runs = 0;
    TRY_NEW(of->mean, n, "the maps");
    for (int32_t r = 0; r < study->n_runs; r++) {
        const struct study_run *run = &study->run[r];
        if (run->condition != condition || !file_exists_in(run->folder, maps_file))
            continue;
        TRY(add_maps(&of->maps, run->folder, of->mean));
        n_runs++;
    }
    for (size_t i = 0; i < n; i++)
        of->mean[i] /= n_runs;
    return STATUS_OK;
}

/* Reads what is not there yet of n rows, and finds their largest weight. */
static int read_rows(struct sheet *sheet, struct condition_maps *maps, int32_t first, int32_t n)
{
    const struct study *study = sheet->study;
    for (int32_t row = first; row < first + n; row++) {
        bool is_first = true;
        for (int32_t c = row * study->n_last; c < (row + 1) * study->n_last; c++) {
            struct condition_maps *of = &maps[c];
            TRY(of->run ? STATUS_OK : read_median(study, c, is_first, of));
            if (!of->run)
                continue;
            is_first = false;
            TRY(sheet->is_of_means && !of->mean ? read_mean(study, c, of) : STATUS_OK);
            sheet->most = fmax(sheet->most, largest_weight(&of->maps, weights_of(sheet, of)));
        }
    }
    return STATUS_OK;
}

/* "random, 0.980 right, similarity 0.21"; "random, mean of all runs". */
static void name_network(const struct sheet *sheet, const struct condition_maps *of, int32_t last,
                         char *text, size_t size)
{
    const struct study *study = sheet->study;
    char level[240] = "";
    if (study->n_factors > 1)
        study_label(study, last, study->n_factors - 1, study->n_factors, level, sizeof level);
    int length = snprintf(text, size, "%.200s%s%.3f right", level, *level ? ", " : "",
                          of->run->value[STUDY_ACCURACY]);
    if (sheet->is_of_means)
        snprintf(text, size, "%.200s%smean of all runs", level, *level ? ", " : "");
    else if (!isnan(of->run->value[STUDY_SIMILARITY]))
        snprintf(text + length, size - (size_t)length, ", similarity %.2f",
                 of->run->value[STUDY_SIMILARITY]);
}

/* A heading is a line for each part between ", ". The class means, then the maps of each level of
 * the last factor. */
static void put_row(struct figure *figure, const struct page *page, const struct sheet *sheet,
                    int32_t row)
{
    const struct study *study = sheet->study;
    const int32_t condition = row * study->n_last;
    const struct condition_maps *of = sheet->of + condition;
    const int32_t n_named = study->n_factors > 1 ? study->n_factors - 1 : 1;
    const struct condition_maps *shown = NULL;
    char name[700], text[800];
    for (int32_t c = 0; c < study->n_last && !shown; c++)
        shown = of[c].run ? &of[c] : NULL;
    if (!shown)
        return;
    study_label(study, condition, 0, n_named, name, sizeof name);
    if (study->n_conditions == 1) /* of which there is nothing to tell apart */
        *name = '\0';
    snprintf(text, sizeof text, "%s%smean test images", name, *name ? ", " : "");
    put_means(figure, &shown->maps, &shown->classes, text);
    for (int32_t c = 0; c < study->n_last; c++) {
        const struct study_run *run = sheet->is_of_means ? NULL : of[c].run;
        OWNED char *link = run ? page_link_run(page, run->folder) : NULL;
        if (of[c].run)
            name_network(sheet, &of[c], c, text, sizeof text);
        put_set(figure,
                &(struct tile_set){of[c].run ? text : "", "viridis", &of[c].maps, &of[c].classes,
                                   of[c].run ? weights_of(sheet, &of[c]) : NULL, sheet->most,
                                   run ? study_run_name(run) : "", link ? link : "",
                                   run ? run->value[STUDY_ACCURACY] : (double)NAN,
                                   run ? run->value[STUDY_SIMILARITY] : (double)NAN});
    }
}

/* Rows from `first` on, `n` of them. */
static int put_rows(struct page *page, const struct study *study, struct condition_maps **maps,
                    int32_t first, int32_t n, const char *name, bool is_of_means)
{
    SCOPED(figure_free) struct figure figure = {0};
    if (!*maps)
        TRY_NEW(*maps, study->n_conditions, "the maps");
    struct sheet sheet = {study, *maps, is_of_means, 1e-9};
    TRY(read_rows(&sheet, *maps, first, n));
    TRY(glossary_begin_figure(&figure, study, is_of_means ? "maps-mean" : "maps"));
    figure_say(&figure, "name", "%s", name);
    figure_set(&figure, "columns %d", 1 + study->n_last);
    for (int32_t row = first; row < first + n; row++)
        put_row(&figure, page, &sheet, row);
    return page_put_figure(page, &figure);
}

static int32_t count_rows(const struct study *study)
{
    return study->n_first * study->n_middle;
}

int maps_figure_put(struct page *page, const struct study *study, struct condition_maps **maps,
                    bool is_of_means)
{
    const char *kind = is_of_means ? "maps-mean" : "maps";
    const int32_t n = count_rows(study);
    char name[32];
    for (int32_t first = 0; first < n; first += ROWS_A_FIGURE) {
        snprintf(name, sizeof name, n > ROWS_A_FIGURE ? "%s-%02d" : "%s", kind,
                 first / ROWS_A_FIGURE + 1);
        TRY(put_rows(page, study, maps, first,
                     n - first < ROWS_A_FIGURE ? n - first : ROWS_A_FIGURE, name, is_of_means));
    }
    return STATUS_OK;
}

bool maps_figure_is_whole(const struct study *study)
{
    return count_rows(study) <= (study->n_factors == 1 ? ROWS_A_FIGURE : 1);
}

int maps_figure_put_row(struct page *page, const struct study *study, struct condition_maps **maps,
                        int32_t row)
{
    const bool is_whole = maps_figure_is_whole(study);
    return put_rows(page, study, maps, is_whole ? 0 : row, is_whole ? count_rows(study) : 1,
                    is_whole ? "maps" : "maps-first", false);
}

/* ---- over training ---- */

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
static json_t *pixels_of(const struct map_history *h, int32_t moment, double most)
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

/* The moments of a history or, if they are more than MOMENTS_MAX, that many at even distances. */
static void put_frames(struct figure *figure, const struct map_history *h, const char *name,
                       double most)
{
    const int32_t n = h->n < MOMENTS_MAX ? h->n : MOMENTS_MAX;
    for (int32_t i = 0; i < n; i++) {
        const int32_t m = n > 1 ? i * (h->n - 1) / (n - 1) : 0;
        figure_put_row(
            figure, "frames",
            "condition %s, presentation %d, similarity %g, maps %p, width %d, height %d, "
            "palette %s",
            name, h->moment[m].presentation, h->moment[m].similarity, pixels_of(h, m, most),
            h->width, h->height, "viridis");
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
        put_frames(&figure, &film.history[c - first],
                   study->n_runs > 1 ? study_name(study, c, 0, study->n_factors, name, sizeof name)
                                     : "",
                   film.most);
    return page_put_figure(page, &figure);
}

int maps_figure_put_films(struct page *page, const struct study *study)
{
    for (int32_t first = 0; first < study->n_conditions; first += ROWS_A_FIGURE) {
        const int32_t end = first + ROWS_A_FIGURE;
        TRY(put_film(page, study, first, end < study->n_conditions ? end : study->n_conditions));
    }
    return STATUS_OK;
}
