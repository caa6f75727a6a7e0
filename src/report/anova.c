/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analysis of variance as one linear model. A cell is a row, weighted by the root of its runs; a
 * crossing of factors is a set of columns, one for each combination of their levels. A term T has
 * the space that its crossing adds to M, the crossings of all terms that do not contain T, and
 *     SS(T) = |projection of the cell means on that space|^2  (Type II; Fox, Applied Regression
 *     Analysis, 2016, 8.2; car::Anova's default).
 * M is spanned by the crossings of all factors but f, for each f of T. The crossing of all factors
 * explains every cell, so that the highest interaction is whatever M leaves.
 *
 * By seed, each seed's values are projected: SS(T) is that of their mean times the seeds, its error
 * their scatter, which is the interaction of T and seed (aov(y ~ A * B + Error(seed / (A * B)))).
 */
#include "report/anova.h"

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

/* Sums of squares below this share of the total are rounding, as are columns of which no more is
 * left when those before are taken out. */
static const double negligible = 1e-13, dependent = 1e-8;

/* Columns times rows of a model: 80 MB. */
static const double most_numbers = 1e7;

/* ---- the model's spaces ---- */

/* Orthonormal columns of n_rows. */
struct basis {
    int32_t n_rows, n_columns;
    double *column;
};

struct model {
    const struct anova_cell *cells;
    int32_t n_cells;
    int32_t n_levels[ANOVA_FACTORS_MAX]; /* that occur */
    unsigned all;                        /* bits of the factors that vary */
    bool is_weighted;
};

static int add_column(struct basis *basis, const double *column)
{
    const int32_t n = basis->n_rows, k = basis->n_columns;
    if ((k & (k - 1)) == 0)
        TRY_RESIZE(basis->column, (size_t)n * (k ? 2 * (size_t)k : 1), "the analysis of variance");
    double *added = basis->column + (size_t)k * (size_t)n;
    memcpy(added, column, (size_t)n * sizeof *added);
    for (int pass = 0; pass < 2; pass++) /* the second takes out what rounding left of the first */
        for (int32_t i = 0; i < k; i++) {
            const double *other = basis->column + (size_t)i * (size_t)n;
            cblas_daxpy(n, -cblas_ddot(n, other, 1, added, 1), other, 1, added, 1);
        }
    const double left = cblas_dnrm2(n, added, 1);
    if (left > dependent * cblas_dnrm2(n, column, 1)) {
        cblas_dscal(n, 1 / left, added, 1);
        basis->n_columns++;
    }
    return STATUS_OK;
}

static bool are_alike(const struct anova_cell *a, const struct anova_cell *b, unsigned factors)
{
    for (int f = 0; f < ANOVA_FACTORS_MAX; f++)
        if (factors >> f & 1 && a->level[f] != b->level[f])
            return false;
    return true;
}

/* Numbers the combinations of these factors' levels, into label[n_cells]; returns how many there
 * are, -1 without memory. */
static int32_t number_combinations(const struct model *model, unsigned factors, int32_t *label)
{
    OWNED int32_t *first = malloc((size_t)model->n_cells * sizeof *first);
    int32_t n = 0;
    for (int32_t c = 0; c < model->n_cells && first; c++) {
        int32_t k = n - 1; /* most often the last: cells are sorted */
        while (k >= 0 && !are_alike(&model->cells[first[k]], &model->cells[c], factors))
            k--;
        if (k < 0)
            first[k = n++] = c;
        label[c] = k;
    }
    return first ? n : -1;
}

/* Adds a column for each combination of these factors' levels. */
static int add_crossing(struct basis *basis, const struct model *model, unsigned factors)
{
    const int32_t n_cells = model->n_cells;
    OWNED double *column = NULL;
    OWNED int32_t *label = NULL;
    TRY_NEW(column, n_cells, "the analysis of variance");
    TRY_NEW(label, n_cells, "the analysis of variance");
    const int32_t n = number_combinations(model, factors, label);
    if (n < 0)
        return status_no_memory("the analysis of variance", 0);
    if ((double)n_cells * (basis->n_columns + n) > most_numbers)
        return status_fail(STATUS_USER,
                           "the factors make %d groups, too many to be analysed: choose others "
                           "with --by",
                           n_cells);
    for (int32_t k = 0; k < n; k++) {
        for (int32_t c = 0; c < n_cells; c++)
            column[c] = label[c] != k        ? 0
                        : model->is_weighted ? sqrt((double)model->cells[c].n)
                                             : 1;
        TRY(add_column(basis, column));
    }
    return STATUS_OK;
}

static void free_basis(struct basis *basis)
{
    free(basis->column);
}

/* Replaces each of n vectors [n_cells] by its projection on the space of a term; `df` is that
 * space's dimension. */
static int project(const struct model *model, unsigned term, double *vectors, int32_t n, double *df)
{
    SCOPED(free_basis) struct basis basis = {.n_rows = model->n_cells};
    for (int f = 0; f < ANOVA_FACTORS_MAX; f++)
        if (term >> f & 1)
            TRY(add_crossing(&basis, model, model->all & ~(1u << f)));
    const int32_t n_cells = model->n_cells, n_without = basis.n_columns;
    const bool is_rest = term == model->all;
    if (!is_rest)
        TRY(add_crossing(&basis, model, term));
    *df = (is_rest ? n_cells : basis.n_columns) - n_without;
    OWNED double *projection = NULL;
    TRY_NEW(projection, n_cells, "the analysis of variance");
    for (int32_t v = 0; v < n; v++) {
        double *vector = vectors + (size_t)v * (size_t)n_cells;
        memset(projection, 0, (size_t)n_cells * sizeof *projection);
        for (int32_t k = is_rest ? 0 : n_without; k < basis.n_columns; k++) {
            const double *column = basis.column + (size_t)k * (size_t)n_cells;
            cblas_daxpy(n_cells, cblas_ddot(n_cells, column, 1, vector, 1), column, 1, projection,
                        1);
        }
        for (int32_t c = 0; c < n_cells; c++)
            vector[c] = is_rest ? vector[c] - projection[c] : projection[c];
    }
    return STATUS_OK;
}

/* ---- tests ---- */

static double squares(const double *values, size_t n)
{
    return cblas_ddot((int)n, values, 1, values, 1);
}

/* F, p and effect size of a term with ss, df and error; `total` says what of it is rounding. */
static void test_term(struct anova_term *term, double total, bool is_by_seed)
{
    if (!(term->df > 0)) {
        term->ss = term->df = NAN;
        term->reason = "empty groups: not separable from the others";
        return;
    }
    term->ss = term->ss > negligible * total ? term->ss : 0;
    term->error_ss = term->error_ss > negligible * total ? term->error_ss : 0;
    term->ms = term->ss / term->df;
    if (!(term->error_df > 0)) {
        term->reason = "one run a group: no error to test against";
    } else if (!(term->error_ss > 0)) {
        term->reason = is_by_seed ? "the same with every seed" : "no variance within the groups";
        if (term->ss > 0)
            term->partial_eta_squared = 1;
    } else {
        term->f = term->ms / (term->error_ss / term->error_df);
        term->p = gsl_cdf_fdist_Q(term->f, term->df, term->error_df);
        term->partial_eta_squared = term->ss / (term->ss + term->error_ss);
    }
}

/* Two levels of a main effect differ by a contrast of 2 means, the levels of an interaction of two
 * by one of 4, …: each mean is of n values over the number of combinations of levels. */
static void find_smallest(struct anova_term *term, const struct model *model, double n)
{
    double variance = term->error_ss / term->error_df / n;
    for (int f = 0; f < ANOVA_FACTORS_MAX; f++)
        variance *= term->factors >> f & 1 ? 2 * model->n_levels[f] : 1;
    if (!isnan(term->f))
        term->smallest = sqrt(variance) * (gsl_cdf_tdist_Pinv(0.975, term->error_df) +
                                           gsl_cdf_tdist_Pinv(0.8, term->error_df));
}

/* Main effects first, then interactions of two, …; no interaction of a factor that does not vary.
 */
static void list_terms(struct anova *anova, unsigned all, int n_factors)
{
    for (int order = 1; order <= n_factors; order++)
        for (unsigned factors = 1; factors < 1u << n_factors; factors++) {
            if (__builtin_popcount(factors) != order || (order > 1 && (factors & all) != factors))
                continue;
            struct anova_term *term = &anova->term[anova->n_terms++];
            *term = (struct anova_term){factors, NAN, NAN, NAN, NAN, NAN, NAN,
                                        NAN,     NAN, NAN, NAN, NAN, NULL};
            if ((factors & all) != factors)
                term->reason = "only one level";
        }
}

/* Which factors vary, which terms there are, and what is left to be said without any. */
static int begin(struct anova *anova, struct model *model, int n_factors)
{
    int64_t n_possible = 1;
    OWNED int32_t *label = NULL;
    TRY_NEW(label, model->n_cells, "the analysis of variance");
    for (int f = 0; f < n_factors; f++) {
        const int32_t n_levels = number_combinations(model, 1u << f, label);
        if (n_levels < 0)
            return status_no_memory("the analysis of variance", 0);
        model->n_levels[f] = n_levels;
        model->all |= n_levels > 1 ? 1u << f : 0;
        n_possible = n_possible * n_levels > INT32_MAX ? INT32_MAX : n_possible * n_levels;
    }
    list_terms(anova, model->all, n_factors);
    anova->n_cells = (int32_t)n_possible;
    anova->n_empty = (int32_t)n_possible - model->n_cells;
    if (model->n_cells == 0)
        anova->reason = "no runs";
    else if (!model->all)
        anova->reason = "a single group";
    return STATUS_OK;
}

int anova_of_runs(struct anova *anova, const struct anova_cell *cells, int32_t n_cells,
                  int n_factors)
{
    OWNED struct anova_cell *filled = NULL;
    OWNED double *means = NULL;
    struct model model = {.is_weighted = true};
    double within = 0, grand = 0, total = 0;
    TRY_NEW(filled, n_cells, "the analysis of variance");
    TRY_NEW(means, n_cells, "the analysis of variance");
    *anova = (struct anova){0};
    for (int32_t c = 0; c < n_cells; c++)
        if (cells[c].n > 0) {
            filled[model.n_cells++] = cells[c];
            anova->n += cells[c].n;
            within += cells[c].within;
            grand += (cells[c].mean - filled[0].mean) * (double)cells[c].n;
        }
    model.cells = filled;
    TRY(begin(anova, &model, n_factors));
    for (int32_t c = 0; c < model.n_cells; c++)
        total += (double)filled[c].n *
                 pow(filled[c].mean - filled[0].mean - grand / (double)anova->n, 2);
    total += within;
    within = within > negligible * total ? within : 0;
    anova->error_ss = within;
    anova->error_df = (double)anova->n - model.n_cells;
    for (int t = 0; t < anova->n_terms && !anova->reason; t++) {
        struct anova_term *term = &anova->term[t];
        if (term->reason)
            continue;
        for (int32_t c = 0; c < model.n_cells; c++)
            means[c] = sqrt((double)filled[c].n) *
                       (filled[c].mean - filled[0].mean - grand / (double)anova->n);
        TRY(project(&model, term->factors, means, 1, &term->df));
        term->ss = squares(means, (size_t)model.n_cells);
        term->error_ss = within;
        term->error_df = anova->error_df;
        test_term(term, total, false);
        find_smallest(term, &model, (double)anova->n);
    }
    return STATUS_OK;
}

/* Sum of the squared inner products of n vectors [width], which are those of their columns too. */
static double squared_products(const double *vectors, int32_t n, int32_t width)
{
    const bool by_row = n <= width;
    const int32_t n_items = by_row ? n : width, length = by_row ? width : n;
    const int32_t step = by_row ? width : 1, stride = by_row ? 1 : width;
    double sum = 0;
    for (int32_t i = 0; i < n_items; i++)
        for (int32_t j = 0; j < n_items; j++)
            sum += pow(cblas_ddot(length, vectors + (size_t)i * (size_t)step, stride,
                                  vectors + (size_t)j * (size_t)step, stride),
                       2);
    return sum;
}

/* The mean of n vectors [width], which is taken out of each. */
static void take_out_mean(double *vectors, int32_t n, int32_t width, double *mean)
{
    for (int32_t c = 0; c < width; c++) {
        mean[c] = 0;
        for (int32_t v = 0; v < n; v++)
            mean[c] += vectors[(size_t)v * (size_t)width + (size_t)c] / n;
        for (int32_t v = 0; v < n; v++)
            vectors[(size_t)v * (size_t)width + (size_t)c] -= mean[c];
    }
}

int anova_by_seed(struct anova *anova, const struct anova_cell *cells, int32_t n_cells,
                  int n_factors, const double *values, int32_t n_seeds)
{
    const size_t n = (size_t)n_cells * (size_t)n_seeds;
    struct model model = {.cells = cells, .n_cells = n_cells};
    OWNED double *vectors = NULL, *mean = NULL;
    TRY_NEW(vectors, n, "the analysis of variance");
    TRY_NEW(mean, n_cells, "the analysis of variance");
    *anova = (struct anova){.n = n, .n_seeds = n_seeds};
    TRY(begin(anova, &model, n_factors));
    if (n_seeds < 2 && !anova->reason)
        anova->reason = "no two seeds are in all groups";
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += (values[i] - values[0]) * (values[i] - values[0]);
    for (int t = 0; t < anova->n_terms && !anova->reason; t++) {
        struct anova_term *term = &anova->term[t];
        if (term->reason)
            continue;
        for (size_t i = 0; i < n; i++)
            vectors[i] = values[i] - values[0];
        TRY(project(&model, term->factors, vectors, n_seeds, &term->df));
        take_out_mean(vectors, n_seeds, n_cells, mean);
        term->ss = n_seeds * squares(mean, (size_t)n_cells);
        term->error_ss = squares(vectors, n);
        term->error_df = term->df * (n_seeds - 1);
        test_term(term, total, true);
        if (isnan(term->f))
            continue;
        find_smallest(term, &model, (double)n);
        term->epsilon = fmin(1, term->error_ss * term->error_ss /
                                    (term->df * squared_products(vectors, n_seeds, n_cells)));
        term->p_of_epsilon =
            gsl_cdf_fdist_Q(term->f, term->epsilon * term->df, term->epsilon * term->error_df);
    }
    return STATUS_OK;
}

double anova_p(const struct anova_term *term)
{
    return isnan(term->p_of_epsilon) ? term->p : term->p_of_epsilon;
}

const struct anova_term *anova_find(const struct anova *anova, unsigned factors)
{
    for (int t = 0; t < anova->n_terms; t++)
        if (anova->term[t].factors == factors)
            return &anova->term[t];
    return NULL;
}
