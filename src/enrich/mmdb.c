// SPDX-License-Identifier: MIT
#include "enrich/mmdb.h"

#include "base/opener.h"
#include "base/text.h"
#include "enrich/mmdb_record.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MOST      (1u << 30)
#define METADATA_MOST  (128u << 10) /* from the end, by the specification */
#define CACHE_BITS     13
#define NOT_CACHED     UINT32_MAX
#define SAMPLE_NODES   20000 /* looked at to learn what a database tells */
#define SAMPLE_RECORDS 2000
#define TREE_DEPTH     128

/* Decoding a record is most of a look-up, and many networks share one. */
struct cached {
	uint32_t offset; /* of the record, or NOT_CACHED */
	struct mmdb_place place;
};

struct mmdb {
	unsigned refs;
	char *path;
	struct mmdb_identity identity;
	int from, memory; /* descriptors, while loading; -1 */
	char *copy;       /* the memory, while loading */
	size_t copied;
	bool is_open;
	MMDB_s db;
	char type[64];
	bool tells[MMDB_FACTS][MMDB_FAMILIES];
	char keys[MMDB_KEYS_MAX]; /* of a record that tells nothing */
	uint64_t damaged;
	struct cached *cache; /* 1 << CACHE_BITS, a record has one place in it */
};

struct mmdb_identity mmdb_identify(const struct stat *st)
{
	return (struct mmdb_identity){st->st_dev, st->st_ino, st->st_size, st->st_mtim};
}

