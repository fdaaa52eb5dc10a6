"""Work that goes on by itself: one file a part."""
