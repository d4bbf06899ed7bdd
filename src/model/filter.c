// SPDX-License-Identifier: MIT
#include "model/filter.h"

#include "base/num.h"
#include "base/text.h"
#include "model/suspicion.h"

#include <errno.h>

/* "404", "4xx", "400-499". */
static const char *parse_status(struct filter_term *w, struct str s)
{
	uint64_t from, to;

	if (s.n == 3 && s.p[0] >= '1' && s.p[0] <= '9' && (s.p[1] | 0x20) == 'x' &&
		(s.p[2] | 0x20) == 'x') {
		w->status_from = (uint16_t)((s.p[0] - '0') * 100);
		w->status_to = (uint16_t)(w->status_from + 99);
		return NULL;
	}
	const char *dash = s.n ? memchr(s.p, '-', s.n) : NULL;
	struct str low = {s.p, dash ? (size_t)(dash - s.p) : s.n};
	struct str high = dash ? (struct str){dash + 1, s.n - low.n - 1} : low;
	if (num_u64(low, &from) < 0 || num_u64(high, &to) < 0 || from > to || to > 999)
		return "status: takes 404, 4xx or 400-499";
	w->status_from = (uint16_t)from;
	w->status_to = (uint16_t)to;
	return NULL;
}

static const char *parse_state(struct filter_term *w, struct str s)
{
	char upper[16];

	for (size_t i = 0; i < s.n && i < sizeof upper; i++)
		upper[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 0x20) : s.p[i];
	w->state = s.n <= sizeof upper ? tcp_state_from_name((struct str){upper, s.n}) : 0;
	return w->state ? NULL : "state: takes a TCP state such as SYN_RECV or ESTABLISHED";
}

static const char *parse_country(struct filter_term *w, struct str s)
{
	char upper[2];

	for (size_t i = 0; i < s.n && i < sizeof upper; i++)
		upper[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 0x20) : s.p[i];
	w->country = s.n == sizeof upper ? country_number((struct str){upper, s.n}) : -1;
	return w->country >= 0 ? NULL : "country: takes two letters such as BR";
}

/* "64500", "AS64500" */
static const char *parse_asn(struct filter_term *w, struct str s)
{
	uint64_t asn;

	if (s.n > 2 && (s.p[0] | 0x20) == 'a' && (s.p[1] | 0x20) == 's')
		s = (struct str){s.p + 2, s.n - 2};
	if (num_u64(s, &asn) < 0 || asn == 0 || asn > UINT32_MAX)
		return "asn: takes a number such as 64500";
	w->asn = (uint32_t)asn;
	return NULL;
}

static const char *parse_org(struct filter_term *w, struct str s)
{
	text_copy(w->text, sizeof w->text, s);
	return s.n ? NULL : "org: takes a part of an organization's name";
}

static const char *parse_is(struct filter_term *w, struct str s)
{
	(void)w;
	return str_eq(s, STR_LIT("suspicious")) ? NULL : "is: takes suspicious";
}

static const struct {
	struct str prefix;
	enum filter_kind kind;
	const char *(*parse)(struct filter_term *w, struct str rest);
} keywords[] = {
	{{"status:", 7}, FILTER_STATUS, parse_status},
	{{"state:", 6}, FILTER_STATE, parse_state},
	{{"country:", 8}, FILTER_COUNTRY, parse_country},
	{{"asn:", 4}, FILTER_ASN, parse_asn},
	{{"org:", 4}, FILTER_ORG, parse_org},
	{{"is:", 3}, FILTER_SUSPICIOUS, parse_is},
};

static const char *parse_word(struct filter_term *w, struct str s)
{
	w->negated = s.n > 1 && s.p[0] == '!';
	if (w->negated)
		s = (struct str){s.p + 1, s.n - 1};
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		struct str prefix = keywords[i].prefix;
		if (!str_starts(s, prefix))
			continue;
		w->kind = keywords[i].kind;
		return keywords[i].parse(w, (struct str){s.p + prefix.n, s.n - prefix.n});
	}
	/* A path may look like a network, but no network begins with a slash. */
	w->kind = prefix_parse(s, &w->net) == 0 ? FILTER_NET : FILTER_TEXT;
	text_copy(w->text, sizeof w->text, s);
	return NULL;
}

