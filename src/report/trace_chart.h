/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TRACE_CHART_H
#define SPINET_REPORT_TRACE_CHART_H

#include "store/trace_file.h"

/* One traced cell as a picture that explains the model: what comes in, its dendrites, soma and
 * calcium (right: the moment of its first spike), then tags x PRPs becoming weights. FOLDER/cell-
 * ID.png and .svg. SYSTEM without gnuplot. */
int trace_chart_cell(const struct trace *trace, const struct trace_about *about,
                     const struct trace_cell *cell, const char *folder);

/* Who spiked when, and the rates of each population: FOLDER/population.png and .svg. */
int trace_chart_population(const struct trace *trace, const struct trace_about *about,
                           const char *folder);

#endif
