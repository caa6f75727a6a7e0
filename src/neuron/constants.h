/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NEURON_CONSTANTS_H
#define SPINET_NEURON_CONSTANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"

/* The constants of one kind of cell (docs/model.md §3), in float32 as the kernels use them. */
struct cell_constants {
    float excitation, inhibition; /* mV of drive for a unit of weight */
    float rate_dendrite;          /* 1 / tau_dendrite */
    float dspike_threshold;       /* mV */
    float dspike_peak;            /* mV */
    float sublinear_exponent;
    int32_t dspike_refractory; /* ms */
    float dendrite_to_soma;    /* i_exc for a mV of summed v_b */
    float soma_inhibition;     /* mV for a unit of weight */
    float rate_soma;           /* 1 / tau_soma */
    float threshold, peak;     /* mV */
    int32_t refractory;        /* ms */
    float bap, rate_bap;       /* mV, 1 / tau_bap */
    float adaptation_step, adaptation_reversal;
    float rate_adaptation;      /* 1 / tau_adaptation */
    float rate_adaptation_creb; /* 1 / tau_adaptation of cells with effective CREB */
    float creb_effective_above;
    bool adapts;                /* true of pyramidal cells */
    bool bap_outlasts_dendrite; /* tau_bap > tau_dendrite: see kernel.c */
};

/* Calcium influx at a plastic synapse: calcium.h. */
struct calcium_constants {
    float step, floor, half, rate_slope; /* 1 / calcium_slope_mv */
};

struct constants {
    int32_t n_steps;
    float contact_share; /* connect_share (network/connect.h) */
    struct cell_constants pyramidal, interneuron;
    struct calcium_constants calcium;
};

struct constants constants_from(const struct parameters *p);

#endif
