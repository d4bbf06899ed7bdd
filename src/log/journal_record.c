// SPDX-License-Identifier: MIT
#include "log/journal_record.h"

#include "base/clock.h"
#include "base/num.h"
#include "log/json_scan.h"

#include <stdio.h>
#include <time.h>

#define KEY_MAX     40
#define PROGRAM_MAX 48

const char *const journal_field_names[JOURNAL_FIELDS] = {
	[JOURNAL_UNIT] = "_SYSTEMD_UNIT",
	[JOURNAL_CONTAINER] = "CONTAINER_NAME",
	[JOURNAL_IDENTIFIER] = "SYSLOG_IDENTIFIER",
	[JOURNAL_COMM] = "_COMM",
	[JOURNAL_PID] = "_PID",
	[JOURNAL_UID] = "_UID",
	[JOURNAL_MESSAGE_ID] = "MESSAGE_ID",
	[JOURNAL_TRANSPORT] = "_TRANSPORT",
};

/* Records of other programs begin with a small letter, or lack the field. */
static bool may_be(struct str line)
{
	static const char key[] = "\"MESSAGE\"";

	if (line.n < 12 || line.p[0] != '{' || line.p[1] != '"' ||
		(line.p[2] != '_' && (line.p[2] < 'A' || line.p[2] > 'Z')))
		return false;
	return memmem(line.p, line.n, key, sizeof key - 1) != NULL;
}

void journal_record_clear(struct journal_record *r)
{
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		r->fields[i].n = 0;
	r->message = STR_ABSENT;
	r->form = JOURNAL_NOTHING;
	r->time = r->source_time = 0;
}

void journal_record_keep(struct journal_record *r, enum journal_field field, struct str value)
{
	struct journal_value *text = &r->fields[field];

	text->n = value.n < sizeof text->p ? value.n : sizeof text->p;
	if (text->n)
		memcpy(text->p, value.p, text->n);
}

static void keep_message(struct journal_record *r, const struct json_value *value)
{
	r->message = value->text;
	if (value->kind == JSON_STRING)
		r->form = JOURNAL_TEXT;
	else if (value->kind == JSON_ARRAY)
		r->form = JOURNAL_ARRAY;
	else
		r->form = str_eq(value->text, STR_LIT("null")) ? JOURNAL_TOO_LONG : JOURNAL_NOTHING;
}

static void keep_field(
	struct journal_record *r, enum journal_field field, const struct json_value *value)
{
	struct journal_value *text = &r->fields[field];

	if (value->escaped)
		text->n = json_unescape(text->p, sizeof text->p, value->text);
	else
		journal_record_keep(r, field, value->text);
}

static bool keep(struct journal_record *r, struct str key, const struct json_value *value)
{
	if (str_eq(key, STR_LIT("MESSAGE"))) {
		keep_message(r, value);
		return true;
	}
	if (value->kind != JSON_STRING && value->kind != JSON_BARE)
		return false;
	if (str_eq(key, STR_LIT("__REALTIME_TIMESTAMP")))
		return num_u64(value->text, &r->time) == 0;
	if (str_eq(key, STR_LIT("_SOURCE_REALTIME_TIMESTAMP")))
		return num_u64(value->text, &r->source_time) == 0;
	for (enum journal_field i = 0; i < JOURNAL_FIELDS; i++)
		if (str_eq(key, str_of(journal_field_names[i]))) {
			keep_field(r, i, value);
			return true;
		}
	return false;
}

/* An array is kept as what stands in it, up to its bracket. */
static bool read_value(struct json_scan *s, struct json_value *value)
{
	if (!json_value(s, value))
		return false;
	if (value->kind <= JSON_BARE)
		return true;
	const char *inside = s->p;
	if (!json_skip(s))
		return false;
	value->text = (struct str){inside, (size_t)(s->p - inside)};
	return true;
}

bool journal_record_parse(struct str line, struct journal_record *ret)
{
	struct json_scan s = {line.p, line.p + line.n};
	struct json_value key, value;
	bool any = false;

	journal_record_clear(ret);
	if (!json_enter(&s))
		return false;
	while (json_member(&s) && json_key(&s, &key) && read_value(&s, &value))
		if (!key.escaped && key.text.n < KEY_MAX)
			any |= keep(ret, key.text, &value);
	return any;
}

/* "80,97,115]": bytes. */
static size_t put_bytes(struct json_scan *s, const struct json_value *first, char *buf, size_t cap)
{
	struct json_value v = *first;
	uint64_t byte;
	size_t n = 0;

	do {
		if (v.kind > JSON_BARE || num_u64(v.text, &byte) < 0 || byte > 255)
			break;
		buf[n++] = (char)byte;
	} while (n < cap && json_element(s, &v));
	return n;
}

