// SPDX-License-Identifier: MIT
#include "log/format_string.h"

#include "base/container.h"
#include "base/text.h"
#include "log/format_apache.h"
#include "log/format_haproxy.h"
#include "log/format_nginx.h"
#include "log/format_pasted.h"
#include "log/json_keys.h"
#include "log/took.h"

#include <errno.h>
#include <stdlib.h>

static bool matters(uint8_t field)
{
	return field == LOG_ADDR || field == LOG_PEER || field == LOG_REQUEST || field == LOG_URI ||
	       field == LOG_METHOD || field == LOG_STATUS || field == LOG_TIME_CLF ||
	       field == LOG_TIME_ISO;
}

static bool is_known(uint8_t field)
{
	return field != LOG_SKIP && field != LOG_LIST && field != LOG_NUMBER && field != LOG_ARGS &&
	       field != LOG_TOOK && field != LOG_UPSTREAM;
}

/* Whether it can be told where the field ends that the next follows at once. */
static bool are_parted(uint8_t field, uint8_t next)
{
	bool own_end = field >= LOG_METHOD;
	bool loose = next == LOG_SKIP || next == LOG_LIST || next == LOG_UPSTREAM ||
		     next == LOG_ARGS ||
		     (next == LOG_URI && (field == LOG_VHOST || field == LOG_SKIP));
	/* All of it must be right, or the line is not read. */
	bool strict = field == LOG_ADDR || field == LOG_PEER || field == LOG_CLIENT ||
		      field == LOG_TIME_STRF || field == LOG_REQUEST;

	return own_end || (loose && !strict);
}

/* The reader of JSON knows the ends of texts by itself. */
static int check_ends(struct format_build *s)
{
	const struct log_custom *f = s->custom;

	for (unsigned i = 0; i + 1 < f->count && !f->is_json; i++)
		if (f->parts[i].after_n == 0 &&
			!are_parted(f->parts[i].field, f->parts[i + 1].field))
			return format_build_fail(s, s->behind[i],
				"nothing tells where the field before ends",
				"a space or another character between it and the next");
	return 0;
}

static bool is_quoted(const struct log_custom *f, unsigned i)
{
	const struct log_part *part = &f->parts[i];
	const struct log_part *before = i ? &f->parts[i - 1] : NULL;
	size_t behind = before ? before->after + before->after_n : f->lead_n;
	size_t length = before ? before->after_n : f->lead_n;

	return length > 0 && f->text[behind - 1] == '"' && part->after_n > 0 &&
	       f->text[part->after] == '"';
}

/* $realip_remote_port is the peer's; $remote_port is of $remote_addr, which may be another. */
static void settle_peer(struct format_build *s)
{
	struct log_custom *f = s->custom;

	for (unsigned i = 0; i < f->count; i++)
		f->has_peer |= f->parts[i].field == LOG_PEER;
	for (unsigned i = 0; i < f->count; i++) {
		if (f->parts[i].field != LOG_PORT)
			continue;
		if (s->rank[i] > 0 && !f->has_peer)
			f->parts[i].field = LOG_NUMBER;
		f->port_of_remote = f->has_peer && s->rank[i] == 0;
	}
}

/* What a client may write into a field before the peer's address may look like the rest. */
static void settle_ip(struct log_custom *f)
{
	bool is_free = false;

	for (unsigned i = 0; i < f->count; i++) {
		const struct log_part *part = &f->parts[i];
		if (part->field == (f->has_peer ? LOG_PEER : LOG_ADDR)) {
			f->ip_part = is_free ? i : 0;
			return;
		}
		is_free |= part->field < LOG_TIME_STRF &&
			   (!part->quoted || f->is_raw || f->is_hashed) &&
			   part->field != LOG_ADDR && part->field != LOG_CLIENT;
	}
}

