"""Vector indexes: nearest neighbours, exact and approximate, metrics; and a usearch file kept equal to the catalog."""
