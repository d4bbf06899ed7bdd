// SPDX-License-Identifier: MIT
#include "kernel/bpf_load.h"

#include "kernel/bpf_trampoline.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CPUS_MAX 4096

/* Each image has one. How the next one is asked for is another call in libbpf before 0.6, which
 * this macro of its knows. */
static struct bpf_program *program_of(const struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) return program;
	return NULL;
}

/* By its section, SEC("fentry/..."): libbpf before 0.7 cannot say what it makes of that. */
static bool is_in_section(const struct bpf_program *program, const char *section)
{
	return strncmp(bpf_program__section_name(program), section, strlen(section)) == 0;
}

static bool is_fentry(const struct bpf_object *object)
{
	return is_in_section(program_of(object), "fentry/");
}

int bpf_load_open(struct bpf_load *l, struct bpf_image image, const char *btf)
{
	struct bpf_object_open_opts opts = {.sz = sizeof opts, .btf_custom_path = btf};

	*l = (struct bpf_load){0};
	l->object = bpf_object__open_mem(image.bytes, image.size, &opts);
	if (!l->object)
		return -errno;
	return is_fentry(l->object) && !bpf_trampolines_are_safe(btf) ? BPF_LOAD_UNSAFE : 0;
}

int bpf_load_set(struct bpf_load *l, const char *section, const void *values, size_t size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(l->object, section);

	return map ? bpf_map__set_initial_value(map, values, size) : -ENOENT;
}

/* A packet that comes before the filter stays in the buffer: it may hold next to none. */
static int set_filter(int fd, int program)
{
	int none = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &none, sizeof none) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program) < 0)
		return -errno;
	return 0;
}

int bpf_load_tap(const struct bpf_load *l, int family, int protocol)
{
	int program = bpf_program__fd(program_of(l->object));
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), err;

	if (fd < 0)
		return -errno;
	err = set_filter(fd, program);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int bpf_load_taps(const struct bpf_load *l, int protocol, int ret_fds[static 2])
{
	int v4 = bpf_load_tap(l, AF_INET, protocol), v6;

	if (v4 < 0)
		return v4;
	v6 = bpf_load_tap(l, AF_INET6, protocol);
	if (v6 < 0 && v6 != -EAFNOSUPPORT) {
		close(v4);
		return v6;
	}
	ret_fds[0] = v4;
	ret_fds[1] = v6;
	return 0;
}

static int try_tap(const struct bpf_load *l)
{
	int fd = bpf_load_tap(l, AF_INET, IPPROTO_TCP);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int bpf_load_start(struct bpf_load *l)
{
	struct bpf_program *program = program_of(l->object);
	int err = bpf_object__load(l->object);

	if (err)
		return err;
	if (is_in_section(program, "socket"))
		return try_tap(l);
	l->link = bpf_program__attach(program);
	return l->link ? 0 : -errno;
}

void bpf_load_done(struct bpf_load *l)
{
	bpf_link__destroy(l->link);
	bpf_object__close(l->object);
	*l = (struct bpf_load){0};
}

int bpf_load_map(const struct bpf_load *l, const char *name)
{
	return bpf_object__find_map_fd_by_name(l->object, name);
}

uint64_t bpf_load_misses(struct bpf_load *l)
{
	int program = bpf_program__fd(program_of(l->object));
	struct bpf_prog_info info = {0};
	uint32_t size = sizeof info;
	uint64_t added;

	if (bpf_obj_get_info_by_fd(program, &info, &size) < 0)
		return 0;
	added = info.recursion_misses - l->missed;
	l->missed = info.recursion_misses;
	return added;
}

int bpf_count_init(struct bpf_count *c, int map)
{
	int cpus = libbpf_num_possible_cpus();

	if (map < 0)
		return map;
	if (cpus <= 0 || cpus > CPUS_MAX)
		return -EINVAL;
	*c = (struct bpf_count){.map = map, .cpus = cpus};
	c->per_cpu = calloc((size_t)cpus, sizeof *c->per_cpu);
	return c->per_cpu ? 0 : -ENOMEM;
}

void bpf_count_done(struct bpf_count *c)
{
	free(c->per_cpu);
	*c = (struct bpf_count){.map = -1};
}

uint64_t bpf_count_news(struct bpf_count *c)
{
	uint32_t zero = 0;
	uint64_t sum = 0, added;

	if (bpf_map_lookup_elem(c->map, &zero, c->per_cpu) < 0)
		return 0;
	for (int i = 0; i < c->cpus; i++)
		sum += c->per_cpu[i];
	added = sum - c->last;
	c->last = sum;
	return added;
}
