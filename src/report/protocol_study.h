/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_PROTOCOL_STUDY_H
#define SPINET_REPORT_PROTOCOL_STUDY_H

#include "core/parameters.h"
#include "report/page.h"

/* An untrained population of n spines lives through protocols: `name` is one of protocol.preset,
 * "events" (those of protocol.events), or "all" presets; each beside the same spines under vehicle.
 * Without a form of intrinsic dynamics in p, Kesten's. Over `days` after its beginning, or for 0
 * those of the publication. FOLDER (made if it is missing) gets protocols.csv and published.csv
 * (docs/files.md), `out` a line a published finding. USER for an unknown name or a protocol that
 * contradicts itself; SYSTEM without memory or disk. */
int protocol_study_write(const struct parameters *p, const char *name, int32_t n, double days,
                         uint64_t seed, int n_threads, const char *folder, FILE *out);

/* Whether a folder has these tables; puts what they say into a page: density, turnover, survival
 * and size, a panel a protocol, with what was published. USER for a damaged table; SYSTEM without
 * memory. */
bool protocol_figures_any(const char *folder);
int protocol_figures_put(struct page *page, const char *folder);

#endif
