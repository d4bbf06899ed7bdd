// SPDX-License-Identifier: MIT
/* Lines as conntrack-tools 1.4.7 and Linux print them of nft's masquerade and DNAT, and what is
 * made of lines that nobody prints. */
#include "unit.h"

#include "action/conntrack.h"
#include "base/text.h"

#define TOOL                                                                               \
	"tcp      6 119 TIME_WAIT src=198.51.100.7 dst=198.51.100.1 sport=39568 dport=80 " \
	"src=10.77.0.2 dst=10.77.0.1 sport=8080 dport=39568 [ASSURED] mark=0 use=1\n"
#define PROC                                                                                \
	"ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.7 dst=198.51.100.1 "       \
	"sport=39570 dport=80 src=10.77.0.2 dst=10.77.0.1 sport=8080 dport=1024 [ASSURED] " \
	"mark=0 zone=0 use=2\n"
#define OWN                                                                               \
	"ipv4     2 tcp      6 119 TIME_WAIT src=10.77.0.1 dst=10.77.0.2 sport=43888 "    \
	"dport=8080 src=10.77.0.2 dst=10.77.0.1 sport=8080 dport=43888 [ASSURED] mark=0 " \
	"zone=0 use=2\n"
#define DNAT                                                                                \
	"tcp      6 431999 ESTABLISHED src=198.51.100.7 dst=198.51.100.1 sport=1 dport=80 " \
	"src=10.77.0.2 dst=198.51.100.7 sport=8080 dport=1 [ASSURED] mark=0 use=1\n"
#define V6                                                               \
	"ipv6     10 tcp      6 299 ESTABLISHED "                        \
	"src=2001:0db8:0000:0000:0000:0000:0000:0007 "                   \
	"dst=2001:0db8:0000:0000:0000:0000:0000:0001 sport=5 dport=443 " \
	"src=fd00:0000:0000:0000:0000:0000:0000:0002 "                   \
	"dst=fd00:0000:0000:0000:0000:0000:0000:0001 sport=8443 dport=5 [ASSURED] use=1\n"
#define SYN                                                                          \
	"tcp      6 57 SYN_SENT src=198.51.100.7 dst=198.51.100.1 sport=9 dport=80 " \
	"[UNREPLIED] src=10.77.0.2 dst=10.77.0.1 sport=8080 dport=9 mark=0 use=1\n"
/* With accounting, timestamps and a security context. */
#define LONG                                                                                   \
	"ipv4     2 tcp      6 86 ESTABLISHED src=198.51.100.7 dst=198.51.100.1 sport=7 "      \
	"dport=80 packets=6 bytes=398 src=10.77.0.2 dst=10.77.0.1 sport=8080 dport=7 "         \
	"packets=4 bytes=621 [ASSURED] mark=0 secctx=system_u:object_r:unlabeled_t:s0 zone=0 " \
	"delta-time=33 use=2\n"
#define OTHERS                                                                                \
	"udp      17 28 src=198.51.100.7 dst=198.51.100.1 sport=5353 dport=53 src=10.77.0.2 " \
	"dst=10.77.0.1 sport=53 dport=5353 mark=0 use=1\n"                                    \
	"icmp     1 29 src=198.51.100.7 dst=10.77.0.2 type=8 code=0 id=7 src=10.77.0.2 "      \
	"dst=10.77.0.1 type=0 code=0 id=7 mark=0 use=1\n"
#define REMARK "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.\n"

struct got {
	char text[1024];
	struct conntrack_read read;
};

static void note(void *ctx, const struct conntrack_entry *e)
{
	struct got *got = ctx;
	char client[ADDR_TEXT_MAX], source[ADDR_TEXT_MAX], server[ADDR_TEXT_MAX];
	size_t n = strlen(got->text);

	addr_format(&e->client, client);
	addr_format(&e->source, source);
	addr_format(&e->server, server);
	snprintf(got->text + n, sizeof got->text - n, "%s%s %u as %s %u to %s %u", n ? "; " : "",
		client, e->client_port, source, e->source_port, server, e->server_port);
}

