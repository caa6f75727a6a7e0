/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of means as colours, with the numbers in the cells. */
#include "report/heat_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "report/boxes.h"

enum { BOXES_MAX = 12 };

bool heat_map_instead_of_boxes(const struct study *study)
{
    return study->n_first > BOXES_MAX || study->n_middle > BOXES_MAX;
}

bool heat_map_beside_boxes(const struct study *study)
{
    return study->n_factors > 2;
}

static bool is_pair(const char *level, int *a, int *b)
{
    int end = -1;
    return sscanf(level, "%1d-%1d%n", a, b, &end) == 2 && end == (int)strlen(level) && *a < *b;
}

/* How conditions lie in the panel of one level of the last factor. */
struct heat_map {
    const struct study *study;
    enum study_value what;
    bool pairs;
    int32_t n_columns, n_rows;
    bool is_difference; /* of the panel being drawn */
    double least, most; /* colours of the panel being drawn */
};

static struct heat_map heat_map_of(const struct study *study, enum study_value what)
{
    struct heat_map h = {.study = study, .what = what, .pairs = study->n_factors <= 2};
    int a, b;
    for (int32_t x = 0; x < study->n_first; x++)
        h.pairs = h.pairs && is_pair(study->factor[0].level[x], &a, &b);
    h.n_columns = h.pairs ? 9 : study->n_first;
    h.n_rows = h.pairs ? 9 : study->n_middle;
    if (!h.pairs && study->n_middle == 1 && study->n_first > BOXES_MAX) {
        h.n_columns = BOXES_MAX; /* wrapped, each cell with its name */
        h.n_rows = (study->n_first + BOXES_MAX - 1) / BOXES_MAX;
    }
    return h;
}

static bool is_wrapped(const struct heat_map *h)
{
    return !h->pairs && h->study->n_middle == 1;
}

static void cell_of(const struct heat_map *h, int32_t group, int32_t *column, int32_t *row)
{
    int a = 0, b = 1;
    const int32_t x = group / h->study->n_middle;
    if (h->pairs) {
        is_pair(h->study->factor[0].level[x], &a, &b);
        *column = b - 1;
        *row = a;
    } else {
        *column = is_wrapped(h) ? x % h->n_columns : x;
        *row = is_wrapped(h) ? x / h->n_columns : group % h->study->n_middle;
    }
}

static double mean_of(const struct heat_map *h, int32_t group, int32_t last)
{
    return study_summary(h->study, group * h->study->n_last + last, h->what).mean *
           boxes_unit(h->what);
}

static double difference_of(const struct heat_map *h, int32_t group)
{
    return mean_of(h, group, 1) - mean_of(h, group, 0);
}

/* Numbers with as many places as the values need. */
static void print_value(const struct heat_map *h, double value, char *text, size_t size)
{
    const int places = h->what == STUDY_SIMILARITY ? 2 : h->what == STUDY_ACCURACY ? 1 : 0;
    snprintf(text, size, h->is_difference ? "%+.*f" : "%.*f", places, value);
}

static void put_cells(const struct heat_map *h, int32_t last, const struct chart *chart)
{
    const struct study *study = h->study;
    fprintf(chart->script, "$cells << END\nNaN NaN NaN\n");
    for (int32_t group = 0; group < study->n_first * study->n_middle; group++) {
        int32_t column, row;
        cell_of(h, group, &column, &row);
        const double value = h->is_difference ? difference_of(h, group) : mean_of(h, group, last);
        if (!isnan(value))
            fprintf(chart->script, "%d %d %.8g\n", column, row, value);
    }
    fprintf(chart->script, "END\n");
    for (int32_t i = 1; i <= 3 * study->n_first * study->n_middle; i++)
        fprintf(chart->script, "unset label %d\n", i);
    int tag = 1;
    for (int32_t group = 0; group < study->n_first * study->n_middle; group++) {
        int32_t column, row;
        char text[64];
        cell_of(h, group, &column, &row);
        const struct summary s = study_summary(study, group * study->n_last + last, h->what);
        const double value = h->is_difference ? difference_of(h, group) : mean_of(h, group, last);
        if (isnan(value))
            continue;
        const double share = (value - h->least) / (h->most - h->least);
        const bool is_dark = h->is_difference ? fabs(share - 0.5) > 0.36 : share < 0.6;
        const char *color = is_dark ? "#ffffff" : "#000000";
        print_value(h, value, text, sizeof text);
        const double up = is_wrapped(h) ? 0.02 : h->is_difference ? 0 : 0.14;
        fprintf(chart->script, "set label %d '%s' at %d,%.3f center front tc rgb '%s' font ',10'\n",
                tag++, text, column, row - up, color);
        if (!h->is_difference && !isnan(s.sd)) {
            print_value(h, s.sd * boxes_unit(h->what), text, sizeof text);
            fprintf(chart->script,
                    "set label %d '±%s' at %d,%.3f center front tc rgb '%s' font ',8'\n", tag++,
                    text, column, row + (is_wrapped(h) ? 0.3 : 0.24), color);
        }
        if (is_wrapped(h)) {
            fprintf(chart->script, "set label %d ", tag++);
            chart_put_text(chart, study->factor[0].level[group]);
            fprintf(chart->script, " at %d,%.3f center front tc rgb '%s' font ',7'\n", column,
                    row - 0.33, color);
        }
    }
}

