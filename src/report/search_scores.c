/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search's tables (docs/files.md, the search folder). */
#include "report/search_scores.h"

#include <math.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/table.h"
#include "report/results.h"
#include "report/statistics.h"

enum { N_RESAMPLES = 2000, N_THIRDS = 3 };

int search_scores_init(struct search_scores *scores, const struct search *search)
{
    *scores = (struct search_scores){.search = search, .n_sets = search->round[0].n_sets};
    const size_t n = (size_t)search->n_rounds * ((size_t)scores->n_sets + 1);
    TRY_NEW(scores->accuracy, n, "the scores");
    for (size_t i = 0; i < n; i++)
        scores->accuracy[i] = (double)NAN;
    return STATUS_OK;
}

void search_scores_free(struct search_scores *scores)
{
    free(scores->accuracy);
    *scores = (struct search_scores){0};
}

static double *of_round(const struct search_scores *scores, int round)
{
    return scores->accuracy + (size_t)round * ((size_t)scores->n_sets + 1);
}

/* ---- reading ---- */

/* The place of a set in a round's accuracies; -1 of a name that is none. */
static int32_t find_set(const struct search_scores *scores, const char *level)
{
    char name[SEARCH_NAME_MAX];
    for (int32_t set = 0; set < scores->n_sets; set++) {
        search_name_set(scores->search, set, name);
        if (strcmp(name, level) == 0)
            return set;
    }
    return strcmp(level, "given") == 0 ? scores->n_sets : -1;
}

/* Takes the means of a column of accuracies over the seeds of each set. */
static int take_means(struct search_scores *scores, const struct results *results)
{
    const struct results_column *set = results_find(results, "set");
    const struct results_column *accuracy = results_find(results, "accuracy");
    double *mean = of_round(scores, scores->n_done);
    if (!set || set->kind != RESULTS_TEXT || !accuracy || accuracy->kind != RESULTS_NUMBER)
        return status_fail(STATUS_USER, "%s: expected columns set and accuracy", results->path);
    for (int32_t k = 0; k < set->n_levels; k++) {
        const int32_t at = find_set(scores, set->levels[k]);
        double sum = 0;
        int32_t n = 0;
        for (size_t i = 0; i < results->n_rows; i++)
            if (set->level[i] == k)
                sum += accuracy->number[i], n++;
        if (at < 0)
            return status_fail(STATUS_USER, "%s: set %s: expected one of this search",
                               results->path, set->levels[k]);
        mean[at] = sum / n;
    }
    scores->n_done++;
    return STATUS_OK;
}

int search_scores_read(struct search_scores *scores, const char *folder, bool *is_complete)
{
    const struct search_round *round = &scores->search->round[scores->n_done];
    const bool is_final = scores->n_done == scores->search->n_rounds - 1;
    const size_t n_runs = (size_t)(round->n_sets + is_final) * (size_t)round->n_seeds;
    SCOPED(results_free) struct results results = {0};
    OWNED char *path = file_join(folder, "results.csv");
    if (!path)
        return status_no_memory("a file name", 0);
    *is_complete = false;
    if (!file_exists(path))
        return STATUS_OK;
    TRY(results_read(&results, path));
    *is_complete = results.n_rows == n_runs;
    return *is_complete ? take_means(scores, &results) : STATUS_OK;
}

void search_scores_choose(const struct search_scores *scores, int round, int32_t *set, int32_t n)
{
    const double *accuracy = of_round(scores, round);
    for (int32_t k = 0; k < n; k++) {
        int32_t best = -1;
        for (int32_t i = 0; i < scores->n_sets; i++) {
            bool is_taken = isnan(accuracy[i]);
            for (int32_t other = 0; other < k; other++)
                is_taken |= set[other] == i;
            if (!is_taken && (best < 0 || accuracy[i] > accuracy[best]))
                best = i;
        }
        set[k] = best;
    }
}

/* ---- which parameters mattered ---- */

static double position_of(const struct search *search, int32_t set, int range)
{
    return search->position[set * search->n_ranges + range];
}

/* The part that the position is in: a level, or a third of the range. */
static int part_of(const struct range *range, double position)
{
    return range->choice.n_levels > 0 ? search_choice(range, position) : (int)(position * N_THIRDS);
}