static void reads(const char *text, const char *want, uint64_t others, uint64_t bad)
{
	struct got got = {.text = ""};

	conntrack_parse(str_of(text), note, &got, &got.read);
	assert_string_equal(got.text, want);
	assert_int_equal(got.read.others, others);
	assert_int_equal(got.read.bad, bad);
	assert_false(got.read.cut);
}

static void a_rewritten_source(void **state)
{
	(void)state;
	reads(TOOL, "198.51.100.7 39568 as 10.77.0.1 39568 to 10.77.0.2 8080", 0, 0);
	/* Another port, too. */
	reads(PROC, "198.51.100.7 39570 as 10.77.0.1 1024 to 10.77.0.2 8080", 0, 0);
	reads(SYN, "198.51.100.7 9 as 10.77.0.1 9 to 10.77.0.2 8080", 0, 0);
	reads(LONG, "198.51.100.7 7 as 10.77.0.1 7 to 10.77.0.2 8080", 0, 0);
	reads(V6, "2001:db8::7 5 as fd00::1 5 to fd00::2 8443", 0, 0);
	reads(TOOL REMARK PROC,
		"198.51.100.7 39568 as 10.77.0.1 39568 to 10.77.0.2 8080; "
		"198.51.100.7 39570 as 10.77.0.1 1024 to 10.77.0.2 8080",
		0, 0);
}

static void others_keep_theirs(void **state)
{
	(void)state;
	reads(OWN, "", 1, 0);
	reads(DNAT, "", 1, 0);
	reads(OTHERS, "", 2, 0);
	reads(REMARK, "", 0, 0);
	reads("", "", 0, 0);
	reads("\n\n", "", 0, 0);
}

/* A secctx is anybody's word, but has no such names; a port is none of 0 and 65536. */
static void lines_that_are_no_entry(void **state)
{
	static const char *const bad[] = {
		"hello\n",
		"tcp\n",
		"tcp six 119 TIME_WAIT\n",
		"tcp 6 119 TIME_WAIT src=198.51.100.7 dst=198.51.100.1 sport=1 dport=80\n",
		"tcp 6 1 X src=1.2.3.4 dst=1.2.3.5 sport=1 dport=80 src=1.2.3.5 dst=1.2.3.6 "
		"sport=80\n",
		"tcp 6 1 X src=1.2.3.4 dst=1.2.3.5 sport=0 dport=80 src=1.2.3.5 dst=1.2.3.6 "
		"sport=80 dport=1\n",
		"tcp 6 1 X src=1.2.3.4 dst=1.2.3.5 sport=65536 dport=80 src=1.2.3.5 dst=1.2.3.6 "
		"sport=80 dport=1\n",
		"tcp 6 1 X src=1.2.3 dst=1.2.3.5 sport=1 dport=80 src=1.2.3.5 dst=1.2.3.6 "
		"sport=80 dport=1\n",
		"tcp 6 1 X src=1.2.3.4 dst=1.2.3.5 sport=1 dport=80 src=1.2.3.5 dst=1.2.3.6 "
		"sport=80 dport=1 src=1.2.3.7\n",
		"\x1b[2J\n",
		"ipv4 2\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		reads(bad[i], "", 0, 1);
}

static void a_line_without_its_end(void **state)
{
	static const char text[] = TOOL PROC;
	struct got got = {.text = ""};

	(void)state;
	conntrack_parse((struct str){text, sizeof text - 2}, note, &got, &got.read);
	assert_string_equal(got.text, "198.51.100.7 39568 as 10.77.0.1 39568 to 10.77.0.2 8080");
	assert_int_equal(got.read.rewritten, 1);
	assert_true(got.read.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rewritten_source),
		cmocka_unit_test(others_keep_theirs),
		cmocka_unit_test(lines_that_are_no_entry),
		cmocka_unit_test(a_line_without_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
