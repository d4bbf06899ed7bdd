/* SPDX-License-Identifier: MIT
 *
 * bpf_load: one BPF object with one program, loaded and attached. Each probe is one, so that each
 * can fail alone; the reason is then in bpf_log.
 */
#ifndef NG_KERNEL_BPF_LOAD_H
#define NG_KERNEL_BPF_LOAD_H

#include <bpf/libbpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* A compiled object, part of this program. */
struct bpf_image {
	const void *bytes;
	size_t size;
};

struct bpf_load {
	struct bpf_object *object;
	struct bpf_link *link;
	uint64_t missed; /* as last read */
};

/* What bpf_load_open returns for a program that this kernel runs, and may crash of
 * (kernel/bpf_trampoline.h). */
#define BPF_LOAD_UNSAFE (-ENOTRECOVERABLE)

/* Reads the object. btf: a file that describes this kernel's types, or NULL: the kernel's own.
 * Its maps can be sized now. 0 or -errno; bpf_load_done is right after a failure too. */
int bpf_load_open(struct bpf_load *l, struct bpf_image image, const char *btf);

/* Gives the program's variables of a section (".rodata") their values, before it is loaded: all of
 * the section at once. 0 or -errno. */
int bpf_load_set(struct bpf_load *l, const char *section, const void *values, size_t size);

/* Loads and attaches what was opened. 0, or -errno with nothing left but what opening made. A
 * socket filter is attached to a socket that is closed again, to see whether it can be. */
int bpf_load_start(struct bpf_load *l);

/* Opens a raw socket of all packets of a protocol (IPPROTO_TCP, IPPROTO_UDP) that this network
 * namespace takes in, with the program, a socket filter, on it. family: AF_INET or AF_INET6. A
 * descriptor for the caller to close, or -errno: -EPERM without CAP_NET_RAW, -EAFNOSUPPORT where
 * there is no IPv6. */
int bpf_load_tap(const struct bpf_load *l, int family, int protocol);

/* The same for both families. ret_fds[1] is -1 where there is no IPv6. 0 or -errno. */
int bpf_load_taps(const struct bpf_load *l, int protocol, int ret_fds[static 2]);

void bpf_load_done(struct bpf_load *l);

/* The descriptor of a map; it belongs to l. -ENOENT when there is none of that name. */
int bpf_load_map(const struct bpf_load *l, const char *name);

/* How often since the last call the program was due and did not run, because an interrupt had come
 * while it was running on that CPU: programs do not nest, and nothing says what it would have done.
 * Counted by Linux 5.12 and newer for fentry, 6.2 for tp_btf (which nest before), 6.7 for kprobes,
 * which no program of their kind may interrupt (recursion_misses). */
uint64_t bpf_load_misses(struct bpf_load *l);

/* A number that the kernel keeps for each CPU by itself, and that only grows. */
struct bpf_count {
	int map, cpus;
	uint64_t *per_cpu;
	uint64_t last; /* its sum as last read */
};

/* map: a per-CPU array of one number; it stays the caller's. 0 or -errno. */
int bpf_count_init(struct bpf_count *c, int map);
void bpf_count_done(struct bpf_count *c);

/* How much it has grown since the last call. */
uint64_t bpf_count_news(struct bpf_count *c);

#endif