/* A sample of the sets of the first round, and how these rank by their accuracies. */
struct sample {
    const struct search_scores *scores;
    int32_t *set; /* [n_sets] some of them several times */
    double *rank; /* [n_sets] of each set, from 1; equal ones share theirs */
};

static int part_in(const struct sample *sample, int32_t set, int range)
{
    const struct search *search = sample->scores->search;
    return part_of(&search->range[range], position_of(search, set, range));
}

/* The share of the variance of the ranks that lies between parts of the range. */
static double share_between(const struct sample *sample, int range)
{
    const int32_t n_sets = sample->scores->n_sets;
    double sum[LEVELS_MAX] = {0}, total = 0, squares = 0, between = 0;
    int32_t n[LEVELS_MAX] = {0};
    for (int32_t i = 0; i < n_sets; i++) {
        const double rank = sample->rank[sample->set[i]];
        const int part = part_in(sample, sample->set[i], range);
        sum[part] += rank;
        n[part]++;
        total += rank;
        squares += rank * rank;
    }
    const double mean = total / n_sets;
    for (int k = 0; k < LEVELS_MAX; k++)
        if (n[k] > 0)
            between += n[k] * (sum[k] / n[k] - mean) * (sum[k] / n[k] - mean);
    const double all = squares - n_sets * mean * mean;
    return all > 1e-9 ? between / all : 0;
}

/* Places the ranges by their shares: 1 for the largest. */
static void place_ranges(const struct sample *sample, int32_t place[RANGES_MAX])
{
    const int n = sample->scores->search->n_ranges;
    double share[RANGES_MAX];
    for (int i = 0; i < n; i++)
        share[i] = share_between(sample, i);
    for (int i = 0; i < n; i++) {
        place[i] = 1;
        for (int k = 0; k < n; k++)
            place[i] += share[k] > share[i] || (share[k] == share[i] && k < i);
    }
}

/* Draws the sets of the b-th sample, with replacement. */
static void draw_sets(const struct sample *sample, uint32_t b)
{
    const uint64_t seed = (uint64_t)sample->scores->search->draw_seed;
    const uint32_t n = (uint32_t)sample->scores->n_sets;
    for (uint32_t i = 0; i < n; i++) {
        const struct random_words words = random_words(seed, RANDOM_SEARCH, RANGES_MAX, b, i);
        sample->set[i] = (int32_t)random_index(random_bits(&words, 0), n);
    }
}

/* The i-th (from 0) of all samples' places in ascending order; n_of_place[k] of them are place k.
 */
static int32_t find_place(const int32_t n_of_place[RANGES_MAX + 1], int32_t i)
{
    int32_t place = 1;
    while ((i -= n_of_place[place]) >= 0)
        place++;
    return place;
}

static int compare_weights(const void *a, const void *b)
{
    return ((const struct search_weight *)a)->rank - ((const struct search_weight *)b)->rank;
}

int search_weigh(const struct search_scores *scores, struct search_weight *weight)
{
    const int n = scores->search->n_ranges;
    int32_t place[RANGES_MAX], n_of_place[RANGES_MAX][RANGES_MAX + 1] = {0};
    OWN_NEW(int32_t, set, scores->n_sets, "the sets");
    OWN_NEW(double, rank, scores->n_sets, "the ranks");
    const struct sample sample = {scores, set, rank};
    TRY(statistics_rank(of_round(scores, 0), (size_t)scores->n_sets, 0, rank));
    for (int32_t i = 0; i < scores->n_sets; i++)
        set[i] = i;
    place_ranges(&sample, place);
    for (int k = 0; k < n; k++) {
        weight[k].name = scores->search->range[k].choice.name;
        weight[k].share = share_between(&sample, k);
        weight[k].rank = place[k];
    }
    for (uint32_t b = 0; b < N_RESAMPLES; b++) {
        draw_sets(&sample, b);
        place_ranges(&sample, place);
        for (int k = 0; k < n; k++)
            n_of_place[k][place[k]]++;
    }
    for (int k = 0; k < n; k++) {
        weight[k].rank_low = find_place(n_of_place[k], N_RESAMPLES / 40);
        weight[k].rank_high = find_place(n_of_place[k], N_RESAMPLES - 1 - N_RESAMPLES / 40);
    }
    qsort(weight, (size_t)n, sizeof *weight, compare_weights);
    return STATUS_OK;
}

