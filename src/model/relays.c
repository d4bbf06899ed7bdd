// SPDX-License-Identifier: MIT
#include "model/relays.h"

#include "base/str.h"

#define DOCKER                                                                                   \
	"set \"userland-proxy\": false in /etc/docker/daemon.json, so that the kernel forwards " \
	"and addresses stay; give the network IPv6 if clients have it; or use host networking"
#define ROOTLESSKIT                                                                              \
	"its builtin port driver keeps addresses from RootlessKit 3.0 on, with userland-proxy "  \
	"false; before, take DOCKERD_ROOTLESS_ROOTLESSKIT_PORT_DRIVER=slirp4netns, or implicit " \
	"with DOCKERD_ROOTLESS_ROOTLESSKIT_NET=pasta"
#define PODMAN                                                                                 \
	"take --network pasta, or slirp4netns:port_handler=slirp4netns; for containers on a "  \
	"bridge rootless_port_forwarder=\"pasta\" in containers.conf, if podman knows it; or " \
	"socket activation"
#define PASTA                                                                                     \
	"it keeps the addresses of other machines; connections of this machine itself come from " \
	"a loopback or gateway address (passt(1), --map-host-loopback)"
#define SLIRP   "it keeps addresses if it forwards by itself (podman: port_handler=slirp4netns)"
#define VIRTUAL "it keeps no addresses; use host networking, or a proxy in front of it"

/* moby/cmd/docker-proxy; podman/cmd/rootlessport, earlier "containers-rootlessport";
 * rootless-containers/rootlesskit docs/port.md; passt's arch.c, which runs NAME.avx2 where the CPU
 * can; linuxkit/vpnkit; containers/gvisor-tap-vsock. */
const struct relay_kind relay_kinds[] = {
	{"docker-proxy", DOCKER},
	{"rootlesskit", ROOTLESSKIT},
	{"rootlessport", PODMAN},
	{"containers-root", PODMAN},
	{"pasta", PASTA},
	{"pasta.avx2", PASTA},
	{"passt", PASTA},
	{"passt.avx2", PASTA},
	{"slirp4netns", SLIRP},
	{"vpnkit", VIRTUAL},
	{"gvproxy", VIRTUAL},
};
const size_t relay_kind_count = ARRAY_LEN(relay_kinds);

_Static_assert(ARRAY_LEN(relay_kinds) <= RELAY_KINDS_MAX, "room for all where they are counted");

const struct relay_kind *relay_kind_of(const char *command)
{
	for (size_t i = 0; i < relay_kind_count; i++)
		if (strcmp(relay_kinds[i].name, command) == 0)
			return &relay_kinds[i];
	return NULL;
}

int relays_find(const struct relays *r, uint32_t ns, uint16_t lport)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->at[i].lport == lport && r->at[i].ns == ns)
			return (int)i;
	return -1;
}

static struct relay *idlest(struct relays *r)
{
	struct relay *oldest = &r->at[0];

	for (uint32_t i = 1; i < r->n; i++)
		if (r->at[i].seen < oldest->seen)
			oldest = &r->at[i];
	return oldest;
}

struct relay *relays_add(struct relays *r, uint32_t ns, uint16_t lport, usec_t idle_before)
{
	struct relay *place = r->n < RELAYS_MAX ? &r->at[r->n] : idlest(r);

	if (r->n < RELAYS_MAX)
		r->n++;
	else if (place->seen >= idle_before)
		return NULL;
	*place = (struct relay){.ns = ns, .lport = lport};
	return place;
}

void relays_remove(struct relays *r, struct relay *relay)
{
	*relay = r->at[--r->n];
}

void relays_expire(struct relays *r, usec_t idle_before)
{
	for (uint32_t i = r->n; i > 0; i--)
		if (r->at[i - 1].seen < idle_before)
			relays_remove(r, &r->at[i - 1]);
}
