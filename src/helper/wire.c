// SPDX-License-Identifier: MIT
#include "helper/wire.h"

#include <errno.h>
#include <sys/socket.h>

/* IPv4 is held IPv4-mapped: its prefixes begin behind the mark. */
#define V4_BITS 96

static bool is_all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool prefix_is_canonical(const struct wire_prefix *w)
{
	struct addr a = addr_from_v6(w->addr);

	if (w->bits > ADDR_BITS || !is_all_zero(w->zero, sizeof w->zero))
		return false;
	if (addr_is_v4(&a) && w->bits < V4_BITS)
		return false;
	for (unsigned bit = w->bits; bit < ADDR_BITS; bit++)
		if (w->addr[bit / 8] >> (7 - bit % 8) & 1)
			return false;
	/* All zero is an address that is not known; only ::/0 may look so. */
	return !addr_is_unset(&a) || w->bits == 0;
}

static enum wire_fault check_ask(const union wire_message *m, const struct wire_side *side)
{
	const struct wire_ask *ask = &m->ask;
	static const struct wire_prefix none;

	if (ask->job >= side->jobs)
		return WIRE_BAD_JOB;
	if (ask->count > HELPER_PREFIXES_MAX)
		return WIRE_BAD_COUNT;
	if (ask->seconds > WIRE_SECONDS_MAX)
		return WIRE_BAD_TIME;
	for (uint32_t i = 0; i < HELPER_PREFIXES_MAX; i++) {
		bool fine = i < ask->count ? prefix_is_canonical(&ask->prefixes[i])
					   : memcmp(&ask->prefixes[i], &none, sizeof none) == 0;
		if (!fine)
			return WIRE_BAD_PREFIX;
	}
	return WIRE_FINE;
}

static enum wire_fault check_output(const union wire_message *m, const struct wire_side *side)
{
	(void)side;
	return m->output.n <= WIRE_BYTES_MAX ? WIRE_FINE : WIRE_BAD_COUNT;
}

static enum wire_fault check_done(const union wire_message *m, const struct wire_side *side)
{
	const struct wire_done *done = &m->done;

	(void)side;
	bool fine = done->err <= 0 && done->err > -4096 && done->status >= 0 &&
		    done->status <= 255 && done->cut <= 1;
	return fine ? WIRE_FINE : WIRE_BAD_COUNT;
}

static const struct {
	size_t size;
	bool to_helper;
	enum wire_fault (*check)(const union wire_message *m, const struct wire_side *side);
} kinds[WIRE_KINDS] = {
	[WIRE_ASK] = {sizeof(struct wire_ask), true, check_ask},
	[WIRE_READY] = {sizeof(struct wire_ready), false, NULL},
	[WIRE_OUTPUT] = {sizeof(struct wire_output), false, check_output},
	[WIRE_DONE] = {sizeof(struct wire_done), false, check_done},
	[WIRE_STREAM] = {sizeof(struct wire_stream), false, NULL},
	[WIRE_REFUSED] = {sizeof(struct wire_refused), false, NULL},
};

size_t wire_size(enum wire_kind kind)
{
	return kinds[kind].size;
}

enum wire_fault wire_check(
	const union wire_message *message, size_t n, const struct wire_side *side)
{
	if (n < sizeof message->kind)
		return WIRE_BAD_SIZE;
	uint32_t kind = message->kind;
	if (kind == 0 || kind >= WIRE_KINDS || kinds[kind].to_helper != side->is_helper)
		return WIRE_BAD_KIND;
	if (n != kinds[kind].size)
		return WIRE_BAD_SIZE;
	return kinds[kind].check ? kinds[kind].check(message, side) : WIRE_FINE;
}

const char *wire_fault_text(enum wire_fault fault)
{
	static const char *const texts[WIRE_FAULTS] = {
		[WIRE_FINE] = "nothing",
		[WIRE_BAD_SIZE] = "a message of a wrong size",
		[WIRE_BAD_KIND] = "a message of an unknown kind",
		[WIRE_BAD_JOB] = "a job that it does not have",
		[WIRE_BAD_COUNT] = "a number out of range",
		[WIRE_BAD_PREFIX] = "a network that is none",
		[WIRE_BAD_TIME] = "a duration out of range",
		[WIRE_BAD_ID] = "a question with a wrong number",
		[WIRE_BAD_FD] = "something else than a pipe",
	};

	return (unsigned)fault < WIRE_FAULTS ? texts[fault] : "an unknown fault";
}

void wire_put_args(struct wire_ask *ask, const struct helper_args *args)
{
	ask->seconds = args->seconds;
	ask->number = args->number;
	ask->count = args->prefix_count;
	for (uint32_t i = 0; i < args->prefix_count && i < HELPER_PREFIXES_MAX; i++) {
		memcpy(ask->prefixes[i].addr, args->prefixes[i].addr.b, 16);
		ask->prefixes[i].bits = args->prefixes[i].bits;
	}
}

void wire_take_args(const struct wire_ask *ask, struct helper_args *ret_args)
{
	*ret_args = (struct helper_args){
		.prefix_count = ask->count, .seconds = ask->seconds, .number = ask->number};
	for (uint32_t i = 0; i < ask->count; i++)
		ret_args->prefixes[i] = (struct prefix){
			.addr = addr_from_v6(ask->prefixes[i].addr), .bits = ask->prefixes[i].bits};
}

int wire_send(int fd, const union wire_message *message)
{
	size_t size = kinds[message->kind].size;
	ssize_t n;

	do
		n = send(fd, message, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

ssize_t wire_receive(int fd, union wire_message *ret_message)
{
	ssize_t n;

	/* Bytes that are missing must not be those of the message before. */
	*ret_message = (union wire_message){0};
	do
		n = recv(fd, ret_message, sizeof *ret_message, MSG_DONTWAIT | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Room for one descriptor, aligned as cmsg(3) wants it. */
union passing {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

int wire_send_fd(int fd, const union wire_message *message, int passed)
{
	union wire_message copy = *message;
	struct iovec part = {&copy, kinds[message->kind].size};
	union passing passing = {{0}};
	struct msghdr head = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = passing.bytes,
		.msg_controllen = sizeof passing.bytes};
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof passed);
	memcpy(CMSG_DATA(c), &passed, sizeof passed);
	ssize_t n;
	do
		n = sendmsg(fd, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* One that finds no room is closed by the kernel (unix(7)). */
static int passed_with(struct msghdr *head)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(head);
	int passed = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		c->cmsg_len == CMSG_LEN(sizeof passed))
		memcpy(&passed, CMSG_DATA(c), sizeof passed);
	return passed;
}

ssize_t wire_receive_fd(int fd, union wire_message *ret_message, int *ret_passed)
{
	struct iovec part = {ret_message, sizeof *ret_message};
	union passing passing = {{0}};
	struct msghdr head = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = passing.bytes,
		.msg_controllen = sizeof passing.bytes};

	*ret_message = (union wire_message){0};
	*ret_passed = -1;
	ssize_t n;

	do
		n = recvmsg(fd, &head, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*ret_passed = passed_with(&head);
	return n;
}