/* Bytes; or the first of several values, each a text or bytes. */
static size_t put_array(struct str inside, char *buf, size_t cap)
{
	struct json_scan s = {inside.p, inside.p + inside.n};
	struct json_value v;

	if (!cap || !json_element(&s, &v))
		return 0;
	if (v.kind == JSON_STRING)
		return json_unescape(buf, cap, v.text);
	if (v.kind == JSON_ARRAY && !json_element(&s, &v))
		return 0;
	return put_bytes(&s, &v, buf, cap);
}

static size_t put_message(const struct journal_record *r, char *buf, size_t cap)
{
	size_t n = r->message.n < cap ? r->message.n : cap;

	if (r->form == JOURNAL_TEXT)
		return json_unescape(buf, cap, r->message);
	if (r->form == JOURNAL_ARRAY)
		return put_array(r->message, buf, cap);
	if (r->form != JOURNAL_BYTES || !n)
		return 0;
	memcpy(buf, r->message.p, n);
	return n;
}

static struct str field_of(const struct journal_record *r, enum journal_field field)
{
	return (struct str){r->fields[field].p, r->fields[field].n};
}

/* A program calls itself what it likes: here it is a word. */
static size_t put_program(const struct journal_record *r, char *buf)
{
	struct str s = field_of(r, JOURNAL_IDENTIFIER);
	size_t n = 0;

	if (!s.n)
		s = field_of(r, JOURNAL_COMM);
	if (!s.n)
		s = STR_LIT("journal");
	for (; n < s.n && n < PROGRAM_MAX; n++) {
		char c = s.p[n], lower = (char)(c | 0x20);
		bool word = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
			    memchr("._-@/", c, 5);
		buf[n] = word ? c : '_';
	}
	return n;
}

/* "2026-11-22T08:14:15.123456+00:00 - sshd[71]: " */
static size_t put_head(const struct journal_record *r, char buf[static JOURNAL_HEAD_MAX])
{
	uint64_t usec = r->source_time ? r->source_time : r->time, pid = 0;
	struct str digits = field_of(r, JOURNAL_PID);
	time_t t = (time_t)(usec / USEC_PER_SEC);
	struct tm tm;
	size_t n = 0;

	if (usec > 0 && usec < (uint64_t)USEC_LIMIT && gmtime_r(&t, &tm)) {
		n = strftime(buf, JOURNAL_HEAD_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
		n += (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, ".%06u+00:00 - ",
			(unsigned)(usec % USEC_PER_SEC));
	}
	n += put_program(r, buf + n);
	bool has_pid = digits.n && num_u64(digits, &pid) == 0 && pid <= INT32_MAX;
	n += has_pid ? (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, "[%u]: ", (unsigned)pid)
		     : (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, ": ");
	return n;
}

size_t journal_record_write(const struct journal_record *r, char *buf, size_t cap)
{
	char head[JOURNAL_HEAD_MAX];
	size_t n = put_head(r, head);

	if (n >= cap)
		return 0;
	memcpy(buf, head, n);
	size_t got = put_message(r, buf + n, cap - n);
	return got ? n + got : 0;
}

/* "Suppressed 12 messages from web.service". Anybody can send the id, but only journald's own
 * messages come by this transport. */
bool journal_record_suppressed(const struct journal_record *r,
	char buf[static JOURNAL_FIELD_MAX + JOURNAL_HEAD_MAX], struct str *ret_unit,
	uint64_t *ret_count)
{
	if (!str_eq(field_of(r, JOURNAL_MESSAGE_ID), STR_LIT(JOURNAL_SUPPRESSED_ID)) ||
		!str_eq(field_of(r, JOURNAL_TRANSPORT), STR_LIT("driver")))
		return false;
	struct str text = {buf, put_message(r, buf, JOURNAL_FIELD_MAX + JOURNAL_HEAD_MAX)};
	if (!str_take(&text, STR_LIT("Suppressed ")))
		return false;
	const char *space = memchr(text.p, ' ', text.n);
	size_t digits = space ? (size_t)(space - text.p) : 0;
	if (num_u64((struct str){text.p, digits}, ret_count) < 0)
		return false;
	text = str_skip(text, digits);
	*ret_unit = text;
	return str_take(ret_unit, STR_LIT(" messages from "));
}

size_t journal_record_read(struct str line, char *buf, size_t cap)
{
	struct journal_record r;

	return may_be(line) && journal_record_parse(line, &r) ? journal_record_write(&r, buf, cap)
							      : 0;
}
