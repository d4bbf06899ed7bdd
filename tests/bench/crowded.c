// SPDX-License-Identifier: MIT
/*
 * crowded: a recording on stdout of a machine at the model's caps: 262,144 addresses, 100,000 open
 * connections, a full journal, places for a quarter of them.
 */
#include <inttypes.h>
#include <stdio.h>

#define HOSTS (1u << 18)
#define CONNS 100000u
#define BASE  1767226400u

static void begin(const char *kind, uint32_t at)
{
	printf("{\"t\":\"%s\",\"ts\":%" PRIu32 ".%06" PRIu32, kind, BASE + at / 4096,
		at % 4096 * 244);
}

/* 64 addresses of a /24, and then the next. */
static void put_ip(uint32_t host)
{
	uint32_t net = host / 64;

	printf(",\"ip\":\"%" PRIu32 ".%" PRIu32 ".%" PRIu32 ".%" PRIu32 "\"", 20 + net / 65536,
		net / 256 % 256, net % 256, 1 + host % 64 * 3);
}

static void put_conn(uint32_t i)
{
	begin("conn", i);
	put_ip(i < CONNS / 2 ? i : i % 500);
	printf(",\"state\":\"%s\",\"port\":%" PRIu32 ",\"lip\":\"192.0.2.1\",\"lport\":443,\"dir\":"
	       "\"in\",\"ns\":4026531840,\"rtt_us\":%" PRIu32 ",\"rx\":%" PRIu32 ",\"tx\":%" PRIu32
	       ",\"retrans\":0,\"segs\":12}\n",
		i % 10 ? "ESTABLISHED" : "SYN_RECV", 1024 + i % 63999, 1000 + i % 90000,
		i % 5000 * 7, i % 9000 * 31);
}

static void put_place(uint32_t host, uint32_t at)
{
	begin("place", at);
	put_ip(host);
	printf(",\"country\":\"%c%c\",\"asn\":%" PRIu32 ",\"org\":\"Example Network %" PRIu32
	       "\"}\n",
		(int)('A' + host / 64 % 26), (int)('A' + host / 1664 % 26), 64500 + host / 64 % 900,
		host / 64 % 900);
}

static void put_request(uint32_t host, uint32_t at)
{
	begin("request", at);
	put_ip(host);
	printf(",\"method\":\"GET\",\"path\":\"/catalogue/%" PRIu32 "/item.html?page=%" PRIu32
	       "\",\"status\":%d,\"bytes\":%" PRIu32 ",\"proto\":\"HTTP/1.1\",\"agent\":\"Mozilla/"
	       "5.0 (X11; Linux x86_64) Example/%" PRIu32
	       "\",\"log\":\"/var/log/nginx/access.log\"}\n",
		host % 700, host % 40,
		host % 23   ? 200
		: host % 46 ? 404
			    : 503,
		host % 9000, host % 90);
}

int main(void)
{
	printf("{\"t\":\"start\",\"ts\":%u.0,\"version\":\"0.2.0\",\"host\":\"crowded\","
	       "\"show_private_ips\":true,\"schema\":1}\n"
	       "{\"t\":\"source\",\"ts\":%u.0,\"source\":\"ebpf\",\"sees\":[\"conns\","
	       "\"handshakes\"],\"probes\":[\"tp_btf/inet_sock_set_state\"]}\n",
		BASE, BASE);
	for (uint32_t i = 0; i < HOSTS; i++) {
		put_request(i, i);
		if (i % 4 == 0)
			put_place(i, i);
		if (i < CONNS)
			put_conn(i);
		if (i % 4096 == 4095)
			begin("tick", i), printf("}\n");
	}
	return 0;
}
