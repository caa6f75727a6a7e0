/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep would run, and how long that may take: from a short run of each condition. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "commands/sweep_show.h"
#include "core/interrupt.h"
#include "core/machine.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "train/train.h"

/* Estimates the presentations until this training stops from the strong synapses it has so far. */
static double n_until_stop(const struct training *training)
{
    const struct parameters *p = training->parameters;
    const double n = training->n_presentations, most = p->stopping.max_presentations;
    const double strong = (double)training->curve[training->n_presentations - 1].strong_fraction;
    if (training->stopped_by != STOP_NOT_YET)
        return n;
    if (p->turnover.policy == 0 || strong <= 0)
        return most;
    return fmin(most, n * p->stopping.fraction / strong);
}

/* Seconds that the processor has worked for this thread, whatever else it had to do. */
static double work_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Images that are presented in the sample tests of n presentations. */
static double n_sampled(const struct parameters *p, const struct dataset *dataset, double n)
{
    const int32_t most = dataset_samples(dataset).n, asked = p->test.sample_images;
    return (double)training_count_samples(p, (int32_t)n) * (asked < most ? asked : most);
}

/* Trains for `limit` seconds of the processor, but not for more than four times that by the clock,
 * without sample tests, then rests and tests some images. *seconds: what a whole run by the
 * parameters p would take, sample tests and all tests included. */
static int try_training(struct training *training, const struct parameters *p, double limit,
                        double *seconds)
{
    enum { TESTS = 40 };
    const double start = work_clock(), end = progress_clock() + 4 * limit;
    do
        TRY(training_step(training));
    while (training->stopped_by == STOP_NOT_YET && work_clock() - start < limit &&
           progress_clock() < end && !interrupt_signal());
    const double trained = work_clock();
    TRY(training_end(training));
    const double rested = work_clock();
    const struct score score =
        test_network(&training->presenter, &training->network, training->dataset, TESTS, NULL);
    const double tested = work_clock();
    const double n = n_until_stop(training), a_test = score.n > 0 ? (tested - rested) / score.n : 0;
    const double n_tests = training->dataset->n_test * sweep_n_final_tests(p);
    *seconds = (trained - start) / training->n_presentations * n + (rested - trained) +
               a_test * (n_tests + n_sampled(p, training->dataset, n));
    return STATUS_OK;
}

/* What a run of the condition may take on one thread. */
static int try_condition(const struct sweep *s, int32_t condition, double limit, double *seconds)
{
    const struct dataset *files = s->condition[condition].files;
    const uint64_t seed = (uint64_t)s->first_seed;
    const double start = work_clock();
    const struct parameters *asked = &s->condition[condition].parameters;
    struct parameters p = *asked;
    *p.record.test_days = '\0';  /* tests during the rest: sweep_n_final_tests counts them */
    p.test.sample_early = false; /* sample tests: n_sampled counts them */
    p.test.sample_period = 0;
    SCOPED(dataset_free) struct dataset dataset = {0};
    SCOPED(training_free) struct training training = {0};
    TRY(files ? dataset_init_from(&dataset, &p, seed, files) : dataset_init(&dataset, &p, seed));
    TRY(training_init(&training, &p, &dataset, s->kernel, seed, 1));
    const double begun = work_clock();
    TRY(try_training(&training, asked, limit, seconds));
    *seconds += begun - start;
    return STATUS_OK;
}

/* Finds seconds [n_conditions] a run of each condition of which the sweep is to run something. All
 * threads try at the same time, as they will run later, since two that share a core slow each
 * other. */
static int try_all(const struct sweep *s, double *seconds)
{
    enum { SECONDS_IN_ALL = 15 };
    const int32_t n = s->experiment.n_conditions;
    const double share = (double)SECONDS_IN_ALL * (double)s->n_threads / n;
    const double limit = fmax(0.2, fmin(1, share));
    struct progress progress;
    int32_t n_done = 0;
    int worst = STATUS_OK;
    char why[512] = "";
    for (int32_t i = 0; i < s->n_runs; i++)
        if (sweep_is_mine(s, &s->run[i]))
            seconds[s->run[i].condition] = NAN;
    progress_start(&progress, "trials", "conditions", n, s->is_quiet);
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)s->n_threads)
    for (int32_t c = 0; c < n; c++) {
        const int status = isnan(seconds[c]) && !interrupt_signal()
                               ? try_condition(s, c, limit, &seconds[c])
                               : STATUS_OK;
#pragma omp critical
        {
            if (status != STATUS_OK && worst == STATUS_OK) {
                worst = status;
                snprintf(why, sizeof why, "%s", status_message());
            }
            progress_update(&progress, ++n_done, NULL);
        }
    }
    progress_clear(&progress);
    if (interrupt_signal())
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(), "stopped, nothing is written");
    return worst == STATUS_OK ? STATUS_OK : status_fail(worst, "%s", why);
}

/* "45 s", "12 min", "2.3 h" */
static const char *duration(double seconds, char text[32])
{
    if (seconds < 100)
        snprintf(text, 32, "%.0f s", seconds);
    else if (seconds < 100 * 60)
        snprintf(text, 32, "%.0f min", seconds / 60);
    else
        snprintf(text, 32, "%.1f h", seconds / 3600);
    return text;
}

void estimate_print_name(const char *name)
{
    printf("%-24s ", name);
}

void estimate_print_line(const char *name, int64_t n_runs, double seconds, int64_t n_threads)
{
    char text[32];
    if (name)
        estimate_print_name(name);
    printf("%lld run%s, about %s on %lld thread%s\n", (long long)n_runs, n_runs == 1 ? "" : "s",
           duration(seconds, text), (long long)n_threads, n_threads == 1 ? "" : "s");
}

int estimate_print(struct sweep *s)
{
    const size_t n_conditions = (size_t)s->experiment.n_conditions;
    OWN_NEW(double, seconds, n_conditions, "the plan");
    double total = 0;
    TRY(sweep_load_files(s));
    interrupt_watch();
    TRY(try_all(s, seconds));
    for (int32_t i = 0; i < s->n_runs; i++) {
        const struct sweep_run *run = &s->run[i];
        char name[RUN_NAME_MAX];
        if (!sweep_is_mine(s, run))
            continue;
        sweep_name_run(s, run, name);
        if (!s->is_one_line)
            printf("%s\n", name);
        total += seconds[run->condition];
    }
    s->seconds = total / fmin((double)s->n_threads, fmin(omp_get_num_procs(), machine_quota("")));
    estimate_print_line(s->is_one_line ? s->experiment.name : NULL, sweep_count_mine(s, false),
                        s->seconds, s->n_threads);
    return STATUS_OK;
}
