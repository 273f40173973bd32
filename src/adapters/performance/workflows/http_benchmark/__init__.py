"""One endpoint measured: so many requests, so many at once, through an HTTP client or on an engine."""
