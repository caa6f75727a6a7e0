/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_VEGA_H
#define SPINET_REPORT_VEGA_H

#include <stdbool.h>
#include <stdio.h>

/* What draws figures: Vega, a library in JavaScript. It is read where the system has it (Debian's
 * libjs-vega), put into pages, and run by node for pictures. */

/* A text of report/figures, which is built into the program; NULL if there is none of this name. */
const char *vega_text(const char *name);

/* Writes the library as one script, which sets `vega`, and the scripts and specifications that
 * pages and pictures share. NO_PICTURE, saying what to install, if the library is not here. */
int vega_put_library(FILE *out);

/* Whether the library is here. */
bool vega_is_here(void);

enum picture_format { PICTURE_SVG, PICTURE_PNG };

/* Draws n figures, given as JSON (figure.h), in one run of node: svg[n] in new memory. NO_PICTURE
 * if node or the library cannot be had, SYSTEM without memory. */
int vega_draw(char *const *figures, int n, char **svg);

/* Writes FOLDER/NAME.svg, or .png by rsvg-convert with twice the pixels. NO_PICTURE as above. */
int vega_write(const char *svg, enum picture_format format, const char *folder, const char *name);

/* For pictures beside numbers, which are complete without them: turns NO_PICTURE into OK, with the
 * message on stderr. */
int vega_excuse(int status);

#endif
