"""Lists of companies on their way in: read, matched, tried without writing, written, undone. Nothing here runs in a request
but what a page shows; the work is done by jobs in slices."""
