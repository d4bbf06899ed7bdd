// SPDX-License-Identifier: MIT
/*
 * Commands as text. Nothing in them needs quoting but what is quoted here: addresses are printed by
 * addr_format, numbers by us, and a jail's name is checked letter by letter.
 */
#include "action/ways_parts.h"

#include <errno.h>
#include <stdio.h>

#define IPSET_SECONDS_MAX 2147483u /* ipset(8): "timeout" */

struct making {
	const struct block_plan *plan;
	struct lines command, undo;
	char *note, *why; /* BLOCK_WHY_MAX * 2, BLOCK_WHY_MAX bytes */
};

/* A line for each prefix. In `format`, what comes first is the prefix. */
static void put_each(struct lines *l, const struct block_plan *plan, bool v4, const char *format)
{
	char text[PREFIX_TEXT_MAX];

	for (uint32_t i = 0; i < plan->count; i++)
		if (prefix_is_v4(&plan->prefixes[i]) == v4)
			lines_put(l, format, prefix_short(&plan->prefixes[i], text));
}

static void put_both(struct lines *l, const struct block_plan *plan, const char *v4, const char *v6)
{
	put_each(l, plan, true, v4);
	put_each(l, plan, false, v6);
}

/* All of them in one line. */
static void put_list(struct lines *l, const struct block_plan *plan)
{
	char text[PREFIX_TEXT_MAX];

	for (uint32_t i = 0; i < plan->count; i++)
		lines_put(l, " %s", prefix_short(&plan->prefixes[i], text));
}

static bool has_family(const struct block_plan *plan, bool v4)
{
	for (uint32_t i = 0; i < plan->count; i++)
		if (prefix_is_v4(&plan->prefixes[i]) == v4)
			return true;
	return false;
}

/* nft. */

#define ELEMENT_OUT "nft delete element inet " BLOCK_TABLE " block%c '{ "

static bool is_planned(const struct block_steps *s, const struct prefix *p)
{
	for (uint32_t i = s->out; i < s->count; i++)
		if (prefix_eq(&s->prefixes[i], p))
			return true;
	return false;
}

/* What went out to make room for something wider comes in again. */
static void put_held_again(struct making *m, const struct block_steps *s)
{
	for (uint32_t i = 0; i < s->out; i++)
		for (uint32_t k = 0; k < m->plan->held_count; k++) {
			const struct block_held *held = &m->plan->held[k];
			if (prefix_eq(&held->net, &s->prefixes[i]) && !is_planned(s, &held->net))
				put_elements(&m->undo,
					"nft add element inet " BLOCK_TABLE " block%c '{ ", " }'\n",
					&held->net, 1, held->left_s);
		}
}

static void note_steps(struct making *m, const struct block_steps *s)
{
	struct lines note = {.p = m->note, .cap = (size_t)BLOCK_WHY_MAX * 2};
	uint32_t narrower = 0;

	for (uint32_t i = 0; i < s->out; i++)
		narrower += !is_planned(s, &s->prefixes[i]);
	if (s->covered)
		lines_put(&note, "%u of %u already blocked by a wider prefix%s. ", s->covered,
			m->plan->count, s->sooner ? ", which ends sooner" : "");
	if (s->out)
		lines_put(&note, "Takes the place of %u that %s blocked already%s. ", s->out,
			s->out == 1 ? "is" : "are",
			narrower && s->seconds ? "; what is narrower ends with it" : "");
	lines_put(&note, "All of it is undone by: nft delete table inet " BLOCK_TABLE);
}

/* Each by itself: nft refuses all of a line when one of it has just ended. */
static void put_each_out(
	struct lines *l, const struct prefix *prefixes, uint32_t count, const char *after)
{
	for (uint32_t i = 0; i < count; i++)
		put_elements(l, ELEMENT_OUT, after, &prefixes[i], 1, 0);
}

/* What is to be run by hand is run later than it was made: what is held goes out beforehand, and
 * need not be there any more. */
