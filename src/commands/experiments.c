/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet experiments: which there are; and what file a name means. */
#include "commands/experiments.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/sweep_show.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/suggest.h"

static const char folder_name[] = "experiments/", ending[] = ".sweep";

static bool has_ending(const char *name)
{
    const size_t n = strlen(name), n_ending = sizeof ending - 1;
    return n > n_ending && strcmp(name + n - n_ending, ending) == 0;
}

static bool is_listed(const struct experiment_list *list, const char *name)
{
    for (int i = 0; i < list->n; i++)
        if (strcmp(list->item[i].name, name) == 0)
            return true;
    return false;
}

/* Adds an experiment. If its file cannot be read, the reason stands in place of its title. */
static void add_file(struct experiment_list *list, const char *file)
{
    char path[EXPERIMENT_PATH_MAX];
    static struct experiment experiment;
    struct listed_experiment *item = &list->item[list->n];
    const size_t n = strlen(file) - (sizeof ending - 1);
    if (list->n == EXPERIMENTS_MAX || n >= sizeof item->name)
        return;
    snprintf(item->name, sizeof item->name, "%.*s", (int)n, file);
    if (is_listed(list, item->name))
        return;
    snprintf(path, sizeof path, "%s%.300s", folder_name, file);
    list->n++;
    item->place = 0;
    if (experiment_read(&experiment, path, false) != STATUS_OK) {
        snprintf(item->title, sizeof item->title, "%.250s", status_message());
        return;
    }
    snprintf(item->title, sizeof item->title, "%.255s", experiment.title ? experiment.title : "");
    item->place = experiment.place_in_all;
    experiment_free(&experiment);
}

static void add_folder(struct experiment_list *list, const char *folder)
{
    SCOPED(scope_close_folder) DIR *entries = folder ? opendir(folder) : NULL;
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (*entry->d_name != '.' && has_ending(entry->d_name))
            add_file(list, entry->d_name);
}

/* By their place in `all`; those without one come last. */
static int compare_places(const void *a, const void *b)
{
    const struct listed_experiment *x = a, *y = b;
    if ((x->place == 0) != (y->place == 0))
        return x->place == 0 ? 1 : -1;
    return x->place != y->place ? x->place - y->place : strcmp(x->name, y->name);
}

void experiments_list(struct experiment_list *list)
{
    char found[SHARED_PATH_MAX];
    list->n = 0;
    add_folder(list, folder_name);
    add_folder(list, shared_file_own(folder_name, found));
    qsort(list->item, (size_t)list->n, sizeof *list->item, compare_places);
}

int experiments_find(const char *name, char path[EXPERIMENT_PATH_MAX], const char **file)
{
    static struct experiment_list list;
    char found[SHARED_PATH_MAX];
    *file = name;
    if (strchr(name, '/') || (file_exists(name) && !file_is_folder(name)))
        return STATUS_OK;
    snprintf(path, EXPERIMENT_PATH_MAX, "%s%.300s%s", folder_name, name,
             has_ending(name) ? "" : ending);
    if (file_exists(shared_file_find(path, found))) {
        *file = path;
        return STATUS_OK;
    }
    if (has_ending(name)) /* the reader will say what is wrong with the file */
        return STATUS_OK;
    struct suggestion near = suggest_for(name);
    experiments_list(&list);
    for (int i = 0; i < list.n; i++)
        suggest_offer(&near, list.item[i].name);
    return status_fail(STATUS_USER, "%.300s: no such experiment; %s", name,
                       suggest_words(&near, "`spinet experiments` lists them"));
}

static int print_list(void *values)
{
    static struct experiment_list list;
    (void)values;
    experiments_list(&list);
    for (int i = 0; i < list.n; i++) {
        estimate_print_name(list.item[i].name);
        puts(list.item[i].title);
    }
    estimate_print_name("all");
    puts("those of them that belong together, one after the other");
    return STATUS_OK;
}

const struct command command_experiments = {
    .name = "experiments",
    .summary = "list the experiments",
    .description = "Prints the names and titles of the experiments in experiments/ here and of "
                   "those that spinet comes with.",
    .usage = "",
    .options = (const struct option[]){{0}},
    .run = print_list,
};
