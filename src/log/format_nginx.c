// SPDX-License-Identifier: MIT
#include "log/format_nginx.h"

#include <ctype.h>
#include <strings.h>

/* Variables that say something; what is not here is passed over. */
static const struct log_meaning variables[] = {
	{"remote_addr", LOG_ADDR, 1},
	{"realip_remote_addr", LOG_PEER, 0},
	{"proxy_protocol_addr", LOG_CLIENT, 0},
	{"http_x_forwarded_for", LOG_CLAIMS, 2},
	{"proxy_add_x_forwarded_for", LOG_CLAIMS, 1},
	{"http_x_real_ip", LOG_CLAIMS, 0},
	{"http_cf_connecting_ip", LOG_CLAIMS, 0},
	{"http_true_client_ip", LOG_CLAIMS, 0},
	{"http_forwarded", LOG_CLAIMS, 0},
	{"remote_port", LOG_PORT, 0},
	{"realip_remote_port", LOG_PORT, 1},
	{"http_host", LOG_VHOST, 2},
	{"host", LOG_VHOST, 1},
	{"server_name", LOG_VHOST, 0},
	{"request", LOG_REQUEST, 0},
	{"request_method", LOG_METHOD, 0},
	{"request_uri", LOG_URI, 1},
	{"uri", LOG_URI, 0},
	{"document_uri", LOG_URI, 0},
	{"is_args", LOG_ARGS, 0},
	{"args", LOG_ARGS, 0},
	{"query_string", LOG_ARGS, 0},
	{"server_protocol", LOG_PROTO, 0},
	{"status", LOG_STATUS, 1},
	{"body_bytes_sent", LOG_BYTES, 1},
	{"bytes_sent", LOG_BYTES, 0},
	{"time_local", LOG_TIME_CLF, 0},
	{"time_iso8601", LOG_TIME_ISO, 0},
	{"msec", LOG_TIME_SEC, 0},
	{"http_referer", LOG_REFERER, 0},
	{"http_user_agent", LOG_AGENT, 0},
	{"request_time", LOG_TOOK, TOOK_RANK_S},
	{"upstream_status", LOG_UPSTREAM, 0},
	{"request_length", LOG_NUMBER, 0},
	{"connection", LOG_NUMBER, 0},
	{"connection_requests", LOG_NUMBER, 0},
	{"connection_time", LOG_NUMBER, 0},
	{"pid", LOG_NUMBER, 0},
	{"gzip_ratio", LOG_NUMBER, 0},
	{"server_port", LOG_NUMBER, 0},
};

static int read_variable(struct format_build *s, size_t start, struct str name)
{
	static const struct log_meaning list = {"", LOG_LIST, 0}, skip = {"", LOG_SKIP, 0};

	if (name.n == 0)
		return format_build_fail(s, start, "\"$\" without a name",
			"a variable, such as $remote_addr or ${status}");
	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		if (strlen(variables[i].name) == name.n &&
			strncasecmp(variables[i].name, name.p, name.n) == 0)
			return format_build_field(s, &variables[i]);
	return format_build_field(s, str_starts(name, STR_LIT("upstream_")) ? &list : &skip);
}

static struct str read_name(struct format_build *s)
{
	struct str name = {s->source.p + s->at, 0};

	for (; s->at < s->source.n; s->at++, name.n++)
		if (!isalnum((unsigned char)s->source.p[s->at]) && s->source.p[s->at] != '_')
			break;
	return name;
}

/* Behind the "$". */
static int read_reference(struct format_build *s)
{
	size_t start = s->at - 1;
	bool braced = s->at < s->source.n && s->source.p[s->at] == '{';

	s->at += braced;
	struct str name = read_name(s);
	if (braced) {
		if (s->at == s->source.n || s->source.p[s->at] != '}')
			return format_build_fail(
				s, start, "unterminated \"${\"", "\"}\" behind the name");
		s->at++;
	}
	return read_variable(s, start, name);
}

int format_nginx_read(struct format_build *s)
{
	int err = 0;

	while (!err && s->at < s->source.n) {
		char c = s->source.p[s->at++];
		err = c == '$' ? read_reference(s) : format_build_literal(s, c);
	}
	return err;
}
