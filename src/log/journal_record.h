/* SPDX-License-Identifier: MIT
 *
 * journal_record: an entry of systemd's journal, and the line that syslog would have had of it.
 *
 * Fields: systemd.journal-fields(7). Those that begin with an underscore come from journald, and no
 * program can forge them; all others are the program's own. `journalctl -o json` writes an object a
 * line (journalctl(1), "--output=json"): what is not UTF-8 is an array of bytes, a field that came
 * several times an array of its values, and one that is too long is null.
 */
#ifndef NG_LOG_JOURNAL_RECORD_H
#define NG_LOG_JOURNAL_RECORD_H

#include "base/str.h"

#include <stdint.h>

#define JOURNAL_HEAD_MAX  128 /* of a line, what stands before the message */
#define JOURNAL_FIELD_MAX 256 /* bytes of a field but the message; longer ones are cut */

enum journal_field {
	JOURNAL_UNIT,
	JOURNAL_CONTAINER,
	JOURNAL_IDENTIFIER,
	JOURNAL_COMM,
	JOURNAL_PID,
	JOURNAL_UID,
	JOURNAL_MESSAGE_ID,
	JOURNAL_TRANSPORT,
	JOURNAL_FIELDS
};

/* What journald says when a unit has logged more than it may (journald.conf(5),
 * "RateLimitIntervalSec="): the message's id, SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h. */
#define JOURNAL_SUPPRESSED_ID "a596d6fe7bfa4994828e72309e95d61e"

/* As the journal calls them. */
extern const char *const journal_field_names[JOURNAL_FIELDS];

/* How the message is held. */
enum journal_form {
	JOURNAL_NOTHING,
	JOURNAL_BYTES,
	JOURNAL_TEXT,    /* what stands between JSON's quotes */
	JOURNAL_ARRAY,   /* what stands behind JSON's bracket */
	JOURNAL_TOO_LONG /* it was left out */
};

struct journal_record {
	struct journal_value {
		char p[JOURNAL_FIELD_MAX];
		size_t n; /* 0: the entry lacks it */
	} fields[JOURNAL_FIELDS];
	struct str message; /* borrowed */
	enum journal_form form;
	/* Microseconds since the epoch: when journald took it, and when the program's socket did; 0
	 * for unknown. */
	uint64_t time, source_time;
};

/* An entry without anything. */
void journal_record_clear(struct journal_record *r);

/* Takes a field by the journal's name, as far as it is one of those that are kept. */
void journal_record_keep(struct journal_record *r, enum journal_field field, struct str value);

/* Reads an object. False when it is none, or has none of the fields. The message borrows the line.
 */
bool journal_record_parse(struct str line, struct journal_record *ret);

/* Writes "TIME - PROGRAM[PID]: MESSAGE" to buf, at most cap bytes; message.n + JOURNAL_HEAD_MAX are
 * always enough. Returns how many; 0 when there is no message, or no room for the head. */
size_t journal_record_write(const struct journal_record *r, char *buf, size_t cap);

/* If journald itself says so: how many messages of which unit it has suppressed; the unit lies in
 * buf. False for any other entry. */
bool journal_record_suppressed(const struct journal_record *r,
	char buf[static JOURNAL_FIELD_MAX + JOURNAL_HEAD_MAX], struct str *ret_unit,
	uint64_t *ret_count);

/* Both, of a line that may be no such object; line.n + JOURNAL_HEAD_MAX are always enough. Returns
 * 0 when it is none, or says nothing. */
size_t journal_record_read(struct str line, char *buf, size_t cap);

#endif
