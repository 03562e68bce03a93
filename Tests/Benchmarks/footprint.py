"""footprint.py UNIT LEADER LISTENS SIZE EXPOSURE: one row of `footprint`, from a booted container whose pid 1 is LEADER.

Runs in the container's network, to knock at its port 25.
"""
import ctypes
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

STARTS = 7
SETTLING = 5  # seconds after a start until a relay counts as idle
SUBMISSIONS = 50
MESSAGE = b"From: root@office.test\nTo: someone@elsewhere.test\nSubject: footprint\n\nHello.\n"


def inside(leader, *command):
    return subprocess.run(
        ["nsenter", "-t", leader, "-a", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def processes(leader):
    wanted = os.readlink(f"/proc/{leader}/ns/pid")
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "ns/pid") == wanted:
                found.add(int(entry.name))
        except OSError:
            pass  # it ended meanwhile
    return found


def memory(pids):
    """Resident, proportional and anonymous megabytes of these processes together."""
    sums = {"Rss": 0, "Pss": 0, "Anonymous": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            key, _, rest = line.partition(":")
            if key in sums:
                sums[key] += int(rest.split()[0])
    return [kilobytes / 1024 for kilobytes in sums.values()]


def greeted(deadline):
    """A connection on which the relay has said 220."""
    while time.monotonic() < deadline:
        try:
            client = socket.create_connection(("127.0.0.1", 25), timeout=30)
            if client.recv(512).startswith(b"220"):
                return client
            client.close()
        except OSError:
            time.sleep(0.001)
    raise SystemExit("no greeting within its time")


def start(leader, unit, listens):
    begun = time.monotonic()
    starting = subprocess.Popen(["nsenter", "-t", leader, "-a", "systemctl", "start", unit])
    if listens:
        greeted(begun + 60).close()
        took = time.monotonic() - begun
        starting.wait()
    else:
        starting.wait()
        took = time.monotonic() - begun
    return took * 1000


def enter(leader):
    """From here on files are the container's, and programs that are run are processes of it."""
    places = [open(f"/proc/{leader}/ns/{kind}", "rb") for kind in ("pid", "mnt")]
    for place in places:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), 0) != 0:
            raise SystemExit(f"setns: {os.strerror(ctypes.get_errno())}")


def submit(meanwhile=lambda: None):
    """Runs sendmail; milliseconds until `meanwhile` is done, and until the program has ended well."""
    message = os.memfd_create("message")
    os.write(message, MESSAGE)
    os.lseek(message, 0, os.SEEK_SET)
    begun = time.perf_counter()
    pid = os.posix_spawn("/usr/sbin/sendmail", ["sendmail", "-t"], {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                         file_actions=[(os.POSIX_SPAWN_DUP2, message, 0)])
    meanwhile()
    between = time.perf_counter()
    status = os.waitpid(pid, 0)[1]
    ended = time.perf_counter()
    os.close(message)
    if status != 0:
        raise SystemExit(f"sendmail: {os.waitstatus_to_exitcode(status)}")
    return (between - begun) * 1000, (ended - begun) * 1000


def sendmail(leader, unit):
    """One cell: what it takes to hand a message over by the commands of the machine."""
    enter(leader)
    if not os.path.exists("/usr/sbin/sendmail"):
        return "none"
    ends = statistics.median(submit()[1] for _ in range(SUBMISSIONS))
    if unit != "postern":
        return f"{ends:.1f}"
    subprocess.run(["systemctl", "stop", unit], check=True)
    with socket.create_server(("127.0.0.1", 25)) as listener:
        connects = statistics.median(submit(lambda: listener.accept()[0].close())[0] for _ in range(SUBMISSIONS))
    return f"{connects:.1f}, {ends:.1f}"


def main():
    unit, leader, listens, size, exposure = sys.argv[1:]
    listens = listens == "yes"
    times = []
    for _ in range(STARTS):
        inside(leader, "systemctl", "stop", unit)
        inside(leader, "systemctl", "reset-failed")
        times.append(start(leader, unit, listens))
    inside(leader, "systemctl", "stop", unit)
    inside(leader, "systemctl", "reset-failed")
    time.sleep(1)
    others = processes(leader)
    inside(leader, "systemctl", "start", unit)
    time.sleep(SETTLING)
    own = processes(leader) - others
    idle = memory(own)
    client = None
    if listens:
        client = greeted(time.monotonic() + 30)
        time.sleep(1)
        busy = memory(processes(leader) - others)
    told = " | ".join(f"{value:.1f}" for value in idle)
    with_client = f"{busy[0]:.1f}, {busy[2]:.1f}" if client else "no listener"
    print(f"| {unit} | {len(own)} | {told} | {with_client} | {statistics.median(times):.0f} | {sendmail(leader, unit)} "
          f"| {size} | {exposure} |", flush=True)


main()
