/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar. It measures time for people only: nothing of a result depends on it. */
#include "core/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 24 };
static const double redraw_s = 0.1, line_s = 15;

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(struct progress *progress, const char *label, const char *unit, int64_t total,
                    bool is_quiet)
{
    const double now = progress_clock();
    *progress = (struct progress){
        .label = label,
        .unit = unit,
        .total = total,
        .is_quiet = is_quiet,
        .is_terminal = isatty(STDERR_FILENO) == 1,
        .start = now,
        .last = now,
    };
    progress_update(progress, 0, NULL);
}

static void format_seconds(double seconds, char *text, size_t size)
{
    const long s = (long)(seconds + 0.5);
    if (s < 60)
        snprintf(text, size, "%ld s", s);
    else if (s < 3600)
        snprintf(text, size, "%ld:%02ld min", s / 60, s % 60);
    else
        snprintf(text, size, "%ld:%02ld h", s / 3600, s % 3600 / 60);
}

static void draw(struct progress *progress, int64_t done, const char *note, double now)
{
    const double elapsed = now - progress->start;
    const double part = progress->total > 0 ? (double)done / (double)progress->total : 0;
    const double rate = elapsed > 0 ? (double)(done - progress->before) / elapsed : 0;
    char left[64] = "";
    if (rate > 0 && done < progress->total) {
        char time[32];
        format_seconds((double)(progress->total - done) / rate, time, sizeof time);
        snprintf(left, sizeof left, ", %s left", time);
    }
    const char *gap = note && *note ? "  " : "";
    note = note ? note : "";
    if (progress->is_terminal) {
        char bar[BAR + 1];
        for (int i = 0; i < BAR; i++)
            bar[i] = i < (int)(part * BAR) ? '#' : '.';
        bar[BAR] = '\0';
        fprintf(stderr, "\r\033[K%s [%s] %lld/%lld %s, %.3g/s%s%s%s", progress->label, bar,
                (long long)done, (long long)progress->total, progress->unit, rate, left, gap, note);
        fflush(stderr);
    } else {
        fprintf(stderr, "%s: %lld/%lld %s, %.3g/s%s%s%s\n", progress->label, (long long)done,
                (long long)progress->total, progress->unit, rate, left, gap, note);
    }
    progress->is_drawn = true;
}

void progress_update(struct progress *progress, int64_t done, const char *note)
{
    const double now = progress_clock();
    const double interval = progress->is_terminal ? redraw_s : line_s;
    if (progress->is_quiet || now - progress->last < interval)
        return;
    progress->last = now;
    draw(progress, done, note, now);
}

void progress_finish(struct progress *progress, int64_t done, const char *note)
{
    if (progress->is_quiet)
        return;
    char time[32];
    format_seconds(progress_clock() - progress->start, time, sizeof time);
    progress_clear(progress);
    fprintf(stderr, "%s: %lld %s in %s%s%s\n", progress->label, (long long)done, progress->unit,
            time, note && *note ? "  " : "", note ? note : "");
}

void progress_clear(struct progress *progress)
{
    if (progress->is_terminal && progress->is_drawn)
        fprintf(stderr, "\r\033[K");
    progress->is_drawn = false;
}
