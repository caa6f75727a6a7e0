/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/machine.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/scope.h"
#include "core/status.h"

const char *machine_host(char *text, size_t size)
{
    if (gethostname(text, size) != 0)
        *text = '\0';
    text[size - 1] = '\0';
    return text;
}

/* The first processor's "model name"; "" where the kernel does not say (as on Arm). */
static void read_model(char *model, size_t size)
{
    char line[512];
    SCOPED(scope_close_file) FILE *info = fopen("/proc/cpuinfo", "r");
    *model = '\0';
    while (info && !*model && fgets(line, sizeof line, info)) {
        const char *value = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (value) {
            value += 1 + strspn(value + 1, " \t");
            snprintf(model, size, "%.*s", (int)strcspn(value, "\n"), value);
        }
    }
}

const char *machine_processor(char *text, size_t size)
{
    char model[256], system[160] = "";
    struct utsname name;
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    read_model(model, sizeof model);
    if (uname(&name) == 0)
        snprintf(system, sizeof system, ", %.64s %.64s", name.sysname, name.release);
    snprintf(text, size, "%s%s%ld processor%s%s", model, *model ? ", " : "", n, n == 1 ? "" : "s",
             system);
    return text;
}

double machine_quota(const char *root)
{
    char path[512];
    double quota, period;
    snprintf(path, sizeof path, "%.400s/sys/fs/cgroup/cpu.max", root);
    SCOPED(scope_close_file) FILE *limit = fopen(path, "r"); /* "150000 100000", "max 100000" */
    const bool is_limited = limit && fscanf(limit, "%lf %lf", &quota, &period) == 2;
    return is_limited && quota > 0 && period > 0 ? quota / period : INFINITY;
}

int machine_ask_memory(const char *what, size_t bytes)
{
    void *volatile probe = malloc(bytes);
    if (!probe)
        return status_no_memory(what, bytes);
    free(probe);
    return STATUS_OK;
}
