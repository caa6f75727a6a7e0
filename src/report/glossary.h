/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_GLOSSARY_H
#define SPINET_REPORT_GLOSSARY_H

#include <stdio.h>

#include "report/study.h"

/* What the words of a page mean, with the value of a parameter where the study's runs share it, and
 * else its name. */

/* A list of words and meanings. */
void glossary_put(FILE *html, const struct study *study);

/* " Training stops when …", as text; nothing where the runs' parameters are not here. */
void glossary_put_stop(FILE *out, const void *study);

#endif
