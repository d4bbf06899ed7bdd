// SPDX-License-Identifier: MIT
/* Texts as kernel 6.18 printed them, the uninteresting middle left out. */
#include "unit.h"

#include "kernel/accept_queue.h"
#include "kernel/netstat.h"
#include "kernel/netstat_parse.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

static const char netstat_text[] =
	"TcpExt: SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled "
	"ListenOverflows ListenDrops TCPHPHits TCPReqQFullDoCookies TCPReqQFullDrop "
	"TCPRetransFail\n"
	"TcpExt: 812 7 3 0 0 37 41 761215 812 9 0\n"
	"IpExt: InNoRoutes InTruncatedPkts InOctets OutOctets\n"
	"IpExt: 0 0 6064970021 5367940552\n"
	"MPTcpExt: MPCapableSYNRX ListenDrops\n"
	"MPTcpExt: 1 999\n";

static const char snmp_text[] =
	"Ip: Forwarding DefaultTTL InReceives\n"
	"Ip: 2 64 70953657\n"
	"Icmp: InMsgs InErrors\n"
	"Icmp: 1 0\n"
	"Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets "
	"CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n"
	"Tcp: 1 200 120000 -1 7070979 7070749 20 48114 0 71192226 71187195 3 0 33961 0\n"
	"Udp: InDatagrams NoPorts InErrors OutDatagrams\n"
	"Udp: 438 0 0 440\n";

/* The totals themselves, as what was counted since all of them were 0. */
static struct event_tcp_stats totals(const struct netstat *n)
{
	struct netstat zero = {{0}};
	struct event e = event_make(EVENT_TCP_STATS, 1);

	netstat_delta(&zero, n, &e.tcp_stats);
	return e.tcp_stats;
}

static void counters_by_name(void **state)
{
	struct netstat n;

	(void)state;
	netstat_clear(&n);
	netstat_parse(&n, str_of(netstat_text));
	struct event_tcp_stats w = totals(&n);
	assert_int_equal(w.cookies_sent, 812);
	assert_int_equal(w.cookies_ok, 7);
	assert_int_equal(w.cookies_bad, 3);
	assert_int_equal(w.listen_overflows, 37);
	assert_int_equal(w.listen_drops, 41); /* not those of MPTCP */
	assert_int_equal(w.request_drops, 9);
	assert_true(w.resets_sent == ABSENT && w.segments_again == ABSENT);
	netstat_parse(&n, str_of(snmp_text));
	w = totals(&n);
	assert_int_equal(w.resets_sent, 33961);
	assert_int_equal(w.segments_again, 3);
	assert_int_equal(w.cookies_sent, 812);
	assert_true(w.syns == ABSENT && w.accept_queue == ABSENT && w.resets_received == ABSENT);
}

/* Cut anywhere, what is read is right or absent; nothing is read past the cut. */
static void truncated(void **state)
{
	static const uint64_t right[] = {812, 7, 3, 37, 41, 9, 33961, 3};

	(void)state;
	for (int file = 0; file < 2; file++) {
		const char *text = file ? snmp_text : netstat_text;
		for (size_t cut = 0; cut <= strlen(text); cut++) {
			struct netstat n;
			char *exact = malloc(cut + !cut);
			memcpy(exact, text, cut);
			netstat_clear(&n);
			netstat_parse(&n, (struct str){exact, cut});
			free(exact);
			for (size_t i = 0; i < NETSTAT_COUNTERS; i++)
				assert_true(n.at[i] == ABSENT || n.at[i] == right[i]);
		}
	}
}

static void garbage(void **state)
{
	static const char *const texts[] = {"", "\n\n\n", "TcpExt:", "TcpExt:\nTcpExt:\n",
		"TcpExt: ListenDrops\nIpExt: 5\n", "TcpExt: ListenDrops\nTcpExt: x5\n",
		"TcpExt: ListenDrops\nTcpExt: 99999999999999999999999\n",
		"TcpExt: ListenDrops\nTcpExt: -1\n", " ListenDrops\n 5\n", ": :\n: :\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct netstat n;
		netstat_clear(&n);
		netstat_parse(&n, str_of(texts[i]));
		assert_true(totals(&n).listen_drops == ABSENT);
	}
}

