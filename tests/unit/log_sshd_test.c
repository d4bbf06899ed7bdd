// SPDX-License-Identifier: MIT
/* Lines as OpenSSH 6 to 10 writes them, and names made to look like parts of them. */
#include "unit.h"

#include "log/formats.h"
#include "log/sshd.h"
#include "log/time.h"

#include <errno.h>
#include <time.h>

struct login {
	const char *message;
	enum auth_outcome outcome;
	uint32_t port;
	const char *ip;
	const char *user, *method;
};

static struct log_scratch scratch;

static void check_text(const char *line, const char *what, struct str got, const char *want)
{
	if (got.n != (want ? strlen(want) : 0) || (want && memcmp(got.p, want, got.n) != 0))
		fail_msg("%s\n%s is '%.*s', not '%s'", line, what, (int)got.n, got.p ? got.p : "",
			want ? want : "");
}

static void check_event(const char *line, const struct event *e, const struct login *want)
{
	char ip[ADDR_TEXT_MAX] = "";

	assert_int_equal(e->kind, EVENT_AUTH);
	if (!addr_is_unset(&e->auth.ip))
		addr_format(&e->auth.ip, ip);
	if (strcmp(ip, want->ip ? want->ip : "") != 0)
		fail_msg("%s\nip is '%s', not '%s'", line, ip, want->ip ? want->ip : "");
	if (e->auth.outcome != want->outcome)
		fail_msg("%s\nis %s", line, auth_outcome_name(e->auth.outcome));
	if (e->auth.port != want->port)
		fail_msg("%s\nport is %u", line, e->auth.port);
	check_text(line, "user", e->auth.user, want->user);
	check_text(line, "method", e->auth.method, want->method);
}

static void check(const struct login *want)
{
	static const char *const headers[] = {"", "Nov 22 08:14:15 web1 sshd[123]: ",
		"2026-11-22T08:14:15.123456+00:00 web1 sshd-session[123]: ",
		"<38>Nov  2 08:14:15 sshd[9]: ", "<38>1 2026-11-22T08:14:15Z web1 sshd 123 - - ",
		"<38>1 2026-11-22T08:14:15Z web1 sshd 123 - [a b=\"\\]\"] ",
		"ssh-1  | 2026-11-22T08:14:15.123456789Z ",
		"Nov 2 08:14:15 web1 sshd[5]: ", "Sun 2026-11-22 08:14:15 UTC web1 sshd[71]: ",
		"1 2026-11-22T08:14:15Z web1 sshd 12 - - "};
	char line[1024];

	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		const struct log_format *hint = NULL;
		struct event e = {0};
		snprintf(line, sizeof line, "%s%s", headers[i], want->message);
		if (log_parse(str_of(line), &hint, &scratch, &e) < 0)
			fail_msg("rejected: %s", line);
		assert_string_equal(hint->name, "sshd");
		check_event(line, &e, want);
		assert_int_equal(e.auth.logged != 0, i > 0);
		assert_int_equal(
			log_format_parse(&log_sshd_auth_log, str_of(line), &scratch, &e), 0);
		check_event(line, &e, want);
	}
}

static void check_all(const struct login *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&all[i]);
}

#define IP "203.0.113.9"
#define AT "from " IP " port 4242"

