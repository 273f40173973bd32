"""Raw samples as Parquet, through pyarrow: a row group a chunk, names and kinds of failures as dictionaries of text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .columns import COLUMNS, SUCCESS, WHOLE, Chunk

_META = b"polyload"
_TEXT = pa.dictionary(pa.int32(), pa.string())
_INTEGERS = {
    "status": pa.int16(),
    "worker": pa.int16(),
    "bytes_received": pa.int64(),
    "bytes_sent": pa.int64(),
}
_TYPES = {column: _INTEGERS.get(column, pa.float64()) for column in COLUMNS} | {"name": _TEXT, "error": _TEXT}
_SCHEMA = pa.schema(list(_TYPES.items()))


class ParquetWriter:
    """Writes chunks; what is not known is null."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _SCHEMA)
        self._broken: OSError | None = None

    def write(self, chunk: Chunk, names: list[str], kinds: list[str]) -> None:
        """Appends a row group; OSError when the file system does not take it."""
        arrays = [_array(column, values, names, kinds) for column, values in chunk.items()]
        table = pa.Table.from_arrays(arrays, schema=_SCHEMA)
        try:
            self._writer.write_table(table, row_group_size=len(table))
        except OSError as error:
            self._broken = error
            raise

    def close(self, meta: dict[str, Any]) -> None:
        """Ends the file; OSError when that does not fit any more, or half a row group stands in it."""
        try:
            self._writer.add_key_value_metadata({_META: json.dumps(meta)})
        finally:
            self._writer.close()
        if self._broken is not None:
            raise self._broken


def _array(column: str, values: np.ndarray[Any, Any], names: list[str], kinds: list[str]) -> pa.Array:
    if column == "name":
        return pa.DictionaryArray.from_arrays(values, pa.array(names, pa.string()))
    if column == "error":
        codes = pa.array(values.astype(np.int32), mask=values == SUCCESS)
        return pa.DictionaryArray.from_arrays(codes, pa.array(kinds, pa.string()))
    unknown = np.isnan(values)
    if column in WHOLE:
        values = np.where(unknown, 0, values).astype(np.int64)
    return pa.array(values, mask=unknown).cast(_TYPES[column])


def read_parquet(path: Path) -> tuple[list[Chunk], dict[str, Any]]:
    """The row groups of a file and what it says of itself; ValueError when it is no such file."""
    with pq.ParquetFile(path) as file:
        meta = (file.schema_arrow.metadata or {}).get(_META) or (file.metadata.metadata or {}).get(_META)
        if meta is None:
            raise ValueError("it does not say that polyload wrote it")
        told = json.loads(meta)
        names, kinds = told["names"], told["errors"]
        groups = (file.read_row_group(number) for number in range(file.num_row_groups))
        return [_chunk(group, names, kinds) for group in groups], told


def _chunk(group: pa.Table, names: list[str], kinds: list[str]) -> Chunk:
    chunk = {}
    for column, kind in COLUMNS.items():
        values = group[column].combine_chunks()
        if column in ("name", "error"):
            numbers = {text: number for number, text in enumerate(names if column == "name" else kinds)}
            own = np.array([*(numbers[text] for text in values.dictionary.to_pylist()), SUCCESS], dtype=kind)
            chunk[column] = own[values.indices.fill_null(len(own) - 1).to_numpy()]
        else:
            chunk[column] = values.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(kind)
    return chunk
