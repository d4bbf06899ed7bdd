// SPDX-License-Identifier: MIT
#include "source/log_sshd.h"

#include "base/clock.h"
#include "base/num.h"
#include "source/log_text.h"
#include "source/log_time.h"

#include <errno.h>

#define TIMES_MAX 100000 /* syslog says "repeated" of fewer */
#define PORT_MAX  65535
#define PREAUTH   STR_LIT(" [preauth]")

/* What a message says; texts still as they were logged. */
struct said {
	uint8_t outcome;
	struct addr ip; /* unset: it cannot be told */
	uint32_t port;
	struct str user, method;
};

static struct str skip(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

static bool take(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = skip(*s, prefix.n);
	return true;
}

static bool take_end(struct str *s, struct str suffix)
{
	if (s->n < suffix.n || memcmp(s->p + s->n - suffix.n, suffix.p, suffix.n) != 0)
		return false;
	s->n -= suffix.n;
	return true;
}

/* Up to the next space; that is taken, too. */
static struct str take_token(struct str *s)
{
	const char *space = s->n ? memchr(s->p, ' ', s->n) : NULL;
	struct str token = {s->p, space ? (size_t)(space - s->p) : s->n};

	*s = skip(*s, token.n + (space != NULL));
	return token;
}

/* The same from the end. */
static struct str take_last(struct str *s)
{
	const char *space = s->n ? memrchr(s->p, ' ', s->n) : NULL;
	size_t at = space ? (size_t)(space - s->p) + 1 : 0;
	struct str token = skip(*s, at);

	s->n = space ? at - 1 : 0;
	return token;
}

/* sshd writes UNKNOWN when the connection has gone already. */
static bool read_ip(struct str s, struct addr *ret_ip)
{
	if (str_eq(s, STR_LIT("UNKNOWN"))) {
		*ret_ip = (struct addr){{0}};
		return true;
	}
	return addr_parse(s, ret_ip) == 0;
}

static bool read_port(struct str s, uint32_t *ret_port)
{
	uint64_t port;

	if (num_u64(s, &port) < 0 || port > PORT_MAX)
		return false;
	*ret_port = (uint32_t)port;
	return true;
}

/* "ADDR port N" or "ADDR" at the end of *s; what stands before it is left. */
static bool take_peer_end(struct str *s, struct said *said)
{
	struct str rest = *s, last = take_last(&rest), before = rest;

	if (read_port(last, &said->port) && str_eq(take_last(&before), STR_LIT("port"))) {
		rest = before;
		last = take_last(&rest);
	} else {
		said->port = 0;
	}
	if (!read_ip(last, &said->ip))
		return false;
	*s = rest;
	return true;
}

/* "ADDR port N" or "ADDR" at the front, where nobody else can have written; a colon may follow. */
static bool take_peer(struct str *s, struct said *said)
{
	struct str rest = *s, word = take_token(&rest);
	size_t digits = 0;

	if (!read_ip(word, &said->ip) &&
		!(take_end(&word, STR_LIT(":")) && read_ip(word, &said->ip)))
		return false;
	said->port = 0;
	if (take(&rest, STR_LIT("port "))) {
		while (digits < rest.n && (unsigned char)(rest.p[digits] - '0') <= 9)
			digits++;
		if (!read_port((struct str){rest.p, digits}, &said->port))
			return false;
	}
	*s = rest;
	return true;
}

/* Messages. Each reads what follows its beginning; false when that is not as sshd writes it. */

/* What may follow "ssh2" in a line about a login: nothing; ": TYPE FINGERPRINT" of a key; or more,
 * in which the client has a say (a certificate's name). */
enum tail {
	TAIL_NONE,
	TAIL_SHORT,
	TAIL_LONG
};

static enum tail read_tail(struct str rest)
{
	size_t words = 0;

	take_end(&rest, PREAUTH);
	if (rest.n == 0)
		return TAIL_SHORT;
	if (!take(&rest, STR_LIT(": ")))
		return TAIL_NONE;
	for (; rest.n && words <= 2; words++)
		take_token(&rest);
	return words <= 2 ? TAIL_SHORT : TAIL_LONG;
}

/* " from ADDR port N ssh2" and its tail, exactly at the front of s. */
static enum tail read_origin(struct str s, struct said *said)
{
	if (!take(&s, STR_LIT(" from ")) || !read_ip(take_token(&s), &said->ip) ||
		!take(&s, STR_LIT("port ")) || !read_port(take_token(&s), &said->port) ||
		!take(&s, STR_LIT("ssh2")))
		return TAIL_NONE;
	return read_tail(s);
}

/* "U from ADDR port N ssh2…": a user may be called what looks like all of that, so the last one
 * counts that nothing but a key's fingerprint follows. Where a certificate's name may have been
 * made to look like it, too, nobody can tell, and no address is named. */
static bool read_from_ssh2(struct str rest, struct said *said)
{
	struct said at = *said;
	size_t user_n = 0, unsure = 0;
	bool sure = false;

	for (size_t i = 0; i < rest.n; i++) {
		const char *next = memchr(rest.p + i, ' ', rest.n - i);
		if (!next)
			break;
		i = (size_t)(next - rest.p);
		enum tail tail = read_origin(skip(rest, i), &at);
		if (tail == TAIL_SHORT || (tail == TAIL_LONG && !sure && unsure++ == 0)) {
			sure = tail == TAIL_SHORT;
			said->ip = at.ip;
			said->port = at.port;
			user_n = i;
		}
	}
	if (!sure && unsure == 0)
		return false;
	if (!sure && unsure > 1 && said->outcome != AUTH_ACCEPTED) {
		said->ip = (struct addr){{0}};
		said->port = 0;
	}
	said->user = (struct str){rest.p, user_n};
	return true;
}

static void take_unknown(struct str *rest, struct said *said)
{
	if (take(rest, STR_LIT("invalid user ")) || take(rest, STR_LIT("illegal user ")))
		said->outcome = AUTH_INVALID;
}

/* "Failed METHOD for [invalid user ]U from …" */
static bool read_attempt(struct str rest, struct said *said)
{
	said->method = take_token(&rest);
	if (said->method.n == 0 || !take(&rest, STR_LIT("for ")))
		return false;
	if (said->outcome == AUTH_FAILED)
		take_unknown(&rest, said);
	return read_from_ssh2(rest, said);
}

/* "maximum authentication attempts exceeded for [invalid user ]U from …" */
static bool read_too_many(struct str rest, struct said *said)
{
	said->method = STR_LIT("too-many");
	take_unknown(&rest, said);
	return read_from_ssh2(rest, said);
}

/* "Invalid user U from ADDR[ port N]" */
static bool read_invalid(struct str rest, struct said *said)
{
	if (!take_peer_end(&rest, said) || !take_end(&rest, STR_LIT(" from")))
		return false;
	said->user = rest;
	return true;
}

/* "Connection closed by [invalid user U ]ADDR port N [preauth]" */
static bool read_end(struct str rest, struct said *said)
{
	take_end(&rest, PREAUTH);
	take_end(&rest, STR_LIT(": Too many authentication failures"));
	if (!take_peer_end(&rest, said))
		return false;
	if (rest.n == 0)
		return true;
	if (!take(&rest, STR_LIT("user ")) && !take(&rest, STR_LIT("authenticating user ")) &&
		!take(&rest, STR_LIT("invalid user ")))
		return false;
	said->user = rest;
	return true;
}

static bool read_peer_first(struct str rest, struct said *said)
{
	return take_peer(&rest, said);
}

/* "Bad protocol version identification '…' from ADDR port N" */
static bool read_peer_last(struct str rest, struct said *said)
{
	return take_peer_end(&rest, said) && take_end(&rest, STR_LIT(" from"));
}

/* "drop connection #10 from [ADDR]:PORT on [ADDR]:22 past MaxStartups" */
static bool read_dropped(struct str rest, struct said *said)
{
	take_token(&rest);
	if (!take(&rest, STR_LIT("from [")))
		return false;
	const char *close = rest.n ? memchr(rest.p, ']', rest.n) : NULL;
	if (!close || !read_ip((struct str){rest.p, (size_t)(close - rest.p)}, &said->ip))
		return false;
	rest = skip(rest, (size_t)(close - rest.p) + 1);
	return take(&rest, STR_LIT(":")) && read_port(take_token(&rest), &said->port);
}

#define RULE(prefix, outcome, read)                               \
	{                                                         \
		{prefix, sizeof prefix - 1}, AUTH_##outcome, read \
	}

/* In the words of OpenSSH 6 to 10; the longer beginning first. */
static const struct {
	struct str prefix;
	enum auth_outcome outcome;
	bool (*read)(struct str rest, struct said *said);
} rules[] = {
	RULE("Failed ", FAILED, read_attempt),
	RULE("Accepted ", ACCEPTED, read_attempt),
	RULE("Invalid user ", INVALID, read_invalid),
	RULE("Illegal user ", INVALID, read_invalid),
	RULE("maximum authentication attempts exceeded for ", FAILED, read_too_many),
	RULE("Connection closed by ", CLOSED, read_end),
	RULE("Connection reset by ", CLOSED, read_end),
	RULE("Disconnected from ", CLOSED, read_end),
	RULE("Disconnecting ", CLOSED, read_end),
	RULE("Timeout, client not responding from ", CLOSED, read_end),
	RULE("Received disconnect from ", CLOSED, read_peer_first),
	RULE("Did not receive identification string from ", CLOSED, read_peer_first),
	RULE("banner exchange: Connection from ", CLOSED, read_peer_first),
	RULE("ssh_dispatch_run_fatal: Connection from ", CLOSED, read_peer_first),
	RULE("Unable to negotiate with ", CLOSED, read_peer_first),
	RULE("Timeout before authentication for connection from ", CLOSED, read_peer_first),
	RULE("Timeout before authentication for ", CLOSED, read_peer_first),
	RULE("Bad protocol version identification ", CLOSED, read_peer_last),
	RULE("drop connection ", CLOSED, read_dropped),
};

static bool read_message(struct str text, struct said *said)
{
	if (!take(&text, STR_LIT("error: ")))
		take(&text, STR_LIT("fatal: "));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		struct str rest = text;
		if (!take(&rest, rules[i].prefix))
			continue;
		*said = (struct said){.outcome = (uint8_t)rules[i].outcome};
		return rules[i].read(rest, said);
	}
	return false;
}

