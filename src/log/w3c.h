/* SPDX-License-Identifier: MIT
 *
 * w3c: the extended log file format, whose lines say what they hold: IIS, CloudFront. Its times are
 * UTC. https://www.w3.org/TR/WD-logfile.html
 *
 * A log that is followed from its end is read once it says again what its columns are.
 */
#ifndef NG_LOG_W3C_H
#define NG_LOG_W3C_H

#include "log/format.h"

#define W3C_COLUMNS_MAX 64

/* What the columns are, by the last "#Fields:" of a log; all zero at first: nobody has said. */
struct w3c {
	uint8_t columns[W3C_COLUMNS_MAX];
	uint8_t n;
};

/* For the name of the format, and help. It reads no line by itself. */
extern const struct log_format log_w3c;

/* Takes a line that is a directive, of which "#Fields:" is remembered. False when it is none. */
bool w3c_take_directive(struct w3c *w, struct str line);

/* Returns as log_format.parse does. */
int w3c_parse(const struct w3c *w, struct str line, struct log_scratch *scratch, struct event *ret);

#endif