/* The item of the key that stands right before part i: "\"request_time\":" or with a quote more. */
static uint8_t json_item_before(const struct log_custom *f, unsigned i)
{
	struct str text = {f->text, f->lead_n};

	if (i > 0)
		text = (struct str){f->text + f->parts[i - 1].after, f->parts[i - 1].after_n};
	if (text.n && text.p[text.n - 1] == '"')
		text.n--;
	while (text.n && text.p[text.n - 1] == ' ')
		text.n--;
	if (!text.n || text.p[text.n - 1] != ':')
		return ITEM_NONE;
	for (text.n--; text.n && text.p[text.n - 1] == ' ';)
		text.n--;
	if (!text.n || text.p[text.n - 1] != '"')
		return ITEM_NONE;
	text.n--;
	const char *open = text.n ? memrchr(text.p, '"', text.n) : NULL;
	if (!open)
		return ITEM_NONE;
	const struct json_key *key = json_key_find(
		SCOPE_TOP, (struct str){open + 1, text.n - (size_t)(open + 1 - text.p)});
	return key ? key->item : ITEM_NONE;
}

/* A key may be called what it is not: "client_ip":"$http_x_forwarded_for". */
static bool json_misleads(const struct log_custom *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		uint8_t item = json_item_before(f, i), field = f->parts[i].field;
		bool peer = item == ITEM_PEER || item == ITEM_SAID || item == ITEM_CLIENT;
		if ((item == ITEM_REALIP && field != LOG_PEER) ||
			(peer && field != LOG_ADDR && field != LOG_PEER))
			return true;
	}
	return false;
}

static bool json_says_took(const struct log_custom *f)
{
	bool any = false;

	for (unsigned i = 0; i < f->count; i++) {
		const struct log_part *part = &f->parts[i];
		if (part->field != LOG_TOOK && part->field != LOG_UPSTREAM)
			continue;
		uint8_t want = part->field == LOG_UPSTREAM ? ITEM_UPSTREAM
			       : part->unit == TOOK_S      ? ITEM_TOOK_S
							   : ITEM_TOOK_MS;
		if (json_item_before(f, i) != want || part->unit == TOOK_US)
			return false;
		any = true;
	}
	return any;
}

static int finish(struct format_build *s)
{
	struct log_custom *f = s->custom;
	bool known = false;
	size_t blank = 0;

	settle_peer(s);
	for (unsigned i = 0; i < f->count; i++) {
		f->parts[i].quoted = is_quoted(f, i);
		known |= is_known(f->parts[i].field);
		if (matters(f->parts[i].field))
			f->needed = i + 1;
	}
	if (!known)
		return format_build_fail(s, 0, "no field that is known",
			"an address, a request, a status or a time, such as $remote_addr or %h");
	settle_ip(f);
	while (blank < f->lead_n && f->text[blank] == ' ')
		blank++;
	f->is_json = blank < f->lead_n && f->text[blank] == '{';
	f->json_misleads = f->is_json && json_misleads(f);
	f->json_says_took = f->is_json && json_says_took(f);
	return check_ends(s);
}

/* "$" that begins a variable. */
static bool has_variable(struct str text)
{
	for (size_t i = 0; i + 1 < text.n; i++) {
		char next = text.p[i + 1], lower = (char)(next | 0x20);
		if (text.p[i] == '$' && (next == '{' || (lower >= 'a' && lower <= 'z')))
			return true;
	}
	return false;
}

bool format_string_is(struct str text)
{
	return text.n && (memchr(text.p, '$', text.n) || memchr(text.p, '%', text.n));
}

static int read_source(struct format_build *s, enum log_dialect dialect)
{
	if (s->source.n > FORMAT_STRING_MAX)
		return format_build_fail(s, FORMAT_STRING_MAX, "too much text", "a shorter format");
	if (dialect == LOG_DIALECT_GUESS)
		dialect = has_variable(s->source) ? LOG_DIALECT_NGINX : LOG_DIALECT_APACHE;
	s->custom->is_raw = dialect == LOG_DIALECT_NGINX_RAW;
	s->custom->is_hashed = dialect == LOG_DIALECT_HAPROXY;
	int err = dialect == LOG_DIALECT_APACHE    ? format_apache_read(s)
		  : dialect == LOG_DIALECT_HAPROXY ? format_haproxy_read(s)
						   : format_nginx_read(s);
	return err ? err : finish(s);
}

