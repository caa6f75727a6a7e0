/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maps.png: representation maps below the mean images of their classes. */
#include "report/map_chart.h"

#include <math.h>

#include "core/status.h"
#include "report/chart.h"

/* A matrix as a gnuplot data block. */
static void put_matrix(FILE *script, const char *name, int32_t k, const double *values,
                       int32_t width, int32_t height)
{
    fprintf(script, "$%s%d << END\n", name, k);
    for (int32_t row = 0; row < height; row++) {
        for (int32_t column = 0; column < width; column++)
            fprintf(script, "%.5g ", values[row * width + column]);
        fprintf(script, "\n");
    }
    fprintf(script, "END\n");
}

int map_chart_draw(const struct maps *maps, const struct dataset *dataset, const char *title,
                   const char *folder)
{
    struct chart chart;
    const size_t n_pixels = (size_t)maps->width * (size_t)maps->height;
    const int32_t n_classes = maps->n_classes;
    TRY(chart_init(&chart, 330 * n_classes + 30, 660));
    FILE *script = chart.script;
    double most = 0;
    for (size_t i = 0; i < n_pixels * (size_t)n_classes; i++)
        most = fmax(most, maps->weight[i]);
    for (int32_t k = 0; k < n_classes; k++) {
        put_matrix(script, "mean", k, maps->class_mean + (size_t)k * n_pixels, maps->width,
                   maps->height);
        put_matrix(script, "map", k, maps->weight + (size_t)k * n_pixels, maps->width,
                   maps->height);
    }
    fprintf(script, "set multiplot layout 2,%d title '%s' noenhanced\n", n_classes, title);
    fprintf(script,
            "set size ratio %g\nset xrange [-0.5:%d.5]\nset yrange [%d.5:-0.5]\n"
            "unset tics\nset cbtics\nunset key\nset border lw 0.5\n",
            (double)maps->height / maps->width, maps->width - 1, maps->height - 1);
    /* a colour box in both rows, so that their pixels line up */
    fprintf(script, "set palette gray\nset cbrange [0:255]\nset cblabel 'mean intensity'\n");
    for (int32_t k = 0; k < n_classes; k++)
        fprintf(script, "set title 'class %d: mean test image'\nplot $mean%d matrix with image\n",
                dataset->classes.label[k], k);
    fprintf(script, "%s\nset cbrange [0:%g]\nset cblabel 'summed weight'\n", chart_palette,
            fmax(most, 1e-9));
    for (int32_t k = 0; k < n_classes; k++)
        fprintf(script, "set title 'what its cells hold'\nplot $map%d matrix with image\n", k);
    fprintf(script, "unset multiplot\n");
    return chart_write(&chart, folder, "maps.png");
}
