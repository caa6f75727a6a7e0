/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes from the lower to the upper quartile with the median; whiskers to the furthest run within
 * 1.5 boxes; every run as a point, spread sideways by its place in the table and nothing else. A
 * condition of one run is a larger point in its place, without a box. */
#include "report/boxes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"

enum { TESTED_LAST_MAX = 4 };

static const struct {
    const char *title, *label;
    double unit, most; /* no value is greater; INFINITY if there is no end */
} looks[STUDY_N_VALUES] = {
    [STUDY_ACCURACY] = {"Accuracy on the test images", "accuracy (%)", 100, 1},
    [STUDY_PRESENTATIONS] = {"Presentations until training stopped", "presentations", 1,
                             (double)INFINITY},
    [STUDY_SIMILARITY] = {"Similarity of representation maps and images", "similarity", 1, 1},
};

const char *boxes_label(enum study_value what)
{
    return looks[what].label;
}

double boxes_unit(enum study_value what)
{
    return looks[what].unit;
}

static int32_t condition_of(const struct study *study, int32_t panel, int32_t x, int32_t c)
{
    return (x * study->n_middle + panel) * study->n_last + c;
}

static struct t_test test_of(const struct study *study, enum study_value what, int32_t group,
                             int32_t c)
{
    const struct summary first = study_summary(study, group * study->n_last, what);
    const struct summary other = study_summary(study, group * study->n_last + c, what);
    return statistics_t_test(&first, &other, T_TEST_POOLED);
}

int32_t boxes_n_tests(const struct study *study, enum study_value what)
{
    int32_t n = 0;
    if (study->n_last > TESTED_LAST_MAX)
        return 0;
    for (int32_t group = 0; group < study->n_first * study->n_middle; group++)
        for (int32_t c = 1; c < study->n_last; c++)
            n += !isnan(test_of(study, what, group, c).p);
    return n;
}

struct box_chart {
    const struct study *study;
    enum study_value what;
    struct chart *chart;
    double *values;         /* [n_runs] */
    double slot, half;      /* width of a colour's place, half of a box's */
    double low, high, step; /* of the y axis, without the room for stars; between two stars */
    int32_t n_tests;
};

static double place(const struct box_chart *b, int32_t x, int32_t c)
{
    return x + 1 + (c - (b->study->n_last - 1) / 2.0) * b->slot;
}

static void put_data(struct box_chart *b, int32_t panel, int32_t c)
{
    FILE *script = b->chart->script;
    const double unit = looks[b->what].unit;
    fprintf(script, "$points%d << END\nNaN NaN NaN\n", c);
    for (int32_t x = 0; x < b->study->n_first; x++) {
        const int32_t n =
            study_values(b->study, condition_of(b->study, panel, x, c), b->what, b->values);
        for (int32_t i = 0; i < n; i++) {
            const double spread = n > 1 ? fmod((i + 1) * 0.6180339887, 1) - 0.5 : 0;
            fprintf(script, "%.5f %.8g %g\n", place(b, x, c) + 1.4 * b->half * spread,
                    b->values[i] * unit, n > 1 ? 0.4 : 1.4);
        }
    }
    fprintf(script, "END\n$boxes%d << END\nNaN NaN NaN NaN NaN NaN\n", c);
    for (int32_t x = 0; x < b->study->n_first; x++) {
        const int32_t condition = condition_of(b->study, panel, x, c);
        const int32_t n = study_values(b->study, condition, b->what, b->values);
        const struct summary s = study_summary(b->study, condition, b->what);
        const double reach = 1.5 * (s.upper_quartile - s.lower_quartile);
        double low = s.lower_quartile, high = s.upper_quartile;
        for (int32_t i = 0; i < n; i++) {
            if (b->values[i] >= s.lower_quartile - reach)
                low = fmin(low, b->values[i]);
            if (b->values[i] <= s.upper_quartile + reach)
                high = fmax(high, b->values[i]);
        }
        if (n > 1)
            fprintf(script, "%.5f %.8g %.8g %.8g %.8g %.8g\n", place(b, x, c), low * unit,
                    s.lower_quartile * unit, s.median * unit, s.upper_quartile * unit, high * unit);
    }
    fprintf(script, "END\n");
}

/* A bracket from the first level's box to the compared one's, the stars above. */
static void put_stars(const struct box_chart *b, int32_t panel)
{
    FILE *script = b->chart->script;
    int mark = 1;
    for (int i = 1; i <= b->study->n_first * TESTED_LAST_MAX; i++)
        fprintf(script, "unset label %d\nunset arrow %d\n", i, i);
    for (int32_t x = 0; x < b->study->n_first && b->n_tests > 0; x++)
        for (int32_t c = 1; c < b->study->n_last; c++, mark++) {
            const int32_t group = x * b->study->n_middle + panel;
            const double p = test_of(b->study, b->what, group, c).p;
            const char *stars = statistics_stars(statistics_bonferroni(p, (size_t)b->n_tests));
            const double y = b->high + (c - 0.35) * b->step;
            if (isnan(p))
                continue;
            fprintf(script,
                    "set arrow %d from %.5f,%.8g to %.5f,%.8g heads size screen 0.003,90 lw 1 "
                    "lc '#444444'\nset label %d '%s' at %.5f,%.8g center offset 0,%s\n",
                    mark, place(b, x, 0), y, place(b, x, c), y, mark, stars,
                    (place(b, x, 0) + place(b, x, c)) / 2, y, *stars == '*' ? "0.35" : "0.6");
        }
}

