"""What splitkit knows of the targets whose secrets it keeps."""
