/** The part of predict.py that makes of the rows of a CSV file what the network takes. Numbers are read as Graft reads them. */
export const PYTHON_TABLES = String.raw`
COLUMNS = PREPARATION["columns"]
POINT = re.compile(r"[+-]?((\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.I | re.A)
COMMA = re.compile(r"[+-]?((\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d*)?|,\d+)(e[+-]?\d+)?", re.I | re.A)
EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.A)
MISSING = re.compile(r"|na|n/a|<na>|nan|null|none|nil|\?|-", re.I)
UNIT = re.compile(r"^([+-]?)\s*[€$£¥]\s*|[€$£¥%]$")


def read_text(path):
    """UTF-8, UTF-16, or where it is neither, Windows-1252."""
    data = open(path, "rb").read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_table(path):
    """The names of the columns, then the rows with the numbers of their lines."""
    text = read_text(path)
    first = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
    delimiter = max(",;\t|", key=lambda mark: first.count(mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [(reader.line_num, row) for row in reader if any(cell != "" for cell in row)]
    if not rows:
        raise ValueError("expected a line with the names of the columns, and rows below it; received no line")
    names = [name.strip() for name in rows[0][1]]
    missing = [column["name"] for column in COLUMNS if column["name"] not in names]
    if missing:
        raise ValueError(f"expected the columns the model was trained on; received none called {', '.join(missing)}")
    return names, rows[1:]


def mark_of(column, cells):
    """Whether a column writes its decimals with a point or a comma: its own cells say it, else the training table."""
    bare = [UNIT.sub(r"\1", cell.strip()) for cell in cells]
    clear = [cell for cell in bare if not EITHER.fullmatch(cell)]
    point = sum(bool(POINT.fullmatch(cell)) and not COMMA.fullmatch(cell) for cell in clear)
    comma = sum(bool(COMMA.fullmatch(cell)) and not POINT.fullmatch(cell) for cell in clear)
    if point + comma > 0:
        return "comma" if comma > point else "point"
    return column.get("decimal", "point")


def number_of(cell, column, mark):
    """Standardised, in 64 bits; a value that is missing is the mean."""
    known = column.get("missing", {})
    if cell in known.get("texts", []) or MISSING.fullmatch(cell):
        if known.get("cells") == 0:
            raise ValueError(f"expected a number in {column['name']}, received no value")
        return 0.0
    bare = UNIT.sub(r"\1", cell).strip()
    if not (POINT if mark == "point" else COMMA).fullmatch(bare):
        raise ValueError(f"expected a number in {column['name']}, received {cell[:50]!r}")
    bare = bare.replace(",", "") if mark == "point" else bare.replace(".", "").replace(",", ".")
    return (float(bare) - column["mean"]) / (column["std"] or 1)


def category_of(cell, column):
    """One place for each category; a category that the model has never met is none of them."""
    same = unicodedata.normalize("NFC", cell)
    return [float(unicodedata.normalize("NFC", category) == same) for category in column["categories"]]


def inputs_of(row, names, marks):
    """What the network takes of a row."""
    if len(row) == len(names) + 1 and row[-1] == "":
        row = row[:-1]
    if len(row) != len(names):
        raise ValueError(f"expected {len(names)} values as in the first line, received {len(row)}")
    x = []
    for column, mark in zip(COLUMNS, marks):
        cell = row[names.index(column["name"])].strip()
        x += [number_of(cell, column, mark)] if column["type"] == "numeric" else category_of(cell, column)
    return np.array(x, "float32")


def sources_of(paths):
    """(name, how to get its input) of every row of the CSV files."""
    found = []
    for path in paths:
        try:
            names, rows = read_table(path)
        except (OSError, ValueError) as error:
            found.append((path, lambda error=error: raise_again(error)))
            continue
        places = [names.index(column["name"]) for column in COLUMNS]
        marks = [mark_of(column, [row[at] for _, row in rows if at < len(row)]) for column, at in zip(COLUMNS, places)]
        for place, (_, row) in enumerate(rows, 1):
            name = f"row {place}" if len(paths) == 1 else f"{path}, row {place}"
            found.append((name, lambda row=row, names=names, marks=marks: inputs_of(row, names, marks)))
    return found


def raise_again(error):
    raise error
`

export const PYTHON_TABLES_IMPORTS = ['import numpy as np'] as const
