/** The part of predict.py that makes of a picture what the network takes: Graft's own pixels (docs/exports.md, "The same pixels"). */
export const PYTHON_IMAGES = String.raw`
WIDTH, HEIGHT, CHANNELS = PREPARATION["width"], PREPARATION["height"], PREPARATION["channels"]
LARGEST = 100_000_000  # pixels: a few kilobytes can claim to be gigapixels
Image.MAX_IMAGE_PIXELS = None  # Graft's own limit holds
Image.init()
KINDS = [kind for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF") if kind in Image.OPEN]
# What systems leave behind in every folder.
LEFT_BEHIND = re.compile(r"\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|@eaDir|Icon\r|\$RECYCLE\.BIN", re.I)


def read_picture(path):
    """The picture at its full size: upright, 8 bits, on white, grey or RGB as the network takes it."""
    with Image.open(path, formats=KINDS) as image:
        if image.width * image.height > LARGEST:
            raise ValueError(f"expected at most {LARGEST // 10**6} million pixels, received {image.width} x {image.height}")
        image.load()
        kind = image.format
        image = ImageOps.exif_transpose(image)
    # Of 16 bits the upper eight; older versions of Pillow call those of PNG files "I".
    if image.mode.startswith("I;16") or (image.mode == "I" and kind == "PNG"):
        image = Image.fromarray((np.asarray(image) >> 8).astype("uint8"))
    if image.mode in ("I", "F"):
        raise ValueError("expected values of 8 or 16 bits; of others the white is not known")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    if image.mode != "L":
        image = image.convert("RGB")
    return image.convert("L" if CHANNELS == 1 else "RGB")


def middle(width, height):
    """The box of the picture that is used: left, top, right, bottom. It may end between two pixels."""
    if PREPARATION["resize"] == "stretch":
        return 0, 0, width, height
    if width * HEIGHT > height * WIDTH:
        part = height * WIDTH / HEIGHT
        return (width - part) / 2, 0, (width - part) / 2 + part, height
    part = width * HEIGHT / WIDTH
    return 0, (height - part) / 2, width, (height - part) / 2 + part


def pixels_of(path):
    """(height, width, channels), uint8."""
    image = read_picture(path)
    left, top, right, bottom = middle(*image.size)
    # First across, then down, in two calls: versions of Pillow differ in which they do first.
    image = image.resize((WIDTH, image.height), Image.Resampling.BILINEAR, box=(left, 0, right, image.height))
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=(0, top, WIDTH, bottom))
    return np.asarray(image).reshape(HEIGHT, WIDTH, CHANNELS)


def inputs_of(path):
    """What the network takes: the pixels themselves, or (pixel / 255 - mean) / std."""
    pixels = pixels_of(path)
    if PREPARATION["takesPixels"]:
        return pixels
    return ((pixels / 255 - np.array(PREPARATION["mean"])) / np.array(PREPARATION["std"])).astype("float32")


def files_of(given):
    """A file, or all files of a folder in the order of their paths. Links to folders are not followed."""
    if not os.path.isdir(given):
        return [given]
    found = []
    for folder, folders, names in os.walk(given):
        folders[:] = [name for name in folders if not LEFT_BEHIND.fullmatch(name)]
        found += [os.path.join(folder, name) for name in names if not LEFT_BEHIND.fullmatch(name)]
    return sorted(found, key=lambda path: os.path.relpath(path, given).replace(os.sep, "/"))


def sources_of(paths):
    """(name, how to get its input) of everything to predict."""
    return [(path, lambda path=path: inputs_of(path)) for given in paths for path in files_of(given)]
`

export const PYTHON_IMAGES_IMPORTS = ['import numpy as np', 'from PIL import Image, ImageOps'] as const
