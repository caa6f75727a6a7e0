/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PROCESS_H
#define SPINET_CORE_PROCESS_H

#include <stdio.h>

/* Runs another program, which is searched for in PATH if its name has no slash, and waits for it;
 * if this process is killed, the other is, too. What it prints (stdout and stderr) goes to *output,
 * in new memory (free it), or, if `output` is NULL, to where this process prints. Returns its exit
 * code, 128 + signal if a signal ended it, or 127 if it could not be started. */
int process_run(const char *const *arguments, char **output);

/* Prints a word, whatever characters it has, so that a shell reads it as one word. */
void process_put_quoted(FILE *out, const char *word);

#endif