static void logins(void **state)
{
	(void)state;
	static const struct login all[] = {
		{"Failed password for root " AT " ssh2", AUTH_FAILED, 4242, IP, "root", "password"},
		/* PAM's, and libwrap's */
		{"error: PAM: Authentication failure for root from " IP, AUTH_FAILED, 0, IP, "root",
			"pam"},
		{"error: PAM: Authentication failure for root from " IP " via 198.51.100.1",
			AUTH_FAILED, 0, IP, "root", "pam"},
		{"error: PAM: User not known to the underlying authentication module for illegal "
		 "user admin from " IP,
			AUTH_INVALID, 0, IP, "admin", "pam"},
		{"error: PAM: Have exhausted maximum number of retries for service for git "
		 "from " IP,
			AUTH_FAILED, 0, IP, "git", "pam"},
		/* Who is called so frames nobody. */
		{"error: PAM: Authentication failure for illegal user x from 203.0.113.66 from " IP,
			AUTH_INVALID, 0, IP, "x from 203.0.113.66", "pam"},
		{"error: PAM: Authentication failure for illegal user x from 203.0.113.66 via "
		 "from " IP,
			AUTH_INVALID, 0, IP, "x from 203.0.113.66 via", "pam"},
		{"refused connect from host.example.test (" IP ")", AUTH_CLOSED, 0, IP, NULL, NULL},
		{"refused connect from 2001:db8::9 (2001:db8::9)", AUTH_CLOSED, 0, "2001:db8::9",
			NULL, NULL},
		{"Failed publickey for git " AT " ssh2: ED25519 SHA256:abcDEF+/1", AUTH_FAILED,
			4242, IP, "git", "publickey"},
		{"Failed keyboard-interactive/pam for root " AT " ssh2", AUTH_FAILED, 4242, IP,
			"root", "keyboard-interactive/pam"},
		{"Failed password for invalid user admin " AT " ssh2", AUTH_INVALID, 4242, IP,
			"admin", "password"},
		{"Failed none for invalid user admin " AT " ssh2", AUTH_INVALID, 4242, IP, "admin",
			"none"},
		{"Failed password for invalid user  " AT " ssh2", AUTH_INVALID, 4242, IP, NULL,
			"password"},
		{"Failed password for illegal user test from ::ffff:" IP " port 1 ssh2",
			AUTH_INVALID, 1, IP, "test", "password"},
		{"Failed password for root from 2001:db8::9 port 4242 ssh2", AUTH_FAILED, 4242,
			"2001:db8::9", "root", "password"},
		{"Failed password for root from UNKNOWN port 65535 ssh2", AUTH_FAILED, 65535, NULL,
			"root", "password"},
		{"Accepted password for ada " AT " ssh2", AUTH_ACCEPTED, 4242, IP, "ada",
			"password"},
		{"Accepted publickey for ada " AT " ssh2: RSA SHA256:abc", AUTH_ACCEPTED, 4242, IP,
			"ada", "publickey"},
		{"Accepted publickey for ada " AT " ssh2: ED25519-CERT SHA256:abc ID ada@laptop "
		 "(serial 7) CA ED25519 SHA256:def",
			AUTH_ACCEPTED, 4242, IP, "ada", "publickey"},
		{"Accepted gssapi-with-mic for ada " AT " ssh2: ada@EXAMPLE.ORG", AUTH_ACCEPTED,
			4242, IP, "ada", "gssapi-with-mic"},
		{"Invalid user admin " AT, AUTH_INVALID, 4242, IP, "admin", NULL},
		{"Invalid user admin from " IP, AUTH_INVALID, 0, IP, "admin", NULL},
		{"Invalid user  " AT, AUTH_INVALID, 4242, IP, NULL, NULL},
		{"error: maximum authentication attempts exceeded for root " AT " ssh2 [preauth]",
			AUTH_FAILED, 4242, IP, "root", "too-many"},
		{"error: maximum authentication attempts exceeded for invalid user ftp " AT
		 " ssh2 [preauth]",
			AUTH_INVALID, 4242, IP, "ftp", "too-many"},
	};
	check_all(all, ARRAY_LEN(all));
}

