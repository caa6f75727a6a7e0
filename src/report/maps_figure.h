/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAPS_FIGURE_H
#define SPINET_REPORT_MAPS_FIGURE_H

#include "report/page.h"
#include "report/study.h"
#include "train/maps.h"

struct condition_maps;

/* Figures of representation maps beside the mean test images of their classes. */

/* Of a run. SYSTEM without memory. */
int maps_figure_put_run(struct page *page, const struct maps *maps, const struct dataset *dataset,
                        const char *title);

/* Of a study: a row a combination of the factors but the last, in it the maps of the run with the
 * median accuracy of each level of the last factor, or the means of the maps of all its runs; all
 * maps of a figure share one scale of colours. Puts figures of six rows each, or
 * the one of the first screen: of one row, or of all levels of a factor alone if these are few
 * (maps_figure_is_whole says whether it has all rows). */
int maps_figure_put(struct page *page, const struct study *study, struct condition_maps **maps,
                    bool is_of_means);
int maps_figure_put_row(struct page *page, const struct study *study, struct condition_maps **maps,
                        int32_t row);
bool maps_figure_is_whole(const struct study *study);

/* Frees what these keep in *maps, from NULL on, so that no file is read and no image averaged for
 * two figures. */
void maps_figure_free(struct condition_maps **maps, const struct study *study);

/* Representation maps over training, as films: a row a condition, the maps of the run with the
 * median accuracy from before training to its end (maps_training.csv), six conditions a figure;
 * nothing of runs that did not record them. USER for a damaged file; SYSTEM without memory. */
int maps_figure_put_films(struct page *page, const struct study *study);

#endif
