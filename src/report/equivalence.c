/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/effects.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "core/number.h"
#include "core/status.h"
#include "core/table.h"

/* What is compared with what. */
struct equivalence {
    const struct effects *effects, *reference;
    double margin;
};

/* p of the hypothesis that |difference| >= margin; NaN where Welch's t is not defined. */
static double p_of(const struct t_test *welch, double margin)
{
    if (isnan(welch->t))
        return NAN;
    return gsl_cdf_tdist_Q((margin - fabs(welch->difference)) / welch->error, welch->df);
}

/* The reference's group of the same levels, by name; NULL if it has none. */
static const struct effects_group *find_group(const struct equivalence *e,
                                              const struct effects_group *group)
{
    const int last = e->effects->n_factors - 1;
    const int32_t g =
        effects_find_group(e->reference, e->effects, group, group->level[last < 0 ? 0 : last]);
    return g < 0 ? NULL : &e->reference->groups[g];
}

static void put_group(FILE *out, const struct equivalence *e, const struct effects_group *group,
                      const struct effects_group *other)
{
    const struct t_test welch = statistics_t_test(&other->summary, &group->summary, T_TEST_WELCH);
    const double p = p_of(&welch, e->margin);
    const double half = isnan(p) ? NAN : gsl_cdf_tdist_Pinv(0.95, welch.df) * welch.error;
    effects_put_levels(e->effects, group, e->effects->n_factors, out);
    fprintf(out, "%zu", group->summary.n);
    number_put(out, "\t%.*f", 4, group->summary.mean, "\t-");
    fprintf(out, "\t%zu", other->summary.n);
    number_put(out, "\t%.*f", 4, other->summary.mean, "\t-");
    number_put(out, "\t%.*f", 4, welch.difference, "\t-");
    number_put(out, "\t%.*f", 4, welch.difference - half, "\t-");
    number_put(out, " … %.*f", 4, welch.difference + half, "");
    statistics_put_p(out, p);
    const bool is_same = isnan(p) && fabs(welch.difference) < e->margin;
    fprintf(out, "\t%s\t%s\n",
            p < 0.05 || is_same       ? "yes"
            : isnan(welch.difference) ? "-"
                                      : "not shown",
            welch.reason ? welch.reason : "");
}

static void put_rows(FILE *out, const void *equivalence)
{
    const struct equivalence *e = equivalence;
    effects_put_heads(e->effects, out);
    fputs("n\tmean\treference n\tmean\tdifference\t90 % CI\tp\tequivalent\t\n", out);
    for (int32_t g = 0; g < e->effects->n_groups; g++) {
        const struct effects_group *other = find_group(e, &e->effects->groups[g]);
        if (other)
            put_group(out, e, &e->effects->groups[g], other);
    }
}

int equivalence_print(const struct effects *effects, const struct effects *reference, double margin,
                      FILE *out)
{
    const struct equivalence e = {effects, reference, margin};
    bool any = false;
    for (int32_t g = 0; g < effects->n_groups; g++)
        any = any || find_group(&e, &effects->groups[g]);
    if (!any)
        return status_fail(STATUS_USER, "--reference %s: no group of %s is there",
                           reference->results->path, effects->results->path);
    fprintf(out,
            "\nEquivalence with %s within %g: two one-sided Welch tests; yes where the 90 %% "
            "interval of the difference lies within it\n\n",
            reference->results->path, margin);
    return table_print_cells(put_rows, &e, effects->n_factors, out);
}
