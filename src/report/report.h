/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_REPORT_H
#define SPINET_REPORT_REPORT_H

#include <stdint.h>

/* Writes a report about the sweep in the folder, or about one or more runs, to `page`; NULL:
 * FOLDER/report.html of the first. Its charts are NAME.png and NAME.svg in the folder "charts"
 * beside it, of PAGE.html "PAGE-charts". The data are read again for the maps, from data_folder
 * if it is not NULL. Without gnuplot the report has no charts, which it says,
 * and stderr too. USER for a folder that holds neither or is damaged. */
int report_write(const char *const *folders, int32_t n_folders, const char *data_folder,
                 const char *page);

#endif