/* syslog's "message repeated 3 times: [ Failed password …]" */
static uint32_t take_repeated(struct str *text)
{
	struct str rest = *text, word;
	uint64_t n;

	if (!take(&rest, STR_LIT("message repeated ")))
		return 0;
	word = take_token(&rest);
	if (num_u64(word, &n) < 0 || n == 0 || !take(&rest, STR_LIT("times: [ ")) ||
		!take_end(&rest, STR_LIT("]")))
		return 0;
	*text = rest;
	return n < TIMES_MAX ? (uint32_t)n : TIMES_MAX;
}

/* The line around a message. */

/* "sshd[123]:", "sshd-session[123]:", "sshd:" */
static bool is_sshd(struct str tag)
{
	static const struct str names[] = {{"sshd", 4}, {"sshd-session", 12}, {"sshd-auth", 9}};

	take_end(&tag, STR_LIT(":"));
	const char *open = tag.n ? memchr(tag.p, '[', tag.n) : NULL;
	if (open)
		tag.n = (size_t)(open - tag.p);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(tag, names[i]))
			return true;
	return false;
}

/* "<38>", and of RFC 5424 the version behind it. True for that one. */
static bool skip_priority(struct str *s)
{
	const char *close = s->n && *s->p == '<' ? memchr(s->p, '>', s->n < 6 ? s->n : 6) : NULL;

	if (!close)
		return false;
	*s = skip(*s, (size_t)(close - s->p) + 1);
	return take(s, STR_LIT("1 "));
}

