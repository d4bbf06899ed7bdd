// SPDX-License-Identifier: MIT
#include "output/ecs.h"

#include "base/num.h"

#include <stdio.h>
#include <time.h>

#define MEMBERS_MAX 96 /* of a record */

/* What becomes of a value. */
enum ecs_change {
	AS_IS,
	TO_TIME,    /* seconds to ISO 8601 */
	TO_NANOS,   /* microseconds to nanoseconds */
	TO_VERSION, /* "HTTP/1.1" to "1.1" */
	TO_URL,     /* a path with its query to url.path, url.query and url.original */
	TO_OUTCOME, /* "accepted", "failed", true, … to "success", "failure" */
	TO_WAY      /* "in", "out" to "ingress", "egress" */
};

/* Names by kind of record and member; of a connection that was opened from here, `out`, because
 * the source of ECS is who opened it. */
static const struct ecs_name {
	const char *kind; /* NULL: any */
	const char *name, *ecs, *out;
	enum ecs_change change;
} names[] = {
	{NULL, "ts", "@timestamp", NULL, TO_TIME},
	{NULL, "machine", "host.name", NULL, AS_IS},
	{NULL, "log", "log.file.path", NULL, AS_IS},

	{"start", "host", "host.name", NULL, AS_IS},
	{"start", "version", "observer.version", NULL, AS_IS},

	{"conn", "ip", "source.ip", "destination.ip", AS_IS},
	{"conn", "port", "source.port", "destination.port", AS_IS},
	{"conn", "lip", "destination.ip", "source.ip", AS_IS},
	{"conn", "lport", "destination.port", "source.port", AS_IS},
	{"conn", "rx", "source.bytes", "destination.bytes", AS_IS},
	{"conn", "tx", "destination.bytes", "source.bytes", AS_IS},
	{"conn", "dir", "network.direction", NULL, TO_WAY},

	{"request", "ip", "source.ip", NULL, AS_IS},
	{"request", "port", "source.port", NULL, AS_IS},
	{"request", "client", "client.ip", NULL, AS_IS},
	{"request", "method", "http.request.method", NULL, AS_IS},
	{"request", "path", "url.path", NULL, TO_URL},
	{"request", "status", "http.response.status_code", NULL, AS_IS},
	{"request", "bytes", "http.response.body.bytes", NULL, AS_IS},
	{"request", "proto", "http.version", NULL, TO_VERSION},
	{"request", "referer", "http.request.referrer", NULL, AS_IS},
	{"request", "agent", "user_agent.original", NULL, AS_IS},
	{"request", "vhost", "url.domain", NULL, AS_IS},
	{"request", "took_us", "event.duration", NULL, TO_NANOS},

	{"web_error", "ip", "source.ip", NULL, AS_IS},
	{"web_error", "path", "url.path", NULL, TO_URL},
	{"web_error", "vhost", "url.domain", NULL, AS_IS},
	{"web_error", "what", "event.reason", NULL, AS_IS},

	{"auth", "ip", "source.ip", NULL, AS_IS},
	{"auth", "port", "source.port", NULL, AS_IS},
	{"auth", "user", "user.name", NULL, AS_IS},
	{"auth", "outcome", "event.outcome", NULL, TO_OUTCOME},

	{"flag", "flag", "rule.name", NULL, AS_IS},
	{"flag", "evidence", "event.reason", NULL, AS_IS},
	{"flag", "severity", "event.severity", NULL, AS_IS},
	{"flag", "since", "event.start", NULL, TO_TIME},
	{"verdict", "text", "message", NULL, AS_IS},
	{"verdict", "severity", "event.severity", NULL, AS_IS},
	{"summary", "verdict", "message", NULL, AS_IS},
	{"note", "text", "message", NULL, AS_IS},

	{"act", "what", "event.action", NULL, AS_IS},
	{"act", "result", "message", NULL, AS_IS},
	{"act", "ok", "event.outcome", NULL, TO_OUTCOME},

	{"syn", "ip", "source.ip", NULL, AS_IS},
	{"resets", "ip", "source.ip", NULL, AS_IS},
	{"crawler", "ip", "source.ip", NULL, AS_IS},
	{"rdns", "ip", "source.ip", NULL, AS_IS},
	{"rdns", "name", "source.domain", NULL, AS_IS},
	{"place", "ip", "source.ip", NULL, AS_IS},
	{"place", "country", "source.geo.country_iso_code", NULL, AS_IS},
	{"place", "city", "source.geo.city_name", NULL, AS_IS},
	{"place", "asn", "source.as.number", NULL, AS_IS},
	{"place", "org", "source.as.organization.name", NULL, AS_IS},

	{"host", "ip", "source.ip", NULL, AS_IS},
	{"host", "country", "source.geo.country_iso_code", NULL, AS_IS},
	{"host", "city", "source.geo.city_name", NULL, AS_IS},
	{"host", "asn", "source.as.number", NULL, AS_IS},
	{"host", "org", "source.as.organization.name", NULL, AS_IS},
	{"host", "rdns", "source.domain", NULL, AS_IS},
	{"host", "first_seen", "event.start", NULL, TO_TIME},
	{"host", "last_seen", "event.end", NULL, TO_TIME},
};

