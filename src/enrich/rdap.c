// SPDX-License-Identifier: MIT
#include "enrich/rdap.h"

#include "base/text.h"
#include "enrich/country.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#define DEPTH_MAX    32  /* of the JSON */
#define NESTING_MAX  4   /* of entities in entities */
#define ENTITIES_MAX 200 /* looked at in one answer */
#define LIST_MAX     200 /* items looked at of one list */

int rdap_url(const char *base, const struct addr *a, char buf[static RDAP_URL_MAX])
{
	char ip[ADDR_TEXT_MAX];
	size_t n = strlen(base);

	addr_format(a, ip);
	int w = snprintf(
		buf, RDAP_URL_MAX, "%s%sip/%s", base, n && base[n - 1] == '/' ? "" : "/", ip);
	return w < RDAP_URL_MAX ? 0 : -E2BIG;
}

/* Reading JSON of which nothing is certain. */

static struct json_object *get(struct json_object *o, const char *name, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, name, &v))
		return NULL;
	return json_object_is_type(v, type) ? v : NULL;
}

static struct str text_of(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_string))
		return STR_ABSENT;
	return (struct str){json_object_get_string(o), (size_t)json_object_get_string_len(o)};
}

static struct str get_text(struct json_object *o, const char *name)
{
	return text_of(get(o, name, json_type_string));
}

static size_t length(struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	return n < LIST_MAX ? n : LIST_MAX;
}

static struct json_object *item(struct json_object *list, size_t i)
{
	return i < length(list) ? json_object_array_get_idx(list, i) : NULL;
}

/* The range. */

/* One of "cidr0_cidrs": {"v4prefix": "193.0.0.0", "length": 21}. */
static int read_cidr(struct json_object *o, struct prefix *ret)
{
	struct json_object *bits = get(o, "length", json_type_int);
	struct str text = get_text(o, "v4prefix");
	struct addr a;

	if (!text.p)
		text = get_text(o, "v6prefix");
	if (!bits || !text.p || addr_parse(text, &a) < 0)
		return -EINVAL;
	int64_t n = json_object_get_int64(bits);
	if (n < 0 || n > (addr_is_v4(&a) ? 32 : 128))
		return -EINVAL;
	*ret = prefix_of(&a, (unsigned)n);
	return 0;
}

static int read_range(struct json_object *o, const struct addr *asked, struct prefix *ret)
{
	struct json_object *cidrs = get(o, "cidr0_cidrs", json_type_array);
	struct addr first, last;
	struct prefix p;

	for (size_t i = 0; i < length(cidrs); i++) {
		if (read_cidr(item(cidrs, i), &p) < 0 || !prefix_contains(&p, asked) ||
			addr_is_v4(&p.addr) != addr_is_v4(asked) || !network_info_is_plausible(&p))
			continue;
		*ret = p;
		return 0;
	}
	if (addr_parse(get_text(o, "startAddress"), &first) < 0 ||
		addr_parse(get_text(o, "endAddress"), &last) < 0)
		return -EINVAL;
	return network_info_fit(&first, &last, asked, ret);
}

/* Entities and their vCards (RFC 7095). */

static bool has_role(struct json_object *entity, const char *role)
{
	struct json_object *roles = get(entity, "roles", json_type_array);

	for (size_t i = 0; i < length(roles); i++)
		if (str_eq(text_of(item(roles, i)), str_of(role)))
			return true;
	return false;
}

static struct str last_line(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '\n')
			return (struct str){s.p + i, s.n - i};
	return s;
}

/* ["adr", {"cc": "US", "label": "Street\nCity\nUnited States"}, "text", ["", …, "United States"]]:
 * by RFC 8605, RFC 7095 or RFC 6350, whichever it has. */
static struct str country_of_adr(struct json_object *adr)
{
	struct json_object *more = item(adr, 1);
	struct str s = get_text(more, "cc");

	if (!s.n)
		s = text_of(item(item(adr, 3), 6));
	if (!s.n)
		s = last_line(get_text(more, "label"));
	return country_code(s);
}

/* A text property's value; of one with several components, as "org", the first (RFC 6350, 6.6.4).
 */
static struct str value_of(struct json_object *property)
{
	struct json_object *value = item(property, 3);

	return json_object_is_type(value, json_type_array) ? text_of(item(value, 0))
							   : text_of(value);
}

/* A text property of the entity's vCard: ["fn", {}, "text", "Example Ltd"]; of "adr" its country.
 */
static struct str vcard_text(struct json_object *entity, const char *name)
{
	struct json_object *card = item(get(entity, "vcardArray", json_type_array), 1);