static int make_nft(struct making *m)
{
	struct block_steps s, in;
	char script[BLOCK_TEXT_MAX] = "";

	int err = block_steps(m->plan, &s);
	if (!err) {
		in = s;
		in.out = 0;
		in.count = s.count - s.out;
		memmove(in.prefixes, in.prefixes + s.out, in.count * sizeof in.prefixes[0]);
		int n = block_script(&in, script, sizeof script);
		err = n < 0 ? n : 0;
	}
	if (err) {
		snprintf(m->why, BLOCK_WHY_MAX, "%s",
			err == -EALREADY ? "all of it is blocked already"
			: err == -E2BIG  ? "too many smaller blocks lie in it: undo them first"
					 : "it is refused");
		return err;
	}
	put_each_out(&m->command, s.prefixes, s.out, " }' 2>/dev/null || :\n");
	lines_put(&m->command, "nft -f - <<'END'\n%sEND\n", script);
	put_each_out(&m->undo, in.prefixes, in.count, " }'\n");
	put_held_again(m, &s);
	note_steps(m, &s);
	return 0;
}

/* iptables. In raw's PREROUTING for the reasons in ways_nft.c. */

#define DROP_SET "-t raw %s PREROUTING -m set --match-set " BLOCK_TABLE "%c src -j DROP"

static void put_set(struct lines *l, bool v4)
{
	const char *tool = v4 ? "iptables" : "ip6tables";
	char family = v4 ? '4' : '6';

	lines_put(l,
		"ipset -exist create " BLOCK_TABLE
		"%c hash:net family %s timeout 0 maxelem 65536\n",
		family, v4 ? "inet" : "inet6");
	lines_put(l, "%s -w 5 " DROP_SET " 2>/dev/null ||\n", tool, "-C", family);
	lines_put(l, "  %s -w 5 " DROP_SET "\n", tool, "-I", family);
}

static int make_ipset(struct making *m)
{
	uint32_t seconds = m->plan->seconds;
	char text[PREFIX_TEXT_MAX];

	if (seconds > IPSET_SECONDS_MAX) {
		snprintf(m->why, BLOCK_WHY_MAX, "ipset lets nothing last longer than 24 days");
		return -EINVAL;
	}
	for (int v4 = 1; v4 >= 0; v4--)
		if (has_family(m->plan, v4))
			put_set(&m->command, v4);
	for (uint32_t i = 0; i < m->plan->count; i++) {
		const struct prefix *p = &m->plan->prefixes[i];
		lines_put(&m->command, "ipset -exist add " BLOCK_TABLE "%c %s timeout %u\n",
			prefix_is_v4(p) ? '4' : '6', prefix_short(p, text), seconds);
		lines_put(&m->undo, "ipset -exist del " BLOCK_TABLE "%c %s\n",
			prefix_is_v4(p) ? '4' : '6', prefix_short(p, text));
	}
	snprintf(m->note, (size_t)BLOCK_WHY_MAX * 2,
		"The rules and the sets " BLOCK_TABLE "4 and " BLOCK_TABLE
		"6 stay; iptables -t raw -D PREROUTING and ipset destroy take them out.");
	return 0;
}

#define DROP_ONE " PREROUTING -s %s -m comment --comment " BLOCK_TABLE " -j DROP\n"

static int make_iptables(struct making *m)
{
	put_both(&m->command, m->plan, "iptables -w 5 -t raw -I" DROP_ONE,
		"ip6tables -w 5 -t raw -I" DROP_ONE);
	put_both(&m->undo, m->plan, "iptables -w 5 -t raw -D" DROP_ONE,
		"ip6tables -w 5 -t raw -D" DROP_ONE);
	return 0;
}

/* Firewalls with a front. */

/* prepend (from 0.36 on) counts for each family; "insert 1" fails for IPv6 behind rules of IPv4. */
static int make_ufw(struct making *m)
{
	put_both(&m->command, m->plan, "ufw prepend deny from %s\n", "ufw prepend deny from %s\n");
	put_both(&m->undo, m->plan, "ufw delete deny from %s\n", "ufw delete deny from %s\n");
	snprintf(m->note, (size_t)BLOCK_WHY_MAX * 2,
		"Established connections are ended by: ss -K dst ADDRESS");
	return 0;
}

