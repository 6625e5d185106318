"""Mixes two renders of the same picture, each with the number of samples that went into it, into one OpenEXR file.

With a range of frames the paths are patterns: each run of # is the number of the frame."""
import argparse
import array
import re
import sys

import bpy

parser = argparse.ArgumentParser()
parser.add_argument("--input1", required=True)
parser.add_argument("--input2", required=True)
parser.add_argument("--output", required=True)
parser.add_argument("--weight1", type=int, required=True)
parser.add_argument("--weight2", type=int, required=True)
parser.add_argument("--frame-start", type=int)
parser.add_argument("--frame-end", type=int)
args = parser.parse_args(sys.argv[sys.argv.index("--") + 1:])


def of_frame(pattern, frame):
    return pattern if frame is None else re.sub("#+", lambda run: str(frame).zfill(len(run.group())), pattern)


def pixels_of(path):
    image = bpy.data.images.load(path)
    image.colorspace_settings.name = "Non-Color"
    pixels = array.array("f", bytes(4 * len(image.pixels)))
    image.pixels.foreach_get(pixels)
    return image, pixels


def merge(frame):
    output = of_frame(args.output, frame)
    first, one = pixels_of(of_frame(args.input1, frame))
    second, two = pixels_of(of_frame(args.input2, frame))
    if first.size[:] != second.size[:]:
        raise SystemExit(f"the pictures differ in size: {first.size[:]} and {second.size[:]}")
    share = args.weight2 / (args.weight1 + args.weight2)
    result = bpy.data.images.new("merged", first.size[0], first.size[1], alpha=True, float_buffer=True)
    result.colorspace_settings.name = "Non-Color"
    result.pixels.foreach_set(array.array("f", (a + (b - a) * share for a, b in zip(one, two))))
    result.file_format = "OPEN_EXR"
    result.filepath_raw = output
    result.save()
    print(f"Saved: '{output}'", flush=True)
    for image in (first, second, result):
        bpy.data.images.remove(image)


for number in [None] if args.frame_start is None else range(args.frame_start, args.frame_end + 1):
    merge(number)