static void counters_wrap_and_restart(void **state)
{
	static const struct {
		uint64_t before, after, moved;
	} rows[] = {
		{0, 0, 0},
		{5, 12, 7},
		{UINT32_MAX - 9, 20, 30},                /* 32 bits */
		{UINT32_MAX - 9, UINT64_C(1) << 32, 10}, /* 64 bits pass the same place */
		{UINT64_MAX - 9, 20, 30},
		{5000, 3, 0}, /* a restart */
		{UINT32_MAX / 2, 3, 0},
		{UINT64_C(1) << 40, 3, 0},
		{UINT64_C(1) << 63, 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(netstat_moved(rows[i].before, rows[i].after), rows[i].moved);
}

static void a_counter_that_comes_or_goes_is_absent(void **state)
{
	struct netstat before, after;
	struct event e = event_make(EVENT_TCP_STATS, 1);

	(void)state;
	netstat_clear(&before);
	netstat_clear(&after);
	netstat_parse(&before, STR_LIT("TcpExt: ListenDrops ListenOverflows\nTcpExt: 1 2\n"));
	netstat_parse(&after, STR_LIT("TcpExt: SyncookiesSent ListenDrops\nTcpExt: 5 4\n"));
	netstat_delta(&before, &after, &e.tcp_stats);
	assert_int_equal(e.tcp_stats.listen_drops, 3);
	assert_true(e.tcp_stats.listen_overflows == ABSENT && e.tcp_stats.cookies_sent == ABSENT);
}

static void the_fullest_queue(void **state)
{
	struct accept_queue worst = {ABSENT, ABSENT, ABSENT};

	(void)state;
	accept_queue_offer(&worst, 22, 0, 128);
	assert_int_equal(worst.port, 22);
	accept_queue_offer(&worst, 80, 100, 4096);
	assert_int_equal(worst.port, 80);
	accept_queue_offer(&worst, 443, 5, 10); /* half full beats a fortieth */
	assert_int_equal(worst.port, 443);
	accept_queue_offer(&worst, 81, 2000, 4096);
	assert_int_equal(worst.port, 443);
	accept_queue_offer(&worst, 8080, UINT32_MAX, UINT32_MAX);
	assert_int_equal(worst.port, 8080);
	accept_queue_offer(&worst, 8081, 1, 0); /* listen(fd, 0) still holds one */
	assert_int_equal(worst.port, 8081);
}

static void the_fullest_of_proc(void **state)
{
	static const char text[] = "  sl  local_address rem_address   st tx_queue rx_queue tr "
				   "tm->when retrnsmt   uid\n"
				   "   0: 00000000:07E8 00000000:0000 0A 00000000:00000001 "
				   "00:00000000 00000000     0\n"
				   "   1: 00000000:01BB 00000000:0000 0A 00000000:00000081 "
				   "00:00000000 00000000     0\n"
				   "   2: 020200C0:8690 507100CB:0050 06 00000000:000000FF "
				   "03:00001444 00000000     0\n";

	(void)state;
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		struct accept_queue worst = {ABSENT, ABSENT, ABSENT};
		char *exact = malloc(cut + !cut);
		memcpy(exact, text, cut);
		accept_queue_parse_proc(&worst, (struct str){exact, cut});
		free(exact);
		assert_true(worst.queue == ABSENT || worst.queue == 1 || worst.queue == 0x81);
		assert_true(worst.limit == ABSENT);
		if (cut == strlen(text)) {
			assert_int_equal(worst.port, 443);
			assert_int_equal(worst.queue, 0x81);
		}
	}
}

struct answer {
	struct nlmsghdr header;
	struct inet_diag_msg listener;
	struct nlmsghdr end;
	int done;
};

static void the_answer_of_sock_diag(void **state)
{
	struct accept_queue worst = {ABSENT, ABSENT, ABSENT};
	struct answer a = {
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof a.listener),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY},
		.listener = {.idiag_state = TCP_LISTEN, .idiag_rqueue = 124, .idiag_wqueue = 128},
		.end = {.nlmsg_len = NLMSG_LENGTH(sizeof a.done), .nlmsg_type = NLMSG_DONE},
	};
	const uint8_t port[2] = {1, 187};

	(void)state;
	memcpy(&a.listener.id.idiag_sport, port, sizeof port);
	assert_int_equal(accept_queue_parse(&worst, &a, sizeof a), 1);
	assert_int_equal(worst.port, 443);
	assert_int_equal(worst.queue, 124);
	assert_int_equal(worst.limit, 128);
	/* What is cut, or says that it is longer than it is, is passed over. */
	for (size_t n = 0; n < sizeof a; n++) {
		struct accept_queue none = {ABSENT, ABSENT, ABSENT};
		assert_true(accept_queue_parse(&none, &a, n) <= 0);
	}
	a.header.nlmsg_len = NLMSG_LENGTH(4);
	assert_int_equal(accept_queue_parse(&worst, &a, sizeof a), -EBADMSG);
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} refused = {{.nlmsg_len = sizeof refused, .nlmsg_type = NLMSG_ERROR}, {.error = -ENOENT}};
	assert_int_equal(accept_queue_parse(&worst, &refused, sizeof refused), -ENOENT);
}

struct taker {
	struct event_sink sink;
	struct event last;
	int n;
};

static void take_event(struct event_sink *sink, const struct event *event)
{
	struct taker *t = (struct taker *)sink;

	t->last = *event;
	t->n++;
}

/* Against the kernel that is there: whatever it has, the source puts at most weather. */
static void this_kernel(void **state)
{
	struct source *s = netstat_new();
	struct taker t = {.sink = {take_event, NULL}};

	(void)state;
	assert_non_null(s);
	source_finish(s, 1, &t.sink); /* before the first reading: nothing to compare with */
	assert_int_equal(t.n, 0);
	assert_int_equal(source_poll(s, 1, &t.sink), 0);
	assert_int_equal(t.n, 0);
	source_finish(s, 2, &t.sink);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.last.kind, EVENT_TCP_STATS);
	assert_true(t.last.tcp_stats.syns == ABSENT);
	source_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_by_name),
		cmocka_unit_test(truncated),
		cmocka_unit_test(garbage),
		cmocka_unit_test(counters_wrap_and_restart),
		cmocka_unit_test(a_counter_that_comes_or_goes_is_absent),
		cmocka_unit_test(the_fullest_queue),
		cmocka_unit_test(the_fullest_of_proc),
		cmocka_unit_test(the_answer_of_sock_diag),
		cmocka_unit_test(this_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
