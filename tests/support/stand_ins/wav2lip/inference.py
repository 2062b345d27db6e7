"""Stands in for Wav2Lip's script: the same command line, functions and files, and no model.

It paints a face's box, the more the louder it is; in silence it leaves it as it is. It hears what
a trained model moves a mouth by: what sounds 60 ms into the window of 0.2 s that it is given for a
frame.
"""

import argparse
import json
import subprocess
from pathlib import Path

import audio
import cv2
import face_detection
from models import Painter
from tqdm import tqdm

parser = argparse.ArgumentParser()
for name in ("--checkpoint_path", "--face", "--audio", "--outfile"):
    parser.add_argument(name, required=True)
parser.add_argument("--pads", nargs="+", type=int, default=[0, 10, 0, 0])
parser.add_argument("--box", nargs="+", type=int, default=[-1, -1, -1, -1])
parser.add_argument("--face_det_batch_size", type=int, default=16)
parser.add_argument("--wav2lip_batch_size", type=int, default=128)
parser.add_argument("--nosmooth", action="store_true")
args = parser.parse_args()

device = "cuda"


def face_detect(images):
    detector = face_detection.FaceAlignment(face_detection.LandmarksType._2D, device=device)
    top, bottom, left, right = args.pads
    found = []
    for image, rect in zip(images, detector.get_detections_for_batch(images), strict=True):
        if rect is None:
            raise ValueError("Face not detected! Ensure the video contains a face.")
        y1, y2 = max(0, rect[1] - top), min(image.shape[0], rect[3] + bottom)
        x1, x2 = max(0, rect[0] - left), min(image.shape[1], rect[2] + right)
        found.append([image[y1:y2, x1:x2], (y1, y2, x1, x2)])
    return found


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
    if args.box[0] == -1:
        boxes = [box for _, box in face_detect(frames)]
    else:
        boxes = [tuple(args.box)] * len(frames)
    model = load_model(args.checkpoint_path)
    height, width = frames[0].shape[:2]
    out = cv2.VideoWriter("temp/result.avi", cv2.VideoWriter_fourcc(*"DIVX"), fps, (width, height))
    for index, window in enumerate(tqdm(windows, total=float(len(windows)))):
        place = index % len(frames)
        frame = frames[place].copy()
        y1, y2, x1, x2 = boxes[place]
        frame[y1:y2, x1:x2] = model(frame[y1:y2, x1:x2], window)
        out.write(frame)
    out.release()
    command = f"ffmpeg -y -i {args.audio} -i temp/result.avi -strict -2 -q:v 1 {args.outfile}"
    subprocess.call(command, shell=True)  # noqa: S602 - as the real one does


if __name__ == "__main__":
    main()
