// SPDX-License-Identifier: MIT
#include "fleet/otlp_record.h"

#include "base/num.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define FIGURES_MAX 128 /* attributes of a record that are figures */
#define KEY_MAX     96
#define BODY_MAX    512 /* bytes of each text that a body is made of */

/* What becomes of a member's value. */
enum otlp_change {
	AS_IS,
	TO_SECONDS, /* microseconds, as a double */
	TO_FIGURES, /* one attribute for each figure */
	TO_NET,     /* an address, or a network */
	TO_KEY,     /* by what the herd is of */
	TO_WHO,     /* by the flag's scope */
	LEFT_OUT    /* it is in the resource or the body, or means nothing there */
};

static const struct otlp_name {
	enum event_kind kind;
	const char *name, *attribute;
	enum otlp_change change;
} names[] = {
	{EVENT_MACHINE, "name", NULL, LEFT_OUT},
	{EVENT_MACHINE, "version", NULL, LEFT_OUT},
	{EVENT_MACHINE, "fleet_schema", NULL, LEFT_OUT},
	{EVENT_MACHINE, "sketch", NULL, LEFT_OUT},
	{EVENT_MACHINE, "verdict", NULL, LEFT_OUT},
	{EVENT_MACHINE, "every_us", "nethergaze.machine.every", TO_SECONDS},
	{EVENT_MACHINE, "ahead_us", "nethergaze.machine.ahead", TO_SECONDS},
	{EVENT_MACHINE, "behind_us", "nethergaze.machine.behind", TO_SECONDS},
	{EVENT_MACHINE, "figures", "nethergaze.figure", TO_FIGURES},

	{EVENT_SHARE, "net", "client.address", TO_NET},
	{EVENT_SHARE, "agent", "user_agent.name", AS_IS},
	{EVENT_SHARE, "held_us", "nethergaze.share.held", TO_SECONDS},

	{EVENT_HERD, "key", "nethergaze.herd.key", TO_KEY},
	{EVENT_HERD, "span_us", "nethergaze.herd.span", TO_SECONDS},
	{EVENT_HERD, "sources", NULL, LEFT_OUT},

	{EVENT_FLAG, "flag", "security_rule.name", AS_IS},
	{EVENT_FLAG, "who", "nethergaze.flag.who", TO_WHO},

	{EVENT_VERDICT, "text", NULL, LEFT_OUT},
};

bool otlp_name_at(size_t i, const char **ret_kind, const char **ret_name)
{
	if (i >= ARRAY_LEN(names))
		return false;
	*ret_kind = event_kinds[names[i].kind].name;
	*ret_name = names[i].name;
	return true;
}

/* A severity as a SeverityNumber. "Act now" is what syslog calls an alert, which the data model
 * maps to ERROR3; FATAL would say that the server is down (OpenTelemetry, Logs Data Model,
 * appendix B). */
static const struct {
	unsigned number;
	const char *text;
} levels[] = {
	[SEVERITY_NONE] = {9, "info"},
	[SEVERITY_NOTE] = {9, "note"},
	[SEVERITY_SUSPECT] = {13, "suspect"},
	[SEVERITY_ATTACK] = {17, "attack"},
	[SEVERITY_ACT] = {19, "act"},
};

static void put_severity(struct jsonw *w, uint32_t severity)
{
	size_t i = severity < ARRAY_LEN(levels) ? severity : SEVERITY_ACT;

	jsonw_key(w, "severityNumber");
	jsonw_u64(w, levels[i].number);
	jsonw_key(w, "severityText");
	jsonw_str(w, str_of(levels[i].text));
}

/* Values. */

/* A 64-bit integer of the JSON mapping of Protocol Buffers. */
static void put_int64(struct jsonw *w, const char *key, uint64_t v)
{
	char buf[20];

	jsonw_key(w, key);
	jsonw_str(w, (struct str){buf, num_put(buf, v)});
}

static void put_string(struct jsonw *w, struct str text)
{
	static const char more[] = "…";
	char buf[OTLP_TEXT_MAX];

	if (text.n > sizeof buf) {
		struct str part = text_clip(text, sizeof buf - (sizeof more - 1));
		memcpy(buf, part.p, part.n);
		memcpy(buf + part.n, more, sizeof more - 1);
		text = (struct str){buf, part.n + sizeof more - 1};
	}
	jsonw_open(w, '{');
	jsonw_key(w, "stringValue");
	jsonw_str(w, text);
	jsonw_close(w, '}');
}

