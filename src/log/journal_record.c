// SPDX-License-Identifier: MIT
#include "log/journal_record.h"

#include "base/clock.h"
#include "base/num.h"
#include "log/json_scan.h"

#include <stdio.h>
#include <time.h>

#define KEY_MAX     40
#define PROGRAM_MAX 48

struct record {
	struct json_value message;
	struct str program, command, pid, time, source_time;
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

static void keep(struct record *r, struct str key, const struct json_value *value)
{
	const struct {
		const char *name;
		struct str *to;
	} texts[] = {
		{"SYSLOG_IDENTIFIER", &r->program},
		{"_COMM", &r->command},
		{"_PID", &r->pid},
		{"__REALTIME_TIMESTAMP", &r->time},
		{"_SOURCE_REALTIME_TIMESTAMP", &r->source_time},
	};

	if (str_eq(key, STR_LIT("MESSAGE")))
		r->message = *value;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (value->kind <= JSON_BARE && !value->escaped &&
			str_eq(key, str_of(texts[i].name)))
			*texts[i].to = value->text;
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

static bool read_fields(struct str line, struct record *r)
{
	struct json_scan s = {line.p, line.p + line.n};
	struct json_value key, value;

	if (!json_enter(&s))
		return false;
	while (json_member(&s) && json_key(&s, &key) && read_value(&s, &value))
		if (!key.escaped && key.text.n < KEY_MAX)
			keep(r, key.text, &value);
	return r->message.text.n > 0 &&
	       (r->message.kind == JSON_STRING || r->message.kind == JSON_ARRAY);
}

/* "80,97,115]": bytes; or the first of several texts. */
static size_t put_array(struct str inside, char *buf, size_t cap)
{
	struct json_scan s = {inside.p, inside.p + inside.n};
	struct json_value v;
	uint64_t byte;
	size_t n = 0;

	while (n < cap && json_element(&s, &v)) {
		if (v.kind == JSON_STRING)
			return n ? n : json_unescape(buf, cap, v.text);
		if (v.kind > JSON_BARE || num_u64(v.text, &byte) < 0 || byte > 255)
			break;
		buf[n++] = (char)byte;
	}
	return n;
}

static size_t put_message(const struct json_value *v, char *buf, size_t cap)
{
	if (v->kind == JSON_ARRAY)
		return put_array(v->text, buf, cap);
	return json_unescape(buf, cap, v->text);
}

/* A program calls itself what it likes: here it is a word. */
static size_t put_program(const struct record *r, char *buf)
{
	struct str s = r->program.n ? r->program : r->command.n ? r->command : STR_LIT("journal");
	size_t n = 0;

	for (; n < s.n && n < PROGRAM_MAX; n++) {
		char c = s.p[n], lower = (char)(c | 0x20);
		bool word = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
			    memchr("._-@/", c, 5);
		buf[n] = word ? c : '_';
	}
	return n;
}

/* "2026-11-22T08:14:15.123456+00:00 - sshd[71]: " */
static size_t put_head(const struct record *r, char buf[static JOURNAL_HEAD_MAX])
{
	uint64_t usec = 0, pid = 0;
	struct tm tm;
	size_t n = 0;

	(void)num_u64(r->source_time.n ? r->source_time : r->time, &usec);
	time_t t = (time_t)(usec / USEC_PER_SEC);
	if (usec > 0 && usec < (uint64_t)USEC_LIMIT && gmtime_r(&t, &tm)) {
		n = strftime(buf, JOURNAL_HEAD_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
		n += (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, ".%06u+00:00 - ",
			(unsigned)(usec % USEC_PER_SEC));
	}
	n += put_program(r, buf + n);
	bool has_pid = r->pid.n && num_u64(r->pid, &pid) == 0 && pid <= INT32_MAX;
	n += has_pid ? (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, "[%u]: ", (unsigned)pid)
		     : (size_t)snprintf(buf + n, JOURNAL_HEAD_MAX - n, ": ");
	return n;
}

size_t journal_record_read(struct str line, char *buf, size_t cap)
{
	struct record r = {0};
	char head[JOURNAL_HEAD_MAX];

	if (!may_be(line) || !read_fields(line, &r))
		return 0;
	size_t n = put_head(&r, head);
	if (n >= cap)
		return 0;
	memcpy(buf, head, n);
	size_t got = put_message(&r.message, buf + n, cap - n);
	return got ? n + got : 0;
}
