"""A model server: `python -m cnnbook.serving`. It needs neither TensorFlow nor Keras.

`load_predictor` is the part without HTTP; `create_app` makes the service of a
`Settings`.
"""

from cnnbook.serving.app import create_app
from cnnbook.serving.predictor import Predictor, load_predictor
from cnnbook.serving.settings import Settings, SettingsError, read_settings

__all__ = [
    "Predictor",
    "Settings",
    "SettingsError",
    "create_app",
    "load_predictor",
    "read_settings",
]
