/* SPDX-License-Identifier: MIT
 *
 * doctor: which data sources work on this machine, probe by probe, why the others do not, and what
 * would help. Every probe is loaded for real and released again.
 */
#ifndef NG_APP_DOCTOR_H
#define NG_APP_DOCTOR_H

#include "config/options.h"

#include <stdio.h>

/* Prints the report, plain text for 80 columns. True when a run with these options could start. */
bool doctor_print(FILE *out, const struct options *options);

#endif
