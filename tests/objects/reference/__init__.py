"""What is right in the chapter of objects."""
