"""The same ONNX model under LitServe, for `tools.bench_serving`.

`python -m tools.litserve_service VERSION_FOLDER PORT`
"""

import sys

import litserve
import numpy as np

from cnnbook.serving import load_predictor

MAX_BATCH = 32


class Classifier(litserve.LitAPI):
    """Reads, batches and predicts as our service does, with the parts of LitServe."""

    def __init__(self, folder: str):
        super().__init__(max_batch_size=MAX_BATCH, batch_timeout=0.001)
        self._folder = folder

    def setup(self, device):
        self._predictor = load_predictor(self._folder, max_batch=MAX_BATCH)
        self._predictor.warm_up()

    def decode_request(self, request):
        return np.array(request["instances"], np.uint8)[0, :, :, None]

    def batch(self, inputs):
        return np.stack(inputs)

    def predict(self, images):
        return self._predictor.predict(images)

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        (top,) = self._predictor.postprocess(output[None])
        return {"predictions": [{"top": top}]}


if __name__ == "__main__":
    server = litserve.LitServer(Classifier(sys.argv[1]), accelerator="cpu")
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[2]),
        generate_client_file=False,
        log_level="warning",
    )