/* "host sshd[123]: ", or without the host; of RFC 5424 "host sshd 123 - - ". */
static bool take_tag(struct str *s, bool numbered)
{
	struct str rest = *s, word = take_token(&rest);
	bool ours = !numbered && word.n && word.p[word.n - 1] == ':' && is_sshd(word);

	if (!ours) {
		word = take_token(&rest);
		ours = word.n && (numbered || word.p[word.n - 1] == ':') && is_sshd(word);
	}
	for (int i = 0; numbered && i < 3; i++)
		take_token(&rest);
	*s = rest;
	return ours;
}

/* Takes off what stands before the message. -EINVAL when it is another program's; 1 when it is
 * said to be sshd's; 0 when nothing is said. */
static int take_header(struct str *s, usec_t *ret_logged, struct log_scratch *scratch)
{
	struct str rest = *s;
	bool numbered;

	while (rest.n && (rest.p[rest.n - 1] == '\r' || rest.p[rest.n - 1] == ' '))
		rest.n--;
	while (rest.n && (*rest.p == ' ' || *rest.p == '\0'))
		rest = skip(rest, 1);
	numbered = skip_priority(&rest);
	size_t n = log_time_syslog(rest, clock_now(), ret_logged);
	if (n == 0)
		n = log_time_iso(rest, scratch, ret_logged);
	*s = skip(rest, n);
	if (n == 0)
		return numbered ? -EINVAL : 0;
	if (!take(s, STR_LIT(" ")) || !take_tag(s, numbered))
		return -EINVAL;
	return 1;
}

int log_sshd(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct event_auth *auth = &ret->auth;
	struct said said = {0};
	usec_t logged = 0;

	(void)self;
	scratch->used = 0;
	int tagged = take_header(&line, &logged, scratch);
	if (tagged < 0)
		return tagged;
	uint32_t times = take_repeated(&line);
	if (!read_message(line, &said))
		return tagged ? -ENOMSG : -EINVAL;
	ret->kind = EVENT_AUTH;
	*auth = (struct event_auth){
		.ip = said.ip,
		.logged = logged,
		.outcome = said.outcome,
		.port = said.port,
		.times = times,
		.user = log_text_as(scratch, LOG_LITERAL, said.user),
		.method = log_text_as(scratch, LOG_LITERAL, said.method),
	};
	return 0;
}

static int parse_auth_log(const struct log_format *self, struct str line,
	struct log_scratch *scratch, struct event *ret)
{
	int err = log_sshd(self, line, scratch, ret);

	return err == -EINVAL ? -ENOMSG : err;
}

const struct log_format log_sshd_auth_log = {
	"sshd", "OpenSSH's lines in the system's log", parse_auth_log};
