"""Where a store lies: a folder on a file system, or objects at any address that pyarrow.fs knows.

Everything that must survive a crash goes through these few calls, so that tests can make each of them fail.
"""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Protocol

from relsim.errors import StoreError

__all__ = ["DRAFTS", "Folder", "Objects", "Place", "place_at"]

DRAFTS = "drafts"
"""The folder of what is of no account yet; on the same file system as the rest, so that a rename is one step."""


class Place(Protocol):
    """Files by name, with / between their parts."""

    address: str
    """As a worker elsewhere would have to say it."""

    def read(self, name: str) -> bytes:
        """Return what a file holds. Raises FileNotFoundError."""

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, whole and durably, in the place of an older one."""

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""

    def sizes(self, under: str = "") -> dict[str, int]:
        """Return the bytes of all files below a folder by name; of none where there is no such folder."""


def place_at(address: str | os.PathLike[str]) -> "Folder | Objects":
    """Return the place at an address: a path, or a URI such as s3://bucket/folder.

    Raises StoreError for an address that pyarrow.fs does not know.
    """
    text = os.fspath(address)
    return Objects(text) if "://" in text else Folder(Path(text).absolute())


@contextlib.contextmanager
def _told(place: str, doing: str) -> Iterator[None]:
    """Turn what a file system refuses into a message; a missing file stays FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError(
            f"{place}: cannot be {doing}: {error.strerror or error}; what is finished is kept, and once this is mended "
            "the same command goes on"
        ) from error


def _inside(name: str) -> str:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or PureWindowsPath(name).drive or "\\" in name:
        raise StoreError(f"{name}: leads out of the store; its journal was not written by relsim")
    return name


class Folder:
    """A folder on a local or shared POSIX file system."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.address = str(root)

    def __str__(self) -> str:
        return self.address

    def path(self, name: str) -> Path:
        """Return where a file is.

        Raises StoreError for a name that leads out of the store, which no journal of ours has.
        """
        return self.root / _inside(name)

    def read(self, name: str) -> bytes:
        with _told(f"{self.root / name}", "read"):
            return self.path(name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        draft = f"{DRAFTS}/{os.getpid()}.{name.replace('/', '.')}"
        self.draft(draft, data)
        self.move(draft, name)

    def draft(self, name: str, data: bytes) -> None:
        """Write a file that nobody reads yet, and see it safely onto the disk."""
        path = self.path(name)
        with _told(f"{path}", "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
                try:
                    _write_all(file, data)
                    os.fsync(file)
                finally:
                    os.close(file)
                _sync_folder(path.parent)
            except OSError:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
                raise

    def move(self, draft: str, name: str) -> None:
        """Give a draft its name, in one step and durably."""
        path = self.path(name)
        with _told(f"{path}", "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.path(draft).replace(path)
            _sync_folder(path.parent)

    def append(self, name: str, data: bytes) -> None:
        """Add to the end of a file, durably."""
        path = self.path(name)
        with _told(f"{path}", "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            try:
                _write_all(file, data)
                os.fsync(file)
            finally:
                os.close(file)
            if new:
                _sync_folder(path.parent)

    def remove(self, name: str) -> None:
        path = self.path(name)
        with _told(f"{path}", "removed"):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync_folder(path.parent)

    def sizes(self, under: str = "") -> dict[str, int]:
        base = self.path(under)
        with _told(f"{base}", "read"):
            found = {}
            for folder, _, files in os.walk(base):
                for file in files:
                    path = Path(folder, file)
                    with contextlib.suppress(FileNotFoundError):
                        found[path.relative_to(self.root).as_posix()] = path.stat().st_size
            return found

    @contextlib.contextmanager
    def held(self, name: str, *, shared: bool = False) -> Iterator[None]:
        """Hold a lock while something is done; the system lets go of it when the process ends, however it ends.

        Raises StoreError where another process holds it.
        """
        path = self.path(name)
        with _told(f"{path}", "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _locked(file, shared):
                holder = _holder(file)
                raise StoreError(
                    f"{self.root}: {holder} is at work on this store; wait for it, stop it, or take another folder"
                )
            if not shared:
                with _told(f"{path}", "written"):
                    os.ftruncate(file, 0)
                    since = time.strftime("%Y-%m-%d %H:%M:%S")
                    _write_all(file, f"process {os.getpid()} on {socket.gethostname()} (since {since})\n".encode())
            yield
        finally:
            os.close(file)

    def is_held(self, name: str) -> str:
        """Return who holds a lock, or the empty string where nobody does."""
        path = self.path(name)
        if not path.exists():
            return ""
        file = os.open(path, os.O_RDONLY)
        try:
            if _locked(file, shared=True):
                return ""
            return _holder(file)
        finally:
            os.close(file)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _holder(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    return os.read(file, 200).decode(errors="replace").strip() or "another process"


def _sync_folder(path: Path) -> None:
    if sys.platform == "win32":  # which cannot open folders, and orders its renames itself
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _locked(file: int, shared: bool) -> bool:
    """Take a lock on an open file without waiting, and say whether that went well."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(
            f"this file system has no locks ({error.strerror}); say the address as file:///..., which needs none, and "
            "take care that only one process is at work on it"
        ) from error
    return True


class Objects:
    """Objects at an address that pyarrow.fs knows: each is written whole, nothing is renamed, nothing is locked."""

    def __init__(self, address: str) -> None:
        import pyarrow as pa
        from pyarrow import fs

        self.address = address.rstrip("/")
        try:
            self._system, self._root = fs.FileSystem.from_uri(self.address)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise StoreError(f"{address}: not an address that pyarrow.fs can open: {error}") from error

    def __str__(self) -> str:
        return self.address

    def read(self, name: str) -> bytes:
        with (
            _told(f"{self.address}/{name}", "read"),
            self._system.open_input_stream(f"{self._root}/{_inside(name)}") as stream,
        ):
            data: bytes = stream.read()
            return data

    def write(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{_inside(name)}"
        with _told(f"{self.address}/{name}", "written"):
            # a bucket has no folders, and whoever may write objects may not always make buckets
            if self._system.type_name == "local":
                self._system.create_dir(path.rpartition("/")[0], recursive=True)
            with self._system.open_output_stream(path) as stream:
                stream.write(data)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError), _told(f"{self.address}/{name}", "removed"):
            self._system.delete_file(f"{self._root}/{_inside(name)}")

    def sizes(self, under: str = "") -> dict[str, int]:
        from pyarrow import fs

        base = f"{self._root}/{under}".rstrip("/")
        with _told(f"{self.address}/{under}", "read"):
            selected: Any = self._system.get_file_info(fs.FileSelector(base, allow_not_found=True, recursive=True))
        files = [info for info in selected if info.type == fs.FileType.File]
        return {info.path.removeprefix(f"{self._root}/"): info.size for info in files}
