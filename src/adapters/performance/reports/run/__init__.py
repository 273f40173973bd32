"""What the page of a run shows: its seconds put together to slices, and the charts and tables made of them."""