/* event.kind, event.category and event.type; NULL: ECS has no category for it. */
static const struct ecs_kind {
	const char *kind, *of, *category, *type;
} kinds[] = {
	{"request", "event", "web", "access"}, {"web_error", "event", "web", "error"},
	{"conn", "event", "network", "connection"}, {"auth", "event", "authentication", "start"},
	{"flag", "alert", "intrusion_detection", "info"}, {"verdict", "state", NULL, "info"},
	{"act", "event", "configuration", "change"}, {"block", "state", "network", "denied"},
	{"host", "metric", "network", "info"}, {"group", "metric", "network", "info"},
	{"summary", "metric", "network", "info"}, {"top", "metric", "web", "info"},
	{"since", "metric", "web", "info"}, {"weather", "metric", "network", "info"},
	{"interface", "metric", "network", "info"}, {"conns", "metric", "network", "info"},
	{NULL, "event", NULL, "info"}, /* all others */
};

/* Reading a record. It is our own: what does not look so is none. */

struct member {
	struct str name, value; /* value: as it is written, quotes and all */
};

struct record {
	struct member at[MEMBERS_MAX];
	size_t n;
};

/* Behind the string that begins at i, or the end. */
static size_t skip_string(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i + 1 : s.n;
}

/* Behind the value that begins at i. */
static size_t skip_value(struct str s, size_t i)
{
	size_t depth = 0;

	while (i < s.n) {
		char c = s.p[i];
		if (c == '"') {
			i = skip_string(s, i);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			break;
		depth += c == '{' || c == '[';
		depth -= (c == '}' || c == ']') && depth;
		i++;
	}
	return i;
}

static bool read_record(struct str line, struct record *r)
{
	size_t i = 1;

	r->n = 0;
	if (line.n < 2 || line.p[0] != '{')
		return false;
	while (i < line.n && line.p[i] == '"' && r->n < MEMBERS_MAX) {
		size_t end = skip_string(line, i);
		if (end >= line.n || line.p[end] != ':')
			return false;
		size_t after = skip_value(line, end + 1);
		r->at[r->n++] = (struct member){
			{line.p + i + 1, end - i - 2}, {line.p + end + 1, after - end - 1}};
		i = after + (after < line.n && line.p[after] == ',');
	}
	return r->n && i < line.n && line.p[i] == '}' && str_eq(r->at[0].name, STR_LIT("t"));
}

static struct str unquoted(struct str s)
{
	return s.n >= 2 && s.p[0] == '"' ? (struct str){s.p + 1, s.n - 2} : s;
}

static struct str value_of(const struct record *r, struct str name)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->at[i].name, name))
			return unquoted(r->at[i].value);
	return STR_ABSENT;
}

/* Writing. */

/* Text as it stands in a record: escaped already. */
static void put_quoted(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, key);
	jsonw_value(w, STR_LIT("\""));
	jsonw_raw(w, text);
	jsonw_raw(w, STR_LIT("\""));
}

static void put_word(struct jsonw *w, const char *key, const char *word)
{
	jsonw_key(w, key);
	jsonw_str(w, str_of(word));
}

static void put_as_is(struct jsonw *w, const char *key, struct str value)
{
	jsonw_key(w, key);
	jsonw_value(w, value);
}

/* "1772420883.071000" */
static void put_time(struct jsonw *w, const char *key, struct str value)
{
	const char *dot = value.n ? memchr(value.p, '.', value.n) : NULL;
	struct str whole = {value.p, dot ? (size_t)(dot - value.p) : value.n};
	char text[48];
	uint64_t seconds;
	struct tm tm;

	if (num_u64(whole, &seconds) < 0 || seconds > INT32_MAX * UINT64_C(60))
		return;
	time_t t = (time_t)seconds;
	if (!gmtime_r(&t, &tm))
		return;
	size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	struct str fraction = str_skip(value, whole.n);
	n += (size_t)snprintf(text + n, sizeof text - n, "%.*sZ",
		(int)(fraction.n < 8 ? fraction.n : 8), fraction.p);
	put_quoted(w, key, (struct str){text, n});
}

