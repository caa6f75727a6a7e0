/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_BENCH_INSTRUCTIONS_H
#define SPINET_COMMANDS_BENCH_INSTRUCTIONS_H

#include <jansson.h>
#include <stdio.h>

/* The compiler that made this program: "gcc 12.2.0", and what else changes its instructions. */
const char *bench_compiler(void);

/* Counts the instructions of a test presentation and of a training presentation (with its
 * consolidation) of shapes, by each kernel that valgrind can run; adds a row for each and prints
 * it. USER if valgrind is missing. */
int bench_instructions(json_t *rows, FILE *table);

#endif
