/* SPDX-License-Identifier: MIT
 *
 * doctor: what nethergaze can see on this host, probe by probe, why it cannot see more, and what
 * would change that. Every probe is tried for real and let go again.
 */
#ifndef NG_APP_DOCTOR_H
#define NG_APP_DOCTOR_H

#include "config/options.h"

#include <stdio.h>

/* Prints the report, plain text for 80 columns. True when a run with these options could start. */
bool doctor_print(FILE *out, const struct options *options);

#endif