static void put_nanos(struct jsonw *w, const char *key, struct str value)
{
	uint64_t us;

	if (num_u64(value, &us) < 0 || us > UINT64_MAX / 1000)
		return;
	jsonw_key(w, key);
	jsonw_u64(w, us * 1000);
}

static void put_url(struct jsonw *w, const char *key, struct str value)
{
	struct str text = unquoted(value);
	const char *mark = text.n ? memchr(text.p, '?', text.n) : NULL;
	size_t n = mark ? (size_t)(mark - text.p) : text.n;

	put_quoted(w, "url.original", text);
	put_quoted(w, key, (struct str){text.p, n});
	if (mark)
		put_quoted(w, "url.query", str_skip(text, n + 1));
}

static void put_outcome(struct jsonw *w, const char *key, struct str value)
{
	struct str text = unquoted(value);

	if (str_eq(text, STR_LIT("accepted")) || str_eq(text, STR_LIT("true")))
		put_word(w, key, "success");
	else if (str_eq(text, STR_LIT("closed")))
		put_word(w, key, "unknown");
	else
		put_word(w, key, "failure");
}

static void put_changed(struct jsonw *w, const char *key, enum ecs_change change, struct str value)
{
	struct str text = unquoted(value);

	switch (change) {
	case AS_IS:
		put_as_is(w, key, value);
		break;
	case TO_TIME:
		put_time(w, key, value);
		break;
	case TO_NANOS:
		put_nanos(w, key, value);
		break;
	case TO_VERSION:
		str_take(&text, STR_LIT("HTTP/"));
		put_quoted(w, key, text);
		break;
	case TO_URL:
		put_url(w, key, value);
		break;
	case TO_OUTCOME:
		put_outcome(w, key, value);
		break;
	case TO_WAY:
		put_word(w, key, str_eq(text, STR_LIT("in")) ? "ingress" : "egress");
		break;
	}
}

static const struct ecs_name *find_name(struct str kind, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(str_of(names[i].name), name) &&
			(!names[i].kind || str_eq(str_of(names[i].kind), kind)))
			return &names[i];
	return NULL;
}

static const struct ecs_kind *find_kind(struct str kind)
{
	const struct ecs_kind *k = kinds;

	while (k->kind && !str_eq(str_of(k->kind), kind))
		k++;
	return k;
}

static void put_words(struct jsonw *w, const char *key, const char *word)
{
	jsonw_key(w, key);
	jsonw_open(w, '[');
	jsonw_str(w, str_of(word));
	jsonw_close(w, ']');
}

static void put_head(struct jsonw *w, struct str kind)
{
	const struct ecs_kind *k = find_kind(kind);
	char dataset[64];

	snprintf(dataset, sizeof dataset, "nethergaze.%.*s", (int)(kind.n < 40 ? kind.n : 40),
		kind.p);
	put_word(w, "ecs.version", ECS_VERSION);
	put_word(w, "event.module", "nethergaze");
	put_word(w, "event.dataset", dataset);
	put_word(w, "event.kind", k->of);
	if (k->category)
		put_words(w, "event.category", k->category);
	put_words(w, "event.type", k->type);
	if (str_eq(kind, STR_LIT("conn")))
		put_word(w, "network.transport", "tcp");
}

static void put_member(struct jsonw *w, struct str kind, const struct member *m, bool out)
{
	const struct ecs_name *name = find_name(kind, m->name);
	char key[128];

	if (name) {
		put_changed(w, out && name->out ? name->out : name->ecs, name->change, m->value);
		return;
	}
	snprintf(key, sizeof key, "nethergaze.%.*s.%.*s", (int)(kind.n < 40 ? kind.n : 40), kind.p,
		(int)(m->name.n < 64 ? m->name.n : 64), m->name.p);
	put_as_is(w, key, m->value);
}

void ecs_put(struct jsonw *w, struct str line)
{
	struct record r;

	if (!read_record(line, &r))
		return;
	struct str kind = unquoted(r.at[0].value);
	bool out = str_eq(value_of(&r, STR_LIT("dir")), STR_LIT("out"));
	jsonw_open(w, '{');
	for (size_t pass = 0; pass < 2; pass++) { /* the time first, as people read it */
		for (size_t i = 1; i < r.n; i++)
			if (str_eq(r.at[i].name, STR_LIT("ts")) == (pass == 0))
				put_member(w, kind, &r.at[i], out);
		if (pass == 0)
			put_head(w, kind);
	}
	jsonw_close(w, '}');
	jsonw_newline(w);
}

bool ecs_name_at(size_t i, const char **ret_kind, const char **ret_name)
{
	if (i >= ARRAY_LEN(names))
		return false;
	*ret_kind = names[i].kind;
	*ret_name = names[i].name;
	return true;
}
