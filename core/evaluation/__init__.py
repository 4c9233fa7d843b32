"""`eidetic evaluate`: drives the product on captioned photos and measures what it answers."""
