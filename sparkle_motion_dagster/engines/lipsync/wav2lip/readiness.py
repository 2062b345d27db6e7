"""What `sparkle doctor` asks of Wav2Lip."""

from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import Checkout
from sparkle_motion_dagster.engines.lipsync.wav2lip.detail import SOFT_FROM
from sparkle_motion_dagster.engines.lipsync.wav2lip.settings import Wav2LipSettings


def can_work(settings: Wav2LipSettings) -> str:
    """Return where the user's own Wav2Lip is.

    Raises:
        NotReadyError: It is not there, or it cannot be run.
    """
    checkout = Checkout.located(settings.checkout, settings.checkpoint)
    checkout.check()
    return (
        f"Wav2Lip's checkout is {checkout.folder}, its checkpoint {checkout.checkpoint}; lips are "
        f"soft in faces of {SOFT_FROM} pixels and more, where those that mesh moves are not"
    )
