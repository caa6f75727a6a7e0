/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAPS_FIGURE_H
#define SPINET_REPORT_MAPS_FIGURE_H

#include "report/page.h"
#include "report/study.h"
#include "train/maps.h"

/* Figures of representation maps beside the mean test images of their classes. */

/* Of a run. SYSTEM without memory; free it either way. */
int maps_figure_of_run(struct figure *figure, const struct maps *maps,
                       const struct dataset *dataset, const char *title);

/* Of a study: a row a combination of the factors but the last, in it the maps of the run with the
 * median accuracy of each level of the last factor, or the means of the maps of all its runs; all
 * maps of a figure share one scale of colours. Figures are of so many rows, or of one row. */
int32_t maps_figure_n_pages(const struct study *study);
int maps_figure_put_page(struct page *page, const struct study *study, int32_t number,
                         bool is_of_means);
int maps_figure_put_row(struct page *page, const struct study *study, int32_t row);

#endif