/* {"key":key,"value": */
static void open_attribute(struct jsonw *w, const char *key)
{
	jsonw_open(w, '{');
	jsonw_key(w, "key");
	jsonw_str(w, str_of(key));
	jsonw_key(w, "value");
}

void otlp_put_text(struct jsonw *w, const char *key, struct str text)
{
	if (!text.n)
		return;
	open_attribute(w, key);
	put_string(w, text);
	jsonw_close(w, '}');
}

static void put_number(struct jsonw *w, const char *key, uint64_t v, uint64_t absent)
{
	if (v == absent || v > INT64_MAX)
		return;
	open_attribute(w, key);
	jsonw_open(w, '{');
	put_int64(w, "intValue", v);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_bool(struct jsonw *w, const char *key, bool v)
{
	open_attribute(w, key);
	jsonw_open(w, '{');
	jsonw_key(w, "boolValue");
	jsonw_bool(w, v);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_seconds(struct jsonw *w, const char *key, uint64_t us)
{
	if (us == ABSENT)
		return;
	open_attribute(w, key);
	jsonw_open(w, '{');
	jsonw_key(w, "doubleValue");
	jsonw_double(w, (double)us / 1e6);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

/* "2026-11-22T08:14:15.071Z", as process.creation.time has it. */
static void put_time(struct jsonw *w, const char *key, usec_t at)
{
	char text[48];
	struct tm tm;
	time_t t = (time_t)(at / USEC_PER_SEC);

	if (at <= 0 || !gmtime_r(&t, &tm))
		return;
	size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(
		text + n, sizeof text - n, ".%03uZ", (unsigned)(at % USEC_PER_SEC / USEC_PER_MSEC));
	otlp_put_text(w, key, (struct str){text, n});
}

/* The text up to the next `end`, which is skipped; the rest stays. */
static struct str take_up_to(struct str *s, char end)
{
	const char *at = s->n ? memchr(s->p, end, s->n) : NULL;
	struct str part = {s->p, at ? (size_t)(at - s->p) : s->n};

	*s = str_skip(*s, at ? part.n + 1 : part.n);
	return part;
}

static void open_array(struct jsonw *w, const char *key)
{
	open_attribute(w, key);
	jsonw_open(w, '{');
	jsonw_key(w, "arrayValue");
	jsonw_open(w, '{');
	jsonw_key(w, "values");
	jsonw_open(w, '[');
}

static void close_array(struct jsonw *w)
{
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

static void put_list(struct jsonw *w, const char *key, struct str list, char between)
{
	size_t n = 0;

	if (!list.n)
		return;
	open_array(w, key);
	while (list.n && n < OTLP_VALUES_MAX) {
		struct str part = take_up_to(&list, between);
		if (!part.n)
			continue;
		put_string(w, part);
		n++;
	}
	close_array(w);
}

/* Words "conns=12" as attributes nethergaze.figure.conns. */
static void put_figures(struct jsonw *w, const char *before, struct str words)
{
	char key[KEY_MAX];
	uint64_t v;

	for (size_t n = 0; words.n && n < FIGURES_MAX; n++) {
		struct str number = take_up_to(&words, ' '), name = take_up_to(&number, '=');
		if (!name.n || name.n > NUMBER_NAME_MAX || num_u64(number, &v) < 0)
			continue;
		snprintf(key, sizeof key, "%s.%.*s", before, STR_FMT(name));
		put_number(w, key, v, ABSENT);
	}
}

/* What stands for an address, a path, an agent. */

static void put_path(struct jsonw *w, struct str target)
{
	struct str path = take_up_to(&target, '?');

	otlp_put_text(w, "url.path", path);
	otlp_put_text(w, "url.query", target);
}

static void put_net(struct jsonw *w, const char *key, const struct prefix *net)
{
	char buf[PREFIX_TEXT_MAX];

	if (net->bits == ADDR_BITS)
		otlp_put_text(w, key, (struct str){buf, addr_format(&net->addr, buf)});
	else
		otlp_put_text(w, "nethergaze.network", (struct str){buf, prefix_format(net, buf)});
}

/* "#" and 16 hexadecimal digits: all that left the machine of a text (publish.detail = hash). */
static bool is_hash(struct str s)
{
	if (s.n != 17 || s.p[0] != '#')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (num_hex(s.p[i]) < 0)
			return false;
	return true;
}

static void put_key(struct jsonw *w, const char *key, const struct event_herd *h)
{
	if (is_hash(h->key))
		otlp_put_text(w, key, h->key);
	else if (h->of == HERD_OF_PATH)
		put_path(w, h->key);
	else if (h->of == HERD_OF_AGENT)
		otlp_put_text(w, "user_agent.original", h->key);
	else if (h->of == HERD_OF_REFERER) /* a header's values are an array there */
		put_list(w, "http.request.header.referer", h->key, '\n');
	else if (h->of == HERD_OF_VHOST)
		otlp_put_text(w, "server.address", h->key);
}

/* Several stand joined by commas: they have no name but their own. */
static void put_who(struct jsonw *w, const char *key, const struct event_flag *f)
{
	struct addr one;

	otlp_put_text(w, key, f->who);
	if (is_hash(f->who))
		return;
	if (f->scope == SCOPE_HOST && addr_parse(f->who, &one) == 0)
		otlp_put_text(w, "client.address", f->who);
	else if (f->scope == SCOPE_PATH)
		put_path(w, f->who);
	else if (f->scope == SCOPE_AGENT)
		otlp_put_text(w, "user_agent.original", f->who);
}

/* Attributes: the members of the record, by the field table of its kind. */

static void put_bits(struct jsonw *w, const char *key, const struct event_field *f, uint32_t bits)
{
	if (!bits)
		return;
	open_array(w, key);
	for (unsigned i = 0; i < f->names->n; i++)
		if (bits & 1u << i)
			put_string(w, str_of(enum_name(f->names, i)));
	close_array(w);
}

static void put_as_is(struct jsonw *w, const char *key, const struct event_field *f, const void *at)
{
	char buf[PREFIX_TEXT_MAX];

	switch (f->type) {
	case FIELD_STR:
		otlp_put_text(w, key, *(const struct str *)at);
		break;
	case FIELD_WORDS:
		put_list(w, key, *(const struct str *)at, ' ');
		break;
	case FIELD_LINES:
		put_list(w, key, *(const struct str *)at, '\n');
		break;
	case FIELD_NUMBERS:
		put_figures(w, key, *(const struct str *)at);
		break;
	case FIELD_ADDR:
		if (!addr_is_unset(at))
			otlp_put_text(w, key, (struct str){buf, addr_format(at, buf)});
		break;
	case FIELD_PREFIX:
		otlp_put_text(w, key, (struct str){buf, prefix_format(at, buf)});
		break;
	case FIELD_U16:
		put_number(w, key, *(const uint16_t *)at, ABSENT);
		break;
	case FIELD_U32:
		put_number(w, key, *(const uint32_t *)at, 0);
		break;
	case FIELD_U64:
		put_number(w, key, *(const uint64_t *)at, ABSENT);
		break;
	case FIELD_USEC:
		put_time(w, key, *(const usec_t *)at);
		break;
	case FIELD_BOOL:
		put_bool(w, key, *(const uint8_t *)at);
		break;
	case FIELD_FLAG:
		if (*(const uint8_t *)at)
			put_bool(w, key, true);
		break;
	case FIELD_ENUM:
		otlp_put_text(w, key, str_of(enum_name(f->names, *(const uint8_t *)at)));
		break;
	case FIELD_BITS:
		put_bits(w, key, f, *(const uint32_t *)at);
		break;
	}
}

static const struct otlp_name *find_name(enum event_kind kind, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].kind == kind && strcmp(names[i].name, name) == 0)
			return &names[i];
	return NULL;
}

static void put_field(struct jsonw *w, const struct event *event, const struct event_field *f)
{
	const struct otlp_name *name = find_name(event->kind, f->name);
	const void *at = (const char *)event + f->offset;
	char key[KEY_MAX];

	if (!name) {
		snprintf(key, sizeof key, "nethergaze.%s.%s", event_kinds[event->kind].name,
			f->name);
		put_as_is(w, key, f, at);
		return;
	}
	switch (name->change) {
	case AS_IS:
		put_as_is(w, name->attribute, f, at);
		break;
	case TO_SECONDS:
		put_seconds(w, name->attribute, *(const uint64_t *)at);
		break;
	case TO_FIGURES:
		put_figures(w, name->attribute, *(const struct str *)at);
		break;
	case TO_NET:
		put_net(w, name->attribute, at);
		break;
	case TO_KEY:
		put_key(w, name->attribute, &event->herd);
		break;
	case TO_WHO:
		put_who(w, name->attribute, &event->flag);
		break;
	case LEFT_OUT:
		break;
	}
}

/* Bodies: what a person reads first. */

static size_t put_count(char *buf, size_t cap, const char *before, uint64_t n, const char *noun)
{
	if (n == ABSENT)
		return 0;
	int took = snprintf(buf, cap, "%s%" PRIu64 " %s%s", before, n, noun, n == 1 ? "" : "s");
	return took > 0 && (size_t)took < cap ? (size_t)took : 0;
}

static size_t share_text(char *buf, size_t cap, const struct event_share *s)
{
	char net[PREFIX_TEXT_MAX];
	size_t n, begun;

	if (s->net.bits == ADDR_BITS)
		addr_format(&s->net.addr, net);
	else
		prefix_format(&s->net, net);
	n = begun = (size_t)snprintf(buf, cap, "%s", net);
	n += put_count(buf + n, cap - n, ": ", s->conns, "connection");
	n += put_count(buf + n, cap - n, n > begun ? ", " : ": ", s->requests, "request");
	return n;
}

static size_t herd_text(char *buf, size_t cap, const struct event_herd *h)
{
	const char *of = enum_name(&herd_ofs, h->of);
	struct str key = text_clip(h->key, BODY_MAX);
	size_t n = (size_t)snprintf(buf, cap, "%s %.*s", of ? of : "", STR_FMT(key));

	return n + put_count(buf + n, cap - n, ": ", h->requests, "request");
}

static size_t flag_text(char *buf, size_t cap, const struct event_flag *f)
{
	struct str name = text_clip(f->flag, BODY_MAX), who = text_clip(f->who, BODY_MAX);
	struct str evidence = text_clip(f->evidence, BODY_MAX);
	const char *over = f->on ? "" : " is over";

	return (size_t)snprintf(buf, cap, "%.*s%s%.*s%s%s%.*s", STR_FMT(name), who.n ? " " : "",
		STR_FMT(who), over, evidence.n ? ": " : "", STR_FMT(evidence));
}

static struct str verdict_text(struct str text)
{
	return text.n ? text : STR_LIT("nothing stands out");
}

static void put_body(struct jsonw *w, const struct event *event)
{
	char buf[BODY_MAX * 3 + 64];
	struct str text = {buf, 0};

	if (event->kind == EVENT_MACHINE)
		text = verdict_text(event->machine_said.verdict);
	else if (event->kind == EVENT_VERDICT)
		text = verdict_text(event->verdict.text);
	else if (event->kind == EVENT_SHARE)
		text.n = share_text(buf, sizeof buf, &event->share);
	else if (event->kind == EVENT_HERD)
		text.n = herd_text(buf, sizeof buf, &event->herd);
	else if (event->kind == EVENT_FLAG)
		text.n = flag_text(buf, sizeof buf, &event->flag);
	jsonw_key(w, "body");
	put_string(w, text);
}

/* Of a share or a herd none: figures alone are no reason to wake anybody; flags are. */
static uint32_t severity_of(const struct event *event)
{
	if (event->kind == EVENT_FLAG)
		return event->flag.on ? event->flag.severity : SEVERITY_NONE;
	if (event->kind == EVENT_VERDICT)
		return event->verdict.severity;
	return event->kind == EVENT_MACHINE ? event->machine_said.severity : SEVERITY_NONE;
}

void otlp_put_record(struct jsonw *w, const struct event *event, usec_t observed)
{
	const struct event_kind_info *kind = &event_kinds[event->kind];
	char name[KEY_MAX];

	snprintf(name, sizeof name, "nethergaze.%s", kind->name);
	jsonw_open(w, '{');
	put_int64(w, "timeUnixNano", (uint64_t)event->ts * 1000);
	put_int64(w, "observedTimeUnixNano", (uint64_t)observed * 1000);
	put_severity(w, severity_of(event));
	jsonw_key(w, "eventName");
	jsonw_str(w, str_of(name));
	put_body(w, event);
	jsonw_key(w, "attributes");
	jsonw_open(w, '[');
	for (size_t i = 0; i < kind->count; i++)
		put_field(w, event, &kind->fields[i]);
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}
