// SPDX-License-Identifier: MIT
#include "log/error_apache.h"

#include "base/num.h"
#include "log/line_prefix.h"
#include "log/text.h"
#include "log/time.h"

#include <errno.h>

#define ID_N      STR_LIT("AH01630: ").n
#define TIMED_OUT 70007 /* APR_TIMEUP */

/* What *s begins with, up to the word, which is taken, too; absent when it is not there. */
static struct str take_until(struct str *s, struct str word)
{
	const char *at = s->n ? memmem(s->p, s->n, word.p, word.n) : NULL;

	if (!at)
		return STR_ABSENT;
	struct str before = {s->p, (size_t)(at - s->p)};
	*s = str_skip(*s, before.n + word.n);
	return before;
}

/* "[Sat Nov 28 21:53:05.244005 2026] [authz_core:error] [pid 5008:tid 5011] "; false when the line
 * does not begin like that. */
static bool take_head(struct str *line, struct log_scratch *scratch, usec_t *ret_logged)
{
	struct str rest = *line;

	if (!str_take(&rest, STR_LIT("[")))
		return false;
	size_t n = log_time_apache(rest, scratch, ret_logged);
	if (n == 0)
		return false;
	rest = str_skip(rest, n);
	if (!str_take(&rest, STR_LIT("] [")))
		return false;
	struct str module = take_until(&rest, STR_LIT("] [pid "));
	if (!module.n || !memchr(module.p, ':', module.n) || memchr(module.p, ' ', module.n) ||
		!take_until(&rest, STR_LIT("] ")).n)
		return false;
	*line = rest;
	return true;
}

/* "mod_proxy.c(1234): ", with LogLevel debug. */
static void skip_place(struct str *s)
{
	const char *space = s->n ? memchr(s->p, ' ', s->n) : NULL;

	if (space && space - s->p > 4 && memcmp(space - 2, "):", 2) == 0 && *s->p != '(')
		*s = str_skip(*s, (size_t)(space - s->p) + 1);
}

/* "(111)Connection refused: "; 0 when there is none. */
static uint64_t take_error(struct str *s)
{
	struct str rest = *s;
	uint64_t number;

	if (!str_take(&rest, STR_LIT("(")) ||
		num_u64(take_until(&rest, STR_LIT(")")), &number) < 0 ||
		!take_until(&rest, STR_LIT(": ")).p)
		return 0;
	*s = rest;
	return number;
}

/* "[client ::1:45698] ": the port stands behind the last colon. */
static bool take_client(struct str *s, struct addr *ret_ip)
{
	struct str rest = *s;

	if (!str_take(&rest, STR_LIT("[client ")))
		return false;
	struct str peer = take_until(&rest, STR_LIT("] "));
	const char *colon = peer.n ? memrchr(peer.p, ':', peer.n) : NULL;
	if (!colon || addr_parse((struct str){peer.p, (size_t)(colon - peer.p)}, ret_ip) < 0)
		*ret_ip = (struct addr){{0}};
	*s = rest;
	return true;
}

/* Messages that name the client: mod_proxy says more of the same failure, without one. */
static const struct rule {
	char id[sizeof "AH01630: "];
	uint8_t what;        /* enum web_error_what */
	uint8_t if_timeout;  /* when the error says so */
	const char *backend; /* what stands before its name, which ends the message; or NULL */
} rules[] = {
	{"AH01630: ", WEB_ERROR_FORBIDDEN, WEB_ERROR_FORBIDDEN, NULL}, /* mod_authz_core */
	{"AH01797: ", WEB_ERROR_FORBIDDEN, WEB_ERROR_FORBIDDEN, NULL}, /* mod_access_compat */
	{"AH01276: ", WEB_ERROR_FORBIDDEN, WEB_ERROR_FORBIDDEN, NULL}, /* mod_autoindex */
	/* mod_proxy_http, mod_proxy_fcgi */
	{"AH01114: ", WEB_ERROR_UPSTREAM_REFUSED, WEB_ERROR_UPSTREAM_REFUSED, "to backend: "},
	{"AH01079: ", WEB_ERROR_UPSTREAM_REFUSED, WEB_ERROR_UPSTREAM_REFUSED, "to backend: "},
	{"AH01102: ", WEB_ERROR_UPSTREAM_FAILED, WEB_ERROR_UPSTREAM_TIMEOUT, "remote server "},
	{"AH01075: ", WEB_ERROR_NONE, WEB_ERROR_UPSTREAM_TIMEOUT, NULL},
};

static const struct rule *find_rule(struct str text)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (str_starts(text, (struct str){rules[i].id, ID_N}))
			return &rules[i];
	return NULL;
}

/* Up to the referer, which may follow. */
static struct str backend_of(const struct rule *rule, struct str text)
{
	if (!rule->backend || !take_until(&text, str_of(rule->backend)).p)
		return STR_ABSENT;
	struct str name = text;
	name.n = 0;
	while (name.n < text.n && text.p[name.n] != ',' && text.p[name.n] != ' ')
		name.n++;
	return name;
}

int log_error_apache(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct addr ip;
	usec_t logged;

	(void)self;
	scratch->used = 0;
	line = log_unwrap(line);
	struct str text = line;
	if (!take_head(&text, scratch, &logged))
		return -EINVAL;
	skip_place(&text);
	uint64_t error = take_error(&text);
	if (!take_client(&text, &ip))
		return -ENOMSG;
	const struct rule *rule = find_rule(text);
	uint8_t what = !rule ? WEB_ERROR_NONE : error == TIMED_OUT ? rule->if_timeout : rule->what;
	if (what == WEB_ERROR_NONE)
		return -ENOMSG;
	enum log_escape how = log_text_is_plain(line) ? LOG_PLAIN : LOG_SLASHED;
	ret->kind = EVENT_WEB_ERROR;
	ret->web_error = (struct event_web_error){
		.ip = ip,
		.logged = logged,
		.what = what,
		.upstream = log_text_as(scratch, how, backend_of(rule, str_skip(text, ID_N))),
	};
	return 0;
}
