/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAP_FILM_H
#define SPINET_REPORT_MAP_FILM_H

#include "report/chart.h"
#include "report/study.h"

/* Representation maps over training: a row a condition, the maps of the run with the median
 * accuracy at moments from before training to its end (maps_training.csv). */

int32_t map_film_n_pages(const struct study *study);

/* Begins a page, from 0; *any says whether a run of it recorded its maps. USER for a run that
 * cannot be read. */
int map_film_plot(const struct study *study, int32_t page, struct chart *chart, bool *any);

#endif