static void ends(void **state)
{
	(void)state;
	static const struct login all[] = {
		{"Connection closed by " IP " port 4242", AUTH_CLOSED, 4242, IP, NULL, NULL},
		{"Connection closed by " IP " port 4242 [preauth]", AUTH_CLOSED, 4242, IP, NULL,
			NULL},
		{"Connection closed by " IP " [preauth]", AUTH_CLOSED, 0, IP, NULL, NULL},
		{"Connection closed by authenticating user root " IP " port 4242 [preauth]",
			AUTH_CLOSED, 4242, IP, "root", NULL},
		{"Connection closed by invalid user admin " IP " port 4242 [preauth]", AUTH_CLOSED,
			4242, IP, "admin", NULL},
		{"Connection closed by invalid user  " IP " port 4242 [preauth]", AUTH_CLOSED, 4242,
			IP, NULL, NULL},
		{"Connection reset by " IP " port 4242 [preauth]", AUTH_CLOSED, 4242, IP, NULL,
			NULL},
		{"Connection reset by authenticating user root 2001:db8::9 port 4242 [preauth]",
			AUTH_CLOSED, 4242, "2001:db8::9", "root", NULL},
		{"Disconnected from " IP " port 4242 [preauth]", AUTH_CLOSED, 4242, IP, NULL, NULL},
		{"Disconnected from user ada " IP " port 4242", AUTH_CLOSED, 4242, IP, "ada", NULL},
		{"Disconnected from authenticating user root " IP " port 4242 [preauth]",
			AUTH_CLOSED, 4242, IP, "root", NULL},
		{"Disconnected from invalid user a b " IP " port 4242 [preauth]", AUTH_CLOSED, 4242,
			IP, "a b", NULL},
		{"Disconnecting authenticating user root " IP
		 " port 4242: Too many authentication failures [preauth]",
			AUTH_CLOSED, 4242, IP, "root", NULL},
		{"Disconnecting invalid user admin " IP " port 4242: Change of username or service "
		 "not allowed: (admin,ssh-connection) -> (root,ssh-connection) [preauth]",
			AUTH_CLOSED, 4242, IP, "admin", NULL},
		{"Disconnecting " IP " port 4242: Packet corrupt", AUTH_CLOSED, 4242, IP, NULL,
			NULL},
		{"Disconnecting authenticating user root UNKNOWN port 65535: Packet corrupt "
		 "[preauth]",
			AUTH_CLOSED, 65535, NULL, "root", NULL},
		{"Received disconnect from " IP " port 4242:11: Bye Bye [preauth]", AUTH_CLOSED,
			4242, IP, NULL, NULL},
		{"Received disconnect from " IP ": 11: disconnected by user", AUTH_CLOSED, 0, IP,
			NULL, NULL},
		{"Received disconnect from 2001:db8::9 port 4242:11: from 1.1.1.1 port 1",
			AUTH_CLOSED, 4242, "2001:db8::9", NULL, NULL},
		{"Timeout, client not responding from user ada " IP " port 4242", AUTH_CLOSED, 4242,
			IP, "ada", NULL},
		{"fatal: Timeout before authentication for " IP " port 4242", AUTH_CLOSED, 4242, IP,
			NULL, NULL},
		{"Timeout before authentication for connection from " IP " to 192.0.2.1, pid = 7",
			AUTH_CLOSED, 0, IP, NULL, NULL},
		{"Did not receive identification string from " IP " port 4242", AUTH_CLOSED, 4242,
			IP, NULL, NULL},
		{"banner exchange: Connection from " IP " port 4242: invalid format", AUTH_CLOSED,
			4242, IP, NULL, NULL},
		{"Unable to negotiate with " IP " port 4242: no matching host key type found. "
		 "Their offer: ssh-dss [preauth]",
			AUTH_CLOSED, 4242, IP, NULL, NULL},
		{"ssh_dispatch_run_fatal: Connection from " IP " port 4242: message authentication "
		 "code incorrect [preauth]",
			AUTH_CLOSED, 4242, IP, NULL, NULL},
		{"Bad protocol version identification '\\026\\003\\001' " AT, AUTH_CLOSED, 4242, IP,
			NULL, NULL},
		{"Bad protocol version identification 'GET / from 1.1.1.1 port 1' " AT, AUTH_CLOSED,
			4242, IP, NULL, NULL},
		{"drop connection #10 from [" IP "]:4242 on [192.0.2.1]:22 past MaxStartups",
			AUTH_CLOSED, 4242, IP, NULL, NULL},
		{"drop connection #0 from [2001:db8::9]:4242 on [2001:db8::1]:22 penalty: failed "
		 "authentication",
			AUTH_CLOSED, 4242, "2001:db8::9", NULL, NULL},
	};
	check_all(all, ARRAY_LEN(all));
}

