"""The work of a worker that looks for people: photographs in, Sightings out."""

from collections.abc import Iterable, Iterator

from ..detecting.detector import Detector, NobodyFound
from ..inputs.decoding import decode_image
from ..outputs.detections import Seen
from .task import Outcome, Sighting, Task, failure


class Finder:
    """Looks for the person in the photograph of each Task, with a Detector that is loaded once."""

    def __init__(self) -> None:
        self._detector: Detector | None = None

    def run(self, tasks: Iterable[Task]) -> Iterator[Sighting | Outcome]:
        """A Sighting of each of ``tasks``, or the Outcome of one in which nobody can be looked for."""
        for task in tasks:
            try:
                found: Sighting | Outcome = Sighting(task.sample.index, self._look(task))
            except Exception as error:
                found = failure(task.sample, error)
            yield found

    def _look(self, task: Task) -> Seen:
        if self._detector is None:
            self._detector = Detector()
        assert not isinstance(task.image, tuple)
        picture = decode_image(task.image, task.sample.name)
        size = picture.shape[1], picture.shape[0]
        try:
            found = self._detector.detect(picture)
        except NobodyFound as nobody:
            return Seen(task.sample.name, size, None, str(nobody))
        return Seen(task.sample.name, size, found.keypoints, found.doubt)
