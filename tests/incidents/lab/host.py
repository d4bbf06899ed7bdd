# SPDX-License-Identifier: MIT
"""host: the two machines of an incident, as network namespaces joined by a link.

`server` is the one that nethergaze watches; in `world` live all of its clients, for whose addresses
whole blocks are local. Nothing leads out of them. The process that makes them is the first of a PID
namespace and has a mount namespace of its own (record starts it so): the kernel ends every process
and takes away every namespace, mount and file of the incident when it ends, however it ends."""
import os
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER4, SERVER6 = "192.0.2.80", "2001:db8:80::80"
GATEWAY4, GATEWAY6 = "192.0.2.1", "2001:db8:80::1"
# Who answers. From all other addresses nobody does: floods come from there.
HOMES = ["198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/16", "100.64.0.0/16", "2001:db8:4000::/36"]
SETTINGS = ["net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
            "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0"]
WORK = "/srv"  # a tmpfs of our own lies over it


def own_namespaces():
    """Refuses to run where it would change the machine's own."""
    if os.getpid() != 1 or os.geteuid() != 0:
        sys.exit("host: to be started by record, as the first process of a PID namespace")
    os.makedirs("/run/netns", exist_ok=True)
    for place in ("/run/netns", WORK):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,size=1g", "lab", place], check=True)
    socket.sethostname("web1")


class Hosts:
    def __init__(self):
        self.dir, self.procs = WORK, []
        own_namespaces()
        self.err = open(f"{self.dir}/stderr", "a", encoding="utf-8")

    def sh(self, command, check=True):
        run = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, check=False)
        if check and run.returncode:
            raise RuntimeError(f"{command}: {run.stdout.strip()}")
        return run.stdout

    def up(self):
        for name in ("server", "world"):
            self.sh(f"ip netns add {name} && ip -n {name} link set lo up")
        self.sh("ip link add eth0 netns server type veth peer name eth0 netns world")
        for name, v4, v6 in (("server", SERVER4, SERVER6), ("world", GATEWAY4, GATEWAY6)):
            self.set(name, *SETTINGS, "net.ipv4.conf.eth0.rp_filter=0")
            self.sh(f"ip -n {name} addr add {v4}/24 dev eth0")
            self.sh(f"ip -n {name} addr add {v6}/64 dev eth0 nodad")
            self.sh(f"ip -n {name} link set eth0 up")
        self.sh(f"ip -n server route add default via {GATEWAY4}")
        self.sh(f"ip -n server -6 route add default via {GATEWAY6}")
        # bind(2) takes an address of a local block in IPv4 as it is.
        self.set("world", "net.ipv4.ip_local_port_range='10000 65000'", "net.ipv6.ip_nonlocal_bind=1")
        self.set("server", "net.core.somaxconn=1024", "net.ipv4.tcp_max_syn_backlog=1024")

    def set(self, name, *settings):
        self.sh(f"ip netns exec {name} sysctl -qw {' '.join(settings)}")

    def settle(self, blocks):
        """Addresses of these blocks answer."""
        for block in blocks:
            self.sh(f"ip -n world {'-6' if ':' in block else ''} route add local {block} dev lo")

    def namespace(self):
        """What recordings call the server's."""
        return os.stat("/run/netns/server").st_ino

    def start(self, name, argv, **how):
        how = {"stdout": subprocess.DEVNULL, "stderr": self.err, "cwd": self.dir} | how
        proc = subprocess.Popen(["ip", "netns", "exec", name] + [str(a) for a in argv],
                                stdin=subprocess.DEVNULL, **how)
        self.procs.append(proc)
        return proc

    def run_python(self, name, script, *args):
        """One of the scripts beside this one."""
        return self.start(name, [sys.executable, f"{HERE}/{script}", *args])

    def end(self, proc, sig=signal.SIGTERM, seconds=5):
        """Ends it, and waits."""
        if proc.poll() is None:
            proc.send_signal(sig)
            try:
                proc.wait(seconds)
            except subprocess.TimeoutExpired:
                proc.kill()
                proc.wait()
        return proc.returncode

    def wait_for(self, what, condition, seconds=60):
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                raise RuntimeError(f"no {what} within {seconds} s: {self.said()}")
            time.sleep(0.05)

    def wait_port(self, port):
        self.wait_for(f"listener on {port}", lambda: self.sh(
            f"ip netns exec server ss -Htnl 'sport = :{port}'", check=False).strip())

    def said(self):
        """The end of what programs said of their trouble."""
        texts = []
        for name in ("stderr", "error.log"):
            try:
                with open(f"{self.dir}/{name}", encoding="utf-8", errors="replace") as f:
                    texts.append(f.read()[-600:].strip())
            except OSError:
                pass
        return " / ".join(text for text in texts if text)

    def write(self, name, text):
        """A file of the incident; returns its path."""
        path = f"{self.dir}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path