#define RICH "-rich-rule='rule family=\"%s\" source address=\"%s\" drop'"

static int make_firewalld(struct making *m)
{
	char text[PREFIX_TEXT_MAX];

	for (uint32_t i = 0; i < m->plan->count; i++) {
		const struct prefix *p = &m->plan->prefixes[i];
		const char *family = prefix_is_v4(p) ? "ipv4" : "ipv6";
		lines_put(&m->command, "firewall-cmd --add" RICH, family, prefix_short(p, text));
		if (m->plan->seconds)
			lines_put(&m->command, " --timeout=%us", m->plan->seconds);
		lines_put(&m->command, "\n");
		lines_put(&m->undo, "firewall-cmd --remove" RICH "\n", family, text);
	}
	return 0;
}

/* Daemons that ban. */

static bool is_jail(struct str name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_.-";

	if (name.n == 0 || name.n >= BLOCK_JAIL_MAX || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!memchr(good, name.p[i], sizeof good - 1))
			return false;
	return true;
}

static int make_fail2ban(struct making *m)
{
	const struct block_plan *plan = m->plan;

	if (!is_jail(plan->jail)) {
		snprintf(m->why, BLOCK_WHY_MAX, "fail2ban bans in a jail, and none is named");
		return -EINVAL;
	}
	lines_put(&m->command, "fail2ban-client set %.*s banip", STR_FMT(plan->jail));
	put_list(&m->command, plan);
	lines_put(&m->command, "\n");
	lines_put(&m->undo, "fail2ban-client set %.*s unbanip", STR_FMT(plan->jail));
	put_list(&m->undo, plan);
	lines_put(&m->undo, "\n");
	return 0;
}

#define CROWDSEC_FOREVER (365 * 24) /* hours: a decision has to end */

static int make_crowdsec(struct making *m)
{
	char text[PREFIX_TEXT_MAX], span[BLOCK_TIME_TEXT_MAX];

	snprintf(span, sizeof span, "%dh", CROWDSEC_FOREVER);
	if (m->plan->seconds)
		snprintf(span, sizeof span, "%us", m->plan->seconds);
	for (uint32_t i = 0; i < m->plan->count; i++) {
		const struct prefix *p = &m->plan->prefixes[i];
		const char *what = p->bits == ADDR_BITS ? "ip" : "range";
		lines_put(&m->command,
			"cscli decisions add --%s %s --duration %s --type ban "
			"--reason " BLOCK_TABLE "\n",
			what, prefix_short(p, text), span);
		lines_put(&m->undo, "cscli decisions delete --%s %s\n", what, text);
	}
	if (!m->plan->seconds)
		snprintf(m->note, (size_t)BLOCK_WHY_MAX * 2,
			"A decision has to end: this one does after a year.");
	return 0;
}

static int make_route(struct making *m)
{
	put_both(&m->command, m->plan, "ip route add blackhole %s\n",
		"ip -6 route add blackhole %s\n");
	put_both(
		&m->undo, m->plan, "ip route del blackhole %s\n", "ip -6 route del blackhole %s\n");
	return 0;
}

/* Web servers: what goes into their configuration. */

#define EDIT_UNDONE "# take the same lines out, and reload\n"

static int make_nginx(struct making *m)
{
	lines_put(&m->command, "# nginx: into http, server or location; then: nginx -s reload\n");
	put_both(&m->command, m->plan, "deny %s;\n", "deny %s;\n");
	lines_put(&m->undo, EDIT_UNDONE);
	return 0;
}

static int make_apache(struct making *m)
{
	lines_put(&m->command,
		"# Apache: into <Location \"/\"> of the site; then: apachectl graceful\n"
		"<RequireAll>\n\tRequire all granted\n");
	put_both(&m->command, m->plan, "\tRequire not ip %s\n", "\tRequire not ip %s\n");
	lines_put(&m->command, "</RequireAll>\n");
	lines_put(&m->undo, EDIT_UNDONE);
	return 0;
}

