/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CHART_H
#define SPINET_REPORT_CHART_H

#include <stdio.h>

/* Charts by gnuplot: the caller writes gnuplot commands (and its data, as blocks) to `script`. */
struct chart {
    FILE *script;
    char *text;
    size_t size;
    int width, height; /* pixels */
    int n_keys;        /* entries of the legend */
    int scale;         /* device pixels a pixel of a PNG: 1, or 2 for sharp print */
};

enum chart_format { CHART_PNG, CHART_SVG };

/* A perceptually even, colour-blind-safe palette, as a `set palette` command. */
extern const char chart_palette[];

/* Begins a picture of this size in pixels. SYSTEM without memory. */
int chart_init(struct chart *chart, int width, int height);
void chart_free(struct chart *chart);

/* Runs gnuplot and puts the picture into place as FOLDER/NAME; may be called again for another
 * format. NO_PICTURE if there is no gnuplot or it refuses the script; USER or SYSTEM if the picture
 * cannot be written, as on a full disk. */
int chart_draw(struct chart *chart, enum chart_format format, const char *folder, const char *name);

/* Draws NAME.svg, and NAME.png with twice the pixels. */
int chart_draw_both(struct chart *chart, const char *folder, const char *name);

/* Draws a PNG and frees the chart, whether or not that worked. */
int chart_write(struct chart *chart, const char *folder, const char *name);

/* For pictures beside numbers, which are complete without them: turns NO_PICTURE into OK, with the
 * message on stderr. */
int chart_excuse(int status);

/* Writes the text as a quoted string of gnuplot's, fit for any text. */
void chart_put_text(const struct chart *chart, const char *text);

/* Colours by Okabe and Ito that any eye tells apart, used in turn; "#rrggbb". */
const char *chart_color(int i);

/* A dash type for lines, told apart without colour. */
const char *chart_dash(int i);

/* An entry of the legend. */
struct chart_key {
    enum { CHART_KEY_LINE, CHART_KEY_BOX, CHART_KEY_DOT, CHART_KEY_RING } kind;
    int look; /* of chart_color and chart_dash; -1 is grey */
    char text[256];
};

/* Several panels below one title, each of panel_width x panel_height pixels within its axes. */
struct chart_grid {
    int n_panels, n_columns;
    int panel_width, panel_height;
    int left, right, top, bottom; /* margins around all; `top` has the title; legend not counted */
    int gap_x, gap_y;
    const struct chart_key *key; /* [n_keys] the legend below all panels */
    int n_keys;
};

/* Margins as most have them. */
#define CHART_MARGINS .left = 80, .right = 25, .top = 60, .bottom = 64, .gap_x = 35

/* Begins a picture of panels, sized to hold them: one gnuplot plot each, row by row. Arrows, labels
 * and objects from 9000 on are its own. */
int chart_init_grid(struct chart *chart, const struct chart_grid *grid, const char *title);

/* To be written after each plot: what is drawn once has been drawn with the first. */
void chart_end_panel(struct chart *chart);

#endif
