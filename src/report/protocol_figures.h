/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_PROTOCOL_FIGURES_H
#define SPINET_REPORT_PROTOCOL_FIGURES_H

#include "report/page.h"

/* Whether the folder has the tables of `spinet spines --protocol`. */
bool protocol_figures_any(const char *folder);

/* Puts figures of them into a page: density, turnover, survival and size, a panel a protocol, with
 * what was published. USER for tables that are damaged; SYSTEM without memory. */
int protocol_figures_put(struct page *page, const char *folder);

#endif
