// SPDX-License-Identifier: MIT
#include "enrich/bootstrap.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

#define DEPTH_MAX 8

/* The bundled table. */

enum registry_id {
	ARIN,
	RIPE,
	APNIC,
	LACNIC,
	AFRINIC,
	REGISTRIES
};

static const char *const registries[REGISTRIES] = {
	[ARIN] = "https://rdap.arin.net/registry/",
	[RIPE] = "https://rdap.db.ripe.net/",
	[APNIC] = "https://rdap.apnic.net/",
	[LACNIC] = "https://rdap.lacnic.net/rdap/",
	[AFRINIC] = "https://rdap.afrinic.net/rdap/",
};

/* IANA IPv4 Address Space Registry: the registry that each /8 is designated to, or whose whois
 * answers for it, as a letter; of legacy blocks too. */
static const char of_v4[] = ".praaraaaa.aaapaaaaaaaaaarapaaar"  /* 0 */
			    "aaaaprapafppaaraapararaaarppppra"  /* 32 */
			    "aaaaaaaaaaaaarrrrrrrrrrrrrrrrrrr"  /* 64 */
			    "aaaaapfpafpaarppppppppppppppppp."  /* 96 */
			    "aaaaapaaaaaaaraaaraaaaprapfaaaaa"  /* 128 */
			    "aaapaaaaaaapaaaprlrlplpparllrlll"  /* 160 */
			    "arrrffaallppaaaaaapprraaarpppppp"  /* 192 */
			    "................................"; /* 224 */

/* IANA IPv6 Global Unicast Address Assignments. */
static const struct {
	struct prefix net;
	enum registry_id registry;
} of_v6[] = {
	{{{{0x20, 0x01, 0x02, 0x00}}, 23}, APNIC},
	{{{{0x20, 0x01, 0x04, 0x00}}, 23}, ARIN},
	{{{{0x20, 0x01, 0x06, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x08, 0x00}}, 22}, RIPE},
	{{{{0x20, 0x01, 0x0c, 0x00}}, 22}, APNIC},
	{{{{0x20, 0x01, 0x12, 0x00}}, 23}, LACNIC},
	{{{{0x20, 0x01, 0x14, 0x00}}, 22}, RIPE},
	{{{{0x20, 0x01, 0x18, 0x00}}, 23}, ARIN},
	{{{{0x20, 0x01, 0x1a, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x1c, 0x00}}, 22}, RIPE},
	{{{{0x20, 0x01, 0x20, 0x00}}, 19}, RIPE},
	{{{{0x20, 0x01, 0x40, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x42, 0x00}}, 23}, AFRINIC},
	{{{{0x20, 0x01, 0x44, 0x00}}, 23}, APNIC},
	{{{{0x20, 0x01, 0x46, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x48, 0x00}}, 23}, ARIN},
	{{{{0x20, 0x01, 0x4a, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x4c, 0x00}}, 23}, RIPE},
	{{{{0x20, 0x01, 0x50, 0x00}}, 20}, RIPE},
	{{{{0x20, 0x01, 0x80, 0x00}}, 19}, APNIC},
	{{{{0x20, 0x01, 0xa0, 0x00}}, 19}, APNIC},
	{{{{0x20, 0x03, 0x00, 0x00}}, 18}, RIPE},
	{{{{0x24, 0x00, 0x00, 0x00}}, 11}, APNIC},
	{{{{0x26, 0x00, 0x00, 0x00}}, 12}, ARIN},
	{{{{0x26, 0x10, 0x00, 0x00}}, 23}, ARIN},
	{{{{0x26, 0x20, 0x00, 0x00}}, 23}, ARIN},
	{{{{0x26, 0x30, 0x00, 0x00}}, 12}, ARIN},
	{{{{0x28, 0x00, 0x00, 0x00}}, 12}, LACNIC},
	{{{{0x2a, 0x00, 0x00, 0x00}}, 11}, RIPE},
	{{{{0x2c, 0x00, 0x00, 0x00}}, 12}, AFRINIC},
};

const char *bootstrap_bundled(const struct addr *a)
{
	static const char letters[REGISTRIES] = {'a', 'r', 'p', 'l', 'f'};

	if (addr_is_v4(a)) {
		for (unsigned i = 0; i < REGISTRIES; i++)
			if (letters[i] == of_v4[a->b[12]])
				return registries[i];
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(of_v6); i++)
		if (prefix_contains(&of_v6[i].net, a))
			return registries[of_v6[i].registry];
	return NULL;
}

