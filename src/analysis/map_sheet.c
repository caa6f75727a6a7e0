/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maps are computed from the runs' networks and data, as `spinet maps` does. */
#include "analysis/map_sheet.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/manifest.h"
#include "core/file.h"
#include "core/status.h"
#include "train/maps.h"

enum { ROWS_A_PAGE = 6, TILE = 118 };

/* The maps of one condition. */
struct tile_set {
    bool any;
    struct maps maps;
    struct label_list classes;
    double accuracy;
};

struct sheet {
    int32_t first_group, n_groups, n_last;
    struct tile_set *set;      /* [n_groups * n_last] */
    struct manifest *manifest; /* of the run at hand */
    struct parameters *files_p;
    bool has_files;
    struct dataset files; /* shared by the runs that read the same */
};

int32_t map_sheet_n_pages(const struct study *study)
{
    return (study->n_first * study->n_middle + ROWS_A_PAGE - 1) / ROWS_A_PAGE;
}

static int open_data(struct sheet *sheet, uint64_t seed, struct dataset *dataset)
{
    const struct parameters *p = &sheet->manifest->parameters;
    if (p->data.kind != DATA_FILES)
        return dataset_init(dataset, p, seed);
    if (!sheet->has_files || !dataset_same_files(p, sheet->files_p)) {
        dataset_free(&sheet->files);
        sheet->has_files = false;
        const int result = dataset_init(&sheet->files, p, seed);
        if (result != STATUS_OK)
            return result;
        sheet->has_files = true;
        *sheet->files_p = *p;
    }
    return dataset_init_from(dataset, p, seed, &sheet->files);
}

static int read_maps(const struct study_run *run, struct sheet *sheet, struct tile_set *set)
{
    struct dataset dataset = {0};
    int result = manifest_read(sheet->manifest, run->folder);
    if (result == STATUS_OK)
        result = open_data(sheet, sheet->manifest->seed, &dataset);
    if (result != STATUS_OK)
        return result;
    result = manifest_check_data(sheet->manifest, &dataset, run->folder);
    if (result == STATUS_OK)
        result =
            maps_init_from_run(&set->maps, run->folder, &sheet->manifest->parameters, &dataset);
    if (result == STATUS_OK) {
        set->any = true;
        set->classes = dataset.classes;
        set->accuracy = run->value[STUDY_ACCURACY];
    }
    dataset_free(&dataset);
    return result;
}

static int read_set(const struct study *study, int32_t condition, struct sheet *sheet,
                    struct tile_set *set)
{
    const struct study_run *run = study_median_run(study, condition);
    if (!run)
        return STATUS_OK;
    char *path = file_join(run->folder, "network.csv");
    int result = path ? STATUS_OK : status_no_memory("a file name", 0);
    if (result == STATUS_OK && file_exists(path))
        result = read_maps(run, sheet, set);
    free(path);
    return result;
}

static void put_tile(struct chart *chart, const struct maps *maps, const double *values)
{
    FILE *script = chart->script;
    fprintf(script, "$tile << END\n");
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++)
            fprintf(script, "%.5g ", values[y * maps->width + x]);
        fprintf(script, "\n");
    }
    fprintf(script,
            "END\nset xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\nplot $tile matrix with image\n",
            maps->width - 1, maps->height - 1);
    chart_end_panel(chart);
}

/* About half of it, with one digit. */
static double tic_step(double most)
{
    const double digit = pow(10, floor(log10(most / 2)));
    return floor(most / 2 / digit) * digit;
}

