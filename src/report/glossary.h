/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_GLOSSARY_H
#define SPINET_REPORT_GLOSSARY_H

#include <stdio.h>

#include "report/figure.h"
#include "report/study.h"

/* Words of a page in which the value of a parameter stands where the study's runs share it, and
 * else its name. */

/* A list of what words mean. */
void glossary_put(FILE *html, const struct study *study);

/* " Training stops when …", as text; nothing where the runs' parameters are not here. */
void glossary_put_stop(FILE *out, const void *study);

/* Begins a figure of a study: with the caption and values of its look for one run a condition, if
 * conditions have no more, and in the caption the values of what it names as {group.key}. */
int glossary_begin_figure(struct figure *figure, const struct study *study, const char *look);

#endif
