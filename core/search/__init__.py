"""Answers queries: the query language, filters, semantic and text ranking, fusion, the relevance line."""
