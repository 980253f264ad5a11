"""The server of the classroom: Voilà, which runs a notebook for each page that is opened, on this machine only."""

import asyncio
import gc
import logging
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from relsim.errors import EngineError, needed
from relsim.scenario.files import bundled, load_scenario
from relsim.show.browser import style
from relsim.show.classroom.kernel import LANGUAGE, SCENARIO, SIGN
from relsim.show.twins import two_arms
from relsim.show.words import words

needed("anywidget", "the classroom is made of widgets of anywidget", "classroom")
needed("voila", "the classroom is served with Voilà", "classroom")

from jupyter_core.utils import run_sync  # noqa: E402  said beforehand where it is missing
from tornado.ioloop import IOLoop  # noqa: E402
from traitlets.config import Config  # noqa: E402
from voila.app import Voila  # noqa: E402

__all__ = ["free_port", "serve"]

HOST = "127.0.0.1"
_HERE = Path(__file__).resolve().parent
_EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
_FORGOTTEN = 3600
"""Seconds after which the kernel of a page that nobody looks at any more is ended."""


_PATIENCE = 120.0
"""Seconds to wait for the first kernel, which compiles the rules where nobody has yet."""


class _Server(Voila):  # type: ignore[misc]
    """Voilà that ends at once: a kernel of a page has nothing to keep."""

    def stop(self) -> None:
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        run_sync(self.kernel_manager.shutdown_all)(now=True)


def free_port(port: int) -> int:
    """Return the port where it is free, or for 0 one that is.

    Raises EngineError where it is not.
    """
    with socket.socket() as tried:
        if os.name == "posix":  # elsewhere it would take a port that is in use
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError as error:
            raise EngineError(f"port {port}: {error.strerror}; take another one with --port") from None
        return int(tried.getsockname()[1])


def serve(scenario: str, port: int, language: str, ready: Callable[[str], None]) -> None:
    """Serve the classroom of a scenario until somebody stops it.

    scenario: a bundled name, or the path of a file.
    port: a free one of this machine; nobody on another machine can reach it.
    ready: called with the address once the first page is ready to be opened, its rules compiled.

    Raises ScenarioError for what cannot be shown: a wrong scenario, one without two arms, an unknown language.
    """
    two_arms(load_scenario(scenario))
    config = _config(port, language)
    for name in ("tornado.access", "tornado.general"):
        logging.getLogger(name).setLevel(logging.ERROR)  # a wrong address is no news in the terminal
    with TemporaryDirectory() as folder:
        # a kernel finds what to show in its environment, and Voilà our template and kernel on the path of Jupyter
        os.environ[SCENARIO] = scenario if scenario in bundled() else str(Path(scenario).resolve())
        os.environ[LANGUAGE] = language
        os.environ[SIGN] = str(Path(folder) / "ready")
        paths = [str(_HERE / "share"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
        os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
        server = _Server(config=config)
        server.initialize([])
        IOLoop.current().add_callback(_announced, Path(os.environ[SIGN]), ready, f"http://localhost:{port}/")
        gc.freeze()  # what is loaded stays to the end: leaving takes no search through it
        server.start()


async def _announced(sign: Path, ready: Callable[[str], None], address: str) -> None:
    """Say where the page is once the first kernel has run the notebook, or after a while in any case."""
    until = time.monotonic() + _PATIENCE
    while not sign.exists() and time.monotonic() < until:
        await asyncio.sleep(0.05)
    ready(address)


def _config(port: int, language: str) -> Any:
    """Return how Voilà is set up: one notebook, no file, nothing that a request can choose, nothing from outside."""
    say = words(language)
    c = Config()
    c.Voila.notebook_path = str(_HERE / "classroom.ipynb")
    c.Voila.ip, c.Voila.port, c.Voila.port_retries = HOST, port, 0
    c.Voila.open_browser = False
    c.Voila.config_file_paths = []
    c.Voila.log_level = logging.ERROR
    c.Voila.tornado_settings = {
        "allow_remote_access": False,  # a page of another name that leads here is refused
        "disable_check_xsrf": True,  # else no page could end its kernel, whose name nobody else knows anyway
        "headers": {"Content-Security-Policy": _policy(port)},
        "ws_ping_timeout": 30_000,  # no longer than the interval, as tornado wants it
    }
    c.VoilaConfiguration.template = "relsim"
    c.VoilaConfiguration.allow_template_override = c.VoilaConfiguration.allow_theme_override = "NO"
    c.VoilaConfiguration.file_allowlist = []
    c.VoilaConfiguration.extension_allowlist = _EXTENSIONS
    c.VoilaConfiguration.preheat_kernel = True
    told = {key: say(f"classroom.{key}") for key in ("title", "waiting", "failed", "noscript")}
    c.VoilaConfiguration.resources = {"relsim": {"language": language, "style": style("classroom"), **told}}
    c.MappingKernelManager.cull_idle_timeout = _FORGOTTEN
    return c


def _policy(port: int) -> str:
    """Return what the page may load: its own, and never anything from another server."""
    talk = " ".join(f"ws://{name}:{port}" for name in ("localhost", HOST))
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            f"connect-src 'self' {talk}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
