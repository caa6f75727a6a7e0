/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a run: learning_curve.png and maps.png. */
#include "report/run_pictures.h"

#include <math.h>
#include <stdio.h>

#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "report/chart.h"
#include "report/maps_figure.h"

static int draw_curve(const struct run_request *request, const struct training *training,
                      const char *title)
{
    struct chart chart;
    TRY(chart_init(&chart, 800, 480));
    FILE *script = chart.script;
    fprintf(script, "$curve << END\n");
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        fprintf(script, "%d %g ", i + 1, (double)row->strong_fraction);
        if (row->n_samples > 0)
            fprintf(script, "%g\n", (double)row->n_correct / row->n_samples);
        else
            fprintf(script, "NaN\n");
    }
    fprintf(script, "END\n$turnover << END\n0 NaN\n");
    for (int32_t i = 0; i < training->n_presentations; i++)
        if (training->curve[i].turnover.n_pruned > 0)
            fprintf(script, "%d %g\n", i + 1,
                    (double)training->curve[i].turnover.n_pruned /
                        connect_n_plastic(request->parameters));
    fprintf(script,
            "END\nset title '%s' noenhanced\nset xlabel 'training presentations'\n"
            "set ylabel 'fraction'\nset xrange [0:%d]\nset yrange [0:1.05]\n"
            "set grid back lt 1 lw 0.5 lc rgb '#cccccc'\nset key outside below\n"
            "plot $turnover using 1:2 with impulses lw 3 lc '#bbbbbb' title 'synapses pruned', \\\n"
            " $curve using 1:2 with lines lw 2 lc '#0072b2' title 'strong synapses', \\\n"
            " $curve using 1:3 with points pt 7 ps 1.2 lc '#d55e00' title 'sample accuracy'\n",
            title, training->n_presentations);
    return chart_write(&chart, request->folder, "learning_curve.png");
}

/* What a picture says of its run. */
static void title_of(const struct dataset *dataset, const struct parameters *p, uint64_t seed,
                     char *title, size_t size)
{
    char classes[256];
    snprintf(title, size, "%s, classes %s, turnover %s, seed %llu", dataset->name,
             run_class_names(dataset, classes, sizeof classes),
             parameters_choice(p, "turnover.policy"), (unsigned long long)seed);
    for (char *c = title; *c; c++)
        if (*c == '\'')
            *c = '_';
}

static int draw_maps(const struct dataset *dataset, const struct maps *maps, const char *title,
                     const char *folder)
{
    SCOPED(figure_free) struct figure figure = {0};
    TRY(maps_figure_of_run(&figure, maps, dataset, title));
    return figures_write(&figure, 1, PICTURE_PNG, folder);
}

int run_draw_maps(const char *folder, const struct parameters *p, uint64_t seed,
                  const struct dataset *dataset, const struct maps *maps)
{
    char title[512];
    title_of(dataset, p, seed, title, sizeof title);
    return draw_maps(dataset, maps, title, folder);
}

int run_draw_pictures(const struct run_request *request, const struct training *training,
                      const struct maps *maps)
{
    char title[512];
    title_of(training->dataset, request->parameters, request->seed, title, sizeof title);
    int status = draw_maps(training->dataset, maps, title, request->folder);
    if (status == STATUS_OK && training->n_presentations > 0)
        status = draw_curve(request, training, title);
    return chart_excuse(status);
}
