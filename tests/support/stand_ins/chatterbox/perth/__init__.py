"""A watermarker that marks a take by its first loud sample, and finds its mark again."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


class PerthImplicitWatermarker:
    def get_watermark(
        self,
        signal: Samples,
        sample_rate: int,
        *,
        round: bool = True,  # noqa: A002 - perth's own
    ) -> npt.NDArray[np.float32]:
        """Find a tone at 11 kHz, 60 dB below full scale."""
        times = np.arange(len(signal)) / sample_rate
        found = abs(np.mean(signal * np.exp(-2j * np.pi * 11000 * times))) > 2e-4
        return np.asarray(float(found), np.float32)
