/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_VECTOR_MATH_H
#define SPINET_CORE_VECTOR_MATH_H

#include <math.h>

/* Lets gcc call libmvec's vector exp from `omp simd` loops without -ffast-math. (clang has no way
 * to say this and calls the scalar one.) */
#if defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
__attribute__((simd("notinbranch"))) extern float expf(float x);
#endif

#endif
