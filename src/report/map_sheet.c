/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maps are computed from the runs' networks and data, as `spinet maps` does. All maps of a
 * sheet share one scale of colours. */
#include "report/map_sheet.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/manifest.h"
#include "store/run_maps.h"

enum { ROWS_A_PAGE = 6, TILE = 118, GAP = 34 };

/* The maps of one condition. */
struct tile_set {
    bool any;
    struct maps maps;
    struct label_list classes;
    double accuracy;
};

struct sheet {
    int32_t first_group, n_groups, n_last;
    struct tile_set *set; /* [n_groups * n_last] */
    int tile;             /* width of one, in pixels */
    double shape;         /* height over width of the tallest maps; the others keep theirs */
    double most;          /* the largest summed weight of all */
    bool is_scale_drawn;
    struct manifest *manifest; /* of the run at hand */
    struct parameters *files_p;
    bool has_files;
    struct dataset files; /* shared by the runs that read the same */
};

int32_t map_sheet_n_pages(const struct study *study)
{
    return (study->n_first * study->n_middle + ROWS_A_PAGE - 1) / ROWS_A_PAGE;
}

static int open_data(struct sheet *sheet, const struct study *study, const char *folder,
                     struct dataset *dataset)
{
    const struct parameters *p = &sheet->manifest->parameters;
    const uint64_t seed = sheet->manifest->seed;
    if (p->data.kind != DATA_FILES)
        return dataset_init(dataset, p, seed);
    if (!sheet->has_files || !dataset_same_files(p, sheet->files_p)) {
        dataset_free(&sheet->files);
        sheet->has_files = false;
        TRY(manifest_open_data(sheet->manifest, folder, study->data_folder, &sheet->files));
        sheet->has_files = true;
        *sheet->files_p = *p;
    }
    return dataset_init_from(dataset, p, seed, &sheet->files);
}

static int read_maps(const struct study *study, const struct study_run *run, struct sheet *sheet,
                     struct tile_set *set)
{
    SCOPED(dataset_free) struct dataset dataset = {0};
    TRY(manifest_read(sheet->manifest, run->folder));
    TRY(open_data(sheet, study, run->folder, &dataset));
    TRY(manifest_check_data(sheet->manifest, &dataset, run->folder));
    TRY(run_maps_init(&set->maps, run->folder, &sheet->manifest->parameters, &dataset));
    set->any = true;
    set->classes = dataset.classes;
    set->accuracy = run->value[STUDY_ACCURACY];
    return STATUS_OK;
}

/* The maps of the run with the median accuracy; none without a network. */
static int read_set(const struct study *study, int32_t condition, struct sheet *sheet,
                    struct tile_set *set)
{
    const struct study_run *run = study_median_run(study, condition);
    if (!run || !file_exists_in(run->folder, "network.csv"))
        return STATUS_OK;
    return read_maps(study, run, sheet, set);
}

static void put_tile(const struct sheet *sheet, struct chart *chart, const struct maps *maps,
                     const double *values)
{
    const int32_t n_rows = (int32_t)lround(maps->width * sheet->shape);
    FILE *script = chart->script;
    fprintf(script, "$tile << END\n");
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++)
            fprintf(script, "%.5g ", values[y * maps->width + x]);
        fprintf(script, "\n");
    }
    fprintf(script,
            "END\nset xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\nplot $tile matrix with image\n",
            maps->width - 1, (n_rows > maps->height ? n_rows : maps->height) - 1);
    chart_end_panel(chart);
}

/* About half of it, with one digit. */
static double tic_step(double most)
{
    const double digit = pow(10, floor(log10(most / 2)));
    return floor(most / 2 / digit) * digit;
}

/* Text above the first of n_classes tiles, in the middle over all of them; NULL takes it away. */
static void put_heading(const struct sheet *sheet, int32_t n_classes, const char *text,
                        struct chart *chart)
{
    FILE *script = chart->script;
    fprintf(script, "unset label 1\n");
    if (!text)
        return;
    fprintf(script, "set label 1 ");
    chart_put_text(chart, text);
    fprintf(script, " at graph %.4f, graph 1 center offset 0,1.5 font ',9'\n",
            (n_classes + (n_classes - 1.0) * GAP / sheet->tile) / 2);
}

