/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar. It measures time for people only: nothing of a result depends on it. */
#include "core/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/number.h"
#include "core/utf8.h"

enum { BAR_MIN = 8, BAR_MAX = 24, LINE_MAX_BYTES = 1024 };
static const double redraw_s = 0.1, line_s = 15;

/* ---- the terminal ---- */

/* Whether stderr is a terminal on which a line can be redrawn; shells within editors and some
 * consoles cannot. */
static bool can_redraw(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && kind && *kind && strcmp(kind, "dumb") != 0;
}

/* Whether another job has the terminal, as after `&`: writing there may stop this program (stty
 * tostop) and would disturb what is typed. */
static bool is_in_background(void)
{
    const pid_t group = tcgetpgrp(STDERR_FILENO);
    return group > 0 && group != getpgrp();
}

/* The width of the terminal in columns, asked anew each time, since windows change. */
static size_t find_width(void)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    int64_t n;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return columns && number_parse_whole(columns, &n) && n > 0 && n < LINE_MAX_BYTES ? (size_t)n
                                                                                     : 80;
}

/* ---- the line ---- */

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
        .is_terminal = can_redraw(),
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

/* Draws over the bar that is there, but never into the last column, after which a terminal may
 * begin a new row. (A character takes no more columns than it has bytes.) Where there is too little
 * room, the bar gets shorter, then the text behind it. */
static void draw_bar(const struct progress *progress, double part, const char *text)
{
    char line[2 * LINE_MAX_BYTES], fitting[LINE_MAX_BYTES], bar[BAR_MAX + 4] = "";
    const size_t n = strlen(progress->label) + strlen(text) + 1, width = find_width();
    const size_t room = width > n + 4 ? width - n - 4 : 0, size = room < BAR_MAX ? room : BAR_MAX;
    if (size >= BAR_MIN) {
        memset(bar, '.', size + 1);
        memset(bar + 1, '#', (size_t)(part * (double)size));
        memcpy(bar, "[", 1);
        memcpy(bar + size + 1, "] ", 3);
    }
    snprintf(line, sizeof line, "%s %s%s", progress->label, bar, text);
    for (char *at = line; *at; at++) /* names of files may hold control characters */
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    utf8_copy(fitting, width < sizeof fitting ? width : sizeof fitting, line, strlen(line));
    fprintf(stderr, "\r\033[K%s", fitting);
    fflush(stderr);
}

static void draw(struct progress *progress, int64_t done, const char *note, double now)
{
    const double elapsed = now - progress->start;
    const double part = progress->total > 0 ? (double)done / (double)progress->total : 0;
    const double rate = elapsed > 0 ? (double)(done - progress->before) / elapsed : 0;
    char left[64] = "", text[LINE_MAX_BYTES];
    if (rate > 0 && done < progress->total) {
        char time[32];
        format_seconds((double)(progress->total - done) / rate, time, sizeof time);
        snprintf(left, sizeof left, ", %s left", time);
    }
    snprintf(text, sizeof text, "%lld/%lld %s, %.3g/s%s%s%.700s", (long long)done,
             (long long)progress->total, progress->unit, rate, left, note && *note ? "  " : "",
             note ? note : "");
    if (progress->is_terminal)
        draw_bar(progress, part < 1 ? part : 1, text);
    else
        fprintf(stderr, "%s: %s\n", progress->label, text);
    progress->is_drawn = true;
}

void progress_update(struct progress *progress, int64_t done, const char *note)
{
    const double now = progress_clock();
    const double interval = progress->is_terminal ? redraw_s : line_s;
    if (progress->is_quiet || now - progress->last < interval)
        return;
    progress->last = now;
    if (is_in_background())
        return;
    draw(progress, done, note, now);
}

void progress_finish(struct progress *progress, int64_t done, const char *note)
{
    if (progress->is_quiet)
        return;
    char time[32];
    format_seconds(progress_clock() - progress->start, time, sizeof time);
    progress_clear(progress);
    if (is_in_background())
        return;
    fprintf(stderr, "%s: %lld %s in %s%s%s\n", progress->label, (long long)done, progress->unit,
            time, note && *note ? "  " : "", note ? note : "");
}

void progress_clear(struct progress *progress)
{
    if (progress->is_terminal && progress->is_drawn && !is_in_background())
        fprintf(stderr, "\r\033[K");
    progress->is_drawn = false;
}
