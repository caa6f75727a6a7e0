/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TRACE_FIGURE_H
#define SPINET_REPORT_TRACE_FIGURE_H

#include "report/figure.h"
#include "store/trace_file.h"

/* One traced cell as a figure that explains the model: what comes in, its dendrites, soma and
 * calcium (at the right, the moment of its first spike), then tags x PRPs becoming weights. It is
 * called cell-ID. SYSTEM without memory; the figure is to be freed either way. */
int trace_figure_cell(struct figure *figure, const struct trace *trace,
                      const struct trace_about *about, const struct trace_cell *cell);

/* Who spiked when, and the rates of each population: "population". */
int trace_figure_population(struct figure *figure, const struct trace *trace,
                            const struct trace_about *about);

#endif
