"""Makes the folder ``voices`` anew from upstream's files, each known by its sha256.

Upstream's files are those of the npm package kokoro-js 1.2.1 (``npm pack kokoro-js@1.2.1``, the
folder ``package/voices``), or of the hub's repository that `weights` names. In a checkout:

    python -m sparkle_motion_dagster.engines.speech.kokoro.collect_voices FOLDER
"""

import shutil
import sys
from hashlib import sha256
from pathlib import Path

from sparkle_motion_dagster.engines.speech.kokoro.upstream import DIGESTS
from sparkle_motion_dagster.engines.speech.kokoro.voice_files import SHIPPED

NAMES = (
    *("af_aoede", "af_bella", "af_heart", "af_kore", "af_nicole", "af_sarah"),
    *("am_fenrir", "am_michael", "am_onyx", "am_puck"),
    *("bf_alice", "bf_emma", "bf_isabella", "bf_lily"),
    *("bm_daniel", "bm_fable", "bm_george", "bm_lewis"),
    *("ef_dora", "em_alex", "ff_siwis", "if_sara", "im_nicola", "pf_dora", "pm_alex"),
)
"""The voices that ship: the best by upstream's grades that the recogniser understood."""


def collect(upstream: Path, folder: Path) -> None:
    """Copy the voices that ship from upstream's folder, once all of them were compared.

    Args:
        upstream: The folder with upstream's files.
        folder: Where they go; what is there already of them is made anew.

    Raises:
        SystemExit: A file is missing or is not the one that is known; nothing is copied then.
    """
    files = [upstream / f"{name}.bin" for name in NAMES]
    wrong = [
        file.name
        for file in files
        if not file.is_file() or sha256(file.read_bytes()).hexdigest() != DIGESTS[file.stem]
    ]
    if wrong:
        raise SystemExit(f"{upstream}: missing, or not upstream's: {', '.join(wrong)}")
    for file in files:
        shutil.copyfile(file, folder / file.name)


if __name__ == "__main__":
    collect(Path(sys.argv[1]), SHIPPED)
