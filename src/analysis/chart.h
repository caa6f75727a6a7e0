/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_ANALYSIS_CHART_H
#define SPINET_ANALYSIS_CHART_H

#include <stdio.h>

/* Charts by gnuplot: the caller writes gnuplot commands (and its data, as blocks) to `script`. */
struct chart {
    FILE *script;
    char *text;
    size_t size;
};

/* A perceptually even, colour-blind-safe palette, as a `set palette` command. */
extern const char chart_palette[];

/* Begins a PNG of this size in pixels. SYSTEM without memory. */
int chart_init(struct chart *chart, int width, int height);

/* Runs gnuplot and puts the picture into place as FOLDER/NAME; frees the chart either way. SYSTEM
 * if there is no gnuplot or it refuses the script. */
int chart_write(struct chart *chart, const char *folder, const char *name);

#endif
