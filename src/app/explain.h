/* SPDX-License-Identifier: MIT
 *
 * explain: --explain: which format reads a line of a log, and what each field of it is.
 */
#ifndef NG_APP_EXPLAIN_H
#define NG_APP_EXPLAIN_H

#include "config/options.h"

#include <stdio.h>

/* Reads the line as a followed log's would be, with --log-format and what the web servers'
 * configuration spells out, and says what came of it. False when nothing reads it. */
bool explain_line(FILE *out, const struct options *o);

/* The formats that come with the program, each with what it is and a line in it. */
void explain_formats(FILE *out);

#endif
