// SPDX-License-Identifier: MIT
#include "log/formats.h"

#include "log/clf.h"
#include "log/error_log.h"
#include "log/haproxy.h"
#include "log/json.h"
#include "log/known_formats.h"
#include "log/squid.h"
#include "log/sshd.h"

#include <errno.h>

/* In the order in which they are tried. */
const struct log_format log_formats[] = {
	{"combined", "NCSA combined: common with referer and agent", log_clf_combined, false, false,
		"192.0.2.7 - - [22/Nov/2026:08:14:15 +0000] \"GET /x HTTP/1.1\" 200 512 "
		"\"https://www.example.test/\" \"curl/8\""},
	{"common", "NCSA common; what follows the size is ignored", log_clf_common, true, false,
		"192.0.2.7 - - [22/Nov/2026:08:14:15 +0000] \"GET /x HTTP/1.1\" 200 512"},
	{"json", "one object a line, of Caddy, Traefik, or with nginx's or Apache's names",
		log_json, false, false,
		"{\"time\":\"2026-11-22T08:14:15Z\",\"remote_addr\":\"192.0.2.7\",\"request\":"
		"\"GET /x "
		"HTTP/1.1\",\"status\":200,\"body_bytes_sent\":512,\"http_user_agent\":\"curl/"
		"8\"}"},
	{"haproxy", "HAProxy's httplog and httpslog", log_haproxy, false, false,
		"192.0.2.7:33317 [22/Nov/2026:08:14:15.655] in app/web1 0/0/1/8/9 200 512 - - ---- "
		"1/1/0/0/0 0/0 \"GET /x HTTP/1.1\""},
	{"npm", "Nginx Proxy Manager's", log_known, false, false,
		"[22/Nov/2026:08:14:15 +0000] - 200 200 - GET https www.example.test \"/x\" "
		"[Client 192.0.2.7] [Length 512] [Gzip -] [Sent-to 10.0.0.5] \"curl/8\" \"-\""},
	{"envoy", "Envoy's and Istio's default", log_known, false, false,
		"[2026-11-22T08:14:15.310Z] \"GET /x HTTP/1.1\" 200 - 0 512 9 8 \"203.0.113.9\" "
		"\"curl/8\" \"cc21d9b0\" \"www.example.test\" \"10.0.2.1:80\""},
	{"squid", "Squid's own", log_squid, false, false,
		"1795335255.721     12 192.0.2.7 TCP_MISS/200 512 GET http://www.example.test/x - "
		"HIER_DIRECT/198.51.100.1 text/html"},
	{"alb", "AWS Application Load Balancer's", log_known, false, false,
		"https 2026-11-22T08:14:15.123456Z app/lb/50dc6c495c0c9188 192.0.2.7:2817 "
		"10.0.0.1:80 0.000 0.001 0.000 200 200 34 512 \"GET https://www.example.test:443/x "
		"HTTP/2.0\" \"curl/8\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 "
		"arn:aws:elasticloadbalancing:x"},
	{"uvicorn", "uvicorn's", log_known, false, false,
		"INFO:     192.0.2.7:52144 - \"GET /x HTTP/1.1\" 200 OK"},
	{"error", "the error logs of nginx and Apache 2.4", log_error, false, true,
		"2026/11/22 08:14:15 [error] 17#17: *42 access forbidden by rule, client: "
		"192.0.2.7, server: www.example.test, request: \"GET /x HTTP/1.1\", host: "
		"\"www.example.test\""},
	{"sshd", "OpenSSH's lines in the system's log", log_sshd, false, false,
		"Nov 22 08:14:15 web1 sshd[4242]: Failed password for root from 192.0.2.7 port "
		"4242 ssh2"},
};
static const struct log_format *const sshd = &log_formats[ARRAY_LEN(log_formats) - 1];
const size_t log_format_count = ARRAY_LEN(log_formats);

const struct log_format *log_format_find(struct str name)
{
	for (size_t i = 0; i < log_format_count; i++)
		if (str_eq(name, str_of(log_formats[i].name)))
			return &log_formats[i];
	return NULL;
}

int log_parse(struct str line, const struct log_format **hint, struct log_scratch *scratch,
	struct event *ret)
{
	const struct log_format *first = *hint;
	int err;

	if (log_sshd_claims(line)) {
		err = log_format_parse(sshd, line, scratch, ret);
		*hint = err == -EINVAL ? first : sshd;
		return err;
	}
	err = first ? log_format_parse(first, line, scratch, ret) : -EINVAL;

	for (size_t i = 0; err == -EINVAL && i < log_format_count; i++) {
		const struct log_format *f = &log_formats[i];
		if (f == first || f->is_part || (f->is_beside && !first))
			continue;
		err = log_format_parse(f, line, scratch, ret);
		if (err != -EINVAL && !f->is_beside)
			*hint = f;
	}
	return err;
}
