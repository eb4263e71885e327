"""The review document: its Markdown, its template, and the sections that people write in it."""