/* Whoever tries to log in chooses the name: it must not make another address the guilty one. */
static void forged_names(void **state)
{
	(void)state;
	static const struct login all[] = {
		{"Failed password for invalid user x from 1.1.1.1 port 1 ssh2 " AT " ssh2",
			AUTH_INVALID, 4242, IP, "x from 1.1.1.1 port 1 ssh2", "password"},
		{"Failed password for invalid user x from 1.1.1.1 port 1 ssh2: RSA SHA256:abc " AT
		 " ssh2",
			AUTH_INVALID, 4242, IP, "x from 1.1.1.1 port 1 ssh2: RSA SHA256:abc",
			"password"},
		{"Failed publickey for invalid user x from 1.1.1.1 port 1 ssh2 " AT
		 " ssh2: RSA SHA256:abc",
			AUTH_INVALID, 4242, IP, "x from 1.1.1.1 port 1 ssh2", "publickey"},
		{"Failed password for invalid user x from 1.1.1.1 port 1 ssh2 [preauth] " AT
		 " ssh2 [preauth]",
			AUTH_INVALID, 4242, IP, "x from 1.1.1.1 port 1 ssh2 [preauth]", "password"},
		{"Invalid user x from 1.1.1.1 port 1 " AT, AUTH_INVALID, 4242, IP,
			"x from 1.1.1.1 port 1", NULL},
		{"Invalid user from 1.1.1.1 " AT, AUTH_INVALID, 4242, IP, "from 1.1.1.1", NULL},
		{"Connection closed by invalid user x 1.1.1.1 port 1 " IP " port 4242 [preauth]",
			AUTH_CLOSED, 4242, IP, "x 1.1.1.1 port 1", NULL},
		{"Connection closed by invalid user x 1.1.1.1 port 1 [preauth] " IP
		 " port 4242 [preauth]",
			AUTH_CLOSED, 4242, IP, "x 1.1.1.1 port 1 [preauth]", NULL},
		/* The name in a certificate of one's own is free to choose, too. */
		{"Failed publickey for root " AT " ssh2: RSA-CERT SHA256:a ID x from 1.1.1.1 port "
		 "1 ssh2 (serial 0) CA RSA SHA256:b",
			AUTH_FAILED, 4242, IP, "root", "publickey"},
		{"Failed publickey for root " AT " ssh2: RSA-CERT SHA256:a ID x from 1.1.1.1 port "
		 "1 ssh2: RSA-CERT SHA256:c ID y (serial 0) CA RSA SHA256:b",
			AUTH_FAILED, 0, NULL, "root", "publickey"},
		{"Accepted publickey for ada " AT " ssh2: RSA-CERT SHA256:a ID x from 1.1.1.1 port "
		 "1 ssh2: RSA-CERT SHA256:c ID y (serial 0) CA RSA SHA256:b",
			AUTH_ACCEPTED, 4242, IP, "ada", "publickey"},
		/* A user's name is quoted twice here, and another one behind it, cut off where its
		 * writer wants. */
		{"Disconnecting invalid user x 1.1.1.1 port 1: (x " IP
		 " port 4242: Change of username or service not allowed: (x 1.1.1.1 port 1: (x,a) "
		 "-> (b,c) [preauth]",
			AUTH_CLOSED, 0, NULL, NULL, NULL},
		{"Disconnecting invalid user x " IP " port 4242: Change of username or service not "
		 "allowed: (x,a) -> (b 1.1.1.1 port 1",
			AUTH_CLOSED, 0, NULL, NULL, NULL},
		{"Disconnecting invalid user x 1.1.1.1 port 1 " IP " port 4242: Packet corrupt",
			AUTH_CLOSED, 4242, IP, "x 1.1.1.1 port 1", NULL},
		{"Invalid user \xe2\x80\xae\x1b[2J " AT, AUTH_INVALID, 4242, IP,
			"\\u{202e}\\x1b[2J", NULL},
		{"Invalid user CORP\\nick " AT, AUTH_INVALID, 4242, IP, "CORP\\nick", NULL},
		{"Failed password for invalid user Accepted password for root from 1.1.1.1 port 1 "
		 "ssh2 " AT " ssh2",
			AUTH_INVALID, 4242, IP,
			"Accepted password for root from 1.1.1.1 port 1 ssh2", "password"},
	};
	check_all(all, ARRAY_LEN(all));
}

