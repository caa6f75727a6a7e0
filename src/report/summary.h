/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SUMMARY_H
#define SPINET_REPORT_SUMMARY_H

#include "sweep/sweep.h"

/* Prints a table of the gathered runs, a line a condition. SYSTEM without memory. */
int summary_print(const struct sweep *s);

#endif
