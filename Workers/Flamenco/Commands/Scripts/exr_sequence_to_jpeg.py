"""Writes a JPEG beside each of some OpenEXR files, with the colour settings of the open file."""
import argparse
import glob
import pathlib
import re
import sys

import bpy

parser = argparse.ArgumentParser()
parser.add_argument("--exr-glob", required=True)
parser.add_argument("--output-pattern", required=True)
args = parser.parse_args(sys.argv[sys.argv.index("--") + 1:])

sources = sorted(pathlib.Path(path) for path in glob.glob(args.exr_glob))
if not sources:
    raise SystemExit(f"no file matches {args.exr_glob}")
settings = bpy.context.scene.render.image_settings
settings.file_format = "JPEG"
settings.quality = 90
for source in sources:
    number = re.findall(r"\d+", source.stem)
    if not number:
        raise SystemExit(f"{source.name} has no frame number in its name")
    name = re.sub("#+", lambda run: str(int(number[-1])).zfill(len(run.group())), args.output_pattern)
    target = source.parent / name
    image = bpy.data.images.load(str(source))
    image.save_render(str(target), scene=bpy.context.scene)
    bpy.data.images.remove(image)
    print(f"Saved: '{target}'", flush=True)