bool mmdb_is_same(const struct mmdb_identity *a, const struct mmdb_identity *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Loading. */

static void end_loading(struct mmdb *db)
{
	if (db->copy)
		munmap(db->copy, (size_t)db->identity.size);
	db->copy = NULL;
	if (db->from >= 0)
		close(db->from);
	if (db->memory >= 0)
		close(db->memory);
	db->from = db->memory = -1;
}

static int make_memory(struct mmdb *db, size_t size)
{
	db->memory = memfd_create("nethergaze-geoip", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (db->memory < 0 || ftruncate(db->memory, (off_t)size) < 0)
		return -errno;
	char *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, db->memory, 0);
	if (copy == MAP_FAILED)
		return -errno;
	db->copy = copy;
	return 0;
}

static int open_files(struct mmdb *db)
{
	struct stat st;

	/* Not to wait for the other end of a pipe. */
	db->from = open(db->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (db->from < 0 && errno == EACCES) { /* others may open it for us */
		db->from = opener_open(NULL, db->path, &st);
		errno = db->from < 0 ? -db->from : 0;
	}
	if (db->from < 0 || fstat(db->from, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > SIZE_MOST)
		return -EFBIG;
	db->identity = mmdb_identify(&st);
	if (st.st_size == 0)
		return -EBADMSG;
	return make_memory(db, (size_t)st.st_size);
}

struct mmdb *mmdb_begin(const char *path, int *ret_err)
{
	struct mmdb *db = calloc(1, sizeof *db);

	*ret_err = -ENOMEM;
	if (!db)
		return NULL;
	db->refs = 1;
	db->from = db->memory = -1;
	db->path = strdup(path);
	if (db->path)
		*ret_err = open_files(db);
	if (!*ret_err)
		return db;
	mmdb_unref(db);
	return NULL;
}

struct mmdb *mmdb_ref(struct mmdb *db)
{
	db->refs++;
	return db;
}

void mmdb_unref(struct mmdb *db)
{
	if (!db || --db->refs)
		return;
	end_loading(db);
	if (db->is_open)
		MMDB_close(&db->db);
	free(db->cache);
	free(db->path);
	free(db);
}

static const char *find_metadata(const char *p, size_t n)
{
	static const char marker[] = "\xab\xcd\xefMaxMind.com";
	const char *end = p + n, *found = NULL;

	for (const char *at = p; (at = memmem(at, (size_t)(end - at), marker, sizeof marker - 1));)
		found = at += sizeof marker - 1;
	return found;
}

/* The metadata is the one thing that libmaxminddb reads by itself, and it recurses as deep as the
 * file says: what it is about to read is checked before. */
static int check_metadata(const char *p, size_t n)
{
	size_t tail = n > METADATA_MOST ? METADATA_MOST : n;
	const char *metadata = find_metadata(p + n - tail, tail);

	if (!metadata)
		return -EBADMSG;
	return mmdb_value_check((struct str){metadata, (size_t)(p + n - metadata)}, 0);
}

static int error_of(int status)
{
	return status == MMDB_OUT_OF_MEMORY_ERROR ? -ENOMEM
	       : status == MMDB_FILE_OPEN_ERROR   ? -EIO
						  : -EBADMSG;
}

static struct str data_of(const struct mmdb *db)
{
	return (struct str){(const char *)db->db.data_section, db->db.data_section_size};
}

static int read_record(struct mmdb *db, uint32_t offset, struct mmdb_record *record)
{
	return mmdb_record_read(data_of(db), offset, record);
}

/* Learning what it tells: from its type, and from some of its records. */

struct sample {
	struct mmdb *db;
	enum mmdb_family family;
	uint32_t nodes, records; /* still to be looked at */
};

/* "asn, name, domain" */
static void add_key(void *ctx, struct str key)
{
	struct mmdb *db = ctx;
	size_t n = strlen(db->keys);
	const struct str comma = {", ", n ? 2 : 0};

	if (n + comma.n + key.n + 1 > sizeof db->keys)
		return;
	memcpy(db->keys + n, comma.p, comma.n);
	n += comma.n;
	n += text_sanitise(db->keys + n, sizeof db->keys - 1 - n, key);
	db->keys[n] = '\0';
}

static void take_record(struct sample *s, const MMDB_entry_s *entry)
{
	bool(*tells)[MMDB_FAMILIES] = s->db->tells;
	struct mmdb_record record;

	if (s->records == 0)
		return;
	s->records--;
	if (read_record(s->db, entry->offset, &record) < 0)
		return;
	tells[MMDB_CITY][s->family] |= record.city.n > 0;
	tells[MMDB_COUNTRY][s->family] |= record.country.n > 0 || record.registered.n > 0;
	tells[MMDB_ASN][s->family] |= record.asn > 0;
	if (!s->db->keys[0])
		mmdb_record_keys(data_of(s->db), entry->offset, add_key, s->db);
}

/* `avoid` is where the other family's part of the tree begins. A damaged tree may go round. */
static void sample_tree(struct sample *s, uint64_t start, uint64_t avoid)
{
	uint64_t stack[TREE_DEPTH + 2];
	size_t n = 0;
	MMDB_search_node_s node;

	stack[n++] = start;
	while (n && s->nodes && s->records) {
		uint64_t at = stack[--n];
		s->nodes--;
		if (MMDB_read_node(&s->db->db, (uint32_t)at, &node) != MMDB_SUCCESS)
			continue;
		if (node.left_record_type == MMDB_RECORD_TYPE_DATA)
			take_record(s, &node.left_record_entry);
		if (node.right_record_type == MMDB_RECORD_TYPE_DATA)
			take_record(s, &node.right_record_entry);
		if (node.right_record_type == MMDB_RECORD_TYPE_SEARCH_NODE &&
			node.right_record != avoid && n < ARRAY_LEN(stack))
			stack[n++] = node.right_record;
		if (node.left_record_type == MMDB_RECORD_TYPE_SEARCH_NODE &&
			node.left_record != avoid && n < ARRAY_LEN(stack))
			stack[n++] = node.left_record;
	}
}

static void learn(struct mmdb *db)
{
	struct sample v4 = {db, MMDB_V4, SAMPLE_NODES, SAMPLE_RECORDS};
	struct sample v6 = {db, MMDB_V6, SAMPLE_NODES, SAMPLE_RECORDS};
	uint32_t start = db->db.ipv4_start_node.node_value, nodes = db->db.metadata.node_count;

	if (db->db.metadata.ip_version == 4) {
		sample_tree(&v4, 0, UINT64_MAX);
		return;
	}
	if (start < nodes)
		sample_tree(&v4, start, UINT64_MAX);
	/* All of IPv4 may be one network. */
	else if (start > nodes)
		take_record(&v4, &(MMDB_entry_s){&db->db, start - nodes - 16});
	sample_tree(&v6, 0, start);
}

/* A sample that met no city does not prove that there are none. */
static void believe_type(struct mmdb *db)
{
	if (!text_contains(str_of(db->type), STR_LIT("city")))
		return;
	for (int i = 0; i < MMDB_FAMILIES; i++)
		db->tells[MMDB_CITY][i] |= db->tells[MMDB_COUNTRY][i];
}

/* libmaxminddb opens a name; the memory has one under /proc. */
static int open_memory(struct mmdb *db)
{
	char name[32];

	fcntl(db->memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	snprintf(name, sizeof name, "/proc/self/fd/%d", db->memory);
	int status = MMDB_open(name, MMDB_MODE_MMAP, &db->db);
	if (status != MMDB_SUCCESS)
		return error_of(status);
	db->is_open = true;
	db->cache = malloc(sizeof *db->cache << CACHE_BITS);
	if (!db->cache)
		return -ENOMEM;
	size_t n =
		text_sanitise(db->type, sizeof db->type - 1, str_of(db->db.metadata.database_type));
	db->type[n] = '\0';
	for (size_t i = 0; i < 1u << CACHE_BITS; i++)
		db->cache[i].offset = NOT_CACHED;
	learn(db);
	believe_type(db);
	return 0;
}

/* What was read is looked at, and from now on nobody can write to it. */
static int end_copy(struct mmdb *db)
{
	size_t size = (size_t)db->identity.size;
	int err = check_metadata(db->copy, size);

	munmap(db->copy, size);
	db->copy = NULL;
	return err ? err : open_memory(db);
}

int mmdb_load(struct mmdb *db, size_t bytes)
{
	size_t size = (size_t)db->identity.size;

	while (bytes && db->copied < size) {
		size_t left = size - db->copied;
		ssize_t n = read(db->from, db->copy + db->copied, bytes < left ? bytes : left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0) /* it is being shortened */
			return -EBADMSG;
		db->copied += (size_t)n;
		bytes -= (size_t)n;
	}
	if (db->copied < size)
		return 1;
	int err = end_copy(db);
	end_loading(db);
	return err;
}

/* Look-ups. */

static uint8_t put_clean(char *buf, struct str text)
{
	return (uint8_t)text_sanitise(buf, MMDB_TEXT_MAX - 1, text);
}

static void put_country(char to[static 2], struct str code)
{
	if (code.n == 2)
		memcpy(to, code.p, 2);
}

static void clean(struct mmdb_place *place, const struct mmdb_record *record)
{
	*place = (struct mmdb_place){.asn = record->asn};
	put_country(place->country, record->country);
	put_country(place->registered, record->registered);
	if (record->city.n)
		place->city_n = put_clean(place->city, record->city);
	if (record->org.n)
		place->org_n = put_clean(place->org, record->org);
}

static struct cached *slot_of(const struct mmdb *db, uint32_t offset)
{
	return &db->cache[(offset * UINT32_C(2654435769)) >> (32 - CACHE_BITS)];
}

static MMDB_lookup_result_s look_up(const struct mmdb *db, const struct addr *ip, int *ret_status)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (addr_is_v4(ip)) {
		memcpy(&v4.sin_addr, ip->b + 12, 4);
		return MMDB_lookup_sockaddr(&db->db, (const struct sockaddr *)&v4, ret_status);
	}
	memcpy(&v6.sin6_addr, ip->b, 16);
	return MMDB_lookup_sockaddr(&db->db, (const struct sockaddr *)&v6, ret_status);
}

bool mmdb_find(struct mmdb *db, const struct addr *ip, const struct mmdb_place **ret)
{
	struct mmdb_record record;
	int status;

	MMDB_lookup_result_s found = look_up(db, ip, &status);
	if (status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR)
		return false;
	db->damaged += status != MMDB_SUCCESS;
	if (status != MMDB_SUCCESS || !found.found_entry)
		return false;
	struct cached *slot = slot_of(db, found.entry.offset);
	if (slot->offset != found.entry.offset) {
		if (read_record(db, found.entry.offset, &record) < 0) {
			db->damaged++;
			return false;
		}
		clean(&slot->place, &record);
		slot->offset = found.entry.offset;
	}
	*ret = &slot->place;
	return true;
}

bool mmdb_tells(const struct mmdb *db, enum mmdb_fact fact, enum mmdb_family family)
{
	return db->tells[fact][family];
}

const char *mmdb_keys(const struct mmdb *db)
{
	return db->keys;
}

const char *mmdb_path(const struct mmdb *db)
{
	return db->path;
}

const char *mmdb_type(const struct mmdb *db)
{
	return db->type;
}

int64_t mmdb_built(const struct mmdb *db)
{
	return (int64_t)db->db.metadata.build_epoch;
}

const struct mmdb_identity *mmdb_identity(const struct mmdb *db)
{
	return &db->identity;
}

uint64_t mmdb_damaged(const struct mmdb *db)
{
	return db->damaged;
}
