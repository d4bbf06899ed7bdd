// SPDX-License-Identifier: MIT
/* Lines as captured, on a little-endian machine, which is where the kernel's way of writing
 * addresses shows. */
#include "unit.h"

#include "kernel/proc_listing.h"
#include "kernel/proc_net_parse.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static void expect(const char *line, const char *local, unsigned lport, const char *peer,
	unsigned port, unsigned state)
{
	struct event_conn c = {0};
	char text[ADDR_TEXT_MAX];

	assert_int_equal(proc_net_parse(str_of(line), &c), 0);
	addr_format(&c.lip, text);
	assert_string_equal(text, local);
	addr_format(&c.ip, text);
	assert_string_equal(text, peer);
	assert_int_equal(c.lport, lport);
	assert_int_equal(c.port, port);
	assert_int_equal(c.state, state);
	assert_int_equal(c.was, 0);
	assert_true(c.rtt_us == ABSENT && c.rx == ABSENT && c.tx == ABSENT && c.retrans == ABSENT);
	assert_true(c.limited_us == ABSENT);
}

static int little_endian(void **state)
{
	(void)state;
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : -1;
}

static void v4(void **state)
{
	(void)state;
	expect("   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
	       "        0 1455 1 000000005f96fdb4 100 0 0 10 0                      ",
		"0.0.0.0", 2024, "0.0.0.0", 0, TCP_LISTEN);
	expect("11232: 0100007F:C3BC 0100007F:20FB 01 00000000:00000000 00:00000000 00000000     0"
	       "        0 8689079 2 000000006b8d42a9 20 0 0 10 -1                  ",
		"127.0.0.1", 50108, "127.0.0.1", 8443, TCP_ESTABLISHED);
	expect("11233: 0100007F:C3C0 057100CB:20FB 06 00000000:00000000 03:0000176D 00000000     0"
	       "        0 0 3 000000001452cd96                                     ",
		"127.0.0.1", 50112, "203.0.113.5", 8443, TCP_TIME_WAIT);
	/* A request socket: half-open. */
	expect("  12: 0200010A:01BB 1200FEC0:9C41 03 00000000:00000000 01:00000064 00000001     0"
	       "        0 0 1 0000000012345678",
		"10.1.0.2", 443, "192.254.0.18", 40001, TCP_SYN_RECV);
}

static void v6(void **state)
{
	(void)state;
	expect("   1: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 "
	       "0A "
	       "00000000:00000000 00:00000000 00000000     0        0 8689078 1 00000000016794f7 "
	       "100 0 0 10 0",
		"::", 8443, "::", 0, TCP_LISTEN);
	expect("   2: 00000000000000000000000001000000:CBC4 B80D0120000000000000000005000000:20FB "
	       "08 "
	       "00000000:00000001 00:00000000 00000000     0        0 8689081 2 00000000b8477ae1 "
	       "20 4 0 10 -1",
		"::1", 52164, "2001:db8::5", 8443, TCP_CLOSE_WAIT);
	expect("   4: 0000000000000000FFFF00000100007F:20FB 0000000000000000FFFF00000100007F:C3BC "
	       "01 "
	       "00000000:00000000 00:00000000 00000000     0        0 8689080 1 0000000060888871 "
	       "20 0 0 10 -1",
		"127.0.0.1", 8443, "127.0.0.1", 50108, TCP_ESTABLISHED);
}

static void every_state(void **state)
{
	(void)state;
	for (unsigned s = 0; s < 256; s++) {
		char line[64];
		struct event_conn c;
		snprintf(line, sizeof line, "   0: 0100007F:0001 0100007F:0002 %02X 0:0", s);
		bool known = s > TCP_STATE_NONE && s < TCP_STATES;
		assert_int_equal(proc_net_parse(str_of(line), &c), known ? 0 : -EINVAL);
		if (known)
			assert_int_equal(c.state, s);
	}
}

