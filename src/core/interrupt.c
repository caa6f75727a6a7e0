/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals are only remembered; the work asks for them where it can stop. */
#include "core/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM};
enum { N_SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t came, is_urgent;
static const char *volatile last_words;

/* Whether this is a signal by which schedulers announce a limit. Some send it again and again, or
 * SIGTERM after it. */
static bool is_warning(int number)
{
    return number == SIGUSR1 || number == SIGUSR2 || number == SIGXCPU || number == SIGALRM;
}

static void take(int number)
{
    const char *words = last_words;
    if (words && write(STDERR_FILENO, words, strlen(words)) < 0)
        words = NULL;
    if (words || (is_urgent && !is_warning(number)))
        _exit(128 + number);
    if (!came)
        came = number;
    is_urgent |= !is_warning(number);
}

void interrupt_watch(void)
{
    last_words = NULL;
    for (int i = 0; i < N_SIGNALS; i++) {
        struct sigaction action;
        sigaction(signals[i], NULL, &action);
        if (action.sa_handler == SIG_IGN)
            continue; /* whoever started this process wants it so: nohup, or a shell's `&` */
        action = (struct sigaction){.sa_handler = take, .sa_flags = SA_RESTART};
        sigaction(signals[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_end_with(const char *words)
{
    interrupt_watch();
    last_words = words;
}

int interrupt_signal(void)
{
    return came;
}