static const struct table_column weight_columns[] = {
    TABLE_COLUMN(struct search_weight, name, TEXT, "parameter"),
    TABLE_COLUMN(struct search_weight, rank, WHOLE, "rank"),
    TABLE_COLUMN(struct search_weight, rank_low, WHOLE, "rank_low"),
    TABLE_COLUMN(struct search_weight, rank_high, WHOLE, "rank_high"),
    TABLE_COLUMN(struct search_weight, share, NUMBER, "share", .format = "%.3f"),
};

/* ---- tables ---- */

/* Sets as a table, cells between `between`: those of the round that was last read, best first
 * (validation decides), or all. */
struct sets_view {
    const struct search_scores *scores;
    const char *between, *nothing;
    int places; /* of accuracies */
    int32_t n;
    const int32_t *set; /* [n], n_sets: "given"; NULL: all */
};

static void put_heads(FILE *out, const struct sets_view *view)
{
    const struct search *search = view->scores->search;
    char name[SEARCH_NAME_MAX];
    fputs("set", out);
    for (int k = 0; k < search->n_ranges; k++)
        fprintf(out, "%s%s", view->between, search->range[k].choice.name);
    for (int k = 0; k < search->n_rounds; k++) {
        search_name_round(search, k, name);
        fprintf(out, "%s%s", view->between, name);
    }
    fputc('\n', out);
}

static void put_set(FILE *out, const struct sets_view *view, int32_t set)
{
    const struct search *search = view->scores->search;
    const bool is_given = set == view->scores->n_sets;
    char name[SEARCH_NAME_MAX] = "given", value[SEARCH_VALUE_MAX];
    if (!is_given)
        search_name_set(search, set, name);
    fputs(name, out);
    for (int k = 0; k < search->n_ranges; k++) {
        if (!is_given)
            search_write_value(&search->range[k], position_of(search, set, k), value);
        fprintf(out, "%s%s", view->between, is_given ? view->nothing : value);
    }
    for (int k = 0; k < search->n_rounds; k++) {
        fputs(view->between, out);
        number_put(out, "%.*f", view->places, of_round(view->scores, k)[set], view->nothing);
    }
    fputc('\n', out);
}

static void put_sets(FILE *out, const void *of_view)
{
    const struct sets_view *view = of_view;
    put_heads(out, view);
    for (int32_t i = 0; i < view->n; i++)
        put_set(out, view, view->set ? view->set[i] : i);
}

static int write_sets(const struct search_scores *scores, const char *folder)
{
    SCOPED(file_abandon) struct new_file file = {0};
    const struct sets_view all = {scores, ",", "", 6, scores->n_sets + 1, NULL};
    TRY(file_create_in(&file, folder, "sets.csv"));
    put_sets(file.stream, &all);
    return file_commit(&file);
}

int search_scores_write(const struct search_scores *scores, const char *folder)
{
    const struct search *search = scores->search;
    const struct table weights = TABLE_OF("parameters.csv", struct search_weight, weight_columns);
    struct search_weight weight[RANGES_MAX];
    const int last = search->n_rounds - 1;
    OWNED int32_t *set = NULL;
    TRY_NEW(set, scores->n_sets + 1, "the sets");
    search_scores_choose(scores, last - 1, set, search->round[last].n_sets);
    set[search->round[last].n_sets] = scores->n_sets;
    const struct sets_view best = {scores, "\t", "–", 4, search->round[last].n_sets + 1, set};
    TRY(search_weigh(scores, weight));
    TRY(write_sets(scores, folder));
    TRY(table_write(&weights, weight, (size_t)search->n_ranges, folder));
    TRY(table_print_cells(put_sets, &best, 1, stdout));
    printf("\nWhich parameters mattered in round-1:\n");
    return table_print(&weights, weight, (size_t)search->n_ranges, stdout);
}
