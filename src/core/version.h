/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_VERSION_H
#define SPINET_CORE_VERSION_H

extern const char version_number[];   /* "0.1.0" */
extern const char version_text[];     /* number and revision: "0.1.0 (a1b2c3d)" */
extern const char version_date[];     /* when the revision was committed: "November 24, 2026" */
extern const char version_revision[]; /* of git; "unknown" outside a checkout */

#endif
