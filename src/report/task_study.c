/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is expected by chance is exact: no arrangement is drawn. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/lives.h"
#include "report/run_measures.h"
#include "store/manifest.h"
#include "store/run_tables.h"
#include "train/task.h"

static const double near_um = 5, new_days = 4;

enum what {
    SPINES,
    SILENT,
    RELATED,
    NEW,
    NEW_RELATED,
    CLUSTERED,
    NEAR_RELATED,
    NEAR_OTHER,
    N_WHAT
};
static const char *const names[N_WHAT] = {
    [SPINES] = "spines a um",
    [SILENT] = "silent part",
    [RELATED] = "related a um",
    [NEW] = "new a um",
    [NEW_RELATED] = "related part of new",
    [CLUSTERED] = "related pairs over chance",
    [NEAR_RELATED] = "new near related over chance",
    [NEAR_OTHER] = "new near others over chance",
};

/* A spine of the run's end. */
struct place {
    int32_t dendrite;
    double um;
    bool is_related, is_new, is_silent;
};

/* ---- a run ---- */

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return NUMBER_ORDER(x->dendrite, y->dendrite) ?: NUMBER_ORDER(x->um, y->um);
}

/* The spines of both tables by dendrite, and how long all dendrites are. */
static int read_places(const char *folder, struct place **place, int32_t *n, double *dendrite_um,
                       double *all_um)
{
    SCOPED(lives_free) struct lives lives = {0};
    OWNED struct task_spine *spine = NULL;
    OWN_NEW(struct manifest, manifest, 1, "a manifest");
    OWN_PATH(path, folder, lives_table.file);
    TRY(table_read_in(&task_table, folder, &spine, n));
    TRY(manifest_read(manifest, folder));
    TRY(lives_read(&lives, path));
    TRY_NEW(*place, *n, "the spines");
    const struct parameters *p = &manifest->parameters;
    *dendrite_um = p->spines.dendrite_um;
    *all_um = *dendrite_um * p->pyramidal.neurons * p->pyramidal.n_dendrites;
    double last = 0;
    for (int32_t i = 0; i < lives.n; i++)
        last = fmax(last, (double)lives.life[i].born_day);
    for (int32_t i = 0; i < *n; i++) {
        if (spine[i].id >= lives.n)
            return status_fail(STATUS_USER, "%s/%s: synapse %d is not in %s", folder,
                               task_table.file, spine[i].id, lives_table.file);
        const struct life *life = &lives.life[spine[i].id];
        (*place)[i] = (struct place){
            .dendrite = spine[i].dendrite,
            .um = (double)life->position_um,
            .is_related = spine[i].is_related,
            .is_new = life->birth != BIRTH_INITIAL && (double)life->born_day > last - new_days,
            .is_silent = spine[i].weight <= 0,
        };
    }
    qsort(*place, (size_t)*n, sizeof **place, compare);
    return STATUS_OK;
}

/* Pairs on a dendrite nearer than near_um, found and expected. */
struct pairs {
    double found, expected;
};

static double excess(const struct pairs *pairs)
{
    return pairs->expected > 0 ? pairs->found / pairs->expected : (double)NAN;
}

/* Pairs of related spines, and what they would be if as many of the dendrite's spines were related
 * by chance. */
static void add_clusters(struct pairs *clusters, const struct place *place, int32_t n)
{
    double n_related = 0, n_near = 0;
    for (int32_t i = 0; i < n; i++) {
        n_related += place[i].is_related;
        for (int32_t k = i + 1; k < n && place[k].um - place[i].um < near_um; k++) {
            n_near++;
            clusters->found += place[i].is_related && place[k].is_related;
        }
    }
    if (n > 1)
        clusters->expected += n_near * n_related * (n_related - 1) / (n * (n - 1.0));
}

/* Pairs of a new spine and an older one, related or not, and what they would be if the new one were
 * anywhere on its dendrite. */
static void add_new(struct pairs *near, bool is_related, const struct place *place, int32_t n,
                    double dendrite_um)
{
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < n && place[i].is_new; k++) {
            const double at = place[k].um;
            if (place[k].is_new || place[k].is_related != is_related)
                continue;
            near->found += fabs(at - place[i].um) < near_um;
            near->expected +=
                (fmin(at + near_um, dendrite_um) - fmax(at - near_um, 0)) / dendrite_um;
        }
}

static bool has_both(const char *folder)
{
    return file_exists_in(folder, task_table.file) && file_exists_in(folder, lives_table.file);
}

static int measure(double *value, const struct study_run *run, int32_t condition, void *data)
{
    (void)condition, (void)data;
    OWNED struct place *place = NULL;
    struct pairs clusters = {0}, near[2] = {{0}};
    double dendrite_um = 1, all_um = 1, n_silent = 0, n_related = 0, n_new = 0, n_both = 0;
    int32_t n;
    if (!has_both(run->folder))
        return STATUS_OK;
    TRY(read_places(run->folder, &place, &n, &dendrite_um, &all_um));
    for (int32_t i = 0; i < n; i++) {
        n_silent += place[i].is_silent;
        n_related += place[i].is_related;
        n_new += place[i].is_new;
        n_both += place[i].is_new && place[i].is_related;
    }
    for (int32_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && place[end].dendrite == place[first].dendrite;)
            end++;
        add_clusters(&clusters, place + first, end - first);
        for (int related = 0; related < 2; related++)
            add_new(&near[related], related, place + first, end - first, dendrite_um);
    }
    value[SPINES] = n / all_um;
    value[SILENT] = n > 0 ? n_silent / n : (double)NAN;
    value[RELATED] = n_related / all_um;
    value[NEW] = n_new / all_um;
    value[NEW_RELATED] = n_new > 0 ? n_both / n_new : (double)NAN;
    value[CLUSTERED] = excess(&clusters);
    value[NEAR_RELATED] = excess(&near[1]);
    value[NEAR_OTHER] = excess(&near[0]);
    return STATUS_OK;
}

/* ---- conditions ---- */

static const struct table_column columns[] = {MEASURE_NAMES, MEASURE_MEANS("%.3f")};
const struct table task_study_table = TABLE_OF("task.csv", struct measure_row, columns);

/* Measures all conditions, and keeps those that have a run with spines. */
int task_study_read(struct run_measures *task, const struct study *study)
{
    TRY(run_measures_read(task, study, names, N_WHAT, measure, NULL));
    int32_t n = 0;
    for (int32_t i = 0; i < task->n_rows; i += N_WHAT)
        if (task->row[i + SPINES].n_runs > 0) {
            memmove(&task->row[n], &task->row[i], N_WHAT * sizeof *task->row);
            n += N_WHAT;
        }
    task->n_rows = n;
    return STATUS_OK;
}