	for (size_t i = 0; i < length(card); i++) {
		struct json_object *property = item(card, i);
		if (str_eq(text_of(item(property, 0)), str_of(name)))
			return strcmp(name, "adr") == 0 ? country_of_adr(property)
							: value_of(property);
	}
	return STR_ABSENT;
}

/* The first entity of this role, or within one, whose vCard has the property. */
static struct str find_entity(
	struct json_object *o, const char *role, const char *property, int depth, int *budget)
{
	struct json_object *entities = get(o, "entities", json_type_array);

	for (size_t i = 0; i < length(entities) && (*budget)-- > 0; i++) {
		struct json_object *entity = item(entities, i);
		struct str s = STR_ABSENT;
		if (has_role(entity, role))
			s = vcard_text(entity, property);
		if (!s.n && depth < NESTING_MAX)
			s = find_entity(entity, role, property, depth + 1, budget);
		if (s.n)
			return s;
	}
	return STR_ABSENT;
}

static struct str entity_text(struct json_object *o, const char *role, const char *property)
{
	int budget = ENTITIES_MAX;

	return find_entity(o, role, property, 0, &budget);
}

static struct str registration_date(struct json_object *o)
{
	struct json_object *events = get(o, "events", json_type_array);

	for (size_t i = 0; i < length(events); i++)
		if (str_eq(get_text(item(events, i), "eventAction"), STR_LIT("registration")))
			return get_text(item(events, i), "eventDate");
	return STR_ABSENT;
}

/* "object truncated due to authorization", "result set truncated due to …", "object redacted …":
 * what the server left out, not what it knows (RFC 9083, 10.2.1). */
static bool is_about_the_answer(struct json_object *remark)
{
	struct str type = get_text(remark, "type");

	return text_contains(type, STR_LIT("truncated")) ||
	       text_contains(type, STR_LIT("redacted"));
}

/* Some registries name the holder in a remark alone. */
static struct str first_remark(struct json_object *o)
{
	struct json_object *remarks = get(o, "remarks", json_type_array);

	for (size_t i = 0; i < length(remarks); i++) {
		struct json_object *remark = item(remarks, i);
		if (!is_about_the_answer(remark))
			return text_of(item(get(remark, "description", json_type_array), 0));
	}
	return STR_ABSENT;
}

static void read_facts(struct json_object *o, struct network_info *n)
{
	network_info_text(n->name, sizeof n->name, get_text(o, "name"));
	network_info_text(n->handle, sizeof n->handle, get_text(o, "handle"));
	network_info_country(n->country, get_text(o, "country"));
	if (!n->country[0]) /* ARIN's networks have none */
		network_info_country(n->country, entity_text(o, "registrant", "adr"));
	network_info_text(n->org, sizeof n->org, entity_text(o, "registrant", "fn"));
	if (!n->org[0]) /* fn must be there, and may be empty since redaction (RFC 9537) */
		network_info_text(n->org, sizeof n->org, entity_text(o, "registrant", "org"));
	if (!n->org[0])
		network_info_text(n->org, sizeof n->org, first_remark(o));
	network_info_email(n->abuse, sizeof n->abuse, entity_text(o, "abuse", "email"));
	network_info_date(n->registered, registration_date(o));
}

static int read_network(struct json_object *o, const struct addr *asked,
	struct network_info *ret_net, const char **ret_error)
{
	struct network_info n = {0};

	*ret_error = "not an RDAP answer";
	if (!json_object_is_type(o, json_type_object))
		return -EINVAL;
	*ret_error = "an answer about no network";
	struct json_object *code = get(o, "errorCode", json_type_int);
	if (code && json_object_get_int(code) == 404)
		return -ENOENT;
	if (code || (get_text(o, "objectClassName").p &&
			    !str_eq(get_text(o, "objectClassName"), STR_LIT("ip network"))))
		return -EINVAL;
	*ret_error = "an answer about another network";
	if (read_range(o, asked, &n.net) < 0)
		return -ENOENT;
	*ret_error = "an answer without a name";
	read_facts(o, &n);
	if (!network_info_says_something(&n))
		return -ENOENT;
	*ret_net = n;
	return 0;
}

int rdap_read(struct str body, const struct addr *asked, struct network_info *ret_net,
	const char **ret_error)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);

	*ret_error = "out of memory";
	if (!tokener)
		return -EINVAL;
	*ret_error = "an answer that is too long";
	struct json_object *o = NULL;
	int err = -EINVAL;
	if (body.n <= RDAP_ANSWER_MAX) {
		o = body.n ? json_tokener_parse_ex(tokener, body.p, (int)body.n) : NULL;
		err = read_network(o, asked, ret_net, ret_error);
	}
	json_object_put(o);
	json_tokener_free(tokener);
	return err;
}
