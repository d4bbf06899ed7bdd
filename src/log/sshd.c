// SPDX-License-Identifier: MIT
#include "log/sshd.h"

#include "base/clock.h"
#include "base/num.h"
#include "log/line_prefix.h"
#include "log/text.h"
#include "log/time.h"

#include <errno.h>

#define TIMES_MAX 100000 /* syslog says "repeated" of fewer */
#define PORT_MAX  65535
#define PREAUTH   STR_LIT(" [preauth]")

/* What a message says; texts still as they were logged. */
struct report {
	uint8_t outcome;
	struct addr ip; /* unset: it cannot be told */
	uint32_t port;
	struct str user, method;
};

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

	*s = str_skip(*s, token.n + (space != NULL));
	return token;
}

/* The same from the end. */
static struct str take_last(struct str *s)
{
	const char *space = s->n ? memrchr(s->p, ' ', s->n) : NULL;
	size_t at = space ? (size_t)(space - s->p) + 1 : 0;
	struct str token = str_skip(*s, at);

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
static bool take_peer_end(struct str *s, struct report *report)
{
	struct str rest = *s, last = take_last(&rest), before = rest;

	if (read_port(last, &report->port) && str_eq(take_last(&before), STR_LIT("port"))) {
		rest = before;
		last = take_last(&rest);
	} else {
		report->port = 0;
	}
	if (!read_ip(last, &report->ip))
		return false;
	*s = rest;
	return true;
}

/* "ADDR port N" or "ADDR" at the front, where nobody else can have written; a colon may follow. */
static bool take_peer(struct str *s, struct report *report)
{
	struct str rest = *s, word = take_token(&rest);
	size_t digits = 0;

	if (!read_ip(word, &report->ip) &&
		!(take_end(&word, STR_LIT(":")) && read_ip(word, &report->ip)))
		return false;
	report->port = 0;
	if (str_take(&rest, STR_LIT("port "))) {
		while (digits < rest.n && (unsigned char)(rest.p[digits] - '0') <= 9)
			digits++;
		if (!read_port((struct str){rest.p, digits}, &report->port))
			return false;
		rest = str_skip(rest, digits);
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
	if (!str_take(&rest, STR_LIT(": ")))
		return TAIL_NONE;
	for (; rest.n && words <= 2; words++)
		take_token(&rest);
	return words <= 2 ? TAIL_SHORT : TAIL_LONG;
}

/* " from ADDR port N ssh2" and its tail, exactly at the front of s. */
static enum tail read_origin(struct str s, struct report *report)
{
	if (!str_take(&s, STR_LIT(" from ")) || !read_ip(take_token(&s), &report->ip) ||
		!str_take(&s, STR_LIT("port ")) || !read_port(take_token(&s), &report->port) ||
		!str_take(&s, STR_LIT("ssh2")))
		return TAIL_NONE;
	return read_tail(s);
}

/* "U from ADDR port N ssh2…": a user may be called what looks like all of that, so the last one
 * counts that nothing but a key's fingerprint follows. Where a certificate's name may have been
 * made to look like it, too, nobody can tell, and no address is named. */
static bool read_from_ssh2(struct str rest, struct report *report)
{
	struct report at = *report;
	size_t user_n = 0, unsure = 0;
	bool sure = false;

	for (size_t i = 0; i < rest.n; i++) {
		const char *next = memchr(rest.p + i, ' ', rest.n - i);
		if (!next)
			break;
		i = (size_t)(next - rest.p);
		enum tail tail = read_origin(str_skip(rest, i), &at);
		if (tail == TAIL_SHORT || (tail == TAIL_LONG && !sure && unsure++ == 0)) {
			sure = tail == TAIL_SHORT;
			report->ip = at.ip;
			report->port = at.port;
			user_n = i;
		}
	}
	if (!sure && unsure == 0)
		return false;
	if (!sure && unsure > 1 && report->outcome != AUTH_ACCEPTED) {
		report->ip = (struct addr){{0}};
		report->port = 0;
	}
	report->user = (struct str){rest.p, user_n};
	return true;
}

static void take_unknown(struct str *rest, struct report *report)
{
	if (str_take(rest, STR_LIT("invalid user ")) || str_take(rest, STR_LIT("illegal user ")))
		report->outcome = AUTH_INVALID;
}

/* "Failed METHOD for [invalid user ]U from …" */
static bool read_attempt(struct str rest, struct report *report)
{
	report->method = take_token(&rest);
	if (report->method.n == 0 || !str_take(&rest, STR_LIT("for ")))
		return false;
	if (report->outcome == AUTH_FAILED)
		take_unknown(&rest, report);
	return read_from_ssh2(rest, report);
}

/* "maximum authentication attempts exceeded for [invalid user ]U from …" */
static bool read_too_many(struct str rest, struct report *report)
{
	report->method = STR_LIT("too-many");
	take_unknown(&rest, report);
	return read_from_ssh2(rest, report);
}

/* "Invalid user U from ADDR[ port N]" */
static bool read_invalid(struct str rest, struct report *report)
{
	if (!take_peer_end(&rest, report) || !take_end(&rest, STR_LIT(" from")))
		return false;
	report->user = rest;
	return true;
}

static bool take_user(struct str *s)
{
	return str_take(s, STR_LIT("user ")) || str_take(s, STR_LIT("authenticating user ")) ||
	       str_take(s, STR_LIT("invalid user "));
}

/* "Connection closed by [invalid user U ]ADDR port N [preauth]" */
static bool read_end(struct str rest, struct report *report)
{
	take_end(&rest, PREAUTH);
	if (!take_peer_end(&rest, report))
		return false;
	report->user = rest;
	return rest.n == 0 || take_user(&report->user);
}

/* "Disconnecting [invalid user U ]ADDR port N: REASON [preauth]". Users and reasons may quote what
 * the client sent, cut off anywhere: when two places look like an address, nobody can tell. */
static bool read_disconnecting(struct str rest, struct report *report)
{
	struct report at = *report;
	size_t found = 0;

	take_end(&rest, PREAUTH);
	for (size_t i = 0; i < rest.n; i++) {
		struct str peer = str_skip(rest, i);
		if ((i == 0 || rest.p[i - 1] == ' ') && take_peer(&peer, &at) && at.port &&
			(peer.n == 0 || str_starts(peer, STR_LIT(": "))) && found++ == 0) {
			report->ip = at.ip;
			report->port = at.port;
			report->user = (struct str){rest.p, i ? i - 1 : 0};
		}
	}
	if (found > 1)
		*report = (struct report){.outcome = report->outcome};
	if (found != 1)
		return found > 1;
	return report->user.n == 0 || take_user(&report->user);
}

static bool read_peer_first(struct str rest, struct report *report)
{
	return take_peer(&rest, report);
}

/* "Bad protocol version identification '…' from ADDR port N" */
static bool read_peer_last(struct str rest, struct report *report)
{
	return take_peer_end(&rest, report) && take_end(&rest, STR_LIT(" from"));
}

/* "drop connection #10 from [ADDR]:PORT on [ADDR]:22 past MaxStartups" */
static bool read_dropped(struct str rest, struct report *report)
{
	take_token(&rest);
	if (!str_take(&rest, STR_LIT("from [")))
		return false;
	const char *close = rest.n ? memchr(rest.p, ']', rest.n) : NULL;
	if (!close || !read_ip((struct str){rest.p, (size_t)(close - rest.p)}, &report->ip))
		return false;
	rest = str_skip(rest, (size_t)(close - rest.p) + 1);
	return str_take(&rest, STR_LIT(":")) && read_port(take_token(&rest), &report->port);
}

/* What PAM says of a failure: "PAM: Authentication failure for [illegal user ]U from ADDR[ via X]"
 * (auth-pam.c). The user is called what he likes: the last "from" counts. */
static bool read_pam(struct str rest, struct report *report)
{
	struct str last = take_last(&rest), before = rest, word = take_last(&before);
	struct addr via;

	report->method = STR_LIT("pam");
	if (str_eq(word, STR_LIT("via")) && addr_parse(last, &via) == 0) {
		last = take_last(&before);
		word = take_last(&before);
	}
	if (!str_eq(word, STR_LIT("from")) || !read_ip(last, &report->ip))
		return false;
	const struct str why = STR_LIT(" for "), service = STR_LIT("service for ");
	const char *at = before.n ? memmem(before.p, before.n, why.p, why.n) : NULL;
	if (!at)
		return false;
	report->user = str_skip(before, (size_t)(at - before.p) + why.n);
	str_take(&report->user, service); /* "maximum number of retries for service" */
	if (str_take(&report->user, STR_LIT("illegal user ")) ||
		str_take(&report->user, STR_LIT("invalid user ")))
		report->outcome = AUTH_INVALID;
	return true;
}

/* "refused connect from NAME (ADDR)": libwrap, as Debian builds sshd. */
static bool read_refused(struct str rest, struct report *report)
{
	struct str last = take_last(&rest);

	if (last.n < 3 || last.p[0] != '(' || last.p[last.n - 1] != ')')
		return false;
	return read_ip((struct str){last.p + 1, last.n - 2}, &report->ip);
}

#define RULE(prefix, outcome, read)                               \
	{                                                         \
		{prefix, sizeof prefix - 1}, AUTH_##outcome, read \
	}

/* In the words of OpenSSH 6 to 10; the longer beginning first. */
static const struct rule {
	struct str prefix;
	enum auth_outcome outcome;
	bool (*read)(struct str rest, struct report *report);
} rules[] = {
	RULE("Failed ", FAILED, read_attempt),
	RULE("Accepted ", ACCEPTED, read_attempt),
	RULE("Invalid user ", INVALID, read_invalid),
	RULE("Illegal user ", INVALID, read_invalid),
	RULE("maximum authentication attempts exceeded for ", FAILED, read_too_many),
	RULE("Connection closed by ", CLOSED, read_end),
	RULE("Connection reset by ", CLOSED, read_end),
	RULE("Disconnected from ", CLOSED, read_end),
	RULE("Disconnecting ", CLOSED, read_disconnecting),
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
	RULE("PAM: ", FAILED, read_pam),
	RULE("refused connect from ", CLOSED, read_refused),
};

/* The rule for a message, whose beginning is taken; NULL when there is none. */
static const struct rule *find_rule(struct str *text)
{
	if (!str_take(text, STR_LIT("error: ")))
		str_take(text, STR_LIT("fatal: "));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (str_take(text, rules[i].prefix))
			return &rules[i];
	return NULL;
}

static bool read_message(struct str text, struct report *report)
{
	const struct rule *rule = find_rule(&text);

	if (!rule)
		return false;
	*report = (struct report){.outcome = (uint8_t)rule->outcome};
	return rule->read(text, report);
}

/* syslog's "message repeated 3 times: [ Failed password …]" */
static uint32_t take_repeated(struct str *text)
{
	struct str rest = *text, word;
	uint64_t n;

	if (!str_take(&rest, STR_LIT("message repeated ")))
		return 0;
	word = take_token(&rest);
	if (num_u64(word, &n) < 0 || n == 0 || !str_take(&rest, STR_LIT("times: [ ")) ||
		!take_end(&rest, STR_LIT("]")))
		return 0;
	*text = rest;
	return n < TIMES_MAX ? (uint32_t)n : TIMES_MAX;
}

/* The line around a message. */

static bool is_sshd(struct str program)
{
	static const struct str names[] = {{"sshd", 4}, {"sshd-session", 12}, {"sshd-auth", 9}};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(program, names[i]))
			return true;
	return false;
}

static usec_t read_stamp(struct str stamp, struct log_scratch *scratch)
{
	usec_t logged = 0;

	if (stamp.n && log_time_syslog(stamp, clock_now(), &logged) == 0 &&
		log_time_iso(stamp, scratch, &logged) == 0) {
		struct str seconds = stamp;
		(void)log_time_epoch(take_token(&seconds), &logged);
	}
	return logged;
}

bool log_sshd_claims(struct str line)
{
	struct log_head head;

	/* Most lines begin with an IPv4 address or are objects; a header's date is "2026-". */
	if (line.n < 5 || *line.p == '{' ||
		((unsigned char)(*line.p - '0') <= 9 && line.p[4] != '-'))
		return false;
	line = log_unwrap_head(line, &head);
	take_repeated(&line);
	return head.program.p ? is_sshd(head.program) : find_rule(&line) != NULL;
}

int log_sshd(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	struct event_auth *auth = &ret->auth;
	struct report report = {0};
	struct log_head head;

	(void)self;
	scratch->used = 0;
	line = log_unwrap_head(line, &head);
	if (head.program.p && !is_sshd(head.program))
		return -EINVAL;
	while (line.n && line.p[line.n - 1] == ' ')
		line.n--;
	uint32_t times = take_repeated(&line);
	if (!read_message(line, &report))
		return head.program.p ? -ENOMSG : -EINVAL;
	ret->kind = EVENT_AUTH;
	*auth = (struct event_auth){
		.ip = report.ip,
		.logged = read_stamp(head.stamp, scratch),
		.outcome = report.outcome,
		.port = report.port,
		.times = times,
		.user = log_text_as(scratch, LOG_LITERAL, report.user),
		.method = log_text_as(scratch, LOG_LITERAL, report.method),
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
	"sshd", "OpenSSH's lines in the system's log", parse_auth_log, false, false, NULL};
