/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals leave a mark; the work looks at it where it can stop. */
#include "core/interrupt.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void take(int number)
{
    if (came)
        _exit(128 + number);
    came = number;
}

void interrupt_watch(void)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        struct sigaction action;
        sigaction(signals[i], NULL, &action);
        if (action.sa_handler == SIG_IGN) /* nohup, or a shell's background job */
            continue;
        action = (struct sigaction){.sa_handler = take, .sa_flags = SA_RESTART};
        sigaction(signals[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

int interrupt_signal(void)
{
    return came;
}