const char *bootstrap_bundled_service(unsigned i)
{
	return i < REGISTRIES ? registries[i] : NULL;
}

/* IANA's documents: {"services": [[["1.0.0.0/8", …], ["https://…", …]], …]}. */

void bootstrap_done(struct bootstrap *b)
{
	free(b->rows);
	free(b->services);
	*b = (struct bootstrap){0};
}

static struct str text_at(struct json_object *list, size_t i)
{
	struct json_object *o = json_object_array_get_idx(list, i);

	if (!json_object_is_type(o, json_type_string))
		return STR_ABSENT;
	return (struct str){json_object_get_string(o), (size_t)json_object_get_string_len(o)};
}

static bool is_url(struct str s, struct str scheme)
{
	if (s.n >= BOOTSTRAP_URL_MAX || s.n <= scheme.n || !str_starts(s, scheme))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static struct str choose_url(struct json_object *urls, bool allow_http)
{
	const struct str schemes[] = {STR_LIT("https://"), STR_LIT("http://")};

	for (size_t s = 0; s < (allow_http ? 2u : 1u); s++)
		for (size_t i = 0; i < json_object_array_length(urls); i++)
			if (is_url(text_at(urls, i), schemes[s]))
				return text_at(urls, i);
	return STR_ABSENT;
}

static int read_service(struct bootstrap *b, struct json_object *service, bool allow_http)
{
	struct prefix net;

	if (!json_object_is_type(service, json_type_array) || json_object_array_length(service) < 2)
		return -EINVAL;
	struct json_object *nets = json_object_array_get_idx(service, 0);
	struct json_object *urls = json_object_array_get_idx(service, 1);
	if (!json_object_is_type(nets, json_type_array) ||
		!json_object_is_type(urls, json_type_array))
		return -EINVAL;
	struct str url = choose_url(urls, allow_http);
	if (!url.p)
		return 0;
	if (b->service_count == BOOTSTRAP_SERVICES_MAX)
		return -EINVAL;
	memcpy(b->services[b->service_count], url.p, url.n);
	for (size_t i = 0; i < json_object_array_length(nets); i++) {
		if (prefix_parse(text_at(nets, i), &net) < 0 || b->row_count == BOOTSTRAP_NETS_MAX)
			return -EINVAL;
		b->rows[b->row_count++] = (struct bootstrap_row){net, b->service_count};
	}
	b->service_count++;
	return 0;
}

static int read_services(struct bootstrap *b, struct json_object *document, bool allow_http)
{
	struct json_object *services;

	if (!json_object_is_type(document, json_type_object) ||
		!json_object_object_get_ex(document, "services", &services) ||
		!json_object_is_type(services, json_type_array))
		return -EINVAL;
	b->rows = calloc(BOOTSTRAP_NETS_MAX, sizeof *b->rows);
	b->services = calloc(BOOTSTRAP_SERVICES_MAX, sizeof *b->services);
	if (!b->rows || !b->services)
		return -ENOMEM;
	for (size_t i = 0; i < json_object_array_length(services); i++)
		if (read_service(b, json_object_array_get_idx(services, i), allow_http) < 0)
			return -EINVAL;
	return b->row_count ? 0 : -EINVAL;
}

int bootstrap_read(struct bootstrap *b, struct str json, bool allow_http)
{
	struct bootstrap fresh = {0};
	struct json_object *document = NULL;
	int err = -EINVAL;

	if (!json.n || json.n > BOOTSTRAP_BYTES_MAX)
		return -EINVAL;
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!tokener)
		return -ENOMEM;
	document = json_tokener_parse_ex(tokener, json.p, (int)json.n);
	err = read_services(&fresh, document, allow_http);
	json_object_put(document);
	json_tokener_free(tokener);
	if (err) {
		bootstrap_done(&fresh);
		return err;
	}
	bootstrap_done(b);
	*b = fresh;
	return 0;
}

const char *bootstrap_find(const struct bootstrap *b, const struct addr *a)
{
	const struct bootstrap_row *best = NULL;

	for (uint32_t i = 0; i < b->row_count; i++) {
		const struct bootstrap_row *r = &b->rows[i];
		if (addr_is_v4(&r->net.addr) == addr_is_v4(a) && prefix_contains(&r->net, a) &&
			(!best || r->net.bits > best->net.bits))
			best = r;
	}
	return best ? b->services[best->service] : NULL;
}