#define FORGED "6.6.6.6 - - [22/Nov/2026:08:14:15 +0000] \"GET /forged HTTP/1.1\" 200 1"

/* A user's name may look like a line of a web server's log, between lines of which it stands. */
static void no_name_becomes_a_request(void **state)
{
	static const char *const all[] = {"Invalid user " FORGED " " AT,
		"Failed password for invalid user " FORGED " " AT " ssh2",
		"error: maximum authentication attempts exceeded for invalid user " FORGED " " AT
		" ssh2 [preauth]",
		"message repeated 2 times: [ Failed password for invalid user " FORGED " " AT
		" ssh2]"};
	static const char *const headers[] = {"", "Nov 22 08:14:15 h sshd[1]: ",
		"2026-11-22T08:14:15+00:00 h sshd-session[1]: ", "web-1  | ", " "};
	char line[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all) * ARRAY_LEN(headers); i++) {
		const struct log_format *hint = log_format_find(STR_LIT("combined"));
		struct event e = {0};
		snprintf(line, sizeof line, "%s%s", headers[i / ARRAY_LEN(all)],
			all[i % ARRAY_LEN(all)]);
		assert_int_equal(log_parse(str_of(line), &hint, &scratch, &e), 0);
		assert_int_equal(e.kind, EVENT_AUTH);
		check_text(line, "user", e.auth.user, FORGED);
		assert_string_equal(hint->name, "sshd");
	}
	/* Cut off by the sender: no login, but no request either. */
	const struct log_format *hint = NULL;
	struct event e;
	assert_int_equal(log_parse(str_of("Invalid user " FORGED), &hint, &scratch, &e), -EINVAL);
	/* What another program was made to write names its writer first. */
	assert_int_equal(log_format_parse(log_format_find(STR_LIT("sshd")),
				 str_of("Nov 22 08:14:15 h app[1]: Nov 22 08:14:15 h sshd[1]: "
					"Invalid user x " AT),
				 &scratch, &e),
		-EINVAL);
}

static int parse_auth(const char *line, struct event *e)
{
	return log_format_parse(&log_sshd_auth_log, str_of(line), &scratch, e);
}

static int parse_auto(const char *line, struct event *e)
{
	const struct log_format *hint = NULL;

	return log_parse(str_of(line), &hint, &scratch, e);
}

static void what_is_repeated_counts(void **state)
{
	struct event e;

	(void)state;
	assert_int_equal(parse_auth("Nov 22 08:14:15 web1 sshd[123]: message repeated 3 times: [ "
				    "Failed password for root " AT " ssh2]",
				 &e),
		0);
	assert_int_equal(e.auth.times, 3);
	assert_int_equal(e.auth.outcome, AUTH_FAILED);
	assert_str(e.auth.user, "root");
	assert_int_equal(
		parse_auth("message repeated 99999999999 times: [ Invalid user x " AT "]", &e), 0);
	assert_int_equal(e.auth.times, 100000);
	assert_int_equal(
		parse_auth("message repeated 0 times: [ Invalid user x " AT "]", &e), -ENOMSG);
	assert_int_equal(parse_auth("message repeated 2 times: [ Invalid user x " AT, &e), -ENOMSG);
}