int filter_compile(struct filter *f, struct str text, const char **ret_error)
{
	struct filter fresh = {0};
	const char *error = text.n >= sizeof fresh.text ? "the filter is too long" : NULL;
	size_t at = 0;

	while (!error && at < text.n) {
		size_t end = at;
		while (end < text.n && text.p[end] != ' ')
			end++;
		if (end > at && fresh.count == FILTER_TERMS_MAX)
			error = "at most 8 words";
		else if (end > at)
			error = parse_word(
				&fresh.words[fresh.count++], (struct str){text.p + at, end - at});
		at = end + 1;
	}
	if (error) {
		*ret_error = error;
		return -EINVAL;
	}
	text_copy(fresh.text, sizeof fresh.text, text);
	*f = fresh;
	return 0;
}

static bool addr_has_text(const struct addr *ip, struct str text)
{
	char buf[ADDR_TEXT_MAX];

	return !addr_is_unset(ip) && text_contains((struct str){buf, addr_format(ip, buf)}, text);
}

static bool login_has_text(const struct journal_entry *e, struct str text)
{
	return addr_has_text(&e->ip, text) || text_contains(journal_user(e), text) ||
	       text_contains(journal_method(e), text) ||
	       text_contains(str_of(auth_outcome_name(e->outcome)), text);
}

static bool request_has_text(const struct journal_entry *e, struct str text)
{
	char status[20];

	if (!journal_is_request(e))
		return login_has_text(e, text);

	return addr_has_text(&e->ip, text) || text_contains(journal_path(e), text) ||
	       text_contains(journal_method(e), text) || text_contains(journal_agent(e), text) ||
	       text_contains(journal_claims(e), text) || text_contains(journal_vhost(e), text) ||
	       (e->status && text_contains((struct str){status, num_put(status, e->status)}, text));
}

static bool host_in_state(const struct host *h, uint8_t state)
{
	return h->tcp.states[state] > 0;
}

/* What is known of the address itself, whatever it asked for. */
static bool term_is_of_host(enum filter_kind kind)
{
	return kind == FILTER_STATE || kind == FILTER_COUNTRY || kind == FILTER_ASN ||
	       kind == FILTER_ORG || kind == FILTER_SUSPICIOUS;
}

static bool host_has(const struct filter_term *w, const struct model *m, const struct host *h)
{
	if (w->kind == FILTER_STATE)
		return host_in_state(h, w->state);
	if (w->kind == FILTER_COUNTRY)
		return country_number(geo_country(h)) == w->country;
	if (w->kind == FILTER_ASN)
		return geo_asn(&m->geo, h) == w->asn;
	if (w->kind == FILTER_SUSPICIOUS)
		return suspicion_is_shown(m, h);
	return text_contains(geo_org(&m->geo, h), str_of(w->text));
}

static bool term_passes_request(
	const struct filter_term *w, const struct model *m, const struct journal_entry *e)
{
	if (term_is_of_host(w->kind)) {
		uint32_t id = model_find_host(m, &e->ip);
		return id != POOL_NONE && host_has(w, m, model_host(m, id));
	}
	if (w->kind == FILTER_NET)
		return !addr_is_unset(&e->ip) && prefix_contains(&w->net, &e->ip);
	if (w->kind == FILTER_STATUS)
		return journal_is_request(e) && e->status >= w->status_from &&
		       e->status <= w->status_to;
	return request_has_text(e, str_of(w->text));
}

static bool some_request_passes(
	const struct filter_term *w, const struct model *m, const struct host *h)
{
	const struct journal_entry *e = journal_at(&m->journal, h->last_request);

	for (; e; e = journal_at(&m->journal, e->before_host))
		if (term_passes_request(w, m, e))
			return true;
	return false;
}

static bool term_passes_host(
	const struct filter_term *w, const struct model *m, const struct host *h)
{
	if (term_is_of_host(w->kind))
		return host_has(w, m, h);
	if (w->kind == FILTER_NET)
		return prefix_contains(&w->net, &h->ip);
	if (w->kind == FILTER_TEXT && addr_has_text(&h->ip, str_of(w->text)))
		return true;
	return some_request_passes(w, m, h);
}

bool filter_host(const struct filter *f, const struct model *m, const struct host *h)
{
	for (size_t i = 0; i < f->count; i++)
		if (term_passes_host(&f->words[i], m, h) == f->words[i].negated)
			return false;
	return true;
}

bool filter_request(const struct filter *f, const struct model *m, const struct journal_entry *e)
{
	for (size_t i = 0; i < f->count; i++)
		if (term_passes_request(&f->words[i], m, e) == f->words[i].negated)
			return false;
	return true;
}
