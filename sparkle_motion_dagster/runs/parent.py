"""Which process a run depends on: the code server that started it, if one did."""

import multiprocessing
import os
import signal
import threading
from functools import cache


@cache
def end_with_code_server() -> None:
    """Have this process, if a code server started it to execute a run, not outlive that one.

    It ends as if it had been killed: what it has finished is kept, and the daemon starts the run
    again. Left alone it would go on without anybody who could terminate it.
    """
    if (parent := multiprocessing.parent_process()) is None:
        return

    def end_after_it() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=end_after_it, name="end-with-code-server", daemon=True).start()
