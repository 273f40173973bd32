"""Raw samples in a columnar file: a row for each request, or for a share of them, in bounded memory."""
