"""Where readers/caravan.py lay before: runs it."""
import pathlib
import runpy

readers = (above / "readers" / "caravan.py" for above in pathlib.Path(__file__).resolve().parents)
globals().update(runpy.run_path(str(next(path for path in readers if path.exists())), run_name=__name__))