static int make_caddy(struct making *m)
{
	lines_put(&m->command, "# Caddyfile: into the site; then: caddy reload\n"
			       "@" BLOCK_TABLE " client_ip");
	put_list(&m->command, m->plan);
	lines_put(&m->command, "\nabort @" BLOCK_TABLE "\n");
	lines_put(&m->undo, EDIT_UNDONE);
	return 0;
}

static int make_haproxy(struct making *m)
{
	lines_put(&m->command,
		"# HAProxy: into the frontend; then: systemctl reload haproxy\n"
		"http-request deny deny_status 403 if { req.hdr_ip(X-Forwarded-For,-1)");
	put_list(&m->command, m->plan);
	lines_put(&m->command, " }\n");
	lines_put(&m->undo, EDIT_UNDONE);
	return 0;
}

static int (*const makers[WAYS])(struct making *m) = {
	[WAY_NFT] = make_nft,
	[WAY_IPSET] = make_ipset,
	[WAY_IPTABLES] = make_iptables,
	[WAY_UFW] = make_ufw,
	[WAY_FIREWALLD] = make_firewalld,
	[WAY_FAIL2BAN] = make_fail2ban,
	[WAY_CROWDSEC] = make_crowdsec,
	[WAY_ROUTE] = make_route,
	[WAY_NGINX] = make_nginx,
	[WAY_APACHE] = make_apache,
	[WAY_CADDY] = make_caddy,
	[WAY_HAPROXY] = make_haproxy,
};

static bool takes(const struct block_plan *plan, const struct prefix *p)
{
	return p->bits == ADDR_BITS || block_ways[plan->way].prefixes ||
	       (plan->way == WAY_FAIL2BAN && plan->jail_prefixes);
}

static int check(const struct block_plan *plan, char why[BLOCK_WHY_MAX])
{
	char text[PREFIX_TEXT_MAX];

	if (plan->way >= WAYS || plan->count == 0 || plan->count > BLOCK_PREFIXES_MAX) {
		snprintf(why, BLOCK_WHY_MAX, "a block is of 1 to %d prefixes", BLOCK_PREFIXES_MAX);
		return -EINVAL;
	}
	if (plan->seconds > BLOCK_SECONDS_MAX) {
		snprintf(why, BLOCK_WHY_MAX, "longer than 30 days: let it be without end");
		return -EINVAL;
	}
	for (uint32_t i = 0; i < plan->count; i++) {
		const struct prefix *p = &plan->prefixes[i];
		const char *refusal = block_refusal(p);
		prefix_format(p, text);
		if (refusal) {
			snprintf(why, BLOCK_WHY_MAX, "%s: %s", text, refusal);
			return -EINVAL;
		}
		if (!takes(plan, p)) {
			snprintf(why, BLOCK_WHY_MAX, "%s: %s takes addresses alone", text,
				block_ways[plan->way].name);
			return -ENOTSUP;
		}
	}
	return 0;
}

/* What a way does with a time that it cannot keep is said, never passed over. */
static void note_time(const struct block_plan *plan, char *note)
{
	size_t n = strlen(note);

	if (plan->seconds && !block_ways[plan->way].timeouts)
		snprintf(note + n, (size_t)BLOCK_WHY_MAX * 2 - n,
			"%sIt does not end by itself: the time is not kept.", n ? " " : "");
}

int block_text(const struct block_plan *plan, struct block_text *ret_text, char why[BLOCK_WHY_MAX])
{
	struct block_text text;
	struct making m = {plan, {.p = text.command, .cap = sizeof text.command},
		{.p = text.undo, .cap = sizeof text.undo}, text.note, why};

	text.command[0] = text.undo[0] = text.note[0] = '\0';
	int err = check(plan, why);
	if (!err)
		err = makers[plan->way](&m);
	if (!err && (m.command.full || m.undo.full)) {
		snprintf(why, BLOCK_WHY_MAX, "the commands are too long: block less at once");
		err = -E2BIG;
	}
	if (err)
		return err;
	note_time(plan, text.note);
	*ret_text = text;
	return 0;
}
