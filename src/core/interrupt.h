/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_INTERRUPT_H
#define SPINET_CORE_INTERRUPT_H

/* Signals that ask long work to stop at a place from which it can be continued. SIGINT, SIGTERM and
 * SIGHUP: a second one ends the program at once. SIGUSR1, SIGUSR2, SIGXCPU and SIGALRM announce
 * that a limit of a scheduler is near; further ones change nothing. */

/* From this call on these signals are only remembered (interrupt_signal). If the reader of stdout
 * or stderr goes away (SIGPIPE), the work goes on, since its results are files. */
void interrupt_watch(void);

/* From this call until interrupt_watch, each of these signals ends the program at once after
 * printing `words` on stderr: for work that can simply be repeated. */
void interrupt_end_with(const char *words);

/* The signal that came, 0 if none did. */
int interrupt_signal(void);

#endif
