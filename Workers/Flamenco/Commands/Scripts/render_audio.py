"""Mixes the sound of the open file into one FLAC file."""
import argparse
import sys

import bpy

parser = argparse.ArgumentParser()
parser.add_argument("--output", required=True)
parser.add_argument("--frame-start", type=int)
parser.add_argument("--frame-end", type=int)
args = parser.parse_args(sys.argv[sys.argv.index("--") + 1:])

scene = bpy.context.scene
if args.frame_start is not None:
    scene.frame_start = args.frame_start
if args.frame_end is not None:
    scene.frame_end = args.frame_end
result = bpy.ops.sound.mixdown(filepath=args.output, container="FLAC", codec="FLAC", accuracy=128)
if "FINISHED" not in result:
    raise SystemExit(f"the sound could not be mixed: {result}")
print(f"Saved: '{args.output}'", flush=True)
