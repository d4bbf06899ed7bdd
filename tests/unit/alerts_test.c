// SPDX-License-Identifier: MIT
/* What is said of the host, and that nothing is said of a healthy one. */
#include "facts.h"

#include "model/alerts.h"

/* All words, with " | " between them; '!' in front of the bad ones. */
static void said(const struct model *m, const char *want)
{
	char got[1024] = "";
	struct alerts w;

	alerts_of(&w, m, false);
	for (size_t i = 0; i < w.n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s%s", i ? " | " : "",
			w.at[i].bad ? "!" : "", w.at[i].text);
	assert_string_equal(got, want);
}

static void probes(struct model *m, const char *names)
{
	struct event e = event_make(EVENT_SOURCE, T0);

	e.source.source = STR_LIT("ebpf");
	e.source.sees = CAN_SEE_CONNS | CAN_SEE_HANDSHAKES;
	if (strstr(names, "tcp_conn_request"))
		e.source.sees |= CAN_SEE_SYN_SOURCES;
	if (strstr(names, "socket/syns"))
		e.source.sees |= CAN_TAP_SYNS;
	e.source.probes = str_of(names);
	model_apply(m, &e);
}

static void nothing_is_wrong(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_TCP_STATS, T0);

	(void)state;
	said(m, "");
	e.tcp_stats = (struct event_tcp_stats){
		.accept_port = 80, .accept_queue = 12, .accept_limit = 128};
	model_apply(m, &e);
	for (uint16_t p = 0; p < 15; p++)
		put_conn(m, T0, "8.8.8.8", p, TCP_SYN_RECV);
	said(m, "");
	model_free(m);
}

static void cookies(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_TCP_STATS, T0);

	(void)state;
	e.tcp_stats.cookies_sent = 8120;
	model_apply(m, &e);
	said(m, "!SYN cookies being sent: 812/s; sources are not visible without "
		"a probe that counts SYNs");
	probes(m, "tp_btf/inet_sock_set_state iter/tcp socket/syns");
	said(m, "!SYN cookies being sent: 812/s; sources are not visible yet");
	e.tcp_stats = (struct event_tcp_stats){.syns = 1, .cookies_sent = 0};
	model_apply(m, &e);
	said(m, "!SYN cookies being sent: 812/s");
	probes(m, "tp_btf/inet_sock_set_state fentry/tcp_conn_request iter/tcp");
	said(m, "!SYN cookies being sent: 812/s");
	put_tick(m, T0 + 40 * SEC);
	said(m, "SYN cookies were sent: 8120 in the last minute");
	put_tick(m, T0 + 70 * SEC);
	said(m, "");
	model_free(m);
}

static void queues_and_drops(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_TCP_STATS, T0);

	(void)state;
	e.tcp_stats.accept_port = 443;
	e.tcp_stats.accept_queue = 125;
	e.tcp_stats.accept_limit = 128;
	e.tcp_stats.listen_overflows = 37;
	e.tcp_stats.listen_drops = 40;
	e.tcp_stats.request_drops = 2;
	model_apply(m, &e);
	said(m, "!accept queue of :443 is 97% full (125 of 128) | "
		"!listen queue overflowed 37 times in the last minute | "
		"!SYN queue full and no cookies: 2 dropped in the last minute | "
		"!1 connection attempt dropped in the last minute");
	put_tick(m, T0 + 70 * SEC); /* the counts have passed, the queue stands */
	e = event_make(EVENT_TCP_STATS, T0 + 70 * SEC);
	e.tcp_stats.accept_port = 443;
	e.tcp_stats.accept_queue = 129;
	e.tcp_stats.accept_limit = 128;
	model_apply(m, &e);
	said(m, "!accept queue of :443 is full (129 of 128)");
	e = event_make(EVENT_TCP_STATS, T0 + 100 * SEC);
	e.tcp_stats.accept_port = 443;
	e.tcp_stats.accept_queue = 200; /* the length is known, the limit is not */
	e.tcp_stats.listen_overflows = e.tcp_stats.listen_drops = 1;
	model_apply(m, &e);
	said(m, "!listen queue overflowed 1 time in the last minute");
	model_free(m);
}

static void losses(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_LOST, T0);

	(void)state;
	e.lost.what = STR_LIT("recording");
	e.lost.n = 5;
	model_apply(m, &e);
	said(m, ""); /* nothing made good for those */
	e.lost.what = STR_LIT("ring");
	e.lost.n = 1204;
	model_apply(m, &e);
	said(m, "!1204 kernel records lost, resynchronised");
	assert_int_equal(model_machine(m)->lost, 1209);
	e.lost.what = STR_LIT("missed");
	e.lost.n = 3;
	model_apply(m, &e);
	said(m, "!1204 kernel records lost, resynchronised"); /* a few always are */
	assert_int_equal(model_machine(m)->lost, 1209);
	assert_int_equal(model_machine(m)->missed, 3);
	model_free(m);
}

static void half_opens(struct model *m, const char *net, unsigned n)
{
	char ip[64];

	for (unsigned i = 0; i < n; i++) {
		snprintf(ip, sizeof ip, "%s%u", net, i % 15 + 1);
		put_conn(m, T0, ip, (uint16_t)(i + 1), TCP_SYN_RECV);
	}
}

static void networks(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char net[32];

	(void)state;
	half_opens(m, "5.6.7.", 150);
	said(m, "100% of half-open from one network: 5.6.7.0/24 150; maybe forged");
	half_opens(m, "5.6.8.", 104);
	half_opens(m, "2a00:1:2:3::", 10);
	said(m, "96% of half-open from 2 networks: 5.6.7.0/24 150, 5.6.8.0/24 104; "
		"maybe forged");
	for (unsigned i = 0; i < 200; i++) {
		snprintf(net, sizeof net, "9.8.%u.", i);
		half_opens(m, net, 3);
	}
	said(m, "864 half-open from 203 networks, at most 17% from one: maybe forged");
	model_free(m);
}

static void made_up_sources(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	char net[32];

	(void)state;
	for (unsigned i = 0; i < 240; i++) {
		snprintf(net, sizeof net, "9.8.%u.", i);
		half_opens(m, net, 2);
	}
	said(m, "480 half-open from 240 networks, none of them with 1%: forged");
	model_free(m);
}

static void floods_without_half_opens(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);
	struct event e = event_make(EVENT_SYN_NET, T0);
	struct addr ip = ip_of("7.7.7.7");

	(void)state;
	put_syns(m, T0, &ip, 500);
	said(m, "");
	e.syn_net.net = network_prefix(&ip);
	e.syn_net.n = 40000;
	model_apply(m, &e);
	said(m, "100% of SYNs from one network: 7.7.7.0/24 40k/min; maybe forged");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong),
		cmocka_unit_test(cookies),
		cmocka_unit_test(queues_and_drops),
		cmocka_unit_test(losses),
		cmocka_unit_test(networks),
		cmocka_unit_test(made_up_sources),
		cmocka_unit_test(floods_without_half_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
