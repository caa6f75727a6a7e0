/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAP_FILM_H
#define SPINET_REPORT_MAP_FILM_H

#include "report/page.h"
#include "report/study.h"

/* Puts representation maps over training into a page, as films: a row a condition, the maps of the
 * run with the median accuracy from before training to its end (maps_training.csv), six conditions
 * a figure; nothing of runs that did not record them. USER for a run that cannot be read. */
int map_films_put(struct page *page, const struct study *study);

#endif
