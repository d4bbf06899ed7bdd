// SPDX-License-Identifier: MIT
/* Any bytes are a cache file. What was taken from it is written, and read again the same. */
#include "base/text.h"
#include "enrich/cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1795000000000000)

static void require(int holds)
{
	if (!holds)
		abort();
}

static struct cache *open_cache(const char *dir)
{
	struct cache *c = cache_new(
		&(struct cache_options){
			.dir = dir, .ttl = 86400 * USEC_PER_SEC, .short_ttl = 600 * USEC_PER_SEC},
		NOW);

	require(c && cache_error(c) == 0);
	return c;
}

static void check_answer(struct cache *c)
{
	struct event e;
	struct addr a = {{0}};

	require(addr_parse(STR_LIT("8.8.8.8"), &a) == 0);
	if (!cache_find(c, &a, NOW, &e))
		return;
	require(e.kind == EVENT_REGISTRATION && prefix_contains(&e.registration.net, &a));
	require(text_is_clean(e.registration.name) && text_is_clean(e.registration.note));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char dir[64], file[96];

	if (!dir[0]) {
		snprintf(dir, sizeof dir, "/dev/shm/ng_cache_fuzz.%d", (int)getpid());
		snprintf(file, sizeof file, "%s/registrations.ndjson", dir);
		cache_free(open_cache(dir));
	}
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	struct cache *c = open_cache(dir);
	check_answer(c);
	struct event e = event_make(EVENT_REGISTRATION, NOW);
	require(prefix_parse(STR_LIT("9.9.9.0/24"), &e.registration.net) == 0);
	e.registration.name = STR_LIT("MORE");
	cache_put(c, &e);
	require(cache_save(c, NOW, false) == 0);
	uint32_t n = cache_count(c);
	cache_free(c);
	c = open_cache(dir);
	/* A last line without its end was half a line; what was added behind it has ended it. */
	require(cache_count(c) == n || cache_count(c) == n + 1);
	cache_free(c);
	return 0;
}
