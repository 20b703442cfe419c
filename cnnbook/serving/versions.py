"""Several versions of a model side by side: which are loaded, which one answers.

All methods run in one event loop. The default is a name that points at a loaded
version, exchanged between two requests: whoever was accepted before is answered by
the version that accepted him.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnbook.manifest import ManifestError, verify
from cnnbook.serving import explanation
from cnnbook.serving.batching import Batcher
from cnnbook.serving.errors import RequestError
from cnnbook.serving.metrics import Metrics
from cnnbook.serving.predictor import Predictor, load_predictor
from cnnbook.serving.settings import Settings

MOST_LOADED = 8  # versions held in memory; unload one to make place


@dataclass(frozen=True)
class Version:
    """A loaded version: `predict` answers (probabilities,), `explain` adds maps."""

    number: str
    predictor: Predictor
    predict: Batcher
    explain: Batcher | None


class Versions:
    """The versions of one model in `store`/`model`, of which one is the default."""

    def __init__(self, settings: Settings, metrics: Metrics):
        self.folder = Path(settings.store) / settings.model
        self._settings, self._metrics = settings, metrics
        self._loaded: dict[str, Version] = {}
        self._history: list[str] = []  # earlier defaults, the last one last
        self._default: str | None = None
        self._changing = asyncio.Lock()  # one load at a time, for the memory's sake
        self._threads = [ThreadPoolExecutor(1, "predict"), ThreadPoolExecutor(1, "map")]

    @property
    def default(self) -> str | None:
        """The number of the version that answers, None before the start."""
        return self._default

    @property
    def loaded(self) -> list[str]:
        """The numbers of the loaded versions, ascending."""
        return sorted(self._loaded, key=int)

    @property
    def previous(self) -> str | None:
        """What a rollback would make the default."""
        kept = [number for number in self._history if number in self._loaded]
        return kept[-1] if kept else None

    @property
    def num_waiting(self) -> int:
        """Images in all queues."""
        return sum(version.predict.num_waiting for version in self._loaded.values())

    def available(self) -> list[str]:
        """The numbers of the versions on disk, ascending."""
        if not self.folder.is_dir():
            return []
        names = [path.name for path in self.folder.iterdir() if path.is_dir()]
        return sorted((name for name in names if _is_number(name)), key=int)

    def get(self, number: str | None = None) -> Version:
        """The loaded version `number`, or the default; 404 where there is none."""
        wanted = self._default if number is None else number
        version = self._loaded.get(wanted)
        if version is None:
            raise RequestError(
                404,
                f"version {wanted} of {self._settings.model} is not loaded; loaded: "
                f"{', '.join(self.loaded) or 'none'}.",
            )
        return version

    def first(self) -> str:
        """The version that the settings ask for, with its files verified.

        Raises `ManifestError` where there is none, or where it was changed.
        """
        wanted, on_disk = self._settings.version, self.available()
        if wanted == "latest" and on_disk:
            wanted = on_disk[-1]
        if wanted not in on_disk:
            raise ManifestError(
                f"{self.folder} must hold version {wanted}, it holds "
                f"{', '.join(on_disk) or 'none'}. Make one: "
                "python -m cnnbook.deploy --store STORE"
            )
        verify(self.folder / wanted)
        return wanted

    async def start(self) -> None:
        """Load and warm up the first version, and make it the default."""
        number = self.first()
        await self.load(number)
        self._point(number)

    async def load(self, number: str) -> Version:
        """Verify, load and warm up a version; nothing changes where that fails."""
        async with self._changing:
            if number in self._loaded:
                return self._loaded[number]
            if number not in self.available():
                raise RequestError(404, f"there is no version {number} in the store.")
            if len(self._loaded) >= MOST_LOADED:
                raise RequestError(
                    409, f"{MOST_LOADED} versions are loaded. Unload one first."
                )
            loop = asyncio.get_running_loop()
            loading = loop.run_in_executor(None, self._build, number)
            await asyncio.wait([loading])
            problem = loading.exception()
            if problem is not None:
                raise RequestError(
                    409, f"version {number} cannot be loaded: {problem}"
                ) from problem
            self._loaded[number] = loading.result()
            self._tell()
            return self._loaded[number]

    async def unload(self, number: str) -> None:
        """Forget a version that is not the default; its last answers still arrive."""
        self.get(number)
        if number == self._default:
            raise RequestError(
                409, f"version {number} is the default. Make another one the default."
            )
        del self._loaded[number]
        self._tell()

    async def set_default(self, number: str) -> None:
        """Load `number` where it is not, then let it answer."""
        await self.load(number)
        self._point(number)

    def roll_back(self) -> str:
        """Let the default before this one answer again; its number."""
        previous = self.previous
        if previous is None:
            raise RequestError(409, "there is no earlier default that is loaded.")
        while self._history.pop() != previous:
            pass
        self._default = previous
        self._tell()
        return previous

    def close(self) -> None:
        """Let the threads end after what they do."""
        for threads in self._threads:
            threads.shutdown(wait=True)

    def _point(self, number: str) -> None:
        if self._default not in (None, number):
            self._history.append(self._default)
        self._default = number
        self._tell()

    def _tell(self) -> None:
        self._metrics.set_versions(self._settings.model, self.loaded, self._default)

    def _build(self, number: str) -> Version:
        """Everything slow about a version, in a thread of its own."""
        settings = self._settings
        predictor = load_predictor(
            self.folder / number,
            file_name=settings.file_name,
            threads=settings.threads,
            max_batch=settings.max_batch,
        )
        if (predictor.manifest.model, predictor.manifest.version) != (
            settings.model,
            number,
        ):
            raise ManifestError(
                f"the manifest in {predictor.folder} is that of "
                f"{predictor.manifest.model} {predictor.manifest.version}."
            )
        predictor.warm_up()
        explain = None
        if explanation.FILE_NAME in predictor.manifest.files:
            path = predictor.folder / explanation.FILE_NAME
            run = explanation.load_explainer(path, threads=settings.threads)
            explain = self._batcher(run, self._threads[1])
        observe = self._metrics.batch_observer(number)

        def predict(images: np.ndarray) -> tuple[np.ndarray]:
            return (predictor.predict(images),)

        predict_batcher = self._batcher(predict, self._threads[0], observe)
        return Version(number, predictor, predict_batcher, explain)

    def _batcher(
        self,
        run: Callable,
        threads: ThreadPoolExecutor,
        observe: Callable[[int], None] = lambda n: None,
    ) -> Batcher:
        return Batcher(
            run,
            threads,
            max_batch=self._settings.max_batch,
            max_wait=self._settings.max_wait,
            max_queue=self._settings.max_queue,
            observe=observe,
        )


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and not name.startswith("0")