/* Cut anywhere before the end of the state it is refused, and nothing is read past the cut. */
static void truncated(void **state)
{
	static const char *const lines[] = {
		"   0: 0100007F:0001 0100007F:0002 01",
		"   4: 0000000000000000FFFF00000100007F:20FB 0000000000000000FFFF00000100007F:C3BC "
		"01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		for (size_t n = 0; n <= strlen(lines[i]); n++) {
			struct event_conn c = {.port = 77};
			char *exact = malloc(n + !n);
			memcpy(exact, lines[i], n);
			int err = proc_net_parse((struct str){exact, n}, &c);
			free(exact);
			assert_int_equal(err, n == strlen(lines[i]) ? 0 : -EINVAL);
			if (err)
				assert_int_equal(c.port, 77);
		}
	}
}

static uint64_t inode_in(const char *line)
{
	struct event_conn c;

	assert_int_equal(proc_net_parse(str_of(line), &c), 0);
	return c.inode;
}

static void expect_queues(const char *line, uint64_t txq, uint64_t rxq)
{
	struct event_conn c;

	assert_int_equal(proc_net_parse(str_of(line), &c), 0);
	assert_true(c.txq == txq);
	assert_true(c.rxq == rxq);
}

static void queues(void **state)
{
#define ENDS " 3: 0100007F:C3BC 0100007F:20FB "
#define REST " 00:00000000 00000000  1000        0 8689079 2 000000006b8d42a9 20 0 0 10 -1"

	(void)state;
	expect_queues(ENDS "01 00000000:00000000" REST, 0, 0);
	expect_queues(ENDS "01 00012C00:0000000a" REST, 76800, 10);
	expect_queues(ENDS "08 FFFFFFFF:00000001" REST, UINT32_MAX, 1);
	expect_queues(ENDS "04 00000001:00000000" REST, 1, 0);
	/* How many wait to be accepted, and what is no socket yet, or any more. */
	expect_queues(ENDS "0A 00000000:00000003" REST, ABSENT, ABSENT);
	expect_queues(ENDS "06 00000000:00000000" REST, ABSENT, ABSENT);
	expect_queues(ENDS "03 00000000:00000000" REST, ABSENT, ABSENT);
	/* Cut, or something else. */
	expect_queues(ENDS "01 00000005:00000006", ABSENT, ABSENT);
	expect_queues(ENDS "01 00000005:0000000", ABSENT, ABSENT);
	expect_queues(ENDS "01 00000005 00000006" REST, ABSENT, ABSENT);
	expect_queues(ENDS "01 0000000x:00000006" REST, ABSENT, ABSENT);
	expect_queues(ENDS "01", ABSENT, ABSENT);
#undef ENDS
#undef REST
}

/* Believed only when something follows it: a number may have been cut short. */
static void inode(void **state)
{
#define HEAD   "   3: 0100007F:C3BC 0100007F:20FB 01"
#define MIDDLE " 00000000:00000000 00:00000000 00000000  1000        0"

	(void)state;
	assert_int_equal(inode_in(HEAD MIDDLE " 8689079 2 000000006b8d42a9 20 0 0 10 -1"), 8689079);
	assert_int_equal(inode_in(HEAD MIDDLE " 4294967295 1"), 4294967295u);
	assert_true(inode_in(HEAD MIDDLE " 0 3 000000001452cd96") == ABSENT);
	assert_true(inode_in(HEAD MIDDLE " 8689079") == ABSENT);
	assert_true(inode_in(HEAD MIDDLE " ") == ABSENT);
	assert_true(inode_in(HEAD MIDDLE) == ABSENT);
	assert_true(inode_in(HEAD " 00000000:0000") == ABSENT);
	assert_true(inode_in(HEAD) == ABSENT);
	assert_true(inode_in(HEAD MIDDLE " -1 2 0") == ABSENT);
	assert_true(inode_in(HEAD MIDDLE " 99999999999999999999 2 0") == ABSENT);
#undef HEAD
#undef MIDDLE
}

