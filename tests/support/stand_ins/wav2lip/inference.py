"""Stands in for Wav2Lip's script: the same command line, functions and files, and no model.

It paints a face, the more the louder it is; in silence it leaves it as it is. It hears what
a trained model moves a mouth by: what sounds 60 ms into the window of 0.2 s that it is given for a
frame.
"""

import argparse
import json
import subprocess
from pathlib import Path

import audio
import cv2
import face_detection  # noqa: F401 - as the real one does
import numpy as np
from models import Painter
from tqdm import tqdm

parser = argparse.ArgumentParser()
for name in ("--checkpoint_path", "--face", "--audio", "--outfile"):
    parser.add_argument(name, required=True)
parser.add_argument("--wav2lip_batch_size", type=int, default=128)
args = parser.parse_args()

device = "cuda"


def face_detect(images):
    raise AssertionError(f"nobody asks for faces in {len(images)} pictures")


def load_model(path):
    print(f"Load checkpoint from: {path}")
    state = json.loads(Path(path).read_text())["state_dict"]
    with Path(path).with_name("loads.txt").open("a") as loads:
        loads.write(f"{device}\n")
    if "colour" not in state:
        raise RuntimeError("Error(s) in loading state_dict for Painter:\n\tMissing key: colour")
    return Painter(state["colour"])


def main():
    stream = cv2.VideoCapture(args.face)
    fps = stream.get(cv2.CAP_PROP_FPS)
    frames = []
    while True:
        there, frame = stream.read()
        if not there:
            break
        frames.append(frame)
    windows = audio.windows(args.audio, fps)
    frames = frames[: len(windows)]
    faces = face_detect(frames)
    model = load_model(args.checkpoint_path)
    height, width = frames[0].shape[:2]
    out = cv2.VideoWriter("temp/result.avi", cv2.VideoWriter_fourcc(*"DIVX"), fps, (width, height))
    for index, window in enumerate(tqdm(windows, total=float(len(windows)))):
        place = index % len(frames)
        frame = frames[place].copy()
        face, (y1, y2, x1, x2) = faces[place]
        seen = np.moveaxis(cv2.resize(face, (96, 96)), 2, 0)[None] / 255
        [made] = model(np.array([window]), np.concatenate([0 * seen, seen], axis=1)).cpu().numpy()
        picture = (np.moveaxis(made, 0, 2) * 255).astype(np.uint8)
        frame[y1:y2, x1:x2] = cv2.resize(picture, (x2 - x1, y2 - y1))
        out.write(frame)
    out.release()
    command = f"ffmpeg -y -i {args.audio} -i temp/result.avi -strict -2 -q:v 1 {args.outfile}"
    subprocess.call(command, shell=True)  # noqa: S602 - as the real one does


if __name__ == "__main__":
    main()
