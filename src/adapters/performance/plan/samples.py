"""Raw samples: whether, where and for what share of them each request is written down as a row."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from .base import Model

SAMPLE_FORMATS = (".npz", ".parquet")


class SamplesFile(Model):
    """A columnar file with a row for each request, beside the figures, which are always of all requests."""

    file: Path
    """``.npz``, or ``.parquet`` where pyarrow is installed."""
    ratio: float = Field(1.0, gt=0, le=1)
    """The share of requests that are written, chosen at random; repeatable with ``options.seed``."""

    @field_validator("file")
    @classmethod
    def _known_format(cls, file: Path) -> Path:
        if file.suffix.lower() not in SAMPLE_FORMATS:
            raise ValueError(f"{str(file)!r} ends in neither {' nor '.join(SAMPLE_FORMATS)}")
        return file
