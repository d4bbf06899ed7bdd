// SPDX-License-Identifier: MIT
/* What the values of enums are called in NDJSON. */
#include "event/event.h"

static const char *const tcp_state_names[TCP_STATES] = {
	[TCP_ESTABLISHED] = "ESTABLISHED",
	[TCP_SYN_SENT] = "SYN_SENT",
	[TCP_SYN_RECV] = "SYN_RECV",
	[TCP_FIN_WAIT1] = "FIN_WAIT1",
	[TCP_FIN_WAIT2] = "FIN_WAIT2",
	[TCP_TIME_WAIT] = "TIME_WAIT",
	[TCP_CLOSE] = "CLOSE",
	[TCP_CLOSE_WAIT] = "CLOSE_WAIT",
	[TCP_LAST_ACK] = "LAST_ACK",
	[TCP_LISTEN] = "LISTEN",
	[TCP_CLOSING] = "CLOSING",
};

static const char *const direction_names[] = {[DIR_IN] = "in", [DIR_OUT] = "out"};

static const char *const log_state_names[LOG_STATES] = {
	[LOG_READING] = "reading",
	[LOG_MISSING] = "missing",
	[LOG_DENIED] = "denied",
	[LOG_UNREADABLE] = "unreadable",
};

static const char *const auth_outcome_names[AUTH_OUTCOMES] = {
	[AUTH_FAILED] = "failed",
	[AUTH_INVALID] = "invalid",
	[AUTH_ACCEPTED] = "accepted",
	[AUTH_CLOSED] = "closed",
};

static const char *const web_error_names[WEB_ERRORS] = {
	[WEB_ERROR_LIMIT_REQ] = "limit_req",
	[WEB_ERROR_LIMIT_CONN] = "limit_conn",
	[WEB_ERROR_FORBIDDEN] = "forbidden",
	[WEB_ERROR_UPSTREAM_REFUSED] = "upstream_refused",
	[WEB_ERROR_UPSTREAM_TIMEOUT] = "upstream_timeout",
	[WEB_ERROR_UPSTREAM_FAILED] = "upstream_failed",
	[WEB_ERROR_NO_UPSTREAM] = "no_upstream",
};

static const char *const claim_outcome_names[CLAIM_OUTCOMES] = {
	[CLAIM_CONFIRMED] = "confirmed",
	[CLAIM_REFUTED] = "refuted",
	[CLAIM_UNVERIFIED] = "unverified",
};

static const char *const flag_scope_names[SCOPES] = {
	[SCOPE_MACHINE] = "machine",
	[SCOPE_NETWORK] = "network",
	[SCOPE_HOST] = "host",
	[SCOPE_PATH] = "path",
	[SCOPE_AGENT] = "agent",
	[SCOPE_FLEET] = "fleet",
};

static const char *const member_state_names[MEMBER_STATES] = {
	[MEMBER_WAITED] = "waited",
	[MEMBER_UP] = "up",
	[MEMBER_LOST] = "lost",
	[MEMBER_REFUSED] = "refused",
};

static const char *const herd_of_names[HERD_OFS] = {
	[HERD_OF_PATH] = "path",
	[HERD_OF_AGENT] = "agent",
	[HERD_OF_REFERER] = "referer",
	[HERD_OF_VHOST] = "vhost",
};

static const char *const guard_role_names[GUARD_ROLES] = {
	[GUARD_OWN] = "own",
	[GUARD_LINK] = "link",
	[GUARD_GATEWAY] = "gateway",
	[GUARD_HOP] = "hop",
	[GUARD_NEIGHBOUR] = "neighbour",
	[GUARD_RESOLVER] = "resolver",
	[GUARD_SSH] = "ssh",
	[GUARD_USER] = "user",
	[GUARD_PROXY] = "proxy",
	[GUARD_UNREAD] = "unread",
};

static const char *const capability_names[CAPABILITIES] = {
	"conns", "handshakes", "syn_sources", "resets", "syn_sources_on_demand", "quic"};

#define TABLE(names)                    \
	{                               \
		names, ARRAY_LEN(names) \
	}

const struct name_table tcp_states = TABLE(tcp_state_names);
const struct name_table directions = TABLE(direction_names);
const struct name_table log_states = TABLE(log_state_names);
const struct name_table auth_outcomes = TABLE(auth_outcome_names);
const struct name_table web_errors = TABLE(web_error_names);
const struct name_table claim_outcomes = TABLE(claim_outcome_names);
const struct name_table flag_scopes = TABLE(flag_scope_names);
const struct name_table guard_roles = TABLE(guard_role_names);
const struct name_table member_states = TABLE(member_state_names);
const struct name_table herd_ofs = TABLE(herd_of_names);
const struct name_table capabilities = TABLE(capability_names);

#undef TABLE

const char *enum_name(const struct name_table *table, unsigned value)
{
	return value < table->n ? table->names[value] : NULL;
}

uint8_t enum_value(const struct name_table *table, struct str name)
{
	for (size_t i = 1; i < table->n; i++)
		if (str_eq(str_of(table->names[i]), name))
			return (uint8_t)i;
	return 0;
}
