// SPDX-License-Identifier: MIT
#include "log/known_formats.h"

#include "log/format_string.h"

#include <errno.h>

/* Rows of a name stand together; the one that wants more of a line first. */
static struct known {
	const char *name;
	enum log_dialect dialect;
	bool trusted;       /* see format_string_trust() */
	const char *ends;   /* what a whole line ends in; "": anything */
	const char *begins; /* words that it may begin with, with a blank behind each; "": any */
	const char *string;
	struct log_format *format; /* made at the first line; kept */
} known[] = {
	/* https://github.com/NginxProxyManager/nginx-proxy-manager, nginx.conf: proxy, standard */
	{"npm", LOG_DIALECT_NGINX, false, "", "",
		"[$time_local] $upstream_cache_status $upstream_status $status - $request_method "
		"$scheme $host \"$request_uri\" [Client $remote_addr] [Length $body_bytes_sent] "
		"[Gzip $skip] [Sent-to $skip] \"$http_user_agent\" \"$http_referer\"",
		NULL},
	{"npm", LOG_DIALECT_NGINX, false, "", "",
		"[$time_local] $status - $request_method $scheme $host \"$request_uri\" "
		"[Client $remote_addr] [Length $body_bytes_sent] [Gzip $skip] \"$http_user_agent\" "
		"\"$http_referer\"",
		NULL},
	/* Istio's: https://istio.io/latest/docs/tasks/observability/logs/access-log/ */
	{"envoy", LOG_DIALECT_NGINX_RAW, false, "", "",
		"[$time_iso8601] \"$request\" $status $flags $details $termination \"$failure\" "
		"$request_length $bytes_sent $skip $skip \"$http_x_forwarded_for\" "
		"\"$http_user_agent\" \"$skip\" \"$http_host\" \"$skip\" $cluster $local $local "
		"$remote_addr:$remote_port $sni $route",
		NULL},
	/* https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
	 */
	{"envoy", LOG_DIALECT_NGINX_RAW, false, "\"", "",
		"[$time_iso8601] \"$request\" $status $flags $request_length $bytes_sent $skip "
		"$skip \"$http_x_forwarded_for\" \"$http_user_agent\" \"$skip\" \"$http_host\" "
		"\"$skip\"",
		NULL},
	/* https://docs.aws.amazon.com/elasticloadbalancing/latest/application/
	 * load-balancer-access-logs.html */
	{"alb", LOG_DIALECT_NGINX, true, "", "http https h2 grpcs ws wss ",
		"$type $time_iso8601 $elb $remote_addr:$remote_port $target $skip $skip $skip "
		"$status $upstream_status $request_length $bytes_sent \"$request\" "
		"\"$http_user_agent\" $cipher $protocol arn:$rest",
		NULL},
	{"uvicorn", LOG_DIALECT_NGINX_RAW, false, "", "",
		"INFO:     $remote_addr:$remote_port - \"$request\" $status", NULL},
};

static int make(struct known *k)
{
	char error[FORMAT_STRING_ERROR_MAX];
	int err = format_string_new(
		str_of(k->string), k->dialect, str_of(k->name), &k->format, error);

	if (!err && k->trusted)
		format_string_trust(k->format);
	return err;
}

/* Whether the line can be one of these at all. */
static bool fits(const struct known *k, struct str line)
{
	const char *blank = line.n ? memchr(line.p, ' ', line.n) : NULL;
	size_t n = strlen(k->ends);

	if (line.n < n || memcmp(line.p + line.n - n, k->ends, n) != 0)
		return false;
	if (!k->begins[0])
		return true;
	size_t first = blank ? (size_t)(blank - line.p) + 1 : 0;
	for (const char *p = k->begins; first && *p; p += strcspn(p, " ") + 1)
		if (strncmp(p, line.p, first) == 0 && strcspn(p, " ") + 1 == first)
			return true;
	return false;
}

int log_known(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret)
{
	int err = -EINVAL;

	for (size_t i = 0; i < ARRAY_LEN(known) && err == -EINVAL; i++) {
		struct known *k = &known[i];
		if (strcmp(k->name, self->name) == 0 && fits(k, line) &&
			(k->format || make(k) == 0))
			err = log_format_parse(k->format, line, scratch, ret);
	}
	return err;
}
