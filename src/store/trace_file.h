/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_TRACE_FILE_H
#define SPINET_STORE_TRACE_FILE_H

#include "train/trace.h"

/* What a trace was made of, for those who read it. */
struct trace_about {
    const struct parameters *parameters;
    const struct dataset *dataset;
    uint64_t seed;
    const char *kernel, *version;
};

/* Length in ms of the bins in which spikes are counted for rates. */
enum { TRACE_BIN_MS = 50 };

/* Spikes a second and cell of a population in each bin, rate_hz[trace_n_bins]. */
int32_t trace_n_bins(const struct trace *trace);
void trace_rates(const struct trace *trace, const struct population *population, double *rate_hz);

/* Writes FOLDER/trace.h5 (docs/files.md). USER, SYSTEM. */
int trace_file_write(const struct trace *trace, const struct trace_about *about,
                     const char *folder);

#endif
