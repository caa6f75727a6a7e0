/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PROCESS_H
#define SPINET_CORE_PROCESS_H

#include <stdio.h>

/* Runs another program, sought in PATH if its name has no slash, and waits for it; it ends with
 * this one. *output (to be freed; NULL: it prints where this one does): what it printed, stdout and
 * stderr. Its exit code; 128 + signal; 127 if it could not be started. */
int process_run(const char *const *arguments, char **output);

/* One word of a command line for a shell, whatever is in it. */
void process_put_quoted(FILE *out, const char *word);

#endif