/* The images or the maps of a set, a tile a class, below a heading. */
static void put_tiles(const struct sheet *sheet, const struct tile_set *set, const double *values,
                      int32_t n_classes, const char *heading, struct chart *chart)
{
    const int32_t n_shown = set ? set->maps.n_classes : 0;
    for (int32_t k = 0; k < n_classes; k++) {
        if (k >= n_shown) {
            fprintf(chart->script, "set multiplot next\n");
            continue;
        }
        put_heading(sheet, n_shown, k == 0 ? heading : NULL, chart);
        fprintf(chart->script, "set title 'class %d' font ',9' offset 0,-0.7\n",
                set->classes.label[k]);
        put_tile(sheet, chart, &set->maps,
                 values + (size_t)k * (size_t)set->maps.width * (size_t)set->maps.height);
        fprintf(chart->script, "unset ylabel\nunset colorbox\n");
    }
    put_heading(sheet, n_shown, NULL, chart);
}

/* "none: 98.0 % right, similarity 0.21", as much of it as there is room for. */
static void name_network(const struct study *study, const struct sheet *sheet,
                         const struct tile_set *set, int32_t last, char *text, size_t size)
{
    enum { A_CHARACTER = 6 };
    const int width = set->maps.n_classes * (sheet->tile + GAP);
    const char *level = study_last(study, last), *colon = *level ? ": " : "";
    const int length = snprintf(text, size, "%.200s%s%.1f %% right, similarity %.2f", level, colon,
                                100 * set->accuracy, set->maps.similarity);
    if (length * A_CHARACTER > width || isnan(set->maps.similarity))
        snprintf(text, size, "%.200s%s%.1f %% right", level, colon, 100 * set->accuracy);
}

enum { RIGHT = 75, TOP = 78, BOTTOM = 15 }; /* margins */

/* The colours of all maps, in the right margin, to be drawn with the next tile. */
static void put_scale(const struct sheet *sheet, const struct chart *chart)
{
    const double w = chart->width, h = chart->height;
    fprintf(chart->script,
            "set colorbox user origin screen %.5f, screen %.5f size screen %.5f, screen %.5f\n"
            "set cblabel 'summed weight' font ',9' offset -0.5,0\n"
            "set cbtics 0,%g font ',8' scale 0.3 offset -0.7,0\n",
            1 - (RIGHT - 14) / w, BOTTOM / h, 9 / w, (h - TOP - BOTTOM) / h, tic_step(sheet->most));
}

/* One row: the class means, then the maps of each level of the last factor. */
static void put_row(const struct study *study, struct sheet *sheet, int32_t row, int32_t n_classes,
                    struct chart *chart)
{
    FILE *script = chart->script;
    const struct tile_set *sets = sheet->set + (size_t)row * (size_t)sheet->n_last, *shown = NULL;
    const int32_t group = sheet->first_group + row;
    char text[700];
    const int32_t n_named = study->n_factors > 1 ? study->n_factors - 1 : 1;
    fprintf(script, "set ylabel ");
    chart_put_text(chart, study_name(study, group * study->n_last, 0, n_named, text, sizeof text));
    fprintf(script, " font ',11'\nset palette gray\nset cbrange [0:255]\nunset colorbox\n");
    for (int32_t c = 0; c < sheet->n_last && !shown; c++)
        shown = sets[c].any ? &sets[c] : NULL;
    put_tiles(sheet, shown, shown ? shown->maps.class_mean : NULL, n_classes, "mean test images",
              chart);
    fprintf(script, "unset ylabel\n%s\nset cbrange [0:%g]\n", chart_palette, sheet->most);
    for (int32_t c = 0; c < sheet->n_last; c++) {
        const struct tile_set *set = sets[c].any ? &sets[c] : NULL;
        if (set)
            name_network(study, sheet, set, c, text, sizeof text);
        if (set && !sheet->is_scale_drawn) {
            put_scale(sheet, chart);
            sheet->is_scale_drawn = true;
        }
        put_tiles(sheet, set, set ? set->maps.weight : NULL, n_classes, text, chart);
    }
}

