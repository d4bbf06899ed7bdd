/* SPDX-License-Identifier: MIT
 *
 * journal_record: a record of systemd's journal as `journalctl -o json` writes it, an object a
 * line.
 *
 * Fields: systemd.journal-fields(7). What is not UTF-8 is an array of bytes; a field that came
 * several times an array of its values (journalctl(1), "--output=json").
 */
#ifndef NG_LOG_JOURNAL_RECORD_H
#define NG_LOG_JOURNAL_RECORD_H

#include "base/str.h"

#define JOURNAL_HEAD_MAX 128 /* of a line, what stands before the message */

/* Writes the line that syslog would have had of it, "TIME - PROGRAM[PID]: MESSAGE", to buf, at most
 * cap bytes; line.n + JOURNAL_HEAD_MAX are always enough. Returns how many; 0 when it is no such
 * record, or says nothing. */
size_t journal_record_read(struct str line, char *buf, size_t cap);

#endif
