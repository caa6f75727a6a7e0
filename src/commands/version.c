/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was built: the numbers come from the Makefile and git, through build/revision.h. */
#include "commands/version.h"

#include "revision.h"

const char version_number[] = SPINET_VERSION;
const char version_revision[] = SPINET_REVISION;
const char version_date[] = SPINET_DATE;
