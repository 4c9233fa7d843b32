"""What files say of themselves: EXIF, XMP, IPTC, and how they are joined into one `Metadata`."""
