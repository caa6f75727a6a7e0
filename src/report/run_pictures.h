/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_PICTURES_H
#define SPINET_REPORT_RUN_PICTURES_H

#include "store/run.h"

/* Draws learning_curve.png and maps.png. Where they cannot be drawn that is said on stderr, and OK;
 * USER or SYSTEM if they cannot be written. */
int run_draw_pictures(const struct run_request *request, const struct training *training,
                      const struct maps *maps);

/* Draws FOLDER/maps.png, titled with what the run was. */
int run_draw_maps(const char *folder, const struct parameters *p, uint64_t seed,
                  const struct dataset *dataset, const struct maps *maps);

#endif
