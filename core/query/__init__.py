"""The query language: text to a typed query and back, for every front end. Pure: imports only `values`."""