/* As it was pasted, if nobody says whose it is. */
static int read_any_source(struct format_build *s, enum log_dialect dialect)
{
	struct format_pasted pasted;

	if (dialect != LOG_DIALECT_GUESS)
		return read_source(s, dialect);
	int err = format_pasted_read(s->source, &pasted, s->error);
	if (err)
		return err;
	s->source = pasted.text;
	return read_source(s, pasted.dialect);
}

int format_string_new(struct str text, enum log_dialect dialect, struct str name,
	struct log_format **ret_format, char error[static FORMAT_STRING_ERROR_MAX])
{
	struct log_custom *f = calloc(1, sizeof *f);
	char clean[LOG_NAME_MAX];

	if (!f)
		return -ENOMEM;
	struct format_build s = {.custom = f, .source = text};
	int err = read_any_source(&s, dialect);
	if (err) {
		memcpy(error, s.error, sizeof s.error);
		free(f);
		return err;
	}
	size_t n = text_sanitise(clean, sizeof clean, name);
	text_copy(f->name, sizeof f->name, (struct str){clean, n});
	f->format = (struct log_format){
		.name = f->name, .help = "as the web server spells it", .parse = log_custom_parse};
	*ret_format = &f->format;
	return 0;
}

bool format_string_is_access(const struct log_format *format)
{
	const struct log_custom *f = container_of(format, const struct log_custom, format);
	bool who = false, what = false;

	for (unsigned i = 0; i < f->count; i++) {
		uint8_t field = f->parts[i].field;
		who |= field == LOG_ADDR || field == LOG_PEER || field == LOG_CLIENT ||
		       field == LOG_CLAIMS;
		what |= field == LOG_REQUEST || field == LOG_URI || field == LOG_METHOD ||
			field == LOG_STATUS;
	}
	return who && what;
}

bool format_string_is_same(const struct log_format *a, const struct log_format *b)
{
	const struct log_custom *x = container_of(a, const struct log_custom, format),
				*y = container_of(b, const struct log_custom, format);

	return strcmp(x->name, y->name) == 0 && x->lead_n == y->lead_n && x->count == y->count &&
	       x->is_raw == y->is_raw && x->is_hashed == y->is_hashed && x->is_json == y->is_json &&
	       memcmp(x->parts, y->parts, x->count * sizeof x->parts[0]) == 0 &&
	       memcmp(x->text, y->text, sizeof x->text) == 0;
}

unsigned format_string_weight(const struct log_format *format)
{
	static const uint8_t weights[LOG_FIELDS] = {
		[LOG_ADDR] = 8,
		[LOG_REQUEST] = 8,
		[LOG_URI] = 7,
		[LOG_STATUS] = 4,
		[LOG_BYTES] = 2,
		[LOG_AGENT] = 2,
		[LOG_REFERER] = 1,
		[LOG_TIME_CLF] = 1,
		[LOG_TIME_ISO] = 1,
		[LOG_TIME_SEC] = 1,
		[LOG_VHOST] = 1,
		[LOG_TOOK] = 1,
		[LOG_UPSTREAM] = 1,
		[LOG_PEER] = 1,
		[LOG_CLAIMS] = 1,
	};
	const struct log_custom *f = container_of(format, const struct log_custom, format);
	unsigned sum = 0;

	for (unsigned i = 0; i < f->count; i++)
		sum += weights[f->parts[i].field];
	return sum;
}

void format_string_trust(struct log_format *format)
{
	struct log_custom *f = container_of(format, struct log_custom, format);

	f->ip_part = 0;
	f->needed = f->count;
}

void format_string_free(struct log_format *format)
{
	free(format ? container_of(format, struct log_custom, format) : NULL);
}