static void other_lines_say_nothing(void **state)
{
	static const char *const ours[] = {
		"Nov 22 08:14:15 web1 sshd[1]: Server listening on 0.0.0.0 port 22.",
		"Nov 22 08:14:15 web1 sshd[1]: Connection from " IP
		" port 4242 on 192.0.2.1 port 22",
		"Nov 22 08:14:15 web1 sshd[1]: pam_unix(sshd:auth): authentication failure; "
		"logname= uid=0 euid=0 tty=ssh ruser= rhost=" IP "  user=root",
		"Nov 22 08:14:15 web1 sshd[1]: User root " AT " not allowed because not listed",
		"Nov 22 08:14:15 web1 sshd[1]: Failed password for root from web.test port 1 ssh2",
		"Nov 22 08:14:15 web1 sshd[1]: Failed password for root " AT " ssh",
		"Nov 22 08:14:15 web1 sshd[1]: Failed password for root from " IP
		" port 65536 ssh2",
		"Nov 22 08:14:15 web1 sshd[1]: Connection closed by remote host",
		"Nov 22 08:14:15 web1 sshd[1]: Connection closed by nobody I know " IP " port 4242",
		"Nov 22 08:14:15 web1 sshd[1]: Failed ",
		"Nov 22 08:14:15 web1 sshd[1]: ",
	};
	static const char *const others[] = {
		"Nov 22 08:14:15 web1 CRON[1]: pam_unix(cron:session): session opened",
		"Nov 22 08:14:15 web1 sudo: Failed password for root " AT " ssh2",
		"Nov 22 08:14:15 web1 dropbear[1]: Failed password for root " AT " ssh2",
		"Nov 22 08:14:15 web1 notsshd[1]: Failed password for root " AT " ssh2",
		"Nov 22 08:14:15 web1 web1 sshd[1]: Failed password for root " AT " ssh2",
		"Nov 22 08:14:15 web1",
		"<38>1 Failed password for root " AT " ssh2",
		"Failed password for root " AT " ssh3",
		"hello",
		"<",
		"",
	};
	struct event e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		assert_int_equal(parse_auth(ours[i], &e), -ENOMSG);
		assert_int_equal(parse_auto(ours[i], &e), -ENOMSG);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(parse_auth(others[i], &e), -ENOMSG);
		assert_int_equal(parse_auto(others[i], &e), -EINVAL);
	}
}

static void times_have_a_year(void **state)
{
	usec_t march = INT64_C(1772323200) * USEC_PER_SEC; /* 2026-03-01 00:00:00 UTC */
	usec_t t = 0;

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	assert_int_equal(log_time_syslog(STR_LIT("Feb 28 23:59:59 x"), march, &t), 15);
	assert_int_equal(t, march - USEC_PER_SEC);
	assert_int_equal(log_time_syslog(STR_LIT("Mar  1 12:00:00"), march, &t), 15);
	assert_int_equal(t, march + 12 * 3600 * USEC_PER_SEC); /* its clock may run ahead */
	assert_int_equal(log_time_syslog(STR_LIT("Dec 31 00:00:00"), march, &t), 15);
	assert_int_equal(t, INT64_C(1767139200) * USEC_PER_SEC); /* of 2025 */
	assert_int_equal(log_time_syslog(STR_LIT("Mar 32 12:00:00"), march, &t), 0);
	assert_int_equal(log_time_syslog(STR_LIT("Mar  0 12:00:00"), march, &t), 0);
	assert_int_equal(log_time_syslog(STR_LIT("Mar 1 12:00:00"), march, &t), 14);
	assert_int_equal(t, march + 12 * 3600 * USEC_PER_SEC);
	assert_int_equal(log_time_syslog(STR_LIT("Mar 0 12:00:00"), march, &t), 0);
	assert_int_equal(log_time_syslog(STR_LIT("Mar   1 12:00:00"), march, &t), 0);
	assert_int_equal(log_time_syslog(STR_LIT("Mar  1 24:00:00"), march, &t), 0);
	assert_int_equal(log_time_syslog(STR_LIT("Mar  1 12:00"), march, &t), 0);
}

static void survives_every_cut(void **state)
{
	static const char line[] =
		"<38>Nov 22 08:14:15 web1 sshd[123]: message repeated 3 times: "
		"[ Failed publickey for invalid user x " AT " ssh2: RSA SHA256:abc]";
	struct event e;

	(void)state;
	for (size_t n = 0; n < sizeof line; n++) {
		char *copy = malloc(n ? n : 1); /* the sanitizer watches its end */
		memcpy(copy, line, n);
		log_format_parse(&log_sshd_auth_log, (struct str){copy, n}, &scratch, &e);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins),
		cmocka_unit_test(ends),
		cmocka_unit_test(forged_names),
		cmocka_unit_test(no_name_becomes_a_request),
		cmocka_unit_test(what_is_repeated_counts),
		cmocka_unit_test(other_lines_say_nothing),
		cmocka_unit_test(times_have_a_year),
		cmocka_unit_test(survives_every_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
