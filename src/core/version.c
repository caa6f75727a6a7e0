/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was built: the numbers come from the Makefile and git, through build/revision.h. */
#include "core/version.h"

#include <float.h>

#include "revision.h"

#if defined __FAST_MATH__ || defined __ASSOCIATIVE_MATH__ || __FINITE_MATH_ONLY__ ||               \
    FLT_EVAL_METHOD != 0
#    error spinet needs exact arithmetic: no -Ofast, -ffast-math or the like, in a compiler or its flags
#endif

const char version_number[] = SPINET_VERSION;
const char version_revision[] = SPINET_REVISION;
const char version_text[] = SPINET_VERSION " (" SPINET_REVISION ")";
const char version_date[] = SPINET_DATE;
