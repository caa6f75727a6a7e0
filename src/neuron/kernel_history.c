/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "neuron/kernel_history.h"

#include <stdio.h>
#include <string.h>

#include "core/status.h"

int kernel_history_add(struct kernel_history *history, const char *name, int32_t from)
{
    while (history->n > 0 && history->part[history->n - 1].from >= from)
        history->n--;
    if (history->n > 0 && strcmp(history->part[history->n - 1].name, name) == 0)
        return STATUS_OK;
    if (history->n == KERNEL_PARTS_MAX)
        return status_fail(STATUS_USER, "a run goes on with another kernel at most %d times",
                           KERNEL_PARTS_MAX - 1);
    struct kernel_part *part = &history->part[history->n++];
    snprintf(part->name, sizeof part->name, "%s", name);
    part->from = from;
    return STATUS_OK;
}

const char *kernel_history_at(const struct kernel_history *history, int32_t presentation)
{
    int32_t i = history->n - 1;
    while (i > 0 && history->part[i].from > presentation)
        i--;
    return i < 0 ? "" : history->part[i].name;
}

void kernel_history_print(const struct kernel_history *history, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "%s", history->part[0].name);
    for (int32_t i = 1; i < history->n && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, ", %s from %d",
                                   history->part[i].name, history->part[i].from);
}

int kernel_history_parse(struct kernel_history *history, const char *text)
{
    char name[KERNEL_NAME_MAX];
    int n = 0, from, result = STATUS_OK;
    *history = (struct kernel_history){0};
    if (sscanf(text, "%31[a-z0-9]%n", name, &n) == 1)
        result = kernel_history_add(history, name, 1);
    while (result == STATUS_OK && n > 0 && text[n]) {
        int more = 0;
        if (sscanf(text + n, ", %31[a-z0-9] from %d%n", name, &from, &more) != 2 || from < 1)
            n = 0;
        else
            result = kernel_history_add(history, name, from);
        n += n ? more : 0;
    }
    return n > 0 || result != STATUS_OK
               ? result
               : status_fail(STATUS_USER, "kernel '%.100s': expected names of kernels", text);
}
