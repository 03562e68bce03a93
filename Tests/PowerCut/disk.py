"""A file system in an image that loses power, and what a stricter one would have lost besides."""
import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

# What xfs calls XFS_IOC_GOINGDOWN and ext4 took over; 2: what is in the log's buffer is lost as well.
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
# xfs is no smaller; the image has holes.
SIZE = 400 << 20
MAKE = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}


class Disk:
    def __init__(self, kind, work):
        self.kind, self.mount = kind, work / "disk"
        # In memory: what reaches the image counts as durable, and the test should not wait for another disk.
        memory = Path("/dev/shm")
        self.image = (memory if memory.is_dir() else work) / f"{work.name}-{kind}.image"
        self.names = work / "names"
        self.spool = self.mount / "spool"
        self.mount.mkdir(exist_ok=True)

    def make(self):
        """A new file system."""
        self.image.unlink(missing_ok=True)
        self.image.touch(0o600)
        os.truncate(self.image, SIZE)
        subprocess.run([*MAKE[self.kind], str(self.image)], check=True, stdout=subprocess.DEVNULL)

    def attach(self):
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.mount)], check=True)
        if self.names.exists():
            self.names.rename(f"{self.names}.before")

    def detach(self):
        for _ in range(200):
            if subprocess.run(["umount", str(self.mount)], stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self.mount} stays busy")

    def cut_power(self):
        """From now on every call fails; after the next mount only what was durable is there."""
        root = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(root, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(root)

    def restore(self):
        """Power again. Removes every name whose folder was not synced since it was made, and says how many those were:
        POSIX promises no more than that. ext4 and xfs keep the name of a new file with its sync, so on them alone a
        folder sync that is missing would never be seen."""
        self.detach()
        lost = [Path(name) for name in self.unsynced_names()]
        self.attach()
        lost = [path for path in lost if path.exists()]
        for path in lost:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        return len(lost)

    def unsynced_names(self):
        made, begun = {}, {}
        for place, line in enumerate(self.names.read_text().splitlines()):
            what, thread, path = line.split(" ", 2)
            if what == "made":
                made[path] = place
            elif what == "begin":
                begun[thread] = place
            else:
                start = begun[thread]
                made = {name: at for name, at in made.items() if at > start or os.path.dirname(name) != path}
        return made

    def entries(self):
        """The files of the queue, by ID. The relay may remove an empty folder meanwhile: then once more."""
        while True:
            try:
                return {path.name: path for path in (self.spool / "queue").glob("*/*")}
            except FileNotFoundError:
                pass

    def aside(self):
        return [path for name in ("damaged", "failed") for path in (self.spool / name).glob("*")]

    def remove(self):
        self.image.unlink(missing_ok=True)