static void put_tics(const struct heat_map *h, const struct chart *chart)
{
    FILE *script = chart->script;
    const struct study *study = h->study;
    char name[512];
    if (is_wrapped(h)) {
        fprintf(script, "unset xtics\nunset ytics\n");
        return;
    }
    fprintf(script, "set xtics scale 0 (");
    for (int32_t i = 0; i < h->n_columns; i++) {
        snprintf(name, sizeof name, "%d", i + 1);
        fprintf(script, "%s", i ? ", " : "");
        chart_put_text(chart, h->pairs ? name : study->factor[0].level[i]);
        fprintf(script, " %d", i);
    }
    fprintf(script, ")\nset ytics scale 0 (");
    for (int32_t i = 0; i < h->n_rows; i++) {
        if (h->pairs)
            snprintf(name, sizeof name, "%d", i);
        else
            study_name(study, i * study->n_last, 1, study->n_factors - 1, name, sizeof name);
        fprintf(script, "%s", i ? ", " : "");
        chart_put_text(chart, name);
        fprintf(script, " %d", i);
    }
    fprintf(script, ")\nset xlabel ");
    chart_put_text(chart, h->pairs ? "second digit" : study->factor[0].name);
    *name = '\0';
    for (int32_t f = 1; f < study->n_factors - 1; f++)
        snprintf(name + strlen(name), sizeof name - strlen(name), "%s%.100s", f > 1 ? ", " : "",
                 study->factor[f].name);
    fprintf(script, "\nset ylabel ");
    chart_put_text(chart, h->pairs ? "first digit" : name);
    fprintf(script, "\n");
}

static void put_panel(struct heat_map *h, int32_t last, struct chart *chart)
{
    FILE *script = chart->script;
    const struct study *study = h->study;
    char title[600] = "";
    h->least = INFINITY;
    h->most = -INFINITY;
    for (int32_t group = 0; group < study->n_first * study->n_middle; group++)
        for (int32_t c = 0; c < study->n_last; c++) {
            const double value = h->is_difference ? difference_of(h, group) : mean_of(h, group, c);
            h->least = isnan(value) ? h->least : fmin(h->least, value);
            h->most = isnan(value) ? h->most : fmax(h->most, value);
        }
    if (h->least > h->most)
        h->least = h->most = 0;
    if (h->is_difference) {
        h->most = fmax(fmax(fabs(h->least), fabs(h->most)), 1e-6);
        h->least = -h->most;
        snprintf(title, sizeof title, "difference: %.250s - %.250s", study_last(study, 1),
                 study_last(study, 0));
    } else if (study->n_factors > 1) {
        snprintf(title, sizeof title, "%.250s %.250s", study->factor[study->n_factors - 1].name,
                 study_last(study, last));
    }
    if (h->most - h->least < 1e-9)
        h->most = h->least + 1e-6 * fmax(1, fabs(h->least)); /* as gnuplot reads it, too */
    put_cells(h, last, chart);
    fprintf(script, "set title ");
    chart_put_text(chart, title);
    fprintf(script, " offset 0,-0.5\n%s\nset cbrange [%.8g:%.8g]\nset cblabel '%s%s' offset 1,0\n",
            h->is_difference ? "set palette defined (-1 '#2166ac', -0.5 '#92c5de', 0 '#f7f7f7', "
                               "0.5 '#f4a582', 1 '#b2182b')"
                             : chart_palette,
            h->least, h->most,
            h->is_difference && h->what == STUDY_ACCURACY ? "percentage points of " : "",
            h->is_difference && h->what == STUDY_ACCURACY ? "accuracy" : boxes_label(h->what));
    fprintf(script, "plot $cells using 1:2:(0.5):(0.5):3 with boxxyerror fs solid 1 noborder "
                    "lc palette z\n");
    chart_end_panel(chart);
}

int heat_map_plot(const struct study *study, enum study_value what, struct chart *chart)
{
    static const char *const titles[STUDY_N_VALUES] = {"Mean accuracy on the test images",
                                                       "Mean presentations until training stopped",
                                                       "Mean similarity of maps and images"};
    struct heat_map h = heat_map_of(study, what);
    const int n_panels = study->n_last + (study->n_last == 2);
    const int cell_width = is_wrapped(&h) ? 74 : h.n_columns < 6 ? 70 : 44;
    const int cell_height = is_wrapped(&h) ? 52 : h.n_columns < 6 ? 50 : 38;
    const int panel_width = cell_width * h.n_columns;
    const int n_columns = panel_width > 480 ? 1 : panel_width > 300 || n_panels == 4 ? 2 : 3;
    const struct chart_grid grid = {.n_panels = n_panels,
                                    .n_columns = n_panels < n_columns ? n_panels : n_columns,
                                    .panel_width = panel_width,
                                    .panel_height = cell_height * h.n_rows,
                                    .left = is_wrapped(&h) ? 25 : 85,
                                    .right = 105,
                                    .top = 62,
                                    .bottom = is_wrapped(&h) ? 20 : 60,
                                    .gap_x = 170,
                                    .gap_y = is_wrapped(&h) ? 50 : 105};
    TRY(chart_init_grid(chart, &grid, titles[what]));
    fprintf(chart->script,
            "set xrange [-0.5:%g]\nset yrange [%g:-0.5]\n"
            "set border 0\nset cbtics scale 0.5\n"
            "set colorbox user origin graph %.5f, graph 0 size screen %.5f, graph 1\n",
            h.n_columns - 0.5, h.n_rows - 0.5, 1 + 10.0 / panel_width, 18.0 / chart->width);
    put_tics(&h, chart);
    for (int32_t last = 0; last < study->n_last; last++)
        put_panel(&h, last, chart);
    if (study->n_last == 2) {
        h.is_difference = true;
        put_panel(&h, 1, chart);
    }
    fprintf(chart->script, "unset multiplot\n");
    return STATUS_OK;
}
