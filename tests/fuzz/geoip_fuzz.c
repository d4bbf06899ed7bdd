// SPDX-License-Identifier: MIT
/* Any bytes are a GeoIP database. It is refused, or every look-up in it ends, with clean text. */
#include "base/text.h"
#include "enrich/mmdb.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* MMDB_open of libmaxminddb 1.7 forgets what it has read of metadata that turns out damaged. */
const char *__lsan_default_suppressions(void); // NOLINT(bugprone-reserved-identifier)

const char *__lsan_default_suppressions(void) // NOLINT(bugprone-reserved-identifier)
{
	return "leak:libmaxminddb";
}

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check(const struct mmdb_place *p)
{
	require(p->city_n < MMDB_TEXT_MAX && p->org_n < MMDB_TEXT_MAX);
	require(text_is_clean((struct str){p->city, p->city_n}));
	require(text_is_clean((struct str){p->org, p->org_n}));
	require(!p->country[0] || (p->country[0] >= 'A' && p->country[0] <= 'Z' &&
					  p->country[1] >= 'A' && p->country[1] <= 'Z'));
}

static void ask(struct mmdb *db)
{
	static const char *const ips[] = {"203.0.113.5", "13.7.0.1", "0.0.0.0", "255.255.255.255",
		"2001:db8::1", "::1", "ffff::", "2002:cb00:7105::"};
	const struct mmdb_place *p;
	struct addr ip;

	for (size_t i = 0; i < ARRAY_LEN(ips); i++) {
		require(addr_parse(str_of(ips[i]), &ip) == 0);
		if (mmdb_find(db, &ip, &p))
			check(p);
	}
	require(text_is_clean(str_of(mmdb_type(db))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC), err;
	char path[32];

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct mmdb *db = mmdb_begin(path, &err);
	while (db && (err = mmdb_load(db, 4096)) == 1)
		;
	if (db && !err)
		ask(db);
	mmdb_unref(db);
	close(fd);
	return 0;
}
