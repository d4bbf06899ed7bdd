/* SPDX-License-Identifier: MIT
 *
 * log_text: an entry of the journal as a line of evidence: the combined log format with the time
 * in UTC, or what an SSH server said.
 */
#ifndef NG_OUTPUT_LOG_TEXT_H
#define NG_OUTPUT_LOG_TEXT_H

#include "model/journal.h"

#define LOG_TEXT_MAX 1024

/* "2026-01-01T00:00:00Z 203.0.113.9 "GET / HTTP/1.1" 404 162 "-" "curl/8.5"", without a newline;
 * the texts are cut to what leaves room for the others. Returns its length. */
size_t log_text(const struct journal_entry *e, char buf[static LOG_TEXT_MAX]);

/* "2026-01-01T00:00:00Z" */
#define UTC_TEXT_MAX 24
size_t utc_text(usec_t t, char buf[static UTC_TEXT_MAX]);

#endif
