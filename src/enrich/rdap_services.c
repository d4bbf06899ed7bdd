// SPDX-License-Identifier: MIT
#include "enrich/rdap_services.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEEP_FOR    (7 * 86400 * USEC_PER_SEC)
#define RETRY_AFTER (600 * USEC_PER_SEC)
#define RETRY_OWN   (30 * USEC_PER_SEC)

static const char *const file_names[FAMILIES] = {"ipv4.json", "ipv6.json"};

static enum family family_of(const struct addr *a)
{
	return addr_is_v4(a) ? FAMILY_V4 : FAMILY_V6;
}

bool rdap_services_load(struct rdap_services *s, enum family f, int fd, usec_t now)
{
	char *text;
	struct stat st;
	size_t n;

	if (s->own || fstat(fd, &st) < 0 || file_read_open(fd, BOOTSTRAP_BYTES_MAX, &text, &n) < 0)
		return false;
	bool fine = n > 0 && bootstrap_read(&s->tables[f], (struct str){text, n}, false) == 0;
	if (fine) {
		usec_t written = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC;
		s->due[f] = written <= now ? written + KEEP_FOR : now;
	}
	free(text);
	return fine;
}

void rdap_services_init(struct rdap_services *s, const char *base)
{
	*s = (struct rdap_services){.own = base && strcmp(base, RDAP_SERVICES_IANA) != 0};
	text_copy(s->base, sizeof s->base, str_of(base ? base : RDAP_SERVICES_IANA));
}

void rdap_services_done(struct rdap_services *s)
{
	for (int f = 0; f < FAMILIES; f++)
		bootstrap_done(&s->tables[f]);
}

const char *rdap_services_find(const struct rdap_services *s, const struct addr *a)
{
	const char *url = bootstrap_find(&s->tables[family_of(a)], a);

	/* The bundled table knows the registries alone, which is where a look-up of a network
	 * that IANA's does not list yet would end, too. */
	return url || s->own ? url : bootstrap_bundled(a);
}

bool rdap_services_are_coming(const struct rdap_services *s, const struct addr *a)
{
	enum family f = family_of(a);

	return s->own && !s->tables[f].row_count && (s->asking[f] || s->due[f] == 0);
}

static bool is_origin(const char *url, const char *host, unsigned port)
{
	char its_host[256];
	unsigned its_port;

	return fetch_origin(url, true, its_host, sizeof its_host, &its_port) == 0 &&
	       its_port == port && strcmp(its_host, host) == 0;
}

bool rdap_services_trust(const struct rdap_services *s, const char *url)
{
	char host[256];
	unsigned port;

	if (!s->own || fetch_origin(url, true, host, sizeof host, &port) < 0)
		return false;
	if (is_origin(s->base, host, port))
		return true;
	for (int f = 0; f < FAMILIES; f++)
		for (uint32_t i = 0; i < s->tables[f].service_count; i++)
			if (is_origin(s->tables[f].services[i], host, port))
				return true;
	return false;
}

bool rdap_services_next(struct rdap_services *s, usec_t now, enum family *ret_family,
	char url[static FETCH_URL_MAX])
{
	for (int f = 0; f < FAMILIES; f++) {
		if (s->asking[f] || s->due[f] > now)
			continue;
		size_t n = strlen(s->base);
		snprintf(url, FETCH_URL_MAX, "%s%s%s", s->base,
			n && s->base[n - 1] == '/' ? "" : "/", file_names[f]);
		s->asking[f] = true;
		*ret_family = (enum family)f;
		return true;
	}
	return false;
}

bool rdap_services_take(
	struct rdap_services *s, enum family f, const struct fetch_result *r, usec_t now)
{
	s->asking[f] = false;
	s->due[f] = now + (s->own ? RETRY_OWN : RETRY_AFTER);
	if (r->err || r->status != 200 || bootstrap_read(&s->tables[f], r->body, s->own) < 0)
		return false;
	s->due[f] = now + KEEP_FOR;
	return !s->own;
}