static void garbage(void **state)
{
	static const char *const bad[] = {
		"",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
		"   : 0100007F:0001 0100007F:0002 01 ",
		"   x: 0100007F:0001 0100007F:0002 01 ",
		"   0  0100007F:0001 0100007F:0002 01 ",
		"   0: 0100007G:0001 0100007F:0002 01 ",
		"   0: 0100007F 0001 0100007F:0002 01 ",
		"   0: 0100007F:001 0100007F:0002 01 ",
		"   0: 0100007F:00010 0100007F:0002 01 ",
		"   0: 0100007F:0001 00000000000000000000000001000000:0002 01 ",
		"   0: 0100007F:0001 0100007F:0002 1",
		"   0: 0100007F:0001 0100007F:0002 011 ",
		"   0: 0100007F:0001 0100007F:-002 01 ",
		"   0: \xff\xfe\x00",
	};
	struct event_conn c = {.port = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (proc_net_parse(str_of(bad[i]), &c) != -EINVAL)
			fail_msg("\"%s\" was taken for a row", bad[i]);
	assert_int_equal(c.port, 77);
}

/* A file with this content, to be read from its start. */
static int file_of(const char *content)
{
	int fd = memfd_create("tcp", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

struct counter {
	struct event_sink sink; /* first */
	unsigned conns;
};

static void count(struct event_sink *sink, const struct event *event)
{
	((struct counter *)sink)->conns += event->kind == EVENT_CONN;
}

/* Lists both files (a NULL one is missing) and returns the connections; *ret_rejected rows were
 * none. */
static unsigned list(const char *tcp, const char *tcp6, uint64_t *ret_rejected)
{
	int fds[2] = {file_of(tcp), tcp6 ? file_of(tcp6) : -1}, more;
	struct counter counter = {.sink.put = count};
	struct proc_listing l;
	struct socktab t;

	assert_int_equal(socktab_init(&t, 64), 0);
	assert_int_equal(proc_listing_init(&l), 0);
	proc_listing_begin(&l, fds);
	socktab_begin(&t, 7, SOCKTAB_ALL, 0);
	do
		more = proc_listing_step(&l, &t);
	while (more > 0);
	assert_int_equal(more, 0);
	socktab_end(&t, true, &counter.sink);
	*ret_rejected = l.rejected;
	proc_listing_done(&l);
	socktab_done(&t);
	return counter.conns;
}

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue\n"
#define ROW(n)  "   " #n ": 0100007F:0001 0100007F:000" #n " 01 0:0 0:0 0 0 0 4711 1\n"
#define ROW6(n)                                                                                    \
	"   " #n ": 00000000000000000000000001000000:0001 00000000000000000000000001000000:000" #n \
	" 01 0:0\n"

static void listing(void **state)
{
	uint64_t rejected;

	(void)state;
	assert_int_equal(list(HEADING ROW(1) ROW(2), HEADING ROW6(1), &rejected), 3);
	assert_int_equal(rejected, 0);
	/* A namespace without IPv6. */
	assert_int_equal(list(HEADING ROW(1) ROW(2), NULL, &rejected), 2);
	assert_int_equal(rejected, 0);
	assert_int_equal(list(HEADING, HEADING, &rejected), 0);
	assert_int_equal(list("", "", &rejected), 0);
	assert_int_equal(rejected, 0);
}

/* Rows that cannot be read are counted, and spoil no others. */
static void broken_listing(void **state)
{
	uint64_t rejected;

	(void)state;
	assert_int_equal(
		list(HEADING ROW(1) "   2: 0100007F:00\n" ROW(3), HEADING ROW6(1), &rejected), 3);
	assert_int_equal(rejected, 1);
	/* The last one cut short: the next file has its own beginning. */
	assert_int_equal(list(HEADING ROW(1) "   2: 0100", HEADING ROW6(1), &rejected), 2);
	assert_int_equal(rejected, 1);
	/* One without end. */
	char *endless = malloc(3 * PROC_LISTING_BUF + 256);
	size_t n = (size_t)sprintf(endless, "%s%s", HEADING, ROW(1));
	memset(endless + n, '0', 3 * PROC_LISTING_BUF);
	strcpy(endless + n + 3 * PROC_LISTING_BUF, "\n" ROW(2));
	assert_int_equal(list(endless, NULL, &rejected), 2);
	assert_int_equal(rejected, 1);
	free(endless);
}

int main(void)
{
	const struct CMUnitTest addresses[] = {
		cmocka_unit_test(v4),
		cmocka_unit_test(v6),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state),
		cmocka_unit_test(truncated),
		cmocka_unit_test(queues),
		cmocka_unit_test(inode),
		cmocka_unit_test(garbage),
		cmocka_unit_test(listing),
		cmocka_unit_test(broken_listing),
	};
	int failed = 0;

	if (little_endian(NULL) == 0)
		failed += cmocka_run_group_tests(addresses, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