static void put_panel(struct box_chart *b, int32_t panel)
{
    FILE *script = b->chart->script;
    const struct study *study = b->study;
    for (int32_t c = 0; c < study->n_last; c++)
        put_data(b, panel, c);
    put_stars(b, panel);
    if (study->n_middle > 1) {
        char name[512];
        fprintf(script, "set title ");
        chart_put_text(b->chart, study_describe(study, panel * study->n_last, 1,
                                                study->n_factors - 1, name, sizeof name));
        fprintf(script, " offset 0,-0.5\n");
    }
    fprintf(script, "plot ");
    for (int32_t c = 0; c < study->n_last; c++) {
        const char *color = chart_color(c);
        fprintf(script,
                "%s$boxes%d using 1:(($3+$5)/2):(%.5f):(($5-$3)/2) with boxxyerror "
                "fs solid 0.22 border lc '%s' lc '%s' lw 1.2 notitle, "
                "'' using 1:2:(0):($3-$2) with vectors nohead lw 1.2 lc '%s' notitle, "
                "'' using 1:5:(0):($6-$5) with vectors nohead lw 1.2 lc '%s' notitle, "
                "'' using ($1-%.5f):4:(%.5f):(0) with vectors nohead lw 2.6 lc '%s' notitle, "
                "$points%d using 1:2:3 with points pt 7 ps variable lc '%s' notitle",
                c ? ", \\\n " : "", c, b->half, color, color, color, color, b->half, 2 * b->half,
                color, c, color);
    }
    fprintf(script, "\nunset ylabel\n");
    chart_end_panel(b->chart);
}

static void scale(struct box_chart *b)
{
    double least = INFINITY, most = -INFINITY;
    const double unit = looks[b->what].unit;
    for (int32_t r = 0; r < b->study->n_runs; r++)
        if (!isnan(b->study->run[r].value[b->what])) {
            least = fmin(least, b->study->run[r].value[b->what] * unit);
            most = fmax(most, b->study->run[r].value[b->what] * unit);
        }
    if (least > most)
        least = most = 0;
    const double pad = most > least ? 0.05 * (most - least) : fmax(0.05 * fabs(most), 0.01);
    b->low = least - pad;
    if (b->what == STUDY_PRESENTATIONS)
        b->low = 0;
    b->high = fmin(most + pad, looks[b->what].most * unit + pad / 4);
    b->step = 0.1 * (b->high - b->low);
}

int boxes_plot(const struct study *study, enum study_value what, struct chart *chart)
{
    struct box_chart b = {.study = study, .what = what, .chart = chart};
    b.slot = 0.8 / study->n_last;
    b.half = fmin(0.36 * b.slot, 0.16);
    b.n_tests = boxes_n_tests(study, what);
    scale(&b);
    size_t longest = 0;
    for (int32_t x = 0; x < study->n_first; x++)
        if (strlen(study->factor[0].level[x]) > longest)
            longest = strlen(study->factor[0].level[x]);
    const int n_columns = study->n_middle > 1 ? 2 : 1;
    const double wanted = 60.0 * study->n_first * fmax(study->n_last, 1.6);
    const int width = (int)fmin(fmax(wanted, n_columns > 1 ? 340 : 480), 900.0 / n_columns);
    const bool slanted = 7.0 * (double)longest > (double)width / study->n_first;
    const int for_labels = slanted ? (int)fmin(3.9 * (double)longest, 120) : 0;
    struct chart_key *key = calloc((size_t)study->n_last, sizeof *key);
    for (int32_t c = 0; c < study->n_last && key; c++) {
        key[c].kind = CHART_KEY_BOX;
        key[c].look = c;
        snprintf(key[c].text, sizeof key[c].text, "%.120s %.120s",
                 study->factor[study->n_factors - 1].name, study_last(study, c));
    }
    const struct chart_grid grid = {.n_panels = study->n_middle,
                                    .n_columns = n_columns,
                                    .panel_width = width,
                                    .panel_height = study->n_middle > 1 ? 240 : 320,
                                    .left = 75,
                                    .right = slanted ? 60 : 25,
                                    .top = study->n_middle > 1 ? 55 : 40,
                                    .bottom = 60 + for_labels,
                                    .gap_x = 50,
                                    .gap_y = 85 + for_labels,
                                    .key = key,
                                    .n_keys = study->n_last > 1 ? study->n_last : 0};
    b.values = malloc((size_t)study->n_runs * sizeof *b.values);
    const int result = b.values && key ? chart_init_grid(chart, &grid, looks[what].title)
                                       : status_no_memory("a chart", 0);
    if (result == STATUS_OK) {
        FILE *script = chart->script;
        fprintf(script,
                "set xrange [0.4:%g]\nset yrange [%.8g:%.8g]\nset grid ytics lc '#e4e4e4' lw 0.8\n"
                "set boxwidth 0.5\nset xtics scale 0%s (",
                study->n_first + 0.6, b.low,
                b.high + (b.n_tests > 0 ? b.step * (study->n_last - 0.6) : 0),
                slanted ? " rotate by -35" : "");
        for (int32_t x = 0; x < study->n_first; x++) {
            fprintf(script, "%s", x ? ", " : "");
            chart_put_text(chart, study->factor[0].level[x]);
            fprintf(script, " %d", x + 1);
        }
        fprintf(script, ")\nset xlabel ");
        chart_put_text(chart, study->factor[0].name);
        fprintf(script, "\nset ylabel '%s' offset 0.5,0\n", looks[what].label);
        for (int32_t panel = 0; panel < study->n_middle; panel++) {
            if (panel % n_columns == 0)
                fprintf(script, "set ylabel '%s' offset 0.5,0\n", looks[what].label);
            put_panel(&b, panel);
        }
        fprintf(script, "unset multiplot\n");
    }
    free(b.values);
    free(key);
    return result;
}
