/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/machine.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/scope.h"

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

/* Reads up to two numbers from the start of FOLDER/NAME; returns how many there are. */
static int read_numbers(const char *folder, const char *name, double numbers[2])
{
    char path[1024];
    snprintf(path, sizeof path, "%.900s/%s", folder, name);
    SCOPED(scope_close_file) FILE *stream = fopen(path, "r");
    return stream ? fscanf(stream, "%lf %lf", &numbers[0], &numbers[1]) : 0;
}

/* The quota of one control group, in processors: from cpu.max (version 2: "150000 100000", or "max
 * 100000") or cpu.cfs_… (version 1: a quota of -1 is none). */
static double quota_of(const char *folder)
{
    double max[2], quota[2], period[2];
    if (read_numbers(folder, "cpu.max", max) == 2 && max[0] > 0 && max[1] > 0)
        return max[0] / max[1];
    if (read_numbers(folder, "cpu.cfs_quota_us", quota) == 1 && quota[0] > 0 &&
        read_numbers(folder, "cpu.cfs_period_us", period) == 1 && period[0] > 0)
        return quota[0] / period[0];
    return INFINITY;
}

/* The least quota of a control group and of the groups that contain it. In a container the path may
 * belong to the host, and its own group be mounted as the first: groups that are not there are
 * skipped. */
static double least_quota(const char *mount, const char *group)
{
    char folder[1024];
    double least = quota_of(mount);
    snprintf(folder, sizeof folder, "%.400s%.500s", mount, group);
    for (char *slash; strlen(folder) > strlen(mount) && (slash = strrchr(folder, '/'));
         *slash = '\0')
        least = fmin(least, quota_of(folder));
    return least;
}

/* Is "cpu" in "cpu,cpuacct"? */
static bool has_cpu(const char *controllers)
{
    const char *at = controllers;
    while (at && (strncmp(at, "cpu", 3) != 0 || (at[3] != ',' && at[3] != '\0')))
        at = (at = strchr(at, ',')) ? at + 1 : NULL;
    return at;
}

double machine_quota(const char *root)
{
    char path[512], line[1024], mount[1024];
    double least = INFINITY;
    snprintf(path, sizeof path, "%.400s/proc/self/cgroup", root);
    SCOPED(scope_close_file) FILE *groups = fopen(path, "r");
    while (groups && fgets(line, sizeof line, groups)) { /* "4:cpu,cpuacct:/a/b", "0::/a/b" */
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *controllers++ = *group++ = '\0';
        group[strcspn(group, "\n")] = '\0';
        const char *const mounts[2] = {controllers, *controllers ? "cpu" : "unified"};
        for (int i = 0; i < 2 && (!*controllers || has_cpu(controllers)); i++) {
            snprintf(mount, sizeof mount, "%.400s/sys/fs/cgroup/%.100s", root, mounts[i]);
            least = fmin(least, least_quota(mount, group));
        }
    }
    return least;
}
