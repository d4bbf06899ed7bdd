/* SPDX-License-Identifier: MIT
 *
 * doctor_parts: how --doctor writes, and its sections on logs, relays, masquerade, lookups, GeoIP
 * databases, crawlers and the history.
 */
#ifndef NG_APP_DOCTOR_PARTS_H
#define NG_APP_DOCTOR_PARTS_H

#include "config/options.h"

#include <stdio.h>

/* Clean words, broken before column 80; every line but the first is indented. */
void doctor_words(FILE *out, int indent, const char *text);

/* A detail below a line with yes or no. */
void doctor_under(FILE *out, const char *text);

/* A line with yes or no. */
void doctor_mark(FILE *out, bool yes, const char *text);

/* doctor_config.c: which config files of ours were read. */
void doctor_config(FILE *out, const struct options *options);

/* Which servers' configurations were read, what they say, and which logs are readable. */
void doctor_logs(FILE *out, const struct options *options);

/* doctor_journal.c: which units are read from the journal, whether it can be, and what is missing.
 */
void doctor_journal(FILE *out, const struct options *options);

/* Which programs that forward the ports of containers run here, and what keeps addresses. */
void doctor_relays(FILE *out);

/* Whether the table of connections can be read, for who is behind masquerade. */
void doctor_conntrack(FILE *out);

/* CAP_NET_ADMIN, which the blocker needs, is there. */
bool doctor_may_block(void);

/* doctor_interface.c: whose bandwidth is shown, and whether vnstat is there. */
void doctor_interface(FILE *out, const struct options *options);

/* Which servers lookups contact: all that leaves the machine. */
void doctor_lookups(FILE *out, const struct options *options);
/* doctor_blocks.c: which ways to block there are, and which lists of what is kept out can be read.
 */
void doctor_blocks(FILE *out);

/* doctor_geoip.c: which databases there are, how old they are, what is missing. */
void doctor_geoip(FILE *out, const struct options *options);

/* doctor_ranges.c: which files of crawlers' ranges were given, and whom they are for. */
void doctor_ranges(FILE *out, const struct options *options);

/* doctor_history.c: where the history lies, how much it holds, and whether it can be used. */
void doctor_history(FILE *out, const struct options *options);

#endif
