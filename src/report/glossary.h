/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_GLOSSARY_H
#define SPINET_REPORT_GLOSSARY_H

#include <stdio.h>

#include "report/study.h"

/* What the words of a page mean in this experiment, with its own numbers where its runs share them.
 */

/* "What the words mean: …", a paragraph of a page. SYSTEM without memory. */
int glossary_put(FILE *html, const struct study *study);

/* " Training stops when …", as text; nothing where the runs' parameters are not here. */
void glossary_put_stop(FILE *out, const void *study);

/* " Not to respond answers the second class …", as text; nothing where classes have a response
 * each.
 */
void glossary_put_silence(FILE *out, const void *study);

#endif
