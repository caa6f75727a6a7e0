/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_INTERRUPT_H
#define SPINET_CORE_INTERRUPT_H

/* SIGINT, SIGTERM and SIGHUP ask long work to stop where it can go on later; a second one ends the
 * program at once. */

/* From now on they only leave a mark; and a reader of stdout or stderr that goes away (SIGPIPE) no
 * longer ends the work, whose results are files. */
void interrupt_watch(void);

/* The signal that came, 0 if none did. */
int interrupt_signal(void);

#endif
