// SPDX-License-Identifier: MIT
/* Which container a process is in, by its control groups as runtimes name them; and the set of
 * namespaces as this machine has it. */
#include "unit.h"

#include "kernel/netns.h"
#include "kernel/netns_name.h"

#include <unistd.h>

#define ID    "4c01db0b339ca1f8ab8a4bbc0e5b4f6ad2e5d1d9a8c7b6a5f4e3d2c1b0a99887"
#define OTHER "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"
#define SHORT "4c01db0b339c"

static void expect(const char *cgroup, const char *want)
{
	struct str got = netns_container(str_of(cgroup));

	if (want)
		assert_str(got, want);
	else if (got.p)
		fail_msg("%s gave \"%.*s\"", cgroup, STR_FMT(got));
}

static void docker(void **state)
{
	(void)state;
	expect("12:memory:/docker/" ID "\n11:cpu,cpuacct:/docker/" ID "\n0::/\n", SHORT);
	expect("0::/docker/" ID "\n", SHORT);
	expect("0::/system.slice/docker-" ID ".scope\n", SHORT);
	expect("1:name=systemd:/system.slice/docker-" ID ".scope", SHORT);
	/* Seen from another container of the host. */
	expect("0::/../" ID "\n", SHORT);
}

static void podman(void **state)
{
	(void)state;
	expect("0::/machine.slice/libpod-" ID ".scope/container\n", SHORT);
	expect("0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	       ".scope/container\n",
		SHORT);
	expect("9:pids:/libpod_parent/libpod-" ID "\n", SHORT);
	/* The monitor is no part of it. */
	expect("0::/machine.slice/libpod-conmon-" ID ".scope\n", NULL);
}

static void kubernetes(void **state)
{
	(void)state;
	expect("0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-"
	       "pod1b2c3d4e_0000_1111_2222_333344445555.slice/cri-containerd-" ID ".scope\n",
		SHORT);
	expect("3:memory:/kubepods/burstable/pod1b2c3d4e-0000-1111-2222-333344445555/" ID "\n",
		SHORT);
	expect("0::/kubepods.slice/kubepods-pod1b2c3d4e.slice/crio-" ID ".scope/container\n",
		SHORT);
	expect("0::/default/" ID "\n", SHORT);
	/* kind: a cluster in a container; the innermost counts. */
	expect("0::/docker/" OTHER "/kubelet.slice/kubelet-kubepods.slice/cri-containerd-" ID
	       ".scope\n",
		SHORT);
}

static void lxc_and_nspawn(void **state)
{
	(void)state;
	expect("0::/lxc.payload.web1/init.scope\n", "web1");
	expect("5:devices:/lxc/web1/system.slice/ssh.service\n", "web1");
	expect("0::/lxc.monitor.web1\n", NULL);
	expect("0::/machine.slice/systemd-nspawn@box.service/payload/init.scope\n", "box");
	expect("0::/machine.slice/machine-box.scope\n", "box");
}

static void no_container(void **state)
{
	(void)state;
	expect("", NULL);
	expect("0::/\n", NULL);
	expect("0::/system.slice/nginx.service\n", NULL);
	expect("0::/user.slice/user-0.slice/session-3.scope\n", NULL);
	expect("13:pids:/user.slice\n0::/init.scope\n", NULL);
	expect("0::/system.slice/" ID "0.scope\n", NULL);
	expect("0::/docker/4c01db0b339c\n", NULL);
	expect("0::/docker/" ID "Z\n", NULL);
	expect(":::\n::/\nabc", NULL);
	expect("0::/lxc.payload.\n", NULL);
}

/* Cut at any byte: nothing is read past the cut. */
static void truncated(void **state)
{
	static const char whole[] = "7:cpu:/\n0::/machine.slice/libpod-" ID ".scope/container";

	(void)state;
	for (size_t n = 0; n < sizeof whole; n++) {
		char *exact = malloc(n + !n);
		memcpy(exact, whole, n);
		netns_container((struct str){exact, n});
		free(exact);
	}
}

static void own_is_there(void **state)
{
	struct netns_set set;
	int fds[2];

	(void)state;
	assert_int_equal(netns_init(&set), 0);
	netns_scan_begin(&set);
	while (netns_scan_step(&set, UINT64_MAX))
		;
	uint32_t id = netns_find(&set, set.own_ino);
	assert_int_equal(id, set.own_id);
	const struct netns *own = netns_at(&set, id);
	assert_true(own->own && !own->renamed && !own->name[0]);
	assert_false(netns_is_gone(&set, own));
	assert_int_equal(netns_enter(&set, own), 0);
	assert_int_equal(netns_leave(&set), 0);
	assert_int_equal(netns_open_tables(&set, own, fds), 0);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	netns_done(&set);
}

/* What no scan finds is gone; entering it fails and leaves us where we were. */
static void vanished(void **state)
{
	struct netns_set set;
	struct netns ghost = {.ino = 1, .pid = 1, .file = "no-such-name"};
	int fds[2] = {-7, -7};

	(void)state;
	assert_int_equal(netns_init(&set), 0);
	ghost.scan = set.scan - 1;
	assert_true(netns_is_gone(&set, &ghost));
	assert_true(netns_enter(&set, &ghost) < 0);
	assert_false(set.away);
	assert_true(netns_open_tables(&set, &ghost, fds) < 0);
	assert_int_equal(fds[0], -7);
	assert_int_equal(netns_find(&set, 1), POOL_NONE);
	netns_done(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(docker),
		cmocka_unit_test(podman),
		cmocka_unit_test(kubernetes),
		cmocka_unit_test(lxc_and_nspawn),
		cmocka_unit_test(no_container),
		cmocka_unit_test(truncated),
		cmocka_unit_test(own_is_there),
		cmocka_unit_test(vanished),
	};

	return cmocka_run_group_tests_name("netns", tests, NULL, NULL);
}
