"""How many threads OpenCV works in."""


def work_in_one_thread() -> None:
    """Have OpenCV work in the thread that calls it, for good, in all of this process.

    It would part each picture among all cores. Where several items are in work at the same time,
    they have the cores already, and the parting costs more than it brings: a film of a minute takes
    66 instead of 72 seconds of processor time so, on two cores. Results are the same.
    """
    import cv2

    cv2.setNumThreads(1)
