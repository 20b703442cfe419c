"""What came after the plain CNN: newer blocks, attention, fewer labels, other data."""
