/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often should synapses be replaced? A sweep over turnover.period, two seeds each, into a
 * folder; called again it goes on with what is missing.
 *     cc sweep.c $(pkg-config --cflags --libs spinet) -o sweep && ./sweep results */
#include <spinet.h>
#include <stdio.h>

static bool show(const struct spinet_progress *progress, void *data)
{
    (void)data;
    if (progress->run && !progress->failure)
        printf("%d of %d: %s, %d of %d right\n", progress->n_done, progress->n_runs, progress->run,
               progress->score.n_correct, progress->score.n);
    return false; /* true would stop it */
}

static int fail(void)
{
    fprintf(stderr, "%s\n", spinet_error());
    return 1;
}

int main(int argc, char **argv)
{
    static const char *const shorter[] = {"data.test_per_class=50",
                                          "stopping.max_presentations=200"};
    static const char *const every_5[] = {"turnover.period=5"};
    static const char *const every_10[] = {"turnover.period=10"};
    static const char *const every_20[] = {"turnover.period=20"};
    static const struct spinet_level levels[] = {
        {"period", "5", every_5, 1}, {"period", "10", every_10, 1}, {"period", "20", every_20, 1}};
    struct spinet_parameters *parameters = NULL;
    struct spinet_sweep_options sweep = {.name = "periods", .levels = levels, .n_levels = 3};

    if (argc != 2) {
        fprintf(stderr, "usage: sweep FOLDER\n");
        return 2;
    }
    if (spinet_parameters_new("authors", &parameters))
        return fail();
    sweep.parameters = parameters;
    sweep.first_seed = 1;
    sweep.n_seeds = 2;
    sweep.n_threads = 2;
    sweep.set = shorter;
    sweep.n_set = 2;
    sweep.progress = show;
    if (spinet_sweep(&sweep, argv[1]))
        return fail();
    printf("results in %s/results.csv\n", argv[1]);
    spinet_parameters_free(parameters);
    return 0;
}
