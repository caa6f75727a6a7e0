/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a run: learning_curve.png and maps.png. */
#include "report/run_pictures.h"

#include <math.h>
#include <stdio.h>

#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "report/maps_figure.h"

/* Strong synapses and sample tests as lines, what each turnover pruned as bars; all as parts. */
static int begin_curve(struct figure *figure, const struct training *training, const char *title)
{
    const double n_plastic = connect_n_plastic(training->parameters);
    TRY(figure_begin(figure, "learning_curve"));
    figure_say(figure, "title", title);
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        figure_put_row(figure, "lines", "panel %s, series %s, x %d, y %g", "", "strong synapses",
                       i + 1, (double)row->strong_fraction);
        if (row->turnover.n_pruned > 0)
            figure_put_row(figure, "bars", "panel %s, x %g, x2 %g, y %g", "", i + 0.6, i + 1.4,
                           row->turnover.n_pruned / n_plastic);
    }
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        const char *const tables[] = {"lines", "dots"};
        for (int k = 0; k < (row->n_samples > 0 ? 2 : 0); k++)
            figure_put_row(figure, tables[k], "panel %s, series %s, x %d, y %g", "",
                           "sample accuracy", i + 1, (double)row->n_correct / row->n_samples);
    }
    return STATUS_OK;
}

/* What a picture says of its run. */
static void title_of(const struct dataset *dataset, const struct parameters *p, uint64_t seed,
                     char *title, size_t size)
{
    char classes[256];
    snprintf(title, size, "%s, classes %s, turnover %s, seed %llu", dataset->name,
             label_list_text(&dataset->labels, "-", classes, sizeof classes),
             parameters_choice(p, "turnover.policy"), (unsigned long long)seed);
}

int run_draw_maps(const char *folder, const struct parameters *p, uint64_t seed,
                  const struct dataset *dataset, const struct maps *maps)
{
    struct figure figure = {0};
    char title[512];
    title_of(dataset, p, seed, title, sizeof title);
    const int status = maps_figure_of_run(&figure, maps, dataset, title);
    if (status == STATUS_OK)
        return figures_write(&figure, 1, PICTURE_PNG, folder);
    figure_free(&figure);
    return status;
}

int run_draw_pictures(const struct run_request *request, const struct training *training,
                      const struct maps *maps)
{
    struct figure figure[2] = {0};
    char title[512];
    const bool has_curve = training->n_presentations > 0;
    title_of(training->dataset, request->parameters, request->seed, title, sizeof title);
    int status = maps_figure_of_run(&figure[0], maps, training->dataset, title);
    if (status == STATUS_OK && has_curve)
        status = begin_curve(&figure[1], training, title);
    if (status == STATUS_OK)
        return vega_excuse(figures_write(figure, has_curve ? 2 : 1, PICTURE_PNG, request->folder));
    figure_free(&figure[0]);
    figure_free(&figure[1]);
    return status;
}
