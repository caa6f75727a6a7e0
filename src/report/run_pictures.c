/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a run: learning_curve.png and maps.png. */
#include "report/run_pictures.h"

#include <stdio.h>

#include "core/scope.h"
#include "core/status.h"
#include "network/connect.h"
#include "report/maps_figure.h"

/* Strong synapses and sample tests as lines, what each turnover pruned as bars; all as parts. */
static int put_curve(struct page *page, const struct training *training, const char *title)
{
    const double n_plastic = connect_n_plastic(training->parameters);
    SCOPED(figure_free) struct figure figure = {0};
    TRY(figure_begin(&figure, "learning_curve"));
    figure_say(&figure, "title", "%s", title);
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        figure_put_row(&figure, "lines", "panel %s, series %s, x %d, y %g", "", "strong synapses",
                       i + 1, (double)row->strong_fraction);
        if (row->turnover.n_pruned > 0)
            figure_put_row(&figure, "bars", "panel %s, x %g, x2 %g, y %g", "", i + 0.6, i + 1.4,
                           row->turnover.n_pruned / n_plastic);
    }
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        const char *const tables[] = {"lines", "dots"};
        for (int k = 0; k < (row->n_samples > 0 ? 2 : 0); k++)
            figure_put_row(&figure, tables[k], "panel %s, series %s, x %d, y %g", "",
                           "sample accuracy", i + 1, (double)row->n_correct / row->n_samples);
    }
    return page_put_figure(page, &figure);
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
    SCOPED(page_free) struct page page = {0};
    char title[512];
    title_of(dataset, p, seed, title, sizeof title);
    TRY(page_begin(&page, folder, title));
    TRY(maps_figure_put_run(&page, maps, dataset, title));
    return page_write_pictures(&page, "png", folder);
}

int run_draw_pictures(const struct run_request *request, const struct training *training,
                      const struct maps *maps)
{
    SCOPED(page_free) struct page page = {0};
    char title[512];
    title_of(training->dataset, request->parameters, request->seed, title, sizeof title);
    TRY(page_begin(&page, request->folder, title));
    TRY(maps_figure_put_run(&page, maps, training->dataset, title));
    if (training->n_presentations > 0)
        TRY(put_curve(&page, training, title));
    return vega_excuse(page_write_pictures(&page, "png", request->folder));
}