/* One row: the class means, then the maps of each level of the last factor. */
static void put_row(const struct study *study, const struct sheet *sheet, int32_t row,
                    int32_t n_classes, struct chart *chart)
{
    FILE *script = chart->script;
    const struct tile_set *sets = sheet->set + (size_t)row * (size_t)sheet->n_last;
    const int32_t group = sheet->first_group + row;
    char name[512], title[700];
    const int32_t n_named = study->n_factors > 1 ? study->n_factors - 1 : 1;
    study_name(study, group * study->n_last, 0, n_named, name, sizeof name);
    fprintf(script, "set ylabel ");
    chart_put_text(chart, name);
    fprintf(script, " font ',11'\nset palette gray\nset cbrange [0:255]\nunset colorbox\n");
    const struct tile_set *shown = NULL;
    for (int32_t c = 0; c < sheet->n_last && !shown; c++)
        shown = sets[c].any ? &sets[c] : NULL;
    for (int32_t k = 0; k < n_classes; k++) {
        if (shown && k < shown->maps.n_classes) {
            const size_t n_pixels = (size_t)shown->maps.width * (size_t)shown->maps.height;
            fprintf(script, "set title 'images, class %d' font ',9' offset 0,-0.7\n",
                    shown->classes.label[k]);
            put_tile(chart, &shown->maps, shown->maps.class_mean + (size_t)k * n_pixels);
        } else {
            fprintf(script, "set multiplot next\n");
        }
        fprintf(script, "unset ylabel\n");
    }
    fprintf(script, "%s\n", chart_palette);
    for (int32_t c = 0; c < sheet->n_last; c++) {
        const struct tile_set *set = &sets[c];
        double most = 1e-9;
        const size_t n_pixels = (size_t)set->maps.width * (size_t)set->maps.height;
        for (size_t i = 0; set->any && i < n_pixels * (size_t)set->maps.n_classes; i++)
            most = fmax(most, set->maps.weight[i]);
        fprintf(script, "set cbrange [0:%g]\n", most);
        for (int32_t k = 0; k < n_classes; k++) {
            if (!set->any || k >= set->maps.n_classes) {
                fprintf(script, "set multiplot next\n");
                continue;
            }
            if (k == 0)
                snprintf(title, sizeof title, "%.200s%s%.1f %%", study_last(study, c),
                         study->n_factors > 1 ? ": " : "accuracy ", 100 * set->accuracy);
            else
                snprintf(title, sizeof title, "similarity %.2f", set->maps.similarity);
            fprintf(script, "set title ");
            chart_put_text(chart, k < 2 ? title : "");
            fprintf(script, " font ',9' offset 0,-0.7\n");
            if (k == n_classes - 1)
                fprintf(script,
                        "set colorbox user origin graph 1.04, graph 0 size graph 0.06, "
                        "graph 1\nset cbtics 0,%g font ',8' scale 0.3 offset -0.7,0\n",
                        tic_step(most));
            put_tile(chart, &set->maps, set->maps.weight + (size_t)k * n_pixels);
            fprintf(script, "unset colorbox\n");
        }
    }
}

static int draw(const struct study *study, const struct sheet *sheet, struct chart *chart)
{
    int32_t n_classes = 0;
    double shape = 1;
    for (int32_t i = 0; i < sheet->n_groups * sheet->n_last; i++)
        if (sheet->set[i].any && sheet->set[i].maps.n_classes > n_classes) {
            n_classes = sheet->set[i].maps.n_classes;
            shape = (double)sheet->set[i].maps.height / sheet->set[i].maps.width;
        }
    const int n_columns = n_classes * (1 + sheet->n_last);
    const int tile = n_columns <= 6 ? TILE : 700 / n_columns > 40 ? 700 / n_columns : 40;
    const struct chart_grid grid = {.n_panels = n_columns * sheet->n_groups,
                                    .n_columns = n_columns,
                                    .panel_width = tile,
                                    .panel_height = (int)(tile * fmin(fmax(shape, 0.2), 5)),
                                    .left = 45,
                                    .right = 45,
                                    .top = 58,
                                    .bottom = 15,
                                    .gap_x = 34,
                                    .gap_y = 30};
    const int result = chart_init_grid(
        chart, &grid, "Mean test images and summed weights onto the cells of each class");
    if (result != STATUS_OK)
        return result;
    fprintf(chart->script, "unset tics\nunset key\nset border 15 lw 0.5\n");
    for (int32_t row = 0; row < sheet->n_groups; row++)
        put_row(study, sheet, row, n_classes, chart);
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}

int map_sheet_plot(const struct study *study, int32_t page, struct chart *chart, bool *any)
{
    const int32_t n_groups = study->n_first * study->n_middle;
    struct sheet sheet = {.first_group = page * ROWS_A_PAGE, .n_last = study->n_last};
    sheet.n_groups =
        n_groups - sheet.first_group < ROWS_A_PAGE ? n_groups - sheet.first_group : ROWS_A_PAGE;
    const int32_t n_sets = sheet.n_groups * sheet.n_last;
    sheet.set = calloc((size_t)n_sets, sizeof *sheet.set);
    sheet.manifest = malloc(sizeof *sheet.manifest);
    sheet.files_p = malloc(sizeof *sheet.files_p);
    int result =
        sheet.set && sheet.manifest && sheet.files_p ? STATUS_OK : status_no_memory("the maps", 0);
    *any = false;
    for (int32_t i = 0; i < n_sets && result == STATUS_OK; i++) {
        result = read_set(study, sheet.first_group * study->n_last + i, &sheet, &sheet.set[i]);
        *any = *any || sheet.set[i].any;
    }
    if (result == STATUS_OK && *any)
        result = draw(study, &sheet, chart);
    for (int32_t i = 0; i < n_sets && sheet.set; i++)
        maps_free(&sheet.set[i].maps);
    dataset_free(&sheet.files);
    free(sheet.set);
    free(sheet.manifest);
    free(sheet.files_p);
    return result;
}
