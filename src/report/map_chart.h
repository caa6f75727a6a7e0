/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_MAP_CHART_H
#define SPINET_REPORT_MAP_CHART_H

#include "train/maps.h"

/* Draws FOLDER/maps.png: class means above, maps on a common colour scale below. */
int map_chart_draw(const struct maps *maps, const struct dataset *dataset, const char *title,
                   const char *folder);

#endif
