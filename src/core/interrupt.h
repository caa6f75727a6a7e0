/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_INTERRUPT_H
#define SPINET_CORE_INTERRUPT_H

/* Signals that ask long work to stop where it can go on later: SIGINT, SIGTERM and SIGHUP, of which
 * a second one ends the program at once; and SIGUSR1, SIGUSR2, SIGXCPU and SIGALRM, by which a
 * limit announces itself, and which never hurry. */

/* From now on they only leave a mark; and a reader of stdout or stderr that goes away (SIGPIPE) no
 * longer ends the work, whose results are files. */
void interrupt_watch(void);

/* From now on, until interrupt_watch, each ends the program at once, with these words on stderr:
 * for work that can be done again from its beginning. */
void interrupt_end_with(const char *words);

/* The signal that came, 0 if none did. */
int interrupt_signal(void);

#endif