static double largest_weight(const struct sheet *sheet)
{
    double most = 1e-9;
    for (int32_t i = 0; i < sheet->n_groups * sheet->n_last; i++) {
        const struct maps *maps = &sheet->set[i].maps;
        const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
        for (size_t j = 0; sheet->set[i].any && j < n_pixels * (size_t)maps->n_classes; j++)
            most = fmax(most, maps->weight[j]);
    }
    return most;
}

static int draw(const struct study *study, struct sheet *sheet, struct chart *chart)
{
    int32_t n_classes = 0;
    for (int32_t i = 0; i < sheet->n_groups * sheet->n_last; i++) {
        const struct maps *maps = &sheet->set[i].maps;
        if (!sheet->set[i].any)
            continue;
        n_classes = maps->n_classes > n_classes ? maps->n_classes : n_classes;
        sheet->shape = fmax(sheet->shape, (double)maps->height / maps->width);
    }
    const double shape = fmin(fmax(n_classes > 0 ? sheet->shape : 1, 0.2), 5);
    const int n_columns = n_classes * (1 + sheet->n_last);
    const int tile = n_columns <= 6 ? TILE : 700 / n_columns > 40 ? 700 / n_columns : 40;
    const struct chart_grid grid = {.n_panels = n_columns * sheet->n_groups,
                                    .n_columns = n_columns,
                                    .panel_width = tile,
                                    .panel_height = (int)(tile * shape),
                                    .left = 45,
                                    .right = RIGHT,
                                    .top = TOP,
                                    .bottom = BOTTOM,
                                    .gap_x = GAP,
                                    .gap_y = 48};
    sheet->tile = tile;
    sheet->most = largest_weight(sheet);
    TRY(chart_init_grid(chart, &grid,
                        "Mean test images and summed weights onto the cells of each class"));
    fprintf(chart->script, "unset tics\nunset key\nset border 15 lw 0.5\n");
    for (int32_t row = 0; row < sheet->n_groups; row++)
        put_row(study, sheet, row, n_classes, chart);
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}

static void free_sheet(struct sheet *sheet)
{
    for (int32_t i = 0; i < sheet->n_groups * sheet->n_last && sheet->set; i++)
        maps_free(&sheet->set[i].maps);
    dataset_free(&sheet->files);
    free(sheet->set);
    free(sheet->manifest);
    free(sheet->files_p);
}

int map_sheet_plot(const struct study *study, int32_t page, struct chart *chart, bool *any)
{
    const int32_t n_groups = study->n_first * study->n_middle;
    SCOPED(free_sheet)
    struct sheet sheet = {.first_group = page * ROWS_A_PAGE, .n_last = study->n_last};
    sheet.n_groups =
        n_groups - sheet.first_group < ROWS_A_PAGE ? n_groups - sheet.first_group : ROWS_A_PAGE;
    const int32_t n_sets = sheet.n_groups * sheet.n_last;
    sheet.set = calloc((size_t)n_sets, sizeof *sheet.set);
    sheet.manifest = malloc(sizeof *sheet.manifest);
    sheet.files_p = malloc(sizeof *sheet.files_p);
    *any = false;
    if (!sheet.set || !sheet.manifest || !sheet.files_p)
        return status_no_memory("the maps", 0);
    for (int32_t i = 0; i < n_sets; i++) {
        TRY(read_set(study, sheet.first_group * study->n_last + i, &sheet, &sheet.set[i]));
        *any = *any || sheet.set[i].any;
    }
    return *any ? draw(study, &sheet, chart) : STATUS_OK;
}
